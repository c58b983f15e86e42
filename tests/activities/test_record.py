"""What a workflow reads and asks for, on the real log."""

from datetime import UTC, date, datetime

import pytest

from activities.agenda import Act, Batch, Entry, Look, StageAct
from activities.record import Record
from events.log import Log
from events.policy import Stage
from events.unit_year.facts import StageOpened, StageReminded
from tests.workflows.cell import Cell, found

pytestmark = pytest.mark.store

YEAR = 2026
UNIT = f"unit-{YEAR}-u3"
SEASON = f"season-{YEAR}-u1"


def noon(month: int, day: int) -> datetime:
    return datetime(YEAR, month, day, 5, tzinfo=UTC)


def act(kind: Act, at: datetime, named: date) -> StageAct:
    return StageAct(stream=UNIT, at=at, entry=Entry(act=kind, on=named, stage=Stage.PLEDGE, named=named))


@pytest.fixture
async def record(log: Log) -> Record:
    await found(log)
    await Cell(log, YEAR).open_season(noon(1, 1))
    return Record(log)


async def test_only_units_with_members_get_a_year_and_a_second_pass_changes_nothing(record: Record):
    batch = Batch(stream=SEASON, at=noon(1, 2), after="")
    assert await record.open_units(batch) is None
    head = await record.log.head()
    assert await record.open_units(batch) is None
    assert await record.log.head() == head
    assert (await record.read_unit_year(Look(stream=UNIT, at=noon(1, 2)))).entry is not None
    assert (await record.read_unit_year(Look(stream=f"unit-{YEAR}-u2", at=noon(1, 2)))).version == 0


async def test_an_act_asked_for_twice_is_done_once_and_answers_alike(record: Record):
    await record.open_units(Batch(stream=SEASON, at=noon(1, 2), after=""))
    opening = act(Act.OPEN, noon(1, 2), date(YEAR, 1, 1))
    assert [await record.open_stage(opening), await record.open_stage(opening)] == [1, 1]
    assert [type(one.event) for one in await record.log.read(UNIT)].count(StageOpened) == 1


async def test_who_is_missing_is_found_at_the_moment_of_the_act(record: Record):
    cell = Cell(record.log, YEAR)
    await record.open_units(Batch(stream=SEASON, at=noon(1, 2), after=""))
    await record.open_stage(act(Act.OPEN, noon(1, 2), date(YEAR, 1, 1)))
    look = Look(stream=UNIT, at=noon(3, 17))
    page = await record.read_unit_year(Look(stream=UNIT, at=noon(3, 17), tried=tuple(openings(3, 17))))
    assert page.entry is not None
    assert page.entry.key == f"remind/pledge/{YEAR}-03-17"
    await cell.pledge("m1", noon(3, 17))
    assert await record.remind_stage(act(Act.REMIND, noon(3, 17), date(YEAR, 3, 17))) == 1
    (reminded,) = [one.event for one in await record.log.read(UNIT) if isinstance(one.event, StageReminded)]
    assert reminded.members == ("m2",)
    assert (await record.read_unit_year(look)).closed is False


async def test_a_reminder_that_nobody_needs_is_not_an_entry(record: Record):
    cell = Cell(record.log, YEAR)
    await record.open_units(Batch(stream=SEASON, at=noon(1, 2), after=""))
    await record.open_stage(act(Act.OPEN, noon(1, 2), date(YEAR, 1, 1)))
    for member in ("m1", "m2"):
        await cell.pledge(member, noon(3, 16))
    page = await record.read_unit_year(Look(stream=UNIT, at=noon(3, 17), tried=tuple(openings(3, 17))))
    assert page.entry is not None
    assert page.entry.key == f"open/check_in-3/{YEAR}-03-25"


def openings(month: int, day: int) -> list[str]:
    """Keys of the months' openings that are owed by then: these tests leave them alone."""
    opens = [date(YEAR, number, 25) for number in range(1, 13)]
    return [f"open/check_in-{one.month}/{one}" for one in opens if one <= date(YEAR, month, day)]
