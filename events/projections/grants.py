"""Who holds which role in which unit, and from when until when."""

from datetime import date

import sqlalchemy as sa

from events.access import MAY, Action
from events.decider import Recorded
from events.person import RoleEnded, RoleGranted
from events.projections import Key, Projection, Row, metadata
from events.projections.directory import ID

OPEN = "9999-12-31"

SEAT = sa.Table(
    "seat",
    metadata,
    sa.Column("person", ID, primary_key=True),
    sa.Column("role", ID, primary_key=True),
    sa.Column("unit", ID, primary_key=True),
    sa.Column("starts", sa.ARRAY(ID), nullable=False),
    sa.Column("ends", sa.ARRAY(ID), nullable=False),
    sa.Index("seat_unit", "unit", "role"),
)
"""One row per person, role and unit: the n-th grant runs from `starts[n]` until before `ends[n]`, as ISO dates."""

IN_FORCE = (
    "EXISTS (SELECT FROM unnest({seat}.starts, {seat}.ends) AS held (start, until)"
    " WHERE held.start <= :day AND :day < held.until)"
)
"""Whether a seat is held on `:day`, an ISO date; `{seat}` is the table's alias."""


def in_force(seat: str) -> str:
    """`IN_FORCE` for an alias of the table."""
    return IN_FORCE.format(seat=seat)


def roles(action: Action) -> list[str]:
    """The roles that may do it, for `role = ANY (:…)`."""
    return sorted(role.value for role in MAY[action])


def day(on: date) -> str:
    """A date as `IN_FORCE` compares it."""
    return on.isoformat()


def _fold(row: Row | None, recorded: Recorded, key: Key) -> Row | None:
    match recorded.event:
        case RoleGranted(start=start):
            row = row or {"person": key[0], "role": key[1], "unit": key[2], "starts": [], "ends": []}
            return {**row, "starts": [*row["starts"], day(start)], "ends": [*row["ends"], OPEN]}
        case RoleEnded(end=end) if row is not None:
            return {**row, "ends": [day(end) if until == OPEN else until for until in row["ends"]]}
    return row


grants = Projection(
    name="seat",
    table=SEAT,
    events=frozenset({RoleGranted, RoleEnded}),
    keys=lambda recorded: ((recorded.stream, recorded.event.role.value, recorded.event.unit),),
    fold=_fold,
)
