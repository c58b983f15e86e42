import pytest
import sqlalchemy as sa

from events.verify import verify
from tests.events.counting import COUNTER, clear, count

pytestmark = pytest.mark.store


@pytest.fixture
async def written(counters):
    for n in range(4):
        await counters.execute(COUNTER, f"cycle-202{5 + n % 2}-m{n}", count(1, times=2, note="chữ", id=f"c{n}"))
    await counters.execute(COUNTER, "cycle-2026-m9", clear(id="nothing"))
    return counters


async def test_a_whole_log_is_found_whole(written):
    report = await verify(written.engine)
    assert (report.events, report.streams, report.commands, report.head, report.faults) == (8, 4, 5, 8, ())


async def test_an_empty_log_is_whole(counters):
    assert (await verify(counters.engine)).whole


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        (
            "UPDATE events SET body = replace(convert_from(body, 'utf8'), '\"by\":1', '\"by\":9')::bytea WHERE position = 3",
            "leaf hash",
        ),
        ("UPDATE events SET leaf_hash = sha256('x') WHERE position = 3", "position 3: the leaf hash"),
        ("UPDATE events SET type = 'other' WHERE position = 3", "column type"),
        ("UPDATE events SET schema = 9 WHERE position = 3", "column schema"),
        ("UPDATE events SET command_id = 'c0' WHERE position = 3", "column command_id"),
        ("UPDATE events SET recorded_at = now() - interval '1 day' WHERE position = 3", "column recorded_at"),
        ("UPDATE events SET year = 2030 WHERE position = 3", "column year"),
        ("UPDATE events SET stream = 'cycle-2026-m8' WHERE position = 3", "column stream"),
        ("UPDATE events SET version = 7 WHERE position = 4", "has version 7"),
        ("DELETE FROM events WHERE position = 3", "position 3 is missing"),
        ("DELETE FROM events WHERE position = 8", "the head says 8"),
        ("UPDATE streams SET version = 5 WHERE stream = 'cycle-2026-m1'", "kept for cycle-2026-m1 is 5"),
        ("DELETE FROM commands WHERE command_id = 'c2'", "command c2"),
        ("DELETE FROM events WHERE position IN (5, 6)", "command c2"),
        ("UPDATE commands SET first_position = 2 WHERE command_id = 'c0'", "command c0"),
        ("UPDATE commands SET first_position = 1, last_position = 1 WHERE command_id = 'nothing'", "command nothing"),
    ],
)
async def test_whatever_is_tampered_with_is_found(written, owner, tampering, said):
    async with owner.begin() as connection:
        await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        await connection.exec_driver_sql(tampering)
    report = await verify(written.engine)
    assert not report.whole
    assert any(said in fault for fault in report.faults), report.faults


async def test_an_event_slipped_in_behind_is_found(written, owner):
    async with owner.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO events SELECT year, 9, stream, 3, type, schema, 'x', body, leaf_hash, recorded_at FROM events WHERE position = 1"
        )
    assert not (await verify(written.engine)).whole
