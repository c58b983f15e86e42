"""What a page is given: the log, who asks, the clock, and what frames its screen.

`LogDep`, `ActorDep` and `ChromeDep` are the parameters of page functions; `utc_now` is the time of commands.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import structlog
from fastapi import Depends, Request

from events.log import Log
from web import sessions
from web.framing import chrome_of
from web.render import Chrome, Look, wants_block


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks, by the session they came with."""

    person: str
    name: str
    session: bytes
    look: Look

    @property
    def language(self) -> str:
        """`vi` or `en`."""
        return self.look.language


class SignedOut(Exception):  # noqa: N818 - says what is the matter
    """Nobody is signed in; `web.app` answers with the sign-in page."""


def utc_now() -> datetime:
    """The server's clock, aware UTC: the `at` of what people do."""
    return datetime.now(UTC)


def log_of(request: Request) -> Log:
    """The log the application was made with."""
    log: Log = request.app.state.log
    return log


LogDep = Annotated[Log, Depends(log_of)]


async def actor_of(request: Request, log: LogDep) -> Actor:
    """The person of the session cookie; SignedOut without a live one."""
    token = request.cookies.get(sessions.cookie_name(request.app.state.settings.public_url))
    held = await sessions.find(log.engine, token, utc_now()) if token else None
    if held is None:
        raise SignedOut
    actor = Actor(held.person, held.name, held.id_hash, Look(held.language, held.theme, held.size))
    request.state.look = actor.look
    request.state.actor = actor
    structlog.contextvars.bind_contextvars(actor=actor.person)
    return actor


ActorDep = Annotated[Actor, Depends(actor_of)]


async def chrome(request: Request, log: LogDep, actor: ActorDep) -> Chrome:
    """What frames the page: every signed-in screen has it without asking. Left bare where htmx takes only a block."""
    if wants_block(request):
        made = Chrome(name=actor.name)
    else:
        held: dict[str, Any] | None = await sessions.take_said(log.engine, actor.session)
        made = await chrome_of(log, actor.person, actor.name, utc_now(), said=held)
    request.state.chrome = made
    return made


ChromeDep = Annotated[Chrome, Depends(chrome)]


async def say(request: Request, code: str, **facts: Any) -> None:
    """Say at the head of the next full page what was just done: `await say(request, "pledge.submitted.said")` before a 303.

    `undo` among the facts is a path that a button posts to.
    """
    actor: Actor = request.state.actor
    await sessions.keep_said(log_of(request).engine, actor.session, {"code": code, "facts": facts})
