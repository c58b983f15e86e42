"""Checks the log against itself: nothing missing, nothing altered, every copy equal to its body."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from events import sql
from events.codec import leaf_hash
from events.envelope import stamp
from events.sql import Driver

MOST_FAULTS = 100
AHEAD = 5000

_EVENTS = """
SELECT year, position, stream, version, type, schema, command_id, body, leaf_hash, recorded_at FROM events ORDER BY position
"""
_COMMANDS = """
SELECT coalesce(c.command_id, e.command_id) AS command_id
FROM (
    SELECT command_id, min(position) AS low, max(position) AS high, count(*) AS count FROM events GROUP BY command_id
) AS e
FULL JOIN commands AS c USING (command_id)
WHERE c.command_id IS NULL OR c.first_position IS DISTINCT FROM e.low OR c.last_position IS DISTINCT FROM e.high
    OR e.count IS DISTINCT FROM e.high - e.low + 1
ORDER BY 1 LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and up to a hundred sentences of what is kept."""

    events: int
    streams: int
    commands: int
    head: int
    faults: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Nothing is kept."""
        return not self.faults


async def verify(engine: AsyncEngine) -> Report:
    """Read the whole log in one snapshot and check it; writers go on meanwhile."""
    async with sql.raw(engine) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        return await _verify(connection)


async def _verify(connection: Driver) -> Report:
    faults: list[str] = []
    versions: dict[str, int] = {}
    position = 0
    async for row in connection.cursor(_EVENTS, prefetch=AHEAD):
        if row["position"] != position + 1:
            faults.append(f"position {position + 1} is missing; the next one is {row['position']}")
        position = row["position"]
        expected = versions.get(row["stream"], 0) + 1
        if row["version"] != expected:
            faults.append(f"{row['stream']} has version {row['version']} at position {position} instead of {expected}")
        versions[row["stream"]] = row["version"]
        faults.extend(f"position {position}: {fault}" for fault in _faults(row))
        if len(faults) >= MOST_FAULTS:
            break
    head = await connection.fetchval("SELECT position FROM head")
    if head != position and len(faults) < MOST_FAULTS:
        faults.append(f"the head says {head}, the last event is {position}")
    odd = await connection.fetch(_COMMANDS)
    faults.extend(f"command {row['command_id']} and its events do not agree" for row in odd)
    kept = {row["stream"]: row["version"] for row in await connection.fetch("SELECT stream, version FROM streams")}
    faults.extend(
        f"the version kept for {stream} is {kept.get(stream)} instead of {versions.get(stream)}"
        for stream in sorted(versions.keys() | kept.keys())
        if versions.get(stream) != kept.get(stream)
    )
    commands = await connection.fetchval("SELECT count(*) FROM commands")
    return Report(position, len(versions), commands, head, tuple(faults[:MOST_FAULTS]))


def _faults(row: Any) -> Iterator[str]:
    body: bytes = row["body"]
    if leaf_hash(body) != row["leaf_hash"]:
        yield "the leaf hash is not the body's"
    try:
        stored = json.loads(body)
    except ValueError:
        yield "the body is no JSON"
        return
    for column in ("stream", "version", "type", "schema", "command_id"):
        if stored.get(column) != row[column]:
            yield f"the column {column} is not the body's"
    if stored.get("recorded_at") != stamp(row["recorded_at"]):
        yield "the column recorded_at is not the body's"
    if row["year"] != sql.year_of(row["stream"]):
        yield "the column year is not the stream's"
