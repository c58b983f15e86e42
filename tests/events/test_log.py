import pytest
import sqlalchemy as sa

from events.errors import Conflict, Stale
from events.log import Log, Request
from tests.events.counting import COUNTER, COUNTERS, Counted, Counter, clear, count

S = "cycle-2026-m1"
pytestmark = pytest.mark.store


async def rows(log: Log, table: sa.Table) -> list[dict]:
    async with log.engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(sa.select(table))).mappings()]


async def test_a_command_leaves_its_event_its_state_and_its_row(counters):
    outcome = await counters.execute(COUNTER, S, count(3, note="ghi chú"))
    assert (outcome.version, outcome.first_position, outcome.last_position, outcome.repeated) == (1, 1, 1, False)
    assert outcome.events[0].event == Counted(by=3, note="ghi chú")
    assert await counters.load(COUNTER, S) == (Counter(total=3, notes=("ghi chú",), times=1), 1)
    assert [row["total"] for row in await rows(counters, COUNTERS)] == [3]
    assert [one.event for one in await counters.read(S)] == [Counted(by=3, note="ghi chú")]


async def test_a_second_command_folds_on_the_first_ones_row(counters):
    await counters.execute(COUNTER, S, count(3))
    await counters.execute(COUNTER, S, count(4))
    (row,) = await rows(counters, COUNTERS)
    assert (row["total"], row["steps"]) == (7, [3, 4])
    assert await counters.head() == 2


async def test_a_row_that_folds_to_nothing_is_removed(counters):
    await counters.execute(COUNTER, S, count(3))
    await counters.execute(COUNTER, S, clear())
    assert await rows(counters, COUNTERS) == []
