"""A person at a browser, who knows a name, a password and what the page says; nobody here types an address below the first one."""

import re
from typing import Self

from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.browser.installation import Login

expect.set_options(timeout=10_000)
WIDE: ViewportSize = {"width": 1280, "height": 860}


class Desk:
    """One person, signed in."""

    def __init__(self, page: Page, login: Login) -> None:
        self.page = page
        self.login = login
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(f"{page.url}: {said.text}"))
        page.on(
            "response",
            lambda answer: answer.status >= 400 and self.complaints.append(f"{answer.url}: {answer.status}"),
        )

    @classmethod
    async def open(cls, browser: Browser, url: str, login: Login, *, scripts: bool = True) -> Self:
        """A browser of their own, and through the door."""
        context = await browser.new_context(
            base_url=url, viewport=WIDE, locale="vi-VN", java_script_enabled=scripts, reduced_motion="reduce"
        )
        desk = cls(await context.new_page(), login)
        await desk.page.goto("/")
        await desk.page.get_by_label("Tên đăng nhập").fill(login.username)
        await desk.page.get_by_label("Mật khẩu", exact=True).fill(login.password)
        await desk.press("Đăng nhập")
        await expect(desk.page.get_by_role("heading", level=1, name="Việc của tôi")).to_be_visible()
        return desk

    def act(self, words: str, within: Locator | None = None) -> Locator:
        """The button or link of these words."""
        place = within or self.page
        return (
            place.get_by_role("button", name=words, exact=True)
            .or_(place.get_by_role("link", name=words, exact=True))
            .locator("visible=true")
        )

    async def press(self, words: str, within: Locator | None = None) -> None:
        """Press the first one in sight."""
        await self.act(words, within).first.click()

    async def go(self, words: str) -> None:
        """By the bar at the top."""
        link = self.page.get_by_role("navigation", name="Các trang chính").locator("visible=true").get_by_role("link")
        await link.filter(has_text=re.compile(rf"^\s*{words}(\s|$)")).first.click()

    async def take(self, *words: str, view: str = "Việc của tôi") -> None:
        """Find what waits in the inbox by the words of its row, and go where it is done by the button beside it."""
        await self.go("Việc của tôi")
        if view != "Việc của tôi":
            lists = self.page.get_by_role("navigation", name="Các danh sách việc")
            await lists.get_by_role("link").filter(has_text=view).click()
            await expect(self.page.get_by_role("heading", level=1, name=view)).to_be_visible()
        row = self.page.locator("[data-row]")
        for one in words:
            row = row.filter(has_text=one)
        await row.first.get_by_role("link").click()
        await self.page.locator(".item--chosen .acts .button").click()

    async def see(self, *words: str) -> None:
        """Each of these stands on the page."""
        for one in words:
            await expect(self.page.get_by_text(one).locator("visible=true").first).to_be_visible()

    def field(self, label: str, nth: int = 0, within: Locator | None = None) -> Locator:
        """A field by the beginning of its label."""
        return (within or self.page).get_by_role("textbox", name=re.compile(rf"^{re.escape(label)}")).nth(nth)

    async def write(self, label: str, text: str, nth: int = 0) -> None:
        """Fill in a field."""
        await self.field(label, nth).fill(text)

    async def choose(self, legend: str, words: str) -> None:
        """One of a group of radios; its words may be followed by others."""
        group = self.page.get_by_role("group", name=re.compile(rf"^{re.escape(legend)}"))
        await group.locator("label").filter(has_text=re.compile(rf"^\s*{re.escape(words)}")).first.click()

    async def leave(self) -> None:
        """Close the browser; nothing may have gone wrong in it."""
        await self.page.context.close()
        assert self.complaints == []
