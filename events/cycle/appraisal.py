"""The appraisal: the cell's counted vote, the committee's return or decision on it, and corrections of either."""

from datetime import date, timedelta
from typing import TypedDict

from events.access import Action
from events.commendation import CommendationState, CommendationWithdrawn
from events.cycle.assessment import vote_faults
from events.cycle.commands import CorrectAppraisal, CorrectVote, DecideAppraisal, RecordVote, ReturnAppraisal
from events.cycle.facts import AppraisalCorrected, AppraisalDecided, AppraisalReturned, VoteCorrected, VoteRecorded
from events.cycle.review import answer_faults, numbered, point_faults, require_running, text_faults, tidy, tidy_answers
from events.cycle.setting import Setting
from events.cycle.state import AppraisalState, Cycle, Review
from events.cycle.values import Assessment, LevelVotes
from events.cycle.verdict import says_the_same, verdict, verdict_faults
from events.decider import In
from events.errors import Conflict, refuse_all
from events.ids import commendation_stream
from events.policy import Level, Stage

SECTIONS = ("vote", "assessment", "remark")
"""Parts of the cell's proposal that a point of a return can be tied to."""


def record_vote(cycle: Cycle, command: RecordVote, setting: Setting) -> list[object]:
    """The cell's counted vote on an accepted self-criticism; after a return, counted again with an answer to each point.

    `[]` when exactly this is proposed. Conflict `appraisal.not_open`, `appraisal.self_criticism_not_accepted`,
    `appraisal.proposed`, `appraisal.decided`. Source: regulations.md 1.6 and 2.4.
    """
    setting.require_reviewer(Action.RECORD_VOTE)
    require_running(cycle, setting)
    if setting.opening(Stage.APPRAISAL) is None:
        raise Conflict("appraisal.not_open")
    if cycle.self_criticism.state is not Review.APPROVED:
        raise Conflict("appraisal.self_criticism_not_accepted")
    appraisal = cycle.appraisal
    recorded = VoteRecorded(
        **_counted(command),
        answers=tidy_answers(command.answers),
        decision_due=setting.on + timedelta(days=setting.policy.review.decision_days),
    )
    match appraisal.state:
        case AppraisalState.PROPOSED:
            if appraisal.vote is not None and _same(appraisal.vote, recorded):
                return []
            raise Conflict("appraisal.proposed")
        case AppraisalState.DECIDED:
            raise Conflict("appraisal.decided")
        case _:
            refuse_all([*vote_faults(cycle, command, setting), *answer_faults(appraisal.points, command.answers)])
            return [recorded]


def correct_vote(cycle: Cycle, command: CorrectVote, setting: Setting) -> list[object]:
    """A vote recorded wrongly, as it should have been, with the reason; also after the decision, which then stands until corrected.

    `[]` when it is recorded so. Conflict `appraisal.no_vote`; `appraisal.returned` when the cell is asked to vote again anyway.
    """
    setting.require_reviewer(Action.RECORD_VOTE)
    require_running(cycle, setting)
    appraisal = cycle.appraisal
    if appraisal.vote is None:
        raise Conflict("appraisal.no_vote")
    if appraisal.state is AppraisalState.RETURNED:
        raise Conflict("appraisal.returned")
    corrected = VoteCorrected(**_counted(command), reason=tidy(command.reason))
    if _same(appraisal.vote, corrected):
        return []
    refuse_all([*vote_faults(cycle, command, setting), *text_faults(command.reason, "reason")])
    return [corrected]


def return_appraisal(cycle: Cycle, command: ReturnAppraisal, setting: Setting) -> list[object]:
    """Back to the cell with numbered points and a date for the answer. Conflict `appraisal.changed` unless `round` is what waits."""
    setting.require_decider()
    require_running(cycle, setting)
    appraisal, points = cycle.appraisal, numbered(command.points)
    if appraisal.state is AppraisalState.RETURNED and (appraisal.round, appraisal.points) == (command.round, points):
        return []
    _require_proposed(cycle, command.round)
    refuse_all(point_faults(command.points, SECTIONS))
    due = setting.on + timedelta(days=setting.policy.review.answer_days)
    return [AppraisalReturned(points=points, answer_due=due)]


def decide_appraisal(cycle: Cycle, command: DecideAppraisal, setting: Setting) -> list[object]:
    """The level of the year, never above the rule's; with a reason where it is not what the cell proposed.

    `[]` when this is the decision. Conflict `appraisal.changed`, `appraisal.no_vote`, `appraisal.returned`, `appraisal.decided`;
    Invalid `appraisal.level_above_rule`, `appraisal.applied_unknown`. Source: regulations.md 1.2 and 1.6, step 6.
    """
    setting.require_decider()
    require_running(cycle, setting)
    vote, before = cycle.appraisal.vote, cycle.appraisal.decision
    if vote is None:
        raise Conflict("appraisal.no_vote")
    decided = verdict(cycle, command, setting, vote.assessment)
    if isinstance(before, AppraisalDecided) and says_the_same(before, decided):
        return []
    _require_proposed(cycle, command.round)
    wants_reason = command.level is not vote.proposed or bool(command.reason)
    reason_faults = text_faults(command.reason, "reason") if wants_reason else []
    refuse_all([*verdict_faults(decided, command, setting), *reason_faults])
    return [AppraisalDecided(**decided)]


def correct_appraisal(cycle: Cycle, command: CorrectAppraisal, setting: Setting) -> list[object]:
    """A wrong decision decided anew, with the reason, until the year is closed; a new window begins.

    A lower level takes back what was proposed or granted on the old one. `[]` when this is the decision. Conflict `appraisal.not_decided`.
    """
    setting.require_decider()
    require_running(cycle, setting)
    before, vote = cycle.appraisal.decision, cycle.appraisal.vote
    if before is None or vote is None:
        raise Conflict("appraisal.not_decided")
    decided = verdict(cycle, command, setting, vote.assessment)
    if says_the_same(before, decided):
        return []
    refuse_all([*verdict_faults(decided, command, setting), *text_faults(command.reason, "reason")])
    corrected: list[object] = [AppraisalCorrected(**decided)]
    valid = setting.commendation in {CommendationState.PROPOSED, CommendationState.GRANTED}
    if valid and command.level.rank < before.level.rank:
        withdrawn = CommendationWithdrawn(reason=tidy(command.reason))
        corrected.append(In(commendation_stream(setting.member, setting.year), withdrawn))
    return corrected


def _require_proposed(cycle: Cycle, number: int) -> None:
    match cycle.appraisal.state:
        case AppraisalState.NONE:
            raise Conflict("appraisal.no_vote")
        case AppraisalState.RETURNED:
            raise Conflict("appraisal.returned")
        case AppraisalState.DECIDED:
            raise Conflict("appraisal.decided")
        case AppraisalState.PROPOSED:
            if cycle.appraisal.round != number:
                raise Conflict("appraisal.changed", round=cycle.appraisal.round)


class _Counted(TypedDict):
    """The fields that a vote and its correction share."""

    held_on: date
    eligible: int
    present: int
    blank: int
    votes: tuple[LevelVotes, ...]
    proposed: Level
    assessment: Assessment
    remark: str
    minority_note: str


def _counted(command: RecordVote | CorrectVote) -> _Counted:
    return _Counted(
        held_on=command.held_on,
        eligible=command.eligible,
        present=command.present,
        blank=command.blank,
        votes=tuple(sorted(command.votes, key=lambda one: -one.level.rank)),
        proposed=command.proposed,
        assessment=command.assessment,
        remark=tidy(command.remark),
        minority_note=tidy(command.minority_note),
    )


def _same(before: VoteRecorded | VoteCorrected, after: VoteRecorded | VoteCorrected) -> bool:
    return all(getattr(before, name) == getattr(after, name) for name in _Counted.__annotations__)
