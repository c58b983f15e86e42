"""The year's calendar as the organisation office runs it: the dates in force, other dates with a reason, and whom they touch."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from events.decider import local_date
from events.errors import Conflict, Invalid, NotFound
from events.ids import season_stream, unit_stream
from events.log import Log
from events.policy import Policy, Step, StepChange, steps_of
from events.projections.scope import Seen, reach, unit_seen
from events.projections.tallies import Tally, touched
from events.season import SEASON, AmendCalendar, check_amendment
from events.unit_year import UNIT_YEAR
from events.unit_year.commands import AmendUnitCalendar
from web.deps import ActorDep, LogDep, say, utc_now
from web.pages.board import YearPath
from web.pages.days import parse_day, typed
from web.pages.posted import Posted, PostedDep
from web.render import render

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """A unit's stages with the dates in force.

    Attributes:
        published: dates of the policy before any amendment, by step key.
        stream, version: where an amendment goes, and what it was read at.
        opened: keys of the stages that are open in this unit already; of a root unknown, and empty.
    """

    unit: Seen
    year: int
    root: bool
    policy: Policy
    amendments: tuple[tuple[StepChange, ...], ...]
    steps: tuple[Step, ...]
    published: dict[str, Step]
    stream: str
    version: int
    opened: frozenset[str]
    closed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A stage in the form: its dates, what was typed, what it `was` when the form was made, what it was first, and whom another date touches."""

    step: Step
    first: Step
    opens: str
    due: str
    was: tuple[str, str]
    opened: bool
    tally: Tally
    change: StepChange | None

    @property
    def amended(self) -> bool:
        """Whether the dates are others than the published ones."""
        return (self.step.opens, self.step.due) != (self.first.opens, self.first.due)


@router.get("/season")
async def home(log: LogDep, actor: ActorDep) -> RedirectResponse:
    """To the calendar of the highest unit whose year the reader runs."""
    today = local_date(utc_now())
    found = await reach(log.engine, actor.person, today)
    if not found.runs:
        raise NotFound("calendar.nowhere")
    return RedirectResponse(f"/office/calendar/{found.runs[0]}/{today.year}", 303)


@router.get("/office/calendar/{unit}/{year}")
async def show(request: Request, unit: str, year: YearPath, log: LogDep, actor: ActorDep) -> Response:
    """The dates in force and the form to change them; 404 for who does not run this unit's year."""
    calendar = await _read(log, actor.person, unit, year)
    return await _page(request, log, actor.person, calendar, None)


@router.post("/office/calendar/{unit}/{year}")
async def amend(request: Request, unit: str, year: YearPath, log: LogDep, actor: ActorDep, sent: PostedDep) -> Response:
    """First a preview of what changes and for whom, then, sent again with `act=amend`, the change itself."""
    calendar = await _read(log, actor.person, unit, year)
    try:
        changes = _changes(calendar, sent)
        if sent.act != "amend":
            check_amendment(calendar.policy, year, calendar.amendments, changes, sent.one("reason"))
            return await _page(request, log, actor.person, calendar, sent, changes=changes)
        await _execute(log, actor.person, calendar, changes, sent)
    except Invalid as refused:
        return await _page(request, log, actor.person, calendar, sent, status=422, refused=refused)
    except Conflict as conflict:
        if conflict.code != "stale":
            raise
        fresh = await _read(log, actor.person, unit, year)
        return await _page(request, log, actor.person, fresh, sent, status=409, stale=True)
    await say(request, "calendar.amended", n=len(changes))
    return RedirectResponse(request.url.path, 303)


async def _read(log: Log, viewer: str, unit: str, year: int) -> Calendar:
    """The calendar; NotFound `unit.unknown` for who does not run it, `calendar.none` while there is none."""
    seen = await unit_seen(log.engine, viewer, unit, local_date(utc_now()))
    if seen is None or not seen.runs:
        raise NotFound("unit.unknown")
    root = len(seen.path) == 1
    season, season_version = await log.load(SEASON, season_stream(seen.path[-1], year))
    unit_year, unit_version = await log.load(UNIT_YEAR, unit_stream(unit, year))
    if season.opened is None or (not root and unit_year.opened is None):
        raise NotFound("calendar.none", year=year)
    version = unit_year.opened.policy_version if unit_year.opened and not root else season.opened.policy_version
    policy = season.policies[version]
    amendments = season.amendments if root else (*season.amendments, *unit_year.amendments)
    return Calendar(
        unit=seen,
        year=year,
        root=root,
        policy=policy,
        amendments=amendments,
        steps=steps_of(policy, year, *amendments),
        published={step.key: step for step in steps_of(policy, year)},
        stream=season_stream(unit, year) if root else unit_stream(unit, year),
        version=season_version if root else unit_version,
        opened=frozenset() if root else frozenset(_key(*names) for names in unit_year.stages),
        closed=season.closed or (not root and unit_year.closed),
    )


def _key(stage: str, month: int | None) -> str:
    return stage if month is None else f"{stage}-{month}"


def _changes(calendar: Calendar, sent: Posted) -> tuple[StepChange, ...]:
    """What differs from the dates the form was made with, so that a form sent twice asks twice for the same; every date that cannot be read, or an opening that is past, is a fault at its field."""
    changes, faults = [], []
    for step in calendar.steps:
        given: dict[str, date | None] = {}
        for name, before in (("opens", step.opens), ("due", step.due)):
            try:
                day = parse_day(sent.one(f"{name}-{step.key}"), f"{name}-{step.key}")
            except Invalid as fault:
                faults.append(fault)
                continue
            given[name] = day if typed(day) != sent.one(f"was-{name}-{step.key}", typed(before)) else None
        if step.key in calendar.opened:
            given["opens"] = None
        if given.get("opens") or given.get("due"):
            changes.append(
                StepChange(stage=step.stage, month=step.month, opens=given.get("opens"), due=given.get("due"))
            )
    if faults:
        raise Invalid(faults[0].code, field=faults[0].field, also=tuple(faults[1:]), **faults[0].facts)
    return tuple(changes)


async def _execute(log: Log, actor: str, calendar: Calendar, changes: tuple[StepChange, ...], sent: Posted) -> None:
    given: dict[str, Any] = {"id": sent.command_id, "by": actor, "at": utc_now(), "changes": changes}
    given["reason"] = sent.one("reason").strip()
    if calendar.root:
        await log.execute(SEASON, calendar.stream, AmendCalendar(**given), expected=sent.version)
    else:
        await log.execute(UNIT_YEAR, calendar.stream, AmendUnitCalendar(**given), expected=sent.version)


async def _page(
    request: Request,
    log: Log,
    viewer: str,
    calendar: Calendar,
    sent: Posted | None,
    *,
    status: int = 200,
    refused: Invalid | None = None,
    changes: tuple[StepChange, ...] = (),
    stale: bool = False,
) -> Response:
    tallies = await touched(log, viewer, calendar.unit.unit, calendar.year, local_date(utc_now()))
    made_with = None if stale else sent
    by_step = {(change.stage, change.month): change for change in changes}
    lines = [
        Line(
            step=step,
            first=calendar.published[step.key],
            opens=sent.one(f"opens-{step.key}", typed(step.opens)) if sent else typed(step.opens),
            due=sent.one(f"due-{step.key}", typed(step.due)) if sent else typed(step.due),
            was=(
                made_with.one(f"was-opens-{step.key}", typed(step.opens)) if made_with else typed(step.opens),
                made_with.one(f"was-due-{step.key}", typed(step.due)) if made_with else typed(step.due),
            ),
            opened=step.key in calendar.opened,
            tally=tallies.get((step.stage, step.month), Tally()),
            change=by_step.get((step.stage, step.month)),
        )
        for step in calendar.steps
    ]
    return render(
        request,
        "calendar",
        block="form",
        status=status,
        calendar=calendar,
        unit=calendar.unit,
        year=calendar.year,
        lines=lines,
        preview=[line for line in lines if line.change],
        reason=sent.one("reason") if sent else "",
        refused=refused,
        stale=stale,
        version=calendar.version if stale or sent is None or sent.version is None else sent.version,
        command_id=sent.command_id if sent and not stale else str(uuid4()),
    )
