"""What happens in one unit's year, as recorded in `unit-<year>-<unit>`: who takes part, stages opened and swept, months confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from events.codec import Sealed, event
from events.decider import Recorded, local_date
from events.policy import Stage, StepChange


@event("unit_year.opened")
class UnitYearOpened:
    """The unit's year begins for these memberships, under this version of the policy. `not_reviewed`: (member, reason code) left out."""

    season: str
    policy_version: int
    members: tuple[str, ...]
    not_reviewed: tuple[tuple[str, str], ...] = ()


@event("unit_year.calendar_amended")
class UnitCalendarAmended:
    """New dates for some stages of this unit, by the office, with the reason."""

    changes: tuple[StepChange, ...]
    reason: Sealed


@event("stage.opened")
class StageOpened:
    """A shared stage opens for these members (audience `members`; `heads` comes with the heads-first rule)."""

    stage: Stage
    month: int | None
    audience: str
    members: tuple[str, ...]
    due: date


@event("stage.extended")
class StageExtended:
    """An open stage gets another due date."""

    stage: Stage
    month: int | None
    due: date


@event("stage.reminded")
class StageReminded:
    """These members had not done the stage on the reminder's date `on` (local)."""

    stage: Stage
    month: int | None
    members: tuple[str, ...]
    on: date


@event("stage.escalated")
class StageEscalated:
    """After the due date these members are still missing; the committee of `to` is shown them."""

    stage: Stage
    month: int | None
    members: tuple[str, ...]
    to: str


@event("stage.closed")
class StageClosed:
    """The stage's time is over; these members have not done it. What comes later still counts, as late."""

    stage: Stage
    month: int | None
    missing: tuple[str, ...]


@event("check_in.month_confirmed")
class MonthConfirmed:
    """The secretary confirms a month for these members in one act; `excepted` are left out, each with a reason in their own stream."""

    month: int
    members: tuple[str, ...]
    excepted: tuple[str, ...]


@event("unit_year.closed")
class UnitYearClosed:
    """Every member's year in this unit is closed."""


@dataclass(frozen=True, slots=True)
class StageRecord:
    """A stage opened in the unit. `reminded_on`: dates already reminded of."""

    stage: Stage
    month: int | None
    members: frozenset[str]
    opened_on: date
    due: date
    reminded_on: frozenset[date] = frozenset()
    escalated: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class UnitYear:
    """A unit's year as of now; `opened` is None while it is not."""

    opened: UnitYearOpened | None = None
    amendments: tuple[tuple[StepChange, ...], ...] = ()
    stages: Mapping[tuple[Stage, int | None], StageRecord] = field(default_factory=dict)
    confirmed: Mapping[int, frozenset[str]] = field(default_factory=dict)
    closed: bool = False


def evolve(year: UnitYear, recorded: Recorded) -> UnitYear:
    """The unit's year with one more fact."""
    match recorded.event:
        case UnitYearOpened() as opened:
            return replace(year, opened=opened)
        case UnitCalendarAmended(changes=changes):
            return replace(year, amendments=(*year.amendments, changes))
        case StageOpened(stage=stage, month=month, members=members, due=due):
            before = year.stages.get((stage, month))
            record = StageRecord(stage, month, frozenset(members), local_date(recorded.occurred_at), due)
            if before is not None:
                record = replace(before, members=before.members | record.members)
            return replace(year, stages={**year.stages, (stage, month): record})
        case StageExtended(stage=stage, month=month, due=due):
            return _with_stage(year, stage, month, due=due, escalated=False, closed=False)
        case StageReminded(stage=stage, month=month, on=on):
            return _with_stage(year, stage, month, reminded_on=year.stages[stage, month].reminded_on | {on})
        case StageEscalated(stage=stage, month=month):
            return _with_stage(year, stage, month, escalated=True)
        case StageClosed(stage=stage, month=month):
            return _with_stage(year, stage, month, closed=True)
        case MonthConfirmed(month=month, members=members, excepted=excepted):
            held = (year.confirmed.get(month, frozenset()) | frozenset(members)) - frozenset(excepted)
            return replace(year, confirmed={**year.confirmed, month: held})
        case UnitYearClosed():
            return replace(year, closed=True)
    return year


def _with_stage(year: UnitYear, stage: Stage, month: int | None, **changes: object) -> UnitYear:
    record = replace(year.stages[stage, month], **changes)  # type: ignore[arg-type]  # names are StageRecord's
    return replace(year, stages={**year.stages, (stage, month): record})
