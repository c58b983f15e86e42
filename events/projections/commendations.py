"""What became of the commendations proposed for members' years."""

import sqlalchemy as sa

from events.commendation import (
    CommendationGranted,
    CommendationProposed,
    CommendationRefused,
    CommendationState,
    CommendationWithdrawn,
)
from events.decider import Recorded
from events.ids import parse_stream
from events.projections import Key, Projection, Row, metadata
from events.projections.directory import ID, own_stream

COMMENDATION = sa.Table(
    "commendation",
    metadata,
    sa.Column("stream", ID, primary_key=True),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("member", ID, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("award", sa.Text, nullable=False),
    sa.Column("unit", ID, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("commendation_member", "member", "year", unique=True),
)


def _fold(row: Row | None, recorded: Recorded, key: Key) -> Row | None:
    match recorded.event:
        case CommendationProposed(award=award, unit=unit):
            ids = parse_stream(recorded.stream)
            proposed = {"stream": key[0], "year": ids.year, "member": ids.subject, "award": award, "unit": unit}
            return {**proposed, "state": CommendationState.PROPOSED.value, "at": recorded.occurred_at}
        case CommendationGranted(unit=unit) if row is not None:
            return {**row, "state": CommendationState.GRANTED.value, "unit": unit, "at": recorded.occurred_at}
        case CommendationRefused(unit=unit) if row is not None:
            return {**row, "state": CommendationState.REFUSED.value, "unit": unit, "at": recorded.occurred_at}
        case CommendationWithdrawn():
            return None
    return row


commendations = Projection(
    name="commendation",
    table=COMMENDATION,
    events=frozenset({CommendationProposed, CommendationGranted, CommendationRefused, CommendationWithdrawn}),
    keys=own_stream,
    fold=_fold,
)
