"""A year lived in seconds: the real worker, relay and activities on real PostgreSQL, by the clock of the time-skipping server."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from activities.record import Record
from deploy.observe import Failures
from deploy.relay import NEWS, STARTS, Relay
from deploy.telling import Telling
from deploy.worker import make_worker
from events import sql
from events.decider import LOCAL_ZONE, Recorded
from events.log import Log
from tests.workflows.cell import Cell, found

QUIET = 0.25  # real seconds without anything new, after which all is taken to be done


class Life:
    """`year` is the next one by the server's clock, so that every date of it is ahead, on whatever day the tests run."""

    def __init__(self, env: WorkflowEnvironment, log: Log) -> None:
        self.env = env
        self.log = log
        self.failures = Failures()
        self.stop = asyncio.Event()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.year = (await self.now()).astimezone(LOCAL_ZONE).year + 1
        self.cell = Cell(self.log, self.year)
        await found(self.log)
        await self.start()
        return self

    async def start(self) -> None:
        """Start worker and relay."""
        self.stop = asyncio.Event()
        worker = make_worker(self.env.client, Record(self.log), self.failures)
        await self._stack.enter_async_context(worker)
        telling = Telling(self.env.client, self.stop, starts_per_second=1000, signals_per_second=1000)
        relaying = asyncio.create_task(Relay(self.log, telling).run(self.stop))

        async def end() -> None:
            self.stop.set()
            await relaying

        self._stack.push_async_callback(end)

    async def end(self) -> None:
        """Stop both."""
        await self._stack.aclose()

    async def __aexit__(self, *_: object) -> None:
        await self.end()

    async def now(self) -> datetime:
        return await self.env.get_current_time()

    async def until(self, day: date, hour: int = 12) -> datetime:
        """Let time pass up to an hour of a local date, then everything settle; the instant."""
        moment = datetime.combine(day, time(hour), LOCAL_ZONE)
        await self.settled()
        left = moment - await self.now()
        if left > timedelta():
            await self.env.sleep(left)
        await self.settled()
        return moment.astimezone(UTC)

    def day(self, month: int, number: int, years: int = 0) -> date:
        return date(self.year + years, month, number)

    async def settled(self) -> None:
        """Wait until the relay has caught up and nothing is appended any more."""
        before, since = -1, asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() - since < QUIET:
            await asyncio.sleep(0.02)
            mark = await self._mark()
            if mark != before:
                before, since = mark, asyncio.get_running_loop().time()

    async def _mark(self) -> int:
        """Changes for as long as something goes on."""
        head = await self.log.head()
        reached = "SELECT coalesce(sum(position), 0) FROM checkpoints WHERE name = ANY ($1)"
        async with sql.raw(self.log.engine) as connection:
            return head * 3 + int(await connection.fetchval(reached, [NEWS, STARTS]))

    async def events(self, stream: str) -> list[Recorded]:
        return await self.log.read(stream)

    async def told(self, stream: str, *kinds: type) -> list[tuple[date, Any]]:
        """The events of these kinds with the local dates on which they happened."""
        return [
            (one.occurred_at.astimezone(LOCAL_ZONE).date(), one.event)
            for one in await self.events(stream)
            if isinstance(one.event, kinds)
        ]

    async def history(self, workflow: str) -> Sequence[HistoryEvent]:
        return (await self.fetch(workflow)).events

    async def fetch(self, workflow: str) -> WorkflowHistory:
        return await self.env.client.get_workflow_handle(workflow).fetch_history()

    async def ended(self, workflow: str) -> bool:
        described = await self.env.client.get_workflow_handle(workflow).describe()
        return described.status is not None and described.status.name == "COMPLETED"
