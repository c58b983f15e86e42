"""One thing that happened, as a line of a history shows it, and the small pieces its sentences are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from events.cycle.values import Point, Shortcoming
from events.decider import CALENDAR, Recorded, local_date
from events.policy import Level
from web.pages.access import YearView
from web.pages.said import Said, Together, said


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One thing that happened. `own`: people's words; `chip`: the state whose tint the word lies on, "" for none.

    `minor`: the calendar's own doing, told only where everything is.
    """

    day: date
    at: datetime
    state: str
    title: Said
    who: Said | None = None
    chip: str = ""
    word: Said | None = None
    lines: tuple[Said, ...] = ()
    own: str = ""
    links: tuple[tuple[str, Said], ...] = ()
    id: str = ""
    minor: bool = False

    @property
    def line(self) -> Together:
        """Its plain sentences as one line."""
        return Together((*self.lines, *((self.who,) if self.who else ())))


def entry(recorded: Recorded, state: str, title: Said, own: str = "", lines: tuple[Said, ...] = ()) -> Entry:
    """An entry at the event's time."""
    at = recorded.occurred_at
    return Entry(day=local_date(at), at=at, state=state, title=title, own=own, lines=lines)


def who(view: YearView, recorded: Recorded) -> Said | None:
    """Who did it; nothing where it was the member."""
    if recorded.actor == CALENDAR:
        return said("history.by_calendar")
    name = view.names.get(recorded.actor, recorded.actor)
    if recorded.on_behalf_of:
        return said("history.on_behalf", name=name, other=view.names.get(recorded.on_behalf_of, recorded.on_behalf_of))
    return None if recorded.actor == view.setting.subject else said("history.by", name=name)


def numbered(points: Sequence[Point]) -> str:
    """Points as one text."""
    return "\n\n".join(f"{point.number}. {point.text}" for point in points)


def named(shortcomings: Sequence[Shortcoming]) -> str:
    """Shortcomings as one text."""
    return joined(*(one.text for one in shortcomings))


def joined(*texts: str) -> str:
    """Texts as paragraphs of one, empty ones left out."""
    return "\n\n".join(text for text in texts if text)


def level_glyph(level: Level) -> str:
    """The rising bars of a level."""
    return f"level_{level.rank + 1}"


def level_name(level: Level) -> Said:
    """A level's name."""
    return said(f"level.{level.value}")


def step_name(stage: str, month: int | None) -> Said:
    """A shared step in the middle of a sentence: `cam kết`, `kết quả tháng 3`."""
    return said(f"step.{stage}", month=said(f"ui.month.{month}")) if month else said(f"step.{stage}")
