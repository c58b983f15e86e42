"""What every workflow of a stream does alike: hear that the stream moved, wait for a moment, try an act once a day."""

from collections.abc import Awaitable
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ActivityError

from workflows.clock import next_day

with workflow.unsafe.imports_passed_through():
    from activities.agenda import Look
    from events.decider import local_date


class Listening:
    """A workflow whose id is its stream. It keeps no facts: after a wake-up it reads them again."""

    def __init__(self) -> None:
        self.stream = workflow.info().workflow_id
        self.read_version = 0
        self.heard = 0
        self.elsewhere = False  # a stream that it reads, not its own, has moved
        self.tried: list[str] = []  # acts of today that came to nothing
        self.tried_on = local_date(workflow.now())

    @workflow.signal
    def stream_moved(self, version: int) -> None:
        """The relay saw the stream at this version (0: another stream that matters here). Hearing it twice changes nothing."""
        if version:
            self.heard = max(self.heard, version)
        else:
            self.elsewhere = True

    @property
    def has_news(self) -> bool:
        """Whether something was heard that the last reading did not know."""
        return self.elsewhere or self.heard > self.read_version

    def look(self) -> Look:
        """What a reading is asked: this stream, now, leaving out what came to nothing."""
        if self.has_news or self.tried_on != local_date(workflow.now()):
            self.tried = []
            self.tried_on = local_date(workflow.now())
        self.elsewhere = False
        return Look(stream=self.stream, at=workflow.now(), tried=tuple(self.tried))

    async def until(self, moment: datetime | None) -> bool:
        """Wait for the moment (None: for news alone); False when something was heard before it, or a new day is to be tried."""
        if self.tried:
            again = next_day(workflow.now(), self.stream)
            if moment is None or again < moment:
                await self._until(again)
                return False
        return await self._until(moment)

    async def _until(self, moment: datetime | None) -> bool:
        if self.has_news:
            return False
        if moment is not None and moment <= workflow.now():
            return True
        try:
            await workflow.wait_condition(
                lambda: self.has_news, timeout=None if moment is None else moment - workflow.now()
            )
        except TimeoutError:
            return True
        return False

    async def try_act(self, key: str, act: Awaitable[int]) -> None:
        """Carry out an act; one that is refused or changes nothing is left alone until the next news or the next day."""
        try:
            changed = await act
        except ActivityError:
            changed = 0
        if not changed:
            self.tried.append(key)

    async def rest(self) -> None:
        """Begin a new run of the same workflow when the history has grown long; nothing need be carried over."""
        if workflow.info().is_continue_as_new_suggested():
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new()
