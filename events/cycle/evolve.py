"""How a member's year grows: one event at a time, nothing refused."""

from dataclasses import replace

from events.cycle import facts
from events.cycle.state import Appraisal, AppraisalState, CheckIn, Criticism, Cycle, Pledge, Review, SelfCriticism
from events.decider import Recorded


def evolve(cycle: Cycle, recorded: Recorded) -> Cycle:
    """The year with one more fact."""
    match recorded.event:
        case facts.CycleOpened() as opened:
            return replace(cycle, opened=opened, opened_at=recorded.occurred_at)
        case facts.CheckInReported() as reported:
            report = CheckIn(reported, recorded.version, recorded.occurred_at)
            return replace(cycle, check_ins={**cycle.check_ins, reported.month: report})
        case facts.CheckInReturned(month=month, reason=reason):
            back = replace(cycle.check_ins[month], returned=reason, returned_at=recorded.occurred_at)
            return replace(cycle, check_ins={**cycle.check_ins, month: back})
        case facts.ResultAcknowledged():
            return replace(cycle, acknowledged_at=recorded.occurred_at, final_at=recorded.occurred_at)
        case facts.ResultBecameFinal():
            return replace(cycle, final_at=recorded.occurred_at)
        case facts.CycleClosed() as closed:
            return replace(cycle, closed=closed)
        case facts.ExtensionGranted(stage=stage, month=month, due=due):
            return replace(cycle, extensions={**cycle.extensions, (stage, month): due})
        case facts.ReviewReminded(step=step, round=number):
            return replace(cycle, reminded=cycle.reminded | {(step, number)})
        case facts.ReviewEscalated(step=step, round=number):
            return replace(cycle, escalated=cycle.escalated | {(step, number)})
    pledge = _pledge(cycle.pledge, recorded)
    if pledge is not cycle.pledge:
        return replace(cycle, pledge=pledge)
    self_criticism = _self_criticism(cycle.self_criticism, recorded)
    if self_criticism is not cycle.self_criticism:
        return replace(cycle, self_criticism=self_criticism)
    appraisal = _appraisal(cycle.appraisal, recorded)
    if appraisal is not cycle.appraisal:
        if isinstance(recorded.event, facts.AppraisalCorrected):
            return replace(cycle, appraisal=appraisal, acknowledged_at=None, final_at=None)
        return replace(cycle, appraisal=appraisal)
    return cycle


def _pledge(pledge: Pledge, recorded: Recorded) -> Pledge:
    match recorded.event:
        case facts.PledgeSubmitted() as submitted:
            return replace(
                pledge,
                state=Review.SUBMITTED,
                round=submitted.round,
                version=recorded.version,
                submitted=submitted,
                submitted_at=recorded.occurred_at,
            )
        case facts.PledgeWithdrawn():
            return replace(pledge, state=Review.RETURNED if pledge.points else Review.NONE)
        case facts.PledgeOpenedForReview():
            return replace(pledge, state=Review.IN_REVIEW)
        case facts.PledgeReturned(points=points, answer_due=due):
            return replace(
                pledge, state=Review.RETURNED, points=points, answer_due=due, returned_at=recorded.occurred_at
            )
        case facts.PledgeApproved():
            return replace(
                pledge,
                state=Review.APPROVED,
                points=(),
                answer_due=None,
                approved_at=recorded.occurred_at,
                approved_by=recorded.actor,
            )
    return pledge


def _self_criticism(text: SelfCriticism, recorded: Recorded) -> SelfCriticism:
    match recorded.event:
        case facts.SelfCriticismSubmitted() as submitted:
            return replace(
                text,
                state=Review.SUBMITTED,
                round=submitted.round,
                version=recorded.version,
                submitted=submitted,
                submitted_at=recorded.occurred_at,
            )
        case facts.SelfCriticismWithdrawn():
            return replace(text, state=Review.RETURNED if text.points else Review.NONE)
        case facts.SelfCriticismOpenedForReview():
            return replace(text, state=Review.IN_REVIEW)
        case facts.CriticismGiven() as given:
            return replace(text, criticisms=(*text.criticisms, Criticism(given, recorded.actor, recorded.occurred_at)))
        case facts.CriticismAnswered(id=answered, text=answer):
            return replace(
                text,
                criticisms=tuple(
                    replace(one, answer=answer) if one.given.id == answered else one for one in text.criticisms
                ),
            )
        case facts.SelfCriticismPresented() as presented:
            return replace(text, presented=presented)
        case facts.SelfCriticismReturned(points=points, answer_due=due):
            return replace(text, state=Review.RETURNED, points=points, answer_due=due, returned_at=recorded.occurred_at)
        case facts.SelfCriticismAccepted() as accepted:
            return replace(
                text,
                state=Review.APPROVED,
                points=(),
                answer_due=None,
                accepted=accepted,
                accepted_at=recorded.occurred_at,
            )
    return text


def _appraisal(appraisal: Appraisal, recorded: Recorded) -> Appraisal:
    match recorded.event:
        case facts.VoteRecorded() as vote:
            return replace(
                appraisal,
                state=AppraisalState.PROPOSED,
                round=appraisal.round + 1,
                vote=vote,
                vote_version=recorded.version,
                voted_at=recorded.occurred_at,
                decision_due=vote.decision_due,
                answer_due=None,
            )
        case facts.VoteCorrected() as vote:
            return replace(appraisal, round=appraisal.round + 1, vote=vote, vote_version=recorded.version)
        case facts.AppraisalReturned(points=points, answer_due=due):
            return replace(
                appraisal,
                state=AppraisalState.RETURNED,
                points=points,
                answer_due=due,
                returned_at=recorded.occurred_at,
            )
        case facts.AppraisalDecided() | facts.AppraisalCorrected() as decision:
            return replace(
                appraisal,
                state=AppraisalState.DECIDED,
                decision=decision,
                decision_version=recorded.version,
                decided_at=recorded.occurred_at,
                decisions=appraisal.decisions + 1,
            )
    return appraisal
