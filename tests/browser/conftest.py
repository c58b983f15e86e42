"""One installation and one Chromium for all tests of this folder; both are gone before the next folder's tests run."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from playwright.async_api import Browser, async_playwright

from deploy.browser import arguments, executable
from tests.browser.desk import Desk
from tests.browser.installation import Installation, Login, installed
from tests.browser.told import Steps, bring

Opened = Callable[..., Awaitable[Desk]]


@pytest.fixture(scope="package")
def installation() -> Iterator[Installation]:
    with installed() as running:
        yield running


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=executable(), args=arguments())
        yield started
        await started.close()


@pytest.fixture(scope="package")
async def steps(installation: Installation) -> Steps:
    """Somebody at every step of the year."""
    return await bring(installation)


@pytest.fixture
async def desk(browser: Browser, installation: Installation) -> AsyncIterator[Opened]:
    """Seats a person at a browser; when the test is over they leave, and nothing may have gone wrong there."""
    seated: list[Desk] = []

    async def seat(login: Login, *, scripts: bool = True) -> Desk:
        seated.append(await Desk.open(browser, installation.url, login, scripts=scripts))
        return seated[-1]

    yield seat
    for one in seated:
        await one.leave()
