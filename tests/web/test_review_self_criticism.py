"""The committee's review of a self-criticism through HTTP: presented, returned with points, accepted; the very round that was read."""

from datetime import timedelta

import pytest

from events.cycle.state import Review
from tests.web.self_criticism_story import (
    PAGE,
    REVIEW,
    account_of,
    accounting,
    answer,
    criticise,
    decide,
    present,
    submit,
    write,
)
from tests.web.year_story import HOME, TODAY, YEAR, hidden, keys, signed_in

pytestmark = pytest.mark.store
OFF = 'aria-disabled="true"'


@pytest.fixture
async def cell(log):
    await accounting(log)
    return log


@pytest.fixture
async def member(app, cell):
    async with await signed_in(app, cell, "p1") as client:
        await submit(client)
        yield client


@pytest.fixture
async def comrade(app, cell, member):
    async with await signed_in(app, cell, "p2") as client:
        yield client


@pytest.fixture
async def secretary(app, cell, member):
    async with await signed_in(app, cell, "p4") as client:
        yield client


async def test_reading_changes_nothing_and_accepting_is_off_with_the_reason_beside_it(secretary, comrade, cell):
    await criticise(comrade)
    page = await secretary.get(REVIEW)
    assert OFF in page.text
    assert "Chưa thông qua được: chưa ghi việc trình bày, và còn 1 góp ý chưa trả lời." in page.text
    assert (await account_of(cell)).state is Review.SUBMITTED


async def test_it_is_accepted_once_presented_and_every_criticism_is_answered(secretary, comrade, member, cell):
    await criticise(comrade)
    refused = await decide(secretary, "approve", remark="Nghiêm túc, cầu thị")
    assert (refused.status_code, "Nghiêm túc, cầu thị" in refused.text) == (409, True)
    assert (await present(secretary)).headers["location"] == REVIEW
    assert "còn 1 góp ý chưa trả lời" in (await secretary.get(REVIEW)).text
    assert (await decide(secretary, "approve", remark="Nghiêm túc, cầu thị")).status_code == 409
    await answer(member)
    assert OFF not in (await secretary.get(REVIEW)).text
    named = {"shortcomings__0": "", "shortcomings__1": "Ít góp ý trong sinh hoạt."}
    accepted = await decide(secretary, "approve", remark="Nghiêm túc, cầu thị", **named)
    assert (accepted.status_code, accepted.headers["location"]) == (303, HOME)
    text = await account_of(cell)
    assert (text.state, text.accepted.remark) == (Review.APPROVED, "Nghiêm túc, cầu thị")
    assert [(one.id, one.text) for one in text.accepted.shortcomings] == [(f"{YEAR}-1", "Ít góp ý trong sinh hoạt.")]
    read = await member.get(PAGE)
    assert "Nghiêm túc, cầu thị" in read.text
    assert "Ít góp ý trong sinh hoạt." in read.text


async def test_the_presentation_is_recorded_with_its_day_and_basis_and_can_be_corrected(secretary, cell):
    tomorrow = TODAY + timedelta(days=1)
    late = await decide(secretary, "present", held_on=f"{tomorrow.day}/{tomorrow.month}/{tomorrow.year}", basis="BB 12")
    assert late.status_code == 422
    assert 'id="f-held_on-fault"' in late.text
    assert "Ngày họp chi bộ không thể ở sau hôm nay." in late.text
    blank = await decide(secretary, "present", held_on="", basis="BB 12", remark="Đang viết")
    assert (blank.status_code, "Đang viết" in blank.text) == (422, True)
    assert 'id="f-basis-fault"' in (await decide(secretary, "present", held_on=str(TODAY), basis=" ")).text
    await decide(secretary, "present", held_on=str(TODAY), basis="BB 12", remark="Đang viết")
    page = await secretary.get(REVIEW)
    assert "BB 12" in page.text
    assert "Đang viết" in page.text
    await decide(secretary, "present", held_on=str(TODAY), basis="BB 13")
    assert (await account_of(cell)).presented.basis == "BB 13"


async def test_it_is_returned_with_numbered_points_and_read_again_with_what_changed(secretary, member, cell):
    refused = await decide(secretary, "return")
    assert refused.status_code == 422
    assert 'href="#f-new-0-text"' in refused.text
    returned = await decide(secretary, "return", new__0__section="shortcomings", new__0__text="Nêu cụ thể.")
    assert returned.status_code == 303
    assert [(one.number, one.section) for one in (await account_of(cell)).points] == [(1, "shortcomings")]
    waiting = await secretary.get(REVIEW)
    assert "Đã trả lại với 1 điểm" in waiting.text
    assert "Nêu cụ thể." in waiting.text
    assert 'value="approve"' not in waiting.text
    changed = {"answers__0__kind": "explained", "answers__0__text": "Đã nêu ở trên."}
    await submit(member, sections__shortcomings__text="Báo lịch nước ba lần còn chậm.", **changed)
    page = await secretary.get(REVIEW)
    assert "Đã nêu ở trên." in page.text
    assert "<ins>ba lần</ins>" in page.text
    assert "<ins>" not in (await secretary.get(f"{REVIEW}?view=new")).text
    kept = await decide(secretary, "approve", verdicts__1="keep", remark="Được")
    assert kept.status_code == 422
    await decide(secretary, "return", verdicts__1="keep")
    assert (await account_of(cell)).points[0].text == "Nêu cụ thể."


async def test_only_the_round_that_was_read_is_accepted_and_what_was_typed_stays(secretary, member, cell):
    await present(secretary)
    page = await secretary.get(REVIEW)
    await decide(secretary, "return", new__0__section="duties", new__0__text="Thêm số liệu.")
    await submit(member, answers__0__kind="revised", answers__0__text="Đã thêm.")
    sent = {**keys(page), "round": hidden(page, "round"), "act": "approve", "remark": "Nhận xét đã viết"}
    stale = await secretary.post(REVIEW, data=sent)
    assert stale.status_code == 409
    assert "Nhận xét đã viết" in stale.text
    assert "Nộp lại bản tự kiểm điểm" in stale.text
    assert (await account_of(cell)).state is Review.SUBMITTED


async def test_points_and_shortcomings_are_added_without_javascript_and_a_draft_stays_private(secretary, comrade):
    page = await secretary.get(REVIEW)
    sent = {
        **keys(page),
        "round": "1",
        "new.0.section": "duties",
        "new.0.text": "Ý thứ nhất",
        "remark": "Nháp nhận xét",
    }
    more = await secretary.post(REVIEW, data={**sent, "shortcomings.0": "Ít góp ý", "add": "shortcoming"})
    assert more.headers["location"].endswith("#f-shortcomings-1")
    again = (await secretary.get(REVIEW)).text
    assert all(words in again for words in ("Ý thứ nhất", "Nháp nhận xét", "Ít góp ý", 'name="shortcomings.1"'))
    point = await secretary.post(REVIEW, data={**sent, "add": "point"})
    assert point.headers["location"].endswith("#f-new-1-section")
    assert "Nháp nhận xét" not in (await comrade.get(REVIEW)).text


async def test_pressing_accept_twice_accepts_once(secretary, cell):
    await present(secretary)
    page = await secretary.get(REVIEW)
    sent = {**keys(page), "round": "1", "act": "approve", "remark": "Nghiêm túc"}
    assert [(await secretary.post(REVIEW, data=sent)).status_code for _ in range(2)] == [303, 303]


@pytest.mark.parametrize(
    ("person", "seen", "done"), [("p1", 403, 403), ("p2", 200, 403), ("p6", 403, 403), ("p8", 404, 404)]
)
async def test_only_the_reviewing_committee_decides_and_nobody_their_own(app, cell, member, person, seen, done):
    async with await signed_in(app, cell, person) as reader:
        page = await reader.get(REVIEW)
        assert page.status_code == seen
        assert 'value="approve"' not in page.text
        for act in ("open", "present", "return", "approve"):
            fields = {"held_on": str(TODAY), "basis": "x", "new.0.section": "duties", "new.0.text": "x", "remark": "x"}
            sent = {"command_id": f"{person}-{act}", "round": "1", "act": act, **fields}
            assert (await reader.post(REVIEW, data=sent)).status_code == done
    assert (await account_of(cell)).state is Review.SUBMITTED


async def test_nothing_is_reviewed_before_it_is_submitted(app, log):
    await accounting(log)
    async with await signed_in(app, log, "p4") as secretary, await signed_in(app, log, "p1") as member:
        await write(member)
        assert (await secretary.get(REVIEW)).status_code == 409
