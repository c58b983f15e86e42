"""A cell of two under a base under a root, and what its people do in a year, as commands through the log."""

from datetime import date, datetime
from itertools import count
from typing import Any

from deploy.policies import policy_for
from events import people
from events.access import Role
from events.cycle import CYCLE
from events.cycle import commands as do
from events.cycle.values import (
    Answer,
    AnswerKind,
    Assessment,
    ItemProgress,
    Job,
    LevelVotes,
    Point,
    SectionText,
    StandardPledge,
)
from events.decider import local_date
from events.ids import cycle_stream, season_stream
from events.log import Log
from events.policy import Level, StepChange
from events.season import SEASON, AmendCalendar, OpenSeason, PublishPolicy
from events.unit import UnitKind
from tests.events.telling import founded, granted, joined, tell_many

MEMBERS = ("m1", "m2")
PERSON = {"m1": "p1", "m2": "p2"}
SECRETARY, BASE, ROOT, OFFICE = "p4", "p6", "p7", "p9"
NAME = "Lường Thị Phượng Hoàng"
TEXT = "xây lại cống lấy nước Nậm Rốm"
_numbers = count(1)


async def found(log: Log) -> None:
    """The units, the members and those who act for the committees."""
    await tell_many(
        log,
        [
            founded("u1", UnitKind.ROOT, "Đảng bộ Khối"),
            founded("u2", UnitKind.BASE, "Đảng bộ Công ty Thủy nông", "u1"),
            founded("u3", UnitKind.CELL, "Chi bộ Trạm Thủy nông", "u2", "u1"),
            *(joined(member, PERSON[member], "u3") for member in MEMBERS),
            granted(SECRETARY, Role.CELL_SECRETARY, "u3"),
            granted(BASE, Role.BASE_COMMITTEE, "u2"),
            granted(ROOT, Role.SUPERIOR_COMMITTEE, "u1"),
            granted(OFFICE, Role.ORGANISATION_OFFICE, "u1"),
        ],
    )
    await people.add(log.engine, [people.Person(person="p1", name=NAME, birth_year=1980)])


class Cell:
    """The people of the cell in one year; `at` is when they act."""

    def __init__(self, log: Log, year: int) -> None:
        self.log = log
        self.year = year
        self.season = season_stream("u1", year)

    async def open_season(self, at: datetime) -> None:
        data, copied_from = policy_for(self.year)
        publish = PublishPolicy(id=f"publish-{self.year}", by=OFFICE, at=at, data=data, copied_from=copied_from)
        await self.log.execute(SEASON, self.season, publish)
        await self.log.execute(SEASON, self.season, OpenSeason(id=f"open-{self.year}", by=OFFICE, at=at))

    async def amend(self, at: datetime, *changes: StepChange) -> None:
        command = AmendCalendar(id=self.id(), by=OFFICE, at=at, changes=changes, reason="Công văn 12")
        await self.log.execute(SEASON, self.season, command)

    async def pledge(self, member: str, at: datetime) -> None:
        day = date(self.year, 12, 1)
        job = Job(id="", title=TEXT, duty=TEXT, measure="2 km", deadline=day, product=TEXT)
        standards = (StandardPledge(code="unity", how=TEXT),)
        await self._do(member, PERSON[member], at, do.SubmitPledge, jobs=(job,), exemplary=TEXT, standards=standards)

    async def pledge_again(self, member: str, at: datetime) -> None:
        state, _ = await self.log.load(CYCLE, cycle_stream(member, self.year))
        before = state.pledge.submitted
        assert before is not None
        answers = tuple(Answer(point=one.number, kind=AnswerKind.EXPLAINED, text=TEXT) for one in state.pledge.points)
        again = {"jobs": before.jobs, "exemplary": before.exemplary, "standards": before.standards, "answers": answers}
        await self._do(member, PERSON[member], at, do.SubmitPledge, **again)

    async def approve(self, member: str, at: datetime, number: int = 1) -> None:
        await self._do(member, SECRETARY, at, do.ApprovePledge, round=number)

    async def return_pledge(self, member: str, at: datetime) -> None:
        points = (Point(number=1, section="jobs", text=TEXT),)
        await self._do(member, SECRETARY, at, do.ReturnPledge, round=1, points=points)

    async def check_in(self, member: str, month: int, at: datetime) -> None:
        state, _ = await self.log.load(CYCLE, cycle_stream(member, self.year))
        items = tuple(ItemProgress(item=item, progress=50, done=TEXT) for item in state.pledge.items())
        await self._do(member, PERSON[member], at, do.ReportCheckIn, month=month, items=items)

    async def criticise_oneself(self, member: str, at: datetime) -> None:
        data, _ = policy_for(self.year)
        sections = tuple(SectionText(code=section["code"], text=TEXT) for section in data["forms"]["non_leader"])
        facts: dict[str, Any] = {"self_rating": Level.GOOD, "points_common": 25, "points_results": 60}
        await self._do(member, PERSON[member], at, do.SubmitSelfCriticism, sections=sections, **facts)

    async def accept(self, member: str, at: datetime) -> None:
        day = local_date(at)
        await self._do(member, SECRETARY, at, do.RecordPresentation, held_on=day, basis="biên bản 7")
        await self._do(member, SECRETARY, at, do.AcceptSelfCriticism, round=1, remark=TEXT)

    async def vote(self, member: str, at: datetime) -> None:
        facts: dict[str, Any] = {"held_on": local_date(at), "eligible": 10, "present": 10, "remark": TEXT}
        votes = (LevelVotes(level=Level.GOOD, votes=10),)
        found = Assessment(points_common=25, points_results=60, tasks_done_pct=100)
        facts |= {"votes": votes, "proposed": Level.GOOD, "assessment": found}
        await self._do(member, SECRETARY, at, do.RecordVote, **facts)

    async def decide(self, member: str, at: datetime) -> None:
        await self._do(member, BASE, at, do.DecideAppraisal, round=1, level=Level.GOOD, decision_no="3-QĐ", reason=TEXT)

    async def acknowledge(self, member: str, at: datetime) -> None:
        await self._do(member, PERSON[member], at, do.AcknowledgeResult)

    def id(self) -> str:
        return f"by-hand-{next(_numbers)}"

    async def _do(self, member: str, by: str, at: datetime, kind: type[Any], **details: Any) -> None:
        await self.log.execute(CYCLE, cycle_stream(member, self.year), kind(id=self.id(), by=by, at=at, **details))
