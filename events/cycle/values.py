"""What the events of a member's year are made of: jobs, points, answers, sections, the assessment. Free text is `Sealed`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from events.codec import Sealed
from events.policy import Level


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A concrete job tied to the member's duties (S5); it becomes a year-end criterion under its `id` (`job-1`, `job-2`)."""

    id: str
    title: Sealed
    duty: Sealed
    measure: Sealed
    deadline: date
    product: Sealed


@dataclass(frozen=True, kw_only=True, slots=True)
class StandardPledge:
    """An ethical standard of the year's list, by code, and how the member will train it."""

    code: str
    how: Sealed


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcoming:
    """A shortcoming named at a review; `id` is unique for the member: `2025-1`. Open until its remedy is accepted."""

    id: str
    text: Sealed


@dataclass(frozen=True, kw_only=True, slots=True)
class CarriedAnswer:
    """What the member says to a shortcoming carried in: a plan with a date, or a reason to drop it; it cannot be left out (S12)."""

    shortcoming: str
    text: Sealed
    dropped: bool = False
    plan: Sealed = ""
    remedy_by: date | None = None
    reason: Sealed = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One numbered point of a return, tied to a section of the text (`jobs`, `exemplary`, `standards`, a section's code)."""

    number: int
    section: str
    text: Sealed


class AnswerKind(StrEnum):
    """How a point was met."""

    REVISED = "revised"
    EXPLAINED = "explained"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The member's answer to one point of the last return, by its number."""

    point: int
    kind: AnswerKind
    text: Sealed


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemProgress:
    """A month's result for one pledged item: `item` is a job's id, `exemplary`, `standard-<code>` or a shortcoming's id; progress 0-100."""

    item: str
    progress: int
    done: Sealed


class Grade(StrEnum):
    """Grades of the regimes before 2025."""

    EXCELLENT = "xuat_sac"
    GOOD = "tot"
    AVERAGE = "trung_binh"
    POOR = "kem"


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionText:
    """One section of the form for the member's track, by the policy's code; graded only where the policy says so."""

    code: str
    text: Sealed
    grade: Grade | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RemedyReport:
    """What became of a shortcoming carried from last year, as the member reports it and the cell sees it."""

    shortcoming: str
    remedied: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelVotes:
    """How many votes a level got."""

    level: Level
    votes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """The facts that the conditions of a level are checked against, as the cell found them. Points and percents are whole numbers.

    `late_pct`: share of tasks behind schedule. `above_requirement_pct`: by how much the requirement was exceeded.
    `grades`: by section code, for the regimes graded in four grades. `disqualifying`: codes of the policy's list.
    """

    points_common: int | None = None
    points_results: int | None = None
    tasks_done_pct: int
    above_requirement_pct: int = 0
    late_pct: int = 0
    disciplined: bool = False
    disqualifying: tuple[str, ...] = ()
    professional_level: Level | None = None
    grades: tuple[tuple[str, Grade], ...] = ()
    unremedied: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """A condition that keeps a member from a level. `counted` is False for a recalled condition the committee has not applied."""

    level: Level
    condition: str
    counted: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AppliedCondition:
    """A recalled condition that the committee applied by a decision of its own, with the reason."""

    condition: str
    reason: Sealed
