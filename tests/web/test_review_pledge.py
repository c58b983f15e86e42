"""The committee's review of a pledge through HTTP: exactly what was read is approved, a return has points, nobody decides their own."""

import pytest

from events.cycle import CYCLE
from events.cycle.state import Review
from tests.web.year_story import HOME, PLEDGE, REVIEW, YEAR, cell_year, decide, hidden, keys, signed_in, submit

pytestmark = pytest.mark.store
STREAM = f"cycle-{YEAR}-m1"
POINT = {"new__0__section": "standards", "new__0__text": "Nói cụ thể hơn."}


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


async def test_reading_the_review_page_changes_nothing(member, secretary, cell):
    await submit(member)
    assert (await secretary.get(REVIEW)).status_code == 200
    assert (await pledge_of(cell)).state is Review.SUBMITTED


async def test_approving_records_the_round_that_was_read_and_that_it_was_opened(member, secretary, cell):
    await submit(member)
    answer = await decide(secretary, "approve")
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    pledge = await pledge_of(cell)
    assert (pledge.state, pledge.approved_by) == (Review.APPROVED, "p4")
    names = [recorded.event.STORED.name for recorded in await cell.read(STREAM)]
    assert names == ["pledge.submitted", "pledge.opened_for_review", "pledge.approved"]


async def test_approving_twice_with_one_click_too_many_approves_once(member, secretary, cell):
    await submit(member)
    page = await secretary.get(REVIEW)
    sent = {**keys(page), "round": hidden(page, "round"), "act": "approve"}
    answers = [await secretary.post(REVIEW, data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(await cell.read(STREAM)) == 3


async def test_a_return_without_a_point_is_refused_and_one_with_a_point_is_not(member, secretary, cell):
    await submit(member)
    refused = await decide(secretary, "return")
    assert refused.status_code == 422
    assert 'href="#f-new-0-text"' in refused.text
    assert (await decide(secretary, "return", **POINT)).status_code == 303
    pledge = await pledge_of(cell)
    assert [(point.number, point.section, point.text) for point in pledge.points] == [
        (1, "standards", "Nói cụ thể hơn.")
    ]


async def test_a_text_submitted_again_meanwhile_is_not_approved_and_the_points_typed_are_kept(member, secretary, cell):
    await submit(member)
    page = await secretary.get(REVIEW)
    await member.post(f"{PLEDGE}/withdraw", data=keys(await member.get(PLEDGE)))
    await submit(member, exemplary="Một bản khác.")
    sent = {**keys(page), "round": hidden(page, "round"), "new.0.section": "jobs", "new.0.text": "Điểm đang viết dở"}
    for act in ("return", "approve"):
        answer = await secretary.post(REVIEW, data={**sent, "act": act, "command_id": f"late-{act}"})
        assert (answer.status_code, "Điểm đang viết dở" in answer.text) == (
            (409, True) if act == "return" else (422, True)
        )
    plain = {**keys(page), "command_id": "late", "round": hidden(page, "round"), "act": "approve"}
    answer = await secretary.post(REVIEW, data=plain)
    assert answer.status_code == 409
    assert "Nộp lại cam kết" in answer.text
    assert (await pledge_of(cell)).state is Review.SUBMITTED


async def test_a_point_is_kept_or_accepted_and_only_what_is_kept_goes_back(member, secretary, cell):
    await submit(member)
    await decide(
        secretary,
        "return",
        new__0__section="jobs",
        new__0__text="Điểm một",
        **{"new.1.section": "exemplary", "new.1.text": "Điểm hai"},
    )
    answers = {"answers__0__text": "Xong", "answers__1__kind": "explained", "answers__1__text": "Vì thế"}
    await submit(
        member, **answers, exemplary="Đi kiểm tra cống lúc 4 giờ sáng các ngày lấy nước, ghi số lên bảng chung."
    )
    page = (await secretary.get(REVIEW)).text
    assert "Giải trình." in page
    assert "<ins>4</ins>" in page
    assert "<ins>" not in (await secretary.get(f"{REVIEW}?view=new")).text
    kept_and_approved = await decide(secretary, "approve", verdicts__2="keep")
    assert kept_and_approved.status_code == 422
    assert (await decide(secretary, "return", verdicts__1="accept", verdicts__2="keep")).status_code == 303
    assert [(point.number, point.text) for point in (await pledge_of(cell)).points] == [(1, "Điểm hai")]


async def test_another_point_is_added_without_javascript_and_stays_the_reviewers_own(member, secretary, app, cell):
    await submit(member)
    page = await secretary.get(REVIEW)
    sent = {
        **keys(page),
        "round": hidden(page, "round"),
        "new.0.section": "jobs",
        "new.0.text": "Chưa gửi đâu",
        "add": "point",
    }
    assert (await secretary.post(REVIEW, data=sent)).status_code == 303
    again = (await secretary.get(REVIEW)).text
    assert "Chưa gửi đâu" in again
    assert 'name="new.1.text"' in again
    assert "Chưa gửi đâu" not in (await member.get(PLEDGE)).text


@pytest.mark.parametrize(
    ("person", "see", "act"), [("p1", 403, 403), ("p2", 200, 403), ("p6", 403, 403), ("p8", 404, 404)]
)
async def test_only_the_cells_committee_decides_and_never_the_member(app, member, cell, person, see, act):
    await submit(member)
    async with await signed_in(app, cell, person) as other:
        assert (await other.get(REVIEW)).status_code == see
        for choice in ("open", "approve", "return"):
            sent = {
                "command_id": f"{person}-{choice}",
                "round": "1",
                "act": choice,
                "new.0.section": "jobs",
                "new.0.text": "x",
            }
            if choice == "approve":
                sent = {name: value for name, value in sent.items() if not name.startswith("new")}
            assert (await other.post(REVIEW, data=sent)).status_code == act
    assert (await pledge_of(cell)).state is Review.SUBMITTED


async def test_a_heads_pledge_is_reviewed_one_level_up(app, cell):
    own = f"/year/{YEAR}/m4/pledge"
    async with await signed_in(app, cell, "p4") as head, await signed_in(app, cell, "p6") as base:
        text = {
            "jobs.0.title": "a",
            "jobs.0.duty": "b",
            "jobs.0.measure": "c",
            "jobs.0.product": "d",
            "jobs.0.deadline": f"1/6/{YEAR}",
        }
        text |= {"exemplary": "e", "standards.0.code": "unity", "standards.0.how": "f"}
        sent = await head.post(f"{own}/submit", data={"command_id": "head", **text})
        assert sent.status_code == 303, sent.text
        assert (
            await head.post(f"{own}/review", data={"command_id": "own", "round": "1", "act": "approve"})
        ).status_code == 403
        page = await base.get(f"{own}/review")
        assert (page.status_code, 'value="approve"' in page.text) == (200, True)
        approved = await base.post(f"{own}/review", data={**keys(page), "round": "1", "act": "approve"})
        assert approved.status_code == 303
