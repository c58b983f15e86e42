"""A small domain of the tests' own: a counter with notes, a gate it reads, and a table of counters."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from events.codec import Sealed, event, upcast
from events.decider import CALENDAR, Command, Decider, In, Reader, Recorded
from events.errors import Conflict
from events.projections import STAGE_INTERVAL, Key, Projection, Row, StageState

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@event("test.counted", version=2)
class Counted:
    by: int
    note: Sealed | None = None
    tags: tuple[Sealed, ...] = ()


@upcast("test.counted", from_version=1)
def _(old: dict[str, Any]) -> dict[str, Any]:
    return {"by": old["step"], "note": old["note"]}


@event("test.cleared")
class Cleared:
    on: date


@event("test.gate_shut")
class GateShut:
    shut: bool


@dataclass(frozen=True)
class Counter:
    total: int = 0
    notes: tuple[str, ...] = ()
    times: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Count(Command):
    by_how_much: int = 1
    times: int = 1
    note: Sealed | None = None
    tags: tuple[str, ...] = ()
    elsewhere: str | None = None
    behind_gate: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Clear(Command):
    on: date = date(2026, 3, 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shut(Command):
    shut: bool


@dataclass(frozen=True)
class CountSetting:
    gate_shut: bool = False
    other: Counter = field(default_factory=Counter)


def evolve(state: Counter, recorded: Recorded) -> Counter:
    match recorded.event:
        case Counted(by=by, note=note):
            return replace(
                state,
                total=state.total + by,
                times=state.times + 1,
                notes=(*state.notes, note) if note else state.notes,
            )
        case Cleared():
            return Counter()
    return state


LIMIT = 1000


def decide(state: Counter, command: Command, setting: CountSetting) -> list[Any]:
    match command:
        case Count():
            if setting.gate_shut:
                raise Conflict("test.gate_shut")
            if state.total + command.by_how_much > LIMIT:
                raise Conflict("test.limit")
            made: list[Any] = [
                Counted(by=command.by_how_much, note=command.note, tags=command.tags) for _ in range(command.times)
            ]
            if command.elsewhere:
                made.append(In(command.elsewhere, Counted(by=command.by_how_much)))
            return made
        case Clear():
            return [Cleared(on=command.on)] if state.times else []
    raise AssertionError(command)


async def setting(reader: Reader, stream: str, command: Command) -> CountSetting:
    shut, other = False, Counter()
    if isinstance(command, Count):
        if command.behind_gate:
            shut = await reader.state(GATE, command.behind_gate)
        if command.elsewhere:
            other = await reader.state(COUNTER, command.elsewhere)
    return CountSetting(shut, other)


COUNTER = Decider(
    name="test counter",
    initial=Counter(),
    evolve=evolve,
    decide=decide,
    setting=setting,
    sealed_for=lambda stream, _: f"p-{stream}",
)


async def _nothing(reader: Reader, stream: str, command: Command) -> None:
    return None


GATE = Decider(
    name="test gate",
    initial=False,
    evolve=lambda state, recorded: recorded.event.shut if isinstance(recorded.event, GateShut) else state,
    decide=lambda state, command, _: [GateShut(shut=command.shut)] if command.shut != state else [],
    setting=_nothing,
    sealed_for=lambda stream, _: stream,
)


def count(by_how_much: int = 1, *, id: str | None = None, by: str = "p1", **more: Any) -> Count:
    return Count(id=id or str(uuid4()), by=by, at=AT, by_how_much=by_how_much, **more)


def clear(*, id: str | None = None) -> Clear:
    return Clear(id=id or str(uuid4()), by="p1", at=AT)


def shut(shut: bool = True, *, id: str | None = None, by: str = CALENDAR) -> Shut:
    return Shut(id=id or str(uuid4()), by=by, at=AT, shut=shut)


metadata = sa.MetaData()
COUNTERS = sa.Table(
    "test_counters",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("texts", sa.Integer, nullable=False),
    sa.Column("last_at", sa.DateTime(timezone=True)),
    sa.Column("last_on", sa.Date),
    sa.Column("steps", sa.ARRAY(sa.Integer), nullable=False),
)
STEPS = sa.Table(
    "test_steps",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("facts", sa.JSON),
    sa.Index("test_steps_step", "step"),
)


def fold_counter(row: Row | None, recorded: Recorded, key: Key) -> Row | None:
    if isinstance(recorded.event, Cleared):
        return None
    row = row or {"stream": recorded.stream, "total": 0, "texts": 0, "last_on": None, "steps": []}
    return {
        **row,
        "total": row["total"] + recorded.event.by,
        "texts": row["texts"] + (recorded.event.note is not None),
        "last_at": recorded.occurred_at,
        "last_on": recorded.occurred_at.date(),
        "steps": [*row["steps"], recorded.event.by],
    }


def fold_step(row: Row | None, recorded: Recorded, key: Key) -> Row | None:
    times = (row["times"] if row else 0) + 1
    return {"stream": key[0], "step": key[1], "times": times, "facts": {"last": recorded.version}}


PROJECTIONS = (
    Projection(
        name="test_counters",
        table=COUNTERS,
        events=frozenset({Counted, Cleared}),
        keys=lambda recorded: ((recorded.stream,),),
        fold=fold_counter,
    ),
    Projection(
        name="test_steps",
        table=STEPS,
        events=frozenset({Counted}),
        keys=lambda recorded: ((recorded.stream, recorded.event.by),),
        fold=fold_step,
    ),
    Projection(
        name="test_stages",
        table=STAGE_INTERVAL,
        events=frozenset({Counted, Cleared}),
        intervals=lambda recorded: (
            StageState(
                recorded.stream,
                "counting",
                None if isinstance(recorded.event, Cleared) else f"step {recorded.event.by}",
            ),
        ),
    ),
)


def replaced(name: str, **changes: Any) -> Projection:
    """One of the projections in a later release."""
    return replace(next(one for one in PROJECTIONS if one.name == name), **changes)
