"""The real dev server and a real worker process: a year from its opening to its end, through every death and the loss of Temporal's data."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.resume import open_streams, resume_open
from deploy.status import report
from deploy.temporal.client import running
from events.cycle.facts import CycleClosed
from events.log import Log
from events.season import SeasonClosed
from events.unit_year.facts import UnitYearClosed
from tests.deploy.installation import Installation
from tests.workflows.cell import MEMBERS, NAME, TEXT

pytestmark = [pytest.mark.store, pytest.mark.temporal, pytest.mark.system]

OPENED = ["UnitYearOpened", "StageOpened", "StageEscalated", "StageOpened", "StageOpened"]
DEATHS = (
    "before-tell:1",
    "tell:1",
    "before-append:1",
    "append:1",
    "tell:1",
    "tell:2",
    "before-append:1",
    "append:1",
)


@pytest.fixture
def installation(log: Log, database_url: str, master_key: bytes, tmp_path: Path) -> Iterator[Installation]:
    made = Installation(log, tmp_path, database_url, master_key)
    yield made
    made.end()


async def test_a_year_comes_through_whole_however_often_the_worker_dies(installation: Installation):
    await installation.open_year()
    for point in DEATHS:
        assert installation.start_worker(point).wait(60) == -9, point
    installation.start_worker()
    await installation.wait(installation.opened_and_escalated)
    assert sorted(await installation.kinds(installation.unit)) == sorted(OPENED)

    for member in MEMBERS:
        await installation.walk(member)
    assert installation.stop_worker() == 0
    for point in ("before-append:1", "append:1"):
        assert installation.start_worker(point).wait(60) == -9, point
    installation.start_worker()
    await installation.wait(installation.has(installation.cell.season, SeasonClosed))
    assert sorted(await installation.kinds(installation.unit)) == sorted([*OPENED, "UnitYearClosed"])
    for cycle in installation.cycles:
        assert (await installation.kinds(cycle))[-2:] == ["ResultAcknowledged", "CycleClosed"]
    assert installation.stop_worker() == 0


async def test_temporals_data_may_be_lost_and_no_personal_data_was_in_it(installation: Installation):
    await installation.open_year()
    installation.start_worker()
    await installation.wait(installation.opened_and_escalated)
    await installation.cell.pledge("m1", now())
    seen = await report(installation.settings)
    assert (seen["members"], seen["units"], seen["cycles"]["pledge"]) == (2, 3, 2)
    await installation.wait(lambda: count_is(installation, 4))

    installation.server.stop()
    kept = await installation.temporal_texts()
    assert installation.cycles[0].encode() in kept
    for secret in (NAME, TEXT):
        assert secret.encode() not in kept
    for file in installation.home.glob("temporal.db*"):
        file.unlink()
    await installation.cell.approve("m1", now())  # the site works meanwhile
    await asyncio.to_thread(installation.server.restart, installation.settings.temporal_namespace)
    before = await installation.log.head()
    assert await resume_open(installation.log, await installation.client(), starts_per_second=1000) in (3, 4)
    assert await resume_open(installation.log, await installation.client(), starts_per_second=1000) == 0
    await installation.wait(lambda: count_is(installation, 4))
    assert await installation.log.head() == before  # nothing is opened, reminded of or escalated again

    for act in ("criticise_oneself", "accept", "vote", "decide", "acknowledge"):
        await getattr(installation.cell, act)("m1", now())
    await installation.wait(installation.has(installation.cycles[0], CycleClosed))
    await installation.walk("m2")
    await installation.wait(installation.has(installation.unit, UnitYearClosed))
    await installation.wait(installation.has(installation.cell.season, SeasonClosed))
    assert sorted(await installation.kinds(installation.unit)) == sorted([*OPENED, "UnitYearClosed"])
    assert await open_streams(installation.log) == []
    await installation.wait(lambda: count_is(installation, 0))
    assert installation.stop_worker() == 0


async def count_is(installation: Installation, number: int) -> bool:
    return await running(await installation.client()) == number


def now() -> datetime:

    return datetime.now(UTC)
