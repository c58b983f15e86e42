"""What a viewer may see states of: their own cells, and every unit under one where they hold a role that reads states."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from events.access import COMMITTEE_ROLES, Action
from events.member import Kind
from events.people import search_key
from events.projections.grants import day, in_force, roles


def taking_part(member: str) -> str:
    """Whether a membership, by the alias of its table, lets a person take part in the life of the cell: a suspended one does not."""
    return f"{member}.kind <> '{Kind.SUSPENDED.value}'"


SCOPE = f"""
SELECT tree.descendant AS unit FROM seat AS s JOIN unit_tree AS tree ON tree.ancestor = s.unit
WHERE s.person = :viewer AND s.role = ANY (:readers) AND {in_force("s")}
UNION SELECT own.cell FROM member AS own WHERE own.person = :viewer AND {taking_part("own")}
"""
"""The units whose boards a viewer sees."""

COMMITTEE = sorted(role.value for role in COMMITTEE_ROLES)


def viewing(viewer: str, today: date, **more: Any) -> dict[str, Any]:
    """What every query of a viewer is given."""
    return {"viewer": viewer, "today": today, "day": day(today), "readers": roles(Action.READ_STATE), **more}


_PLANNED = """SELECT set_config('plan_cache_mode', 'force_generic_plan', true),
    set_config('join_collapse_limit', '1', true), set_config('from_collapse_limit', '1', true)"""
"""These statements are long, and written in the order in which they are best joined: planning them anew costs more than running them."""


async def fetch(engine: AsyncEngine, statement: sa.TextClause, given: dict[str, Any]) -> list[Any]:
    """The rows of one statement, planned once per connection; only what it names is sent along."""
    named = statement.compile().params
    async with engine.connect() as connection:
        await connection.exec_driver_sql(_PLANNED)
        return list(
            await connection.execute(statement, {name: value for name, value in given.items() if name in named})
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A unit as one viewer sees it.

    Attributes:
        confirms: whether the viewer sits in its committee or the one above, and so may be asked to confirm a month.
        runs: whether the viewer may give this unit other dates: by an office above it, at the root by its own.
        own: whether the viewer is a member of it.
        reads: whether the viewer reads what its members have handed in.
        cell: whether people are members of it.
    """

    unit: str
    kind: str
    name: str
    path: tuple[str, ...]
    confirms: bool
    runs: bool
    own: bool
    reads: bool
    cell: bool
    readable: bool


_SEEN = sa.text(f"""
WITH seats AS (SELECT s.unit, s.role FROM seat AS s WHERE s.person = :viewer AND {in_force("s")})
SELECT u.unit, u.kind, u.name, u.path,
    EXISTS (SELECT FROM seats WHERE seats.unit IN (u.unit, u.parent) AND seats.role = ANY (:reviewers)) AS confirms,
    EXISTS (SELECT FROM seats WHERE seats.unit = ANY (CASE WHEN u.parent IS NULL THEN u.path ELSE u.path[2:] END)
        AND seats.role = ANY (:runners)) AS runs,
    EXISTS (SELECT FROM member AS m WHERE m.cell = u.unit AND m.person = :viewer AND {taking_part("m")}) AS own,
    EXISTS (SELECT FROM member AS m WHERE m.cell = u.unit AND m.person = :viewer AND {taking_part("m")})
        OR EXISTS (SELECT FROM seats WHERE seats.unit = u.unit AND seats.role = ANY (:text_readers)) AS reads,
    EXISTS (SELECT FROM member AS m WHERE m.cell = u.unit) AS cell,
    EXISTS (SELECT FROM seats WHERE seats.unit = ANY (u.path) AND seats.role = ANY (:readers))
        OR EXISTS (SELECT FROM member AS m WHERE m.cell = u.unit AND m.person = :viewer AND {taking_part("m")}) AS readable
FROM unit AS u WHERE u.unit = :unit
""")


async def unit_seen(engine: AsyncEngine, viewer: str, unit: str, today: date) -> Seen | None:
    """The unit, with what the viewer is to it; None when it does not exist, or the viewer may not see its states nor run its year."""
    asked = {"reviewers": Action.REVIEW, "runners": Action.RUN_YEAR, "text_readers": Action.READ_TEXT}
    given = viewing(viewer, today, unit=unit, **{name: roles(action) for name, action in asked.items()})
    for row in await fetch(engine, _SEEN, given):
        if row.readable or row.runs:
            return Seen(**{**row._mapping, "path": tuple(row.path)})  # noqa: SLF001 - SQLAlchemy's own name for it
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A person or a unit that a search found. `born` tells people of one name apart."""

    kind: str
    name: str
    member: str | None
    person: str | None
    unit: str
    unit_name: str
    born: int | None


_SEARCH = sa.text(f"""
WITH scope AS MATERIALIZED ({SCOPE})
(SELECT 'unit' AS kind, u.name, NULL AS member, NULL AS person, u.unit, coalesce(above.name, '') AS unit_name, NULL::int AS born
    FROM scope JOIN unit AS u ON u.unit = scope.unit LEFT JOIN unit AS above ON above.unit = u.parent
    WHERE ' ' || u.search LIKE ALL (:patterns) ORDER BY u.search, u.unit LIMIT :most)
UNION ALL
(SELECT 'member', p.name, m.member, m.person, u.unit, u.name, p.birth_year
    FROM scope JOIN member AS m ON m.cell = scope.unit JOIN people AS p ON p.person = m.person
    JOIN unit AS u ON u.unit = m.cell
    WHERE ' ' || p.search LIKE ALL (:patterns) ORDER BY p.sort_key, p.person LIMIT :most)
""")


async def search(engine: AsyncEngine, viewer: str, today: date, words: str, most: int = 50) -> list[Found]:
    """Units and members in the viewer's scope whose name holds every word as the beginning of one, marks and case aside; `[]` for fewer than two letters."""
    key = search_key(words)
    if len(key) < 2:
        return []
    escaped = (word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in key.split())
    given = viewing(viewer, today, patterns=[f"% {word}%" for word in escaped], most=most)
    return [Found(**row._mapping) for row in await fetch(engine, _SEARCH, given)]  # noqa: SLF001 - SQLAlchemy's own name for it


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a viewer's boards are: their own cells, whether they see units below a seat, and the units whose calendar they run."""

    cells: tuple[str, ...]
    below: bool
    runs: tuple[str, ...]


_REACH = sa.text(f"""
WITH seats AS (SELECT s.unit, s.role FROM seat AS s WHERE s.person = :viewer AND {in_force("s")})
SELECT ARRAY(SELECT m.cell FROM member AS m WHERE m.person = :viewer AND {taking_part("m")} ORDER BY m.member) AS cells,
    EXISTS (SELECT FROM seats JOIN unit_tree AS tree ON tree.ancestor = seats.unit AND tree.depth > 0
        WHERE seats.role = ANY (:readers)) AS below,
    ARRAY(SELECT seats.unit FROM seats JOIN unit AS u USING (unit) WHERE seats.role = ANY (:runners)
        ORDER BY cardinality(u.path), u.search) AS runs
""")


async def reach(engine: AsyncEngine, viewer: str, today: date) -> Reach:
    """Where the viewer's pages of units begin."""
    (row,) = await fetch(engine, _REACH, viewing(viewer, today, runners=roles(Action.RUN_YEAR)))
    return Reach(tuple(row.cells), row.below, tuple(row.runs))
