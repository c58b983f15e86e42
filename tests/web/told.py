"""A told organisation behind the pages, and a browser for each of its people."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path

import httpx2
import pytest

from deploy.policies import policy_for
from events.cycle import facts
from events.cycle.values import ItemProgress, Job
from events.decider import CALENDAR
from events.ids import season_stream
from events.log import Log
from events.policy import Stage
from events.season import SEASON, OpenSeason, PublishPolicy
from tests.events.telling import YEAR, at, cycle, organisation, stage_open, tell, year_open
from tests.web.conftest import BASE, SAME
from web import sessions
from web.app import create_app
from web.deps import utc_now

PAST = date(YEAR, 1, 31)


def pledge(
    title: str = "Nạo vét 800 mét kênh N5", number: int = 1, review_due: date = date(YEAR, 2, 8)
) -> facts.PledgeSubmitted:
    job = Job(id="job-1", title=title, duty="vận hành", measure="mét", deadline=date(YEAR, 11, 30), product="kênh")
    return facts.PledgeSubmitted(
        jobs=(job,), exemplary="Nhận ca trực đêm giao thừa", standards=(), carried=(), answers=(), round=number, late=False,
        review_due=review_due,
    )  # fmt: skip


def report(month: int, done: str = "Đã nạo vét 120 mét", progress: int = 15) -> facts.CheckInReported:
    return facts.CheckInReported(
        month=month, items=(ItemProgress(item="job-1", progress=progress, done=done),), late=False
    )


APPROVED = facts.PledgeApproved(round=1)


@pytest.fixture
async def told(log: Log) -> Log:
    """The year is open, the pledge was due in January; m1's waits, m2's is approved with a report of month 1."""
    await organisation(log)
    data, _ = policy_for(YEAR)
    stream = season_stream("u1", YEAR)
    await log.execute(SEASON, stream, PublishPolicy(id="policy", by=CALENDAR, at=at("1/1"), data=data))
    await log.execute(SEASON, stream, OpenSeason(id="open", by=CALENDAR, at=at("1/1")))
    await year_open(log)
    await stage_open(log, Stage.PLEDGE, PAST)
    await stage_open(log, Stage.CHECK_IN, date(YEAR, 2, 5), month=1, on="25/1")
    await tell(log, cycle("m1"), pledge(), by="p1", on="20/1")
    await tell(log, cycle("m2"), pledge("Lập nhóm báo nước"), APPROVED, report(1), by="p2", on="28/1")
    return log


Visit = Callable[[str], Awaitable[httpx2.AsyncClient]]


class Installation:
    public_url = BASE
    database_url = None
    key_file = Path("unused")


@pytest.fixture
async def as_person(told: Log) -> AsyncIterator[Visit]:
    """A browser in which this person is signed in."""
    app = create_app(Installation(), told)
    opened: list[httpx2.AsyncClient] = []

    async def visit(person: str) -> httpx2.AsyncClient:
        token = await sessions.begin(told.engine, person, utc_now() - timedelta(minutes=1))
        client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app),
            base_url=BASE,
            headers={**SAME, "accept-language": "vi"},
            cookies={sessions.cookie_name(BASE): token},
        )
        opened.append(client)
        return client

    yield visit
    for client in opened:
        await client.aclose()


def field(text: str, name: str) -> str:
    """The value of a hidden field of a page."""
    before = f'name="{name}" value="'
    return text[text.index(before) + len(before) :].split('"', maxsplit=1)[0]
