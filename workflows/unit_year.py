"""UnitYearWorkflow `unit-<year>-<unit>`: opens, reminds of, escalates and closes the stages that a unit's members share."""

from datetime import datetime
from typing import assert_never

from temporalio import workflow

from workflows.clock import at_night, in_the_morning
from workflows.listening import Listening
from workflows.options import ACTING, READING

with workflow.unsafe.imports_passed_through():
    from activities.agenda import Act, Entry, StageAct, UnitPage
    from activities.record import Record


@workflow.defn
class UnitYearWorkflow(Listening):
    """Turns the pages of the unit's calendar: reads the next entry, waits for its date, has it carried out.

    Starting in mid-year, restarting and resuming are this same path: what is past and still owed comes first, in order.
    """

    @workflow.run
    async def run(self) -> None:
        """Until the log says that the unit's year is closed."""
        while not (page := await self.read()).closed:
            if await self.until(self.moment(page.entry)) and page.entry:
                await self.try_act(page.entry.key, self.carry_out(page.entry))
            await self.rest()

    async def read(self) -> UnitPage:
        """The next entry, from the log."""
        page = await workflow.execute_local_activity_method(Record.read_unit_year, self.look(), **READING)
        self.read_version = page.version
        return page

    def moment(self, entry: Entry | None) -> datetime | None:
        """Stages open, move and close at night; people are told in the morning."""
        if entry is None:
            return None
        if entry.act in {Act.REMIND, Act.ESCALATE}:
            return in_the_morning(entry.on, self.stream)
        return at_night(entry.on, self.stream)

    async def carry_out(self, entry: Entry) -> int:
        """Ask for the act; how many events it came to."""
        act = StageAct(stream=self.stream, at=workflow.now(), entry=entry)
        match entry.act:
            case Act.OPEN:
                return await workflow.execute_activity_method(Record.open_stage, act, **ACTING)
            case Act.EXTEND:
                return await workflow.execute_activity_method(Record.extend_stage, act, **ACTING)
            case Act.REMIND:
                return await workflow.execute_activity_method(Record.remind_stage, act, **ACTING)
            case Act.ESCALATE:
                return await workflow.execute_activity_method(Record.escalate_stage, act, **ACTING)
            case Act.CLOSE:
                return await workflow.execute_activity_method(Record.close_stage, act, **ACTING)
            case Act.CLOSE_YEAR:
                return await workflow.execute_activity_method(Record.close_unit_year, act, **ACTING)
            case _:
                assert_never(entry.act)
