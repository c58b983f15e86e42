"""`camket resume`: after Temporal's data was lost, every workflow that is open in the log is started again."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from temporalio.client import Client

from deploy.processes import StartFailed
from deploy.settings import Settings
from deploy.telling import Telling
from deploy.temporal.client import connect
from events.ids import cycle_stream, unit_stream
from events.log import Log, create_engine, open_log
from events.projections.cycles import BOARD
from events.projections.openings import ROSTER, UNIT_YEAR
from events.season import SEASON

AT_ONCE = 20


async def resume(settings: Settings, log: Log | None = None, client: Client | None = None) -> int:
    """Start what is open; how many workflows were started, those that ran already not counted. Cut short, it is simply run again."""
    engine = None
    if log is None:
        assert settings.database_url is not None
        engine = create_engine(settings.database_url)
        log = open_log(engine, settings.key_file)
    try:
        if client is None:
            client = await _client(settings)
        return await resume_open(log, client, starts_per_second=settings.starts_per_second, say=print)
    finally:
        if engine is not None:
            await log.close()
            await engine.dispose()


async def resume_open(
    log: Log, client: Client, *, starts_per_second: float = 60, say: Callable[[str], None] | None = None
) -> int:
    """The same on a log and a client; `say` is told of the progress now and then."""
    telling = Telling(client, asyncio.Event(), starts_per_second=starts_per_second)
    return await start_open(log, telling, again=True, say=say)


async def start_open(
    log: Log, telling: Telling, *, again: bool = False, say: Callable[[str], None] | None = None
) -> int:
    """Start the workflow of everything that is open, also one that has ended if `again`; how many were started."""
    streams = await open_streams(log)
    left, started, said = iter(streams), 0, time.monotonic()

    async def start_some() -> None:
        nonlocal started, said
        for stream in left:
            is_new = await telling.start(stream, again=again)
            started += is_new
            if say and time.monotonic() - said > 5:
                said = time.monotonic()
                say(f"camket: {started} of {len(streams)} workflows started")

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(start_some())
    return started


async def open_streams(log: Log) -> list[str]:
    """Every season, unit's year and member's year that is open: the seasons first, then the units, then the members."""
    years, roster, board = UNIT_YEAR.c, ROSTER.c, BOARD.c
    units = sa.select(years.unit, years.year).where(years.closed_at.is_(None)).order_by(years.year, years.unit)
    cycles = (
        sa.select(roster.member, roster.year)
        .join(UNIT_YEAR, (years.unit == roster.unit) & (years.year == roster.year))
        .outerjoin(BOARD, (board.member == roster.member) & (board.year == roster.year))
        .where(years.closed_at.is_(None), roster.not_reviewed.is_(None), board.closed_at.is_(None))
        .order_by(roster.year, roster.member)
    )
    seasons = await _rows(log, sa.text("SELECT stream FROM events WHERE type = 'season.opened' ORDER BY position"))
    alone = await _rows(
        log,
        sa.text(
            "SELECT stream FROM events LEFT JOIN board ON cycle = stream"
            " WHERE type = 'cycle.opened' AND closed_at IS NULL ORDER BY position"
        ),
    )
    states = await log.load_many(SEASON, [stream for (stream,) in seasons])
    return list(
        dict.fromkeys(
            [
                *(stream for (stream,), (season, _) in zip(seasons, states, strict=True) if not season.closed),
                *(unit_stream(unit, year) for unit, year in await _rows(log, units)),
                *(cycle_stream(member, year) for member, year in await _rows(log, cycles)),
                *(stream for (stream,) in alone),
            ]
        )
    )


async def _rows(log: Log, statement: sa.Executable) -> list[Any]:
    async with log.engine.connect() as connection:
        return list((await connection.execute(statement)).all())


async def _client(settings: Settings) -> Client:
    if settings.temporal_address is None:
        raise StartFailed("nothing runs here: start Camket first, or set TEMPORAL_ADDRESS.")
    try:
        return await connect(settings)
    except RuntimeError as error:
        raise StartFailed(f"Temporal does not answer at {settings.temporal_address}.") from error
