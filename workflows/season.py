"""SeasonWorkflow `season-<year>-<root>`: opens the year down the tree, unit by unit, and closes it when all of them are closed."""

from temporalio import workflow

from workflows.listening import Listening
from workflows.options import ACTING, BATCH, READING

with workflow.unsafe.imports_passed_through():
    from activities.agenda import Batch, Look, SeasonPage
    from activities.record import Record


@workflow.defn
class SeasonWorkflow(Listening):
    """Opens what is not open yet, from the root down, then waits to be told that the last unit's year is closed."""

    @workflow.run
    async def run(self) -> None:
        """Until the log says that the season is closed."""
        while not (page := await self.read()).closed:
            if page.finished and "close" not in self.tried:
                await self.try_act("close", self.close())
            else:
                await self.open_units()
                await self.until(None)
            await self.rest()

    async def read(self) -> SeasonPage:
        """Where the season stands, from the log."""
        page = await workflow.execute_local_activity_method(Record.read_season, self.look(), **READING)
        self.read_version = page.version
        return page

    async def open_units(self) -> None:
        """Batch after batch; a batch that is killed begins again and finds the units that it has opened."""
        after: str | None = ""
        while after is not None:
            batch = Batch(stream=self.stream, at=workflow.now(), after=after)
            after = await workflow.execute_activity_method(Record.open_units, batch, **BATCH)

    async def close(self) -> int:
        """Ask for the end of the season."""
        look = Look(stream=self.stream, at=workflow.now())
        return await workflow.execute_activity_method(Record.close_season, look, **ACTING)
