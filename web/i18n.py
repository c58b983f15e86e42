"""Sentences: message codes such as `pledge.title` turned into Vietnamese or English, with dates and numbers written the local way.

Each screen has its own catalogue, `locale/<language>/LC_MESSAGES/<screen>.po`; together they are one. They are read as
they are, without compiling, and read again when one changes.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup

from events.decider import LOCAL_ZONE, local_date
from events.errors import Invalid, Refused

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("vi", "en")
DEFAULT = "vi"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


@dataclass(slots=True)
class Catalogue:
    """One language's messages by code: a sentence, or its plural forms."""

    language: str
    messages: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)
    stamp: tuple[tuple[str, int], ...] = ()
    looked_at: float = 0.0

    def plural(self, count: float) -> int:
        """Which form a count takes: Vietnamese has one, English two."""
        return 0 if self.language == "vi" or count == 1 else 1


def catalogue_files(language: str) -> list[Path]:
    """Every screen's catalogue of a language, in the order of their names."""
    return sorted((LOCALE / language / "LC_MESSAGES").glob("*.po"))


@cache
def _catalogue(language: str) -> Catalogue:
    return Catalogue(language)


def catalogue(language: str) -> Catalogue:
    """A language's messages; at most once a second it looks whether a file has changed."""
    held = _catalogue(language)
    now = time.monotonic()
    if held.stamp and now - held.looked_at < 1:
        return held
    files = catalogue_files(language)
    stamp = tuple((str(path), path.stat().st_mtime_ns) for path in files)
    if stamp != held.stamp:
        messages: dict[str, str | tuple[str, ...]] = {}
        repeated = []
        for path in files:
            with path.open("rb") as stream:
                for message in read_po(stream, locale=language):
                    code = message.id if isinstance(message.id, str) else message.id[0]
                    if not code:
                        continue
                    if code in messages:
                        repeated.append(code)
                    messages[code] = message.string if isinstance(message.string, str) else tuple(message.string or ())
        held.messages, held.repeated, held.stamp = messages, repeated, stamp
    held.looked_at = now
    return held


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it `_` speaks this language."""
    token = _language.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _language.reset(token)


def spoken() -> str:
    """The language of what is being written now."""
    return _language.get()


def has(code: str) -> bool:
    """Whether there is a sentence for a code in the language spoken now."""
    return code in catalogue(spoken()).messages


def gettext(code: str, /, **facts: Any) -> Markup:
    """The sentence of a code, its facts written the local way and escaped; the bare code when there is none.

    With plural forms the fact `n` chooses. A whole number whose name says `year` is one, and has no thousands mark.
    """
    held = catalogue(spoken())
    found = held.messages.get(code, code)
    if isinstance(found, tuple):
        found = found[min(held.plural(facts.get("n", 0)), len(found) - 1)]
    if not facts:
        return Markup(found.replace("%%", "%"))  # noqa: S704 - the catalogues are ours
    years = {name: str(fact) for name, fact in facts.items() if "year" in name and isinstance(fact, int)}
    written = {name: _written(fact) for name, fact in facts.items()} | years
    return Markup(found) % written  # noqa: S704 - and facts get escaped


def sentence(refused: Refused) -> Markup:
    """Why a command was refused, as a sentence."""
    return error_sentence(refused.code, refused.facts)


def error_sentence(code: str, facts: dict[str, Any] | None = None) -> Markup:
    """The sentence `error.<code>`; a general one when a code has none yet."""
    name = f"error.{code}"
    try:
        return gettext(name, **(facts or {})) if has(name) else gettext("error.unknown", code=code)
    except KeyError:
        return gettext("error.unknown", code=code)


def fault(refused: Invalid | None, name: str) -> Markup:
    """The sentences about one form field, or nothing."""
    if refused is None:
        return Markup()
    return Markup(" ").join(sentence(one) for one in refused.all if one.field == name)


def _written(fact: Any) -> Any:
    """A fact as a local reader writes it."""
    match fact:
        case Markup() | bool():
            return fact
        case int() | float():
            return number(fact)
        case datetime():
            return date_text(local_date(fact))
        case date():
            return date_text(fact)
        case list() | tuple() | set() | frozenset():
            return ", ".join(str(_written(one)) for one in fact)
        case None:
            return ""
    return fact


def number(value: float, digits: int = 2) -> str:
    """13.778 and 2,4 in Vietnamese, 13,778 and 2.4 in English; at most `digits` decimals."""
    return format_decimal(round(value, digits), locale=spoken())


def date_text(day: date, style: str = "short", *, today: date | None = None) -> str:
    """A local date: `short` 27/11 (with the year when it is not this one), `day` 27/11/2026, `full` with the weekday, `print` in words."""
    if style == "print":
        return str(
            gettext("ui.date.print", day=day.day, month=day.month, month_name=month_name(day.month), year=day.year)
        )
    if style == "full":
        return str(
            gettext("ui.date.full", weekday=_numbered("ui.weekday.", day.isoweekday()), date=date_text(day, "day"))
        )
    bare = f"{day.day}/{day.month}"
    return bare if style == "short" and day.year == (today or this_day()).year else f"{bare}/{day.year}"


def _numbered(code: str, number: int) -> Markup:
    return gettext(code + str(number))


def month_name(month: int) -> str:
    """`tháng 10`, `October`."""
    return str(_numbered("ui.month.", month))


def time_text(at: datetime) -> str:
    """14:02, in Viet Nam."""
    return at.astimezone(LOCAL_ZONE).strftime("%H:%M")


def relative_days(due: date, today: date | None = None) -> Markup:
    """How far off a date is, in words up to 14 days ahead; lateness is always counted."""
    days = (due - (today or this_day())).days
    if days < 0:
        return gettext("ui.days.late", n=-days)
    if days == 0:
        return gettext("ui.days.today")
    return gettext("ui.days.left", n=days) if days <= 14 else gettext("ui.days.on", date=date_text(due, today=today))


def this_day() -> date:
    """The local date now."""
    return local_date(datetime.now(LOCAL_ZONE))


def preferred(accept: str | None, languages: Sequence[str] = LANGUAGES) -> str:
    """The first language of an Accept-Language header that there is a catalogue for."""
    weighted: list[tuple[float, str]] = []
    for part in (accept or "")[:200].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            weighted.append((float(weight or 1), name.split("-")[0].lower()))
        except ValueError:
            continue
    order: Callable[[tuple[float, str]], float] = lambda one: -one[0]  # noqa: E731 - named for its type
    return next((name for _, name in sorted(weighted, key=order) if name in languages), DEFAULT)
