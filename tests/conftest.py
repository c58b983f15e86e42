"""The embedded PostgreSQL, once per run; a migrated template; and for each test a database, a log and a vault of its own."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.migrate import upgrade
from deploy.postgres import Postgres
from events import projections
from events.log import Log, create_engine, import_events
from events.vault import Vault

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with (
        tempfile.TemporaryDirectory(prefix="camket-", dir="/tmp") as home,
        Postgres.start(Path(home), durable=False) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> str:
    """The name of a migrated, empty database."""
    import_events()
    upgrade(postgres.create_database("camket_template"))
    return "camket_template"


@pytest.fixture
def database_url(postgres: Postgres, template: str) -> Iterator[str]:
    """A database of the test's own, connected to as its owner's login."""
    name = f"test_{next(_numbers)}"
    yield postgres.create_database(name, template)
    postgres.drop_database(name)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """Acts as the application's role."""
    made = create_engine(database_url)
    yield made
    await made.dispose()


@pytest.fixture
def master_key() -> bytes:
    return bytes(range(32))


@pytest.fixture
def vault(master_key: bytes) -> Vault:
    return Vault(master_key)


@pytest.fixture
async def log(engine: AsyncEngine, vault: Vault) -> AsyncIterator[Log]:
    """A log with every projection."""
    made = Log(engine, vault, projections.ALL)
    yield made
    await made.close()
