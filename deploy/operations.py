"""What the worker sees of Temporal and of the relay, written every ten seconds for pages to read: `web` never asks Temporal."""

import asyncio
import contextlib
import json
from dataclasses import asdict
from typing import Any

import structlog
from temporalio.client import Client

from deploy.observe import Failures
from deploy.relay import NEWS, STARTS
from deploy.temporal.client import running, server_version
from events import sql
from events.log import Log
from events.subscription import parked

EVERY = 10.0
line = structlog.get_logger("operations")

_RELAY = """
SELECT position, head - position AS lag FROM (
    SELECT head.position AS head,
        CASE WHEN count(c.name) < cardinality($1::text[]) THEN 0 ELSE min(c.position) END AS position
    FROM head LEFT JOIN checkpoints AS c ON c.name = ANY ($1) GROUP BY head.position
) AS reached
"""
_AGE = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - recorded_at), 0)::float8 FROM events WHERE position = $1
"""
_WRITE = """
INSERT INTO operations (key, value, seen_at) SELECT k, v::jsonb, clock_timestamp() FROM unnest($1::text[], $2::text[]) AS s (k, v)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, seen_at = excluded.seen_at
"""


async def watch(log: Log, client: Client | None, failures: Failures, stop: asyncio.Event) -> None:
    """Look and write until `stop`; what cannot be written now is written the next time."""
    while not stop.is_set():
        try:
            await write(log, await see(log, client, failures))
        except Exception as error:
            line.warning("not written", error=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)


async def see(log: Log, client: Client | None, failures: Failures) -> dict[str, Any]:
    """Everything worth knowing, by key: `temporal`, `workflows`, `relay`, `failing`, `parked`. The client is None while there is none."""
    seen: dict[str, Any] = {"temporal": {"reachable": False, "version": None}}
    if client is not None:
        with contextlib.suppress(Exception):
            seen["workflows"] = {"running": await running(client)}
            seen["temporal"] = {"reachable": True, "version": await server_version(client)}
    relay = await sql.lasting(log.engine, lambda connection: connection.fetchrow(_RELAY, [NEWS, STARTS]))
    assert relay is not None
    position, lag = int(relay["position"]), int(relay["lag"])
    age = await sql.lasting(log.engine, lambda connection: connection.fetchval(_AGE, position + 1))
    seen["relay"] = {"position": position, "lag": lag, "age_seconds": round(age or 0.0, 1)}
    seen["failing"] = [asdict(one) for one in failures.now()]
    seen["parked"] = [
        {"follower": one["name"], "stream": one["stream"], "error": one["error_class"], "tries": one["tries"]}
        for one in await parked(log)
    ]
    return seen


async def write(log: Log, seen: dict[str, Any]) -> None:
    """Keep what was seen; a key that was not seen now (the number of workflows, while Temporal is away) stays with its age."""
    values = [json.dumps(value) for value in seen.values()]
    await sql.lasting(log.engine, lambda connection: connection.execute(_WRITE, list(seen), values))
