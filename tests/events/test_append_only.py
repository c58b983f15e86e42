import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.events.counting import COUNTER, count

pytestmark = pytest.mark.store

CHANGES = [
    f"{act} {table}{rest}"
    for table in ("events", "events_2026", "commands")
    for act, rest in (("UPDATE", " SET recorded_at = now()"), ("DELETE FROM", ""), ("TRUNCATE", ""))
]


@pytest.mark.parametrize("statement", CHANGES)
async def test_the_application_may_not_change_what_is_written(counters, statement):
    await counters.execute(COUNTER, "cycle-2026-m1", count(1))
    async with counters.engine.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(sa.text(statement))


@pytest.mark.parametrize("statement", CHANGES)
async def test_not_even_the_owner_changes_what_is_written(counters, owner, statement):
    await counters.execute(COUNTER, "cycle-2026-m1", count(1))
    async with owner.connect() as connection:
        with pytest.raises(DBAPIError, match="append-only"):
            await connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO events SELECT * FROM events",
        "INSERT INTO commands SELECT * FROM commands",
        "UPDATE head SET position = 0",
        "DELETE FROM test_counters",
        "UPDATE test_counters SET total = 0",
        "INSERT INTO stage_interval VALUES ('a', 'b', 1, 'c')",
        "SELECT put_rows('test_counters', '[]', NULL)",
        "CREATE TABLE mine (id int)",
        "DROP TABLE test_counters",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DELETE FROM keys",
    ],
)
async def test_the_application_writes_through_append_alone(counters, statement):
    await counters.execute(COUNTER, "cycle-2026-m1", count(1))
    async with counters.engine.connect() as connection:
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            await connection.execute(sa.text(statement))


async def test_the_engine_acts_as_a_role_that_owns_nothing(counters):
    async with counters.engine.connect() as connection:
        assert (await connection.execute(sa.text("SELECT current_user"))).scalar_one() == "camket_app"
        owned = sa.text("SELECT count(*) FROM pg_class WHERE relowner = 'camket_app'::regrole")
        assert (await connection.execute(owned)).scalar_one() == 0


async def test_there_is_no_partition_for_what_has_no_year(owner):
    async with owner.connect() as connection:
        with pytest.raises(DBAPIError, match="no partition"):
            await connection.execute(
                sa.text("INSERT INTO events SELECT 1800, 1, 's', 1, 't', 1, 'c', ''::bytea, ''::bytea, now()")
            )
