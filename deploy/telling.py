"""Telling Temporal of a stream: start its workflow, or signal it; one function for the relay and for a resume."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from deploy.temporal.client import is_unreachable
from events.ids import parse_stream
from workflows.cycle import CycleWorkflow
from workflows.options import TASK_QUEUE
from workflows.season import SeasonWorkflow
from workflows.unit_year import UnitYearWorkflow

R = TypeVar("R")
WORKFLOWS: dict[str, type] = {"season": SeasonWorkflow, "unit": UnitYearWorkflow, "cycle": CycleWorkflow}
"""Kind of stream to its workflow; the stream's id is the workflow's, so there is nothing else to hand over."""

LONGEST_PAUSE = 5.0


class Stopping(Exception):  # noqa: N818 - says what is the matter
    """The process is told to end; what was under way is delivered again by the next one."""


class Throttle:
    """Lets so many through in a second, evenly, in the order in which they came."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._next = 0.0

    def turn(self) -> float:
        """Take a place in the queue; the seconds to wait for it."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        self._next = at + self._gap
        return at - now


class Telling:
    """Speaks to Temporal for as long as it takes; Temporal's absence is waited for, never an error.

    Attributes:
        reachable: whether the last call came through.
    """

    def __init__(
        self, client: Client, stop: asyncio.Event, *, starts_per_second: float = 60, signals_per_second: float = 250
    ) -> None:
        self.client = client
        self.stop = stop
        self.reachable = True
        self._starts = Throttle(starts_per_second)
        self._signals = Throttle(signals_per_second)

    async def start(self, stream: str, *, again: bool = False) -> bool:
        """Start the stream's workflow; False when it runs, or has ended. `again`: also one that has ended, for a resume."""
        await self.pause(self._starts.turn())
        reuse = WorkflowIDReusePolicy.ALLOW_DUPLICATE if again else WorkflowIDReusePolicy.REJECT_DUPLICATE
        try:
            await self.call(
                lambda: self.client.start_workflow(
                    WORKFLOWS[parse_stream(stream).kind].__name__,
                    id=stream,
                    task_queue=TASK_QUEUE,
                    id_reuse_policy=reuse,
                    id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                )
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def tell(self, stream: str, version: int) -> None:
        """Signal the stream's workflow, started where it does not run; one that has ended is left alone."""
        await self.pause(self._signals.turn())
        try:
            await self.call(
                lambda: self.client.start_workflow(
                    WORKFLOWS[parse_stream(stream).kind].__name__,
                    id=stream,
                    task_queue=TASK_QUEUE,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    start_signal="stream_moved",
                    start_signal_args=[version],
                )
            )
        except WorkflowAlreadyStartedError:
            return

    async def call(self, ask: Callable[[], Awaitable[R]]) -> R:
        """The answer of Temporal, however long it is away. Raises Stopping, and what is not a matter of the way there."""
        pause = 0.1
        while True:
            try:
                answer = await self._unless_stopped(ask)
            except Exception as error:
                if not is_unreachable(error):
                    raise
                self.reachable = False
            else:
                self.reachable = True
                return answer
            await self.pause(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _unless_stopped(self, ask: Callable[[], Awaitable[R]]) -> R:
        """The SDK tries a call for up to ten seconds by itself; an end of the process does not wait for that."""
        asking = asyncio.ensure_future(ask())
        stopping = asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait((asking, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                self.reachable = False
                raise Stopping
            return await asking
        finally:
            for task in (asking, stopping):
                task.cancel()
            await asyncio.gather(asking, stopping, return_exceptions=True)

    async def pause(self, seconds: float) -> None:
        """Wait, or raise Stopping."""
        if seconds > 0 or self.stop.is_set():
            try:
                await asyncio.wait_for(self.stop.wait(), seconds)
            except TimeoutError:
                return
            raise Stopping
