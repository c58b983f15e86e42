"""Followers of the log: each has a checkpoint, one is active per name, and none ever skips an event.

Delivery is at least once and in order within a stream. A handler must bear to see an event again.
"""

import asyncio
import hashlib
import logging
from typing import Any

from events import sql
from events.follower import Follower, Handle, sleep
from events.log import Log
from events.sql import Driver

logger = logging.getLogger(__name__)

STAND_BY = 1.0  # seconds between tries to become the active one
BACKOFF = (0.1, 0.5, 2.0)  # seconds before each further try of one event
RETRY_PARKED = 30.0


async def catch_up(
    log: Log,
    name: str,
    handle: Handle,
    *,
    stop: asyncio.Event,
    in_flight: int = 100,
    backoff: tuple[float, ...] = BACKOFF,
    retry_parked: float = RETRY_PARKED,
) -> None:
    """Hand every event of the log to `handle`, from the checkpoint on, until `stop`; waits while another one is active.

    An event whose handling fails again and again parks its stream: later events of it queue behind, other streams go on.
    """
    pause = 0.1
    while not stop.is_set():
        try:
            async with sql.dedicated(log.engine) as connection:
                if await _lead(connection, name, stop):
                    await Follower(log, name, handle, stop, connection, in_flight, backoff, retry_parked).run()
                    pause = 0.1
        except Exception as error:  # the database went away, or the lock with it
            logger.warning("follower %s begins again after %s", name, type(error).__name__)
            await sleep(stop, pause)
            pause = min(pause * 2, STAND_BY)


async def unpark(log: Log, name: str, stream: str) -> None:
    """Have the parked stream tried again now."""
    statement = "UPDATE parked SET retry_at = clock_timestamp() WHERE name = $1 AND stream = $2"
    await sql.lasting(log.engine, lambda connection: connection.execute(statement, name, stream))


async def parked(log: Log) -> list[dict[str, Any]]:
    """Every parked stream: name, stream, position, error_class, since, tries."""
    statement = "SELECT name, stream, position, error_class, since, tries FROM parked ORDER BY since"
    return [dict(row) for row in await sql.lasting(log.engine, lambda connection: connection.fetch(statement))]


async def lag(log: Log) -> dict[str, int]:
    """How many events each follower is behind."""
    statement = (
        "SELECT c.name, h.position - c.position AS behind FROM checkpoints AS c CROSS JOIN head AS h ORDER BY c.name"
    )
    rows = await sql.lasting(log.engine, lambda connection: connection.fetch(statement))
    return {row["name"]: row["behind"] for row in rows}


async def _lead(connection: Driver, name: str, stop: asyncio.Event) -> bool:
    """Wait to become the active one; the session's end, however it comes, frees the place."""
    lock = int.from_bytes(hashlib.sha256(f"follower {name}".encode()).digest()[:8], signed=True)
    await connection.execute(
        "SET tcp_keepalives_idle = 1; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3"
    )
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock):
        if await sleep(stop, STAND_BY):
            return False
    return True
