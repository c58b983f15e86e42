"""Every link that a page offers leads somewhere: followed from the inbox as far as they go, for every kind of reader."""

import re
from collections import deque
from html.parser import HTMLParser

import pytest

from tests.browser.conftest import Opened
from tests.browser.installation import Installation
from tests.browser.told import Steps

pytestmark = [pytest.mark.browser, pytest.mark.system]

OF_A_KIND = 2
"""How many pages of one shape are followed: two years, two boards, two months."""


class Links(HTMLParser):
    """The addresses a page links to, without their fragments; and the fragments of its own that it has no element for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()
        self.own: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids.add(given.get("id") or "")
        address = given.get("href") if tag == "a" else None
        if not address:
            return
        if address.startswith("#"):
            self.own.add(address[1:])
        else:
            self.found.append(address.partition("#")[0])

    @property
    def nowhere(self) -> set[str]:
        """Fragments that lead nowhere."""
        return self.own - self.ids


def shape(address: str) -> str:
    """Pages of one template: numbers, people and units taken out."""
    path, _, query = address.partition("?")
    kinds = "&".join(sorted(part.partition("=")[0] for part in query.split("&"))) if "item" not in query else "item"
    return re.sub(r"/(?:\d+|[mu]\d+)(?=/|$)", "/#", path) + "?" + kinds


@pytest.mark.parametrize(
    "who", ["member", "cell_secretary", "base_committee", "superior_committee", "organisation_office"]
)
async def test_every_link_leads_somewhere(desk: Opened, installation: Installation, steps: Steps, who: str):
    reader = await desk(installation.open_cell[4] if who == "member" else installation.holder(who))
    ask = reader.page.context.request
    followed: dict[str, int] = {}
    seen, broken = {"/inbox"}, []
    waiting = deque([("/inbox", "")])
    while waiting:
        address, source = waiting.popleft()
        answer = await ask.get(address, headers={"Accept": "text/html"})
        if answer.status >= 400:
            broken.append((answer.status, address, source))
        links = Links(await answer.text())
        broken += [(0, f"{address}#{name}", address) for name in sorted(links.nowhere)]
        here = answer.url.removeprefix(installation.url)
        for link in links.found:
            target = here.partition("?")[0] + link if link.startswith("?") else link
            if not target.startswith("/") or target in seen:
                continue
            seen.add(target)
            if followed.setdefault(shape(target), 0) < OF_A_KIND:
                followed[shape(target)] += 1
                waiting.append((target, address))
    assert broken == []
    assert len(followed) > 10
