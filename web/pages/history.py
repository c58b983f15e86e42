"""What has happened in a member's year, newest first: every step, text and decision, who made it and when."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from events import commendation
from events.cycle import facts
from events.decider import Recorded, local_date
from events.unit_year import facts as unit_facts
from web.pages.access import YearView
from web.pages.entry import Entry, entry, joined, level_glyph, level_name, named, numbered, step_name, who
from web.pages.history_review import appraisal_entry, hidden_from, self_criticism_entry
from web.pages.said import said

CORRECTS = {facts.VoteCorrected: facts.VoteRecorded, facts.AppraisalCorrected: facts.AppraisalDecided}


def history(view: YearView, unit_year: Iterable[Recorded], commended: Iterable[Recorded]) -> tuple[Entry, ...]:
    """The entries of the cycle, of what the unit's year says of this member, and of the commendation, newest first.

    Without sight of the texts an entry keeps its state and date and loses people's words.
    """
    told = [
        *(_cycle(view, recorded) for recorded in view.events),
        *(_unit(view, recorded) for recorded in unit_year),
        *(_commendation(view, recorded) for recorded in commended),
    ]
    entries = _superseded(view, [one for one in told if one is not None])
    kept = entries if view.texts else [replace(one, own="", links=()) for one in entries]
    return tuple(sorted(kept, key=lambda one: one.at)[::-1])


def _superseded(view: YearView, entries: Sequence[Entry]) -> list[Entry]:
    """Records that a later one corrects say so; both stay."""
    corrected: dict[str, date] = {}
    before: dict[type, str] = {}
    for recorded in view.events:
        kind = CORRECTS.get(type(recorded.event), type(recorded.event))
        if type(recorded.event) in CORRECTS and kind in before:
            corrected[before[kind]] = local_date(recorded.occurred_at)
        before[kind] = f"e{recorded.version}"
    return [
        replace(one, lines=(*one.lines, said("history.superseded", date=corrected[one.id])))
        if one.id in corrected
        else one
        for one in entries
    ]


def _cycle(view: YearView, recorded: Recorded) -> Entry | None:
    found = (
        _pledge(view, recorded)
        or self_criticism_entry(view, recorded)
        or appraisal_entry(view, recorded)
        or _other(view, recorded)
    )
    if found is None:
        return None
    return replace(
        found,
        id=f"e{recorded.version}",
        who=None if isinstance(recorded.event, facts.CriticismGiven | facts.TextOpened) else who(view, recorded),
    )


def _pledge(view: YearView, recorded: Recorded) -> Entry | None:
    address = f"{view.path}/pledge"
    match recorded.event:
        case facts.PledgeSubmitted(round=number, late=late, review_due=due) as text:
            title = said("history.pledge_submitted" if number == 1 else "history.pledge_resubmitted", n=number)
            hidden = hidden_from(view, recorded)
            told = entry(
                recorded,
                "submitted",
                title,
                "" if hidden else joined(*(job.title for job in text.jobs)),
                (said("history.review_due", due=due),),
            )
            return replace(
                told,
                chip="overdue" if late else "plain",
                word=said("history.late" if late else "history.in_time"),
                links=() if hidden else ((f"{address}?round={number}", said("history.read_round", n=number)),),
            )
        case facts.PledgeWithdrawn():
            return entry(recorded, "writing", said("history.pledge_withdrawn"))
        case facts.PledgeOpenedForReview():
            return entry(recorded, "submitted", said("history.pledge_opened"))
        case facts.PledgeReturned(points=points, answer_due=due):
            told = entry(
                recorded,
                "returned",
                said("history.pledge_returned"),
                numbered(points),
                (said("history.points", n=len(points), due=due),),
            )
            return replace(told, chip="returned", word=said("state.returned"))
        case facts.PledgeApproved(round=number):
            links = [(address, said("history.read_pledge"))]
            if number > 1:
                links.append((f"{address}?view=changes", said("history.see_changes")))
            told = entry(recorded, "done", said("history.pledge_approved", n=number))
            return replace(told, chip="done", word=said("state.done"), links=tuple(links))
    return None


def _other(view: YearView, recorded: Recorded) -> Entry | None:
    match recorded.event:
        case facts.CycleOpened():
            return entry(recorded, "done", said("history.cycle_opened", year=view.year))
        case facts.CheckInReported(month=month, items=items, late=late):
            told = entry(
                recorded,
                "submitted",
                said("history.check_in_reported", month=said(f"ui.month.{month}")),
                joined(*dict.fromkeys(item.done for item in items)),
                (said("history.progress", percents=" · ".join(f"{item.progress}%" for item in items)),),
            )
            return replace(
                told,
                chip="overdue" if late else "plain",
                word=said("history.late" if late else "history.in_time"),
                links=((f"{view.path}/check-in/{month}", said("history.read_month")),),
            )
        case facts.CheckInReturned(month=month, reason=reason):
            told = entry(
                recorded, "returned", said("history.check_in_returned", month=said(f"ui.month.{month}")), reason
            )
            return replace(told, chip="returned", word=said("state.returned"))
        case facts.ExtensionGranted(stage=stage, month=month, due=due, reason=reason):
            return entry(
                recorded, "exempt", said("history.extension", step=step_name(stage.value, month), due=due), reason
            )
        case facts.ReviewReminded(step=step):
            return entry(
                recorded, "submitted", said("history.review_reminded", step=said(f"todo.{step.partition('-')[0]}"))
            )
        case facts.ReviewEscalated(step=step, to=to):
            title = said("history.review_escalated", step=said(f"todo.{step.partition('-')[0]}"))
            return entry(recorded, "overdue", title, lines=(said("history.shown_to", unit=view.units.get(to, to)),))
        case facts.TextOpened(reason=reason):
            return entry(
                recorded,
                "exempt",
                said("history.text_opened", name=view.names.get(recorded.actor, recorded.actor)),
                reason,
            )
        case facts.CycleClosed(level=level, carried=carried):
            lines = (said("history.carried", n=len(carried)),) if carried else ()
            return entry(
                recorded,
                level_glyph(level),
                said("history.cycle_closed", level=level_name(level)),
                named(carried),
                lines,
            )
    return None


def _unit(view: YearView, recorded: Recorded) -> Entry | None:
    """What the unit's year says of this member."""
    member = view.member
    match recorded.event:
        case unit_facts.UnitYearOpened(members=members) if member in members:
            return entry(recorded, "done", said("history.cycle_opened", year=view.year))
        case unit_facts.StageOpened(stage=stage, month=month, members=members, due=due) if member in members:
            title = said("history.stage_opened", step=step_name(stage.value, month))
            return replace(entry(recorded, "writing", title, lines=(said("history.due", due=due),)), minor=True)
        case unit_facts.StageExtended(stage=stage, month=month, due=due):
            return entry(recorded, "exempt", said("history.extension", step=step_name(stage.value, month), due=due))
        case unit_facts.StageReminded(stage=stage, month=month, members=members) if member in members:
            return entry(recorded, "submitted", said("history.stage_reminded", step=step_name(stage.value, month)))
        case unit_facts.StageEscalated(stage=stage, month=month, members=members, to=to) if member in members:
            line = said("history.shown_to", unit=view.units.get(to, to))
            return entry(
                recorded, "overdue", said("history.stage_escalated", step=step_name(stage.value, month)), lines=(line,)
            )
        case unit_facts.StageClosed(stage=stage, month=month, missing=missing) if member in missing:
            return entry(recorded, "overdue", said("history.stage_missed", step=step_name(stage.value, month)))
        case unit_facts.MonthConfirmed(month=month, members=members, excepted=excepted) if (
            member in members and member not in excepted
        ):
            told = entry(recorded, "done", said("history.month_confirmed", month=said(f"ui.month.{month}")))
            return replace(told, chip="done", word=said("state.done"), who=who(view, recorded))
    return None


def _commendation(view: YearView, recorded: Recorded) -> Entry | None:
    found = _commended(view, recorded)
    return found and replace(found, who=who(view, recorded), id=f"c{recorded.version}")


def _commended(view: YearView, recorded: Recorded) -> Entry | None:
    match recorded.event:
        case commendation.CommendationProposed(award=award, citation=citation):
            return entry(
                recorded, "commended", said("history.commendation_proposed", award=said(f"award.{award}")), citation
            )
        case commendation.CommendationGranted(unit=unit, decision_no=number):
            line = said("history.decision_no", number=number, unit=view.units.get(unit, unit))
            told = entry(recorded, "commended", said("history.commendation_granted"), lines=(line,))
            return replace(told, chip="commended", word=said("state.commended"))
        case commendation.CommendationRefused(reason=reason):
            return entry(recorded, "exempt", said("history.commendation_refused"), reason)
        case commendation.CommendationWithdrawn(reason=reason):
            return entry(recorded, "exempt", said("history.commendation_withdrawn"), reason)
    return None
