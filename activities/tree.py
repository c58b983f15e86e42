"""Which units lie below one, who is a member there, and whose years are open or over: what the calendar asks of the projections."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from events.ids import cycle_stream, unit_stream
from events.log import Log
from events.projections.cycles import BOARD
from events.projections.directory import MEMBER, UNIT_TREE
from events.projections.openings import ROSTER, UNIT_YEAR


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A unit's place in the order in which a year is opened: by depth below the root, then by id."""

    depth: int
    unit: str

    @property
    def mark(self) -> str:
        """The place as text that sorts alike."""
        return f"{self.depth:03d}/{self.unit}"


async def places(log: Log, root: str) -> list[Place]:
    """The root and every unit below it, in the order of opening."""
    below = sa.select(UNIT_TREE.c.depth, UNIT_TREE.c.descendant).where(UNIT_TREE.c.ancestor == root)
    return sorted(Place(*row) for row in await _rows(log, below))


async def members_of(log: Log, units: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The memberships of each of the units, by id."""
    found: dict[str, list[str]] = {unit: [] for unit in units}
    asked = sa.select(MEMBER.c.cell, MEMBER.c.member).where(MEMBER.c.cell.in_(found)).order_by(MEMBER.c.member)
    for cell, member in await _rows(log, asked):
        found[cell].append(member)
    return {unit: tuple(members) for unit, members in found.items()}


async def unit_years(log: Log, season: str) -> dict[str, bool]:
    """The units' years of a season, as streams, each with whether it is closed."""
    table = UNIT_YEAR.c
    asked = sa.select(table.unit, table.year, table.closed_at.is_not(None)).where(table.season == season)
    return {unit_stream(unit, year): closed for unit, year, closed in await _rows(log, asked)}


async def closed_cycles(log: Log, cycles: Iterable[str]) -> set[str]:
    """Those of the members' years that are closed."""
    asked = sa.select(BOARD.c.cycle).where(BOARD.c.cycle.in_(list(cycles)), BOARD.c.closed_at.is_not(None))
    return {cycle for (cycle,) in await _rows(log, asked)}


async def cycles_of(log: Log, unit: str, year: int) -> list[str]:
    """The members' years that a unit's year holds."""
    asked = sa.select(ROSTER.c.member).where(
        ROSTER.c.unit == unit, ROSTER.c.year == year, ROSTER.c.not_reviewed.is_(None)
    )
    return [cycle_stream(member, year) for (member,) in await _rows(log, asked.order_by(ROSTER.c.member))]


async def unit_of(log: Log, member: str, year: int) -> str | None:
    """The unit whose year holds the member's; None where none does."""
    asked = sa.select(ROSTER.c.unit).where(
        ROSTER.c.member == member, ROSTER.c.year == year, ROSTER.c.not_reviewed.is_(None)
    )
    return next((unit for (unit,) in await _rows(log, asked)), None)


async def _rows(log: Log, statement: sa.Select[Any]) -> list[Any]:
    async with log.engine.connect() as connection:
        return list((await connection.execute(statement)).all())
