"""The mechanism of projections: tables that are folds of the log, written inside the append, and disposable.

A module in this package owns one question: its table, its fold and its queries; it files itself by a module-level
`Projection`. Every row is owned by exactly ONE stream, so that the version check of that stream's append covers it.
`fold` and `keys` are pure and must not look at `position`, which is 0 while an event is not appended yet.
A table holds no free text: texts are read from the log, which opens them. What the year has forgotten is then never here.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from events.decider import Recorded

Row = dict[str, Any]
"""Column to value. None stands for a row that is not there."""

Key = tuple[Any, ...]
"""Values of the primary key, in its columns' order."""

metadata = sa.MetaData()

STAGE_INTERVAL = sa.Table(
    "stage_interval",
    metadata,
    sa.Column("stream", sa.Text(collation="C"), primary_key=True),
    sa.Column("stage", sa.Text, primary_key=True),
    sa.Column("from_position", sa.BigInteger, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("to_position", sa.BigInteger),
    sa.Index("stage_interval_open", "stream", "stage", unique=True, postgresql_where=sa.text("to_position IS NULL")),
    postgresql_with={"fillfactor": "80"},
)
"""Stage states as intervals of log positions: today is `to_position IS NULL`, a past moment `from <= p and (to is null or to > p)`."""


@dataclass(frozen=True, slots=True)
class StageState:
    """From this event on the stage is in this state; None: in none."""

    stream: str
    stage: str
    state: str | None


def _no_keys(_recorded: Recorded) -> tuple[Key, ...]:
    return ()


def _unchanged(row: Row | None, _recorded: Recorded, _key: Key) -> Row | None:
    return row


@dataclass(frozen=True, kw_only=True)
class Projection:
    """One table and how it grows.

    Attributes:
        name: what `camket rebuild` calls it.
        events: the event classes it listens to.
        keys: the rows an event touches; all of them owned by the event's stream.
        fold: the row after the event, None when there is none any more.
        intervals: which stage states begin with an event; such a projection has `STAGE_INTERVAL` as its table, and no rows else.
        version: raised when `fold`, `keys` or `intervals` change, so that the next start rebuilds the table.
    """

    name: str
    table: sa.Table
    events: frozenset[type]
    keys: Callable[[Recorded], tuple[Key, ...]] = _no_keys
    fold: Callable[[Row | None, Recorded, Key], Row | None] = _unchanged
    intervals: Callable[[Recorded], tuple[StageState, ...]] | None = None
    version: int = 1


def all_projections() -> tuple[Projection, ...]:
    """Every projection of this package's modules, by name."""
    found: dict[str, Projection] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        for value in vars(importlib.import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, Projection):
                if found.get(value.name, value) is not value:
                    raise ValueError(f"two projections are named {value.name}")
                found[value.name] = value
    return tuple(found.values())


if TYPE_CHECKING:
    ALL: tuple[Projection, ...]


def __getattr__(name: str) -> Any:
    """`ALL` is gathered when asked for: the modules of this package import the names above."""
    if name == "ALL":
        return all_projections()
    raise AttributeError(name)
