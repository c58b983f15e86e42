"""A cell whose self-criticism is open and whose member p1 has an approved pledge and two months' results; acts through the pages."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import httpx2

from events.cycle import CYCLE, facts
from events.cycle.state import SelfCriticism
from events.cycle.values import CarriedAnswer, ItemProgress, Job, StandardPledge
from events.log import Log
from events.policy import Stage
from tests.events.telling import tell
from tests.web.year_story import DEBT, HOME, TODAY, YEAR, cell_year, hidden, keys

STREAM = f"cycle-{YEAR}-m1"
PAGE = f"{HOME}/self-criticism"
CRITICISM = f"{HOME}/criticism"
REVIEW = f"{PAGE}/review"
DEBT_ID = f"{YEAR - 1}-1"
REQUIRED = ("politics_ethics", "duties", "pledge_result", "shortcomings", "causes", "direction")
TEXT = {
    **{f"sections.{code}.text": f"Nội dung của phần {code}." for code in REQUIRED},
    "sections.shortcomings.text": "Báo lịch nước qua loa còn chậm.",
    f"remedies.{DEBT_ID}.remedied": "yes",
    "self_rating": "good",
    "points_common": "27",
    "points_results": "61",
}
PLEDGED = facts.PledgeSubmitted(
    jobs=(
        Job(
            id="job-1",
            title="Nạo vét 800 mét kênh N5",
            duty="Tổ trưởng tổ kênh nội đồng",
            measure="800 mét, xong trước mùa lũ",
            deadline=TODAY,
            product="Biên bản nghiệm thu",
        ),
    ),
    exemplary="Đi kiểm tra cống lúc 5 giờ sáng các ngày lấy nước",
    standards=(StandardPledge(code="integrity", how="Ghi công khai lịch lấy nước"),),
    carried=(CarriedAnswer(shortcoming=DEBT_ID, text=DEBT, plan="Lập sổ hẹn", remedy_by=TODAY),),
    answers=(),
    round=1,
    late=False,
    review_due=TODAY,
)


def month(number: int, percent: int, done: str) -> facts.CheckInReported:
    """A month in which every item came this far."""
    items = ("job-1", "exemplary", "standard-integrity", DEBT_ID)
    reported = tuple(ItemProgress(item=item, progress=percent, done=f"{done} ({item})") for item in items)
    return facts.CheckInReported(month=number, items=reported, late=False)


async def accounting(log: Log, *, approved: bool = True) -> None:
    """The year up to the opening of the self-criticism."""
    await cell_year(log, stages=((Stage.PLEDGE, None), (Stage.SELF_CRITICISM, None)))
    told = (PLEDGED, *((facts.PledgeApproved(round=1),) if approved else ()))
    day = (TODAY - timedelta(days=1)).isoformat()
    await tell(log, STREAM, told[0], by="p1", on=day)
    for event in told[1:]:
        await tell(log, STREAM, event, by="p4", on=day)
    if approved:
        await tell(log, STREAM, month(3, 40, "Đã nạo 320 mét"), by="p1", on=day)
        await tell(log, STREAM, month(4, 80, "Đã nạo 640 mét"), by="p1", on=day)


async def account_of(log: Log) -> SelfCriticism:
    """Where the self-criticism stands."""
    return (await log.load(CYCLE, STREAM))[0].self_criticism


def named(changes: dict[str, str]) -> dict[str, str]:
    """Field names from keywords: `sections__duties__text`."""
    return {name.replace("__", "."): value for name, value in changes.items()}


async def write(client: httpx2.AsyncClient, **changes: str) -> httpx2.Response:
    """Write the form and go on to the last look; an empty value leaves a field blank."""
    fields = {**TEXT, **named(changes)}
    return await client.post(PAGE, data={"command_id": str(uuid4()), "act": "check", **fields})


async def submit(client: httpx2.AsyncClient, **changes: str) -> httpx2.Response:
    """Write, look, submit: as three requests of a browser without JavaScript."""
    answer = await write(client, **changes)
    assert answer.status_code == 303, answer.text
    look = await client.get(f"{PAGE}/check")
    assert look.status_code == 200, look.text
    return await client.post(f"{PAGE}/submit", data={**fields_of(look), "act": "submit"})


def fields_of(page: httpx2.Response) -> dict[str, str]:
    """Every hidden field of a page."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: unescape(value) for name, value in found}


async def criticise(
    client: httpx2.AsyncClient, item: str = "job-1", text: str = "Chưa phối hợp với tổ dân phố."
) -> httpx2.Response:
    """Give a criticism as the page's form does."""
    page = await client.get(CRITICISM)
    assert page.status_code == 200, page.text
    return await client.post(CRITICISM, data={**keys(page), "act": "give", "item": item, "text": text})


async def answer(client: httpx2.AsyncClient, criticism: str = "c1", text: str = "Tiếp thu.") -> httpx2.Response:
    """Answer one criticism."""
    page = await client.get(CRITICISM)
    sent = {**keys(page), "act": criticism, f"answers.{criticism}": text}
    return await client.post(f"{CRITICISM}/answer", data=sent)


async def decide(client: httpx2.AsyncClient, act: str, **fields: str) -> httpx2.Response:
    """Press a button of the review page as it stands now."""
    page = await client.get(REVIEW)
    assert page.status_code == 200, page.text
    return await client.post(REVIEW, data={**keys(page), "round": hidden(page, "round"), "act": act, **named(fields)})


async def present(client: httpx2.AsyncClient) -> httpx2.Response:
    """Record that it was presented today."""
    return await decide(client, "present", held_on=f"{TODAY.day}/{TODAY.month}/{TODAY.year}", basis="Biên bản 12")
