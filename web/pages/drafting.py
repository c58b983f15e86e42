"""Where forms save themselves while they are written."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from events.errors import NotFound
from web.deps import ActorDep, LogDep, utc_now
from web.drafts import fields_of, save_draft

router = APIRouter(prefix="/drafts")


@router.post("/{stream}/{form}")
async def save(request: Request, stream: str, form: str, log: LogDep, actor: ActorDep) -> Response:
    """Keep the whole form as it stands; nothing is checked, and only the writer will read it. NotFound `draft.unknown`."""
    if len(stream) > 80 or len(form) > 80:
        raise NotFound("draft.unknown")
    await save_draft(log, actor.person, stream, form, fields_of((await request.form()).multi_items()), utc_now())
    return Response(status_code=204)
