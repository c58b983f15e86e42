"""The active follower of one name: what it reads ahead, delivers, parks and checkpoints."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from events import sql
from events.append import BARRIER
from events.decider import Recorded
from events.envelope import Sealed
from events.log import Log
from events.sql import Driver

logger = logging.getLogger(__name__)

Handle = Callable[[Recorded], Awaitable[None]]

BATCH = 500
SAVED_EVERY = 0.05  # seconds between checkpoints
POLLS = (0.25, 1.0)  # seconds: at first, and after a while of silence

_OF_STREAM = """
SELECT position, body FROM events WHERE year = $1 AND stream = $2 AND position BETWEEN $3 AND $4 ORDER BY version
"""
_PARK = """
INSERT INTO parked (name, stream, position, error_class, retry_at)
VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))
ON CONFLICT (name, stream) DO UPDATE SET position = excluded.position, error_class = excluded.error_class,
    retry_at = excluded.retry_at, tries = parked.tries + 1
"""


async def sleep(stop: asyncio.Event, seconds: float) -> bool:
    """Wait; whether `stop` came first."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def _of_stream(stream: str, low: int, high: int, connection: Driver) -> list[Any]:
    return await connection.fetch(_OF_STREAM, sql.year_of(stream), stream, low, high)


class Follower:
    """The active one: reads ahead, delivers up to `in_flight` at once, one after the other within a stream."""

    def __init__(
        self,
        log: Log,
        name: str,
        handle: Handle,
        stop: asyncio.Event,
        connection: Driver,
        in_flight: int,
        backoff: tuple[float, ...],
        retry_parked: float,
    ) -> None:
        self.log, self.name, self.handle, self.stop, self.connection = log, name, handle, stop, connection
        self.backoff, self.retry_parked = backoff, retry_parked
        self.slots = asyncio.Semaphore(in_flight)
        self.session = asyncio.Lock()  # one statement at a time on the connection that holds the leader's lock
        self.wake = asyncio.Event()
        self.cursor = self.saved = 0
        self.outstanding: dict[int, None] = {}  # positions under way, ascending
        self.queues: dict[str, deque[Sealed]] = {}
        self.parked: dict[str, int] = {}  # stream -> last position that queues behind
        self.retrying: set[str] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.failed: BaseException | None = None

    async def run(self) -> None:
        """Until `stop`; raises when the connection is lost. What is under way is ended before it returns."""
        self.connection.add_termination_listener(lambda _: self._fail(ConnectionError("lost")))
        await self.connection.add_listener(sql.CHANNEL, lambda *_: self.wake.set())
        await self._begin()
        saver = asyncio.create_task(self._save_regularly())
        ender = asyncio.create_task(self._wake_at_stop())
        try:
            await self._read_on()
            if self.tasks:
                await asyncio.wait(self.tasks)
            await self._save()
        finally:
            for task in (saver, ender, *self.tasks):
                task.cancel()
            await asyncio.gather(saver, ender, *self.tasks, return_exceptions=True)
        if self.failed:
            raise self.failed

    async def _begin(self) -> None:
        await self._run("INSERT INTO checkpoints (name) VALUES ($1) ON CONFLICT DO NOTHING", self.name)
        self.cursor = self.saved = await self._value("SELECT position FROM checkpoints WHERE name = $1", self.name)
        for row in await self._rows("SELECT stream, position FROM parked WHERE name = $1", self.name):
            self.parked[row["stream"]] = max(row["position"], self.cursor)

    async def _read_on(self) -> None:
        quiet = 0
        while not self._over():
            self.wake.clear()
            rows = await self._rows(sql.AFTER, self.cursor, BATCH)
            if rows and self.log.durability == "barrier":
                await self._run(BARRIER)  # what we act on must not be lost by a power cut
            bodies = [Sealed(row["body"], row["position"]) for row in rows]
            await self.log.vault.refresh(self.log.engine)
            await self.log.vault.fetch(self.log.engine, {key for body in bodies for key in body.keys})
            for body in bodies:
                await self.slots.acquire()
                if self._over():
                    return
                self._dispatch(body)
            await self._retry_due()
            if rows:
                quiet = 0
                continue
            quiet += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), POLLS[0] if quiet < 20 else POLLS[1])

    def _over(self) -> bool:
        return self.stop.is_set() or self.failed is not None

    def _fail(self, error: BaseException) -> None:
        self.failed = self.failed or error
        self.wake.set()

    async def _wake_at_stop(self) -> None:
        await self.stop.wait()
        self.wake.set()

    def _dispatch(self, body: Sealed) -> None:
        stream = body.json["stream"]
        self.cursor = body.position
        self.outstanding[body.position] = None
        queue = self.queues.setdefault(stream, deque())
        queue.append(body)
        if len(queue) == 1:
            self._start(self._work(stream, queue))

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and task.exception():
            self._fail(task.exception() or RuntimeError())

    async def _work(self, stream: str, queue: deque[Sealed]) -> None:
        """Deliver one stream's events in order."""
        while queue:
            body = queue[0]
            if stream not in self.parked:
                error = await self._deliver(body)
                if error is not None:
                    if self._over():  # neither delivered nor parked: the next one begins with it
                        for _ in queue:
                            self.slots.release()
                        return
                    await self._park(stream, body.position, error)
            if stream in self.parked:
                self.parked[stream] = max(self.parked[stream], body.position)
            queue.popleft()
            del self.outstanding[body.position]
            self.slots.release()
        del self.queues[stream]

    async def _deliver(self, body: Sealed) -> Exception | None:
        """None when it was handled; else the last try's error."""
        try:
            recorded = body.open(self.log.vault)
        except Exception as error:
            return error
        for wait in (*self.backoff, None):
            try:
                await self.handle(recorded)
            except Exception as error:
                if wait is None or await sleep(self.stop, wait) or self.failed:
                    return error
            else:
                return None
        raise AssertionError

    async def _park(self, stream: str, position: int, error: Exception) -> None:
        logger.warning("follower %s parks %s at %d: %s", self.name, stream, position, type(error).__name__)
        await self._run(_PARK, self.name, stream, position, type(error).__name__, self.retry_parked)
        self.parked.setdefault(stream, position)

    async def _retry_due(self) -> None:
        if not self.parked:
            return
        due = "SELECT stream, position FROM parked WHERE name = $1 AND retry_at <= clock_timestamp()"
        for row in await self._rows(due, self.name):
            if row["stream"] in self.parked and row["stream"] not in self.retrying:
                self.retrying.add(row["stream"])
                self._start(self._retry(row["stream"], row["position"]))

    async def _retry(self, stream: str, position: int) -> None:
        """Deliver what queued up, in order; at the first failure park again there."""
        try:
            while True:
                upto = self.parked[stream]
                rows = await sql.lasting(self.log.engine, partial(_of_stream, stream, position, upto))
                for row in rows:
                    body = Sealed(row["body"], row["position"])
                    await self.log.vault.fetch(self.log.engine, body.keys)
                    error = await self._deliver(body)
                    if error is not None:
                        if not self._over():
                            await self._park(stream, body.position, error)
                        return
                if self.parked[stream] == upto:
                    break
                position = upto + 1
            # First here, so that nothing more queues behind; the statements keep their order on the session.
            del self.parked[stream]
            await self._run("DELETE FROM parked WHERE name = $1 AND stream = $2", self.name, stream)
        finally:
            self.retrying.discard(stream)

    async def _save_regularly(self) -> None:
        while True:
            await asyncio.sleep(SAVED_EVERY)
            try:
                await self._save()
            except Exception as error:
                self._fail(error)
                return

    async def _save(self) -> None:
        """Move the checkpoint over what is handled or parked without a hole."""
        reached = next(iter(self.outstanding)) - 1 if self.outstanding else self.cursor
        if reached > self.saved and not self.failed:
            await self._run(
                "UPDATE checkpoints SET position = $2, moved_at = clock_timestamp() WHERE name = $1", self.name, reached
            )
            self.saved = reached

    async def _run(self, statement: str, *arguments: Any) -> None:
        async with self.session:
            await self.connection.execute(statement, *arguments)

    async def _rows(self, statement: str, *arguments: Any) -> list[Any]:
        async with self.session:
            return await self.connection.fetch(statement, *arguments)

    async def _value(self, statement: str, *arguments: Any) -> Any:
        async with self.session:
            return await self.connection.fetchval(statement, *arguments)
