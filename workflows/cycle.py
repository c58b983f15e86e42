"""CycleWorkflow `cycle-<year>-<member>`: what is one member's own: reviews and answers due, the window of the result, the end of the year."""

from datetime import datetime
from typing import assert_never

from temporalio import workflow

from workflows.clock import at_night, in_the_morning
from workflows.listening import Listening
from workflows.options import ACTING, READING

with workflow.unsafe.imports_passed_through():
    from activities.agenda import CyclePage, DueAct
    from activities.record import Record
    from events.cycle.tasks import Due, DueKind


@workflow.defn
class CycleWorkflow(Listening):
    """Sleeps to the next personal date of the year, or until the relay says that something happened in it."""

    @workflow.run
    async def run(self) -> None:
        """Until the log says that the member's year is closed."""
        while not (page := await self.read()).closed:
            if await self.until(self.moment(page.due)) and page.due:
                await self.try_act(page.due.key, self.carry_out(page.due))
            await self.rest()

    async def read(self) -> CyclePage:
        """The next personal date, from the log."""
        page = await workflow.execute_local_activity_method(Record.read_cycle, self.look(), **READING)
        self.read_version = page.version
        return page

    def moment(self, due: Due | None) -> datetime | None:
        """People are told in the morning; the year is settled at night."""
        if due is None:
            return None
        if due.kind in {DueKind.REMIND, DueKind.ESCALATE}:
            return in_the_morning(due.on, self.stream)
        return at_night(due.on, self.stream)

    async def carry_out(self, due: Due) -> int:
        """Ask for the act; how many events it came to. Local, as it is one append: half the history, and no queue at six o'clock."""
        act = DueAct(stream=self.stream, at=workflow.now(), due=due)
        match due.kind:
            case DueKind.REMIND:
                return await workflow.execute_local_activity_method(Record.remind_review, act, **ACTING)
            case DueKind.ESCALATE:
                return await workflow.execute_local_activity_method(Record.escalate_review, act, **ACTING)
            case DueKind.FINAL:
                return await workflow.execute_local_activity_method(Record.make_result_final, act, **ACTING)
            case DueKind.CLOSE:
                return await workflow.execute_local_activity_method(Record.close_cycle, act, **ACTING)
            case _:
                assert_never(due.kind)
