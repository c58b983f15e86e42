"""Which units' years are open, who takes part in them, and which shared stages are opened for whom."""

import sqlalchemy as sa

from events.decider import Recorded, local_date
from events.ids import parse_stream
from events.policy import Stage
from events.projections import Key, Projection, Row, metadata
from events.projections.directory import ID
from events.unit_year.facts import (
    StageClosed,
    StageEscalated,
    StageExtended,
    StageOpened,
    StageReminded,
    UnitYearClosed,
    UnitYearOpened,
)

UNIT_YEAR = sa.Table(
    "unit_year",
    metadata,
    sa.Column("unit", ID, primary_key=True),
    sa.Column("year", sa.SmallInteger, primary_key=True),
    sa.Column("season", ID, nullable=False),
    sa.Column("policy_version", sa.Integer, nullable=False),
    sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
)

ROSTER = sa.Table(
    "roster",
    metadata,
    sa.Column("unit", ID, primary_key=True),
    sa.Column("year", sa.SmallInteger, primary_key=True),
    sa.Column("member", ID, primary_key=True),
    sa.Column("not_reviewed", sa.Text),
    sa.Index("roster_member", "member", "year"),
)
"""Who takes part in a unit's year; `not_reviewed`: the policy's reason why not, None for who does."""

OPENING = sa.Table(
    "opening",
    metadata,
    sa.Column("unit", ID, primary_key=True),
    sa.Column("year", sa.SmallInteger, primary_key=True),
    sa.Column("stage", ID, primary_key=True),
    sa.Column("month", sa.SmallInteger, primary_key=True),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("opened_on", sa.Date, nullable=False),
    sa.Column("escalated", sa.Boolean, nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),
)
"""A shared stage of a unit's year; `month` is 0 for a stage that comes once."""

OPENING_MEMBER = sa.Table(
    "opening_member",
    metadata,
    sa.Column("unit", ID, primary_key=True),
    sa.Column("year", sa.SmallInteger, primary_key=True),
    sa.Column("stage", ID, primary_key=True),
    sa.Column("month", sa.SmallInteger, primary_key=True),
    sa.Column("member", ID, primary_key=True),
    sa.Column("reminded_on", sa.Date),
    sa.Column("escalated_to", ID),
    sa.Index("opening_member_member", "member", "year"),
    sa.Index("opening_member_escalated", "escalated_to", "year", postgresql_where=sa.text("escalated_to IS NOT NULL")),
)
"""Whom a stage was opened for."""


def month_number(month: int | None) -> int:
    """A stage's month as these tables keep it: 0 for none."""
    return month or 0


def stage_key(stage: Stage, month: int | None) -> str:
    """`pledge`, `check_in-3`: as `Step.key`."""
    return stage.value if month is None else f"{stage.value}-{month}"


def _unit_year(recorded: Recorded) -> Key:
    ids = parse_stream(recorded.stream)
    return ids.subject, ids.year


def _fold_unit_year(row: Row | None, recorded: Recorded, key: Key) -> Row | None:
    match recorded.event:
        case UnitYearOpened(season=season, policy_version=version):
            return {
                "unit": key[0],
                "year": key[1],
                "season": season,
                "policy_version": version,
                "opened_at": recorded.occurred_at,
                "closed_at": None,
            }
        case UnitYearClosed() if row is not None:
            return {**row, "closed_at": recorded.occurred_at}
    return row


def _roster_keys(recorded: Recorded) -> tuple[Key, ...]:
    unit_year, opened = _unit_year(recorded), recorded.event
    return tuple((*unit_year, member) for member in (*opened.members, *(one for one, _ in opened.not_reviewed)))


def _fold_roster(_row: Row | None, recorded: Recorded, key: Key) -> Row:
    reasons = dict(recorded.event.not_reviewed)
    return {"unit": key[0], "year": key[1], "member": key[2], "not_reviewed": reasons.get(key[2])}


def _opening_keys(recorded: Recorded) -> tuple[Key, ...]:
    event = recorded.event
    return ((*_unit_year(recorded), event.stage.value, month_number(event.month)),)


def _fold_opening(row: Row | None, recorded: Recorded, key: Key) -> Row | None:
    match recorded.event:
        case StageOpened(due=due):
            if row is not None:
                return row  # more members joined it
            return {
                **dict(zip(("unit", "year", "stage", "month"), key, strict=True)),
                "due": due,
                "opened_on": local_date(recorded.occurred_at),
                "escalated": False,
                "closed": False,
            }
        case StageExtended(due=due) if row is not None:
            return {**row, "due": due, "escalated": False, "closed": False}
        case StageEscalated() if row is not None:
            return {**row, "escalated": True}
        case StageClosed() if row is not None:
            return {**row, "closed": True}
    return row


def _member_keys(recorded: Recorded) -> tuple[Key, ...]:
    opening = _opening_keys(recorded)[0]
    return tuple((*opening, member) for member in recorded.event.members)


def _fold_member(row: Row | None, recorded: Recorded, key: Key) -> Row | None:
    match recorded.event:
        case StageOpened() if row is None:
            names = ("unit", "year", "stage", "month", "member")
            return {**dict(zip(names, key, strict=True)), "reminded_on": None, "escalated_to": None}
        case StageReminded(on=on) if row is not None:
            return {**row, "reminded_on": on}
        case StageEscalated(to=to) if row is not None:
            return {**row, "escalated_to": to}
    return row


unit_years = Projection(
    name="unit_year",
    table=UNIT_YEAR,
    events=frozenset({UnitYearOpened, UnitYearClosed}),
    keys=lambda recorded: (_unit_year(recorded),),
    fold=_fold_unit_year,
)
rosters = Projection(
    name="roster", table=ROSTER, events=frozenset({UnitYearOpened}), keys=_roster_keys, fold=_fold_roster
)
openings = Projection(
    name="opening",
    table=OPENING,
    events=frozenset({StageOpened, StageExtended, StageEscalated, StageClosed}),
    keys=_opening_keys,
    fold=_fold_opening,
)
opening_members = Projection(
    name="opening_member",
    table=OPENING_MEMBER,
    events=frozenset({StageOpened, StageReminded, StageEscalated}),
    keys=_member_keys,
    fold=_fold_member,
)
