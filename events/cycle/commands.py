"""What can be asked of a member's year. One class per act; who may ask, and when, is decided in the stage's module."""

from dataclasses import dataclass
from datetime import date

from events.cycle.values import (
    Answer,
    AppliedCondition,
    Assessment,
    CarriedAnswer,
    ItemProgress,
    Job,
    LevelVotes,
    Point,
    RemedyReport,
    SectionText,
    StandardPledge,
)
from events.decider import Command
from events.policy import Level, Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class SubmitPledge(Command):
    """The member submits, or submits again with an answer to each point of the return."""

    jobs: tuple[Job, ...]
    exemplary: str
    standards: tuple[StandardPledge, ...]
    carried: tuple[CarriedAnswer, ...] = ()
    answers: tuple[Answer, ...] = ()
    held_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawPledge(Command):
    """The member takes it back while nobody has opened it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenPledgeForReview(Command):
    """A reviewer begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnPledge(Command):
    """A reviewer sends `round` back with points; numbers are given by the rule, 1, 2, …"""

    round: int
    points: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovePledge(Command):
    """A reviewer accepts exactly the submission `round`."""

    round: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportCheckIn(Command):
    """The member reports a month, item by item; again while it is not confirmed."""

    month: int
    items: tuple[ItemProgress, ...]
    held_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SubmitSelfCriticism(Command):
    """The member submits, or submits again with an answer to each point of the return."""

    sections: tuple[SectionText, ...]
    remedies: tuple[RemedyReport, ...] = ()
    self_rating: Level
    points_common: int | None = None
    points_results: int | None = None
    answers: tuple[Answer, ...] = ()
    held_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawSelfCriticism(Command):
    """The member takes it back while nobody has opened it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenSelfCriticismForReview(Command):
    """A reviewer begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveCriticism(Command):
    """A comrade of the cell criticises, tied to an item; `as_member`: the comrade's own membership (`m…`) in the cell."""

    as_member: str
    item: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerCriticism(Command):
    """The member answers one criticism, by its id."""

    criticism: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordPresentation(Command):
    """A reviewer records that it was presented before the cell."""

    held_on: date
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnSelfCriticism(Command):
    """A reviewer sends `round` back with points."""

    round: int
    points: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptSelfCriticism(Command):
    """A reviewer accepts exactly the submission `round`; texts of shortcomings named by the cell (ids are given by the rule)."""

    round: int
    remark: str
    shortcomings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordVote(Command):
    """The secretary records the cell's counted vote and what the cell found; after a return with an answer to each point."""

    held_on: date
    eligible: int
    present: int
    blank: int = 0
    votes: tuple[LevelVotes, ...]
    proposed: Level
    assessment: Assessment
    remark: str
    minority_note: str = ""
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectVote(Command):
    """A wrongly recorded vote is recorded anew, with the reason, before the decision."""

    held_on: date
    eligible: int
    present: int
    blank: int = 0
    votes: tuple[LevelVotes, ...]
    proposed: Level
    assessment: Assessment
    remark: str
    minority_note: str = ""
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnAppraisal(Command):
    """The deciding committee sends the proposal of `round` back to the cell with points."""

    round: int
    points: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DecideAppraisal(Command):
    """The deciding committee decides the level on the vote of `round`; `reason` where it differs from the cell's proposal."""

    round: int
    level: Level
    applied: tuple[AppliedCondition, ...] = ()
    reason: str = ""
    shortcomings: tuple[str, ...] = ()
    decision_no: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectAppraisal(Command):
    """A wrong decision is decided anew, with the reason; the window begins again. Not once the year is closed."""

    level: Level
    applied: tuple[AppliedCondition, ...] = ()
    reason: str
    shortcomings: tuple[str, ...] = ()
    decision_no: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AcknowledgeResult(Command):
    """The member has read the result."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantExtension(Command):
    """A reviewer gives this member a later date for an open stage."""

    stage: Stage
    month: int | None = None
    due: date
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenText(Command):
    """Someone above the cell opens the member's texts, with a reason."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenCycle(Command):
    """The calendar begins the year for who joined late."""

    unit: str
    policy_version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RemindReview(Command):
    """The calendar reminds those who owe the open step."""

    step: str
    round: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EscalateReview(Command):
    """The calendar shows the open step one level up."""

    step: str
    round: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MakeResultFinal(Command):
    """The calendar: the petition window is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseCycle(Command):
    """The calendar closes the year once the result is final."""


CycleCommand = (
    SubmitPledge
    | WithdrawPledge
    | OpenPledgeForReview
    | ReturnPledge
    | ApprovePledge
    | ReportCheckIn
    | SubmitSelfCriticism
    | WithdrawSelfCriticism
    | OpenSelfCriticismForReview
    | GiveCriticism
    | AnswerCriticism
    | RecordPresentation
    | ReturnSelfCriticism
    | AcceptSelfCriticism
    | RecordVote
    | CorrectVote
    | ReturnAppraisal
    | DecideAppraisal
    | CorrectAppraisal
    | AcknowledgeResult
    | GrantExtension
    | OpenText
    | OpenCycle
    | RemindReview
    | EscalateReview
    | MakeResultFinal
    | CloseCycle
)
