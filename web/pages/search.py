"""Find people and units by name, with or without marks, inside what the viewer may see."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from events.decider import local_date
from events.projections.scope import search
from web.deps import ActorDep, LogDep, utc_now
from web.render import render

router = APIRouter()


@router.get("/search")
async def show(
    request: Request, log: LogDep, actor: ActorDep, q: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """What was found, units before people; one sentence when nothing was."""
    now = utc_now()
    words = " ".join(q.split())
    found = await search(log.engine, actor.person, local_date(now), words)
    return render(
        request,
        "search",
        block="found",
        words=words,
        year=local_date(now).year,
        units=[one for one in found if one.kind == "unit"],
        members=[one for one in found if one.kind == "member"],
    )
