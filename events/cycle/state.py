"""What a member's year has come to: the fold of its stream. Read by every decision, page and deadline of the year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from events.cycle import facts
from events.cycle.values import Point, Shortcoming
from events.policy import Level, Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A stage opened for this member by the unit's year, with its due date in force (extensions of the unit included)."""

    stage: Stage
    month: int | None
    opened_on: date
    due: date
    closed: bool = False


class Review(StrEnum):
    """Where a text stands that a committee reviews (the pledge, the self-criticism)."""

    NONE = "none"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Pledge:
    """The pledge: the last submission, the points of the last return (empty once answered and approved), and dates."""

    state: Review = Review.NONE
    round: int = 0
    version: int = 0  # stream version of the last submission: an approver approves exactly this one
    submitted: facts.PledgeSubmitted | None = None
    submitted_at: datetime | None = None
    points: tuple[Point, ...] = ()
    answer_due: date | None = None
    returned_at: datetime | None = None
    approved_at: datetime | None = None
    approved_by: str = ""

    def items(self) -> tuple[str, ...]:
        """Ids of what was pledged, in the order of the form: jobs, `exemplary`, `standard-<code>`, kept shortcomings."""
        if self.submitted is None:
            return ()
        return (
            *(job.id for job in self.submitted.jobs),
            "exemplary",
            *(f"standard-{standard.code}" for standard in self.submitted.standards),
            *(debt.id for debt in self.debts),
        )

    @property
    def debts(self) -> tuple[Shortcoming, ...]:
        """Shortcomings carried in that the member keeps and remedies this year."""
        if self.submitted is None:
            return ()
        return tuple(
            Shortcoming(id=said.shortcoming, text=said.text) for said in self.submitted.carried if not said.dropped
        )


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A month's report; `returned` holds the secretary's reason until it is reported again."""

    reported: facts.CheckInReported
    version: int
    reported_at: datetime
    returned: str = ""
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Criticism:
    """A comrade's criticism and the member's answer to it, if any."""

    given: facts.CriticismGiven
    by: str
    at: datetime
    answer: str = ""


@dataclass(frozen=True, slots=True)
class SelfCriticism:
    """The self-criticism: the last submission, its criticisms, when it was presented, the committee's remark."""

    state: Review = Review.NONE
    round: int = 0
    version: int = 0
    submitted: facts.SelfCriticismSubmitted | None = None
    submitted_at: datetime | None = None
    points: tuple[Point, ...] = ()
    answer_due: date | None = None
    returned_at: datetime | None = None
    criticisms: tuple[Criticism, ...] = ()
    presented: facts.SelfCriticismPresented | None = None
    accepted: facts.SelfCriticismAccepted | None = None
    accepted_at: datetime | None = None


class AppraisalState(StrEnum):
    """Where the appraisal stands."""

    NONE = "none"
    PROPOSED = "proposed"
    RETURNED = "returned"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Appraisal:
    """The vote in force (a correction replaces the record before it), the return's points, the decision in force."""

    state: AppraisalState = AppraisalState.NONE
    round: int = 0
    vote: facts.VoteRecorded | facts.VoteCorrected | None = None
    vote_version: int = 0
    voted_at: datetime | None = None
    decision_due: date | None = None
    points: tuple[Point, ...] = ()
    answer_due: date | None = None
    returned_at: datetime | None = None
    decision: facts.AppraisalDecided | facts.AppraisalCorrected | None = None
    decision_version: int = 0
    decided_at: datetime | None = None
    decisions: int = 0


@dataclass(frozen=True, slots=True)
class Cycle:
    """One member's year. `reminded` and `escalated`: (step, round) pairs already done, so that neither happens twice."""

    opened: facts.CycleOpened | None = None
    opened_at: datetime | None = None
    pledge: Pledge = Pledge()
    check_ins: Mapping[int, CheckIn] = field(default_factory=dict)
    self_criticism: SelfCriticism = SelfCriticism()
    appraisal: Appraisal = Appraisal()
    acknowledged_at: datetime | None = None
    final_at: datetime | None = None
    closed: facts.CycleClosed | None = None
    extensions: Mapping[tuple[Stage, int | None], date] = field(default_factory=dict)
    reminded: frozenset[tuple[str, int]] = frozenset()
    escalated: frozenset[tuple[str, int]] = frozenset()

    @property
    def named(self) -> tuple[Shortcoming, ...]:
        """Shortcomings named this year, by the cell and by the deciding committee: next year's carried debts."""
        accepted, decision = self.self_criticism.accepted, self.appraisal.decision
        return (*(accepted.shortcomings if accepted else ()), *(decision.shortcomings if decision else ()))

    @property
    def carried_over(self) -> tuple[Shortcoming, ...]:
        """What goes into next year's pledge: debts that the cell did not find remedied (all, while it has not voted), then the named."""
        if self.closed is not None:
            return self.closed.carried
        vote = self.appraisal.vote
        kept = [debt for debt in self.pledge.debts if vote is None or debt.id in vote.assessment.unremedied]
        return (*kept, *self.named)

    def due(self, opening: Opening) -> date:
        """The due date in force for this member: the opening's, or a later one of their own."""
        return max(opening.due, self.extensions.get((opening.stage, opening.month), opening.due))

    @property
    def level(self) -> Level | None:
        """The decided level, or None while there is none."""
        return self.appraisal.decision.level if self.appraisal.decision else None
