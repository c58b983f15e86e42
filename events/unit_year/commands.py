"""What can be asked of a unit's year: by the calendar (workflows), by the office, and by the cell's secretary."""

from dataclasses import dataclass
from datetime import date

from events.decider import Command
from events.policy import Stage, StepChange


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenUnitYear(Command):
    """The season opens the unit's year: the rule picks the members of the given ones that the policy has reviewed."""

    season: str
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AmendUnitCalendar(Command):
    """The office gives some stages of this unit other dates, with a reason."""

    changes: tuple[StepChange, ...]
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenStage(Command):
    """The calendar opens a stage for all members of the unit's year; `[]` when it is open already or not yet due to open."""

    stage: Stage
    month: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtendStage(Command):
    """The calendar carries an amended due date to an open stage; `[]` when it has that date."""

    stage: Stage
    month: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RemindStage(Command):
    """The calendar reminds the missing on a date; `[]` when done, when nobody is missing, or when `on` is long past (told years)."""

    stage: Stage
    month: int | None = None
    on: date
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EscalateStage(Command):
    """The calendar shows the missing to the committee above, once for a due date however long past."""

    stage: Stage
    month: int | None = None
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseStage(Command):
    """The calendar closes a stage and lists who is missing."""

    stage: Stage
    month: int | None = None
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthException:
    """A member left out of a confirmed month, with the reason they will read."""

    member: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmMonth(Command):
    """The secretary confirms a month for everyone who has reported, with exceptions by name.

    `seen`: (member, version of their report) as the secretary read them; a report changed since is a Conflict `check_in.changed`.
    """

    month: int
    seen: tuple[tuple[str, int], ...]
    exceptions: tuple[MonthException, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseUnitYear(Command):
    """The calendar closes the unit's year when every member's is closed."""


UnitYearCommand = (
    OpenUnitYear
    | AmendUnitCalendar
    | OpenStage
    | ExtendStage
    | RemindStage
    | EscalateStage
    | CloseStage
    | ConfirmMonth
    | CloseUnitYear
)
