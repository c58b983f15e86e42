"""`camket status`: one look at the whole installation: how much there is, how far everyone is, what runs, and in which versions."""

import asyncio
import platform
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from deploy.settings import Settings
from deploy.temporal.client import connect, running, server_version
from events.log import create_engine
from events.projections.cycles import BOARD
from events.projections.directory import MEMBER, UNIT
from events.projections.openings import ROSTER

TRIES = 3
STAGES = ("pledge", "check_in", "self_criticism", "appraisal", "result", "closed")
"""Where a member's year is: at the pledge until that is approved, at the result once the level is decided."""


async def report(settings: Settings) -> dict[str, Any]:
    """Keys: members, units, cycles (stage to number), workflows, log_head, followers (name to lag), versions."""
    assert settings.database_url is not None
    workflows, temporal = await _of_temporal(settings)
    engine = create_engine(settings.database_url)
    try:
        async with engine.connect() as connection:
            if workflows is None:
                workflows, temporal = await _seen_last(connection)
            postgres = str(await connection.scalar(sa.text("SHOW server_version")))
            return {
                "members": await connection.scalar(sa.select(sa.func.count()).select_from(MEMBER)),
                "units": await connection.scalar(sa.select(sa.func.count()).select_from(UNIT)),
                "cycles": await _cycles(connection),
                "workflows": workflows,
                "log_head": await connection.scalar(sa.text("SELECT position FROM head")),
                "followers": await _followers(connection),
                "versions": {
                    "camket": version("camket"),
                    "python": platform.python_version(),
                    "postgres": postgres.split(" ", 1)[0],
                    "temporal": temporal,
                },
            }
    finally:
        await engine.dispose()


async def _cycles(connection: AsyncConnection) -> dict[str, int]:
    """Every reviewed member's year, by where it is; one of which nothing is told yet is at the pledge."""
    board, roster = BOARD.c, ROSTER.c
    reviewed = sa.select(roster.member, roster.year).where(roster.not_reviewed.is_(None)).subquery()
    stage = sa.case(
        (board.closed_at.is_not(None), "closed"),
        (board.appraisal == "decided", "result"),
        (board.self_criticism == "approved", "appraisal"),
        (board.self_criticism.in_(("submitted", "in_review", "returned")), "self_criticism"),
        (board.pledge == "approved", "check_in"),
        else_="pledge",
    )
    every = reviewed.outerjoin(BOARD, (board.member == reviewed.c.member) & (board.year == reviewed.c.year), full=True)
    counted = await connection.execute(sa.select(stage, sa.func.count()).select_from(every).group_by(stage))
    found = {name: int(number) for name, number in counted}
    return {name: found.get(name, 0) for name in STAGES}


async def _followers(connection: AsyncConnection) -> dict[str, int]:
    lags = sa.text(
        "SELECT name, greatest(head.position - c.position, 0) FROM checkpoints AS c CROSS JOIN head ORDER BY name"
    )
    return {name: int(lag) for name, lag in await connection.execute(lags)}


async def _of_temporal(settings: Settings) -> tuple[int | None, str | None]:
    """How many workflows run and the server's version, from Temporal; None where it does not answer."""
    if settings.temporal_address is None:
        return None, None
    for attempt in range(TRIES):
        try:
            client = await asyncio.wait_for(connect(settings), 3)
            return await running(client), await server_version(client)
        except Exception:
            await asyncio.sleep(0.3 * (attempt + 1))
    return None, None


async def _seen_last(connection: AsyncConnection) -> tuple[int, str | None]:
    """The same as the worker saw it last; no workflow runs where none was ever seen."""
    rows = await connection.execute(sa.text("SELECT key, value FROM operations WHERE key IN ('workflows', 'temporal')"))
    seen: dict[str, Any] = {row.key: row.value for row in rows}
    return int(seen.get("workflows", {}).get("running", 0)), seen.get("temporal", {}).get("version")
