"""The committee's review of a self-criticism: presented before the cell, then returned with points or accepted with a remark."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from events.cycle import CYCLE
from events.cycle.commands import (
    AcceptSelfCriticism,
    OpenSelfCriticismForReview,
    RecordPresentation,
    ReturnSelfCriticism,
)
from events.cycle.review import UNDER_REVIEW
from events.cycle.state import Review
from events.errors import Conflict, Invalid, NotAllowed
from events.policy import Stage
from web.deps import LogDep, say, utc_now
from web.drafts import Draft, Fields, drop_draft, load_draft, save_draft
from web.pages.access import YearView, read_year, require_texts
from web.pages.days import parse_day, typed
from web.pages.pledge import ViewDep
from web.pages.posted import Posted, PostedDep
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
    replaced,
)
from web.pages.self_criticism_text import criticism_rows, passages, rounds_of, sections_of
from web.render import render

router = APIRouter(prefix="/year/{year}/{member}/self-criticism/review")
FORM = "review_self_criticism"
MOST_SHORTCOMINGS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingForm:
    """What the cell's meeting adds: when it was presented, the committee's remark, and the shortcomings it names."""

    held_on: str = ""
    basis: str = ""
    remark: str = ""
    shortcomings: tuple[str, ...] = ("",)

    @property
    def named(self) -> tuple[str, ...]:
        """Shortcomings with a text."""
        return tuple(one for one in self.shortcomings if one.strip())

    def placed(self, refused: Invalid) -> Invalid:
        """The same refusal with the fields of this form: the second one named may stand on the third line."""
        rows = [row for row, one in enumerate(self.shortcomings) if one.strip()]
        codes = {
            ("text.missing", "remark"): "review_self_criticism.remark_missing",
            ("text.missing", "basis"): "review_self_criticism.basis_missing",
            ("held_on.future", "held_on"): "review_self_criticism.meeting_future",
        }
        moved = replaced(refused, {f"shortcomings.{place}": f"shortcomings.{row}" for place, row in enumerate(rows)})
        first, *others = (
            Invalid(codes.get((one.code, one.field or ""), one.code), field=one.field, **one.facts) for one in moved.all
        )
        return Invalid(first.code, field=first.field, also=tuple(others), **first.facts)


def read_meeting(fields: Fields, view: YearView) -> MeetingForm:
    """The form as posted or drafted; the presentation on record where nothing else was typed."""
    presented = view.cycle.self_criticism.presented

    def one(name: str, otherwise: str = "") -> str:
        return (fields.get(name) or [otherwise])[-1]

    return MeetingForm(
        held_on=one("held_on", typed(presented.held_on) if presented else ""),
        basis=one("basis", presented.basis if presented else ""),
        remark=one("remark"),
        shortcomings=tuple(
            one(f"shortcomings.{row}") for row in range(MOST_SHORTCOMINGS) if f"shortcomings.{row}" in fields
        )
        or ("",),
    )


@router.get("")
async def show(request: Request, view: ViewDep, log: LogDep) -> Response:
    """The text to be decided on. Reading changes nothing."""
    require_texts(view)
    draft = await load_draft(log, view.viewer, view.stream, FORM)
    fields = draft.fields if draft else {}
    form = read_review(fields, view.cycle.self_criticism.round)
    look = request.query_params.get("view", "")
    return await _page(request, view, form, read_meeting(fields, view), look, draft=draft)


@router.post("")
async def decide(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """Begin, record the presentation, keep what is written, return with points, or accept the round that was on the page."""
    require_texts(view)
    if not view.setting.actor_may_review():
        raise NotAllowed("access.own_case" if view.own else "access.denied")
    form, meeting = read_review(sent.fields, sent.number("round")), read_meeting(sent.fields, view)
    if sent.add or sent.draft:
        return await _kept(request, view, log, sent, form, meeting)
    earlier = view.cycle.self_criticism.points
    try:
        command = _command(view, sent, form, meeting)
        await log.execute(CYCLE, view.stream, command)
    except Invalid as refused:
        placed = meeting.placed(form.placed(refused, earlier))
        return await _page(request, view, form, meeting, "", refused=placed, status=422)
    except Conflict as conflict:
        return await _changed(request, view, log, form, meeting, sent.version, conflict.code)
    if isinstance(command, OpenSelfCriticismForReview | RecordPresentation):
        rest = {name: values for name, values in sent.fields.items() if name not in {"held_on", "basis"}}
        await save_draft(log, view.viewer, view.stream, FORM, rest, utc_now())
        if isinstance(command, RecordPresentation):
            await say(request, "review_self_criticism.presented.said", date=typed(command.held_on))
        return RedirectResponse(request.url.path, 303)
    await drop_draft(log, view.viewer, view.stream, FORM)
    if isinstance(command, ReturnSelfCriticism):
        await say(request, "review_self_criticism.returned.said", name=view.name, n=len(command.points))
    else:
        await say(request, "review_self_criticism.accepted.said", name=view.name)
    return RedirectResponse(view.path, 303)


def _command(
    view: YearView, sent: Posted, form: ReviewForm, meeting: MeetingForm
) -> OpenSelfCriticismForReview | RecordPresentation | ReturnSelfCriticism | AcceptSelfCriticism:
    """What the pressed button asks; Invalid for what cannot be read or does not go together."""
    by, at, earlier = view.viewer, utc_now(), view.cycle.self_criticism.points
    match sent.act:
        case "open":
            return OpenSelfCriticismForReview(id=sent.command_id, by=by, at=at)
        case "present":
            held_on = parse_day(meeting.held_on, "held_on")
            if held_on is None:
                raise Invalid("review_self_criticism.held_on_missing", field="held_on")
            return RecordPresentation(id=sent.command_id, by=by, at=at, held_on=held_on, basis=meeting.basis)
        case "return":
            points = form.points(earlier)
            return ReturnSelfCriticism(id=sent.command_id, by=by, at=at, round=form.round, points=points)
        case "approve":
            if form.kept(earlier) or form.written:
                raise Invalid("review.points_left", field="new.0.text", n=len(form.points(earlier)))
            return AcceptSelfCriticism(
                id=sent.command_id,
                by=by,
                at=at,
                round=form.round,
                remark=meeting.remark,
                shortcomings=meeting.named,
            )
    raise Invalid("review_self_criticism.no_act")


async def _kept(
    request: Request, view: YearView, log: LogDep, sent: Posted, form: ReviewForm, meeting: MeetingForm
) -> Response:
    """Keep what is written, with one more point or line where that was asked."""
    fields, target = dict(sent.fields), request.url.path
    if sent.add == "point" and len(form.new) < MOST_NEW_POINTS:
        form = replace(form, new=(*form.new, NewPoint()))
        fields |= {f"new.{len(form.new) - 1}.section": [""], f"new.{len(form.new) - 1}.text": [""]}
        target += f"#f-new-{len(form.new) - 1}-section"
    elif sent.add == "shortcoming" and len(meeting.shortcomings) < MOST_SHORTCOMINGS:
        fields[f"shortcomings.{len(meeting.shortcomings)}"] = [""]
        target += f"#f-shortcomings-{len(meeting.shortcomings)}"
    await save_draft(log, view.viewer, view.stream, FORM, fields, utc_now())
    return RedirectResponse(target, 303)


async def _changed(
    request: Request,
    view: YearView,
    log: LogDep,
    form: ReviewForm,
    meeting: MeetingForm,
    version: int | None,
    code: str,
) -> Response:
    """The text is no longer what was read: what happened, and everything the reviewer has typed."""
    now = await read_year(log, view.viewer, view.year, view.member, utc_now())
    moved = (
        *await moved_since(log, now, version or 0, "self_criticism.", ""),
        *await moved_since(log, now, version or 0, "criticism.", ""),
    )
    same = form.round == now.cycle.self_criticism.round
    fresh = replace(form, round=now.cycle.self_criticism.round, verdicts=form.verdicts if same else {})
    return await _page(request, now, fresh, meeting, "", status=409, moved=moved, trouble=code)


async def _page(
    request: Request,
    view: YearView,
    form: ReviewForm,
    meeting: MeetingForm,
    look: str,
    *,
    status: int = 200,
    refused: Invalid | None = None,
    draft: Draft | None = None,
    moved: tuple[object, ...] = (),
    trouble: str = "",
) -> Response:
    found = tuple(one for one in rounds_of(view) if not one.withdrawn)
    text, setting = view.cycle.self_criticism, view.setting
    if not found or text.state is Review.NONE:
        raise Conflict("self_criticism.not_submitted")
    if view.own:
        raise NotAllowed("review.own_case", unit=view.reviewer)
    newest = found[-1]
    before = compared(found, newest.number)
    first = next((one for one in found if look == str(one.number)), None)
    chosen = first or newest
    look = str(first.number) if first else NEW if look == NEW or before is None else CHANGES
    under_review, may = text.state in UNDER_REVIEW, setting.actor_may_review()
    answer_due = setting.on + timedelta(days=setting.policy.review.answer_days)
    criticisms = criticism_rows(view)
    return render(
        request,
        "review_self_criticism",
        block="review",
        status=status,
        view=view,
        form=form,
        meeting=meeting,
        refused=refused,
        rounds=found,
        newest=newest,
        chosen=chosen,
        before=before,
        lens=look,
        shown=passages(view, chosen.text, before.text if before and look == CHANGES else None),
        points=point_rows(before.points if before else (), newest.text.answers, form.verdicts),
        sent_back=point_rows(newest.points, ()) if text.state is Review.RETURNED else (),
        sections=sections_of(view),
        criticisms=criticisms,
        unanswered=sum(not one.answer for one in criticisms),
        may=may and under_review,
        may_present=may and text.state in (*UNDER_REVIEW, Review.RETURNED),
        begun=text.state is Review.IN_REVIEW,
        under_review=under_review,
        answer_due=answer_due,
        escalate_on=answer_due + timedelta(days=setting.policy.review.escalate_days_after),
        vote_due=next((step.due for step in setting.steps if step.stage is Stage.APPRAISAL), None),
        command_id=str(uuid4()),
        moved=moved,
        trouble=trouble,
        saved_at=draft.saved_at if draft else None,
    )
