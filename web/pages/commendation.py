"""A commendation for a member's year: proposed on the decided level, given or not by the committee the award names, with its basis."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from events.access import Action, may
from events.commendation import (
    COMMENDATION,
    CommendationSetting,
    CommendationState,
    GrantCommendation,
    ProposeCommendation,
    RefuseCommendation,
    WithdrawCommendation,
    award_fits,
)
from events.errors import Conflict, Invalid, NotAllowed
from events.ids import commendation_stream
from web.deps import LogDep, say
from web.pages.access import LogReader, YearView, names_of
from web.pages.pledge import ViewDep
from web.pages.posted import Posted, PostedDep
from web.render import render

router = APIRouter(prefix="/year/{year}/{member}/commendation")


@router.get("")
async def show(request: Request, view: ViewDep, log: LogDep) -> Response:
    """What is proposed and decided, and what the viewer may do about it."""
    return await _page(request, view, log, {})


@router.post("")
async def act(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """Propose, give, refuse or take back."""
    if view.own:
        raise NotAllowed("access.own_case")
    command = _command(view, sent)
    try:
        await log.execute(COMMENDATION, commendation_stream(view.member, view.year), command, expected=sent.version)
    except Invalid as refused:
        return await _page(request, view, log, sent.fields, status=422, refused=refused)
    except Conflict as conflict:
        return await _page(request, view, log, sent.fields, status=409, trouble=conflict.code)
    await say(request, f"commendation.{sent.act}.said", name=view.name)
    return RedirectResponse(request.url.path, 303)


Command = ProposeCommendation | GrantCommendation | RefuseCommendation | WithdrawCommendation


def _command(view: YearView, sent: Posted) -> Command:
    shared = {"id": sent.command_id, "by": view.viewer, "at": view.at}
    match sent.act:
        case "propose":
            return ProposeCommendation(**shared, award=sent.one("award"), citation=sent.one("citation"))  # type: ignore[arg-type]  # the envelope
        case "grant":
            return GrantCommendation(**shared, decision_no=sent.one("decision_no"))  # type: ignore[arg-type]  # the envelope
        case "refuse":
            return RefuseCommendation(**shared, reason=sent.one("reason"))  # type: ignore[arg-type]  # the envelope
        case "withdraw":
            return WithdrawCommendation(**shared, reason=sent.one("withdraw_reason"))  # type: ignore[arg-type]  # the envelope
    raise Conflict("review.no_act")


async def _page(
    request: Request, view: YearView, log: LogDep, fields: Any, *, status: int = 200, **more: Any
) -> Response:
    stream = commendation_stream(view.member, view.year)
    commendation, version = await log.load(COMMENDATION, stream)
    asked = WithdrawCommendation(id="", by=view.viewer, at=view.at, reason="")
    setting = await COMMENDATION.setting(LogReader(log), stream, asked)
    events = await log.read(stream)
    awards = [award for award in setting.year.policy.awards if award_fits(setting, award)]
    proposed = commendation.proposed
    award = next((one for one in setting.year.policy.awards if proposed and one.code == proposed.award), None)

    def one(name: str) -> str:
        return str((fields.get(name) or [""])[-1])

    return render(
        request,
        "commendation",
        block="commendation",
        status=status,
        **{
            "view": view,
            "refused": None,
            "trouble": "",
            "commendation": commendation,
            "version": version,
            "events": events,
            "names": await names_of(log, {recorded.actor for recorded in events}),
            "awards": awards,
            "units": view.units,
            "may_propose": _may(setting, Action.PROPOSE_COMMENDATION, view)
            and commendation.state is CommendationState.NONE,
            "may_withdraw": _may(setting, Action.PROPOSE_COMMENDATION, view)
            and commendation.state is CommendationState.PROPOSED,
            "may_decide": award is not None
            and commendation.state is CommendationState.PROPOSED
            and not view.own
            and may(
                Action.DECIDE_COMMENDATION, setting.year.actor_grants, (setting.giving_unit(award),), setting.year.on
            ),
            "giver": view.units.get(setting.giving_unit(award), "") if award else "",
            "typed": one,
            "command_id": str(uuid4()),
            **more,
        },
    )


def _may(setting: CommendationSetting, action: Action, view: YearView) -> bool:
    year = setting.year
    return not view.own and may(action, year.actor_grants, (year.reviewing_unit(), year.deciding_unit()), year.on)
