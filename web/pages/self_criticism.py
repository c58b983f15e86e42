"""The member's self-criticism: pre-filled and written as a private draft, looked over, submitted, withdrawn, answered; and read by others."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from events.cycle import CYCLE
from events.cycle.commands import SubmitSelfCriticism, WithdrawSelfCriticism
from events.cycle.facts import SelfCriticismAccepted, SelfCriticismSubmitted
from events.cycle.state import Review
from events.errors import Conflict, Invalid, NotFound
from events.ids import cycle_stream
from events.policy import Level, Stage
from web.deps import LogDep, say, utc_now
from web.drafts import Draft, drop_draft, fields_of, load_draft, save_draft
from web.pages.access import YearView, read_year, require_own, require_texts
from web.pages.check_in_form import titles
from web.pages.entry import Entry
from web.pages.pledge import ViewDep
from web.pages.posted import Posted, PostedDep
from web.pages.reviewing import CHANGES, compared, moved_since, point_rows
from web.pages.self_criticism_form import SelfCriticismForm, blank_form, read_form, self_criticism_command
from web.pages.self_criticism_text import criticism_rows, passages, rounds_of
from web.render import look_of, render

router = APIRouter(prefix="/year/{year}/{member}/self-criticism")
FORM = "self_criticism"


def writing(view: YearView) -> bool:
    """Whether the member has something to write: the stage has opened, the pledge is approved, nothing waits or is accepted."""
    return (
        view.own
        and view.cycle.self_criticism.state in (Review.NONE, Review.RETURNED)
        and view.cycle.pledge.state is Review.APPROVED
        and view.setting.opening(Stage.SELF_CRITICISM) is not None
    )


@router.get("")
async def show(
    request: Request,
    view: ViewDep,
    log: LogDep,
    number: Annotated[int, Query(alias="round")] = 0,
    look: Annotated[str, Query(alias="view")] = "",
) -> Response:
    """The form while there is something to write, else the submitted text with its rounds and what the comrades said."""
    require_texts(view)
    if writing(view) and not number and not look:
        draft = await load_draft(log, view.viewer, view.stream, FORM)
        language = look_of(request).language
        form = (
            read_form(draft.fields, view.cycle, view.setting, language)
            if draft
            else blank_form(view.cycle, view.setting, language)
        )
        return await _form(request, view, log, form, draft=draft)
    return _read(request, view, number, look)


@router.post("")
async def write(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """Keep what is written; then the newest summary of the months, a rest, or on to the last look before submitting."""
    require_own(view)
    if not writing(view):
        return await _closed(request, view, log, sent)
    form = _posted(request, view, sent)
    at, target = utc_now(), request.url.path
    if sent.add:
        form, target = form.refilled(sent.add, view.cycle, look_of(request).language), f"{target}#{sent.add}"
    elif not sent.draft:
        target = f"{target}/check"
        try:
            self_criticism_command(form, view.cycle, view.setting, command_id=sent.command_id, at=at)
        except Invalid as refused:
            await save_draft(log, view.viewer, view.stream, FORM, fields_of(form.fields()), at)
            return await _form(request, view, log, form, status=422, refused=refused, command_id=sent.command_id)
    await save_draft(log, view.viewer, view.stream, FORM, fields_of(form.fields()), at)
    return RedirectResponse(target, 303)


@router.get("/check")
async def check(request: Request, view: ViewDep, log: LogDep) -> Response:
    """The last look before submitting: the text as the cell will read it, each section with a way back."""
    require_own(view)
    draft = await load_draft(log, view.viewer, view.stream, FORM)
    if draft is None or not writing(view):
        return RedirectResponse(f"{view.path}/self-criticism", 303)
    form = read_form(draft.fields, view.cycle, view.setting, look_of(request).language)
    try:
        command = self_criticism_command(form, view.cycle, view.setting, command_id="", at=utc_now())
    except Invalid as refused:
        return await _form(request, view, log, form, status=422, refused=refused, draft=draft)
    opening = view.setting.opening(Stage.SELF_CRITICISM)
    assert opening is not None
    answer_due = view.cycle.self_criticism.answer_due
    return render(
        request,
        "self_criticism_check",
        view=view,
        passages=passages(view, _as_text(command)),
        answers=form.answers,
        fields=form.fields(),
        command_id=str(uuid4()),
        due=answer_due if view.cycle.self_criticism.state is Review.RETURNED else view.cycle.due(opening),
    )


def _as_text(command: SubmitSelfCriticism) -> SelfCriticismSubmitted:
    """A command as the text it would become, for showing only: what is left empty is left out."""
    return SelfCriticismSubmitted(
        sections=tuple(section for section in command.sections if section.text.strip()),
        remedies=command.remedies,
        self_rating=command.self_rating,
        points_common=command.points_common,
        points_results=command.points_results,
        answers=command.answers,
        round=1,
        late=False,
        review_due=command.at.date(),
    )


@router.post("/submit")
async def submit(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """Submit exactly what the last look showed. What has changed meanwhile is told, and the text stays typed."""
    require_own(view)
    form = _posted(request, view, sent)
    moved = await _moved(view, log, sent)
    if moved:
        return await _form(request, view, log, form, status=409, moved=moved, trouble="self_criticism.moved")
    try:
        command = self_criticism_command(form, view.cycle, view.setting, command_id=sent.command_id, at=view.at)
        await log.execute(CYCLE, view.stream, command)
    except Invalid as refused:
        return await _form(request, view, log, form, status=422, refused=refused)
    except Conflict as conflict:
        now = await read_year(log, view.viewer, view.year, view.member, view.at)
        return await _form(request, now, log, form, status=409, trouble=conflict.code)
    await drop_draft(log, view.viewer, view.stream, FORM)
    await say(request, "self_criticism.submitted.said", unit=view.units[view.setting.path[0]])
    return RedirectResponse(view.path, 303)


@router.post("/withdraw")
async def withdraw(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """Take it back while nobody has opened or criticised it; the text is there to be written on."""
    require_own(view)
    await log.execute(CYCLE, view.stream, WithdrawSelfCriticism(id=sent.command_id, by=view.viewer, at=utc_now()))
    await say(request, "self_criticism.withdrawn.said")
    return RedirectResponse(f"{view.path}/self-criticism", 303)


def _posted(request: Request, view: YearView, sent: Posted) -> SelfCriticismForm:
    return read_form(sent.fields, view.cycle, view.setting, look_of(request).language)


async def _closed(request: Request, view: YearView, log: LogDep, sent: Posted) -> Response:
    """There is nothing to write now: why, and everything that was typed."""
    state = view.cycle.self_criticism.state
    trouble = {
        Review.SUBMITTED: "self_criticism.submitted",
        Review.IN_REVIEW: "self_criticism.submitted",
        Review.APPROVED: "self_criticism.accepted",
    }.get(state, "self_criticism.not_open")
    if state in (Review.NONE, Review.RETURNED) and view.cycle.pledge.state is not Review.APPROVED:
        trouble = "self_criticism.no_pledge"
    moved = await _moved(view, log, sent)
    return await _form(request, view, log, _posted(request, view, sent), status=409, moved=moved, trouble=trouble)


async def _moved(view: YearView, log: LogDep, sent: Posted) -> tuple[Entry, ...]:
    """What happened to the text since the page was made, this command apart."""
    if sent.version is None:
        return ()
    return await moved_since(log, view, sent.version, "self_criticism.", sent.command_id)


async def _form(
    request: Request,
    view: YearView,
    log: LogDep,
    form: SelfCriticismForm,
    *,
    status: int = 200,
    refused: Invalid | None = None,
    draft: Draft | None = None,
    command_id: str = "",
    moved: tuple[Entry, ...] = (),
    trouble: str = "",
) -> Response:
    text, opening = view.cycle.self_criticism, view.setting.opening(Stage.SELF_CRITICISM)
    last, last_version = await log.load(CYCLE, cycle_stream(view.member, view.year - 1))
    due = text.answer_due if text.state is Review.RETURNED else view.cycle.due(opening) if opening else None
    return render(
        request,
        "self_criticism",
        block="form",
        status=status,
        view=view,
        form=form,
        parts=form.parts(),
        refused=refused,
        due=due,
        levels=list(Level),
        most=view.setting.policy.points_max,
        saved_at=draft.saved_at if draft else (view.at if refused else None),
        command_id=command_id or str(uuid4()),
        last=last if last_version else None,
        items=titles(view.cycle.pledge),
        points=point_rows(text.points if text.state is Review.RETURNED else (), ()),
        criticisms=criticism_rows(view),
        moved=moved,
        trouble=trouble,
        readable=writing(view),
    )


def _read(request: Request, view: YearView, number: int, look: str) -> Response:
    """The submitted text: the newest round unless another is asked for, with what changed where two can be compared."""
    found, text = rounds_of(view), view.cycle.self_criticism
    opened = view.setting.opening(Stage.SELF_CRITICISM) is not None
    if not found and not view.own:
        raise NotFound("self_criticism.nothing_yet")
    chosen = next((one for one in found if one.number == number), None if number else found[-1] if found else None)
    if found and chosen is None:
        raise NotFound("self_criticism.no_round")
    before = compared(found, chosen.number) if chosen else None
    changes = look == CHANGES and before is not None
    settled = before is not None and text.state is Review.APPROVED
    points = before.points if before else ()
    return render(
        request,
        "self_criticism_read",
        view=view,
        chosen=chosen,
        all_rounds=found,
        before=before,
        lens=CHANGES if changes else "",
        shown=passages(view, chosen.text, before.text if before and changes else None) if chosen else (),
        points=point_rows(
            points,
            chosen.text.answers if chosen else (),
            dict.fromkeys((point.number for point in points), "accept") if settled else None,
        ),
        sent_back=point_rows(found[-1].points, ()) if found and text.state is Review.RETURNED else (),
        criticisms=criticism_rows(view),
        opened=opened,
        accepted_by=next(
            (view.names.get(one.actor, "") for one in view.events if isinstance(one.event, SelfCriticismAccepted)), ""
        ),
        command_id=str(uuid4()),
    )
