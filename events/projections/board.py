"""The board of a cell: members by stages, states only; and the reports of a month to confirm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from events.access import Action
from events.errors import NotFound
from events.log import Log
from events.projections.cycles import BOARD, bit
from events.projections.grants import in_force, roles
from events.projections.inbox import CRITICISED, REPORTS
from events.projections.scope import Seen, fetch, unit_seen, viewing


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One member's state in one stage.

    Attributes:
        state: `not_open`, `open`, `submitted`, `returned`, `overdue`, `done`, `exempt`, `level_1` … `level_4`.
        note: what the state waits for: `blocked`, `review`, `confirm`, `vote`, `decision`, `acknowledge`, or "".
        due: of whoever the stage waits for now; days: how long that date has passed, 0 when it has not.
        late: handed in after its date.
    """

    state: str
    note: str = ""
    due: date | None = None
    days: int = 0
    late: bool = False


NOT_OPEN = Cell(state="not_open")


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardRow:
    """A member on the board.

    Attributes:
        not_reviewed: why the year does not review them, or None.
        to_criticise: a comrade of the viewer whose submitted self-criticism the viewer has not criticised yet.
        cells: by stage key, and `result`.
    """

    member: str
    person: str
    name: str | None
    kind: str
    post: str
    own: bool
    not_reviewed: str | None
    commended: bool
    to_criticise: bool
    cells: Mapping[str, Cell]

    @property
    def overdue(self) -> int:
        """How many stages are overdue."""
        return sum(cell.state == "overdue" or cell.days > 0 for cell in self.cells.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """A unit's board for a year. `unconfirmed`: months with reports of others that the cell has not confirmed, and how many."""

    unit: Seen
    year: int
    rows: tuple[BoardRow, ...]
    unconfirmed: Mapping[int, int]


_COLUMNS = ", ".join(f"b.{column.name}" for column in BOARD.columns if column.name not in {"cycle", "year", "member"})

_MEMBERS = sa.text(f"""
SELECT m.member, m.person, p.name, m.kind, m.post, r.not_reviewed, {_COLUMNS}, c.state AS commendation,
    EXISTS (SELECT FROM member AS mine WHERE mine.person = :viewer AND mine.person <> m.person AND mine.cell = m.cell
        AND mine.kind <> 'suspended_member') AND b.closed_at IS NULL AND b.self_criticism IN ('submitted', 'in_review')
        AND NOT {CRITICISED} AS to_criticise
FROM (
    SELECT member FROM member WHERE cell = :unit UNION SELECT member FROM roster WHERE unit = :unit AND year = :year
) AS ids
JOIN member AS m ON m.member = ids.member
LEFT JOIN people AS p ON p.person = m.person
LEFT JOIN roster AS r ON r.unit = :unit AND r.year = :year AND r.member = m.member
LEFT JOIN board AS b ON b.member = m.member AND b.year = :year
LEFT JOIN commendation AS c ON c.member = m.member AND c.year = :year
ORDER BY p.sort_key, m.member
""")

_OPENINGS = sa.text("""
SELECT om.member, om.stage, om.month, greatest(o.due, e.due) AS due, c.member IS NOT NULL AS confirmed
FROM opening_member AS om
JOIN opening AS o ON (o.unit, o.year, o.stage, o.month) = (om.unit, om.year, om.stage, om.month)
LEFT JOIN extension AS e ON e.cycle = 'cycle-' || om.year || '-' || om.member AND e.stage = om.stage AND e.month = om.month
LEFT JOIN confirmed AS c ON om.stage = 'check_in' AND c.member = om.member AND c.year = om.year AND c.month = om.month
WHERE om.unit = :unit AND om.year = :year
""")


async def cell_board(log: Log, viewer: str, unit: str, year: int, today: date) -> Board:
    """The board as the viewer may see it. NotFound `unit.unknown` for who may not; nothing of what is being written is on it."""
    seen = await unit_seen(log.engine, viewer, unit, today)
    if seen is None or not seen.readable:
        raise NotFound("unit.unknown")
    given = {"unit": unit, "year": year, "viewer": viewer}
    opened: dict[str, dict[tuple[str, int], Any]] = {}
    for one in await fetch(log.engine, _OPENINGS, given):
        opened.setdefault(one.member, {})[one.stage, one.month] = one
    rows, unconfirmed = [], dict.fromkeys(range(1, 13), 0)
    for member in await fetch(log.engine, _MEMBERS, given):
        cells = _cells(member, opened.get(member.member, {}), today)
        own = member.person == viewer
        for month in unconfirmed:
            unconfirmed[month] += not own and cells[f"check_in-{month}"].note == "confirm"
        rows.append(
            BoardRow(
                member=member.member,
                person=member.person,
                name=member.name,
                kind=member.kind,
                post=member.post,
                own=own,
                not_reviewed=member.not_reviewed,
                commended=member.commendation == "granted",
                to_criticise=bool(member.to_criticise),
                cells=cells,
            )
        )
    return Board(
        unit=seen,
        year=year,
        rows=tuple(rows),
        unconfirmed={month: count for month, count in unconfirmed.items() if count},
    )


def _cells(row: Any, opened: Mapping[tuple[str, int], Any], today: date) -> dict[str, Cell]:
    cells = {"pledge": _text(row, "pledge", opened.get(("pledge", 0)), today, blocked=False)}
    approved = row.pledge == "approved"
    for month in range(1, 13):
        cells[f"check_in-{month}"] = _month(row, month, opened.get(("check_in", month)), today, blocked=not approved)
    cells["self_criticism"] = _text(
        row, "self_criticism", opened.get(("self_criticism", 0)), today, blocked=not approved
    )
    cells["appraisal"] = _appraisal(row, opened.get(("appraisal", 0)), today)
    cells["result"] = _result(row)
    return cells


def _late(due: date | None, today: date) -> int:
    return max((today - due).days, 0) if due else 0


def _unwritten(opening: Any, today: date, *, blocked: bool) -> Cell:
    if opening is None:
        return NOT_OPEN
    if blocked:
        return Cell(state="not_open", note="blocked", due=opening.due)
    days = _late(opening.due, today)
    return Cell(state="overdue" if days else "open", due=opening.due, days=days)


def _text(row: Any, name: str, opening: Any, today: date, *, blocked: bool) -> Cell:
    state, due = getattr(row, name) or "none", getattr(row, f"{name}_due")
    late = bool(getattr(row, f"{name}_late"))
    match state:
        case "submitted" | "in_review":
            return Cell(state="submitted", note="review", due=due, days=_late(due, today), late=late)
        case "returned":
            return Cell(state="returned", due=due, days=_late(due, today), late=late)
        case "approved":
            return Cell(state="done", late=late)
    return _unwritten(opening, today, blocked=blocked)


def _month(row: Any, month: int, opening: Any, today: date, *, blocked: bool) -> Cell:
    late = bool((row.late or 0) & bit(month))
    if opening is not None and opening.confirmed:
        return Cell(state="done", late=late)
    if (row.returned or 0) & bit(month):
        return Cell(state="returned", late=late)
    if (row.reported or 0) & bit(month):
        return Cell(state="submitted", note="confirm", late=late)
    return _unwritten(opening, today, blocked=blocked)


def _appraisal(row: Any, opening: Any, today: date) -> Cell:
    days = _late(row.appraisal_due, today)
    match row.appraisal:
        case "proposed":
            return Cell(state="submitted", note="decision", due=row.appraisal_due, days=days)
        case "returned":
            return Cell(state="returned", note="vote", due=row.appraisal_due, days=days)
        case "decided":
            return Cell(state=LEVEL_STATE[row.level], note=row.level)
    if opening is None or row.self_criticism != "approved":
        return Cell(state="not_open", note="blocked" if opening else "", due=opening.due if opening else None)
    days = _late(opening.due, today)
    return Cell(state="overdue" if days else "submitted", note="vote", due=opening.due, days=days)


LEVEL_STATE = {"excellent": "level_4", "good": "level_3", "completed": "level_2", "not_completed": "level_1"}


def _result(row: Any) -> Cell:
    if row.final_at is not None:
        return Cell(state="done", note="acknowledged" if row.acknowledged_at else "final")
    if row.appraisal != "decided":
        return NOT_OPEN
    return Cell(state="submitted", note="acknowledge", due=row.acknowledge_by)


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A member's report of a month that the viewer's committee is asked to confirm; `own`: the viewer's, which others confirm."""

    member: str
    person: str
    name: str | None
    own: bool
    late: bool


_ASKED = sa.text(f"""
SELECT m.member, m.person, p.name, m.person = :viewer AS own, b.late & (1 << (om.month - 1)) <> 0 AS late
FROM (SELECT CAST(:unit AS text) AS unit) AS near {REPORTS} LEFT JOIN people AS p ON p.person = m.person
WHERE uy.year = :year AND om.month = :month
    AND (m.person = :viewer OR asked.unit IN (
        SELECT mine.unit FROM seat AS mine WHERE mine.person = :viewer AND mine.role = ANY (:reviewers) AND {in_force("mine")}))
    AND c.member IS NULL
ORDER BY p.sort_key, m.member
""")


async def month_reports(
    log: Log, viewer: str, unit: str, year: int, month: int, today: date
) -> tuple[Seen, list[Report]]:
    """Whose reports of a month the viewer is asked to confirm. NotFound `unit.unknown` for who sits neither in the committee nor above."""
    seen = await unit_seen(log.engine, viewer, unit, today)
    if seen is None or not seen.confirms:
        raise NotFound("unit.unknown")
    given = viewing(viewer, today, unit=unit, year=year, month=month, reviewers=roles(Action.REVIEW))
    return seen, [Report(**row._mapping) for row in await fetch(log.engine, _ASKED, given)]  # noqa: SLF001 - SQLAlchemy's own name for it
