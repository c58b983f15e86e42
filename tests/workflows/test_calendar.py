"""Dates that move while the year runs, a year that is opened late, and news that comes before the workflow has begun."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from temporalio.common import WorkflowIDReusePolicy

from events.cycle import facts as cycle
from events.policy import Stage, StepChange
from events.unit_year.facts import StageClosed, StageEscalated, StageExtended, StageOpened, StageReminded
from tests.workflows.life import Life
from workflows.cycle import CycleWorkflow
from workflows.options import TASK_QUEUE

pytestmark = [pytest.mark.store, pytest.mark.temporal]


async def test_a_stage_brought_forward_opens_at_once(life: Life):
    unit = f"unit-{life.year}-u3"
    await life.cell.open_season(await life.until(life.day(1, 2)))
    at = await life.until(life.day(1, 5))
    brought = StepChange(stage=Stage.SELF_CRITICISM, opens=life.day(1, 5), due=life.day(1, 20))
    await life.cell.amend(at, brought)
    await life.settled()
    opened = [(day, event.stage, event.due) for day, event in await life.told(unit, StageOpened)]
    assert opened[-1] == (life.day(1, 5), Stage.SELF_CRITICISM, life.day(1, 20))
    await life.until(life.day(1, 22))
    reminded = [day for day, event in await life.told(unit, StageReminded) if event.stage is Stage.SELF_CRITICISM]
    assert reminded == [life.day(1, 13), life.day(1, 19)]
    escalated = [day for day, event in await life.told(unit, StageEscalated) if event.stage is Stage.SELF_CRITICISM]
    assert escalated == [life.day(1, 21)]


async def test_an_extended_stage_is_reminded_of_and_escalated_by_its_new_date_alone(life: Life):
    unit = f"unit-{life.year}-u3"
    await life.cell.open_season(await life.until(life.day(1, 2)))
    at = await life.until(life.day(3, 20))  # the first reminder has gone out
    await life.cell.amend(at, StepChange(stage=Stage.PLEDGE, due=life.day(5, 10)))
    await life.until(life.day(4, 20))
    assert [event.due for _, event in await life.told(unit, StageExtended)] == [life.day(5, 10)]
    assert [event for _, event in await life.told(unit, StageEscalated) if event.stage is Stage.PLEDGE] == []
    await life.until(life.day(7, 1))
    reminded = [day for day, event in await life.told(unit, StageReminded) if event.stage is Stage.PLEDGE]
    assert reminded == [life.day(3, 17), life.day(4, 26), life.day(5, 7)]
    escalated = [day for day, event in await life.told(unit, StageEscalated) if event.stage is Stage.PLEDGE]
    assert escalated == [life.day(5, 11)]


async def test_an_escalated_stage_that_is_extended_is_escalated_once_more_for_the_new_date(life: Life):
    unit = f"unit-{life.year}-u3"
    await life.cell.open_season(await life.until(life.day(1, 2)))
    at = await life.until(life.day(5, 2))  # escalated and closed
    await life.cell.amend(at, StepChange(stage=Stage.PLEDGE, due=life.day(5, 20)))
    await life.until(life.day(7, 1))
    escalated = [day for day, event in await life.told(unit, StageEscalated) if event.stage is Stage.PLEDGE]
    assert escalated == [life.day(4, 1), life.day(5, 21)]
    closed = [day for day, event in await life.told(unit, StageClosed) if event.stage is Stage.PLEDGE]
    assert closed == [life.day(5, 1), life.day(6, 20)]
    await life.keep("extended")


async def test_a_year_opened_in_autumn_opens_what_is_past_without_reminders_and_escalates_each_date_once(life: Life):
    unit, today = f"unit-{life.year}-u3", life.day(9, 10)
    at = await life.until(today)
    await life.cell.open_season(at)
    await life.settled()
    opened = await life.told(unit, StageOpened)
    assert [(event.stage, event.month) for _, event in opened] == [
        (Stage.PLEDGE, None),
        *((Stage.CHECK_IN, month) for month in range(1, 9)),
    ]
    assert {day for day, _ in opened} == {today}
    assert await life.told(unit, StageReminded) == []
    past = [step for step in await steps(life) if step.due < today]
    escalated = [(event.stage, event.month) for _, event in await life.told(unit, StageEscalated)]
    assert sorted(escalated) == sorted((step.stage, step.month) for step in past)
    await life.cell.pledge("m1", at)
    await life.until(today + timedelta(days=1))
    submitted = await life.told(f"cycle-{life.year}-m1", cycle.PledgeSubmitted)
    assert [event.late for _, event in submitted] == [True]
    await life.keep("autumn")


async def test_a_signal_before_the_first_task_is_not_lost(life: Life):
    stream = f"cycle-{life.year}-m1"
    await life.cell.open_season(await life.until(life.day(1, 2)))
    at = await life.until(life.day(1, 3))
    await life.env.client.get_workflow_handle(stream).terminate()
    await life.end()  # nobody works on the queue: the signals are there before the first task
    await life.cell.pledge("m1", at)
    for version in (1, 1, 0):
        await life.env.client.start_workflow(
            CycleWorkflow.run,
            id=stream,
            task_queue=TASK_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal="stream_moved",
            start_signal_args=[version],
        )
    await life.start()
    await life.until(life.day(1, 20))
    assert [day for day, _ in await life.told(stream, cycle.ReviewReminded)] == [life.day(1, 11)]
    assert [day for day, _ in await life.told(stream, cycle.ReviewEscalated)] == [life.day(1, 16)]


@dataclass
class Known:
    stage: Stage
    month: int | None
    due: date


async def steps(life: Life) -> list[Known]:
    from events.season import SEASON
    from events.unit_year import UNIT_YEAR
    from events.unit_year.steps import unit_steps

    season, _ = await life.log.load(SEASON, life.cell.season)
    year, _ = await life.log.load(UNIT_YEAR, f"unit-{life.year}-u3")
    return [Known(step.stage, step.month, step.due) for step in unit_steps(season, year)]
