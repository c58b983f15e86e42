"""The second half of a year's history: self-criticism, appraisal, result."""

from dataclasses import replace

from events.cycle import facts
from events.cycle.values import LevelVotes
from events.decider import Recorded
from web.pages.access import YearView
from web.pages.entry import Entry, entry, joined, level_glyph, level_name, named, numbered
from web.pages.said import Said, said


def hidden_from(view: YearView, recorded: Recorded) -> bool:
    """Whether a submission was taken back before anyone opened it, and so is its writer's alone."""
    stage = recorded.event.STORED.name.partition(".")[0]
    following = next(
        (
            one.event
            for one in view.events
            if one.version > recorded.version and one.event.STORED.name.startswith(f"{stage}.")
        ),
        None,
    )
    return not view.own and isinstance(following, facts.PledgeWithdrawn | facts.SelfCriticismWithdrawn)


def self_criticism_entry(view: YearView, recorded: Recorded) -> Entry | None:
    """What an event of the self-criticism says; None for any other."""
    match recorded.event:
        case facts.SelfCriticismSubmitted(round=number, late=late, self_rating=level, review_due=due):
            title = said(
                "history.self_criticism_submitted" if number == 1 else "history.self_criticism_resubmitted", n=number
            )
            hidden = hidden_from(view, recorded)
            rating = () if hidden else (said("history.self_rating", level=level_name(level)),)
            told = entry(recorded, "submitted", title, lines=(*rating, said("history.review_due", due=due)))
            return replace(
                told,
                chip="overdue" if late else "plain",
                word=said("history.late" if late else "history.in_time"),
                links=()
                if hidden
                else ((f"{view.path}/self-criticism?round={number}", said("history.read_round", n=number)),),
            )
        case facts.SelfCriticismWithdrawn():
            return entry(recorded, "writing", said("history.self_criticism_withdrawn"))
        case facts.SelfCriticismOpenedForReview():
            return entry(recorded, "submitted", said("history.self_criticism_opened"))
        case facts.CriticismGiven(text=text):
            return entry(
                recorded,
                "returned",
                said("history.criticism_given", name=view.names.get(recorded.actor, recorded.actor)),
                text,
            )
        case facts.CriticismAnswered(text=text):
            return entry(recorded, "done", said("history.criticism_answered"), text)
        case facts.SelfCriticismPresented(held_on=day, basis=basis):
            return entry(recorded, "done", said("history.presented", date=day), basis)
        case facts.SelfCriticismReturned(points=points, answer_due=due):
            told = entry(
                recorded,
                "returned",
                said("history.self_criticism_returned"),
                numbered(points),
                (said("history.points", n=len(points), due=due),),
            )
            return replace(told, chip="returned", word=said("state.returned"))
        case facts.SelfCriticismAccepted(round=number, remark=remark, shortcomings=shortcomings):
            lines = (said("history.shortcomings", n=len(shortcomings)),) if shortcomings else ()
            told = entry(
                recorded,
                "done",
                said("history.self_criticism_accepted", n=number),
                joined(remark, named(shortcomings)),
                lines,
            )
            link = (f"{view.path}/self-criticism", said("history.read_self_criticism"))
            return replace(told, chip="done", word=said("state.done"), links=(link,))
    return None


def appraisal_entry(view: YearView, recorded: Recorded) -> Entry | None:
    """What an event of the appraisal or the result says; None for any other."""
    match recorded.event:
        case facts.VoteRecorded() as vote:
            return entry(
                recorded,
                "submitted",
                said("history.vote_recorded", level=level_name(vote.proposed)),
                joined(vote.remark, vote.minority_note),
                _counted(vote),
            )
        case facts.VoteCorrected() as vote:
            told = entry(
                recorded,
                "submitted",
                said("history.vote_corrected", level=level_name(vote.proposed)),
                vote.reason,
                _counted(vote),
            )
            return replace(told, chip="plain", word=said("history.correction"))
        case facts.AppraisalReturned(points=points, answer_due=due):
            told = entry(
                recorded,
                "returned",
                said("history.appraisal_returned"),
                numbered(points),
                (said("history.points", n=len(points), due=due),),
            )
            return replace(told, chip="returned", word=said("state.returned"))
        case facts.AppraisalDecided() | facts.AppraisalCorrected() as decision:
            correction = isinstance(decision, facts.AppraisalCorrected)
            glyph = level_glyph(decision.level)
            title = said(
                "history.appraisal_corrected" if correction else "history.appraisal_decided",
                level=level_name(decision.level),
            )
            lines = (
                said(
                    "history.decision_no",
                    number=decision.decision_no,
                    unit=view.units.get(decision.unit, decision.unit),
                ),
                *(
                    (said("history.by_rule", level=level_name(decision.by_rule)),)
                    if decision.by_rule is not decision.level
                    else ()
                ),
                *((said("history.stopped", n=len(decision.stopped)),) if decision.stopped else ()),
                said("history.window", due=decision.acknowledge_by),
            )
            told = entry(recorded, glyph, title, joined(decision.reason, named(decision.shortcomings)), lines)
            word = said("history.correction") if correction else level_name(decision.level)
            return replace(told, chip=glyph, word=word, links=((f"{view.path}/result", said("history.read_result")),))
        case facts.ResultAcknowledged():
            return entry(recorded, "done", said("history.acknowledged"))
        case facts.ResultBecameFinal():
            return entry(recorded, "done", said("history.final"))
    return None


def _counted(vote: facts.VoteRecorded | facts.VoteCorrected) -> tuple[Said, ...]:
    present = said("history.vote_present", present=vote.present, eligible=vote.eligible, date=vote.held_on)
    return (present, *_votes(vote.votes))


def _votes(votes: tuple[LevelVotes, ...]) -> tuple[Said, ...]:
    return tuple(said("history.votes", level=level_name(one.level), n=one.votes) for one in votes if one.votes)
