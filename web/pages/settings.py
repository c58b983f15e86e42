"""The person's own page: how pages look, the password, and where they are signed in."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from events.errors import Invalid, Refused
from web import auth, sessions
from web.deps import Actor, ActorDep, LogDep, say, utc_now
from web.render import render

router = APIRouter(prefix="/me")


@router.get("")
async def show(request: Request, log: LogDep, actor: ActorDep) -> Response:
    """Everything a person can set for themselves."""
    return await _page(request, log, actor, 200, None)


@router.post("/password")
async def change_password(
    request: Request,
    log: LogDep,
    actor: ActorDep,
    old: Annotated[str, Form(max_length=1000)] = "",
    new: Annotated[str, Form(max_length=1000)] = "",
    again: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Set a new password; everybody else who was signed in as this person is out."""
    passwords = request.app.state.passwords
    try:
        await auth.change_password(log.engine, passwords, actor.person, old, new, again, utc_now())
    except (Invalid, auth.TooMany) as refusal:
        return await _page(request, log, actor, 422, refusal)
    await sessions.end_others(log.engine, actor.person, actor.session)
    await say(request, "me.password.changed")
    return RedirectResponse("/me", 303)


@router.post("/sign-out-everywhere")
async def sign_out_everywhere(request: Request, log: LogDep, actor: ActorDep) -> Response:
    """Only this browser stays signed in."""
    await sessions.end_others(log.engine, actor.person, actor.session)
    await say(request, "me.signed_out_elsewhere")
    return RedirectResponse("/me", 303)


async def _page(request: Request, log: LogDep, actor: Actor, status: int, refusal: Refused | None) -> Response:
    fault = (
        refusal
        if isinstance(refusal, Invalid) or refusal is None
        else Invalid(refusal.code, field="old", **refusal.facts)
    )
    seen = await sessions.listed(log.engine, actor.person, actor.session, utc_now())
    return render(request, "me", block="password" if fault else None, status=status, sessions=seen, refused=fault)
