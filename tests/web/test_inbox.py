"""The inbox and the search, through HTTP."""

# ruff: noqa: F401, F811 - fixtures go by their names

import pytest

from tests.events.telling import cycle, tell
from tests.web.told import APPROVED, as_person, told

pytestmark = pytest.mark.store
HTMX = {"HX-Request": "true", "HX-Target": "item"}


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


async def test_the_count_in_the_bar_is_what_the_lists_ask(as_person):
    page = (await (await as_person("p4")).get("/inbox")).text
    # own pledge; m1's to review, month 1 to confirm
    assert '<span class="count">3</span>' in page
