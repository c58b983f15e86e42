"""An act that the rules refuse, or that fails, keeps neither the year nor its other acts from going on."""

import pytest
from temporalio import activity

from activities.agenda import StageAct
from activities.record import Record
from events.errors import Conflict
from events.policy import Stage
from events.unit_year.facts import StageOpened
from tests.workflows.life import Life

pytestmark = [pytest.mark.store, pytest.mark.temporal]


class Refusing(Record):
    """Refuses the opening of the pledge as often as it is told to, and fails once at each other opening."""

    refusals = 3

    def __init__(self, record: Record) -> None:
        super().__init__(record.log)
        self.failed: set[str] = set()

    @activity.defn
    async def open_stage(self, act: StageAct) -> int:
        if act.entry.stage is Stage.PLEDGE and self.refusals:
            self.refusals -= 1
            raise Conflict("unit_year.not_open")
        if act.entry.key not in self.failed:
            self.failed.add(act.entry.key)
            raise ConnectionError("lost")
        return await Record.open_stage(self, act)


async def test_a_refused_act_is_listed_and_tried_again_on_the_next_day_and_a_failed_one_at_once(life: Life):
    await life.end()
    life.record = Refusing(life.record)
    await life.start()
    await life.cell.open_season(await life.until(life.day(1, 24)))
    await life.settled()
    unit = f"unit-{life.year}-u3"
    failing = [one for one in life.failures.now() if one.stream == unit]
    assert [(one.task, one.error) for one in failing] == [("open_stage", "Conflict: unit_year.not_open")]
    await life.until(life.day(1, 30))
    opened = [(event.stage, day) for day, event in await life.told(unit, StageOpened)]
    assert opened == [(Stage.CHECK_IN, life.day(1, 25)), (Stage.PLEDGE, life.day(1, 27))]
    assert life.failures.now() == []
