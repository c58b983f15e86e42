"""What the web refuses before and after any page: foreign requests, large bodies, other hosts; and what its failures show."""

import re
from datetime import UTC, datetime

import httpx2
import pytest
from sqlalchemy.exc import OperationalError

from events.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from events.unit import UnitKind
from tests.events.telling import founded, joined, tell_many
from tests.web.conftest import BASE, sign_in
from web.app import found_routers, status_of
from web.failures import database_is_down
from web.framing import banner_of
from web.middleware import LARGEST, POLICY

pytestmark = pytest.mark.store


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": BASE},
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": "http://camket.test"},
        {},
    ],
)
async def test_a_change_from_elsewhere_is_refused_even_at_the_door(app, inhabited, headers):
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
        answer = await client.post(
            "/sign-in", data={"username": "lan", "password": "mật khẩu của Lan"}, headers=headers
        )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_the_address_of_our_own_page_is_enough_for_a_browser_that_sends_no_more(app, inhabited):
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE, headers={"origin": BASE}) as client:
        assert (await sign_in(client)).status_code == 303


@pytest.mark.parametrize("path", ["/sign-in", "/me", "/nowhere", "/live", "/static/none.css"])
async def test_every_answer_has_the_headers(lan, path):
    headers = (await lan.get(path)).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["strict-transport-security"]
    assert "unsafe-inline" not in POLICY


async def test_a_personal_page_is_never_kept_by_a_cache(lan):
    headers = (await lan.get("/me")).headers
    assert headers["cache-control"] == "no-store"
    assert "HX-Request" in headers["vary"]


@pytest.mark.parametrize("path", ["/sign-in", "/me", "/nowhere"])
async def test_no_page_holds_a_style_or_a_script_of_its_own(lan, browser, path):
    text = (await (browser() if path == "/sign-in" else lan).get(path)).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|hx-on", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


async def test_another_host_is_misdirected(browser):
    assert (await browser().get("/sign-in", headers={"host": "evil.test"})).status_code == 421


async def test_too_large_a_form_is_refused_by_its_header_and_by_its_bytes(lan):
    announced = await lan.post("/drafts/x/y", content=b"a=" + b"x" * LARGEST)
    assert announced.status_code == 413

    async def trickle():
        for _ in range(LARGEST // 50_000 + 2):
            yield b"x" * 50_000

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert (await lan.post("/drafts/x/y", content=trickle(), headers=form)).status_code == 413


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(NotAllowed("a"), 403), (NotFound("a"), 404), (Conflict("a"), 409), (Stale("a"), 409), (Invalid("a"), 422)],
)
def test_every_kind_of_refusal_has_its_status(refusal, status):
    assert status_of(refusal) == status


async def test_a_page_that_is_not_there_offers_the_inbox_and_to_a_member_the_year(lan, inhabited):
    answer = await lan.get("/nowhere")
    assert answer.status_code == 404
    assert 'href="/inbox"' in answer.text
    assert 'href="/year"' not in answer.text
    assert "Vũ Thị Lan" in answer.text
    await tell_many(inhabited, [founded("u1", UnitKind.ROOT, "Đảng bộ Khối"), joined("m1", "p1", "u1")])
    assert 'href="/year"' in (await lan.get("/nowhere")).text


async def test_an_unforeseen_error_shows_a_number_and_no_inside(app, lan):
    @app.get("/breaks")
    async def breaks() -> None:
        raise RuntimeError("the inside of the machine")

    answer = await lan.get("/breaks")
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "inside of the machine" not in answer.text
    assert answer.headers["content-security-policy"] == POLICY


async def test_without_its_database_a_form_comes_back_with_what_was_typed_and_the_same_command_id(
    app, lan, monkeypatch
):
    async def lost(*_, **__):
        raise ConnectionRefusedError(111, "Connect call failed")

    monkeypatch.setattr("web.sessions.lasting", lost)
    answer = await lan.post(
        "/me/sign-out-everywhere", data={"command_id": "c-1", "exemplary": 'Nói "đi đôi" <với> làm'}
    )
    assert answer.status_code == 503
    assert 'name="command_id" value="c-1"' in answer.text
    assert "Nói &#34;đi đôi&#34; &lt;với&gt; làm" in answer.text
    assert "Gửi lại" in answer.text


async def test_a_password_is_never_shown_again_by_the_page_of_a_lost_database(app, lan, monkeypatch):
    async def lost(*_, **__):
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr("web.auth.lasting", lost)
    answer = await lan.post("/sign-in", data={"username": "lan", "password": "mật khẩu của Lan"})
    assert answer.status_code == 503
    assert "mật khẩu của Lan" not in answer.text


async def test_htmx_gets_the_notice_beside_the_form_and_not_in_its_place(lan):
    answer = await lan.get("/nowhere", headers={"HX-Request": "true"})
    assert answer.headers["hx-retarget"] == "#notice"
    assert "<html" not in answer.text


def test_a_missing_socket_is_a_lost_database_and_a_missing_file_is_a_bug():
    assert database_is_down(FileNotFoundError(2, "No such file or directory"))
    assert not database_is_down(FileNotFoundError(2, "No such file or directory", "template.html"))
    assert not database_is_down(ValueError())


async def test_no_page_but_the_open_ones_lets_a_stranger_in(browser):
    stranger = browser()
    for name, router in found_routers():
        if name in {"sign_in", "live"}:
            continue
        for route in router.routes:
            path = re.sub(r"\{year[^}]*\}", "2026", route.path)
            path = re.sub(r"\{[^}]*\}", "1", path)
            for method in route.methods:
                answer = await stranger.request(method, path)
                assert answer.status_code in {303, 401}, (method, path, answer.status_code)


async def test_it_says_whether_it_lives_and_is_ready(browser):
    assert (await browser().get("/live")).text == "live\n"
    assert (await browser().get("/ready")).json() == {"ready": True, "log_head": 0}


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("operations", "code"),
    [
        ({}, None),
        ({"temporal": {"value": {"reachable": True}, "seen": "2026-11-22T11:59:50+00:00"}}, None),
        ({"temporal": {"value": {"reachable": False}, "seen": "2026-11-22T11:59:50+00:00"}}, "banner.trouble"),
        ({"temporal": {"value": {"reachable": True}, "seen": "2026-11-22T11:50:00+00:00"}}, "banner.trouble"),
        ({"demo": {"value": {"cell": "u7", "name": "Chi bộ 1"}, "seen": "2026-11-01T00:00:00+00:00"}}, "banner.demo"),
    ],
)
def test_the_banner_says_when_new_steps_cannot_open(operations, code):
    banner = banner_of(operations, NOW)
    assert (banner.code if banner else None) == code
