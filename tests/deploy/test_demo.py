"""The demo, told small on several days of the year: true to the rules, nothing ahead of its time, and the open cell walkable at once."""

import csv
import stat
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from activities.agenda import Act, Look
from activities.record import Record
from deploy.demo.names import hand, name
from deploy.demo.organisation import BLOC, SMALL, Organisation, Shape, organisation
from deploy.demo.telling import tell_into
from events.access import Role
from events.commendation import COMMENDATION, CommendationState, GrantCommendation, ProposeCommendation
from events.cycle import CYCLE, commands
from events.cycle.state import AppraisalState, Cycle, Review
from events.cycle.values import (
    Assessment,
    CarriedAnswer,
    ItemProgress,
    Job,
    LevelVotes,
    RemedyReport,
    SectionText,
    StandardPledge,
)
from events.decider import CALENDAR, Decider
from events.errors import Refused
from events.ids import commendation_stream, cycle_stream, season_stream, unit_stream
from events.log import Log
from events.policy import Level, Stage
from events.projections.todo import TODO
from events.season import SEASON
from events.unit import UnitKind
from events.unit_year import UNIT_YEAR
from events.unit_year.commands import ConfirmMonth
from events.verify import verify

pytestmark = pytest.mark.store

DAYS = [date(2026, 1, 2), date(2028, 2, 29), date(2026, 6, 30), date(2026, 11, 22), date(2026, 12, 31)]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


async def events_of(log: Log) -> list[Any]:
    found: list[Any] = []
    while batch := await log.read_after(len(found), 2000):
        found += batch
    return found


@pytest.mark.parametrize("today", DAYS, ids=str)
async def test_the_demo_told_on_any_day(log: Log, tmp_path: Path, today: date):
    whole = await tell_into(log, noon(today), tmp_path / "logins.csv", shape=SMALL)

    assert (await verify(log.engine)).faults == ()
    told = await events_of(log)
    assert max(one.occurred_at for one in told) <= noon(today)
    await last_year_is_whole(log, whole, today.year - 1)
    await this_year_runs(log, whole, today)
    await the_calendar_owes_nothing(log, whole, today)
    await the_logins_are_written(log, whole, tmp_path / "logins.csv")
    await the_banner_names_the_open_cell(log, whole)
    await the_open_cell_is_open(log, whole, today)
    await a_member_is_walked_through(log, whole, today)


async def last_year_is_whole(log: Log, whole: Organisation, year: int) -> None:
    season, _ = await log.load(SEASON, season_stream(whole.root, year))
    assert season.closed
    levels: Counter[Level] = Counter()
    for cell in whole.cells:
        unit_year, _ = await log.load(UNIT_YEAR, unit_stream(cell, year))
        assert unit_year.closed
        assert unit_year.opened
        for state, _ in await log.load_many(CYCLE, [cycle_stream(member, year) for member in unit_year.opened.members]):
            assert state.closed
            levels[state.closed.level] += 1
            assert state.appraisal.decision
            assert state.appraisal.decision.by_rule.rank >= state.closed.level.rank
            assert len(state.check_ins) >= 6
    assert levels[Level.GOOD] > sum(levels.values()) / 2
    assert levels[Level.EXCELLENT]


async def this_year_runs(log: Log, whole: Organisation, today: date) -> None:
    season, _ = await log.load(SEASON, season_stream(whole.root, today.year))
    assert season.opened
    assert not season.closed
    async with log.engine.connect() as connection:
        asked = sa.select(sa.func.count()).where(TODO.c.done_at.is_(None), TODO.c.year == today.year)
        assert (await connection.execute(asked)).scalar_one() > 0


async def the_calendar_owes_nothing(log: Log, whole: Organisation, today: date) -> None:
    """A worker that starts on a told log finds nothing of the past owed: neither openings nor escalations."""
    record, at = Record(log), noon(today).replace(hour=0, minute=30)
    for cell in whole.cells:
        entry = (await record.read_unit_year(Look(stream=unit_stream(cell, today.year), at=at))).entry
        assert entry is None or entry.on > today or (entry.on == today and entry.act in {Act.REMIND, Act.ESCALATE})
    for someone in whole.people:
        try:
            due = (await record.read_cycle(Look(stream=cycle_stream(someone.member, today.year), at=at))).due
        except Refused:
            continue
        assert due is None or due.on >= today, (someone, due)


def logins_in(file: Path) -> list[dict[str, str]]:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


async def the_logins_are_written(log: Log, whole: Organisation, file: Path) -> None:
    """The open cell's first, for their owner only, each with an account."""
    rows = logins_in(file)
    assert [row["unit"] for row in rows[:12]] == [whole.places[whole.open_cell].name] * 12
    assert [row["role"] for row in rows[:3]] == ["cell_secretary", "cell_deputy", "member"]
    assert {"base_committee", "superior_committee", "organisation_office", "operator"} <= {row["role"] for row in rows}
    assert len({row["username"] for row in rows}) == len({row["password"] for row in rows}) == len(rows)
    async with log.engine.connect() as connection:
        assert (await connection.execute(sa.text("SELECT count(*) FROM accounts"))).scalar_one() == len(rows)


async def the_open_cell_is_open(log: Log, whole: Organisation, today: date) -> None:
    unit_year, _ = await log.load(UNIT_YEAR, unit_stream(whole.open_cell, today.year))
    months = {(Stage.CHECK_IN, month) for month in range(1, today.month + 1)}
    assert unit_year.stages.keys() == {*months, *((stage, None) for stage in Stage if stage is not Stage.CHECK_IN)}
    assert {record.due for record in unit_year.stages.values()} == {date(today.year + 1, 1, 31)}
    assert unit_year.opened
    streams = [cycle_stream(member, today.year) for member in unit_year.opened.members]
    states = [state for state, _ in await log.load_many(CYCLE, streams)]
    assert sum(state == Cycle() for state in states) >= 6
    last = [cycle_stream(member, today.year - 1) for member in unit_year.opened.members]
    assert sum(bool(state.carried_over) for state, _ in await log.load_many(CYCLE, last)) >= 3


async def a_member_is_walked_through(log: Log, whole: Organisation, today: date) -> None:
    """From pledge to commendation on one day, by the people who have logins."""
    someone = whole.cells[whole.open_cell][5]
    comrade = whole.cells[whole.open_cell][6]
    secretary = whole.holder(whole.open_cell, Role.CELL_SECRETARY)
    base = whole.holder(whole.places[whole.open_cell].path[1], Role.BASE_COMMITTEE)
    stream, numbers, clock = cycle_stream(someone.member, today.year), count(1), noon(today)
    season, _ = await log.load(SEASON, season_stream(whole.root, today.year))
    policy = season.policies[season.newest]

    async def act(decider: Decider[Any, Any, Any], where: str, kind: type[Any], by: str, **details: Any) -> Any:
        nonlocal clock
        clock += timedelta(seconds=20)
        number = next(numbers)
        await log.execute(decider, where, kind(id=f"walk-{number}", by=by, at=clock, **details))
        return (await log.load(decider, where))[0]

    def cycle(kind: type[Any], by: str, **details: Any) -> Any:
        return act(CYCLE, stream, kind, by, **details)

    last, _ = await log.load(CYCLE, cycle_stream(someone.member, today.year - 1))
    end = date(today.year, 12, 15)
    state: Cycle = await cycle(
        commands.SubmitPledge,
        someone.person,
        jobs=(
            Job(
                id="",
                title="Kiểm tra 12 công trình",
                duty="Giám sát",
                measure="Biên bản",
                deadline=end,
                product="Danh mục",
            ),
        ),
        exemplary="Đúng giờ",
        standards=(StandardPledge(code=policy.pledge.standards[0], how="Mỗi tháng một việc"),),
        carried=tuple(
            CarriedAnswer(shortcoming=one.id, text=one.text, plan="Theo dõi hằng tuần", remedy_by=end)
            for one in last.carried_over
        ),
    )
    assert not state.pledge.submitted.late  # type: ignore[union-attr]
    state = await cycle(commands.ApprovePledge, secretary, round=1)
    assert state.pledge.state is Review.APPROVED
    items = tuple(ItemProgress(item=item, progress=80, done="Đã làm phần lớn") for item in state.pledge.items())
    state = await cycle(commands.ReportCheckIn, someone.person, month=today.month, items=items)
    seen = ((someone.member, state.check_ins[today.month].version),)
    await act(
        UNIT_YEAR, unit_stream(whole.open_cell, today.year), ConfirmMonth, secretary, month=today.month, seen=seen
    )
    await cycle(
        commands.SubmitSelfCriticism,
        someone.person,
        sections=tuple(
            SectionText(code=rule.code, text="Đã thực hiện")
            for rule in policy.forms[someone.track.value]
            if rule.required
        ),
        remedies=tuple(RemedyReport(shortcoming=debt.id, remedied=True) for debt in state.pledge.debts),
        self_rating=Level.EXCELLENT,
        points_common=29,
        points_results=66,
    )
    await cycle(commands.GiveCriticism, comrade.person, as_member=comrade.member, item="job-1", text="Nên báo sớm hơn")
    await cycle(commands.AnswerCriticism, someone.person, criticism="c1", text="Tôi tiếp thu")
    await cycle(commands.RecordPresentation, secretary, held_on=today, basis="Biên bản số 1")
    await cycle(commands.AcceptSelfCriticism, secretary, round=1, remark="Tốt", shortcomings=("Báo chậm",))
    state = await cycle(
        commands.RecordVote,
        secretary,
        held_on=today,
        eligible=11,
        present=11,
        votes=(LevelVotes(level=Level.EXCELLENT, votes=9), LevelVotes(level=Level.GOOD, votes=2)),
        proposed=Level.EXCELLENT,
        assessment=Assessment(points_common=29, points_results=66, tasks_done_pct=100, above_requirement_pct=35),
        remark="Tiêu biểu",
    )
    assert state.appraisal.decision_due == today + timedelta(days=15)
    await cycle(commands.DecideAppraisal, base, round=1, level=Level.EXCELLENT, decision_no="01-QĐ/ĐU")
    praise = commendation_stream(someone.member, today.year)
    await act(COMMENDATION, praise, ProposeCommendation, secretary, award="member_year", citation="Vượt 35 %")
    await cycle(commands.AcknowledgeResult, someone.person)
    assert (await cycle(commands.CloseCycle, CALENDAR)).closed is None
    given = await act(COMMENDATION, praise, GrantCommendation, base, decision_no="02-QĐ/KT")
    assert given.state is CommendationState.GRANTED
    state = await cycle(commands.CloseCycle, CALENDAR)
    assert state.closed
    assert (state.closed.level, len(state.closed.carried)) == (Level.EXCELLENT, 1)
    assert state.appraisal.state is AppraisalState.DECIDED


TINY = Shape(bases=1, cells_each=2, base_cells=2, members=34)


class Killed(Exception):  # noqa: N818
    pass


async def test_a_telling_that_was_killed_goes_on_and_doubles_nothing(log: Log, tmp_path: Path, monkeypatch):
    """The same commands under the same ids, whatever was carried out before."""
    real, left = log.execute_many, [60]

    async def mortal(requests: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return await real(requests)

    monkeypatch.setattr(log, "execute_many", mortal)
    with pytest.raises(Killed):
        await tell_into(log, noon(DAYS[2]), tmp_path / "logins.csv", shape=TINY)
    broken_off = await log.head()
    await tell_into(log, noon(DAYS[2]), tmp_path / "logins.csv", shape=TINY)
    whole = await log.head()
    assert 0 < broken_off < whole
    await tell_into(log, noon(DAYS[2]), tmp_path / "logins.csv", shape=TINY)
    assert await log.head() == whole
    assert (await verify(log.engine)).faults == ()


# -- the organisation itself


def test_the_organisation_has_the_blocs_shape_and_is_the_same_each_time():
    whole = organisation(2025)
    kinds = Counter(place.kind for place in whole.places.values())
    assert (kinds[UnitKind.BASE] + kinds[UnitKind.BASE_CELL], len(whole.cells), len(whole.people)) == (64, 102, 2247)
    assert organisation(2025) == whole
    assert len({one.name for one in whole.people}) > 1500
    assert len({place.name for place in whole.places.values()}) == len(whole.places)


def test_every_cell_has_its_officers_and_every_committee_its_members():
    for shape in (BLOC, SMALL):
        whole = organisation(2025, shape)
        held = {(post.role, post.unit) for post in whole.posts}
        for cell in whole.cells:
            assert {(Role.CELL_SECRETARY, cell), (Role.CELL_DEPUTY, cell)} <= held
        for place in whole.places.values():
            if place.kind is UnitKind.BASE:
                assert 3 <= sum(post.unit == place.id and post.role is Role.BASE_COMMITTEE for post in whole.posts) <= 5


def test_a_name_has_two_to_four_different_words():
    names = [name(hand("name", number)) for number in range(300)]
    assert all(2 <= len(set(one.split())) == len(one.split()) <= 4 for one in names)


async def the_banner_names_the_open_cell(log: Log, whole: Organisation) -> None:
    async with log.engine.connect() as connection:
        noted = (await connection.execute(sa.text("SELECT value FROM operations WHERE key = 'demo'"))).scalar_one()
    assert noted == {"cell": whole.open_cell, "name": whole.places[whole.open_cell].name}
