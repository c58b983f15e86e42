"""What waits for a person: their own steps, what their committees are asked, what waits on others, and what is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from events.cycle.tasks import Todo
from events.decider import local_date
from events.errors import NotFound
from events.ids import cycle_stream
from events.log import Log
from events.policy import Stage
from events.projections import finished as done
from events.projections import inbox as lists
from events.projections.board import BoardRow, cell_board
from events.projections.inbox import Count, Row, View
from web.deps import ActorDep, LogDep, utc_now
from web.drafts import writing
from web.pages.said import Said, said
from web.render import render

router = APIRouter()
PAGE = 100
ACTS = 50
NEVER = (datetime(9999, 1, 1, tzinfo=UTC), "", 0)
GROUPS = ("late", "soon", "undated", "later")

PLACES: dict[str, str] = {
    Stage.PLEDGE: "/pledge",
    Stage.CHECK_IN: "/check-in/{month}",
    Stage.SELF_CRITICISM: "/self-criticism",
    Stage.APPRAISAL: "/appraisal",
    Todo.REVIEW_PLEDGE: "/pledge/review",
    Todo.ANSWER_PLEDGE: "/pledge",
    Todo.ANSWER_CHECK_IN: "/check-in/{month}",
    Todo.ANSWER_CRITICISM: "/criticism",
    Todo.REVIEW_SELF_CRITICISM: "/self-criticism/review",
    Todo.ANSWER_SELF_CRITICISM: "/self-criticism",
    Todo.RECORD_VOTE: "/appraisal",
    Todo.ANSWER_APPRAISAL: "/appraisal",
    Todo.DECIDE_APPRAISAL: "/decision",
    Todo.ACKNOWLEDGE_RESULT: "/result",
    Todo.DECIDE_COMMENDATION: "/commendation",
}
"""Where under a member's year a step is done."""

ANSWERS = (Todo.ANSWER_PLEDGE, Todo.ANSWER_CHECK_IN, Todo.ANSWER_SELF_CRITICISM, Todo.ANSWER_APPRAISAL)


async def open_count(log: Log, person: str) -> int:
    """How many things wait for the person now, for the frame of every page."""
    return await lists.open_count(log, person, local_date(utc_now()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A row as the page shows it. `title` is a person's name, or a sentence where the row is one's own or a unit's."""

    row: Row
    href: str
    state: str
    title: str | Said
    what: Said
    late: bool
    act: str
    begun: bool


@router.get("/inbox")
async def show(
    request: Request,
    log: LogDep,
    actor: ActorDep,
    view: View = View.MINE,
    step: Annotated[str, Query(max_length=40)] = "",
    unit: Annotated[str, Query(max_length=40)] = "",
    item: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
    before: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """One of the four lists, narrowed by step and unit; beside it the item, or the item alone on a narrow screen."""
    today = local_date(utc_now())
    narrowed = {"view": view.value, **({"step": step} if step else {}), **({"unit": unit} if unit else {})}
    begun = await writing(log, actor.person) if view is View.MINE else frozenset()
    if item and request.headers.get("hx-target") == "item":
        asked_for = await _chosen(log, actor.person, today, view, item, narrowed, begun)
        shown: dict[str, Any] = {"item": asked_for, "back": _address(narrowed), "chosen": True}
        return render(request, "inbox", block="item", **shown, **await _beside(log, actor.person, asked_for, today))
    counted = await lists.counts(log, actor.person, today)
    found: Sequence[Row] = ()
    if view is not View.FINISHED:
        asked = lists.inbox(log, actor.person, today, view, step=step, unit=unit, skip=(page - 1) * PAGE, most=PAGE + 1)
        found = await asked
    items = [_item(row, today, narrowed, begun) for row in found[:PAGE]]
    chosen = next((one for one in items if one.row.id == item), None)
    if item and chosen is None:
        chosen = await _chosen(log, actor.person, today, view, item, narrowed, begun)
    acts = await done.finished(log, actor.person, _before(before), ACTS + 1) if view is View.FINISHED else []
    first = chosen or (items[0] if items else None)
    return render(
        request,
        "inbox",
        view=view,
        views=await _views(log, actor.person, counted),
        total=_total(counted, view, step, unit),
        steps=sorted({one.kind for one in counted if one.view is view}),
        units=list({one.unit: one.unit_name for one in counted if one.view is view}.items()),
        step=step,
        unit=unit,
        groups=[(name, [one for one in items if _group(one.row, today) == name]) for name in GROUPS],
        acts=acts[:ACTS],
        older=_address({"view": view.value, "before": _mark(acts[ACTS - 1])}) if len(acts) > ACTS else "",
        following=_address({**narrowed, "page": page + 1}) if len(found) > PAGE else "",
        previous=_address({**narrowed, "page": page - 1}) if page > 1 else "",
        item=first,
        chosen=chosen is not None,
        back=_address(narrowed),
        me=actor.person,
        **await _beside(log, actor.person, first, today),
    )


async def _chosen(
    log: Log,
    viewer: str,
    today: date,
    view: View,
    item: str,
    narrowed: dict[str, str],
    begun: frozenset[tuple[str, str]],
) -> Item:
    """The item of the address. NotFound `inbox.gone` when it is not in the viewer's list any more."""
    rows = await lists.inbox(log, viewer, today, view, item=item, most=1) if view is not View.FINISHED else []
    if not rows:
        raise NotFound("inbox.gone")
    return _item(rows[0], today, narrowed, begun)


async def _views(log: Log, viewer: str, counted: Sequence[Count]) -> list[tuple[View, int]]:
    sums = {view: sum(one.all for one in counted if one.view is view) for view in View}
    return [
        *((view, sums[view]) for view in View if view is not View.FINISHED),
        (View.FINISHED, await done.finished_count(log, viewer)),
    ]


def _total(counted: Sequence[Count], view: View, step: str, unit: str) -> tuple[int, int]:
    """How many rows the narrowed list has, and how many of them are overdue."""
    here = [one for one in counted if one.view is view and step in ("", one.kind) and unit in ("", one.unit)]
    return sum(one.all for one in here), sum(one.late for one in here)


def _item(row: Row, today: date, narrowed: dict[str, str], drafts: frozenset[tuple[str, str]]) -> Item:
    late = row.due is not None and row.due < today
    what = said(
        f"inbox.what.{_wording(row)}",
        month=said(f"ui.month.{row.month or 1}"),
        year=row.year,
        n=row.count,
        steps=row.steps,
        oldest=said(f"inbox.oldest.{row.oldest}", month=said(f"ui.month.{row.month or 1}")) if row.oldest else "",
        round=row.round,
    )
    begun = row.view is View.MINE and row.member is not None and _draft(row) in drafts
    named = row.member is not None and row.view is not View.MINE
    return Item(
        row=row,
        href=_address({**narrowed, "item": row.id}),
        state="overdue" if late else "writing" if begun else _state(row),
        title=row.unit_name if row.kind == "overdue" else (row.name or said("inbox.nameless")) if named else what,
        what=what if named or row.kind == "overdue" else said("inbox.writing", year=row.year) if begun else _about(row),
        late=late,
        act=act_address(row),
        begun=begun,
    )


def _draft(row: Row) -> tuple[str, str]:
    """The stream and form under which the member's own writing of this row would be kept."""
    month = f"-{row.month}" if row.month else ""
    return cycle_stream(row.member or "", row.year), row.kind.removeprefix("answer_") + month


def _wording(row: Row) -> str:
    """Which sentence says what is asked."""
    if row.member is None:
        return row.kind
    if row.view is View.WAITING:
        return f"waits.{row.kind}"
    again = row.kind in (Todo.REVIEW_PLEDGE, Todo.REVIEW_SELF_CRITICISM, Todo.DECIDE_APPRAISAL) and row.round > 1
    return f"{row.kind}.again" if again else row.kind


def _about(row: Row) -> Said:
    return said("inbox.people", n=row.count) if row.member is None else said("inbox.year", year=row.year)


def _state(row: Row) -> str:
    if row.kind in ANSWERS:
        return "returned"
    return "open" if row.kind in {*Stage, "criticise"} else "submitted"


def act_address(row: Row) -> str:
    """The page where the row's act is done; for what waits on others, where it can be read."""
    if row.member is None:
        board = f"/cell/{row.unit}/{row.year}"
        return f"{board}/month/{row.month}" if row.kind == "confirm_month" else board
    year = f"/year/{row.year}/{row.member}"
    if row.view is View.WAITING or row.escalated:
        return year
    return year + PLACES[row.kind].format(month=row.month)


async def _beside(log: Log, viewer: str, item: Item | None, today: date) -> dict[str, Any]:
    """What the pane shows with the item: the member's strip of months and the last acts of the year."""
    if item is None or item.row.member is None:
        return {"months": (), "history": ()}
    row, member = item.row, item.row.member
    months: list[dict[str, object]] = []
    try:
        board = await cell_board(log, viewer, row.unit, row.year, today)
    except NotFound:
        board = None  # a committee far above may be asked without seeing the cell's board
    if board is not None:
        months = next((_strip(one, row.year, today) for one in board.rows if one.member == member), [])
    return {"months": months, "history": await done.last_acts(log, viewer, member, row.year)}


BANDS = {"done": "done", "returned": "returned", "overdue": "late"}


def _strip(member: BoardRow, year: int, today: date) -> list[dict[str, object]]:
    """The year strip's months as the board has them."""
    months: list[dict[str, object]] = []
    for month in range(1, 13):
        cell, now = member.cells[f"check_in-{month}"], (today.year, today.month) == (year, month)
        band = BANDS.get(cell.state, "now" if now else "future")
        word = said(f"board.state.{cell.state}")
        months.append({"state": cell.state, "band": band, "word": word, "now": now})
    return months


def _group(row: Row, today: date) -> str:
    if row.due is None:
        return "undated"
    days = (row.due - today).days
    return "late" if days < 0 else "soon" if days <= 7 else "later"


def _address(query: dict[str, object] | dict[str, str]) -> str:
    return "/inbox?" + urlencode(query)


def _mark(act: done.Act) -> str:
    return f"{act.at.isoformat()}~{act.stream}~{act.version}"


def _before(mark: str) -> tuple[datetime, str, int]:
    """The place in the list that a mark of the address names; the newest for none and for nonsense."""
    parts = mark.split("~")
    try:
        at, stream, version = datetime.fromisoformat(parts[0]), parts[1], int(parts[2])
    except (ValueError, IndexError):
        return NEVER
    known = at.tzinfo is not None and at.year in range(2000, 2101) and 0 <= version < 2**31
    return (at, stream, version) if known else NEVER
