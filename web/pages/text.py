"""Opening a member's texts from above the cell: with a reason, and the member sees who and why."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from events.cycle import CYCLE
from events.cycle.commands import OpenText
from events.errors import Invalid
from web.deps import LogDep, say, utc_now
from web.pages.pledge import ViewDep
from web.pages.posted import PostedDep
from web.pages.year import year_page

router = APIRouter(prefix="/year/{year}/{member}/text")


@router.post("")
async def open_text(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """Record the reason; from then to the end of the day the texts are shown to who gave it."""
    command = OpenText(id=sent.command_id, by=view.viewer, at=utc_now(), reason=sent.one("reason"))
    try:
        await log.execute(CYCLE, view.stream, command)
    except Invalid as refused:
        return await year_page(request, view, log, status=422, refused=refused, reason=sent.one("reason"))
    await say(request, "text.opened.said", name=view.name)
    return RedirectResponse(view.path, 303)
