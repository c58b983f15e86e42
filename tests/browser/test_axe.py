"""Every page for every kind of reader: no fault that axe finds, light and dark, and nothing wider than a phone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browser import walk
from tests.browser.conftest import Opened
from tests.browser.desk import WIDE, Desk
from tests.browser.installation import Installation
from tests.browser.told import Steps

pytestmark = [pytest.mark.browser, pytest.mark.system]

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """() => axe.run({resultTypes: ["violations"]}).then(found => found.violations.map(one => ({
    rule: one.id, how_many: one.nodes.length, first: one.nodes[0].html.slice(0, 200), why: one.nodes[0].failureSummary.slice(0, 300)})))"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOOKS = [(1280, "dark"), (360, "light")]


async def faults(desk: Desk, address: str) -> list[Any]:
    """What axe finds on a page at an address."""
    answer = await desk.page.goto(address)
    if answer is None or answer.status != 200:
        return [(address, answer and answer.status)]
    return await faults_of(desk.page)


async def faults_of(page: Page) -> list[Any]:
    """What axe finds on a page in each look, and by how many pixels a phone has to scroll sideways."""
    found: list[Any] = []
    address = page.url
    for width, theme in LOOKS:
        await page.set_viewport_size({"width": width, "height": 860})
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]  # one of two words
        if not await page.evaluate("'axe' in window"):
            await page.evaluate(AXE.read_text())
        found += [(address, width, theme, one) for one in await page.evaluate(RUN)]
        if over := await page.evaluate(TOO_WIDE):
            found.append((address, width, "scrolls sideways", over))
    return found


async def all_faults(desk: Desk, *addresses: str) -> list[Any]:
    return [one for address in addresses for one in await faults(desk, address)]


INBOX = [f"/inbox?view={view}" for view in ("mine", "group", "waiting", "finished")]


async def test_a_members_pages(desk: Opened, installation: Installation, steps: Steps):
    writing = await desk(installation.open_cell[2])
    found = await all_faults(
        writing, *INBOX, "/me", "/search?q=tr", steps.unwritten, f"{steps.unwritten}/pledge", steps.cell,
        f"{steps.criticised}/self-criticism", f"{steps.criticised}/criticism", f"{steps.decided}/result",
    )  # fmt: skip
    sent_back = await desk(installation.open_cell[9])
    found += await all_faults(sent_back, steps.returned, f"{steps.returned}/pledge")
    month = steps.today.month
    at_work = await desk(installation.open_cell[4])
    found += await all_faults(
        at_work, steps.reported, f"{steps.reported}/check-in/{month}", f"{steps.reported}/self-criticism",
        steps.last_year, f"{steps.last_year}/pledge", f"{steps.last_year}/result", f"{steps.last_year}/check-in/6",
    )  # fmt: skip
    criticised = await desk(installation.open_cell[7])
    found += await all_faults(criticised, steps.criticised, f"{steps.criticised}/criticism")
    told = await desk(installation.open_cell[3])
    found += await all_faults(told, steps.decided, f"{steps.decided}/result", f"{steps.decided}/commendation")
    assert found == []


async def test_a_secretarys_pages(desk: Opened, installation: Installation, steps: Steps):
    secretary = await desk(installation.open_cell[0])
    found = await all_faults(
        secretary, *INBOX, steps.cell, f"{steps.cell}/month/{steps.today.month}", steps.submitted,
        f"{steps.submitted}/pledge", f"{steps.submitted}/pledge/review", f"{steps.criticised}/self-criticism/review",
        f"{steps.accepted}/appraisal", f"{steps.voted}/appraisal", f"{steps.decided}/result",
        f"{steps.decided}/commendation",
    )  # fmt: skip
    assert found == []


async def test_a_base_committees_pages(desk: Opened, installation: Installation, steps: Steps):
    committee = await desk(installation.holder("base_committee"))
    found = await all_faults(
        committee, *INBOX, "/cells", steps.cell, steps.voted, f"{steps.voted}/decision",
        f"{steps.decided}/decision", f"{steps.decided}/commendation",
    )  # fmt: skip
    assert found == []


async def test_the_offices_pages(desk: Opened, installation: Installation, steps: Steps):
    office = await desk(installation.holder("organisation_office"))
    calendar = steps.cell.replace("/cell/", "/office/calendar/")
    found = await all_faults(office, *INBOX, "/cells", "/season", calendar, steps.other_cell)
    assert found == []


async def test_what_is_sent_without_being_written_and_what_is_looked_over(
    desk: Opened, installation: Installation, steps: Steps
):
    writing = await desk(installation.open_cell[2])
    await writing.page.goto(f"{steps.unwritten}/pledge")
    await writing.press("Xem lại trước khi nộp")
    await writing.page.locator("#error-summary").wait_for()
    found = await faults_of(writing.page)
    await writing.page.set_viewport_size(WIDE)
    writing.complaints.clear()  # the browser says of itself that the form came back with 422
    await walk.written_pledge(writing, steps.today)
    found += await faults_of(writing.page)
    assert found == []


async def test_the_door_and_what_stands_where_nothing_is(browser: Browser, installation: Installation):
    page = await browser.new_page(base_url=installation.url, locale="vi-VN", reduced_motion="reduce")
    await page.goto("/year")
    found = await faults_of(page)
    await page.get_by_label("Tên đăng nhập").fill("khong.co")
    await page.get_by_label("Mật khẩu", exact=True).fill("khong-phai-mat-khau")
    await page.get_by_role("button", name="Đăng nhập").click()
    await page.get_by_text("Tên đăng nhập hoặc mật khẩu chưa đúng.").first.wait_for()
    found += await faults_of(page)
    await page.close()
    assert found == []


async def test_the_pages_that_refuse(desk: Opened, installation: Installation, steps: Steps):
    office = await desk(installation.holder("organisation_office"))
    found: list[Any] = []
    for address, status in (("/nowhere", 404), (f"{steps.criticised}/self-criticism", 403)):
        answer = await office.page.goto(address)
        assert answer
        assert answer.status == status
        found += await faults_of(office.page)
    office.complaints.clear()
    assert found == []
