"""What a stream's calendar asks for next: plain values between workflow and activity, and the pure functions that find them.

The functions run inside a reading, not in the workflow: their result is in its history, so a new release may change them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from events.cycle.tasks import Due
from events.policy import Stage, Step
from events.unit_year.facts import StageRecord, UnitYear


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A reading of a stream as of an instant; `tried`: keys of acts that came to nothing today."""

    stream: str
    at: datetime
    tried: tuple[str, ...] = ()


class Act(StrEnum):
    """What the calendar does to a unit's year."""

    OPEN = "open"
    EXTEND = "extend"
    REMIND = "remind"
    ESCALATE = "escalate"
    CLOSE = "close"
    CLOSE_YEAR = "close_year"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of a unit's calendar: the act, from which local date on, and the date that names it in its command id."""

    act: Act
    on: date
    stage: Stage | None = None
    month: int | None = None
    named: date | None = None

    @property
    def key(self) -> str:
        """`remind/pledge/2026-03-24`, `close_year`."""
        if self.stage is None:
            return self.act.value
        stage = self.stage.value if self.month is None else f"{self.stage.value}-{self.month}"
        return f"{self.act.value}/{stage}/{self.named}"


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitPage:
    """A unit's year as its workflow sees it: which version was read, whether it is over, and the next entry."""

    version: int
    closed: bool
    entry: Entry | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StageAct:
    """An entry to be carried out on a stream, as of the workflow's time."""

    stream: str
    at: datetime
    entry: Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class SeasonPage:
    """A season as its workflow sees it. `finished`: the year of every unit with members was opened and is closed."""

    version: int
    closed: bool
    finished: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Open the next units' years of a season, those after `after` in the order of the tree."""

    stream: str
    at: datetime
    after: str


def entries(year: UnitYear, steps: Iterable[Step], today: date) -> Iterator[Entry]:
    """The unit's calendar from today on and what of the past is still owed: openings, one escalation per due date, closings.

    A reminder belongs to its day: one for a past date is never made up for. After an opening, the rest of that stage follows.
    """
    for step in steps:
        record = year.stages.get((step.stage, step.month))
        if record is None:
            yield _entry(Act.OPEN, step, step.opens, step.opens)
        else:
            yield from _of_open_stage(record, step, today)


def _of_open_stage(record: StageRecord, step: Step, today: date) -> Iterator[Entry]:
    if record.due != step.due:  # the other dates follow from this one
        yield _entry(Act.EXTEND, step, today, step.due)
        return
    if record.closed:
        return
    for day in step.remind_on:
        if day >= today and day > record.opened_on and day not in record.reminded_on:
            yield _entry(Act.REMIND, step, day, day)
    if not record.escalated:
        yield _entry(Act.ESCALATE, step, step.due + timedelta(days=1), step.due)
    yield _entry(Act.CLOSE, step, step.closes + timedelta(days=1), step.closes)


def _entry(act: Act, step: Step, on: date, named: date) -> Entry:
    return Entry(act=act, on=on, stage=step.stage, month=step.month, named=named)


def in_order(found: Iterable[Entry]) -> list[Entry]:
    """By date; of one date in the order of the acts."""
    acts = list(Act)
    return sorted(found, key=lambda entry: (entry.on, acts.index(entry.act)))


@dataclass(frozen=True, kw_only=True, slots=True)
class CyclePage:
    """A member's year as its workflow sees it: which version was read, whether it is over, and the next personal date."""

    version: int
    closed: bool
    due: Due | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DueAct:
    """A personal date to be acted on, as of the workflow's time."""

    stream: str
    at: datetime
    due: Due
