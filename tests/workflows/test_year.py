"""A whole year on the time-skipping server."""

from collections import Counter
from collections.abc import Sequence

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from events.cycle import facts as cycle
from events.policy import Stage
from events.season import SEASON
from events.unit_year.facts import StageClosed, StageEscalated, StageOpened, StageReminded, UnitYearClosed
from tests.workflows.cell import MEMBERS
from tests.workflows.life import Life

pytestmark = [pytest.mark.store, pytest.mark.temporal]


async def test_a_year_passes_from_the_first_opening_to_the_closing_of_the_season(life: Life):
    year, cell = life.year, life.cell
    unit = f"unit-{year}-u3"
    await cell.open_season(await life.until(life.day(1, 2)))
    at = await life.until(life.day(1, 3))
    assert [event.stage for _, event in await life.told(unit, StageOpened)] == [Stage.PLEDGE]

    await cell.pledge("m1", at)
    at = await life.until(life.day(1, 5))
    await cell.approve("m1", at)

    at = await life.until(life.day(5, 2))
    pledges = [(day, event) for day, event in await life.told(unit, StageReminded) if event.stage is Stage.PLEDGE]
    assert [(day, event.members) for day, event in pledges] == [
        (life.day(3, 17), ("m2",)),
        (life.day(3, 28), ("m2",)),
    ]
    escalated = [(day, event) for day, event in await life.told(unit, StageEscalated) if event.stage is Stage.PLEDGE]
    assert [(day, event.members, event.to) for day, event in escalated] == [(life.day(4, 1), ("m2",), "u2")]
    closed = [(day, event) for day, event in await life.told(unit, StageClosed) if event.stage is Stage.PLEDGE]
    assert [(day, event.missing) for day, event in closed] == [(life.day(5, 1), ("m2",))]

    await cell.pledge("m2", at)
    await cell.approve("m2", at)
    for month in range(1, 12):
        at = await life.until(life.day(month + 1, 1)) if month >= 5 else at
        for member in MEMBERS:
            await cell.check_in(member, month, at)
    at = await life.until(life.day(12, 2))
    for member in MEMBERS:
        await cell.criticise_oneself(member, at)
        await cell.accept(member, at)
        await cell.vote(member, at)
        await cell.decide(member, at)
    at = await life.until(life.day(12, 4))
    await cell.acknowledge("m1", at)
    await life.settled()
    assert [day for day, _ in await life.told(f"cycle-{year}-m1", cycle.CycleClosed)] == [life.day(12, 4)]
    assert not await life.told(unit, UnitYearClosed)

    await life.until(life.day(12, 12))
    assert [day for day, _ in await life.told(f"cycle-{year}-m2", cycle.ResultBecameFinal)] == [life.day(12, 10)]
    assert [day for day, _ in await life.told(f"cycle-{year}-m2", cycle.CycleClosed)] == [life.day(12, 10)]
    assert len(await life.told(unit, UnitYearClosed)) == 1
    season, _ = await life.log.load(SEASON, cell.season)
    assert season.closed
    for workflow in (cell.season, unit, f"cycle-{year}-m1", f"cycle-{year}-m2"):
        assert await life.ended(workflow)
    await life.keep("year")


async def test_a_members_year_costs_few_history_events_and_actions(life: Life):
    year, cell = life.year, life.cell
    await cell.open_season(await life.until(life.day(1, 2)))
    at = await life.until(life.day(1, 3))
    waiting = await life.fetch(f"cycle-{year}-m1")
    assert size_of(waiting.events) <= 2_000

    await cell.pledge("m1", at)
    at = await life.until(life.day(1, 20))  # reminded of and escalated, then returned
    await cell.return_pledge("m1", at)
    at = await life.until(life.day(2, 10))
    await cell.pledge_again("m1", at)
    at = await life.until(life.day(2, 11))
    await cell.approve("m1", at, 2)
    for month in range(1, 12):
        at = await life.until(life.day(month + 1, 1))
        await cell.check_in("m1", month, at)
    at = await life.until(life.day(12, 2))
    await cell.criticise_oneself("m1", at)
    at = await life.until(life.day(12, 3))
    await cell.accept("m1", at)
    at = await life.until(life.day(12, 4))
    await cell.vote("m1", at)
    at = await life.until(life.day(12, 5))
    await cell.decide("m1", at)
    await life.until(life.day(12, 15))

    history = await life.history(f"cycle-{year}-m1")
    print(
        f"waiting: {size_of(waiting.events)} bytes; a year: {len(history)} events, {size_of(history)} bytes, {actions(history)} actions"
    )
    assert await life.ended(f"cycle-{year}-m1")
    assert len(history) <= 120
    assert actions(history) <= 40
    await life.keep("troubled")


def actions(history: Sequence[HistoryEvent]) -> int:
    """What Temporal Cloud bills: the start, signals, timers, activities, and workflow tasks that ran local activities."""
    kinds = Counter(EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in history)
    local = {
        event.marker_recorded_event_attributes.workflow_task_completed_event_id
        for event in history
        if event.HasField("marker_recorded_event_attributes")
    }
    billed = ("WORKFLOW_EXECUTION_STARTED", "WORKFLOW_EXECUTION_SIGNALED", "TIMER_STARTED", "ACTIVITY_TASK_SCHEDULED")
    return sum(kinds[name] for name in billed) + len(local)


def size_of(history: Sequence[HistoryEvent]) -> int:
    return sum(event.ByteSize() for event in history)
