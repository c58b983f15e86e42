"""A month of a cell, confirmed in one act for everyone who reported, with exceptions by name and reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from events.cycle import CYCLE
from events.cycle.state import CheckIn
from events.decider import local_date
from events.errors import Conflict, Invalid
from events.ids import cycle_stream, unit_stream
from events.projections.board import month_reports
from events.projections.scope import Seen
from events.unit_year import UNIT_YEAR
from events.unit_year.commands import ConfirmMonth, MonthException
from web.deps import ActorDep, LogDep, say, utc_now
from web.pages.board import YearPath
from web.pages.check_in_form import titles
from web.pages.posted import Posted, PostedDep
from web.pages.said import Said
from web.render import render

router = APIRouter(prefix="/cell/{unit}/{year}/month/{month}")
MonthPath = Annotated[int, Path(ge=1, le=12)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One pledged item of a report: what names it, its kind where it is no job, how far, and the member's words."""

    title: str
    kind: Said | None
    progress: int
    done: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A member's report as the form shows it. `changed`: it is another one than the reader had before them when they sent the form."""

    member: str
    name: str | None
    own: bool
    late: bool
    version: int
    at: datetime
    results: tuple[Result, ...]
    excepted: bool
    reason: str
    changed: bool


@router.get("")
async def show(request: Request, unit: str, year: YearPath, month: MonthPath, log: LogDep, actor: ActorDep) -> Response:
    """The reports the reader is asked to confirm; 404 for who sits neither in the cell's committee nor above it."""
    seen, lines = await _read(log, actor.person, unit, year, month, None)
    return _page(request, seen, year, month, lines)


@router.post("")
async def confirm(
    request: Request, unit: str, year: YearPath, month: MonthPath, log: LogDep, actor: ActorDep, sent: PostedDep
) -> Response:
    """Confirm what was read: a report that has changed since is shown anew, with what was ticked and written kept."""
    seen, lines = await _read(log, actor.person, unit, year, month, sent)
    shown = tuple(
        (name.removeprefix("seen."), sent.number(name)) for name in sorted(sent.fields) if name.startswith("seen.")
    )
    exceptions = tuple(
        MonthException(member=member, reason=sent.one(f"reason.{member}").strip())
        for member, _ in shown
        if sent.one(f"except.{member}")
    )
    command = ConfirmMonth(
        id=sent.command_id, by=actor.person, at=utc_now(), month=month, seen=shown, exceptions=exceptions
    )
    try:
        await log.execute(UNIT_YEAR, unit_stream(unit, year), command)
    except Invalid as refused:
        named = _at_fields(refused, exceptions, {line.member: line.name or line.member for line in lines})
        return _page(request, seen, year, month, lines, status=422, refused=named, command_id=sent.command_id)
    except Conflict as conflict:
        if conflict.code != "check_in.changed":
            raise
        return _page(request, seen, year, month, lines, status=409)
    await say(request, "month.confirmed", month=month, n=len(shown) - len(exceptions))
    return RedirectResponse(f"/cell/{unit}/{year}", 303)


async def _read(
    log: LogDep, viewer: str, unit: str, year: int, month: int, sent: Posted | None
) -> tuple[Seen, list[Line]]:
    """The unit and its reports; `sent`: what was ticked and which versions were read when the form was posted."""
    seen, reports = await month_reports(log, viewer, unit, year, month, local_date(utc_now()))
    loaded = await log.load_many(CYCLE, [cycle_stream(one.member, year) for one in reports])
    lines = []
    for one, (cycle, _) in zip(reports, loaded, strict=True):
        report = cycle.check_ins.get(month)
        if report is None:
            continue
        names = titles(cycle.pledge)
        lines.append(
            Line(
                member=one.member,
                name=one.name,
                own=one.own,
                late=report.reported.late,
                version=report.version,
                at=report.reported_at,
                results=_results(report, names),
                excepted=sent is not None and bool(sent.one(f"except.{one.member}")),
                reason=sent.one(f"reason.{one.member}") if sent else "",
                changed=sent is not None and not one.own and sent.number(f"seen.{one.member}") != report.version,
            )
        )
    return seen, lines


def _results(report: CheckIn, names: Mapping[str, tuple[str, Said | None]]) -> tuple[Result, ...]:
    made = []
    for item in report.reported.items:
        title, kind = names.get(item.item, (item.item, None))
        made.append(Result(title=title, kind=kind, progress=item.progress, done=item.done))
    return tuple(made)


def _at_fields(refused: Invalid, exceptions: tuple[MonthException, ...], names: Mapping[str, str]) -> Invalid:
    """The same faults at the fields of this form, which are named by member and not by number; a missing reason says whose."""

    def renamed(one: Invalid) -> Invalid:
        parts = (one.field or "").split(".")
        if len(parts) == 3 and parts[1].isdecimal() and int(parts[1]) < len(exceptions):
            member = exceptions[int(parts[1])].member
            if one.code == "text.missing":
                return Invalid("month.reason_missing", field=f"reason.{member}", name=names.get(member, member))
            return Invalid(one.code, field=f"reason.{member}", **one.facts)
        return Invalid(one.code, field=one.field, **one.facts)

    first, *others = (renamed(one) for one in refused.all)
    return Invalid(first.code, field=first.field, also=tuple(others), **first.facts)


def _page(
    request: Request,
    seen: Seen,
    year: int,
    month: int,
    lines: list[Line],
    *,
    status: int = 200,
    refused: Invalid | None = None,
    command_id: str = "",
) -> Response:
    return render(
        request,
        "month",
        block="form",
        status=status,
        unit=seen,
        year=year,
        month_number=month,
        lines=[line for line in lines if not line.own],
        own=next((line for line in lines if line.own), None),
        changed=[line for line in lines if line.changed],
        refused=refused,
        command_id=command_id or str(uuid4()),
    )
