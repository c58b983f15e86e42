"""How many people of a unit are how far in each stage: the cells below a leader, and whom another date would touch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from events.errors import NotFound
from events.log import Log
from events.policy import Stage
from events.projections.inbox import UNDONE
from events.projections.scope import SCOPE, fetch, unit_seen, viewing


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people a stage was opened for, and how many of them have done it, wait for somebody, or are overdue."""

    all: int = 0
    done: int = 0
    waiting: int = 0
    late: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitRow:
    """A cell with its tallies by stage; the months of check-ins are summed."""

    unit: str
    name: str
    above: str
    members: int
    stages: Mapping[str, Tally]

    @property
    def late(self) -> int:
        """Overdue in all stages."""
        return sum(tally.late for tally in self.stages.values())


_DONE = """CASE om.stage WHEN 'pledge' THEN b.pledge = 'approved'
    WHEN 'check_in' THEN b.reported & ~b.returned & (1 << (om.month - 1)) <> 0
    WHEN 'self_criticism' THEN b.self_criticism = 'approved' WHEN 'appraisal' THEN b.appraisal = 'decided' END"""

_WAITING = """CASE om.stage WHEN 'pledge' THEN b.pledge IN ('submitted', 'in_review')
    WHEN 'self_criticism' THEN b.self_criticism IN ('submitted', 'in_review') WHEN 'appraisal' THEN b.appraisal = 'proposed'
    ELSE false END"""

_OVERDUE = f"""({UNDONE} AND greatest(o.due, e.due) < :today)
    OR (om.stage = 'pledge' AND b.pledge = 'returned' AND b.pledge_due < :today)
    OR (om.stage = 'self_criticism' AND b.self_criticism = 'returned' AND b.self_criticism_due < :today)
    OR (om.stage = 'appraisal' AND b.self_criticism = 'approved' AND b.appraisal IN ('none', 'returned')
        AND coalesce(b.appraisal_due, o.due) < :today)"""

_STAGES = """opening_member AS om
    JOIN opening AS o ON (o.unit, o.year, o.stage, o.month) = (om.unit, om.year, om.stage, om.month)
    LEFT JOIN board AS b ON b.member = om.member AND b.year = om.year
    LEFT JOIN extension AS e ON e.cycle = 'cycle-' || om.year || '-' || om.member AND e.stage = om.stage AND e.month = om.month"""

_BELOW = sa.text(f"""
WITH scope AS MATERIALIZED ({SCOPE}),
tally AS (
    SELECT om.unit, om.stage, count(*) AS all, count(*) FILTER (WHERE {_DONE}) AS done,
        count(*) FILTER (WHERE {_WAITING}) AS waiting, count(*) FILTER (WHERE {_OVERDUE}) AS late
    FROM {_STAGES} WHERE om.unit IN (SELECT unit FROM scope) AND om.year = :year GROUP BY om.unit, om.stage
)
SELECT u.unit, u.name, coalesce(above.name, '') AS above, m.members, t.stage, t.all, t.done, t.waiting, t.late
FROM (SELECT cell, count(*) AS members FROM member WHERE cell IN (SELECT unit FROM scope) GROUP BY cell) AS m
JOIN unit AS u ON u.unit = m.cell LEFT JOIN unit AS above ON above.unit = u.parent LEFT JOIN tally AS t ON t.unit = u.unit
ORDER BY above.search, u.search, u.unit
""").bindparams(sa.bindparam("today", type_=sa.Date))


async def units_below(log: Log, viewer: str, year: int, today: date) -> list[UnitRow]:
    """The cells whose boards the viewer sees, the most overdue first."""
    found: dict[str, UnitRow] = {}
    tallies: dict[str, dict[str, Tally]] = {}
    for row in await fetch(log.engine, _BELOW, viewing(viewer, today, year=year)):
        stages = tallies.setdefault(row.unit, {})
        if row.stage is not None:
            stages[row.stage] = Tally(row.all, row.done, row.waiting, row.late)
        found[row.unit] = UnitRow(unit=row.unit, name=row.name, above=row.above, members=row.members, stages=stages)
    return sorted(found.values(), key=lambda one: -one.late)


_AFFECTED = sa.text(f"""
SELECT om.stage, om.month, count(*) AS all, count(*) FILTER (WHERE {_DONE}) AS done,
    count(*) FILTER (WHERE {_WAITING}) AS waiting, count(*) FILTER (WHERE {_OVERDUE}) AS late
FROM {_STAGES} WHERE om.unit IN (SELECT descendant FROM unit_tree WHERE ancestor = :unit) AND om.year = :year
GROUP BY om.stage, om.month
""").bindparams(sa.bindparam("today", type_=sa.Date))


async def touched(log: Log, viewer: str, unit: str, year: int, today: date) -> dict[tuple[Stage, int | None], Tally]:
    """For each stage opened in the unit and below: whom another date would touch. NotFound `unit.unknown` for who does not run it."""
    seen = await unit_seen(log.engine, viewer, unit, today)
    if seen is None or not seen.runs:
        raise NotFound("unit.unknown")
    rows = await fetch(log.engine, _AFFECTED, {"unit": unit, "year": year, "today": today})
    return {(Stage(row.stage), row.month or None): Tally(row.all, row.done, row.waiting, row.late) for row in rows}
