import pytest
import sqlalchemy as sa

from deploy.migrate import upgrade
from events import projections

pytestmark = pytest.mark.store


async def test_bringing_a_database_up_twice_changes_nothing(database_url, log):
    assert upgrade(database_url) == ()
    async with log.engine.connect() as connection:
        known = set((await connection.execute(sa.text("SELECT name FROM projection_state"))).scalars())
    assert known == {projection.name for projection in projections.ALL}


async def test_every_table_of_a_projection_is_readable_and_empty_at_first(log):
    async with log.engine.connect() as connection:
        for projection in log.projections:
            assert (await connection.execute(sa.select(projection.table))).first() is None


async def test_without_the_role_the_log_works_as_its_owner(database_url, vault):
    """A server where the login may make no roles."""
    from events import sql
    from events.log import Log, create_engine

    role, sql.ROLE = sql.ROLE, "no_such_role"
    try:
        engine = create_engine(database_url)
        log = Log(engine, vault, projections.ALL)
        assert await log.head() == 0
        await log.close()
        await engine.dispose()
    finally:
        sql.ROLE = role
