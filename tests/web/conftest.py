"""The application over a log of its own, people who may sign in, and browsers to ask with."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from events import people
from events.log import Log
from web.app import create_app
from web.auth import Account, create_accounts

BASE = "https://camket.test"
SAME = {"sec-fetch-site": "same-origin"}


@dataclass(frozen=True)
class Installation:
    public_url: str = BASE
    database_url: str | None = None
    key_file: Path = Path("unused")


@pytest.fixture
def app(log: Log):
    return create_app(Installation(), log)


@pytest.fixture
async def inhabited(log: Log) -> Log:
    """Two people with logins: Lan (`lan`, p1) and Minh (`minh`, p2)."""
    await people.add(
        log.engine, [people.Person(person="p1", name="Vũ Thị Lan"), people.Person(person="p2", name="Trần Văn Minh")]
    )
    await create_accounts(
        log.engine,
        [Account("p1", "lan", "mật khẩu của Lan", "member"), Account("p2", "Minh.Trần", "mật khẩu của Minh", "member")],
    )
    return log


Browser = Callable[[], httpx2.AsyncClient]


@pytest.fixture
async def browser(app, inhabited) -> AsyncIterator[Browser]:
    """Makes fresh browsers; each sends what browsers send with a form of our own page."""
    opened: list[httpx2.AsyncClient] = []

    def make(**options) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        client = httpx2.AsyncClient(
            transport=transport, base_url=BASE, headers={**SAME, "accept-language": "vi"}, **options
        )
        opened.append(client)
        return client

    yield make
    for client in opened:
        await client.aclose()


async def sign_in(
    client: httpx2.AsyncClient, username: str = "lan", password: str = "mật khẩu của Lan"
) -> httpx2.Response:
    return await client.post("/sign-in", data={"username": username, "password": password})


@pytest.fixture
async def lan(browser) -> httpx2.AsyncClient:
    client = browser()
    assert (await sign_in(client)).status_code == 303
    return client


@pytest.fixture
async def minh(browser) -> httpx2.AsyncClient:
    client = browser()
    assert (await sign_in(client, "MINH.trần", "mật khẩu của Minh")).status_code == 303
    return client


SignIn = Callable[..., Awaitable[httpx2.Response]]
