import asyncio
import contextlib
import random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.errors import Refused
from events.log import Request
from events.projections import STAGE_INTERVAL
from events.rebuild import rebuild, rebuild_changed
from events.sql_projections import install
from events.verify import verify
from tests.events import counting
from tests.events.counting import COUNTER, COUNTERS, STEPS, clear, count

pytestmark = pytest.mark.store
TABLES = (COUNTERS, STEPS, STAGE_INTERVAL)


async def live(log):
    async with log.engine.connect() as connection:
        return [sorted(str(row) for row in await connection.execute(sa.select(table))) for table in TABLES]


async def rebuild_all(log):
    return [await rebuild(log, projection.name) for projection in log.projections]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["cycle-2026-m1", "cycle-2026-m2", "unit-2026-u1"]),
        st.one_of(
            st.builds(lambda by, times: ("count", by, times), st.integers(1, 4), st.integers(1, 3)),
            st.just(("clear", 0, 0)),
            st.builds(lambda by: ("two", by, 1), st.integers(1, 4)),
        ),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, many=st.booleans())
async def test_a_rebuilt_table_equals_the_live_one_at_any_time(counters, other_process, acts, many):
    requests = []
    for stream, (kind, by, times), other in acts:
        command = (
            clear() if kind == "clear" else count(by, times=times, elsewhere="unit-2026-u9" if kind == "two" else None)
        )
        if many:
            requests.append(Request(COUNTER, stream, command))
            continue
        with contextlib.suppress(Refused):
            await (other_process if other else counters).execute(COUNTER, stream, command)
    with contextlib.suppress(Refused):
        await counters.execute_many(requests)
    before = await live(counters)
    await rebuild_all(counters)
    assert await live(counters) == before
    assert (await verify(counters.engine)).whole


async def test_a_rebuild_goes_on_while_writers_write(counters, other_process):
    await counters.execute_many([Request(COUNTER, f"cycle-2026-m{n % 20}", count(1)) for n in range(400)])
    writing = True

    async def write(log, seed):
        chance, written = random.Random(seed), 0
        while writing:
            try:
                stream = f"cycle-2026-m{chance.randrange(20)}"
                await log.execute(COUNTER, stream, clear() if chance.random() < 0.1 else count(chance.randint(1, 5)))
                written += 1
            except Refused:
                pass
        return written

    writers = [asyncio.create_task(write(log, n)) for n, log in enumerate([counters, other_process, counters])]
    for _ in range(3):
        await asyncio.wait_for(rebuild_all(counters), 30)
    writing = False
    written = await asyncio.gather(*writers)
    assert all(written)
    before = await live(counters)
    await rebuild_all(counters)
    assert await live(counters) == before


async def test_a_rebuild_repairs_a_table_that_was_tampered_with(counters, owner):
    await counters.execute_many([Request(COUNTER, f"cycle-2026-m{n}", count(1)) for n in range(5)])
    before = await live(counters)
    async with owner.begin() as connection:
        await connection.execute(sa.text("UPDATE test_counters SET total = 99"))
        await connection.execute(sa.text("DELETE FROM test_steps"))
        await connection.execute(sa.text("UPDATE stage_interval SET state = 'x'"))
    assert await rebuild_all(counters) == [5, 5, 5]
    assert await live(counters) == before


async def test_the_rebuilt_table_keeps_its_indexes_names_and_grants(counters, owner):
    names = sa.text("SELECT indexname FROM pg_indexes WHERE tablename IN ('test_steps', 'stage_interval') ORDER BY 1")
    async with owner.connect() as connection:
        before = list((await connection.execute(names)).scalars())
    await rebuild_all(counters)
    await rebuild_all(counters)
    async with owner.connect() as connection:
        assert list((await connection.execute(names)).scalars()) == before
    await counters.execute(COUNTER, "cycle-2026-m1", count(1))
    assert len((await live(counters))[0]) == 1


async def test_an_unknown_projection_is_said_to_be_none(counters):
    with pytest.raises(LookupError, match="no projection is named x"):
        await rebuild(counters, "x")


async def test_a_changed_definition_marks_its_table_and_the_next_start_rebuilds_it(counters, owner):
    await counters.execute(COUNTER, "cycle-2026-m1", count(3))
    before = await live(counters)
    changed = (
        *(one for one in counting.PROJECTIONS if one.name != "test_counters"),
        counting.replaced("test_counters", version=2),
    )
    async with owner.begin() as connection:
        assert await install(connection, changed) == ("test_counters",)
    counters.projections = changed
    assert await rebuild_changed(counters) == ["test_counters"]
    assert await live(counters) == before
    async with owner.begin() as connection:
        assert await install(connection, changed) == ()


async def test_a_table_that_vanished_is_made_again_and_marked(counters, owner):
    await counters.execute(COUNTER, "cycle-2026-m1", count(3))
    async with owner.begin() as connection:
        await connection.execute(sa.text("DROP TABLE test_counters"))
        assert await install(connection, counting.PROJECTIONS) == ("test_counters",)
    await rebuild_changed(counters)
    assert len((await live(counters))[0]) == 1
