"""The committee's review of a pledge: what changed, the points with their answers, return or approve the very round that was read."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from events.cycle import CYCLE
from events.cycle.commands import ApprovePledge, OpenPledgeForReview, ReturnPledge
from events.cycle.pledge import SECTIONS
from events.cycle.review import UNDER_REVIEW
from events.cycle.state import Review
from events.errors import Conflict, Invalid, NotAllowed
from events.policy import Stage
from web.deps import LogDep, say, utc_now
from web.drafts import Draft, drop_draft, load_draft, save_draft
from web.pages.access import YearView, require_texts
from web.pages.pledge import ViewDep, rounds_of
from web.pages.pledge_text import passages
from web.pages.posted import PostedDep
from web.pages.reviewing import (
    CHANGES,
    MOST_NEW_POINTS,
    NEW,
    NewPoint,
    ReviewForm,
    compared,
    moved_since,
    point_rows,
    read_review,
)
from web.render import render

router = APIRouter(prefix="/year/{year}/{member}/pledge/review")
FORM = "review_pledge"


@router.get("")
async def show(request: Request, view: ViewDep, log: LogDep, look: str = "") -> Response:
    """The text to be decided on. Reading changes nothing."""
    require_texts(view)
    draft = await load_draft(log, view.viewer, view.stream, FORM)
    form = read_review(draft.fields if draft else {}, view.cycle.pledge.round)
    return await _page(request, view, form, look or request.query_params.get("view", ""), draft=draft)


@router.post("")
async def decide(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """Begin, keep what is written, return with points, or approve the round that was on the page."""
    require_texts(view)
    read = sent.number("round")
    pledge = view.cycle.pledge
    form = read_review(sent.fields, read)
    earlier = pledge.points
    if sent.act == "open":
        await log.execute(CYCLE, view.stream, OpenPledgeForReview(id=sent.command_id, by=view.viewer, at=utc_now()))
        return RedirectResponse(request.url.path, 303)
    if sent.add == "point" or sent.draft:
        if sent.add and len(form.new) < MOST_NEW_POINTS:
            form = replace(form, new=(*form.new, NewPoint()))
        fields = {
            **sent.fields,
            f"new.{len(form.new) - 1}.text": [form.new[-1].text],
            f"new.{len(form.new) - 1}.section": [form.new[-1].section],
        }
        await save_draft(log, view.viewer, view.stream, FORM, fields, utc_now())
        return RedirectResponse(
            f"{request.url.path}#f-new-{len(form.new) - 1}-section" if sent.add else request.url.path, 303
        )
    try:
        if sent.act == "approve":
            if form.kept(earlier) or form.written:
                raise Invalid("review.points_left", field="new.0.text", n=len(form.points(earlier)))
            await log.execute(
                CYCLE, view.stream, ApprovePledge(id=sent.command_id, by=view.viewer, at=utc_now(), round=read)
            )
            await say(request, "review_pledge.approved.said", name=view.name)
        elif sent.act == "return":
            points = form.points(earlier)
            command = ReturnPledge(id=sent.command_id, by=view.viewer, at=utc_now(), round=read, points=points)
            await log.execute(CYCLE, view.stream, command)
            await say(request, "review_pledge.returned.said", name=view.name, n=len(points))
        else:
            raise Invalid("review.no_act")
    except Invalid as refused:
        return await _page(request, view, form, "", refused=form.placed(refused, earlier), status=422)
    except Conflict as conflict:
        return await _changed(request, view, log, form, sent.version, conflict.code)
    await drop_draft(log, view.viewer, view.stream, FORM)
    return RedirectResponse(view.path, 303)


async def _changed(
    request: Request, view: YearView, log: LogDep, form: ReviewForm, version: int | None, code: str
) -> Response:
    """The text is no longer what was read: what happened, and everything the reviewer has typed."""
    from web.pages.access import read_year

    now = await read_year(log, view.viewer, view.year, view.member, utc_now())
    moved = await moved_since(log, now, version or 0, "pledge.", "")
    fresh = read_review(
        {
            "round": ["-"],
            **{
                f"new.{at}.{name}": [getattr(one, name)]
                for at, one in enumerate(form.new)
                for name in ("section", "text")
            },
        },
        now.cycle.pledge.round,
    )
    return await _page(request, now, fresh, "", status=409, moved=moved, trouble=code)


async def _page(
    request: Request,
    view: YearView,
    form: ReviewForm,
    look: str,
    *,
    status: int = 200,
    refused: Invalid | None = None,
    draft: Draft | None = None,
    moved: tuple[object, ...] = (),
    trouble: str = "",
) -> Response:
    found = tuple(one for one in rounds_of(view) if not one.withdrawn)
    pledge = view.cycle.pledge
    if not found or pledge.state is Review.NONE:
        raise Conflict("pledge.not_submitted")
    newest = found[-1]
    before = compared(found, newest.number)
    first = next((one for one in found if look == str(one.number)), None)
    chosen = first or newest
    look = str(first.number) if first else NEW if look == NEW or before is None else CHANGES
    under_review = pledge.state in UNDER_REVIEW
    may = view.setting.actor_may_review()
    if not may and view.own:
        raise NotAllowed("review.own_case", unit=view.reviewer)
    review = view.setting.policy.review
    answer_due = view.setting.on + timedelta(days=review.answer_days)
    return render(
        request,
        "review_pledge",
        block="review",
        status=status,
        view=view,
        form=form,
        refused=refused,
        rounds=found,
        newest=newest,
        chosen=chosen,
        before=before,
        lens=look,
        shown=passages(chosen.text, before.text if before and look == CHANGES else None),
        points=point_rows(before.points if before else (), newest.text.answers, form.verdicts),
        sections=SECTIONS if newest.text.carried else SECTIONS[:-1],
        may=may and under_review,
        may_ever=may,
        begun=pledge.state is Review.IN_REVIEW,
        under_review=under_review,
        answer_due=answer_due,
        escalate_on=answer_due + timedelta(days=review.escalate_days_after),
        next_step=next(
            (step for step in view.setting.steps if step.stage is Stage.CHECK_IN and step.due >= view.setting.on), None
        ),
        command_id=str(uuid4()),
        moved=moved,
        trouble=trouble,
        saved_at=draft.saved_at if draft else None,
    )
