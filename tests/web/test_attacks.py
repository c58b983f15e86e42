"""What an attacker sends: none of it comes back as markup, none of it is a 500, none of it uses up what belongs to another."""

from uuid import uuid4

import pytest
import structlog

from events import people
from events.cycle import CYCLE
from events.cycle.commands import MakeResultFinal
from events.cycle.state import Review
from events.decider import CALENDAR
from events.log import utc_now
from tests.web.matrix_story import WITHDRAWN
from tests.web.year_story import HOME, PLEDGE, REVIEW, TEXT, YEAR, cell_year, decide, signed_in, submit, write
from web.middleware import LARGEST, MOST_FIELDS

pytestmark = pytest.mark.store

EVIL = (
    "</script><script>alert(1)</script>",
    "</textarea></template><img src=x onerror=alert(1)>",
    "\"' onmouseover=alert(1) x='",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}",
    "\u202eevil\u202c\u2066\u2069\ufeff",
    "%(n)s %s %n &lt;script&gt;",
)


@pytest.fixture
async def year(app, log):
    await cell_year(log)
    clients = {name: await signed_in(app, log, person) for name, person in {"member": "p1", "secretary": "p4"}.items()}
    for client in clients.values():
        client._transport.raise_app_exceptions = False
    yield clients
    for client in clients.values():
        await client.aclose()


@pytest.mark.parametrize("evil", EVIL)
async def test_what_is_typed_comes_back_as_text_wherever_it_is_shown(year, evil):
    fields = {
        name: evil
        for name in TEXT
        if name.endswith(("title", "duty", "measure", "product", "how", "plan", "exemplary"))
    }
    typed = await write(year["member"], **fields, **{"jobs.0.deadline": evil})
    assert typed.status_code == 422
    pages = [typed.text, (await year["member"].get(PLEDGE)).text]
    assert (await submit(year["member"], **fields)).status_code == 303
    given = {"new__0__section": "jobs", "new__0__text": evil}
    assert (await decide(year["secretary"], "return", **given)).status_code == 303
    for path in (HOME, PLEDGE, REVIEW, f"{PLEDGE}?round=1", f"{PLEDGE}?view=changes"):
        pages += [(await client.get(path)).text for client in year.values()]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page
        assert "\"' onmouseover=" not in page
        assert "49{%" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/year/99999999999999/m1",
        "/year/-1/m1/pledge",
        "/year/0/m1",
        f"/year/{'9' * 5000}/m1",
        f"/year/{YEAR}/m%00",
        f"/year/{YEAR}/m1%00/pledge",
        f"/year/{YEAR}/p1",
        f"/year/{YEAR}/u3",
        f"/year/{YEAR}/m1-m2",
        f"/year/{YEAR}/m1'; DROP TABLE events; --",
        f"/year/{YEAR}/{'m' * 3000}",
        f"/year/{YEAR}/m%ED%A0%80",
        f"/year/{YEAR}/m1/check-in/13",
        f"/year/{YEAR}/m1/check-in/99999999999999999999",
        f"/year/{YEAR}/m1/check-in/-1",
        "/cell/u3/99999999999",
        f"/cell/u3%00/{YEAR}",
        f"/cell/u3/{YEAR}/month/99",
        "/office/calendar/u3/99999999999",
        "/search?q=%00",
        "/search?q=%ED%A0%80%F0%9F%98%80",
        f"/search?q={'a%20' * 30}",
        "/inbox?page=99999999999999999999",
        "/inbox?item=%00",
        "/inbox?view=finished&before=9999-12-31T23:59:59%2B00:00~x~99999999999999999999",
        "/inbox?view=finished&before=0001-01-01T00:00:00%2B14:00~x~1",
        "/inbox?unit=%27%22%3C&step=%3Cscript%3E",
        f"{PLEDGE}?round=99999999999999999999999",
        f"{PLEDGE}?round=-1",
        f"{REVIEW}?view=%3Cscript%3E",
        "/cells?year=99999999999999999999",
    ],
)
async def test_no_address_breaks_a_page(year, path):
    for client in year.values():
        answer = await client.get(path)
        assert answer.status_code in {200, 303, 400, 403, 404, 409, 422}, path
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"exemplary=a%00b",
        b"exemplary=a\x00b",
        b"command_id=%00",
        b"username=%00&password=%00&next=%00",
        b"q=%00",
    ],
)
async def test_a_zero_byte_is_refused_with_a_sentence(year, body):
    form = {"content-type": "application/x-www-form-urlencoded"}
    for path in (PLEDGE, f"{PLEDGE}/submit", "/drafts/x/y", "/sign-in", "/me/password", f"{HOME}/text"):
        answer = await year["member"].post(path, content=body, headers=form)
        assert answer.status_code == 400
        assert "ký tự mà hệ thống không ghi được" in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"jobs.999999.title": "x", "jobs.-1.title": "x", "jobs.0.0.0.title": "x", "jobs..": "x"},
        {"version": "9" * 5000, "round": "9" * 5000, "act": "approve"},
        {"version": "²", "round": "٣", "act": "approve"},
        {"verdicts." + "9" * 90: "keep", "act": "return", "round": "1"},
        {"new.11.text": "x", "new.11.section": "<script>", "act": "return", "round": "1"},
        {"act": "<script>", "add": "x" * 3000, "remove": "y", "draft": ""},
        {"command_id": "'; DROP TABLE events; --", "draft": "1"},
        {"exemplary": "\ud800".encode("utf-8", "surrogatepass"), "act": "check"},
        {"carried.0.remedy_by": "31/2/2026", "jobs.0.deadline": "9" * 3000, "act": "check"},
        {"jobs.0.deadline": "30/6/9999", "act": "check", "jobs.0.title": "x" * 30_000},
        {"item": "x" * 500, "text": "y" * 30_000, "answers." + "z" * 500: "x"},
        {"seen.m999": "1", "seen.": "1", "seen.m1": "99999999999", "except.m1": "1", "reason.m1": ""},
        {"seen.u3": "1", "except.u3": "1"},
        {"present": "²", "eligible": "9" * 9, "votes.good": "-1", "held_on": "0/0/0000", "act": "record"},
        {"level": "<script>", "decision": "x", "award": "nothing", "citation": "x" * 30_000, "act": "propose"},
        {"opens-pledge": "1/1/0001", "due-pledge": "31/12/9999", "act": "amend", "reason": "x"},
    ],
)
async def test_no_form_breaks_a_page(year, fields, app, log):
    await submit(year["member"])
    office = await signed_in(app, log, "p9")
    steps = ("", "/submit", "/withdraw", "/review")
    posts = [
        *(f"{PLEDGE}{step}" for step in steps),
        *(
            f"{HOME}/{step}"
            for step in ("check-in/1", "self-criticism", "self-criticism/submit", "self-criticism/review")
        ),
        *(
            f"{HOME}/{step}"
            for step in ("criticism", "criticism/answer", "appraisal", "decision", "result", "commendation", "text")
        ),
        f"/cell/u3/{YEAR}/month/1",
        f"/office/calendar/u3/{YEAR}",
        f"/drafts/cycle-{YEAR}-m1/pledge",
        "/look",
    ]
    for client in (*year.values(), office):
        client._transport.raise_app_exceptions = False
        for path in posts:
            answer = await client.post(path, data=fields)
            assert answer.status_code < 500, (path, answer.text[:300])
            assert "<script>alert" not in answer.text
    await office.aclose()


async def test_a_form_of_too_many_fields_is_refused_before_it_is_read(browser):
    body = b"&".join(b"a%d=" % number for number in range(MOST_FIELDS + 1))
    assert len(body) < LARGEST
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert (await browser().post("/sign-in", content=body, headers=headers)).status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 5000, "0x1", ""])
async def test_a_length_that_is_none_is_refused(lan, length):
    headers = {"content-type": "application/x-www-form-urlencoded", "content-length": length}
    assert (await lan.post("/me/password", content=b"", headers=headers)).status_code in {413, 400}


@pytest.mark.parametrize("host", ["[", "[::1", "evil.test", "camket.test.evil.test", "camket.test@evil.test", ""])
async def test_a_host_that_is_not_ours_is_misdirected(browser, host):
    assert (await browser().get("/sign-in", headers={"host": host})).status_code == 421


async def test_nobody_uses_up_the_id_of_a_step_of_the_calendar(year, log):
    taken = f"cycle-{YEAR}-m1/final"
    assert (await write(year["member"])).status_code == 303
    fields = {**TEXT, "command_id": taken, "act": "submit"}
    assert (await year["member"].post(f"{PLEDGE}/submit", data=fields)).status_code == 303
    state, _ = await log.load(CYCLE, f"cycle-{YEAR}-m1")
    assert state.pledge.state is Review.SUBMITTED
    assert [one.command_id for one in await log.read(f"cycle-{YEAR}-m1")] != [taken]
    step = MakeResultFinal(id=taken, by=CALENDAR, at=utc_now())
    assert not (await log.execute(CYCLE, f"cycle-{YEAR}-m1", step)).repeated


async def test_what_a_failure_writes_into_the_log_quotes_nobody(app, lan, log):
    @app.get("/breaks")
    async def breaks() -> None:
        int(WITHDRAWN)

    with structlog.testing.capture_logs() as lines:
        answer = await lan.get("/breaks")
    assert answer.status_code == 500
    assert WITHDRAWN not in str(lines)
    assert WITHDRAWN not in answer.text
    assert any(line.get("kind") == "ValueError" for line in lines)


async def test_a_page_never_lets_itself_be_kept_or_framed_or_guessed(year):
    for path in (HOME, PLEDGE, REVIEW, "/inbox", "/nowhere"):
        headers = (await year["member"].get(path)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["content-type"].startswith("text/html; charset=utf-8")
        assert "server" not in headers


async def test_two_sends_of_one_form_are_one_act(year, log):
    assert (await write(year["member"])).status_code == 303
    sent = {**TEXT, "command_id": str(uuid4()), "act": "submit"}
    for _ in range(2):
        assert (await year["member"].post(f"{PLEDGE}/submit", data=sent)).status_code in {303, 409}
    assert len(await log.read(f"cycle-{YEAR}-m1")) == 1


async def test_a_name_stays_a_name(year, log):
    evil = "</title><script>alert(1)</script> \u202eevil\u200b\u0000"
    await people.add(log.engine, [people.Person(person="p1", name=evil)])
    assert (await submit(year["member"])).status_code == 303
    for path in (HOME, PLEDGE, REVIEW, "/me", "/inbox", f"/cell/u3/{YEAR}", "/search?q=evil"):
        for client in year.values():
            page = (await client.get(path)).text
            assert "<script>alert" not in page
            assert not {"\u202e", "\u200b", "\0"} & set(page)


async def test_what_turns_the_direction_of_a_line_is_not_kept(year, log):
    sent = {"exemplary": "Tăng \u202e001\u202c%\u2066\x01\x1b", "standards__0__how": "Một\r\nhai\tba"}
    assert (await submit(year["member"], **sent)).status_code == 303
    (recorded,) = await log.read(f"cycle-{YEAR}-m1")
    assert recorded.event.exemplary == "Tăng 001%"
    assert recorded.event.standards[0].how == "Một\nhai\tba"


async def test_nobody_fills_the_database_with_drafts(year, log, monkeypatch):
    monkeypatch.setattr("web.drafts.MOST_KEPT", 3_000)
    answers = [
        (await year["member"].post(f"/drafts/cycle-{YEAR}-m1/form-{number}", data={"text": "x" * 1_000})).status_code
        for number in range(4)
    ]
    assert answers == [204, 204, 204, 422]
