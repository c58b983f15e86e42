"""Which months of which members the cell has confirmed."""

import sqlalchemy as sa

from events.decider import Recorded
from events.ids import parse_stream
from events.projections import Key, Projection, Row, metadata
from events.projections.directory import ID
from events.unit_year.facts import MonthConfirmed

CONFIRMED = sa.Table(
    "confirmed",
    metadata,
    sa.Column("unit", ID, primary_key=True),
    sa.Column("year", sa.SmallInteger, primary_key=True),
    sa.Column("month", sa.SmallInteger, primary_key=True),
    sa.Column("member", ID, primary_key=True),
    sa.Column("confirmed_by", ID, nullable=False),
    sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("confirmed_member", "member", "year", "month"),
)
"""Rows are the unit-year's, so a member who moves may have months confirmed by two units."""


def _keys(recorded: Recorded) -> tuple[Key, ...]:
    ids, event = parse_stream(recorded.stream), recorded.event
    return tuple(
        (ids.subject, ids.year, event.month, member) for member in dict.fromkeys((*event.members, *event.excepted))
    )


def _fold(row: Row | None, recorded: Recorded, key: Key) -> Row | None:
    if key[3] in recorded.event.excepted:
        return None
    if row is not None:
        return row
    return {
        "unit": key[0],
        "year": key[1],
        "month": key[2],
        "member": key[3],
        "confirmed_by": recorded.actor,
        "confirmed_at": recorded.occurred_at,
    }


confirmations = Projection(
    name="confirmed", table=CONFIRMED, events=frozenset({MonthConfirmed}), keys=_keys, fold=_fold
)
