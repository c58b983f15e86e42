"""What the relay tells, of what, and that it waits for Temporal."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from deploy.observe import Failures
from deploy.operations import see, write
from deploy.relay import NEWS, STARTS, Relay
from deploy.settings import Settings
from deploy.telling import Stopping, Telling, Throttle
from deploy.temporal.client import connect
from deploy.temporal.dev_server import DevServer
from events import sql
from events.cycle.facts import CycleClosed, CycleOpened
from events.log import Log
from events.policy import Level, Stage, StepChange
from events.season import SeasonClosed
from events.subscription import lag, parked
from events.unit_year.facts import UnitCalendarAmended, UnitYearClosed, UnitYearOpened
from tests.events.telling import tell
from tests.workflows.cell import Cell, found

pytestmark = pytest.mark.store

YEAR = 2026
SEASON, UNIT, M1, M2 = f"season-{YEAR}-u1", f"unit-{YEAR}-u3", f"cycle-{YEAR}-m1", f"cycle-{YEAR}-m2"
AT = datetime(YEAR, 1, 5, 5, tzinfo=UTC)


class Heard(Telling):
    """Keeps what would have been told."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.told: list[tuple[str, int]] = []

    async def start(self, stream: str, *, again: bool = False) -> bool:
        self.started.append(stream)
        return True

    async def tell(self, stream: str, version: int) -> None:
        self.told.append((stream, version))


@pytest.fixture
async def cell(log: Log) -> Cell:
    """A season that is open, with the year of the cell open by hand."""
    await found(log)
    cell = Cell(log, YEAR)
    await cell.open_season(AT)
    await tell(log, UNIT, UnitYearOpened(season=SEASON, policy_version=1, members=("m1", "m2")))
    return cell


@asynccontextmanager
async def relaying(log: Log, telling: Telling) -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = asyncio.create_task(Relay(log, telling).run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


async def told_of(log: Log, begun_at: int | None = 0) -> Heard:
    """Everything that a relay says of the log from a position on; None: it has never run."""
    heard = Heard()
    if begun_at is not None:
        statement = "INSERT INTO checkpoints (name, position) VALUES ($1, $2)"
        for name in (NEWS, STARTS):
            await sql.lasting(log.engine, lambda connection, name=name: connection.execute(statement, name, begun_at))
    async with relaying(log, heard):
        await caught_up(log)
    return heard


async def caught_up(log: Log) -> None:
    async with asyncio.timeout(20):
        while [behind for name, behind in (await lag(log)).items() if name in (NEWS, STARTS)] != [0, 0]:  # noqa: ASYNC110 - in the database
            await asyncio.sleep(0.02)


async def test_what_is_opened_is_started(cell: Cell):
    await tell(cell.log, f"cycle-{YEAR}-m9", CycleOpened(unit="u3", policy_version=1))
    heard = await told_of(cell.log)
    assert sorted(heard.started) == sorted([SEASON, UNIT, M1, M2, f"cycle-{YEAR}-m9"])
    assert heard.told == []


async def test_at_the_first_start_of_all_what_is_open_is_started_and_the_story_so_far_is_not_retold(cell: Cell):
    await open_stages(cell)
    await cell.pledge("m1", AT)
    await tell(cell.log, M2, CycleClosed(level=Level.GOOD, carried=()))
    heard = await told_of(cell.log, begun_at=None)
    assert heard.started == [SEASON, UNIT, M1]
    assert heard.told == []


async def test_of_a_closed_year_nothing_is_started_or_told(cell: Cell):
    await tell(cell.log, f"{UNIT}", UnitCalendarAmended(changes=(), reason="12"))
    for stream in (M1, M2):
        await tell(cell.log, stream, CycleClosed(level=Level.GOOD, carried=()))
    await tell(cell.log, UNIT, UnitYearClosed())
    await tell(cell.log, SEASON, SeasonClosed())
    heard = await told_of(cell.log)
    assert (heard.started, heard.told) == ([], [])


async def test_of_a_backlog_only_the_newest_is_told_and_of_a_check_in_nothing(cell: Cell):
    await open_stages(cell)
    await cell.pledge("m1", AT)
    await cell.approve("m1", AT)
    version = len(await cell.log.read(M1))
    await cell.check_in("m1", 1, AT)
    assert (await told_of(cell.log)).told == [(M1, version)]


async def test_amended_dates_are_told_to_the_units_they_are_for(cell: Cell):
    await cell.amend(AT, StepChange(stage=Stage.PLEDGE, due=date(YEAR, 4, 10)))
    assert (await told_of(cell.log)).told == [(UNIT, 0)]


async def test_a_unit_hears_of_its_last_member_alone_and_the_season_of_its_last_unit(cell: Cell):
    await tell(cell.log, M1, CycleClosed(level=Level.GOOD, carried=()))
    assert (await told_of(cell.log)).told == []
    await tell(cell.log, M2, CycleClosed(level=Level.GOOD, carried=()))
    heard = Heard()
    async with relaying(cell.log, heard):
        await caught_up(cell.log)
        assert heard.told == [(UNIT, 0)]
        await tell(cell.log, UNIT, UnitYearClosed())
        await caught_up(cell.log)
    assert heard.told == [(UNIT, 0), (SEASON, 0)]


async def test_a_throttle_lets_through_evenly():
    throttle = Throttle(100)
    waits = [throttle.turn() for _ in range(5)]
    assert waits == pytest.approx([0, 0.01, 0.02, 0.03, 0.04], abs=0.002)


@pytest.mark.temporal
async def test_while_temporal_is_away_the_relay_waits_and_then_catches_up(cell: Cell, tmp_path: Path):
    settings = Settings(home=tmp_path, database_url=None, temporal_address=None)
    server = await asyncio.to_thread(DevServer.start, tmp_path, settings, lambda _: None)
    stop = asyncio.Event()
    try:
        client = await connect(settings.model_copy(update={"temporal_address": server.address}))
        telling = Telling(client, stop, starts_per_second=1000)
        server.stop()
        running = asyncio.create_task(Relay(cell.log, telling).run(stop))
        await asyncio.sleep(1.5)
        seen = await see(cell.log, client, Failures())
        assert seen["temporal"]["reachable"] is False
        assert "workflows" not in seen
        assert seen["relay"]["lag"] > 0
        assert seen["relay"]["age_seconds"] > 0
        assert await parked(cell.log) == []
        await asyncio.to_thread(server.restart, settings.temporal_namespace)
        await caught_up(cell.log)
        for workflow in (SEASON, UNIT, M1, M2):
            assert (await client.get_workflow_handle(workflow).describe()).status is not None
        stop.set()
        await running
        await write(cell.log, await see(cell.log, client, Failures()))
        await write(cell.log, await see(cell.log, None, Failures()))  # what is not seen now stays, with its age
        assert (await operations(cell.log))["temporal"]["reachable"] is False
        assert (await operations(cell.log))["workflows"]["running"] >= 0
    finally:
        stop.set()
        server.stop()


async def test_a_relay_that_is_told_to_stop_while_temporal_is_away_stops_and_parks_nothing(cell: Cell):
    settings = Settings(database_url=None, temporal_address="127.0.0.1:1")
    stop = asyncio.Event()
    telling = Telling(await connect(settings, lazy=True), stop)
    running = asyncio.create_task(Relay(cell.log, telling).run(stop))
    await asyncio.sleep(0.5)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert telling.reachable is False
    assert await parked(cell.log) == []
    with pytest.raises(Stopping):
        await telling.pause(1)


async def open_stages(cell: Cell) -> None:
    from activities.agenda import Act, Entry, StageAct
    from activities.record import Record

    record = Record(cell.log)
    for stage, month in ((Stage.PLEDGE, None), (Stage.CHECK_IN, 1)):
        entry = Entry(act=Act.OPEN, on=AT.date(), stage=stage, month=month, named=AT.date())
        at = datetime(YEAR, 1, 26, 5, tzinfo=UTC)
        assert await record.open_stage(StageAct(stream=UNIT, at=at, entry=entry)) == 1


async def operations(log: Log) -> dict[str, dict[str, object]]:
    rows = await sql.lasting(log.engine, lambda connection: connection.fetch("SELECT key, value FROM operations"))
    return {row["key"]: json.loads(row["value"]) for row in rows}
