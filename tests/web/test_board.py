"""The board of a cell, the list of cells, and a month confirmed in one act."""

# ruff: noqa: F401, F811 - fixtures go by their names

import pytest

from events.cycle import CYCLE
from events.ids import unit_stream
from events.unit_year import UNIT_YEAR
from tests.events.telling import YEAR, cycle, tell
from tests.web.told import APPROVED, as_person, field, report, told

pytestmark = pytest.mark.store
BOARD = f"/cell/u3/{YEAR}"
MONTH = f"{BOARD}/month/1"


async def test_the_board_shows_everyone_of_the_cell_with_states_and_no_text(as_person):
    page = (await (await as_person("p1")).get(BOARD)).text
    for name in ("Đặng Vũ Tường", "Lò Thị Sương", "Kiều Bá Thước", "Vũ Thị Lụa", "Bế Văn Sáng"):
        assert name in page
    assert "Nạo vét" not in page
    assert '<th scope="col">' in page


async def test_who_is_neither_in_the_cell_nor_above_it_does_not_find_it(as_person):
    stranger = await as_person("p8")
    assert (await stranger.get(BOARD)).status_code == 404
    assert (await stranger.get(MONTH)).status_code == 404
    assert (await stranger.post(MONTH, data={"command_id": "x"})).status_code == 404


async def test_a_member_sees_the_board_but_not_the_confirmation(as_person):
    member = await as_person("p1")
    assert MONTH not in (await member.get(BOARD)).text
    assert (await member.get(MONTH)).status_code == 404


async def test_the_cell_nav_leads_to_the_own_cell_and_a_leader_without_one_to_the_list(as_person):
    assert (await (await as_person("p1")).get("/board")).headers["location"].startswith("/cell/u3/")
    assert (await (await as_person("p6")).get("/board")).headers["location"] == "/cells"


async def test_a_leader_sees_the_cells_below_with_shares_and_late_people(as_person):
    page = (await (await as_person("p6")).get(f"/cells?year={YEAR}")).text
    assert "Chi bộ Trạm Thủy nông" in page
    assert "Chi bộ Kênh nội đồng" in page
    assert "xong, 1 trên 5 người" in page
    assert 'class="heat heat--5"' in page


async def test_a_secretary_reads_the_reports_and_confirms_them_in_one_act(as_person, told):
    secretary = await as_person("p4")
    page = (await secretary.get(MONTH)).text
    assert "Đã nạo vét 120 mét" in page
    assert "Xác nhận 1 người" in page
    form = {name: field(page, name) for name in ("command_id", "seen.m2")}
    answer = await secretary.post(MONTH, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, BOARD)
    assert "Đã xác nhận kết quả tháng 1 cho 1 người." in (await secretary.get(BOARD)).text
    year, version = await told.load(UNIT_YEAR, unit_stream("u3", YEAR))
    assert year.confirmed[1] == {"m2"}
    assert (await secretary.post(MONTH, data=form)).status_code == 303  # twice is once
    assert (await told.load(UNIT_YEAR, unit_stream("u3", YEAR)))[1] == version


async def test_an_exception_without_a_reason_is_refused_at_its_field_and_nothing_is_lost(as_person, told):
    secretary = await as_person("p4")
    page = (await secretary.get(MONTH)).text
    form = {name: field(page, name) for name in ("command_id", "seen.m2")} | {"except.m2": "1"}
    answer = await secretary.post(MONTH, data=form)
    assert answer.status_code == 422
    assert 'href="#f-reason-m2"' in answer.text
    assert "Chưa viết lý do chưa xác nhận cho Lò Thị Sương." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert (await secretary.post(MONTH, data={**form, "reason.m2": "Chưa nêu số mét"})).status_code == 303
    state, _ = await told.load(CYCLE, cycle("m2"))
    assert state.check_ins[1].returned == "Chưa nêu số mét"


async def test_a_report_that_changed_since_it_was_read_is_shown_anew(as_person, told):
    secretary = await as_person("p4")
    page = (await secretary.get(MONTH)).text
    form = {name: field(page, name) for name in ("command_id", "seen.m2")}
    await tell(told, cycle("m2"), report(1, "Đã nạo vét 140 mét"), by="p2", on="30/1")
    answer = await secretary.post(MONTH, data=form)
    assert answer.status_code == 409
    assert "Kết quả của Lò Thị Sương đã được báo lại." in answer.text
    assert "Đã nạo vét 140 mét" in answer.text
    again = {name: field(answer.text, name) for name in ("command_id", "seen.m2")}
    assert (await secretary.post(MONTH, data=again)).status_code == 303


async def test_nobody_confirms_their_own_month_the_committee_above_does(as_person, told):
    await tell(told, cycle("m4"), report(1, "Việc của bí thư"), by="p4", on="29/1")
    mine = (await (await as_person("p4")).get(MONTH)).text
    assert "seen.m4" not in mine
    above = await as_person("p6")
    page = (await above.get(MONTH)).text
    assert "seen.m4" in page
    assert "seen.m2" not in page
    form = {name: field(page, name) for name in ("command_id", "seen.m4")}
    assert (await above.post(MONTH, data=form)).status_code == 303


async def test_a_browser_gets_the_page_and_htmx_gets_the_table(as_person):
    reader = await as_person("p1")
    part = (await reader.get(BOARD, headers={"HX-Request": "true"})).text
    assert "<table" in part
    assert "<h1" not in part


async def test_a_pledge_handed_in_moves_the_member_out_of_the_late(as_person, told):
    before = (await (await as_person("p6")).get(BOARD)).text.count("cell--late")
    await tell(told, cycle("m1"), APPROVED, by="p4", on="21/1")
    assert (await (await as_person("p6")).get(BOARD)).text.count("cell--late") == before - 1
