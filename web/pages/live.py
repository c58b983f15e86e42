"""For whoever watches the process: it lives, it can answer; and where `/` leads."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse

from events.decider import local_date
from events.log import Log
from events.projections.scope import reach
from web.deps import ActorDep, LogDep, utc_now
from web.failures import database_is_down

router = APIRouter()


@router.get("/live")
async def live() -> PlainTextResponse:
    """The process answers."""
    return PlainTextResponse("live\n")


@router.get("/ready")
async def ready(log: LogDep) -> JSONResponse:
    """The log can be read: 200 with its head, else 503."""
    head = await _head(log)
    return JSONResponse({"ready": head is not None, "log_head": head}, 200 if head is not None else 503)


@router.get("/")
async def home(log: LogDep, actor: ActorDep) -> RedirectResponse:
    """The first page is what waits for the person; for who runs the calendar and has no years of their own, the calendar."""
    found = await reach(log.engine, actor.person, local_date(utc_now()))
    return RedirectResponse("/season" if found.runs and not found.cells else "/inbox", 303)


async def _head(log: Log) -> int | None:
    try:
        return await log.head()
    except Exception as error:
        if database_is_down(error):
            return None
        raise
