"""A month's results, item by item: reported by the member, again until they are confirmed; read by the cell."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from events.cycle import CYCLE
from events.cycle.state import Review
from events.errors import Conflict, Invalid, NotFound
from events.policy import Stage
from web.deps import LogDep, say, utc_now
from web.drafts import Draft, drafted, drop_draft, load_draft, save_draft
from web.pages.access import YearView, read_year, require_own, require_texts
from web.pages.check_in_form import CheckInForm, check_in_command, check_in_form
from web.pages.plan import plan
from web.pages.pledge import ViewDep
from web.pages.posted import PostedDep
from web.pages.reviewing import moved_since
from web.render import render

router = APIRouter(prefix="/year/{year}/{member}/check-in/{month}")
MonthPath = Annotated[int, Path(ge=1, le=12)]


def draft_name(month: int) -> str:
    """Under which a month's draft is kept."""
    return f"check_in-{month}"


@router.get("")
async def show(request: Request, view: ViewDep, log: LogDep, month: MonthPath) -> Response:
    """The form while the month can be reported, else what was reported."""
    require_texts(view)
    draft = await load_draft(log, view.viewer, view.stream, draft_name(month)) if view.own else None
    form = check_in_form(view.cycle, month, draft.fields if draft else None)
    if not view.own and month not in view.cycle.check_ins:
        raise NotFound("check_in.nothing_yet", month=month)
    return await _page(request, view, log, form, draft=draft)


@router.post("")
async def report(request: Request, view: ViewDep, log: LogDep, month: MonthPath, sent: PostedDep) -> Response:
    """Report the month, or only keep what is written."""
    require_own(view)
    form, name = check_in_form(view.cycle, month, sent.fields), draft_name(month)
    if sent.draft:
        await save_draft(log, view.viewer, view.stream, name, sent.fields, utc_now())
        return RedirectResponse(request.url.path, 303)
    moved = await moved_since(log, view, sent.version, "check_in.", sent.command_id) if sent.version is not None else ()
    moved = tuple(
        entry
        for entry in moved
        if entry.title.facts.get("month") and entry.title.facts["month"].code == f"ui.month.{month}"
    )
    if moved:
        return await _page(request, view, log, form, status=409, moved=moved, trouble="check_in.moved")
    try:
        command = check_in_command(form, view.cycle, view.setting, command_id=sent.command_id, at=view.at)
        await log.execute(CYCLE, view.stream, command)
    except Invalid as refused:
        await save_draft(log, view.viewer, view.stream, name, sent.fields, view.at)
        return await _page(request, view, log, form, status=422, refused=refused)
    except Conflict as conflict:
        now = await read_year(log, view.viewer, view.year, view.member, view.at)
        return await _page(request, now, log, form, status=409, trouble=conflict.code)
    await drop_draft(log, view.viewer, view.stream, name)
    await say(request, "check_in.reported.said", n=month)
    return RedirectResponse(view.path, 303)


async def _page(
    request: Request,
    view: YearView,
    log: LogDep,
    form: CheckInForm,
    *,
    status: int = 200,
    refused: Invalid | None = None,
    draft: Draft | None = None,
    moved: tuple[object, ...] = (),
    trouble: str = "",
) -> Response:
    month = form.month
    opening = view.setting.opening(Stage.CHECK_IN, month)
    begun = frozenset(await drafted(log, view.viewer, view.stream)) if view.own else frozenset()
    parts = [part for part in plan(view, begun) if part.stage is Stage.CHECK_IN]
    return render(
        request,
        "check_in",
        block="form",
        status=status,
        view=view,
        form=form,
        month_number=month,
        report=view.cycle.check_ins.get(month),
        confirmed=month in view.setting.confirmed,
        writable=view.own
        and view.cycle.closed is None
        and opening is not None
        and month not in view.setting.confirmed
        and view.cycle.pledge.state is Review.APPROVED,
        pledged=view.cycle.pledge.state is Review.APPROVED,
        opened=opening is not None,
        due=view.cycle.due(opening) if opening else None,
        grace=view.setting.policy.review.grace_days,
        earlier=max((one for one in view.cycle.check_ins if one < month), default=None),
        parts=parts,
        refused=refused,
        saved_at=draft.saved_at if draft else (view.at if refused else None),
        command_id=str(uuid4()),
        moved=moved,
        trouble=trouble,
    )
