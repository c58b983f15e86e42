"""The year's result as its member is told it: the level, what it rests on, what is carried on; acknowledged with one button."""

from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from events.cycle import CYCLE
from events.cycle.commands import AcknowledgeResult
from events.errors import Conflict
from web.deps import LogDep, say
from web.pages.access import YearView, read_year, require_own
from web.pages.pledge import ViewDep
from web.pages.posted import PostedDep
from web.render import render

router = APIRouter(prefix="/year/{year}/{member}/result")


@router.get("")
async def show(request: Request, view: ViewDep) -> Response:
    """The notice; where nothing is decided yet, one sentence that says so."""
    return _page(request, view)


@router.post("")
async def acknowledge(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """The member has read exactly the decision that was on the page."""
    require_own(view)
    decision = view.cycle.appraisal.decision_version
    if sent.one("decision") != str(decision):
        return _page(request, view, status=409, trouble="result.changed")
    try:
        command = AcknowledgeResult(id=sent.command_id, by=view.viewer, at=view.at)
        await log.execute(CYCLE, view.stream, command)
    except Conflict as conflict:
        now = await read_year(log, view.viewer, view.year, view.member, view.at)
        return _page(request, now, status=409, trouble=conflict.code)
    await say(request, "result.acknowledged.said")
    return RedirectResponse(request.url.path, 303)


def _page(request: Request, view: YearView, *, status: int = 200, trouble: str = "") -> Response:
    appraisal, cycle = view.cycle.appraisal, view.cycle
    return render(
        request,
        "result",
        block="result",
        status=status,
        view=view,
        decision=appraisal.decision,
        version=appraisal.decision_version,
        decided_at=appraisal.decided_at,
        vote=appraisal.vote,
        corrected=appraisal.decisions > 1,
        waiting=view.own and appraisal.decision is not None and cycle.final_at is None,
        unit=view.units.get(appraisal.decision.unit, appraisal.decision.unit) if appraisal.decision else "",
        trouble=trouble,
        command_id=str(uuid4()),
    )
