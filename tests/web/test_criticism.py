"""Criticism through HTTP: given by comrades of the cell, tied to an item, answered one by one by the member."""

import pytest

from events.cycle import facts
from tests.events.telling import tell
from tests.web.self_criticism_story import (
    CRITICISM,
    PAGE,
    STREAM,
    account_of,
    accounting,
    answer,
    criticise,
    decide,
    present,
    submit,
)
from tests.web.year_story import DEBT, hidden, keys, signed_in

pytestmark = pytest.mark.store


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


async def test_a_comrade_reads_the_text_and_criticises_an_item_under_their_name(member, comrade, cell):
    page = await comrade.get(CRITICISM)
    assert "Báo lịch nước qua loa còn chậm." in page.text
    assert 'value="job-1"' in page.text
    assert DEBT in page.text
    given = await criticise(comrade)
    assert (given.status_code, given.headers["location"]) == (303, f"{CRITICISM}#criticisms")
    criticism = (await account_of(cell)).criticisms[0]
    assert (criticism.by, criticism.given.item) == ("p2", "job-1")
    seen = await member.get(CRITICISM)
    assert "Chưa phối hợp với tổ dân phố." in seen.text
    assert "Lò Thị Sương" in seen.text
    assert "Việc đã cam kết: Nạo vét 800 mét kênh N5" in seen.text


async def test_pressing_twice_criticises_once(comrade, cell):
    page = await comrade.get(CRITICISM)
    sent = {**keys(page), "act": "give", "item": "duties", "text": "Còn nể nang."}
    assert [(await comrade.post(CRITICISM, data=sent)).status_code for _ in range(2)] == [303, 303]
    assert len((await account_of(cell)).criticisms) == 1


async def test_without_an_item_or_words_it_is_refused_at_the_field_and_kept(comrade, cell):
    page = await criticise(comrade, item="", text="Còn nể nang.")
    assert page.status_code == 422
    assert 'id="f-item-fault"' in page.text
    assert "Còn nể nang." in page.text
    assert "Còn nể nang." in (await comrade.get(CRITICISM)).text
    assert 'id="f-text-fault"' in (await criticise(comrade, text=" ")).text
    assert (await account_of(cell)).criticisms == ()


async def test_a_draft_is_its_writers_alone(comrade, member):
    await comrade.post(CRITICISM, data={"draft": "1", "item": "duties", "text": "Đang viết dở"})
    assert "Đang viết dở" in (await comrade.get(CRITICISM)).text
    assert "Đang viết dở" not in (await member.get(CRITICISM)).text


async def test_nobody_criticises_themselves_and_nobody_from_outside_the_cell(app, member, cell):
    page = await member.get(CRITICISM)
    assert 'name="item"' not in page.text
    refused = await member.post(CRITICISM, data={"command_id": "own", "item": "duties", "text": "Tự khen"})
    assert refused.status_code == 403
    async with await signed_in(app, cell, "p8") as stranger:
        sent = {"command_id": "x", "item": "duties", "text": "Không liên quan"}
        assert (await stranger.post(CRITICISM, data=sent)).status_code == 404
    assert (await account_of(cell)).criticisms == ()


async def test_the_member_answers_one_and_what_is_written_under_another_stays(member, comrade, secretary, cell):
    await criticise(comrade)
    await criticise(secretary, item="shortcomings", text="Nêu rõ ba lần báo chậm.")
    page = await member.get(CRITICISM)
    sent = {**keys(page), "act": "c1", "answers.c1": "Tiếp thu.", "answers.c2": "Đang nghĩ"}
    assert (await member.post(f"{CRITICISM}/answer", data=sent)).status_code == 303
    assert [one.answer for one in (await account_of(cell)).criticisms] == ["Tiếp thu.", ""]
    again = await member.get(CRITICISM)
    assert "Đang nghĩ" in again.text
    assert "1 chưa trả lời" in again.text
    read = await comrade.get(PAGE)
    assert "Tiếp thu." in read.text
    assert "Đang nghĩ" not in read.text


async def test_an_empty_answer_is_refused_at_its_field(member, comrade):
    await criticise(comrade)
    page = await answer(member, text="")
    assert page.status_code == 422
    assert 'href="#f-answers-c1"' in page.text
    assert (await answer(member, criticism="c9")).status_code == 404


async def test_only_the_member_answers(comrade, secretary):
    await criticise(comrade)
    page = await secretary.get(CRITICISM)
    sent = {"command_id": "x", "act": "c1", "answers.c1": "Thay lời"}
    assert (await secretary.post(f"{CRITICISM}/answer", data=sent)).status_code == 403
    assert "answers.c1" not in page.text


async def test_once_accepted_it_is_only_read_and_what_was_typed_comes_back(member, comrade, secretary, cell):
    page = await comrade.get(CRITICISM)
    await present(secretary)
    assert (await decide(secretary, "approve", remark="Nghiêm túc")).status_code == 303
    late = {"command_id": hidden(page, "command_id"), "item": "duties", "text": "Còn một ý"}
    refused = await comrade.post(CRITICISM, data=late)
    assert refused.status_code == 409
    assert "Còn một ý" in refused.text
    assert 'name="item"' not in (await comrade.get(CRITICISM)).text


async def test_before_it_is_submitted_there_is_nothing_to_criticise(app, log):
    await accounting(log)
    async with await signed_in(app, log, "p2") as comrade:
        assert (await comrade.get(CRITICISM)).status_code == 404
        await tell(log, STREAM, facts.TextOpened(reason="x"), by="p4")
        sent = {"command_id": "x", "item": "duties", "text": "Sớm quá"}
        assert (await comrade.post(CRITICISM, data=sent)).status_code == 404
