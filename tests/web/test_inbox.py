"""The inbox and the search, through HTTP."""

# ruff: noqa: F401, F811 - fixtures go by their names

from datetime import date

import pytest

from events.cycle.facts import SelfCriticismSubmitted, SelfCriticismWithdrawn
from events.ids import unit_stream
from events.policy import Level, Stage
from events.unit_year.facts import StageEscalated
from tests.events.telling import YEAR, at, cycle, tell
from tests.web.told import APPROVED, as_person, told
from web.drafts import save_draft

pytestmark = pytest.mark.store
HTMX = {"HX-Request": "true", "HX-Target": "item"}


def self_criticism() -> SelfCriticismSubmitted:
    return SelfCriticismSubmitted(
        sections=(), remedies=(), self_rating=Level.GOOD, points_common=None, points_results=None, answers=(), round=1,
        late=False, review_due=date(YEAR, 2, 20),
    )  # fmt: skip


async def test_the_first_page_is_the_readers_own_list(as_person):
    page = (await (await as_person("p3")).get("/inbox")).text
    assert "Viết cam kết năm 2026" in page
    assert "Quá hạn · 1" in page
    assert "trễ" in page


async def test_a_committee_finds_whose_text_waits_with_the_unit_and_since_when(as_person):
    page = (await (await as_person("p4")).get("/inbox?view=group")).text
    for piece in ("Đặng Vũ Tường", "Duyệt cam kết", "Chi bộ Trạm Thủy nông", "từ 20/1", "/year/2026/m1/pledge/review"):
        assert piece in page
    assert "Nạo vét" not in page  # no text of anybody


async def test_a_browser_gets_the_page_and_htmx_gets_the_item(as_person):
    reader, address = await as_person("p4"), "/inbox?view=group&item=review_pledge~m1~2026~0~review_pledge"
    whole, part = await reader.get(address), await reader.get(address, headers=HTMX)
    assert "<html" in whole.text
    assert "<html" not in part.text
    assert "row__name" not in part.text
    assert "data-item=" in part.text
    assert "split--item" in whole.text
    assert part.headers["vary"].startswith("HX-Request")


async def test_somebody_elses_item_is_not_found(as_person):
    address = "/inbox?view=group&item=review_pledge~m1~2026~0~review_pledge"
    for other in ("p1", "p2", "p6", "p8", "p9"):
        assert (await (await as_person(other)).get(address)).status_code == 404


async def test_an_item_that_is_done_is_gone(as_person, told):
    reader, address = await as_person("p4"), "/inbox?view=group&item=review_pledge~m1~2026~0~review_pledge"
    assert (await reader.get(address)).status_code == 200
    await tell(told, cycle("m1"), APPROVED, by="p4", on="21/1")
    assert (await reader.get(address)).status_code == 404


async def test_the_lists_are_narrowed_by_the_address(as_person):
    reader = await as_person("p4")
    assert "Đặng Vũ Tường" in (await reader.get("/inbox?view=group&step=review_pledge")).text
    assert "review_pledge~m1" not in (await reader.get("/inbox?view=group&step=confirm_month")).text


async def test_what_is_finished_says_who_did_it(as_person, told):
    await tell(told, cycle("m1"), APPROVED, by="p4", on="21/1")
    page = (await (await as_person("p1")).get("/inbox?view=finished")).text
    assert "Thông qua cam kết" in page
    assert "đồng chí Vũ Thị Lụa" in page


async def test_every_list_can_be_empty(as_person):
    for view in ("mine", "group", "waiting", "finished"):
        page = await (await as_person("p9")).get(f"/inbox?view={view}")
        assert page.status_code == 200
        assert 'class="empty"' in page.text


async def test_a_nonsense_mark_shows_the_newest(as_person):
    assert "Nộp cam kết" in (await (await as_person("p1")).get("/inbox?view=finished&before=x~y~z")).text


async def test_a_search_finds_names_typed_without_marks_and_nobody_out_of_reach(as_person):
    page = (await (await as_person("p4")).get("/search?q=dang+vu")).text
    assert "Đặng Vũ Tường" in page
    assert "sinh 1980" in page
    assert "Đặng Vũ Tường" not in (await (await as_person("p8")).get("/search?q=dang+vu")).text


async def test_a_cells_lateness_is_one_row_that_leads_to_its_board(as_person, told):
    escalated = StageEscalated(stage=Stage.PLEDGE, month=None, members=("m3", "m4"), to="u2")
    await tell(told, unit_stream("u3", YEAR), escalated, on="2/2")
    reader = await as_person("p6")
    page = (await reader.get("/inbox?view=group")).text
    assert "2 người quá hạn, 2 việc; lâu nhất: chưa nộp cam kết" in page
    item = (await reader.get("/inbox?view=group&item=overdue~u3~2026~0", headers=HTMX)).text
    assert f'href="/cell/u3/{YEAR}"' in item


async def test_what_is_begun_is_said_to_its_writer_and_nobody_else(as_person, told):
    await save_draft(told, "p3", cycle("m3"), "pledge", {"exemplary": ["x"]}, at("1/2"))
    assert "Đang viết, năm 2026" in (await (await as_person("p3")).get("/inbox")).text
    assert "đang viết" in (await (await as_person("p3")).get(f"/cell/u3/{YEAR}")).text
    for other, address in (("p4", "/inbox?view=waiting"), ("p4", f"/cell/u3/{YEAR}"), ("p6", f"/cell/u3/{YEAR}")):
        page = (await (await as_person(other)).get(address)).text
        assert "Kiều Bá Thước" in page
        assert "Đang viết" not in page
        assert "trễ" in page
        assert ", đang viết" not in page


async def test_a_comrade_is_led_to_whom_to_criticise(as_person, told):
    await tell(told, cycle("m1"), APPROVED, self_criticism(), by="p1", on="1/2")
    reader = await as_person("p3")
    page = (await reader.get("/inbox")).text
    assert "Góp ý cho 1 đồng chí" in page
    assert f'href="/year/{YEAR}/m1/criticism"' in (await reader.get(f"/cell/u3/{YEAR}")).text
    assert f'href="/year/{YEAR}/m1/criticism"' in (await reader.get(f"/year/{YEAR}/m1")).text
    assert "/criticism" not in (await (await as_person("p6")).get(f"/cell/u3/{YEAR}")).text
    assert f'href="/year/{YEAR}/m1/criticism"' not in (await (await as_person("p1")).get(f"/cell/u3/{YEAR}")).text


async def test_a_self_criticism_taken_back_is_its_writers_alone_in_the_history(as_person, told):
    await tell(told, cycle("m1"), APPROVED, self_criticism(), SelfCriticismWithdrawn(), by="p1", on="1/2")
    address, link = f"/year/{YEAR}/m1?all=1", "/self-criticism?round=1"
    assert link in (await (await as_person("p1")).get(address)).text
    page = (await (await as_person("p3")).get(address)).text
    assert link not in page
    assert "Hoàn thành tốt" not in page


async def test_the_bar_marks_the_readers_own_year_only(as_person, told):
    mark = '<a href="{}" aria-current="page">'.format
    own, other = [(await (await as_person(one)).get(f"/year/{YEAR}/m1")).text for one in ("p1", "p4")]
    assert mark("/year") in own
    assert mark("/year") not in other
    assert mark("/board") in other


async def test_who_is_no_member_has_no_year_in_the_bar_and_begins_where_they_work(as_person):
    office, member = await as_person("p9"), await as_person("p3")
    assert 'href="/year"' not in (await office.get("/inbox")).text
    assert 'href="/year"' in (await member.get("/inbox")).text
    assert (await office.get("/")).headers["location"] == "/season"
    assert (await member.get("/")).headers["location"] == "/inbox"


async def test_the_search_is_in_the_bar_of_every_page_and_among_the_rest_on_a_phone(as_person):
    reader = await as_person("p3")
    for address in ("/inbox", f"/cell/u3/{YEAR}", f"/year/{YEAR}/m3"):
        assert 'id="bar-find"' in (await reader.get(address)).text
    assert 'id="find"' in (await reader.get("/me")).text


async def test_the_count_in_the_bar_is_what_the_lists_ask(as_person):
    page = (await (await as_person("p4")).get("/inbox")).text
    # own pledge; m1's to review, month 1 to confirm
    assert '<span class="count">3</span>' in page
