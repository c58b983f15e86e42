"""A year lived in seconds: the real worker, relay and activities on real PostgreSQL, by the clock of the time-skipping server."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from activities.record import Record
from deploy.observe import Failures
from deploy.relay import NEWS, STARTS, Relay
from deploy.telling import WORKFLOWS, Telling
from deploy.temporal.client import DATA_CONVERTER
from deploy.worker import make_worker
from events import sql
from events.decider import LOCAL_ZONE, Recorded
from events.log import Log
from tests.workflows import histories
from tests.workflows.cell import MEMBERS, Cell, found

UNDER_WAY = {EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED, EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED}
TASK = UNDER_WAY | {EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED}


class Life:
    """`year` is the next one by the server's clock, so that every date of it is ahead, on whatever day the tests run."""

    def __init__(self, env: WorkflowEnvironment, log: Log) -> None:
        self.env = env
        self.log = log
        self.record = Record(log)
        self.failures = Failures()
        self.stop = asyncio.Event()
        self._stack = AsyncExitStack()
        self._calm_at: dict[str, tuple[str, int]] = {}

    async def __aenter__(self) -> Self:
        self.year = (await self.now()).astimezone(LOCAL_ZONE).year + 1
        self.cell = Cell(self.log, self.year)
        await found(self.log)
        await self.start()
        return self

    async def start(self) -> None:
        """Start worker and relay."""
        self.stop = asyncio.Event()
        worker = make_worker(self.env.client, self.record, self.failures)
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
        """Wait until the relay has told everything, and every workflow waits for a date or for news."""
        calm, give_up = 0, asyncio.get_running_loop().time() + 60
        while calm < 2:
            assert asyncio.get_running_loop().time() < give_up, "it never settles"
            calm = calm + 1 if await self._is_calm() else 0
            await asyncio.sleep(0.02)

    async def _is_calm(self) -> bool:
        head = await self.log.head()
        async with sql.raw(self.log.engine) as connection:
            reached = await connection.fetch("SELECT position FROM checkpoints WHERE name = ANY ($1)", [NEWS, STARTS])
        if [row["position"] for row in reached] != [head, head]:
            return False
        return not any([await self._is_busy(workflow) for workflow in self.workflows])

    async def _is_busy(self, workflow: str) -> bool:
        """Whether an activity or a workflow task is under way; the test server tells of the latter in the history alone."""
        try:
            described = await self.env.client.get_workflow_handle(workflow).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        if described.raw_description.pending_activities:
            return True
        mark = described.run_id, described.history_length
        if self._calm_at.get(workflow) != mark:
            tasks = [event.event_type for event in await self.history(workflow) if event.event_type in TASK]
            if tasks and tasks[-1] in UNDER_WAY:
                return True
            self._calm_at[workflow] = mark
        return False

    @property
    def workflows(self) -> tuple[str, ...]:
        """The ids of the cell's workflows, whether or not they run."""
        return (self.cell.season, f"unit-{self.year}-u3", *(f"cycle-{self.year}-{member}" for member in MEMBERS))

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

    async def keep(self, story: str) -> None:
        """Save the histories of this life when a release is being recorded, and see that they can be replayed anyway."""
        replayer = Replayer(workflows=list(WORKFLOWS.values()), data_converter=DATA_CONVERTER)
        for workflow in self.workflows[:-1]:
            history = await self.fetch(workflow)
            await replayer.replay_workflow(history)
            histories.keep(story, history)

    async def ended(self, workflow: str) -> bool:
        described = await self.env.client.get_workflow_handle(workflow).describe()
        return described.status is not None and described.status.name == "COMPLETED"
