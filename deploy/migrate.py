"""Brings a database to this release: alembic's steps, then the tables of projections, which are not migrated but made."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from events import projections
from events.sql_projections import install

INI = Path(__file__).resolve().parent / "migrations" / "alembic.ini"
LOCK = 7166222


def upgrade(url: str) -> tuple[str, ...]:
    """Bring the database to this release; the names of projections to be rebuilt before anything is written."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(migrate(url))
    with ThreadPoolExecutor(1) as pool:  # called from async code: a loop of its own
        return pool.submit(lambda: asyncio.run(migrate(url))).result()


async def migrate(url: str) -> tuple[str, ...]:
    """The same, for async callers. Several at once wait for each other."""
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as gate:
            await gate.execute(sa.text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            async with engine.begin() as connection:
                await connection.run_sync(_run)
            async with engine.begin() as connection:
                return await install(connection, projections.ALL)
    finally:
        await engine.dispose()


def _run(connection: sa.Connection) -> None:
    config = Config(str(INI))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
