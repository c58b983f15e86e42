"""Pages for what went wrong: what happened, what is safe, what to do. Nobody is shown a code alone, nor an inside."""

import contextlib
from urllib.parse import parse_qsl, quote, urlsplit

import asyncpg
import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from sqlalchemy import exc
from starlette.exceptions import HTTPException

from events.errors import Refused
from web import i18n
from web.render import look_of, render, wants_block

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    exc.InterfaceError,
    exc.OperationalError,
    exc.TimeoutError,
    exc.DisconnectionError,
    ConnectionError,
    TimeoutError,
)
KNOWN = {403, 404, 405, 409, 413, 422, 503}
NOT_SHOWN = frozenset({"password", "old", "new", "again"})

log = structlog.get_logger("web")


def page(request: Request, status: int, *, code: str = "", facts: dict[str, object] | None = None) -> Response:
    """The page of a status, with the sentence of a refusal in it; for htmx a notice that leaves the form as it is."""
    if request.url.path.startswith("/api/"):
        return JSONResponse(
            {"code": code or f"http.{status}", "request_id": getattr(request.state, "request_id", "")}, status
        )
    kind = str(status if status in KNOWN else 500 if status >= 500 else 422)
    headers = {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"} if wants_block(request) else {}
    with i18n.speaking(look_of(request).language):
        sentence = i18n.error_sentence(code, dict(facts or {})) if code else ""
    return render(
        request,
        "error",
        block="notice",
        status=status,
        headers=headers,
        kind=kind,
        sentence=sentence,
        typed=typed(request) if status == 503 and request.method == "POST" else [],
        request_id=getattr(request.state, "request_id", ""),
    )


def typed(request: Request) -> list[tuple[str, str]]:
    """The form that could not be saved, to be posted again as it is, command id and all; passwords are typed again."""
    body: bytes = getattr(request.state, "body", b"")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=2000)
    except ValueError:
        return []
    return [] if any(name in NOT_SHOWN for name, _ in pairs) else pairs


async def framed(request: Request) -> None:
    """Give a page of failure its frame, where somebody is signed in and nothing stands in the way."""
    from web.deps import actor_of, chrome, log_of

    if getattr(request.state, "chrome", None) is None:
        with contextlib.suppress(Exception):
            log = log_of(request)
            await chrome(request, log, await actor_of(request, log))


async def refused(request: Request, error: Refused, status: int) -> Response:
    """A rule said no."""
    await framed(request)
    return page(request, status, code=error.code, facts=error.facts)


def signed_out(request: Request) -> Response:
    """To the sign-in page and back; htmx goes there with the whole window, not into the fragment."""
    try:
        came_from = urlsplit(str(request.url) if request.method == "GET" else request.headers.get("referer", "/inbox"))
    except ValueError:
        came_from = urlsplit("/inbox")
    path = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    target = f"/sign-in?next={quote(path or '/', safe='/')}"
    if "hx-request" in request.headers:
        return HTMLResponse("", 401, {"HX-Redirect": target, "Cache-Control": "no-store"})
    if request.url.path.startswith("/drafts/"):
        return HTMLResponse("", 401, {"Cache-Control": "no-store"})
    return RedirectResponse(target, 303, {"Cache-Control": "no-store"})


async def http_error(request: Request, error: Exception) -> Response:
    """What the router itself refuses: no such page, no such method."""
    assert isinstance(error, HTTPException)
    await framed(request)
    return page(request, error.status_code)


async def form_error(request: Request, error: Exception) -> Response:
    """A form or an address that no page of ours makes."""
    assert isinstance(error, RequestValidationError)
    places = [".".join(str(part) for part in one["loc"]) for one in error.errors()]
    log.warning("malformed request", places=places[:10])
    await framed(request)
    status = 404 if all(place.startswith("path.") for place in places) else 422
    return page(request, status, code="" if status == 404 else "web.malformed")


def database_is_down(error: BaseException) -> bool:
    """Whether PostgreSQL could not be reached, or went away under us."""
    if isinstance(error, LOST) or (isinstance(error, exc.DBAPIError) and error.connection_invalidated):
        return True
    # asyncpg lets a socket that is gone through as a bare OSError; one of our own files has a name.
    return isinstance(error, OSError) and error.filename is None and error.errno is not None


async def broken(request: Request, error: Exception) -> Response:
    """What nobody foresaw: without details; where the database is away, with what was typed."""
    return page(request, 503 if database_is_down(error) else 500)


def cross_site(request: Request, code: str, status: int) -> Response:
    """The guard said no before any route was asked."""
    return page(request, status, code=code)
