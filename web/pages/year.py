"""A member's year: what is asked now, the strip of months, what is still to come and everything that happened."""

from dataclasses import replace
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from events.cycle.facts import TextOpened
from events.decider import local_date
from events.errors import Invalid, NotFound
from events.ids import commendation_stream
from events.policy import Stage
from web.deps import ActorDep, LogDep, utc_now
from web.drafts import drafted
from web.pages.access import YearView, membership_of, names_of, read_year, unit_year_stream, years_of
from web.pages.check_in_form import titles
from web.pages.criticism import as_member, may_be_criticised
from web.pages.history import history
from web.pages.plan import Part, months, next_part, plan
from web.pages.said import said
from web.render import render

router = APIRouter(prefix="/year")
MOST_SHOWN = 40
STAGES = tuple(Stage)


@router.get("")
async def own(log: LogDep, actor: ActorDep) -> Response:
    """To the reader's own running year, or the last one there is."""
    member = await membership_of(log, actor.person)
    if member is None:
        raise NotFound("year.no_membership")
    now = utc_now()
    this = local_date(now).year
    for year in (this, this - 1):
        try:
            await read_year(log, actor.person, year, member, now)
        except NotFound:
            continue
        return RedirectResponse(f"/year/{year}/{member}", 303)
    raise NotFound("year.not_open", year=this)


@router.get("/{year}/{member}")
async def show(
    request: Request,
    year: int,
    member: str,
    log: LogDep,
    actor: ActorDep,
    every: Annotated[bool, Query(alias="all")] = False,
) -> Response:
    """One member's year as the reader may see it."""
    view = await read_year(log, actor.person, year, member, utc_now())
    return await year_page(request, view, log, every=every)


async def year_page(
    request: Request,
    view: YearView,
    log: LogDep,
    *,
    status: int = 200,
    refused: Invalid | None = None,
    reason: str = "",
    every: bool = False,
) -> Response:
    """The page, with the form for opening the texts as it was left."""
    begun = await drafted(log, view.viewer, view.stream) if view.own else {}
    parts = plan(view, frozenset(begun))
    shared = await log.read(unit_year_stream(view))
    commended = await log.read(commendation_stream(view.member, view.year))
    actors = {one.actor for one in (*shared, *commended)} - view.names.keys()
    view = replace(view, names={**view.names, **await names_of(log, actors)})
    past = history(view, shared, commended)
    shown = past if every else [one for one in past if not one.minor][:MOST_SHOWN]
    coming = sorted(
        (
            part
            for part in parts
            if view.cycle.closed is None and part.state != "done" and not part.state.startswith("level")
        ),
        key=lambda part: (part.due, STAGES.index(part.stage), part.month or 0),
    )
    years = await years_of(log, view.member)
    return render(
        request,
        "year",
        status=status,
        view=view,
        refused=refused,
        reason=reason,
        now=_now(view, parts),
        waits=next((part for part in coming if part.open), None),
        upcoming=min(
            (part for part in coming if part.opens > view.setting.on), key=lambda part: part.opens, default=None
        ),
        begun=begun,
        criticise=not view.own
        and may_be_criticised(view)
        and await as_member(log, view.viewer, view.setting.path[0]) is not None,
        parts=parts,
        coming=coming,
        past=shown,
        more=len(past) - len(shown),
        months=months(view, parts),
        items=_items(view) if view.texts else (),
        openings=[one for one in view.events if isinstance(one.event, TextOpened)],
        years=sorted({*years, view.year}),
        title=said("year.title.own", year=view.year)
        if view.own
        else said("year.title", year=view.year, name=view.name),
        command_id=str(uuid4()),
        Stage=Stage,
    )


def _now(view: YearView, parts: tuple[Part, ...]) -> Part | None:
    """What the reader owes: the member's own step, the committee's for who sits in it."""
    if view.own:
        return next_part(parts, "member")
    if view.setting.actor_may_review() and (found := next_part(parts, "reviewer")):
        return found
    return next_part(parts, "decider") if view.setting.actor_may_decide() else None


def _items(view: YearView) -> tuple[dict[str, object], ...]:
    """The approved pledge, item by item, with the newest progress reported."""
    if view.cycle.pledge.approved_at is None:
        return ()
    months_reported = sorted(view.cycle.check_ins, reverse=True)
    newest = view.cycle.check_ins[months_reported[0]].reported.items if months_reported else ()
    reported = {item.item: item for item in newest}
    names = titles(view.cycle.pledge)
    carried = {one.id for one in view.cycle.pledge.debts}
    return tuple(
        {
            "title": names[item][0],
            "name": names[item][1],
            "progress": reported[item].progress if item in reported else None,
            "done": reported[item].done if item in reported else "",
            "month": months_reported[0] if months_reported else None,
            "carried": item in carried,
        }
        for item in view.cycle.pledge.items()
    )
