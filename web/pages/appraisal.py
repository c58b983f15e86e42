"""The cell's counted vote on a member's year: recorded by who reviews, counted again after a return, corrected with a reason, read by the cell."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from events.access import Action, may
from events.cycle import CYCLE
from events.cycle.state import AppraisalState, Review
from events.errors import Conflict, Invalid, NotAllowed
from events.level import level_by_rule
from events.policy import Level, Stage
from web.deps import LogDep, say, utc_now
from web.drafts import drop_draft, load_draft, save_draft
from web.pages.access import YearView, read_year, require_texts
from web.pages.appraisal_form import (
    VoteForm,
    blank_vote,
    corrects,
    open_points,
    read_assessment,
    read_vote,
    vote_command,
)
from web.pages.pledge import ViewDep
from web.pages.posted import PostedDep
from web.pages.reviewing import moved_since
from web.render import render

router = APIRouter(prefix="/year/{year}/{member}/appraisal")
FORM = "appraisal"


def may_record(view: YearView) -> bool:
    """Whether the viewer's post lets them record the cell's vote on this member."""
    setting = view.setting
    mine = setting.actor == setting.subject
    return not mine and may(Action.RECORD_VOTE, setting.actor_grants, (setting.reviewing_unit(),), setting.on)


@router.get("")
async def show(request: Request, view: ViewDep, log: LogDep, correct: bool = False) -> Response:
    """The form while a vote is to be recorded or corrected, else the vote that is in force."""
    if view.own:
        return RedirectResponse(f"{view.path}/result", 303)
    if not view.texts and view.setting.actor_may_decide():
        return RedirectResponse(f"{view.path}/decision", 303)
    require_texts(view)
    draft = await load_draft(log, view.viewer, view.stream, FORM) if may_record(view) else None
    form = read_vote(draft.fields, view.cycle) if draft else blank_vote(view.cycle)
    return _page(request, view, form, correct=correct, saved_at=draft.saved_at if draft else None)


@router.post("")
async def record(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """Record the vote, correct it, try the rule, or keep what is written."""
    require_texts(view)
    form, correct = read_vote(sent.fields, view.cycle), bool(sent.one("correct"))
    again = f"{request.url.path}{'?correct=1' if correct else ''}"
    if sent.draft or sent.act == "try":
        await save_draft(log, view.viewer, view.stream, FORM, sent.fields, utc_now())
        return RedirectResponse(f"{again}#rule" if sent.act == "try" else again, 303)
    if not may_record(view):
        raise NotAllowed("access.denied", action=Action.RECORD_VOTE.value)
    moved = (
        await moved_since(log, view, sent.version, "appraisal.", sent.command_id) if sent.version is not None else ()
    )
    if moved:
        return _page(request, view, form, correct=correct, status=409, moved=moved, trouble="appraisal.moved")
    try:
        command = vote_command(form, view.cycle, view.setting, command_id=sent.command_id, at=view.at)
        await log.execute(CYCLE, view.stream, command)
    except Invalid as refused:
        await save_draft(log, view.viewer, view.stream, FORM, sent.fields, view.at)
        return _page(request, view, form, correct=correct, status=422, refused=refused, saved_at=view.at)
    except Conflict as conflict:
        now = await read_year(log, view.viewer, view.year, view.member, view.at)
        return _page(request, now, form, correct=correct, status=409, trouble=conflict.code)
    await drop_draft(log, view.viewer, view.stream, FORM)
    await say(
        request, "appraisal.corrected.said" if corrects(view.cycle) else "appraisal.recorded.said", name=view.name
    )
    return RedirectResponse(request.url.path, 303)


def _page(
    request: Request, view: YearView, form: VoteForm, *, correct: bool, status: int = 200, **more: Any
) -> Response:
    cycle, setting = view.cycle, view.setting
    state = cycle.appraisal.state
    able, running = may_record(view), cycle.closed is None and setting.year_open
    ready = cycle.self_criticism.state is Review.APPROVED and setting.opening(Stage.APPRAISAL) is not None
    first = ready and state in (AppraisalState.NONE, AppraisalState.RETURNED)
    writable = able and running and (first or (correct and corrects(cycle)))
    assessment, _ = read_assessment(form, setting)
    by_rule, stopped = level_by_rule(setting.policy, setting.membership.track, assessment)
    return render(
        request,
        "appraisal" if writable else "appraisal_read",
        block="appraisal",
        status=status,
        **{
            "view": view,
            "form": form,
            "refused": None,
            "trouble": "",
            "moved": (),
            "saved_at": None,
            "correct": corrects(cycle),
            "correctable": able and running and corrects(cycle),
            "ready": ready,
            "able": able,
            "points": open_points(cycle),
            "levels": tuple(Level),
            "by_rule": by_rule,
            "stopped": stopped,
            "graded": [one for one in setting.policy.forms[setting.membership.track] if one.graded],
            "disqualifiers": setting.policy.disqualifiers_of(setting.membership.track),
            "votes": [
                one
                for one in view.events
                if one.event.STORED.name in {"appraisal.vote_recorded", "appraisal.vote_corrected"}
            ],
            "needed": setting.policy.vote.pass_over_pct,
            "command_id": str(uuid4()),
            **more,
        },
    )
