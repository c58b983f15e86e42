"""Turns a screen and its context into a response: the whole page for a browser, one block for htmx, in the reader's language.

Templates find these names without importing anything: `_`, `ui` (the macros of `_ui.html`), `asset`, `fault`, the filters
below, and `request`, `look`, `chrome`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from events.decider import local_date
from web import i18n, words

HERE = Path(__file__).parent
STATIC = HERE / "static"
THEMES = ("auto", "light", "dark")
SIZES = ("normal", "large", "larger")


@dataclass(frozen=True, slots=True)
class Look:
    """How a reader wants pages: language, theme (`auto` follows the machine) and text size."""

    language: str = i18n.DEFAULT
    theme: str = "auto"
    size: str = "normal"


@dataclass(frozen=True, slots=True)
class Banner:
    """One notice under the bar: `kind` is `info` or `trouble`, `code` a message, `facts` what it needs."""

    kind: str
    code: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chrome:
    """What frames every signed-in page.

    Attributes:
        role, unit: the highest post (`post.<role>` says it) and where; without a post the cell; empty while nothing is known.
        said: what was just done, told once at the head of the page.
        open_count: tasks that wait for the person.
        office: whether the year's calendar is theirs to run.
        year: whether they are a member of a cell and so have years of their own.
        board: whether there is a cell whose states they may see.
    """

    name: str
    role: str = ""
    unit: str = ""
    open_count: int = 0
    office: bool = False
    year: bool = True
    board: bool = True
    banner: Banner | None = None
    said: "Said | None" = None


@dataclass(frozen=True, slots=True)
class Said:
    """What was just done: a message, and among its facts perhaps `undo`, a path that a button posts to."""

    code: str
    facts: Mapping[str, Any]


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.globals.update(
        _=i18n.gettext,
        fault=i18n.fault,
        sentence=i18n.sentence,
        has=i18n.has,
        asset=asset,
        month=i18n.month_name,
        today=i18n.this_day,
        field_id=field_id,
    )
    made.filters.update(
        local_date=_local_date,
        local_time=i18n.time_text,
        relative_days=i18n.relative_days,
        month=i18n.month_name,
        number=i18n.number,
        text=words.paragraphs,
        line=words.line,
        diff_from=lambda new, old: words.diff_words(old, new),
        bound=bound,
    )
    made.globals["diff_words"] = words.diff_words
    made.globals["ui"] = made.get_template("_ui.html").module
    return made


def field_id(name: str) -> str:
    """The element id of a form field, which error summaries link to."""
    return "f-" + name.replace(".", "-")


def bound(value: object) -> str:
    """A number and its unit, or a form of address and a name, kept on one line."""
    return str(value).replace(" ", "\u00a0")


def _local_date(value: date | datetime | None, style: str = "short") -> str:
    if value is None:
        return ""
    return i18n.date_text(local_date(value) if isinstance(value, datetime) else value, style)


@lru_cache(maxsize=1)
def _manifest(stamp: int) -> dict[str, str]:
    return dict(json.loads((STATIC / "manifest.json").read_text())) if stamp else {}


def asset(name: str) -> str:
    """The address of a built asset by its logical name (`app.css`); hashed names may be cached for good."""
    manifest = STATIC / "manifest.json"
    stamp = manifest.stat().st_mtime_ns if manifest.exists() else 0
    return "/static/" + _manifest(stamp).get(name, name)


TEMPLATES = _environment()


def wants_block(request: Request) -> bool:
    """Whether htmx asked for a part of the page: not a boosted link, nor a page taken back from history."""
    headers = request.headers
    return "hx-request" in headers and "hx-boosted" not in headers and "hx-history-restore-request" not in headers


def look_of(request: Request) -> Look:
    """The reader's choices, as `web.deps` found them for this request."""
    look: Look | None = getattr(request.state, "look", None)
    if look is not None:
        return look
    cookie = request.cookies.get("camket_look", "").split(".")
    theme = next((one for one in cookie if one in THEMES), "auto")
    size = next((one for one in cookie if one in SIZES), "normal")
    language = next((one for one in cookie if one in i18n.LANGUAGES), None)
    look = Look(language or i18n.preferred(request.headers.get("accept-language")), theme, size)
    request.state.look = look
    return look


def render(
    request: Request,
    screen: str,
    *,
    block: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """The page `<screen>.html`, or one block of it when htmx asks; never cached, in the reader's language."""
    template = TEMPLATES.get_template(f"{screen}.html")
    look = look_of(request)
    given = {
        "request": request,
        "look": look,
        "chrome": getattr(request.state, "chrome", None),
        "screen": screen,
        "refused": None,
        **context,
    }
    with i18n.speaking(look.language):
        if block and wants_block(request):
            made = template.new_context(given)
            text = "".join(template.blocks[block](made))
        else:
            text = template.render(given)
    answer = HTMLResponse(text, status, dict(headers or {}))
    answer.headers["Vary"] = "HX-Request, Accept-Language, Cookie"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Language"] = look.language
    return answer
