"""The self-criticism through HTTP: pre-filled, kept, looked over, submitted, withdrawn, answered; and who may read it."""

from dataclasses import replace

import pytest

from events.cycle import CYCLE
from events.cycle.state import Review
from events.errors import Invalid
from events.policy import Stage
from tests import stories
from tests.spec import given
from tests.web.self_criticism_story import (
    CRITICISM,
    DEBT_ID,
    PAGE,
    STREAM,
    TEXT,
    account_of,
    accounting,
    criticise,
    decide,
    fields_of,
    submit,
    write,
)
from tests.web.year_story import DEBT, HOME, cell_year, keys, signed_in
from web.drafts import load_draft
from web.pages.self_criticism_form import blank_form, self_criticism_command

store = pytest.mark.store


@pytest.fixture
async def cell(log):
    await accounting(log)
    return log


@pytest.fixture
async def member(app, cell):
    async with await signed_in(app, cell, "p1") as client:
        yield client


@pytest.fixture
async def comrade(app, cell):
    async with await signed_in(app, cell, "p2") as client:
        yield client


@pytest.fixture
async def secretary(app, cell):
    async with await signed_in(app, cell, "p4") as client:
        yield client


@store
async def test_the_form_comes_filled_in_from_the_pledge_and_the_months(member):
    page = await member.get(PAGE)
    assert page.status_code == 200
    assert "Nạo vét 800 mét kênh N5. Cam kết: 800 mét, xong trước mùa lũ." in page.text
    assert "Đến hết tháng 4: 80%." in page.text
    assert "- tháng 3 (40%): Đã nạo 320 mét (job-1)" in page.text
    assert DEBT in page.text
    assert f'name="remedies.{DEBT_ID}.remedied"' in page.text
    assert 'name="points_common"' in page.text
    assert "section." not in page.text


@store
async def test_it_is_written_looked_over_and_submitted_by_plain_form_posts(member, cell):
    answer = await submit(member)
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    text = await account_of(cell)
    assert text.state is Review.SUBMITTED
    assert {one.code: one.text for one in text.submitted.sections}["shortcomings"] == TEXT["sections.shortcomings.text"]
    assert (text.submitted.self_rating, text.submitted.points_common, text.submitted.points_results) == ("good", 27, 61)
    assert text.submitted.remedies[0].remedied
    assert await load_draft(cell, "p1", STREAM, "self_criticism") is None


@store
async def test_what_is_missing_is_named_above_and_at_the_field_and_nothing_typed_is_lost(member, cell):
    missing = {
        f"remedies.{DEBT_ID}.remedied": "",
        "self_rating": "",
        "points_common": "ba mươi",
        "points_results": "71",
    }
    page = await write(member, sections__duties__text=" ", **missing)
    assert page.status_code == 422
    order = ["sections-duties-text", f"remedies-{DEBT_ID}-remedied", "self_rating", "points_common", "points_results"]
    places = [page.text.index(f'href="#f-{name}"') for name in order]
    assert places == sorted(places)
    assert all(f'id="f-{name}-fault"' in page.text for name in order)
    assert "Phần 2, Thực hiện chức trách, nhiệm vụ: chưa viết." in page.text
    assert "ba mươi" in page.text
    assert TEXT["sections.shortcomings.text"] in page.text
    assert "error." not in page.text
    assert (await account_of(cell)).state is Review.NONE
    assert TEXT["sections.shortcomings.text"] in (await member.get(PAGE)).text


@store
async def test_a_draft_is_restored_and_its_writer_alone_reads_it(member, comrade):
    saved = await member.post(PAGE, data={"draft": "1", "sections.duties.text": "Mới viết một câu"})
    assert saved.status_code == 303
    assert "Mới viết một câu" in (await member.get(PAGE)).text
    seen = await comrade.get(PAGE)
    assert (seen.status_code, "Mới viết một câu" in seen.text) == (404, False)


@store
async def test_the_newest_summary_is_put_under_what_is_written_without_javascript(member):
    answer = await member.post(PAGE, data={**TEXT, "add": "pledge_result"})
    assert answer.status_code == 303
    page = await member.get(PAGE)
    assert page.text.index(TEXT["sections.pledge_result.text"]) < page.text.index("Đến hết tháng 4: 80%.")


@store
async def test_pressing_submit_twice_submits_once(member, cell):
    await write(member)
    look = await member.get(f"{PAGE}/check")
    first, second = [await member.post(f"{PAGE}/submit", data=fields_of(look)) for _ in range(2)]
    assert (first.status_code, second.status_code) == (303, 303)
    assert (await account_of(cell)).round == 1


@store
async def test_a_page_made_before_the_text_moved_says_what_happened_and_keeps_what_is_typed(member, cell):
    await write(member)
    look = await member.get(f"{PAGE}/check")
    await submit(member)
    sent = {**TEXT, "sections.duties.text": "Một câu khác hẳn", **keys(look)}
    answer = await member.post(f"{PAGE}/submit", data=sent)
    assert answer.status_code == 409
    assert "Nộp bản tự kiểm điểm" in answer.text
    assert "Một câu khác hẳn" in answer.text
    late = await member.post(PAGE, data=sent)
    assert (late.status_code, "Một câu khác hẳn" in late.text) == (409, True)
    assert (await account_of(cell)).round == 1


@store
async def test_it_is_withdrawn_until_somebody_opens_or_criticises_it(member, comrade, secretary, cell):
    await submit(member)
    page = await member.get(PAGE)
    answer = await member.post(f"{PAGE}/withdraw", data=keys(page))
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert TEXT["sections.shortcomings.text"] in (await member.get(PAGE)).text
    assert (await comrade.get(PAGE)).status_code == 404
    await submit(member)
    await criticise(comrade)
    assert (await member.post(f"{PAGE}/withdraw", data={"command_id": "criticised"})).status_code == 409
    await decide(secretary, "open")
    assert (await member.post(f"{PAGE}/withdraw", data={"command_id": "opened"})).status_code == 409
    assert f"{PAGE}/withdraw" not in (await member.get(PAGE)).text


@store
async def test_after_a_return_each_point_is_answered_and_the_text_read_with_what_changed(member, secretary, cell):
    await submit(member)
    await decide(secretary, "return", new__0__section="shortcomings", new__0__text="Nêu cụ thể lần báo chậm.")
    page = await member.get(PAGE)
    assert "Nêu cụ thể lần báo chậm." in page.text
    unanswered = await write(member)
    assert unanswered.status_code == 422
    assert 'href="#f-answers-0-text"' in unanswered.text
    changed = {
        "answers__0__kind": "revised",
        "answers__0__text": "Đã ghi ba lần.",
        "sections__shortcomings__text": "Báo lịch nước ba lần còn chậm.",
        "self_rating": "completed",
    }
    assert (await submit(member, **changed)).status_code == 303
    assert (await account_of(cell)).round == 2
    changes = (await member.get(f"{PAGE}?view=changes")).text
    assert "<ins>ba lần</ins>" in changes
    assert "<del>Hoàn thành tốt" in changes or "<del>" in changes[changes.index("text-self_rating") :]
    assert "<ins>" not in (await member.get(f"{PAGE}?round=1")).text
    assert (await member.get(f"{PAGE}?round=7")).status_code == 404


@pytest.mark.parametrize(("person", "status"), [("p2", 200), ("p4", 200), ("p6", 403), ("p7", 403), ("p8", 404)])
@store
async def test_what_is_submitted_is_read_in_its_cell_closed_above_it_and_unknown_elsewhere(
    app, member, cell, person, status
):
    await submit(member)
    async with await signed_in(app, cell, person) as reader:
        assert (await reader.get(PAGE)).status_code == status
        assert (await reader.get(CRITICISM)).status_code == status
        for path in (PAGE, f"{PAGE}/submit", f"{PAGE}/withdraw", f"{CRITICISM}/answer"):
            assert (await reader.post(path, data=TEXT)).status_code in {403, 404}
        assert (await reader.get(f"{PAGE}/check")).status_code in {403, 404}


@store
async def test_before_the_pledge_is_approved_there_is_nothing_to_write(app, log):
    await accounting(log, approved=False)
    async with await signed_in(app, log, "p1") as member:
        page = await member.get(PAGE)
        assert (page.status_code, 'name="self_rating"' in page.text) == (200, False)
        assert (await write(member)).status_code == 409


@store
async def test_before_the_stage_opens_there_is_nothing_to_write(app, log):
    await cell_year(log, stages=((Stage.PLEDGE, None),))
    async with await signed_in(app, log, "p1") as member:
        assert 'name="self_rating"' not in (await member.get(PAGE)).text
        assert (await write(member)).status_code == 409


@pytest.mark.parametrize("language", ["vi", "en"])
@store
async def test_every_page_speaks_both_languages(app, cell, language):
    async with await signed_in(app, cell, "p1") as member:
        await member.post("/look", data={"language": language, "next": "/"})
        for page in (await member.get(PAGE), await write(member, self_rating="")):
            assert f'lang="{language}"' in page.text
            assert "%(" not in page.text
            assert "self_criticism.part" not in page.text
        await write(member)
        look = await member.get(f"{PAGE}/check")
        assert ("Sau khi nộp" in look.text) is (language == "vi")


def test_a_regime_of_grades_asks_for_grades_and_no_points():
    """The years before 2025: four grades by section (regulations.md 1.2)."""
    form = tuple(replace(one, graded=one.code == "duties") for one in stories.POLICY.forms["non_leader"])
    policy = replace(stories.POLICY, scale="grades4", forms={"non_leader": form})
    cycle, setting = given(CYCLE, stories.after_check_in), stories.self_criticism_open(policy=policy)
    blank = blank_form(cycle, setting, "vi")
    assert blank.points == ()
    written = replace(
        blank,
        sections=tuple(replace(one, text="Đã viết") for one in blank.sections),
        remedies=tuple(replace(one, remedied="no") for one in blank.remedies),
        self_rating="good",
    )
    with pytest.raises(Invalid) as refused:
        self_criticism_command(written, cycle, setting, command_id="c", at=stories.at(stories.ACCOUNTING))
    assert [(one.code, one.field) for one in refused.value.all] == [
        ("self_criticism.grade_missing", "sections.duties.grade")
    ]
    graded = replace(
        written,
        sections=tuple(replace(one, grade="tot" if one.rule.graded else "") for one in written.sections),
    )
    command = self_criticism_command(graded, cycle, setting, command_id="c", at=stories.at(stories.ACCOUNTING))
    assert command.points_common is None
    assert {one.code: one.grade for one in command.sections}["duties"] == "tot"
