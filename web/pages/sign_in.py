"""The door: sign in with a name and a password, sign out; language, theme and text size, for those outside too."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from events.errors import Invalid
from events.log import Log
from events.sql import lasting
from web import auth, sessions
from web.deps import LogDep, utc_now
from web.i18n import LANGUAGES
from web.middleware import LOOPBACK
from web.render import SIZES, THEMES, Look, look_of, render

router = APIRouter()
LOOK_COOKIE = "camket_look"
COLUMNS = {"language": LANGUAGES, "theme": THEMES, "text_size": SIZES}


@router.get("/sign-in")
async def show(request: Request, log: LogDep, next: str = "/inbox") -> Response:
    """The door; whoever is inside already goes on."""
    if await _session(request, log):
        return RedirectResponse(local_path(next), 303)
    return render(request, "sign_in", next=local_path(next), username="", year=utc_now().year)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    log: LogDep,
    username: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/inbox",
) -> Response:
    """Verify, then a fresh session; the old one of this browser ends."""
    target, now = local_path(next), utc_now()
    url = request.app.state.settings.public_url
    try:
        person = await auth.sign_in(
            log.engine, request.app.state.passwords, username, password, address_of(request), now
        )
    except auth.TooMany as refusal:
        # A page of its own would lose the name that was typed.
        wait = Invalid(refusal.code, field="password", **refusal.facts)
        return render(
            request, "sign_in", block="form", status=429, next=target, username=username, refused=wait, year=now.year
        )
    except Invalid as refusal:
        return render(
            request, "sign_in", block="form", status=422, next=target, username=username, refused=refusal, year=now.year
        )
    old = request.cookies.get(sessions.cookie_name(url))
    token = await sessions.begin(log.engine, person, now, instead_of=old)
    answer: Response = RedirectResponse(target, 303)
    if request.cookies.get(LOOK_COOKIE):
        await keep_look(log, person, look_of(request))
        answer.delete_cookie(LOOK_COOKIE, path="/")
    sessions.give(answer, url, token)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, log: LogDep) -> Response:
    """End this session; the browser forgets what it kept for it."""
    url = request.app.state.settings.public_url
    if held := await _session(request, log):
        await sessions.end(log.engine, held.id_hash)
    answer = RedirectResponse("/sign-in", 303, {"Clear-Site-Data": '"storage"'})
    sessions.take_back(answer, url)
    return answer


@router.post("/look")
async def look(
    request: Request,
    log: LogDep,
    language: Annotated[str | None, Form()] = None,
    theme: Annotated[str | None, Form()] = None,
    size: Annotated[str | None, Form()] = None,
    next: Annotated[str, Form(max_length=2000)] = "/inbox",
) -> Response:
    """Change how pages look: with the person where somebody is signed in, else in a cookie."""
    held = await _session(request, log)
    now = Look(held.language, held.theme, held.size) if held else look_of(request)
    chosen = Look(
        language if language in LANGUAGES else now.language,
        theme if theme in THEMES else now.theme,
        size if size in SIZES else now.size,
    )
    answer = Response(status_code=204) if request.headers.get("x-camket") else RedirectResponse(local_path(next), 303)
    if held:
        await keep_look(log, held.person, chosen)
    else:
        value = f"{chosen.language}.{chosen.theme}.{chosen.size}"
        answer.set_cookie(LOOK_COOKIE, value, max_age=31_536_000, path="/", httponly=True, samesite="lax")
    return answer


async def keep_look(log: Log, person: str, chosen: Look) -> None:
    """Store it with the person."""
    statement = "UPDATE people SET language = $2, theme = $3, text_size = $4 WHERE person = $1"
    values = (person, chosen.language, chosen.theme, chosen.size)
    await lasting(log.engine, lambda connection: connection.execute(statement, *values))


def local_path(path: str) -> str:
    """A path of this site, or the inbox: nobody is led elsewhere by a link to the door."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/inbox"
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    plain = path.isprintable() and "\\" not in path
    return path if fine and plain and parts.path not in {"/sign-in", "/sign-out"} else "/inbox"


def address_of(request: Request) -> str:
    """Where a request comes from; what a proxy on this machine says of it."""
    direct = request.client.host if request.client else ""
    told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return told if told and direct in LOOPBACK else direct


async def _session(request: Request, log: Log) -> sessions.Session | None:
    token = request.cookies.get(sessions.cookie_name(request.app.state.settings.public_url))
    return await sessions.find(log.engine, token, utc_now()) if token else None
