"""The member's pledge through HTTP: written, kept, looked over, submitted, withdrawn, answered; and who may read it."""

import pytest

from events.cycle import CYCLE
from events.cycle.state import Review
from events.policy import Stage
from tests.web.year_story import (
    DEBT,
    HOME,
    PLEDGE,
    TEXT,
    YEAR,
    cell_year,
    decide,
    hidden,
    keys,
    signed_in,
    submit,
    write,
)
from web.drafts import load_draft

pytestmark = pytest.mark.store
STREAM = f"cycle-{YEAR}-m1"


@pytest.fixture
async def cell(log):
    await cell_year(log)
    return log


@pytest.fixture
async def member(app, cell):
    async with await signed_in(app, cell, "p1") as client:
        yield client


@pytest.fixture
async def secretary(app, cell):
    async with await signed_in(app, cell, "p4") as client:
        yield client


async def pledge_of(log):
    return (await log.load(CYCLE, STREAM))[0].pledge


async def test_the_form_comes_with_last_years_shortcoming_already_in_it(member):
    page = await member.get(PLEDGE)
    assert page.status_code == 200
    assert DEBT in page.text
    assert 'name="carried.0.plan"' in page.text


async def test_a_pledge_is_written_looked_over_and_submitted_by_plain_form_posts(member, cell):
    answer = await submit(member)
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    pledge = await pledge_of(cell)
    assert pledge.state is Review.SUBMITTED
    assert pledge.submitted.jobs[0].title == TEXT["jobs.0.title"]
    assert pledge.submitted.carried[0].text == DEBT
    assert await load_draft(cell, "p1", STREAM, "pledge") is None


async def test_what_is_missing_is_named_above_and_at_the_field_and_nothing_typed_is_lost(member, cell):
    page = await write(member, exemplary="", jobs__0__measure=" ", jobs__0__deadline="30 tháng 6")
    assert page.status_code == 422
    assert 'href="#f-exemplary"' in page.text
    assert 'id="f-jobs-0-measure-fault"' in page.text
    assert 'id="f-jobs-0-deadline-fault"' in page.text
    assert "30 tháng 6" in page.text
    assert TEXT["jobs.0.title"] in page.text
    assert "error." not in page.text
    assert (await pledge_of(cell)).state is Review.NONE


async def test_a_draft_is_restored_and_its_writer_alone_reads_it(member, secretary):
    saved = await member.post(PLEDGE, data={"draft": "1", "exemplary": "Dậy sớm", "jobs.0.title": "Nạo vét"})
    assert saved.status_code == 303
    assert "Dậy sớm" in (await member.get(PLEDGE)).text
    seen = await secretary.get(PLEDGE)
    assert (seen.status_code, "Dậy sớm" in seen.text) == (404, False)


async def test_a_second_job_is_added_without_javascript_and_the_typed_text_stays(member):
    answer = await member.post(PLEDGE, data={**TEXT, "add": "job"})
    assert answer.status_code == 303
    page = await member.get(PLEDGE)
    assert 'name="jobs.1.title"' in page.text
    assert TEXT["jobs.0.title"] in page.text
    await member.post(PLEDGE, data={**TEXT, "jobs.1.title": "Lập nhóm báo nước", "remove": "job"})
    assert 'name="jobs.1.title"' not in (await member.get(PLEDGE)).text


async def test_a_shortcoming_is_dropped_only_with_a_reason(member, cell):
    refused = await write(member, carried__0__choice="drop", carried__0__reason="")
    assert refused.status_code == 422
    assert 'id="f-carried-0-reason-fault"' in refused.text
    await submit(member, carried__0__choice="drop", carried__0__reason="Việc đã xong từ tháng 12")
    assert (await pledge_of(cell)).submitted.carried[0].dropped


async def test_pressing_submit_twice_submits_once(member, cell):
    await write(member)
    look = await member.get(f"{PLEDGE}/check")
    sent = {**TEXT, **keys(look)}
    first, second = [await member.post(f"{PLEDGE}/submit", data=sent) for _ in range(2)]
    assert (first.status_code, second.status_code) == (303, 303)
    assert (await pledge_of(cell)).round == 1


async def test_a_page_made_before_the_pledge_moved_says_what_happened_and_keeps_the_text(member, cell):
    await write(member)
    look = await member.get(f"{PLEDGE}/check")
    await submit(member)
    answer = await member.post(f"{PLEDGE}/submit", data={**TEXT, "exemplary": "Một câu khác hẳn", **keys(look)})
    assert answer.status_code == 409
    assert "Nộp cam kết" in answer.text
    assert "Một câu khác hẳn" in answer.text
    assert (await pledge_of(cell)).round == 1


async def test_a_pledge_is_withdrawn_until_a_reviewer_begins_and_its_text_is_there_to_go_on_with(
    member, secretary, cell
):
    await submit(member)
    page = await member.get(PLEDGE)
    answer = await member.post(f"{PLEDGE}/withdraw", data=keys(page))
    assert (answer.status_code, answer.headers["location"]) == (303, PLEDGE)
    assert (await pledge_of(cell)).state is Review.NONE
    assert TEXT["jobs.0.title"] in (await member.get(PLEDGE)).text
    assert (await secretary.get(PLEDGE)).status_code == 404
    await submit(member)
    review = await secretary.get(f"{PLEDGE}/review")
    await secretary.post(f"{PLEDGE}/review", data={**keys(review), "round": hidden(review, "round"), "act": "open"})
    assert (await member.post(f"{PLEDGE}/withdraw", data={"command_id": "too-late"})).status_code == 409


async def test_after_a_return_each_point_is_answered_and_the_text_read_with_what_changed(member, secretary, cell):
    await submit(member)
    await decide(secretary, "return", new__0__section="jobs", new__0__text="Nêu rõ số mét kênh.")
    page = await member.get(PLEDGE)
    assert "Nêu rõ số mét kênh." in page.text
    assert 'name="answers.0.text"' in page.text
    unanswered = await write(member)
    assert unanswered.status_code == 422
    assert 'href="#f-answers-0-text"' in unanswered.text
    answers = {
        "answers__0__kind": "revised",
        "answers__0__text": "Đã ghi số mét.",
        "jobs__0__measure": "850 mét, xong trước mùa lũ",
    }
    assert (await submit(member, **answers)).status_code == 303
    assert (await pledge_of(cell)).round == 2
    changes = await member.get(f"{PLEDGE}?view=changes")
    assert "<del>800</del><ins>850</ins>" in changes.text.replace("</del> <ins>", "</del><ins>")
    assert "<ins>" not in (await member.get(f"{PLEDGE}?round=1")).text


@pytest.mark.parametrize(("person", "status"), [("p2", 200), ("p4", 200), ("p6", 403), ("p7", 403), ("p8", 404)])
async def test_a_submitted_pledge_is_read_in_its_cell_closed_above_it_and_unknown_elsewhere(
    app, member, cell, person, status
):
    await submit(member)
    async with await signed_in(app, cell, person) as reader:
        assert (await reader.get(PLEDGE)).status_code == status
        assert (await reader.get(f"{PLEDGE}/check")).status_code in {403, 404}
        assert (await reader.post(PLEDGE, data=TEXT)).status_code in {403, 404}
        assert (await reader.post(f"{PLEDGE}/submit", data=TEXT)).status_code in {403, 404}


async def test_before_the_stage_opens_there_is_nothing_to_write(app, log):
    await cell_year(log, stages=((Stage.CHECK_IN, 1),))
    async with await signed_in(app, log, "p1") as member:
        assert 'name="exemplary"' not in (await member.get(PLEDGE)).text
        assert (await member.post(PLEDGE, data=TEXT)).status_code == 409
