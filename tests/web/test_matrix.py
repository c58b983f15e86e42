"""Every screen with every kind of person: who gets in, who is told no, and that a no leaves nothing behind.

A new route fails here until it is decided on: a line in `SCREENS` for what it shows, in `ACTS` for what it does.
"""

import re
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.web.conftest import BASE, SAME
from tests.web.matrix_story import HELD, PEOPLE, marked_year
from tests.web.test_year_end import GOOD_VOTE
from tests.web.year_story import TODAY, YEAR, signed_in
from web.app import create_app, found_routers

pytestmark = pytest.mark.store

EVERYONE = frozenset(PEOPLE)
CELL = frozenset({"comrade", "secretary", "both"})
"""Who reads m1's texts, m1 apart."""
ABOVE = frozenset({"base", "root", "office", "inspection", "supervisor"})
"""Who reads m1's states only."""
KNOWN = CELL | ABOVE | {"member"}
HOME = "/year/{year}/{member}"

Line = dict[int, frozenset[str]]


def line(
    *, ok: frozenset[str] = frozenset(), led: frozenset[str] = frozenset(), no: frozenset[str] = frozenset()
) -> Line:
    """Who sees the screen, who is led on from it, who is told that they may not; for everyone else it does not exist."""
    return {200: ok, 303: led, 403: no, 404: EVERYONE - ok - led - no}


SCREENS: dict[str, Line] = {
    "/": line(led=EVERYONE),
    "/live": line(ok=EVERYONE),
    "/ready": line(ok=EVERYONE),
    "/sign-in": line(led=EVERYONE),
    "/me": line(ok=EVERYONE),
    "/inbox": line(ok=EVERYONE),
    "/search": line(ok=EVERYONE),
    "/board": line(led=EVERYONE),
    "/cells": line(ok=EVERYONE),
    "/cell/{unit}/{year}": line(ok=KNOWN),
    "/cell/{unit}/{year}/month/{month}": line(ok=frozenset({"secretary", "both", "base"})),
    "/season": line(led=frozenset({"office"})),
    "/office/calendar/{unit}/{year}": line(ok=frozenset({"office"})),
    "/year": line(led=frozenset({"member", "comrade", "secretary", "both", "stranger", "suspended"})),
    HOME: line(ok=KNOWN),
    f"{HOME}/pledge": line(ok=CELL | {"member"}, no=ABOVE),
    f"{HOME}/pledge/check": line(led=frozenset({"member"}), no=CELL | ABOVE),
    f"{HOME}/pledge/review": line(ok=CELL, no=ABOVE | {"member"}),
    f"{HOME}/check-in/{{month}}": line(ok=CELL | {"member"}, no=ABOVE),
    f"{HOME}/self-criticism": line(ok=CELL | {"member"}, no=ABOVE),
    f"{HOME}/self-criticism/check": line(led=frozenset({"member"}), no=CELL | ABOVE),
    f"{HOME}/self-criticism/review": line(ok=CELL, no=ABOVE | {"member"}),
    f"{HOME}/criticism": line(ok=CELL | {"member"}, no=ABOVE),
    f"{HOME}/appraisal": line(ok=CELL, led=frozenset({"member", "base"}), no=ABOVE - {"base"}),
    f"{HOME}/decision": line(ok=CELL | ABOVE, led=frozenset({"member"})),
    f"{HOME}/result": line(ok=KNOWN),
    f"{HOME}/commendation": line(ok=KNOWN),
}

FREE = frozenset(
    {"/sign-in", "/sign-out", "/look", "/me/password", "/me/sign-out-everywhere", "/drafts/{stream}/{form}"}
)
"""Acts on nothing but one's own sign-in, looks and drafts: nothing of it is in the log."""

DAY = f"{HELD.day}/{HELD.month}/{HELD.year}"
POINT = {"new.0.section": "jobs", "new.0.text": "Nêu rõ cách đo"}
MONTH = {"seen.m1": "7"}
CALENDAR = {"act": "amend", "reason": "Bận mùa vụ", "due-pledge": f"30/12/{YEAR}"}
MEMBER = frozenset({"member"})
REVIEWERS = frozenset({"secretary"})
DECIDERS = frozenset({"base", "both"})

ACTS: list[tuple[str, str, dict[str, str], frozenset[str]]] = [
    (f"{HOME}/pledge", "m24", {"exemplary": "x"}, MEMBER),
    (f"{HOME}/pledge/submit", "m24", {"exemplary": "x"}, MEMBER),
    (f"{HOME}/pledge/withdraw", "m21", {}, MEMBER),
    (f"{HOME}/pledge/review", "m21", {"act": "open"}, REVIEWERS),
    (f"{HOME}/pledge/review", "m21", {"act": "return", "round": "1", **POINT}, REVIEWERS),
    (f"{HOME}/pledge/review", "m21", {"act": "approve", "round": "1"}, REVIEWERS),
    (f"{HOME}/check-in/{{month}}", "m22", {"items.0.done": "x"}, MEMBER),
    (f"{HOME}/self-criticism", "m22", {"sections.duties.text": "x"}, MEMBER),
    (f"{HOME}/self-criticism/submit", "m22", {"sections.duties.text": "x"}, MEMBER),
    (f"{HOME}/self-criticism/withdraw", "m22", {}, MEMBER),
    (f"{HOME}/self-criticism/review", "m22", {"act": "open"}, REVIEWERS),
    (f"{HOME}/self-criticism/review", "m22", {"act": "present", "held_on": DAY, "basis": "x"}, REVIEWERS),
    (f"{HOME}/self-criticism/review", "m22", {"act": "return", "round": "1", **POINT}, REVIEWERS),
    (f"{HOME}/self-criticism/review", "m23", {"act": "approve", "round": "1", "remark": "x"}, REVIEWERS),
    (f"{HOME}/criticism", "m22", {"item": "job-1", "text": "Chưa phối hợp"}, CELL),
    (f"{HOME}/criticism/answer", "m22", {"act": "c1", "answers.c1": "Tiếp thu"}, MEMBER),
    (f"{HOME}/appraisal", "m23", {**GOOD_VOTE, "act": "record", "reason": "Đếm nhầm", "correct": "1"}, REVIEWERS),
    (f"{HOME}/decision", "m23", {"act": "return", "round": "1", "new.0.section": "vote", "new.0.text": "x"}, DECIDERS),
    (f"{HOME}/decision", "m23", {"act": "approve", "round": "1", "level": "good", "decision_no": "1"}, DECIDERS),
    (f"{HOME}/decision", "m1", {"act": "approve", "level": "completed", "reason": "x", "decision_no": "2"}, DECIDERS),
    (f"{HOME}/commendation", "m1", {"act": "grant", "decision_no": "3"}, DECIDERS),
    (f"{HOME}/commendation", "m1", {"act": "refuse", "reason": "x"}, DECIDERS),
    (f"{HOME}/commendation", "m1", {"act": "withdraw", "withdraw_reason": "x"}, REVIEWERS | DECIDERS),
    (f"{HOME}/commendation", "m22", {"act": "propose", "award": "member_year", "citation": "x"}, REVIEWERS | DECIDERS),
    (f"{HOME}/result", "m1", {"decision": "22"}, MEMBER),
    (f"{HOME}/text", "m1", {"reason": "Có đơn"}, frozenset({"base", "both", "root", "inspection"})),
    ("/cell/{unit}/{year}/month/{month}", "m1", MONTH, frozenset({"secretary", "both", "base"})),
    ("/office/calendar/{unit}/{year}", "m1", CALENDAR, frozenset({"office"})),
]
"""An act, on whose year, what is posted, and who may: everyone else is told no, and the log stays as it was."""


def address(path: str, member: str = "m1") -> str:
    values = {"year": str(YEAR), "member": member, "month": "1", "unit": "u3", "stream": "cycle-1-m1", "form": "x"}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: values[found[1]], path)


def routes(method: str) -> set[str]:
    """Every path of the application that answers to the method."""
    return {route.path for _, router in found_routers() for route in router.routes if method in route.methods}


@pytest.fixture
async def people(log) -> AsyncIterator[dict[str, httpx2.AsyncClient]]:
    from tests.web.conftest import Installation

    await marked_year(log)
    app = create_app(Installation(), log)
    clients = {name: await signed_in(app, log, person) for name, person in PEOPLE.items()}
    transport = httpx2.ASGITransport(app)
    clients["nobody"] = httpx2.AsyncClient(transport=transport, base_url=BASE, headers=SAME)
    yield clients
    for client in clients.values():
        await client.aclose()


def test_every_screen_is_decided_on(app):
    assert routes("GET") == set(SCREENS)
    assert routes("POST") == FREE | {path for path, _, _, _ in ACTS}
    methods = {method for _, router in found_routers() for route in router.routes for method in route.methods}
    assert methods <= {"GET", "HEAD", "POST"}
    own = {route.path for _, router in found_routers() for route in router.routes}
    others = {getattr(route, "path", "") for route in app.routes} - own
    assert others <= {"/static", ""}


async def test_each_person_sees_what_is_theirs_to_see_and_reading_changes_nothing(people, log):
    head, wrong = await log.head(), []
    for path, expected in SCREENS.items():
        for name in EVERYONE:
            status = (await people[name].get(address(path))).status_code
            if name not in expected.get(status, ()):
                wrong.append((path, name, status))
        status = (await people["nobody"].get(address(path))).status_code
        if status != (200 if path in {"/live", "/ready", "/sign-in"} else 303):
            wrong.append((path, "nobody", status))
    assert wrong == []
    assert await log.head() == head


async def test_nobody_acts_without_the_right_to(people, log):
    head, wrong = await log.head(), []
    for number, (path, member, fields, able) in enumerate(ACTS):
        for name in (*sorted(EVERYONE - able), "nobody"):
            sent = {"command_id": f"matrix-{number}-{name}", **fields}
            status = (await people[name].post(address(path, member), data=sent)).status_code
            if status not in ({303} if name == "nobody" else {403, 404}):
                wrong.append((path, fields.get("act"), name, status))
            if (now := await log.head()) != head:
                wrong.append((path, fields.get("act"), name, "appended"))
                head = now
    assert wrong == []


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (number, min(able))
        for number, (path, _, fields, able) in enumerate(ACTS)
        if not ({"exemplary", "items.0.done", "sections.duties.text"} & fields.keys())
        and not path.endswith(("/self-criticism/withdraw", "/office/calendar/{unit}/{year}", "/month/{month}"))
        and fields.get("act") != "propose"
        and not (path.endswith("/self-criticism/review") and fields["act"] in {"approve", "return"})
    ],
)
async def test_who_has_the_right_does_it_with_the_very_same_form(people, log, number, name):
    path, member, fields, _ = ACTS[number]
    head = await log.head()
    answer = await people[name].post(address(path, member), data={"command_id": "able", **fields})
    assert answer.status_code == 303, answer.text
    assert await log.head() > head


async def test_a_person_of_two_memberships_has_no_say_in_either_of_their_years(people, log):
    head = await log.head()
    for member in ("m1", "m22"):
        given = {"item": "job-1", "text": "Tốt", "command_id": "self"}
        assert (await people["member"].post(address(f"{HOME}/criticism", member), data=given)).status_code == 403
    assert await log.head() == head


async def test_a_signed_in_stranger_cannot_tell_a_member_of_elsewhere_from_none(people):
    there = await people["stranger"].get(address(HOME, "m1"))
    nowhere = await people["stranger"].get(address(HOME, "m999"))
    differ = rf"[0-9a-f]{{16}}|/year/{YEAR}/m\d+"
    assert there.status_code == nowhere.status_code == 404
    assert re.sub(differ, "", there.text) == re.sub(differ, "", nowhere.text)


@pytest.mark.parametrize("path", ["decision", "commendation"])
async def test_the_number_of_a_decision_is_not_sealed_and_holds_no_text(people, log, path):
    head = await log.head()
    sent = {"command_id": "long", "act": "approve" if path == "decision" else "grant", "round": "1", "level": "good"}
    sent["decision_no"] = "12-QĐ/ĐU " * 12
    member = "m23" if path == "decision" else "m1"
    answer = await people["base"].post(address(f"{HOME}/{path}", member), data=sent)
    assert answer.status_code == 422
    assert "100" in answer.text
    assert await log.head() == head


def test_today_is_inside_the_year():
    assert TODAY.year == YEAR
