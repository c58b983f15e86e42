"""Makes the table of a projection anew from the log while writers go on: fold in memory, fill a shadow, catch up, swap."""

from collections.abc import Iterable
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from events import codec, sql
from events.decider import Recorded
from events.log import Log
from events.projections import Key, Projection, Row
from events.sql import Driver, identifier
from events.sql_projections import fingerprint, key_columns, keys_json, rows_json
from events.view import opened

CHUNK = 5000
_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects carry no annotations

_NEXT = """
SELECT position, stream, version, body FROM events
WHERE position > $1 AND position <= $2 AND type = ANY ($3::text[]) ORDER BY position LIMIT $4
"""


async def rebuild(log: Log, name: str) -> int:
    """Rebuild one projection; how many rows it has. LookupError for a name that is none.

    The login must own the database: the application's role may not make tables.
    """
    found = next((projection for projection in log.projections if projection.name == name), None)
    if found is None:
        raise LookupError(f"no projection is named {name}")
    async with sql.dedicated(log.engine) as connection:
        await connection.execute("SET ROLE NONE; SET statement_timeout = 0")
        return await _Rebuild(log, found, connection).run()


async def rebuild_changed(log: Log) -> list[str]:
    """Rebuild what the last upgrade marked: tables that are new or changed while the log already has events."""
    statement = "SELECT name FROM projection_state WHERE rebuilt_at IS NULL ORDER BY name"
    rows = await sql.lasting(log.engine, lambda connection: connection.fetch(statement))
    names = {projection.name for projection in log.projections}
    stale = [row["name"] for row in rows if row["name"] in names]
    for name in stale:
        await rebuild(log, name)
    return stale


class _Fold(Protocol):
    """Rows in memory; `changed` tells which since the last `take`."""

    rows: dict[Key, Row]

    def add(self, recorded: Recorded) -> None: ...

    def take(self) -> set[Key]: ...


class _RowFold:
    def __init__(self, projection: Projection) -> None:
        self.projection = projection
        self.rows: dict[Key, Row] = {}
        self._changed: set[Key] = set()

    def add(self, recorded: Recorded) -> None:
        for key in self.projection.keys(recorded):
            row = self.projection.fold(self.rows.get(key), recorded, key)
            if row is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = row
            self._changed.add(key)

    def take(self) -> set[Key]:
        changed, self._changed = self._changed, set()
        return changed


class _IntervalFold:
    """What `put_intervals` does, in memory; every projection with a hook writes into the one table."""

    def __init__(self, hooks: Iterable[Projection]) -> None:
        self.hooks = tuple(hooks)
        self.rows: dict[Key, Row] = {}
        self._open: dict[tuple[str, str], Key] = {}
        self._changed: set[Key] = set()

    def add(self, recorded: Recorded) -> None:
        begun: dict[tuple[str, str], str | None] = {}
        for hook in self.hooks:
            if hook.intervals is not None and type(recorded.event) in hook.events:
                for change in hook.intervals(recorded):
                    begun[change.stream, change.stage] = change.state
        for (stream, stage), state in begun.items():
            self._begin(stream, stage, state, recorded.position)

    def _begin(self, stream: str, stage: str, state: str | None, position: int) -> None:
        before = self._open.get((stream, stage))
        if before is not None:
            if self.rows[before]["state"] == state:
                return
            self.rows[before] = {**self.rows[before], "to_position": position}
            self._changed.add(before)
            del self._open[stream, stage]
        if state is not None:
            key = (stream, stage, position)
            self.rows[key] = {
                "stream": stream,
                "stage": stage,
                "from_position": position,
                "state": state,
                "to_position": None,
            }
            self._open[stream, stage] = key
            self._changed.add(key)

    def take(self) -> set[Key]:
        changed, self._changed = self._changed, set()
        return changed


class _Rebuild:
    def __init__(self, log: Log, projection: Projection, connection: Driver) -> None:
        self.log, self.projection, self.connection = log, projection, connection
        self.table = projection.table
        self.shadow = f"{self.table.name}__new"
        if projection.intervals is None:
            listening: tuple[Projection, ...] = (projection,)
            self.fold: _Fold = _RowFold(projection)
        else:
            listening = tuple(one for one in log.projections if one.intervals is not None)
            self.fold = _IntervalFold(listening)
        self.types = sorted({codec.stored(kind).name for one in listening for kind in one.events})
        self.cursor = 0

    async def run(self) -> int:
        await self.log.vault.refresh(self.log.engine)
        await self._make_shadow()
        await self._read_up_to(await self.log.head())
        await self._write()
        for index in self.table.indexes:
            await self.connection.execute(self._index(index))
        while (head := await self.log.head()) - self.cursor > CHUNK:
            await self._read_up_to(head)
            await self._write()
        async with self.connection.transaction():
            await self._stop_writers()
            await self._read_up_to(await self.connection.fetchval("SELECT position FROM head"))
            await self._write()
            await self._swap()
        return len(self.fold.rows)

    async def _make_shadow(self) -> None:
        await self.connection.execute(f"DROP TABLE IF EXISTS {identifier(self.shadow)}")
        copy = self.table.to_metadata(sa.MetaData(), name=self.shadow)
        await self.connection.execute(str(CreateTable(copy).compile(dialect=_POSTGRES)))

    def _index(self, index: sa.Index) -> str:
        text = str(CreateIndex(index).compile(dialect=_POSTGRES))
        return text.replace(f" {index.name} ON {self.table.name} ", f" {index.name}__new ON {self.shadow} ", 1)

    async def _read_up_to(self, head: int) -> None:
        while True:
            rows: list[Any] = await self.connection.fetch(_NEXT, self.cursor, head, self.types, CHUNK)
            for recorded in await opened(self.log.engine, self.log.vault, rows):
                self.fold.add(recorded if self.projection.intervals else _unplaced(recorded))
            if len(rows) < CHUNK:
                self.cursor = head
                return
            self.cursor = rows[-1]["position"]

    async def _write(self) -> None:
        """Bring the shadow to what is in memory."""
        changed = sorted(self.fold.take())
        present = [key for key in changed if key in self.fold.rows]
        dropped = [key for key in changed if key not in self.fold.rows]
        name = identifier(self.shadow)
        keys = key_columns(self.table)
        columns = [column.name for column in self.table.columns]
        values = [column for column in columns if column not in keys]
        changes = ", ".join(f"{identifier(value)} = excluded.{identifier(value)}" for value in values)
        put = (
            f"INSERT INTO {name} ({', '.join(map(identifier, columns))}) SELECT {', '.join(map(identifier, columns))}"
            f" FROM json_populate_recordset(NULL::{name}, $1::text::json)"
            f" ON CONFLICT ({', '.join(map(identifier, keys))}) DO {'UPDATE SET ' + changes if changes else 'NOTHING'}"
        )
        for start in range(0, len(present), CHUNK):
            await self.connection.execute(put, rows_json(self.fold.rows[key] for key in present[start : start + CHUNK]))
        same = " AND ".join(f"t.{identifier(key)} = d.{identifier(key)}" for key in keys)
        drop = f"DELETE FROM {name} AS t USING json_populate_recordset(NULL::{name}, $1::text::json) AS d WHERE {same}"
        if dropped:
            await self.connection.execute(drop, keys_json(self.table, dropped))

    async def _stop_writers(self) -> None:
        """In the order in which `append` takes these locks: rows of a fold come before the head, intervals after it."""
        lock_table = f"LOCK TABLE {identifier(self.table.name)} IN ACCESS EXCLUSIVE MODE"
        lock_head = f"SELECT pg_advisory_xact_lock({sql.APPEND_LOCK})"
        for statement in (lock_table, lock_head) if self.projection.intervals is None else (lock_head, lock_table):
            await self.connection.execute(statement)

    async def _swap(self) -> None:
        live, shadow = identifier(self.table.name), identifier(self.shadow)
        await self.connection.execute(f"DROP TABLE {live}; ALTER TABLE {shadow} RENAME TO {live}")
        await self.connection.execute(
            f'ALTER TABLE {live} RENAME CONSTRAINT "{self.shadow}_pkey" TO "{self.table.name}_pkey"'
        )
        for index in self.table.indexes:
            await self.connection.execute(f'ALTER INDEX "{index.name}__new" RENAME TO {identifier(str(index.name))}')
        if await self.connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", sql.ROLE):
            await self.connection.execute(f"GRANT SELECT ON {live} TO {sql.ROLE}")
        await self.connection.execute(
            "INSERT INTO projection_state (name, fingerprint, rebuilt_at) VALUES ($1, $2, clock_timestamp())"
            " ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint, rebuilt_at = excluded.rebuilt_at",
            self.projection.name,
            fingerprint(self.projection),
        )


def _unplaced(recorded: Recorded) -> Recorded:
    """As a fold meets it inside the append."""
    object.__setattr__(recorded, "position", 0)  # the object is ours and nobody else has seen it
    return recorded
