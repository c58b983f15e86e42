"""The tables of projections in SQL: made when missing, written by generated functions, read back for the next fold."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateIndex, CreateTable

from events.projections import STAGE_INTERVAL, Key, Projection, Row
from events.sql import ROLE, identifier

_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects carry no annotations

PUT_INTERVALS = """
CREATE OR REPLACE FUNCTION put_intervals(p_base bigint, p_streams text[], p_stages text[], p_states text[], p_indexes integer[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. cardinality(p_streams) LOOP
        UPDATE stage_interval SET to_position = p_base + p_indexes[i]
        WHERE stream = p_streams[i] AND stage = p_stages[i] AND to_position IS NULL
            AND state IS DISTINCT FROM p_states[i];
        IF p_states[i] IS NOT NULL THEN
            INSERT INTO stage_interval (stream, stage, from_position, state)
            VALUES (p_streams[i], p_stages[i], p_base + p_indexes[i], p_states[i])
            ON CONFLICT (stream, stage) WHERE to_position IS NULL DO NOTHING;
        END IF;
    END LOOP;
END $$
"""


def key_columns(table: sa.Table) -> list[str]:
    """Names of the primary key's columns."""
    return [column.name for column in table.primary_key.columns]


def fingerprint(projection: Projection) -> str:
    """Changes when the table's definition or the projection's version does."""
    text = str(CreateTable(projection.table).compile(dialect=_POSTGRES))
    indexes = sorted(str(CreateIndex(index).compile(dialect=_POSTGRES)) for index in projection.table.indexes)
    return hashlib.sha256("\n".join([text, *indexes, str(projection.version)]).encode()).hexdigest()


async def install(connection: AsyncConnection, projections: Sequence[Projection]) -> tuple[str, ...]:
    """Make missing tables, remake changed ones, and the function that writes them; the names of what must be rebuilt.

    An empty log needs no rebuilding. Run it as the owner of the database.
    """
    written = (await connection.execute(sa.text("SELECT position FROM head"))).scalar_one() > 0
    rows = await connection.execute(sa.text("SELECT name, fingerprint, rebuilt_at FROM projection_state"))
    known = {row.name: row for row in rows}
    found = await connection.execute(
        sa.text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    )
    tables = set(found.scalars())
    for projection in projections:
        same = projection.name in known and known[projection.name].fingerprint == fingerprint(projection)
        if same and projection.table.name in tables:
            continue
        await connection.run_sync(projection.table.drop, checkfirst=True)
        await connection.run_sync(projection.table.create)
        await grant_read(connection, projection.table.name)
        await connection.execute(
            sa.text(
                "INSERT INTO projection_state (name, fingerprint, rebuilt_at)"
                " VALUES (:name, :fingerprint, CASE WHEN :written THEN NULL ELSE clock_timestamp() END)"
                " ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint, rebuilt_at = excluded.rebuilt_at"
            ),
            {"name": projection.name, "fingerprint": fingerprint(projection), "written": written},
        )
    await connection.execute(sa.text(_put_rows(projections).replace(":", "\\:")))
    await connection.run_sync(STAGE_INTERVAL.create, checkfirst=True)
    await grant_read(connection, STAGE_INTERVAL.name)
    await connection.execute(sa.text(PUT_INTERVALS))
    stale = await connection.execute(
        sa.text("SELECT name FROM projection_state WHERE rebuilt_at IS NULL ORDER BY name")
    )
    names = {projection.name for projection in projections}
    return tuple(name for name in stale.scalars() if name in names)


async def grant_read(connection: AsyncConnection, table: str) -> None:
    """The application's role may read the table, where that role exists."""
    found = await connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": ROLE})
    if found.first() is not None:
        await connection.execute(sa.text(f"GRANT SELECT ON {identifier(table)} TO {ROLE}"))


def _put_rows(projections: Sequence[Projection]) -> str:
    """The function that writes rows given as JSON: one branch of plain SQL per table, so that its plan is kept."""
    branches = []
    for projection in projections:
        if projection.intervals is not None:
            continue
        name = identifier(projection.table.name)
        keys = key_columns(projection.table)
        values = [column.name for column in projection.table.columns if column.name not in keys]
        changes = ", ".join(f"{identifier(value)} = excluded.{identifier(value)}" for value in values)
        columns = ", ".join(identifier(column.name) for column in projection.table.columns)
        same = " AND ".join(f"t.{identifier(key)} = d.{identifier(key)}" for key in keys)
        branches.append(
            f"ELSIF p_table = '{projection.table.name}' THEN\n"
            f"  IF p_rows IS NOT NULL THEN\n"
            f"    INSERT INTO {name} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{name}, p_rows)\n"
            f"    ON CONFLICT ({', '.join(identifier(key) for key in keys)})"
            f" DO {'UPDATE SET ' + changes if changes else 'NOTHING'};\n"
            f"  END IF;\n"
            f"  IF p_dropped IS NOT NULL THEN\n"
            f"    DELETE FROM {name} AS t USING json_populate_recordset(NULL::{name}, p_dropped) AS d WHERE {same};\n"
            f"  END IF;\n"
        )
    return (
        "CREATE OR REPLACE FUNCTION put_rows(p_table text, p_rows json, p_dropped json) RETURNS void LANGUAGE plpgsql AS $$\n"
        "BEGIN\nIF p_table IS NULL THEN RETURN;\n"
        + "".join(branches)
        + "ELSE RAISE EXCEPTION 'no table of projections is named %', p_table;\nEND IF;\nEND $$"
    )


def _plain(value: Any) -> Any:
    """What json cannot write by itself."""
    if isinstance(value, date):  # datetime is one
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"a projection's row holds {type(value).__name__}")


def rows_json(rows: Iterable[Row]) -> str:
    """Rows as one JSON array for `put_rows`."""
    return json.dumps(list(rows), default=_plain, ensure_ascii=False)


def keys_json(table: sa.Table, keys: Iterable[Key]) -> str:
    """Keys of dropped rows for `put_rows`."""
    names = key_columns(table)
    return json.dumps([dict(zip(names, key, strict=True)) for key in keys], default=_plain, ensure_ascii=False)


@cache
def select_rows(projections: tuple[Projection, ...]) -> str:
    """One statement that reads rows of several tables by key; parameter n: the keys of the n-th as a JSON array."""
    parts = []
    for number, projection in enumerate(projections, 1):
        name = identifier(projection.table.name)
        keys = projection.table.primary_key.columns
        same = " AND ".join(f"t.{identifier(key.name)} = k.{identifier(key.name)}" for key in keys)
        # The keys' types are spelled out: naming the table's row type would not wait for a rebuild's swap.
        types = ", ".join(f"{identifier(key.name)} {key.type.compile(dialect=_POSTGRES)}" for key in keys)
        parts.append(
            f"SELECT {number - 1} AS number, r.row::text AS row"
            f" FROM json_to_recordset(${number}::text::json) AS k ({types})"
            f" CROSS JOIN LATERAL (SELECT to_json(t) AS row FROM {name} AS t WHERE {same} OFFSET 0) AS r"
        )
    return " UNION ALL ".join(parts)


@cache
def _converters(projection: Projection) -> tuple[tuple[str, Callable[[str], Any]], ...]:
    found: list[tuple[str, Callable[[str], Any]]] = []
    for column in projection.table.columns:
        if isinstance(column.type, sa.DateTime):
            found.append((column.name, datetime.fromisoformat))
        elif isinstance(column.type, sa.Date):
            found.append((column.name, date.fromisoformat))
    return tuple(found)


def read_row(projection: Projection, text: str) -> tuple[Key, Row]:
    """A row of `select_rows`, dates as dates again, with its key."""
    row: Row = json.loads(text)
    for name, convert in _converters(projection):
        if row[name] is not None:
            row[name] = convert(row[name])
    return tuple(row[name] for name in key_columns(projection.table)), row
