"""`camket status`: the keys, the counts, and what is said while Temporal is away."""

from pathlib import Path

import pytest

from deploy.observe import Failures
from deploy.operations import see, write
from deploy.settings import Settings
from deploy.status import STAGES, report
from events.cycle.facts import CycleClosed, PledgeApproved, PledgeWithdrawn
from events.log import Log
from events.policy import Level
from events.subscription import catch_up
from tests.deploy.test_relay import M1, M2, SEASON, UNIT
from tests.events.telling import tell
from tests.workflows.cell import found

pytestmark = pytest.mark.store


def at(database_url: str, home: Path) -> Settings:
    return Settings(home=home, database_url=database_url, temporal_address=None)


async def test_an_empty_installation_has_every_key(log: Log, database_url: str, tmp_path: Path):
    seen = await report(at(database_url, tmp_path))
    assert set(seen) == {"members", "units", "cycles", "workflows", "log_head", "followers", "versions"}
    assert (seen["members"], seen["units"], seen["log_head"], seen["workflows"]) == (0, 0, 0, 0)
    assert seen["cycles"] == dict.fromkeys(STAGES, 0)
    assert seen["versions"]["postgres"].startswith("18")


async def test_members_years_are_counted_by_where_they_are(log: Log, database_url: str, tmp_path: Path):
    from events.unit_year.facts import UnitYearOpened

    await found(log)
    await tell(
        log,
        UNIT,
        UnitYearOpened(season=SEASON, policy_version=1, members=("m1", "m2", "m3"), not_reviewed=(("m4", "x"),)),
    )
    await tell(log, M1, PledgeWithdrawn(), PledgeApproved(round=1))
    await tell(log, M2, CycleClosed(level=Level.GOOD, carried=()))
    seen = await report(at(database_url, tmp_path))
    assert seen["cycles"] == {**dict.fromkeys(STAGES, 0), "pledge": 1, "check_in": 1, "closed": 1}
    assert (seen["members"], seen["units"]) == (2, 3)
    assert seen["log_head"] == await log.head()


async def test_what_the_worker_saw_last_stands_in_for_temporal(log: Log, database_url: str, tmp_path: Path):
    seen = await see(log, None, Failures())
    await write(log, seen | {"workflows": {"running": 7}, "temporal": {"reachable": True, "version": "1.29.1"}})
    told = await report(at(database_url, tmp_path))
    assert (told["workflows"], told["versions"]["temporal"]) == (7, "1.29.1")


async def test_followers_are_listed_with_their_lag(log: Log, database_url: str, tmp_path: Path):
    import asyncio

    stop = asyncio.Event()
    await found(log)

    async def handle(_: object) -> None:
        stop.set()

    await catch_up(log, "reader", handle, stop=stop)
    followers = (await report(at(database_url, tmp_path)))["followers"]
    assert set(followers) == {"reader"}
    assert 0 <= followers["reader"] <= await log.head()
