"""Members of the open cell brought to one step each, by commands through the log, so that every page has something to show."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from deploy.demo.organisation import SMALL, Organisation, Someone, organisation
from events.access import Role
from events.commendation import COMMENDATION, ProposeCommendation
from events.cycle import CYCLE, commands
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
from events.decider import Decider, local_date
from events.ids import commendation_stream, cycle_stream, season_stream
from events.log import Log, create_engine, open_log, utc_now
from events.policy import Level
from events.season import SEASON
from tests.browser.installation import Installation


@dataclass(frozen=True, slots=True)
class Steps:
    """Addresses of the years that stand at each step."""

    unwritten: str
    submitted: str
    returned: str
    reported: str
    criticised: str
    accepted: str
    voted: str
    decided: str
    last_year: str
    cell: str
    other_cell: str
    today: date


@asynccontextmanager
async def opened(installation: Installation) -> AsyncIterator[Log]:
    """The installation's own log, beside it."""
    engine = create_engine(installation.database_url)
    log = open_log(engine, installation.home / "master.key")
    try:
        yield log
    finally:
        await log.close()
        await engine.dispose()


async def bring(installation: Installation) -> Steps:
    """Everyone to their step."""
    today = local_date(utc_now())
    whole = organisation(today.year - 1, SMALL)
    people = whole.cells[whole.open_cell]
    async with opened(installation) as log:
        for number, step in ((4, "reported"), (7, "criticised"), (10, "accepted"), (11, "voted"), (3, "decided")):
            await _Telling(log, whole, people[number], people[2], today).to(step)

    def at(place: int, year: int = today.year) -> str:
        return f"/year/{year}/{people[place].member}"

    others = [cell for cell in whole.cells if cell != whole.open_cell]
    return Steps(
        *(at(place) for place in (2, 8, 9, 4, 7, 10, 11, 3)),
        last_year=at(4, today.year - 1),
        cell=f"/cell/{whole.open_cell}/{today.year}",
        other_cell=f"/cell/{others[0]}/{today.year}",
        today=today,
    )


class _Telling:
    def __init__(self, log: Log, whole: Organisation, someone: Someone, comrade: Someone, today: date) -> None:
        self.log, self.whole, self.someone, self.comrade, self.today = log, whole, someone, comrade, today
        self.stream = cycle_stream(someone.member, today.year)
        self.secretary = whole.holder(whole.open_cell, Role.CELL_SECRETARY)
        self.base = whole.holder(whole.places[whole.open_cell].path[1], Role.BASE_COMMITTEE)
        self.numbers = count(1)

    async def act(self, kind: type[Any], by: str, **details: Any) -> Any:
        return await self.act_on(CYCLE, self.stream, kind, by, **details)

    async def act_on(
        self, decider: Decider[Any, Any, Any], stream: str, kind: type[Any], by: str, **details: Any
    ) -> Any:
        command = kind(id=f"told-{stream}-{next(self.numbers)}", by=by, at=utc_now(), **details)
        await self.log.execute(decider, stream, command)
        return (await self.log.load(decider, stream))[0]

    async def to(self, step: str) -> None:
        """Through the year as far as the step."""
        me, secretary = self.someone.person, self.secretary
        season, _ = await self.log.load(SEASON, season_stream(self.whole.root, self.today.year))
        policy = season.policies[season.newest]
        last, _ = await self.log.load(CYCLE, cycle_stream(self.someone.member, self.today.year - 1))
        end = date(self.today.year, 12, 15)
        job = Job(
            id="", title="Kiểm tra 12 cống", duty="Giám sát", measure="Biên bản", deadline=end, product="Danh mục"
        )
        await self.act(
            commands.SubmitPledge,
            me,
            jobs=(job,),
            exemplary="Đúng giờ",
            standards=(StandardPledge(code=policy.pledge.standards[0], how="Mỗi tháng một việc"),),
            carried=tuple(
                CarriedAnswer(shortcoming=one.id, text=one.text, plan="Theo dõi", remedy_by=end)
                for one in last.carried_over
            ),
        )
        state = await self.act(commands.ApprovePledge, secretary, round=1)
        items = tuple(ItemProgress(item=item, progress=80, done="Đã làm phần lớn") for item in state.pledge.items())
        await self.act(commands.ReportCheckIn, me, month=self.today.month, items=items)
        if step == "reported":
            return
        await self.act(
            commands.SubmitSelfCriticism,
            me,
            sections=tuple(
                SectionText(code=rule.code, text="Đã thực hiện, còn chậm hai lần.")
                for rule in policy.forms[self.someone.track.value]
                if rule.required
            ),
            remedies=tuple(RemedyReport(shortcoming=debt.id, remedied=True) for debt in state.pledge.debts),
            self_rating=Level.EXCELLENT,
            points_common=29,
            points_results=66,
        )
        comrade = self.comrade
        text = "Nên báo sớm hơn khi vướng."
        await self.act(commands.GiveCriticism, comrade.person, as_member=comrade.member, item="job-1", text=text)
        if step == "criticised":
            return
        await self.act(commands.AnswerCriticism, me, criticism="c1", text="Tôi tiếp thu.")
        await self.act(commands.RecordPresentation, secretary, held_on=self.today, basis="Biên bản số 1")
        await self.act(commands.AcceptSelfCriticism, secretary, round=1, remark="Nghiêm túc", shortcomings=("Chậm",))
        if step == "accepted":
            return
        await self.act(
            commands.RecordVote,
            secretary,
            held_on=self.today,
            eligible=11,
            present=11,
            votes=(LevelVotes(level=Level.EXCELLENT, votes=9), LevelVotes(level=Level.GOOD, votes=2)),
            proposed=Level.EXCELLENT,
            assessment=Assessment(points_common=29, points_results=66, tasks_done_pct=100, above_requirement_pct=35),
            remark="Tiêu biểu",
        )
        if step == "voted":
            return
        await self.act(commands.DecideAppraisal, self.base, round=1, level=Level.EXCELLENT, decision_no="01-QĐ/ĐU")
        praise = commendation_stream(self.someone.member, self.today.year)
        await self.act_on(
            COMMENDATION, praise, ProposeCommendation, secretary, award="member_year", citation="Vượt 35 %"
        )
