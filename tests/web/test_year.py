"""A member's year through HTTP: what is asked now, everything that happened, and who sees what of it."""

import pytest

from events.cycle import CYCLE
from events.policy import Stage
from events.unit_year.facts import MonthConfirmed, StageEscalated, StageReminded
from tests.events.telling import tell
from tests.web.year_story import HOME, PLEDGE, TEXT, TODAY, YEAR, cell_year, decide, open_stage, signed_in, submit

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


async def test_the_short_address_leads_to_the_own_running_year(member, app, cell):
    assert (await member.get("/year")).headers["location"] == HOME
    async with await signed_in(app, cell, "p9") as office:
        assert (await office.get("/year")).status_code == 404


async def test_the_next_thing_comes_first_and_changes_as_the_year_goes_on(member, secretary, cell):
    assert f'href="{PLEDGE}"' in (await member.get(HOME)).text
    await submit(member)
    assert "Không còn việc nào đến hạn" in (await member.get(HOME)).text
    assert f'href="{PLEDGE}/review"' in (await secretary.get(HOME)).text
    await decide(secretary, "approve")
    await open_stage(cell, Stage.CHECK_IN, 3)
    assert f'href="{HOME}/check-in/3"' in (await member.get(HOME)).text


async def test_every_step_and_who_made_it_stands_in_the_history(member, secretary, cell):
    await submit(member)
    await decide(secretary, "return", new__0__section="jobs", new__0__text="Nêu rõ số mét.")
    await submit(member, answers__0__text="Đã ghi.")
    await decide(secretary, "approve")
    await tell(
        cell,
        f"unit-{YEAR}-u3",
        StageReminded(stage=Stage.PLEDGE, month=None, members=("m1",), on=TODAY),
        on=TODAY.isoformat(),
    )
    await tell(
        cell,
        f"unit-{YEAR}-u3",
        StageEscalated(stage=Stage.PLEDGE, month=None, members=("m1", "m2"), to="u2"),
        on=TODAY.isoformat(),
    )
    page = (await member.get(HOME)).text
    for told in (
        "Nộp cam kết",
        "Trả lại cam kết",
        "Nêu rõ số mét.",
        "Nộp lại cam kết, lần 2",
        "Thông qua cam kết ở lần 2",
        "Vũ Thị Lụa",
        "Nhắc: còn chưa nộp cam kết",
        "Đảng bộ Công ty Thủy nông được báo",
    ):
        assert told in page, told
    assert "history." not in page
    assert "plan." not in page


async def test_above_the_cell_only_states_are_seen_until_a_reason_is_given_that_the_member_reads(app, member, cell):
    await submit(member)
    async with await signed_in(app, cell, "p6") as above:
        page = (await above.get(HOME)).text
        assert TEXT["jobs.0.title"] not in page
        assert 'name="reason"' in page
        without = await above.post(f"{HOME}/text", data={"command_id": "a", "reason": " "})
        assert without.status_code == 422
        assert 'id="f-reason-fault"' in without.text
        opened = await above.post(f"{HOME}/text", data={"command_id": "b", "reason": "Chuẩn bị họp đảng ủy"})
        assert (opened.status_code, opened.headers["location"]) == (303, HOME)
        assert TEXT["jobs.0.title"] in (await above.get(HOME)).text
        assert (await above.get(PLEDGE)).status_code == 200
    told = (await member.get(HOME)).text
    assert "Chuẩn bị họp đảng ủy" in told
    assert "Hà Công Đẩu" in told
    async with await signed_in(app, cell, "p7") as root:
        assert TEXT["jobs.0.title"] not in (await root.get(HOME)).text


@pytest.mark.parametrize(
    ("person", "status", "reads"),
    [
        ("p1", 200, True),
        ("p2", 200, True),
        ("p4", 200, True),
        ("p6", 200, False),
        ("p9", 200, False),
        ("p8", 404, False),
    ],
)
async def test_who_sees_the_year_and_who_reads_its_texts(app, member, cell, person, status, reads):
    await submit(member)
    async with await signed_in(app, cell, person) as reader:
        page = await reader.get(HOME)
        assert (page.status_code, TEXT["jobs.0.title"] in page.text) == (status, reads)
        if person in {"p2", "p9", "p8"}:
            assert (await reader.post(f"{HOME}/text", data={"command_id": "x", "reason": "tò mò"})).status_code in {
                403,
                404,
            }
    assert (await cell.load(CYCLE, STREAM))[1] == 1


async def test_a_draft_is_seen_by_nobody_else(member, secretary):
    await member.post(PLEDGE, data={**TEXT, "draft": "1", "exemplary": "Chưa nộp đâu"})
    assert "Đang viết" in (await member.get(HOME)).text
    seen = (await secretary.get(HOME)).text
    assert "Chưa nộp đâu" not in seen
    assert "Đang viết" not in seen


@pytest.mark.parametrize("address", [f"/year/{YEAR}/m999", f"/year/{YEAR}/p1", "/year/1999/m1", f"/year/{YEAR}/u3"])
async def test_what_is_no_year_is_not_found(member, address):
    assert (await member.get(address)).status_code == 404


async def test_the_page_speaks_english_too(app, cell):
    async with await signed_in(app, cell, "p1") as client:
        await client.post("/look", data={"language": "en", "next": HOME})
        page = (await client.get(HOME)).text
        assert "From now to the end of the year" in page
        assert "Write the pledge" in page


async def test_who_confirmed_a_month_is_named_and_what_the_calendar_opened_is_told_on_request(member, cell):
    confirmed = MonthConfirmed(month=1, members=("m1",), excepted=())
    await tell(cell, f"unit-{YEAR}-u3", confirmed, by="p4", on=TODAY.isoformat())
    page, whole = (await member.get(HOME)).text, (await member.get(f"{HOME}?all=1")).text
    assert "Vũ Thị Lụa" in page
    assert "Mở cam kết" not in page
    assert "Mở cam kết" in whole
