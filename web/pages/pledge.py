"""The member's pledge: written as a private draft, looked over, submitted, withdrawn, answered after a return; and read by others."""

from dataclasses import replace
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from events.cycle import CYCLE
from events.cycle.commands import WithdrawPledge
from events.cycle.facts import PledgeReturned, PledgeSubmitted, PledgeWithdrawn
from events.cycle.setting import Opening
from events.cycle.state import Cycle, Review
from events.errors import Conflict, Invalid, NotFound
from events.ids import cycle_stream
from events.policy import Stage
from web.deps import ActorDep, LogDep, say, utc_now
from web.drafts import Draft, drop_draft, fields_of, load_draft, save_draft
from web.pages.access import YearView, read_year, require_own, require_texts
from web.pages.entry import Entry
from web.pages.pledge_form import JobForm, PledgeForm, StandardForm, blank_form, pledge_command, read_form
from web.pages.pledge_text import passages
from web.pages.posted import Posted, PostedDep
from web.pages.reviewing import CHANGES, Round, compared, moved_since, point_rows, rounds
from web.render import render

router = APIRouter(prefix="/year/{year}/{member}/pledge")
FORM = "pledge"


async def view_of(year: int, member: str, log: LogDep, actor: ActorDep) -> YearView:
    """The year this page belongs to, as the actor may see it."""
    return await read_year(log, actor.person, year, member, utc_now())


ViewDep = Annotated[YearView, Depends(view_of)]


def rounds_of(view: YearView) -> tuple[Round, ...]:
    """The pledge's submissions."""
    return rounds(view.events, PledgeSubmitted, PledgeReturned, PledgeWithdrawn)


def writing(view: YearView) -> bool:
    """Whether the member has something to write: nothing waits or is approved, and the stage has opened."""
    state = view.cycle.pledge.state
    return view.own and state in (Review.NONE, Review.RETURNED) and view.setting.opening(Stage.PLEDGE) is not None


@router.get("")
async def show(
    request: Request,
    view: ViewDep,
    log: LogDep,
    number: Annotated[int, Query(alias="round")] = 0,
    look: Annotated[str, Query(alias="view")] = "",
) -> Response:
    """The form while there is something to write, else the submitted text with its rounds."""
    require_texts(view)
    if writing(view) and not number and not look:
        draft = await load_draft(log, view.viewer, view.stream, FORM)
        form = read_form(draft.fields, view.cycle, view.setting) if draft else blank_form(view.cycle, view.setting)
        return await _form(request, view, log, form, draft=draft)
    return _read(request, view, number, look)


@router.post("")
async def write(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """Keep what is written; then another row, a rest, or on to the last look before submitting."""
    require_own(view)
    form = read_form(sent.fields, view.cycle, view.setting)
    if not writing(view):
        return await _form(
            request, view, log, form, status=409, moved=await _moved(view, log, sent), trouble=_trouble(view.cycle)
        )
    at, target = utc_now(), request.url.path
    if sent.add == "job" and len(form.jobs) < view.setting.policy.pledge.max_jobs:
        form, target = replace(form, jobs=(*form.jobs, JobForm())), f"{target}#f-jobs-{len(form.jobs)}-title"
    elif sent.add == "standard" and len(form.standards) < view.setting.policy.pledge.max_standards:
        form, target = (
            replace(form, standards=(*form.standards, StandardForm())),
            f"{target}#f-standards-{len(form.standards)}-code",
        )
    elif sent.remove == "job":
        form, target = replace(form, jobs=form.jobs[:-1] or (JobForm(),)), f"{target}#jobs"
    elif sent.remove == "standard":
        form, target = replace(form, standards=form.standards[:-1] or (StandardForm(),)), f"{target}#standards"
    elif not sent.draft:
        form, target = form.tidied(), f"{target}/check"
        try:
            pledge_command(form, view.cycle, view.setting, command_id=sent.command_id, at=at)
        except Invalid as refused:
            await save_draft(log, view.viewer, view.stream, FORM, fields_of(form.fields()), at)
            return await _form(request, view, log, form, status=422, refused=refused, command_id=sent.command_id)
    await save_draft(log, view.viewer, view.stream, FORM, fields_of(form.fields()), at)
    return RedirectResponse(target, 303)


@router.get("/check")
async def check(request: Request, view: ViewDep, log: LogDep) -> Response:
    """The last look before submitting: the text as the committee will read it, each section with a way back."""
    require_own(view)
    draft = await load_draft(log, view.viewer, view.stream, FORM)
    if draft is None or not writing(view):
        return RedirectResponse(f"{view.path}/pledge", 303)
    form = read_form(draft.fields, view.cycle, view.setting).tidied()
    try:
        command = pledge_command(form, view.cycle, view.setting, command_id="", at=utc_now())
    except Invalid as refused:
        return await _form(request, view, log, form, status=422, refused=refused, draft=draft)
    opening = view.setting.opening(Stage.PLEDGE)
    assert opening is not None
    return render(
        request,
        "pledge_check",
        view=view,
        passages=passages(command_text(command, view)),
        answers=form.answers,
        fields=form.fields(),
        command_id=str(uuid4()),
        due=view.cycle.due(opening),
    )


def command_text(command: object, view: YearView) -> PledgeSubmitted:
    """A command as the text it would become, for showing only."""
    from events.cycle.commands import SubmitPledge

    assert isinstance(command, SubmitPledge)
    return PledgeSubmitted(
        jobs=command.jobs,
        exemplary=command.exemplary,
        standards=command.standards,
        carried=command.carried,
        answers=command.answers,
        round=view.cycle.pledge.round + 1,
        late=False,
        review_due=view.setting.on,
    )


@router.post("/submit")
async def submit(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """Submit exactly what the last look showed. What has changed meanwhile is told, and the text stays typed."""
    require_own(view)
    form = read_form(sent.fields, view.cycle, view.setting).tidied()
    moved = await _moved(view, log, sent)
    if moved:
        return await _form(request, view, log, form, status=409, moved=moved, trouble="pledge.moved")
    try:
        command = pledge_command(form, view.cycle, view.setting, command_id=sent.command_id, at=view.at)
        await log.execute(CYCLE, view.stream, command)
    except Invalid as refused:
        return await _form(request, view, log, form, status=422, refused=refused)
    except Conflict as conflict:
        return await _form(
            request,
            await read_year(log, view.viewer, view.year, view.member, view.at),
            log,
            form,
            status=409,
            trouble=conflict.code,
        )
    await drop_draft(log, view.viewer, view.stream, FORM)
    await say(request, "pledge.submitted.said", unit=view.reviewer)
    return RedirectResponse(view.path, 303)


@router.post("/withdraw")
async def withdraw(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """Take it back while nobody has opened it; the text is there to be written on."""
    require_own(view)
    await log.execute(CYCLE, view.stream, WithdrawPledge(id=sent.command_id, by=view.viewer, at=utc_now()))
    await say(request, "pledge.withdrawn.said")
    return RedirectResponse(f"{view.path}/pledge", 303)


def _trouble(cycle: Cycle) -> str:
    return {Review.APPROVED: "pledge.approved", Review.NONE: "pledge.not_open", Review.RETURNED: "pledge.not_open"}.get(
        cycle.pledge.state, "pledge.submitted"
    )


async def _moved(view: YearView, log: LogDep, sent: Posted) -> tuple[Entry, ...]:
    """What happened to the pledge since the page was made, this command apart."""
    return await moved_since(log, view, sent.version, "pledge.", sent.command_id) if sent.version is not None else ()


async def _form(
    request: Request,
    view: YearView,
    log: LogDep,
    form: PledgeForm,
    *,
    status: int = 200,
    refused: Invalid | None = None,
    draft: Draft | None = None,
    command_id: str = "",
    moved: tuple[Entry, ...] = (),
    trouble: str = "",
) -> Response:
    opening = view.setting.opening(Stage.PLEDGE)
    last, last_version = await log.load(CYCLE, cycle_stream(view.member, view.year - 1))
    return render(
        request,
        "pledge",
        block="form",
        status=status,
        view=view,
        form=form,
        parts=form.parts(),
        refused=refused,
        rules=view.setting.policy.pledge,
        due=_due(view, opening),
        saved_at=draft.saved_at if draft else (view.at if refused else None),
        command_id=command_id or str(uuid4()),
        last=last if last_version else None,
        points=point_rows(view.cycle.pledge.points, ()),
        moved=moved,
        trouble=trouble,
        readable=writing(view),
    )


def _due(view: YearView, opening: Opening | None) -> object:
    pledge = view.cycle.pledge
    if pledge.state is Review.RETURNED:
        return pledge.answer_due
    return view.cycle.due(opening) if opening else None


def _read(request: Request, view: YearView, number: int, look: str) -> Response:
    """The submitted text: the newest round unless another is asked for, with what changed where two can be compared."""
    found = tuple(one for one in rounds_of(view) if view.own or not one.withdrawn)
    pledge = view.cycle.pledge
    if not found:
        if view.own:
            return render(
                request,
                "pledge_read",
                view=view,
                chosen=None,
                all_rounds=(),
                shown=(),
                lens="",
                before=None,
                points=(),
                command_id="",
            )
        raise NotFound("pledge.nothing_yet")
    chosen = next((one for one in found if one.number == number), None if number else found[-1])
    if chosen is None:
        raise NotFound("pledge.no_round")
    before = compared(found, chosen.number)
    changes = look == CHANGES and before is not None
    return render(
        request,
        "pledge_read",
        view=view,
        chosen=chosen,
        all_rounds=found,
        before=before,
        lens=CHANGES if changes else "",
        shown=passages(chosen.text, before.text if before and changes else None),
        points=point_rows(
            before.points if before else (),
            chosen.text.answers,
            dict.fromkeys((point.number for point in before.points), "accept")
            if before and pledge.state is Review.APPROVED
            else None,
        ),
        command_id=str(uuid4()),
    )
