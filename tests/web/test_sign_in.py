"""The door: who comes in, how long they stay, and what is kept for them alone."""

import unicodedata
from datetime import timedelta

import pytest

from events.sql import lasting
from tests.web.conftest import sign_in
from web import auth, sessions
from web.deps import utc_now
from web.drafts import load_draft
from web.pages.sign_in import local_path

pytestmark = pytest.mark.store


async def test_a_right_password_opens_the_inbox_and_gives_a_host_cookie(browser):
    answer = await sign_in(browser())
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-camket=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


async def test_a_wrong_password_says_so_at_the_field_and_keeps_the_name(browser):
    answer = await sign_in(browser(), password="không phải")
    assert answer.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in answer.text
    assert 'value="lan"' in answer.text
    assert "không phải" not in answer.text


async def test_an_unknown_name_gets_the_same_answer_as_a_wrong_password(browser):
    unknown = await sign_in(browser(), "nobody", "không phải")
    assert unknown.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in unknown.text


async def test_a_name_in_capitals_and_a_decomposed_password_are_the_same_person(browser):
    answer = await sign_in(browser(), "LAN", unicodedata.normalize("NFD", "mật khẩu của Lan"))
    assert answer.status_code == 303


async def test_too_many_attempts_are_told_how_long_to_wait_even_with_the_right_password(browser):
    client = browser()
    for _ in range(auth.PER_ACCOUNT):
        assert (await sign_in(client, password="sai")).status_code == 422
    answer = await sign_in(client)
    assert answer.status_code == 429
    assert "Đã thử quá nhiều lần." in answer.text


async def test_a_success_forgives_the_failures_before_it(browser):
    client = browser()
    for _ in range(auth.PER_ACCOUNT - 1):
        await sign_in(client, password="sai")
    assert (await sign_in(client)).status_code == 303
    assert (await sign_in(client, password="sai")).status_code == 422


async def test_signing_in_again_rotates_the_session_and_the_old_one_is_dead(lan, browser):
    old = lan.cookies["__Host-camket"]
    await sign_in(lan)
    assert lan.cookies["__Host-camket"] != old
    thief = browser(cookies={"__Host-camket": old})
    assert (await thief.get("/me")).status_code == 303


async def test_the_table_holds_no_token(lan, inhabited):
    token = lan.cookies["__Host-camket"]
    stored = await lasting(inhabited.engine, lambda connection: connection.fetchval("SELECT id_hash FROM sessions"))
    assert stored == sessions.hashed(token) != token.encode()


async def test_a_session_ends_after_twelve_idle_hours_and_after_thirty_days(lan, inhabited):
    token, now = lan.cookies["__Host-camket"], utc_now()
    assert await sessions.find(inhabited.engine, token, now + sessions.IDLE - timedelta(minutes=1))
    assert await sessions.find(inhabited.engine, token, now + sessions.IDLE * 2) is None
    assert await sessions.find(inhabited.engine, token, now + sessions.ABSOLUTE + timedelta(minutes=1)) is None


async def test_signing_out_ends_the_session_for_good(lan, browser):
    token = lan.cookies["__Host-camket"]
    assert (await lan.post("/sign-out")).status_code == 303
    assert (await browser(cookies={"__Host-camket": token}).get("/me")).headers["location"] == "/sign-in?next=/me"


async def test_an_htmx_request_without_a_session_is_sent_to_the_door_as_a_whole(browser):
    answer = await browser().get("/me", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in?next=/me")


async def test_after_signing_in_one_is_back_where_one_was_going(browser):
    answer = await browser().post(
        "/sign-in", data={"username": "lan", "password": "mật khẩu của Lan", "next": "/me?x=1"}
    )
    assert answer.headers["location"] == "/me?x=1"


@pytest.mark.parametrize(
    "path",
    ["//evil.test", "https://evil.test/", "/\\evil.test", "javascript:alert(1)", "evil", "/sign-in", "/a\nb", ""],
)
def test_the_door_leads_nowhere_else(path):
    assert local_path(path) == "/inbox"


async def test_a_changed_password_signs_the_others_out(lan, browser):
    other = browser()
    await sign_in(other)
    form = {"old": "mật khẩu của Lan", "new": "một câu khác hẳn", "again": "một câu khác hẳn"}
    assert (await lan.post("/me/password", data=form)).status_code == 303
    assert "Đã đổi mật khẩu." in (await lan.get("/me")).text
    assert (await other.get("/me")).status_code == 303
    assert (await sign_in(other, password="một câu khác hẳn")).status_code == 303


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (
            {"old": "sai hết cả rồi", "new": "một câu khác hẳn", "again": "một câu khác hẳn"},
            "Mật khẩu đang dùng chưa đúng.",
        ),
        ({"old": "mật khẩu của Lan", "new": "ngắn", "again": "ngắn"}, "cần ít nhất 10 chữ"),
        ({"old": "mật khẩu của Lan", "new": "một câu khác hẳn", "again": "một câu khác nữa"}, "không giống nhau"),
    ],
)
async def test_a_password_that_cannot_be_changed_says_why(lan, form, sentence):
    answer = await lan.post("/me/password", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text


async def test_signing_out_elsewhere_leaves_only_this_browser(lan, browser):
    other = browser()
    await sign_in(other)
    await lan.post("/me/sign-out-everywhere")
    assert (await other.get("/me")).status_code == 303
    assert (await lan.get("/me")).status_code == 200


async def test_the_look_is_kept_with_the_person(lan, browser):
    await lan.post("/look", data={"theme": "dark", "size": "larger", "language": "en", "next": "/me"})
    other = browser()
    await sign_in(other)
    page = (await other.get("/me")).text
    assert '<html lang="en" data-theme="dark" data-size="larger">' in page


async def test_a_look_chosen_outside_goes_in_with_the_person(browser):
    client = browser()
    await client.post("/look", data={"language": "en"})
    assert "Sign in" in (await client.get("/sign-in")).text
    await sign_in(client)
    assert '<html lang="en">' in (await client.get("/me")).text


async def test_a_draft_is_sealed_and_read_by_its_writer_only(lan, minh, inhabited):
    saved = await lan.post("/drafts/cycle-2026-m1/pledge", data={"exemplary": "Nói đi đôi với làm", "command_id": "c1"})
    assert saved.status_code == 204
    stored = await lasting(inhabited.engine, lambda connection: connection.fetchval("SELECT sealed FROM drafts"))
    assert "Nói" not in stored
    draft = await load_draft(inhabited, "p1", "cycle-2026-m1", "pledge")
    assert draft is not None
    assert draft.fields == {"exemplary": ["Nói đi đôi với làm"]}
    assert await load_draft(inhabited, "p2", "cycle-2026-m1", "pledge") is None


async def test_a_forgotten_person_has_no_draft(lan, inhabited):
    await lan.post("/drafts/cycle-2026-m1/pledge", data={"exemplary": "x"})
    await inhabited.vault.forget(inhabited.engine, "p1")
    assert await load_draft(inhabited, "p1", "cycle-2026-m1", "pledge") is None
