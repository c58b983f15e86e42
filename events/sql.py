"""The driver's side of the log: engine, raw connections, and the statements of reading and appending."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

import asyncpg
import sqlalchemy as sa
from sqlalchemy import Engine, exc
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

ROLE = "camket_app"
CHANNEL = "camket_log"
APPEND_LOCK = 7166220

STALE = "CK001"
FORGOTTEN_KEY = "CK002"
NO_PARTITION = "23514"

MOST_DRIVERS = 20  # connections per engine, beside those of its pool

R = TypeVar("R")
if TYPE_CHECKING:
    Driver = asyncpg.Connection[asyncpg.Record]
else:
    Driver = asyncpg.Connection

EVENT_COLUMNS = "position, stream, version, body"

NEWER_OF_ONE = """
SELECT 0 AS kind, e.stream, e.version, e.position, e.body, NULL::text AS actor, NULL::bigint AS last
FROM (SELECT * FROM events WHERE year = $1 AND stream = $2 AND version > $3 ORDER BY version) AS e
UNION ALL
SELECT 1, c.command_id, 0, c.first_position, c.digest, c.actor, c.last_position
FROM commands AS c WHERE c.command_id = $4
"""

NEWER = """
SELECT 0 AS kind, e.stream, e.version, e.position, e.body, NULL::text AS actor, NULL::bigint AS last
FROM unnest($1::smallint[], $2::text[], $3::int[]) AS asked (year, stream, version)
CROSS JOIN LATERAL (
    SELECT * FROM events
    WHERE events.year = asked.year AND events.stream = asked.stream AND events.version > asked.version
        AND events.year = ANY ($5::smallint[])  -- says it again, so that no other partition is even opened
    ORDER BY events.version
) AS e
UNION ALL
SELECT 1, c.command_id, 0, c.first_position, c.digest, c.actor, c.last_position
FROM commands AS c WHERE c.command_id = ANY ($4::text[])
"""

AFTER = f"SELECT {EVENT_COLUMNS} FROM events WHERE position > $1 ORDER BY position LIMIT $2"
BETWEEN = f"SELECT {EVENT_COLUMNS} FROM events WHERE position BETWEEN $1 AND $2 ORDER BY position"
OF_STREAM = f"SELECT {EVENT_COLUMNS} FROM events WHERE year = $1 AND stream = $2 AND version > $3 ORDER BY version"
APPEND = f"SELECT append({', '.join(f'${number}' for number in range(1, 27))})"


def year_of(stream: str) -> int:
    """The partition of a stream: the second part of its id when that is a year, else 0."""
    parts = stream.split("-", 2)
    if (
        len(parts) > 1
        and len(parts[1]) == 4
        and parts[1].isascii()
        and parts[1].isdigit()
        and "1900" <= parts[1] < "3000"
    ):
        return int(parts[1])
    return 0


class _Drivers:
    """Idle connections of the driver beside the engine's own pool, whose checkout costs as much as half an append."""

    def __init__(self, connect: Callable[[], Awaitable[Driver]], most: int) -> None:
        self._connect = connect
        self._idle: list[Driver] = []
        self._room = asyncio.Semaphore(most)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Driver]:
        async with self._room:
            while self._idle and self._idle[-1].is_closed():
                self._idle.pop()
            driver = self._idle.pop() if self._idle else await self._connect()
            try:
                yield driver
            except asyncpg.PostgresError:
                self._idle.append(
                    driver
                )  # the statement failed, the connection did not; a closed one is left out above
                raise
            except BaseException:  # lost, or cancelled with a statement under way
                driver.terminate()
                raise
            self._idle.append(driver)

    def end(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop().terminate()


_drivers: "WeakKeyDictionary[Engine, _Drivers]" = WeakKeyDictionary()


def create_engine(url: str, **options: Any) -> AsyncEngine:
    """An engine whose connections act as the application's role where that exists, and as the login elsewhere."""
    without_role: set[bool] = set()

    async def connect(*arguments: Any, **keywords: Any) -> Driver:
        settings = {"application_name": "camket", **keywords.pop("server_settings", {})}
        if not without_role:
            try:
                return await asyncpg.connect(*arguments, server_settings={**settings, "role": ROLE}, **keywords)
            except (asyncpg.InvalidParameterValueError, asyncpg.InsufficientPrivilegeError) as error:
                if "role" not in str(error):
                    raise
                without_role.add(True)
        return await asyncpg.connect(*arguments, server_settings=settings, **keywords)

    given = options.pop("connect_args", {})
    address = sa.make_url(url).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(address, connect_args={**given, "async_creator_fn": connect}, **options)
    _, keywords = engine.dialect.create_connect_args(address)
    drivers = _drivers[engine.sync_engine] = _Drivers(lambda: connect(**{**keywords, **given}), MOST_DRIVERS)

    @sa.event.listens_for(engine.sync_engine, "checkout")
    def alive(dbapi_connection: Any, _record: Any, _proxy: Any) -> None:
        """The pre-ping of this pool: asyncpg knows when its socket closed, which costs no round trip."""
        if dbapi_connection.driver_connection.is_closed():
            raise exc.DisconnectionError

    @sa.event.listens_for(engine.sync_engine, "engine_disposed")
    def ended(_engine: Any) -> None:
        drivers.end()

    return engine


@asynccontextmanager
async def raw(engine: AsyncEngine) -> AsyncIterator[Driver]:
    """A connection of the driver itself, in autocommit; the only door to asyncpg. The engine is one of `create_engine`."""
    async with _drivers[engine.sync_engine].one() as driver:
        yield driver


@asynccontextmanager
async def dedicated(engine: AsyncEngine) -> AsyncIterator[Driver]:
    """A connection that ends with the block, for session locks and LISTEN."""
    async with _drivers[engine.sync_engine].one() as driver:
        try:
            yield driver
        finally:
            driver.terminate()


LOST = (
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server said goodbye while nothing was asked
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    OSError,
)
"""What asyncpg raises when the server or the connection goes away; a repeat is safe where the command id makes it so."""


async def lasting(engine: AsyncEngine, act: Callable[[Driver], Awaitable[R]]) -> R:
    """Run an act that may safely be run twice; once more on a new connection when the first was lost under it."""
    try:
        async with raw(engine) as connection:
            return await act(connection)
    except (*LOST, exc.InterfaceError, exc.OperationalError):
        await asyncio.sleep(0.05)
    async with raw(engine) as connection:
        return await act(connection)


_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def identifier(name: str) -> str:
    """A name of ours that is safe in SQL text."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"no plain SQL name: {name!r}")
    return f'"{name}"'
