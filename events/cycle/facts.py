"""What happens in one member's year, as recorded in the stream `cycle-<year>-<member>`. Texts are about the member, under their key."""

from datetime import date

from events.codec import Sealed, event
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
    Shortcoming,
    StandardPledge,
    Stop,
)
from events.policy import Level, Stage


@event("cycle.opened")
class CycleOpened:
    """The year began for a member who joined after the unit's year was opened."""

    unit: str
    policy_version: int


@event("pledge.submitted")
class PledgeSubmitted:
    """A member's promise for the year, from round 1. `late`: after the opening's due date. `answers`: to the last return's points."""

    jobs: tuple[Job, ...]
    exemplary: Sealed
    standards: tuple[StandardPledge, ...]
    carried: tuple[CarriedAnswer, ...]
    answers: tuple[Answer, ...]
    round: int
    late: bool
    review_due: date


@event("pledge.withdrawn")
class PledgeWithdrawn:
    """Taken back by the member before anyone opened it for review."""


@event("pledge.opened_for_review")
class PledgeOpenedForReview:
    """A reviewer began; from here on it can be returned or approved, not withdrawn."""


@event("pledge.returned")
class PledgeReturned:
    """Sent back with numbered points; the answer is due on a local date."""

    points: tuple[Point, ...]
    answer_due: date


@event("pledge.approved")
class PledgeApproved:
    """Accepted as submitted in `round`; the points of earlier returns are settled with it."""

    round: int


@event("check_in.reported")
class CheckInReported:
    """A month's results, item by item. `late`: after the month's due date, reckoned by `held_on` within the days of grace."""

    month: int
    items: tuple[ItemProgress, ...]
    late: bool


@event("check_in.returned")
class CheckInReturned:
    """Left out when the secretary confirmed the month, with the reason; the member reports again."""

    month: int
    reason: Sealed


@event("self_criticism.submitted")
class SelfCriticismSubmitted:
    """The member's own account of the year, with the level and points they name for themselves."""

    sections: tuple[SectionText, ...]
    remedies: tuple[RemedyReport, ...]
    self_rating: Level
    points_common: int | None
    points_results: int | None
    answers: tuple[Answer, ...]
    round: int
    late: bool
    review_due: date


@event("self_criticism.withdrawn")
class SelfCriticismWithdrawn:
    """Taken back by the member before anyone opened it for review."""


@event("self_criticism.opened_for_review")
class SelfCriticismOpenedForReview:
    """A reviewer began reading."""


@event("criticism.given")
class CriticismGiven:
    """A comrade's criticism, tied to an item: a job's id, `exemplary`, `standard-<code>`, a shortcoming's id or a section's code."""

    id: str
    item: str
    text: Sealed


@event("criticism.answered")
class CriticismAnswered:
    """The member's answer to one criticism."""

    id: str
    text: Sealed


@event("self_criticism.presented")
class SelfCriticismPresented:
    """Presented before the cell on a local date; `basis`: number of the minutes or how it is known."""

    held_on: date
    basis: Sealed


@event("self_criticism.returned")
class SelfCriticismReturned:
    """Sent back with numbered points; the answer is due on a local date."""

    points: tuple[Point, ...]
    answer_due: date


@event("self_criticism.accepted")
class SelfCriticismAccepted:
    """Accepted as submitted in `round`, with the cell committee's remark and the shortcomings it names for next year (S12)."""

    round: int
    remark: Sealed
    shortcomings: tuple[Shortcoming, ...]


@event("appraisal.vote_recorded")
class VoteRecorded:
    """The cell's counted vote and what the cell found. `decision_due`: local date by which the committee above acts."""

    held_on: date
    eligible: int
    present: int
    blank: int = 0
    votes: tuple[LevelVotes, ...]
    proposed: Level
    assessment: Assessment
    remark: Sealed
    minority_note: Sealed
    answers: tuple[Answer, ...]
    decision_due: date


@event("appraisal.vote_corrected")
class VoteCorrected:
    """The vote as it should have been recorded, with the reason; the first record stays in the log."""

    held_on: date
    eligible: int
    present: int
    blank: int = 0
    votes: tuple[LevelVotes, ...]
    proposed: Level
    assessment: Assessment
    remark: Sealed
    minority_note: Sealed
    reason: Sealed


@event("appraisal.returned")
class AppraisalReturned:
    """The deciding committee sends the proposal back to the cell with numbered points."""

    points: tuple[Point, ...]
    answer_due: date


@event("appraisal.decided")
class AppraisalDecided:
    """The level of the year. `by_rule`: the highest level whose conditions all hold; `stopped`: what keeps from each higher one.

    `unit`: whose committee decided. `acknowledge_by`: last local date of the petition window, after which the result is final.
    """

    unit: str
    level: Level
    by_rule: Level
    stopped: tuple[Stop, ...]
    applied: tuple[AppliedCondition, ...]
    reason: Sealed
    shortcomings: tuple[Shortcoming, ...]
    decision_no: str
    acknowledge_by: date


@event("appraisal.corrected")
class AppraisalCorrected:
    """The decision as it should have been, with the reason; the first one stays in the log and a new window begins."""

    unit: str
    level: Level
    by_rule: Level
    stopped: tuple[Stop, ...]
    applied: tuple[AppliedCondition, ...]
    reason: Sealed
    shortcomings: tuple[Shortcoming, ...]
    decision_no: str
    acknowledge_by: date


@event("result.acknowledged")
class ResultAcknowledged:
    """The member has read the result and accepts it as told."""


@event("result.became_final")
class ResultBecameFinal:
    """The window is over without an acknowledgement."""


@event("cycle.closed")
class CycleClosed:
    """The year is over for this member: the level, and the shortcomings that are carried into next year's pledge."""

    level: Level
    carried: tuple[Shortcoming, ...]


@event("extension.granted")
class ExtensionGranted:
    """One member's own later due date for an open stage, with the reason."""

    stage: Stage
    month: int | None
    due: date
    reason: Sealed


@event("review.reminded")
class ReviewReminded:
    """Those who owe a review, a decision or an answer were reminded. `step`: key of the open task, `round`: which one."""

    step: str
    round: int


@event("review.escalated")
class ReviewEscalated:
    """The open step was shown to the committee one level up, because its date had passed."""

    step: str
    round: int
    to: str


@event("text.opened")
class TextOpened:
    """Someone above the cell opened the member's texts, with a reason the member sees."""

    reason: Sealed
