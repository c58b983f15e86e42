"""The deciding committee's page on one member: the cell's proposal, what the rule gives, return with points or decide; correct later."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from events.cycle import CYCLE
from events.cycle.appraisal import SECTIONS
from events.cycle.commands import ReturnAppraisal
from events.cycle.state import AppraisalState
from events.cycle.values import Stop
from events.errors import Conflict, Invalid, NotAllowed
from events.level import level_by_rule
from events.policy import Level
from web.deps import LogDep, say, utc_now
from web.drafts import Fields, drop_draft, load_draft, save_draft
from web.pages.access import YearView, read_year
from web.pages.decision_form import MOST_SHORTCOMINGS, DecisionForm, decision_command, placed, read_decision
from web.pages.pledge import ViewDep
from web.pages.posted import Posted, PostedDep
from web.pages.reviewing import MOST_NEW_POINTS, moved_since, point_rows, read_review
from web.render import render

router = APIRouter(prefix="/year/{year}/{member}/decision")
FORM = "decision"
NO_STOPS: tuple[Stop, ...] = ()


@router.get("")
async def show(request: Request, view: ViewDep, log: LogDep, correct: bool = False) -> Response:
    """What the cell proposes and what can be decided. Reading changes nothing."""
    if view.own:
        return RedirectResponse(f"{view.path}/result", 303)
    draft = await load_draft(log, view.viewer, view.stream, FORM)
    fields = draft.fields if draft else None
    return _page(request, view, fields, correct=correct, saved_at=draft.saved_at if draft else None)


@router.post("")
async def decide(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """Return the very round that was read, decide on it, correct a decision, or keep what is written."""
    if not view.setting.actor_may_decide():
        raise NotAllowed("review.own_case" if view.own else "access.denied", unit=view.decider, action="decide")
    number, correct = sent.number("round"), bool(sent.one("correct"))
    if sent.draft or sent.add or sent.act == "try":
        return await _keep(request, view, log, sent, correct=correct)
    form, review = read_decision(sent.fields, view.cycle, view.setting), read_review(sent.fields, number)
    moved = (
        await moved_since(log, view, sent.version, "appraisal.", sent.command_id) if sent.version is not None else ()
    )
    if moved:
        return _page(request, view, sent.fields, correct=correct, status=409, moved=moved, trouble="appraisal.changed")
    at = view.at
    try:
        if sent.act == "return":
            points = review.points(())
            command = ReturnAppraisal(id=sent.command_id, by=view.viewer, at=at, round=number, points=points)
            await log.execute(CYCLE, view.stream, command)
            await say(request, "decision.returned.said", name=view.name, n=len(points))
        elif sent.act == "approve":
            if review.written:
                raise Invalid("review.points_left", field="new.0.text", n=len(review.written))
            decided = decision_command(form, view.cycle, view.setting, number=number, command_id=sent.command_id, at=at)
            await log.execute(CYCLE, view.stream, decided)
            await say(request, "decision.decided.said", name=view.name)
        else:
            raise Invalid("review.no_act")
    except Invalid as refused:
        await save_draft(log, view.viewer, view.stream, FORM, sent.fields, at)
        told = placed(review.placed(refused, ()), form)
        return _page(request, view, sent.fields, correct=correct, status=422, refused=told, saved_at=at)
    except Conflict as conflict:
        now = await read_year(log, view.viewer, view.year, view.member, at)
        return _page(request, now, sent.fields, correct=correct, status=409, trouble=conflict.code)
    await drop_draft(log, view.viewer, view.stream, FORM)
    return RedirectResponse(request.url.path, 303)


async def _keep(request: Request, view: YearView, log: LogDep, sent: Posted, *, correct: bool) -> Response:
    """Save the draft, with one more line where one was asked for."""
    fields = dict(sent.fields)
    anchor = "#rule" if sent.act == "try" else ""
    if sent.add == "point":
        rows = len(read_review(fields, 0).new)
        if rows < MOST_NEW_POINTS:
            fields[f"new.{rows}.text"] = [""]
        anchor = f"#f-new-{rows}-section"
    elif sent.add == "shortcoming":
        rows = len(read_decision(fields, view.cycle, view.setting).shortcomings)
        if rows < MOST_SHORTCOMINGS:
            fields[f"shortcomings.{rows}"] = [""]
        anchor = f"#f-shortcomings-{rows}"
    await save_draft(log, view.viewer, view.stream, FORM, fields, utc_now())
    return RedirectResponse(f"{request.url.path}{'?correct=1' if correct else ''}{anchor}", 303)


def _page(
    request: Request, view: YearView, fields: Fields | None, *, correct: bool, status: int = 200, **more: Any
) -> Response:
    cycle, setting = view.cycle, view.setting
    appraisal, review = cycle.appraisal, setting.policy.review
    able, running = setting.actor_may_decide(), cycle.closed is None and setting.year_open
    decided = appraisal.state is AppraisalState.DECIDED
    writable = able and running and (appraisal.state is AppraisalState.PROPOSED or (decided and correct))
    form: DecisionForm = read_decision(fields, cycle, setting)
    by_rule, stopped = Level.NOT_COMPLETED, NO_STOPS
    if appraisal.vote is not None:
        by_rule, stopped = level_by_rule(
            setting.policy, setting.membership.track, appraisal.vote.assessment, form.applying if writable else ()
        )
    return render(
        request,
        "decision",
        block="decision",
        status=status,
        **{
            "view": view,
            "form": form,
            "review_form": read_review(fields or {}, appraisal.round),
            "refused": None,
            "trouble": "",
            "moved": (),
            "saved_at": None,
            "able": able,
            "running": running,
            "decided": decided,
            "writable": writable,
            "correct": decided and correct,
            "sections": SECTIONS,
            "points": point_rows(appraisal.points, getattr(appraisal.vote, "answers", ())),
            "levels": tuple(Level),
            "by_rule": by_rule,
            "stopped": stopped,
            "acknowledge_by": setting.on + timedelta(days=review.petition_days),
            "answer_due": setting.on + timedelta(days=review.answer_days),
            "decisions": [
                one for one in view.events if one.event.STORED.name in {"appraisal.decided", "appraisal.corrected"}
            ],
            "command_id": str(uuid4()),
            **more,
        },
    )
