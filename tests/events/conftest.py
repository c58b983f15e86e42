"""The tests' own small domain in a database of its own."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from deploy.postgres import Postgres
from events.log import Log, create_engine
from events.sql_projections import install
from events.vault import Vault
from tests.events import counting


@pytest.fixture(scope="session")
async def counting_template(postgres: Postgres, template: str) -> str:
    owner = create_async_engine(postgres.create_database("counting_template", template))
    async with owner.begin() as connection:
        await install(connection, counting.PROJECTIONS)
    await owner.dispose()
    return "counting_template"


@pytest.fixture
def counting_url(postgres: Postgres, counting_template: str, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"counting_{abs(hash(request.node.nodeid))}"
    yield postgres.create_database(name, counting_template)
    postgres.drop_database(name)


@pytest.fixture
async def counters(counting_url: str, vault: Vault) -> AsyncIterator[Log]:
    """A log with the tests' own projections."""
    engine = create_engine(counting_url)
    made = Log(engine, vault, counting.PROJECTIONS)
    yield made
    await made.close()
    await engine.dispose()


@pytest.fixture
async def other_process(counting_url: str, master_key: bytes) -> AsyncIterator[Log]:
    """The same log with an engine, a vault and a memory of its own, as another process has it."""
    engine = create_engine(counting_url)
    made = Log(engine, Vault(master_key), counting.PROJECTIONS)
    yield made
    await made.close()
    await engine.dispose()


@pytest.fixture
async def owner(counting_url: str) -> AsyncIterator[AsyncEngine]:
    """The same database as its owner."""
    engine = create_async_engine(counting_url)
    yield engine
    await engine.dispose()
