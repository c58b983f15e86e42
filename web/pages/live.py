"""For whoever watches the process: it lives, it can answer; and where `/` leads."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse

from events.log import Log
from web.deps import LogDep
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
async def home() -> RedirectResponse:
    """The first page is what waits for the person."""
    return RedirectResponse("/inbox", 303)


async def _head(log: Log) -> int | None:
    try:
        return await log.head()
    except Exception as error:
        if database_is_down(error):
            return None
        raise
