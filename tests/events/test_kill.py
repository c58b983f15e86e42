import asyncio
import random
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from events import sql
from events.projections import STAGE_INTERVAL
from events.rebuild import rebuild
from events.subscription import lag
from events.verify import verify
from tests.events.counting import COUNTER, COUNTERS, STEPS, count

pytestmark = pytest.mark.store
ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def victim(what, url, seed=1):
    """A process of ours at work; dead when the block ends, by kill -9."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.events.victim", what, url, str(seed), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def live(log):
    async with log.engine.connect() as connection:
        return [
            sorted(str(row) for row in await connection.execute(sa.select(t)))
            for t in (COUNTERS, STEPS, STAGE_INTERVAL)
        ]


async def idle(owner):
    """Until the server has noticed that its clients are gone."""
    question = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'camket' AND datname = current_database() AND state = 'active'"
    )
    async with asyncio.timeout(10):
        while True:
            async with owner.connect() as connection:
                if not (await connection.execute(question)).scalar_one():
                    return
            await asyncio.sleep(0.02)


async def whole(log):
    assert (await verify(log.engine)).faults == ()
    before = await live(log)
    for projection in log.projections:
        await rebuild(log, projection.name)
    assert await live(log) == before


@pytest.mark.parametrize("what", ["write", "batch"])
async def test_a_writer_killed_at_any_moment_leaves_a_whole_log(counters, owner, counting_url, what):
    chance = random.Random(7)
    for _ in range(3):  # the same seed: each sends again what the one before it had sent
        async with victim(what, counting_url, 1), victim(what, counting_url, 2):
            await asyncio.sleep(chance.uniform(0.05, 0.6))
    await idle(owner)
    assert await counters.head() > 0
    await whole(counters)


async def _blocked(owner):
    """Until a writer waits inside `append`, with its rows written, for the lock we hold."""
    question = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    async with asyncio.timeout(10):
        while True:
            async with owner.connect() as connection:
                if (await connection.execute(question)).scalar_one():
                    return
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("server_dies_too", [False, True])
async def test_a_writer_killed_inside_the_append_has_written_all_or_nothing(
    counters, owner, counting_url, server_dies_too
):
    async with owner.connect() as gate:
        transaction = await gate.begin()
        await gate.execute(sa.text(f"SELECT pg_advisory_xact_lock({sql.APPEND_LOCK})"))
        async with victim("write", counting_url):
            await _blocked(owner)
        if server_dies_too:
            await gate.execute(
                sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            )
        await transaction.rollback()
    await idle(owner)
    head = await counters.head()
    assert (head == 0) == server_dies_too
    async with victim("write", counting_url):  # sends the same command again
        async with asyncio.timeout(20):
            while await counters.head() < head + 5:  # noqa: ASYNC110 - another process or task is watched
                await asyncio.sleep(0.02)
    await idle(owner)
    await whole(counters)


async def test_a_follower_killed_at_any_moment_handles_everything_at_least_once(counters, owner, counting_url):
    async with owner.begin() as connection:
        await connection.execute(
            sa.text("CREATE TABLE effects (id bigint GENERATED ALWAYS AS IDENTITY, stream text, position bigint)")
        )
        await connection.execute(sa.text("GRANT SELECT, INSERT ON effects TO camket_app"))
    for n in range(60):
        await counters.execute(COUNTER, f"cycle-2026-m{n % 6}", count(1, times=5))
    chance = random.Random(3)
    for _ in range(4):
        async with victim("follow", counting_url):
            await asyncio.sleep(chance.uniform(0.02, 0.25))
    async with victim("follow", counting_url):
        async with asyncio.timeout(30):
            while (await lag(counters)).get("victim") != 0:  # noqa: ASYNC110 - another process or task is watched
                await asyncio.sleep(0.05)
    async with owner.connect() as connection:
        effects = list(await connection.execute(sa.text("SELECT stream, position FROM effects ORDER BY id")))
    assert {position for _, position in effects} == set(range(1, 301))
    first: dict[str, list[int]] = {}
    for stream, position in effects:
        if position not in first.setdefault(stream, []):
            first[stream].append(position)
    assert all(positions == sorted(positions) for positions in first.values())


async def test_another_follower_takes_over_from_a_killed_one_within_five_seconds(counters, owner, counting_url):
    async with owner.begin() as connection:
        await connection.execute(
            sa.text("CREATE TABLE effects (id bigint GENERATED ALWAYS AS IDENTITY, stream text, position bigint)")
        )
        await connection.execute(sa.text("GRANT SELECT, INSERT ON effects TO camket_app"))
    async with victim("follow", counting_url), victim("follow", counting_url) as second:
        await counters.execute(COUNTER, "cycle-2026-m1", count(1))
        await asyncio.sleep(0.3)
        async with owner.connect() as connection:
            leader = sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
            )
            await connection.execute(leader)
        await counters.execute(COUNTER, "cycle-2026-m1", count(1))
        async with asyncio.timeout(5):
            while (await lag(counters)).get("victim") != 0:  # noqa: ASYNC110 - another process or task is watched
                await asyncio.sleep(0.05)
        assert second.returncode is None
