"""A cell whose year is open, browsers signed in as its people, and one member's pledge told through the pages themselves.

p1 (member m1) writes; p2 is a comrade; p4 the cell's secretary; p6 sits in the base committee above; p8 is of another cell.
Everything is told in the running year, whichever that is.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import httpx2

from deploy.policies import policy_for
from events.cycle.facts import CycleClosed
from events.cycle.values import Shortcoming
from events.decider import local_date
from events.log import Log, utc_now
from events.policy import Level, Stage
from events.season import PolicyPublished, SeasonOpened
from events.unit_year.facts import StageOpened, UnitYearOpened
from tests.events.telling import IN_U3, organisation, tell
from tests.web.conftest import BASE, SAME
from web import sessions

TODAY = local_date(utc_now())
YEAR = TODAY.year
PLEDGE = f"/year/{YEAR}/m1/pledge"
REVIEW = f"{PLEDGE}/review"
HOME = f"/year/{YEAR}/m1"
DEBT = "Trả lời bà con còn chậm."
SeeAs = Callable[[str], httpx2.AsyncClient]

TEXT = {
    "jobs.0.title": "Nạo vét 800 mét kênh N5",
    "jobs.0.duty": "Tổ trưởng tổ kênh nội đồng",
    "jobs.0.measure": "800 mét, xong trước mùa lũ",
    "jobs.0.product": "Biên bản nghiệm thu",
    "jobs.0.deadline": f"30/6/{YEAR}",
    "exemplary": "Đi kiểm tra cống lúc 5 giờ sáng các ngày lấy nước, ghi số lên bảng chung.",
    "standards.0.code": "integrity",
    "standards.0.how": "Không nhận quà của hộ dùng nước; ghi công khai lịch lấy nước ở nhà văn hóa.",
    "carried.0.choice": "remedy",
    "carried.0.plan": "Lập sổ hẹn, trả lời trong ba ngày",
    "carried.0.remedy_by": f"30/9/{YEAR}",
}


async def cell_year(
    log: Log, *, due: date = date(YEAR, 12, 31), stages: tuple[tuple[Stage, int | None], ...] = ((Stage.PLEDGE, None),)
) -> None:
    """The organisation, this year's policy, the cell's year with these stages open, and a shortcoming m1 carries from last year."""
    await organisation(log)
    season = f"season-{YEAR}-u1"
    data, copied = policy_for(YEAR)
    start = f"{YEAR}-01-01"
    await tell(
        log,
        season,
        PolicyPublished(year=YEAR, version=1, copied_from=copied, data=data),
        SeasonOpened(policy_version=1),
        on=start,
    )
    for unit, members in (("u3", IN_U3), ("u4", ("m8",))):
        await tell(
            log, f"unit-{YEAR}-{unit}", UnitYearOpened(season=season, policy_version=1, members=members), on=start
        )
    debt = Shortcoming(id=f"{YEAR - 1}-1", text=DEBT)
    await tell(log, f"cycle-{YEAR - 1}-m1", CycleClosed(level=Level.GOOD, carried=(debt,)), on=f"{YEAR - 1}-12-31")
    for stage, month in stages:
        await open_stage(log, stage, month, due)


async def open_stage(log: Log, stage: Stage, month: int | None = None, due: date = date(YEAR, 12, 31)) -> None:
    """A stage of the cell for all its members, opened yesterday."""
    opened = StageOpened(stage=stage, month=month, audience="members", members=IN_U3, due=due)
    await tell(log, f"unit-{YEAR}-u3", opened, on=(TODAY - timedelta(days=1)).isoformat())


async def signed_in(app, log: Log, person: str) -> httpx2.AsyncClient:
    """A browser of this person."""
    token = await sessions.begin(log.engine, person, utc_now())
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app, raise_app_exceptions=True),
        base_url=BASE,
        headers={**SAME, "accept-language": "vi"},
        cookies={sessions.cookie_name(BASE): token},
    )


def hidden(page: httpx2.Response, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'type="hidden" name="{re.escape(name)}" value="([^"]*)"', page.text)
    assert found, f"no hidden {name} in\n{page.text}"
    return found[1]


def keys(page: httpx2.Response) -> dict[str, str]:
    """The hidden fields that go with every act."""
    return {"command_id": hidden(page, "command_id"), "version": hidden(page, "version")}


async def write(client: httpx2.AsyncClient, address: str = PLEDGE, **changes: str) -> httpx2.Response:
    """Write the pledge and go on to the last look before submitting; `exemplary=""` leaves a field blank."""
    fields = {**TEXT, **{name.replace("__", "."): value for name, value in changes.items()}}
    return await client.post(address, data={"command_id": str(uuid4()), "act": "check", **fields})


async def submit(client: httpx2.AsyncClient, **changes: str) -> httpx2.Response:
    """Write, look, submit: as three requests of a browser without JavaScript."""
    assert (await write(client, **changes)).status_code == 303
    look = await client.get(f"{PLEDGE}/check")
    assert look.status_code == 200, look.text
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', look.text))
    return await client.post(
        f"{PLEDGE}/submit", data={**{name: unescape(value) for name, value in fields.items()}, "act": "submit"}
    )


def unescape(value: str) -> str:
    from html import unescape as plain

    return plain(value)


async def decide(client: httpx2.AsyncClient, act: str, **fields: str) -> httpx2.Response:
    """Return or approve what the review page shows now."""
    page = await client.get(REVIEW)
    assert page.status_code == 200, page.text
    given = {name.replace("__", "."): value for name, value in fields.items()}
    return await client.post(REVIEW, data={**keys(page), "round": hidden(page, "round"), "act": act, **given})
