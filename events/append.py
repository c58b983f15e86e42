"""One append: the commands, their events and the rows these leave, gathered in memory and handed to SQL in one call."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from events import codec, sql
from events.decider import CALENDAR, Command, Decider, In, Recorded
from events.envelope import encode, has_texts
from events.projections import Key, Projection, Row
from events.sql_projections import keys_json, read_row, rows_json, select_rows
from events.vault import Vault
from events.view import Cache, Rows, View

BARRIER = "SELECT pg_logical_emit_message(false, '', '', true)"


@dataclass(frozen=True, slots=True)
class Request:
    """A command for a stream, one of a batch."""

    decider: Decider[Any, Any, Any]
    stream: str
    command: Command


def digest(key: bytes, stream: str, command: Command) -> bytes:
    """Keyed hash of what was asked for: type, stream and what the person entered; empty where the id alone decides."""
    if command.by == CALENDAR:
        return b""
    kind = type(command)
    entered = codec.adapter(kind).dump_python(command, mode="json", exclude={"id", "by", "at"})
    return hmac.digest(key, codec.canonical([kind.__name__, stream, entered]), hashlib.sha256)


class Batch:
    """What one call of `append` writes."""

    def __init__(self, view: View, vault: Vault, recorded_at: datetime) -> None:
        self.view, self.vault, self.recorded_at = view, vault, recorded_at
        self.commands: list[tuple[str, str, bytes, str, int | None, int | None]] = []
        self.events: list[Recorded] = []
        self._sealed_for: list[Callable[[], str]] = []

    def add(self, request: Request, setting: Any, decided: Sequence[Any], mark: bytes) -> tuple[int, int]:
        """Take in a command and its events; from and up to which index of `events` they are."""
        command, first = request.command, len(self.events)
        for item in decided:
            stream, event = (item.stream, item.event) if isinstance(item, In) else (request.stream, item)
            if stream not in self.view:
                raise LookupError(f"an event for {stream}, which the setting did not read")
            recorded = Recorded(
                event=event,
                stream=stream,
                version=self.view.version(stream) + 1,
                position=0,
                actor=command.by,
                on_behalf_of=command.on_behalf_of,
                command_id=command.id,
                occurred_at=command.at,
                recorded_at=self.recorded_at,
            )
            self.view.advance(recorded)
            self.events.append(recorded)
            self._sealed_for.append(_late(request.decider, stream, setting))
        last = len(self.events)
        bounds = (first + 1, last) if last > first else (None, None)
        self.commands.append((command.id, command.by, mark, request.stream, *bounds))
        return first, last

    async def write(self, engine: AsyncEngine, cache: Cache, listening: "Listening", *, barrier: bool) -> int:
        """Seal, encode, fold and append; the position before the first event."""
        data = [codec.to_json(recorded.event) for recorded in self.events]
        keys = [
            find() if has_texts(recorded.event, plain) else None
            for recorded, plain, find in zip(self.events, data, self._sealed_for, strict=True)
        ]
        used = sorted({key for key in keys if key is not None})
        if used:
            await self.vault.ensure(engine, used)
        bodies = [
            encode(recorded, plain, self.vault, key)
            for recorded, plain, key in zip(self.events, data, keys, strict=True)
        ]
        folded = await self._fold(engine, cache, listening)
        read = list(self.view.base.items())
        ids, actors, digests, streams, firsts, lasts = zip(*self.commands, strict=True)
        kinds = [codec.stored(type(recorded.event)) for recorded in self.events]
        states = listening.intervals(self.events)
        arguments = (
            [stream for stream, _ in read],
            [version for _, version in read],
            used,
            *(ids, actors, digests, streams, firsts, lasts),
            [sql.year_of(recorded.stream) for recorded in self.events],
            [recorded.stream for recorded in self.events],
            [recorded.version for recorded in self.events],
            [kind.name for kind in kinds],
            [kind.version for kind in kinds],
            [recorded.command_id for recorded in self.events],
            bodies,
            [codec.leaf_hash(body) for body in bodies],
            self.recorded_at,
            [projection.table.name for projection, _, _ in folded.changes],
            [rows_json(rows) if rows else None for _, rows, _ in folded.changes],
            [keys_json(projection.table, dropped) if dropped else None for projection, _, dropped in folded.changes],
            *states,
            barrier,
        )

        async def call(connection: sql.Driver) -> int:
            base: int = await connection.fetchval(sql.APPEND, *arguments)
            if barrier:
                await connection.execute(BARRIER)
            return base

        async with sql.raw(engine) as connection:
            base = await call(connection)
        self.view.keep({recorded.stream for recorded in self.events})
        for stream, rows in folded.rows.items():
            cache.put_rows(stream, self.view.version(stream), rows)
        return base

    def placed(self, base: int) -> list[Recorded]:
        """The events with their positions."""
        return [replace(recorded, position=base + index) for index, recorded in enumerate(self.events, 1)]

    async def _fold(self, engine: AsyncEngine, cache: Cache, listening: "Listening") -> "_Folded":
        touched = [
            (projection, recorded, projection.keys(recorded))
            for recorded in self.events
            for projection in listening.to(type(recorded.event))
        ]
        rows: dict[str, Rows] = {
            recorded.stream: dict(cache.rows(recorded.stream, self.view.base[recorded.stream]))
            for recorded in self.events
        }
        missing: dict[Projection, dict[Key, str]] = {}
        for projection, recorded, keys in touched:
            known, new = rows[recorded.stream], self.view.base[recorded.stream] == 0
            for key in keys:
                if (projection.name, key) not in known:
                    if new:
                        known[projection.name, key] = None
                    else:
                        missing.setdefault(projection, {})[key] = recorded.stream
        if missing:
            await _fetch_rows(engine, missing, rows)
        before: dict[tuple[Projection, Key], Row | None] = {}
        after: dict[tuple[Projection, Key], Row | None] = {}
        for projection, recorded, keys in touched:
            known = rows[recorded.stream]
            for key in keys:
                old = known[projection.name, key]
                before.setdefault((projection, key), old)
                known[projection.name, key] = after[projection, key] = projection.fold(old, recorded, key)
        return _Folded(_changes(before, after), rows)


@dataclass(frozen=True, slots=True)
class _Folded:
    changes: list[tuple[Projection, list[Row], list[Key]]]
    rows: dict[str, Rows]


def _late(decider: Decider[Any, Any, Any], stream: str, setting: Any) -> Callable[[], str]:
    return lambda: decider.sealed_for(stream, setting)


async def _fetch_rows(engine: AsyncEngine, missing: dict[Projection, dict[Key, str]], rows: dict[str, Rows]) -> None:
    """The rows as they are, of all tables in one statement."""
    asked = tuple(missing)
    texts = [keys_json(projection.table, keys) for projection, keys in missing.items()]
    for projection, keys in missing.items():
        for key, stream in keys.items():
            rows[stream][projection.name, key] = None
    found = await sql.lasting(engine, lambda connection: connection.fetch(select_rows(asked), *texts))
    for line in found:
        projection = asked[line["number"]]
        key, row = read_row(projection, line["row"])
        rows[missing[projection][key]][projection.name, key] = row


def _changes(
    before: dict[tuple[Projection, Key], Row | None], after: dict[tuple[Projection, Key], Row | None]
) -> list[tuple[Projection, list[Row], list[Key]]]:
    """What differs, tables and keys in one fixed order: writers that meet on rows cannot lock each other out."""
    changes: dict[Projection, tuple[list[Row], list[Key]]] = {}
    for (projection, key), row in sorted(after.items(), key=lambda entry: (entry[0][0].name, entry[0][1])):
        if row == before[projection, key]:
            continue
        rows, dropped = changes.setdefault(projection, ([], []))
        if row is None:
            dropped.append(key)
        else:
            rows.append(row)
    return [(projection, rows, dropped) for projection, (rows, dropped) in changes.items()]


class Listening:
    """Which projections listen to which events."""

    def __init__(self, projections: Sequence[Projection]) -> None:
        self.projections = tuple(projections)
        self._to: dict[type, tuple[Projection, ...]] = {}
        self._intervals: dict[type, tuple[Projection, ...]] = {}

    def to(self, kind: type) -> tuple[Projection, ...]:
        """Those with rows for this class of event."""
        found = self._to.get(kind)
        if found is None:
            found = self._to[kind] = tuple(
                one for one in self.projections if kind in one.events and one.intervals is None
            )
        return found

    def intervals(self, events: Sequence[Recorded]) -> tuple[list[str], list[str], list[str | None], list[int]]:
        """Stage states that begin with these events: streams, stages, states, indexes from 1; of several in one event the last."""
        begun: dict[tuple[int, str, str], str | None] = {}
        for index, recorded in enumerate(events, 1):
            kind = type(recorded.event)
            hooks = self._intervals.get(kind)
            if hooks is None:
                hooks = tuple(one for one in self.projections if kind in one.events and one.intervals is not None)
                self._intervals[kind] = hooks
            for hook in hooks:
                assert hook.intervals is not None
                for change in hook.intervals(recorded):
                    begun[index, change.stream, change.stage] = change.state
        places = list(begun)
        return (
            [stream for _, stream, _ in places],
            [stage for _, _, stage in places],
            list(begun.values()),
            [index for index, _, _ in places],
        )
