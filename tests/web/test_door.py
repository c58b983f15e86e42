"""The door under attack: where it leads, whose session it gives, and what it tells of who has an account."""

import pytest

from tests.web.conftest import sign_in
from web import auth
from web.pages.sign_in import local_path

pytestmark = pytest.mark.store


@pytest.mark.parametrize(
    "next",
    [
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "https://evil.test",
        "javascript:alert(1)",
        "/\t/evil.test",
        "/\n/evil.test",
        "//[",
        "/x\r\nset-cookie: a=b",
        "http:/evil.test",
        "///evil.test",
        " //evil.test",
    ],
)
async def test_nobody_is_led_elsewhere_by_a_link_to_the_door(browser, next):
    assert local_path(next) == "/inbox"
    client = browser()
    assert (await client.get("/sign-in", params={"next": next})).status_code == 200
    sent = {"username": "lan", "password": "mật khẩu của Lan", "next": next}
    answer = await client.post("/sign-in", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")


@pytest.mark.parametrize("referer", ["http://[", "\x00", "https://evil.test//evil.test", "https://evil.test/a?b=//c"])
async def test_whoever_is_signed_out_in_the_middle_comes_back_to_a_place_of_ours(browser, referer):
    answer = await browser().post("/me/password", headers={"referer": referer})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/")
    assert local_path(answer.headers["location"].removeprefix("/sign-in?next=")).startswith("/")


async def test_the_session_changes_at_the_door_and_an_invented_one_is_never_taken(browser):
    client = browser()
    client.cookies.set("__Host-camket", "invented", domain="camket.test")
    assert (await client.get("/me")).status_code == 303
    answer = await sign_in(client)
    cookie = answer.headers["set-cookie"]
    assert "invented" not in cookie
    for part in ("__Host-camket=", "HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part.lower() in cookie.lower()
    assert "domain" not in cookie.lower()


async def test_signing_out_ends_the_session_on_the_server(lan):
    token = lan.cookies["__Host-camket"]
    await lan.post("/sign-out")
    lan.cookies.set("__Host-camket", token, domain="camket.test")
    assert (await lan.get("/me")).status_code == 303


async def test_the_door_says_the_same_of_a_wrong_name_and_a_wrong_password(browser):
    wrong = [await sign_in(browser(), name, "sai mật khẩu này") for name in ("lan", "khong-co")]
    assert [one.status_code for one in wrong] == [422, 422]
    assert (
        wrong[0].text.replace("lan", "").replace("khong-co", "")[:200]
        == wrong[1].text.replace("khong-co", "").replace("lan", "")[:200]
    )


async def test_the_door_works_as_hard_for_a_quick_hash_as_for_nobody(monkeypatch):
    verified = []
    hasher = auth._hasher

    class Counting:
        def verify_and_update(self, password, stored):
            verified.append(stored)
            return hasher.verify_and_update(password, stored)

        def verify(self, password, stored):
            verified.append(stored)
            return hasher.verify(password, stored)

    quick = auth.hash_password("một mật khẩu dài", generated=True)
    monkeypatch.setattr(auth, "_hasher", Counting())
    passwords = auth.Passwords()
    assert await passwords.verify("sai", quick) == (False, None)
    assert verified == [quick, auth._NOBODY]
    fits, better = await auth.Passwords().verify("sai", None)
    assert not fits
    assert better is None
