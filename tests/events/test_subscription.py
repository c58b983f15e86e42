import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from events import sql
from events.log import Request
from events.subscription import catch_up, lag, parked, unpark
from tests.events.counting import COUNTER, count

pytestmark = pytest.mark.store


class Seen:
    """A handler that remembers; fails for streams it is told to."""

    def __init__(self) -> None:
        self.positions: list[int] = []
        self.by_stream: dict[str, list[int]] = defaultdict(list)
        self.failing: set[str] = set()
        self.pause = 0.0
        self.at_once = self.most_at_once = 0

    async def __call__(self, recorded) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.pause)
            if recorded.stream in self.failing:
                raise OSError("not reachable")
            self.positions.append(recorded.position)
            self.by_stream[recorded.stream].append(recorded.version)
        finally:
            self.at_once -= 1


@asynccontextmanager
async def following(log, seen, name="relay", **more):
    stop = asyncio.Event()
    more.setdefault("backoff", (0.01,))
    task = asyncio.create_task(catch_up(log, name, seen, stop=stop, **more))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


async def until(claim, seconds=10.0):
    async with asyncio.timeout(seconds):
        while not (await found if asyncio.iscoroutine(found := claim()) else found):  # noqa: ASYNC110 - another process or task is watched
            await asyncio.sleep(0.01)


def batch(events: int, streams: int = 5, first: int = 0):
    return [Request(COUNTER, f"cycle-2026-m{n % streams}", count(1)) for n in range(first, first + events)]


async def test_a_follower_sees_everything_once_and_in_order_within_a_stream(counters):
    await counters.execute_many(batch(50))
    seen = Seen()
    async with following(counters, seen):
        await counters.execute_many(batch(50))
        await until(lambda: len(seen.positions) == 100)
    assert sorted(seen.positions) == list(range(1, 101))
    assert all(versions == sorted(versions) for versions in seen.by_stream.values())


async def test_nothing_comes_twice_after_a_clean_stop(counters):
    seen = Seen()
    await counters.execute_many(batch(20))
    async with following(counters, seen):
        await until(lambda: len(seen.positions) == 20)
    await counters.execute_many(batch(20))
    async with following(counters, seen):
        await until(lambda: len(seen.positions) == 40)
    assert sorted(seen.positions) == list(range(1, 41))
    assert await lag(counters) == {"relay": 0}


async def test_racing_writers_late_writers_and_rolled_back_ones_cause_no_skips(counters, other_process):
    seen = Seen()

    async def write(log, number):
        for n in range(20):
            try:
                await log.execute(COUNTER, f"cycle-2026-m{number % 3}", count(1 if n % 5 else 5000))
            except Exception:  # refused or stale
                await asyncio.sleep(0)

    async with following(counters, seen):
        await asyncio.gather(*(write([counters, other_process][n % 2], n) for n in range(8)))
        head = await counters.head()
        await until(lambda: len(seen.positions) >= head)
    assert sorted(seen.positions) == list(range(1, head + 1))


async def test_newer_commits_stay_invisible_while_an_older_one_is_open(counters, owner):
    """The older transaction holds the lock of the head: a newer one cannot even take a position."""
    await counters.execute(COUNTER, "cycle-2026-m1", count(1))
    async with owner.connect() as slow:
        transaction = await slow.begin()
        await slow.execute(sa.text(f"SELECT pg_advisory_xact_lock({sql.APPEND_LOCK})"))
        newer = asyncio.create_task(counters.execute(COUNTER, "cycle-2026-m2", count(1)))
        await asyncio.sleep(0.2)
        assert not newer.done()
        assert [one.position for one in await counters.read_after(0)] == [1]
        await transaction.rollback()
        assert (await newer).first_position == 2


async def test_many_slow_transactions_end_in_positions_without_gaps(counters, owner):
    async def slow_and_given_up():
        async with owner.connect() as connection:
            transaction = await connection.begin()
            await connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({sql.APPEND_LOCK})"))
            await connection.execute(sa.text("UPDATE head SET position = position + 1"))
            await asyncio.sleep(0.03)
            await transaction.rollback()

    seen = Seen()
    async with following(counters, seen):
        await asyncio.gather(
            *(slow_and_given_up() for _ in range(5)),
            *(counters.execute(COUNTER, f"cycle-2026-m{n}", count(1, times=2)) for n in range(10)),
        )
        await until(lambda: len(seen.positions) == 20)
    assert sorted(seen.positions) == list(range(1, 21))


async def test_streams_are_handled_side_by_side_but_not_more_than_allowed(counters):
    await counters.execute_many(batch(40, streams=40))
    seen = Seen()
    seen.pause = 0.02
    async with following(counters, seen, in_flight=8):
        await until(lambda: len(seen.positions) == 40)
    assert seen.most_at_once == 8


async def test_an_event_that_cannot_be_handled_parks_its_stream_and_others_go_on(counters):
    seen = Seen()
    seen.failing = {"cycle-2026-m1"}
    await counters.execute_many(batch(20, streams=2))
    async with following(counters, seen):
        await until(lambda: len(seen.by_stream["cycle-2026-m0"]) == 10)
        await until(lambda: _caught_up(counters))
        (line,) = await parked(counters)
        assert (line["stream"], line["position"], line["error_class"]) == ("cycle-2026-m1", 2, "OSError")
        assert "cycle-2026-m1" not in seen.by_stream
        seen.failing = set()
        await unpark(counters, "relay", "cycle-2026-m1")
        await until(lambda: len(seen.by_stream["cycle-2026-m1"]) == 10)
    assert seen.by_stream["cycle-2026-m1"] == list(range(1, 11))
    assert await parked(counters) == []


async def _caught_up(log):
    return await lag(log) == {"relay": 0}


async def test_a_parked_stream_is_tried_again_after_a_while_and_after_a_restart(counters):
    seen = Seen()
    seen.failing = {"cycle-2026-m1"}
    await counters.execute_many(batch(6, streams=2))
    async with following(counters, seen, retry_parked=0.2):
        await until(lambda: len(seen.by_stream["cycle-2026-m0"]) == 3)
        await until(lambda: _caught_up(counters))
    await counters.execute_many(batch(4, streams=2))
    seen.failing = set()
    async with following(counters, seen, retry_parked=0.2):
        await until(lambda: len(seen.by_stream["cycle-2026-m1"]) == 5)
    assert seen.by_stream["cycle-2026-m1"] == [1, 2, 3, 4, 5]
    assert await parked(counters) == []


async def test_a_parked_stream_keeps_its_order_while_new_events_come(counters):
    seen = Seen()
    seen.failing = {"cycle-2026-m1"}
    async with following(counters, seen, retry_parked=0.02):
        for n in range(60):
            await counters.execute(COUNTER, "cycle-2026-m1", count(1))
            if n % 20 == 10:
                seen.failing = set()
            elif n % 20 == 0:
                seen.failing = {"cycle-2026-m1"}
        seen.failing = set()
        await until(lambda: len(set(seen.by_stream["cycle-2026-m1"])) == 60)
    assert seen.by_stream["cycle-2026-m1"] == list(range(1, 61))


async def test_a_hiccup_does_not_park(counters):
    seen = Seen()
    seen.failing = {"cycle-2026-m0"}
    await counters.execute_many(batch(1))
    async with following(counters, seen, backoff=(0.05, 0.05, 0.05)):
        await asyncio.sleep(0.08)
        seen.failing = set()
        await until(lambda: seen.positions == [1])
    assert await parked(counters) == []


async def test_only_one_is_active_and_another_takes_over(counters, other_process):
    one, two = Seen(), Seen()
    async with following(other_process, two):
        await counters.execute_many(batch(5))
        await until(lambda: len(two.positions) == 5)
        async with following(counters, one):
            await counters.execute_many(batch(5))
            await until(lambda: len(two.positions) == 10)
            assert one.positions == []
    async with following(counters, one):
        await counters.execute_many(batch(5))
        await until(lambda: len(one.positions) == 5, 5)
    assert one.positions == [11, 12, 13, 14, 15]


async def test_a_killed_connection_is_replaced_and_nothing_is_lost(counters, owner):
    seen = Seen()
    async with following(counters, seen):
        for _ in range(4):
            await counters.execute_many(batch(10))
            async with owner.connect() as connection:
                await connection.execute(
                    sa.text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'camket'"
                        " AND datname = current_database()"
                    )
                )
            await asyncio.sleep(0.05)
        await until(lambda: set(seen.positions) == set(range(1, 41)))


async def test_two_followers_of_different_names_do_not_disturb_each_other(counters):
    one, two = Seen(), Seen()
    await counters.execute_many(batch(10))
    async with following(counters, one, "relay"), following(counters, two, "sums"):
        await until(lambda: len(one.positions) == len(two.positions) == 10)


async def test_a_follower_hears_of_a_commit_within_milliseconds(counters):
    seen = Seen()
    loop = asyncio.get_running_loop()
    async with following(counters, seen):
        await asyncio.sleep(0.6)
        waits = []
        for n in range(10):
            await counters.execute(COUNTER, "cycle-2026-m1", count(1))
            begun = loop.time()
            await until(lambda n=n: len(seen.positions) == n + 1)
            waits.append(loop.time() - begun)
    assert sorted(waits)[5] < 0.1
