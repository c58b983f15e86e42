"""What stands before every route: which host is meant, where a change comes from, how large it may be, and the headers of the answer."""

import time
import traceback
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LARGEST = 1_000_000  # bytes of a body; a route that takes files raises its own limit
LARGER = {"/import": 6_000_000}
MOST_FIELDS = 5_000  # of a form; reading more than that would keep everybody waiting

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; font-src 'self'; manifest-src 'self'; worker-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Refuse = Callable[[Request, str, int], Response]
Broken = Callable[[Request, Exception], Awaitable[Response]]
log = structlog.get_logger("web")


class Guard:
    """Outermost of all. `refuse` makes the page of a refusal by its code and status, `broken` the page of an unforeseen error."""

    def __init__(self, app: ASGIApp, *, public_url: str, refuse: Refuse, broken: Broken) -> None:
        self.app = app
        self.refuse = refuse
        self.broken = broken
        parts = urlsplit(public_url)
        self.secure = parts.scheme == "https"
        named = parts.hostname or ""
        self.hosts = LOOPBACK if named in LOOPBACK else frozenset({named})
        self.any_host = named in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = uuid4().hex[:16]
        structlog.contextvars.bind_contextvars(request_id=request_id)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        status, whole = 0, False

        async def answer(message: Message) -> None:
            nonlocal status, whole
            if message["type"] == "http.response.start":
                status = message["status"]
                self._complete(MutableHeaders(scope=message), scope, request_id)
            await send(message)
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await self._pass(scope, receive, answer)
        except Exception as error:
            # The frames without their variables: those hold what people typed, and the tokens they came with.
            frames = [line.strip() for line in traceback.format_tb(error.__traceback__)[-6:]]
            # Nor its own words: a driver quotes the value it could not take.
            sqlstate = getattr(getattr(error, "orig", error), "sqlstate", None)
            log.error("request failed", kind=type(error).__name__, sqlstate=sqlstate, frames=frames)  # noqa: TRY400
            if not status:
                await (await self.broken(Request(scope), error))(scope, receive, answer)
            elif not whole:
                raise  # the server closes a half sent answer
        finally:
            route = getattr(scope.get("route"), "path", None)
            actor = getattr(state.get("actor"), "person", None)
            took = round((time.perf_counter() - began) * 1000, 1)
            if not scope["path"].startswith("/static/") or status >= 400:
                log.info("request", method=scope["method"], route=route or "-", status=status, ms=took, actor=actor)
            structlog.contextvars.unbind_contextvars("request_id", "actor")

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not self._known_host(headers.get("host", "")):
            await Response("misdirected", 421, media_type="text/plain")(scope, receive, send)
            return
        if "\0" in scope["path"] or b"%00" in scope["query_string"] or b"\0" in scope["query_string"]:
            await self.refuse(Request(scope), "web.zero_byte", 400)(scope, receive, send)
            return
        if scope["method"] in SAFE:
            await self.app(scope, receive, send)
            return
        if not self.same_origin(headers):
            await self.refuse(Request(scope), "web.cross_site", 403)(scope, receive, send)
            return
        limit = next((size for path, size in LARGER.items() if scope["path"].startswith(path)), LARGEST)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 15 or int(length) > limit:
            await self.refuse(Request(scope), "web.too_large", 413)(scope, receive, send)
            return
        if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            body = await _whole(receive, limit)
            if body is None or body.count(b"&") >= MOST_FIELDS:
                await self.refuse(Request(scope), "web.too_large", 413)(scope, receive, send)
                return
            if b"%00" in body or b"\0" in body:
                await self.refuse(Request(scope), "web.zero_byte", 400)(scope, receive, send)
                return
            scope["state"]["body"] = body  # what was typed, to be shown again when it could not be saved
            await self.app(scope, _replay(body, receive), send)
        else:
            await self.app(scope, _counted(receive, limit), send)

    def _known_host(self, host: str) -> bool:
        if self.any_host:
            return True
        try:
            return (urlsplit(f"//{host}").hostname or "") in self.hosts
        except ValueError:
            return False

    def same_origin(self, headers: Headers) -> bool:
        """Whether a change was asked for from a page of ours. Browsers say so; what says nothing is refused."""
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        return origin is not None and origin == f"{'https' if self.secure else 'http'}://{headers.get('host', '')}"

    def _complete(self, headers: MutableHeaders, scope: Scope, request_id: str) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if self.secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if scope["path"].startswith("/static/"):
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            headers.setdefault("Cache-Control", "no-store")
        headers["X-Request-Id"] = request_id


async def _whole(receive: Receive, limit: int) -> bytes | None:
    """The whole body, None when it is larger than that."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body.extend(message.get("body", b""))
        more = message.get("more_body", False)
        if len(body) > limit:
            return None
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read already, then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _counted(receive: Receive, limit: int) -> Receive:
    """Passes a body through while it is not too large."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413)
        return message

    return counted
