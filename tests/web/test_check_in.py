"""A month's results through HTTP."""

from datetime import timedelta

import pytest

from events.cycle import CYCLE
from events.cycle.facts import CheckInReturned
from events.policy import Stage
from events.unit_year.facts import MonthConfirmed
from tests.events.telling import tell
from tests.web.year_story import HOME, TODAY, YEAR, cell_year, decide, keys, open_stage, signed_in, submit

pytestmark = pytest.mark.store
STREAM = f"cycle-{YEAR}-m1"
MONTH = f"{HOME}/check-in/3"
DONE = {
    f"items.{index}.{name}": value
    for index in range(4)
    for name, value in (("progress", "40"), ("done", f"Đã làm mục {index}"))
}


@pytest.fixture
async def member(app, log):
    await cell_year(log)
    async with await signed_in(app, log, "p1") as client:
        await submit(client)
        async with await signed_in(app, log, "p4") as secretary:
            assert (await decide(secretary, "approve")).status_code == 303
        await open_stage(log, Stage.CHECK_IN, 3)
        yield client


async def report_of(log):
    return (await log.load(CYCLE, STREAM))[0].check_ins.get(3)


async def test_a_month_is_reported_item_by_item_and_again_until_it_is_confirmed(member, log):
    page = await member.get(MONTH)
    assert page.text.count('inputmode="numeric"') == 5
    answer = await member.post(MONTH, data={**keys(page), **DONE})
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    again = await member.get(MONTH)
    assert "Đã làm mục 0" in again.text
    await member.post(MONTH, data={**keys(again), **DONE, "items.0.progress": "55%"})
    assert (await report_of(log)).reported.items[0].progress == 55
    await tell(
        log, f"unit-{YEAR}-u3", MonthConfirmed(month=3, members=("m1",), excepted=()), by="p4", on=TODAY.isoformat()
    )
    assert 'name="items.0.done"' not in (await member.get(MONTH)).text
    refused = await member.post(MONTH, data={"command_id": "late", **DONE, "items.0.progress": "60"})
    assert refused.status_code == 409


async def test_what_is_missing_is_named_item_by_item(member, log):
    page = await member.post(
        MONTH,
        data={"command_id": "x", **DONE, "items.1.progress": "120", "items.2.done": "", "items.3.progress": "nửa"},
    )
    assert page.status_code == 422
    for field in ("items-1-progress", "items-2-done", "items-3-progress"):
        assert f'href="#f-{field}"' in page.text
    assert 'value="nửa"' in page.text
    assert await report_of(log) is None


async def test_the_reason_of_a_returned_month_is_shown_and_it_is_reported_again(member, log):
    await member.post(MONTH, data={"command_id": "first", **DONE})
    await tell(log, STREAM, CheckInReturned(month=3, reason="Nêu rõ số mét."), by="p4", on=TODAY.isoformat())
    page = await member.get(MONTH)
    assert "Nêu rõ số mét." in page.text
    assert (await member.post(MONTH, data={**keys(page), **DONE})).status_code == 303
    assert (await report_of(log)).returned == ""


async def test_a_month_late_on_paper_tells_its_own_date(app, log, member):
    await open_stage(log, Stage.CHECK_IN, 4, due=TODAY - timedelta(days=1))
    address = f"{HOME}/check-in/4"
    assert "trễ 1 ngày" in (await member.get(address)).text
    unreadable = await member.post(address, data={"command_id": "a", **DONE, "held_on": "hôm kia"})
    assert 'id="f-held_on-fault"' in unreadable.text
    await member.post(address, data={"command_id": "b", **DONE})
    assert (await log.load(CYCLE, STREAM))[0].check_ins[4].reported.late


async def test_last_months_results_stand_beside_this_months(member, log):
    await member.post(MONTH, data={"command_id": "x", **DONE})
    await open_stage(log, Stage.CHECK_IN, 5)
    assert "Đã làm mục 2" in (await member.get(f"{HOME}/check-in/5")).text


@pytest.mark.parametrize(("person", "see", "act"), [("p2", 200, 403), ("p6", 403, 403), ("p8", 404, 404)])
async def test_a_month_is_read_in_its_cell_and_reported_by_the_member_alone(app, log, member, person, see, act):
    await member.post(MONTH, data={"command_id": "x", **DONE})
    async with await signed_in(app, log, person) as other:
        assert (await other.get(MONTH)).status_code == see
        assert (await other.post(MONTH, data={"command_id": "y", **DONE})).status_code == act


async def test_without_an_approved_pledge_there_is_nothing_to_report(app, log):
    await cell_year(log, stages=((Stage.CHECK_IN, 3),))
    async with await signed_in(app, log, "p1") as client:
        assert "sau khi cam kết được thông qua" in (await client.get(MONTH)).text
        assert (await client.post(MONTH, data={"command_id": "x", **DONE})).status_code in {409, 422}
        assert (await client.get(f"{HOME}/check-in/13")).status_code == 404
