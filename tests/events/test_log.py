import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from events.decider import Decider, In
from events.errors import Conflict, Stale
from events.log import Log, Request
from events.projections import STAGE_INTERVAL
from events.verify import verify
from tests.events.counting import AT, COUNTER, COUNTERS, GATE, LIMIT, Counted, Counter, clear, count, shut

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


async def test_several_events_of_a_command_appear_together(counters):
    outcome = await counters.execute(COUNTER, S, count(2, times=3))
    assert [one.position for one in outcome.events] == [1, 2, 3]
    assert (outcome.first_position, outcome.last_position, outcome.version) == (1, 3, 3)


async def test_a_command_that_changes_nothing_is_remembered_without_positions(counters):
    command = clear()
    outcome = await counters.execute(COUNTER, S, command)
    assert (outcome.events, outcome.first_position, outcome.version) == ((), None, 0)
    await counters.execute(COUNTER, S, count(1))
    assert (await counters.execute(COUNTER, S, command)).repeated
    assert await counters.head() == 1


async def test_a_repeat_is_answered_as_the_first_was_and_appends_nothing(counters):
    command = count(2, times=2, note="một lần")
    first = await counters.execute(COUNTER, S, command)
    await counters.execute(COUNTER, S, count(5))
    again = await counters.execute(COUNTER, S, replace(command, at=AT + timedelta(minutes=1)), expected=0)
    assert again.repeated
    assert (again.version, again.first_position, again.last_position) == (2, 1, 2)
    assert again.events == first.events
    assert await counters.head() == 3


async def test_a_repeat_that_the_rules_would_refuse_now_is_still_answered(counters):
    command = count(LIMIT)
    await counters.execute(COUNTER, S, command)
    assert (await counters.execute(COUNTER, S, command)).repeated


@pytest.mark.parametrize("other", [{"by_how_much": 3}, {"by": "p2"}, {"note": "khác"}, {"on_behalf_of": "p9"}])
async def test_an_id_used_for_something_else_is_a_conflict(counters, other):
    await counters.execute(COUNTER, S, count(2, id="same"))
    with pytest.raises(Conflict, match=r"command\.id_reused"):
        await counters.execute(COUNTER, S, replace(count(2, id="same"), **other))


async def test_an_id_used_for_another_stream_is_a_conflict(counters):
    await counters.execute(COUNTER, S, count(2, id="same"))
    with pytest.raises(Conflict, match=r"command\.id_reused"):
        await counters.execute(COUNTER, "cycle-2026-m2", count(2, id="same"))


async def test_for_an_id_made_by_a_workflow_the_id_alone_decides(counters):
    gate = "unit-2026-u7"
    await counters.execute(GATE, gate, shut(True, id="unit-2026-u7/open/1"))
    again = await counters.execute(GATE, gate, shut(False, id="unit-2026-u7/open/1"))
    assert again.repeated
    assert await counters.load(GATE, gate) == (True, 1)


async def test_an_expected_version_that_is_not_the_streams_is_stale(counters, other_process):
    await counters.execute(COUNTER, S, count(1), expected=0)
    await other_process.execute(COUNTER, S, count(1), expected=1)
    with pytest.raises(Stale) as caught:
        await counters.execute(COUNTER, S, count(1), expected=1)
    assert caught.value.facts == {"expected": 1, "version": 2}
    assert (await counters.execute(COUNTER, S, count(1), expected=2)).version == 3


async def test_a_refused_command_leaves_no_gap(counters):
    await counters.execute(COUNTER, S, count(LIMIT))
    with pytest.raises(Conflict):
        await counters.execute(COUNTER, S, count(1))
    assert (await counters.execute(COUNTER, "cycle-2026-m2", count(1))).first_position == 2


async def test_a_refusal_out_of_an_old_memory_is_decided_again(counters, other_process):
    await counters.execute(COUNTER, S, count(LIMIT))
    await other_process.execute(COUNTER, S, clear())
    assert (await counters.execute(COUNTER, S, count(1))).version == 3


async def test_rows_are_folded_on_what_another_process_wrote(counters, other_process):
    for _ in range(3):
        await counters.execute(COUNTER, S, count(1))
        await other_process.execute(COUNTER, S, count(10))
    (row,) = await rows(counters, COUNTERS)
    assert row["steps"] == [1, 10, 1, 10, 1, 10]


async def test_what_a_decision_read_elsewhere_is_compared_again(counters, other_process):
    gate = "unit-2026-u7"
    await counters.execute(COUNTER, S, count(1, behind_gate=gate))
    await other_process.execute(GATE, gate, shut())
    with pytest.raises(Conflict, match=r"test\.gate_shut"):
        await counters.execute(COUNTER, S, count(1, behind_gate=gate))
    assert await counters.head() == 2


async def test_events_for_two_streams_come_in_one_transaction(counters):
    other = "unit-2026-u7"
    outcome = await counters.execute(COUNTER, S, count(2, elsewhere=other))
    assert [(one.stream, one.version, one.position) for one in outcome.events] == [(S, 1, 1), (other, 1, 2)]
    assert outcome.version == 1
    assert (await counters.load(COUNTER, other))[0].total == 2
    assert len(await rows(counters, COUNTERS)) == 2


async def test_an_event_for_a_stream_that_was_not_read_is_a_bug(counters):
    stray = Decider(
        name="stray",
        initial=None,
        evolve=lambda state, _: state,
        decide=lambda *_: [In("unit-2026-u1", Counted(by=1))],
        setting=GATE.setting,
        sealed_for=GATE.sealed_for,
    )
    with pytest.raises(LookupError):
        await counters.execute(stray, S, count(1))
    assert await counters.head() == 0


async def test_racing_writers_on_one_stream_all_get_through_or_are_told_stale(counters, other_process):
    logs = [counters, other_process]
    outcomes = await asyncio.gather(
        *(logs[n % 2].execute(COUNTER, S, count(1)) for n in range(24)), return_exceptions=True
    )
    done = [one for one in outcomes if not isinstance(one, Exception)]
    assert all(isinstance(one, Stale) for one in outcomes if isinstance(one, Exception))
    assert done
    assert sorted(one.first_position for one in done) == list(range(1, len(done) + 1))
    state, version = await counters.load(COUNTER, S)
    assert (state.total, version) == (len(done), len(done))
    (row,) = await rows(counters, COUNTERS)
    assert row["total"] == len(done)


async def test_racing_writers_who_expect_the_same_version_one_wins(counters, other_process):
    logs = [counters, other_process]
    outcomes = await asyncio.gather(
        *(logs[n % 2].execute(COUNTER, S, count(1), expected=0) for n in range(6)), return_exceptions=True
    )
    assert sum(not isinstance(one, Exception) for one in outcomes) == 1
    assert sum(isinstance(one, Stale) for one in outcomes) == 5


async def test_the_same_command_sent_many_times_at_once_happens_once(counters, other_process):
    logs, command = [counters, other_process], count(7, times=2)
    outcomes = await asyncio.gather(*(logs[n % 2].execute(COUNTER, S, command) for n in range(8)))
    assert sorted(one.repeated for one in outcomes) == [False] + [True] * 7
    assert {(one.version, one.first_position, one.last_position) for one in outcomes} == {(2, 1, 2)}
    assert await counters.head() == 2


async def test_racing_commands_over_two_streams_neither_lock_each_other_out_nor_lose_anything(counters, other_process):
    logs, streams = [counters, other_process], ["cycle-2026-m1", "cycle-2026-m2", "cycle-2025-m3"]
    done = 0

    async def one(number: int) -> None:
        nonlocal done
        own, other = streams[number % 3], streams[(number + 1 + number % 2) % 3]
        try:
            await logs[number % 2].execute(COUNTER, own, count(1, elsewhere=other))
            done += 1
        except Stale:
            pass

    await asyncio.wait_for(asyncio.gather(*(one(number) for number in range(30))), 30)
    assert await counters.head() == 2 * done > 0
    assert sum(row["total"] for row in await rows(counters, COUNTERS)) == 2 * done
    assert (await verify(counters.engine)).whole


async def test_a_batch_sees_what_its_earlier_commands_came_to(counters):
    outcomes = await counters.execute_many(
        [Request(COUNTER, S, count(LIMIT)), Request(COUNTER, S, clear()), Request(COUNTER, S, count(2))]
    )
    assert [one.version for one in outcomes] == [1, 2, 3]
    assert [one.first_position for one in outcomes] == [1, 2, 3]
    assert (await counters.load(COUNTER, S))[0].total == 2
    (row,) = await rows(counters, COUNTERS)
    assert row["total"] == 2


async def test_a_batch_is_all_or_nothing(counters):
    with pytest.raises(Conflict):
        await counters.execute_many([Request(COUNTER, S, count(LIMIT)), Request(COUNTER, S, count(1))])
    assert await counters.head() == 0


async def test_a_batch_answers_repeats_of_earlier_and_of_its_own_commands(counters):
    before, twice = count(1), count(2)
    first = await counters.execute(COUNTER, S, before)
    outcomes = await counters.execute_many([Request(COUNTER, S, one) for one in (before, twice, twice)])
    assert [one.repeated for one in outcomes] == [True, False, True]
    assert outcomes[0].events == first.events
    assert outcomes[2].first_position == outcomes[1].first_position == 2
    assert await counters.head() == 2


async def test_a_batch_meets_a_writer_and_decides_again(counters, other_process):
    await counters.execute_many([Request(COUNTER, f"cycle-2026-m{n}", count(1)) for n in range(50)])
    requests = [Request(COUNTER, f"cycle-2026-m{n}", count(1)) for n in range(50)]
    await asyncio.gather(
        counters.execute_many(requests),
        *(other_process.execute(COUNTER, f"cycle-2026-m{n}", count(1)) for n in range(5)),
    )
    assert await counters.head() == 105


async def test_nothing_is_decided_or_read_out_of_a_dead_connection(counters, owner):
    await counters.execute(COUNTER, S, count(1))
    async with owner.connect() as connection:
        await connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'camket' AND datname = current_database()"
            )
        )
    assert (await counters.execute(COUNTER, S, count(1))).version == 2
    assert len(await counters.read(S)) == 2


async def test_connections_killed_all_the_time_lose_nothing_and_double_nothing(counters, owner):
    killing = True

    async def kill() -> None:
        while killing:
            async with owner.connect() as connection:
                await connection.execute(
                    sa.text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE application_name = 'camket' AND datname = current_database() AND random() < 0.5"
                    )
                )
            await asyncio.sleep(0.03)

    async def write(stream: str) -> None:
        for _ in range(15):
            command = count(1)
            while True:
                try:
                    await counters.execute(COUNTER, stream, command)
                    break
                except Exception:
                    await asyncio.sleep(0.02)

    killer = asyncio.create_task(kill())
    await asyncio.gather(*(write(f"cycle-2026-m{n}") for n in range(4)))
    killing = False
    await killer
    assert await counters.head() == 60
    assert (await verify(counters.engine)).whole


async def test_a_year_without_a_partition_gets_one(counters):
    assert (await counters.execute(COUNTER, "cycle-2051-m1", count(1))).version == 1
    assert len(await counters.read("cycle-2051-m1")) == 1
    assert [one.stream for one in await counters.read_after(0)] == ["cycle-2051-m1"]


async def test_the_barrier_setting_appends_alike(counters):
    log = Log(counters.engine, counters.vault, counters.projections, durability="barrier")
    assert (await log.execute(COUNTER, S, count(1))).first_position == 1
    await log.close()


async def test_load_many_keeps_the_order_asked_for(counters):
    await counters.execute(COUNTER, "cycle-2026-m2", count(2))
    loaded = await counters.load_many(COUNTER, ["cycle-2026-m1", "cycle-2026-m2", "cycle-2025-m2"])
    assert [(state.total, version) for state, version in loaded] == [(0, 0), (2, 1), (0, 0)]


async def test_load_is_never_older_than_what_is_stored(counters, other_process):
    await counters.execute(COUNTER, S, count(1))
    await other_process.execute(COUNTER, S, count(1))
    assert (await counters.load(COUNTER, S))[1] == 2


async def test_the_log_is_read_by_its_indexes(counters, owner):
    await counters.execute_many([Request(COUNTER, f"cycle-{2024 + n % 3}-m{n % 50}", count(1)) for n in range(600)])
    async with owner.begin() as connection:
        await connection.execute(sa.text("ANALYZE events"))
    async with counters.engine.connect() as connection:
        for question in (
            "SELECT * FROM events WHERE position > 500 ORDER BY position LIMIT 10",
            "SELECT * FROM events WHERE year = 2026 AND stream = 'cycle-2026-m2' AND version > 3 ORDER BY version",
        ):
            plan = "\n".join((await connection.execute(sa.text(f"EXPLAIN {question}"))).scalars())
            assert not re.search(r"(^|-> +)(Sort|Seq Scan)", plan)


async def test_stage_states_are_intervals_of_positions(counters):
    for step in (1, 1, 2):
        await counters.execute(COUNTER, S, count(step))
    await counters.execute(COUNTER, S, clear())
    await counters.execute(COUNTER, S, count(5))
    found = [(row["state"], row["from_position"], row["to_position"]) for row in await rows(counters, STAGE_INTERVAL)]
    assert sorted(found, key=lambda one: one[1]) == [("step 1", 1, 3), ("step 2", 3, 4), ("step 5", 5, None)]
