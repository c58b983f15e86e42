"""Texts reach those they are for and nobody else: on pages, in the log of the process, in the tables of the database."""

import json
from collections.abc import AsyncIterator, Iterable

import httpx2
import pytest
import structlog

from tests.web.matrix_story import MARKS, NAMES, PEOPLE, WITHDRAWN, mark, marked_year
from tests.web.test_matrix import SCREENS, address
from tests.web.year_story import HOME, YEAR, signed_in

pytestmark = pytest.mark.store

ABOVE = ("root", "office", "inspection", "supervisor", "operator", "stranger", "suspended")
OWN = ("m1", "m21", "m22", "m23", "m24")
PATHS = sorted({address(path, member) for path in SCREENS for member in (OWN if "{member}" in path else ("m1",))})
DRAFT = mark("draft")


@pytest.fixture
async def people(app, log) -> AsyncIterator[dict[str, httpx2.AsyncClient]]:
    await marked_year(log)
    clients = {name: await signed_in(app, log, person) for name, person in PEOPLE.items()}
    yield clients
    for client in clients.values():
        await client.aclose()


async def found(client: httpx2.AsyncClient, marks: Iterable[str], paths: Iterable[str] = PATHS) -> set[str]:
    """Which of the texts stand on any of the pages."""
    pages = [(await client.get(path)).text for path in paths]
    return {one for one in marks if any(one in page for page in pages)}


@pytest.mark.parametrize("name", ABOVE)
async def test_nobody_above_the_cell_or_outside_of_it_comes_upon_a_text(people, name):
    assert await found(people[name], (*MARKS, WITHDRAWN)) == set()


async def test_who_decides_reads_what_the_cell_puts_before_them_and_nothing_else(people):
    told = {mark(one) for one in ("vote-remark", "minority", "vote-point", "vote-answer", "decision", "decision-named")}
    assert await found(people["base"], (*MARKS, WITHDRAWN)) == told | {mark("citation")}


@pytest.mark.parametrize("name", ["comrade", "secretary", "both"])
async def test_the_cell_reads_what_was_handed_in_and_not_what_was_taken_back(people, name):
    read = await found(people[name], (*MARKS, WITHDRAWN), [*PATHS, f"{HOME}/pledge?round=1", f"{HOME}?all=1"])
    assert WITHDRAWN not in read
    assert set(MARKS) - read == set()


async def test_the_member_reads_everything_of_their_own(people):
    read = await found(people["member"], (*MARKS, WITHDRAWN), [*PATHS, f"{HOME}/pledge?round=1", f"{HOME}?all=1"])
    between_committees = mark("vote-answer")
    assert {*MARKS, WITHDRAWN} - read == {between_committees}


async def test_a_text_opens_to_a_committee_above_only_for_a_reason_that_its_author_then_reads(people):
    reason = mark("reason")
    assert await found(people["inspection"], [mark("section")]) == set()
    sent = {"command_id": "open-1", "reason": reason}
    assert (await people["inspection"].post(f"{HOME}/text", data={**sent, "reason": " "})).status_code == 422
    assert (await people["inspection"].post(f"{HOME}/text", data=sent)).status_code == 303
    assert await found(people["inspection"], [mark("section")], [f"{HOME}/self-criticism"])
    assert not await found(people["inspection"], [mark("section")], [f"/year/{YEAR}/m22/self-criticism"])
    assert not await found(people["root"], [mark("section")], [f"{HOME}/self-criticism"])
    assert not await found(people["root"], [reason])
    told = (await people["member"].get(HOME)).text
    assert reason in told
    assert NAMES["p10"] in told


async def test_a_draft_is_read_by_who_writes_it_alone(people, log):
    fields = {"exemplary": DRAFT, "jobs.0.title": DRAFT, "text": DRAFT, "remark": DRAFT, "reason": DRAFT}
    for name, form in (("member", "pledge"), ("secretary", "review_pledge"), ("secretary", "appraisal")):
        assert (await people[name].post(f"/drafts/cycle-{YEAR}-m24/{form}", data=fields)).status_code == 204
        assert (await people[name].post(f"/drafts/cycle-{YEAR}-m1/{form}", data=fields)).status_code == 204
    assert await found(people["member"], [DRAFT], [f"/year/{YEAR}/m24/pledge"])
    for name in ("comrade", "both", "base", "office", "operator"):
        assert not await found(people[name], [DRAFT]), name


async def test_no_text_lies_open_in_the_database_and_no_name_outside_its_table(people, log):
    for form in ("pledge", "criticism"):
        await people["member"].post(f"/drafts/cycle-{YEAR}-m24/{form}", data={"exemplary": DRAFT, "text": DRAFT})
    await people["inspection"].post(f"{HOME}/text", data={"command_id": "o", "reason": mark("reason")})
    sent = {"command_id": "g", "item": "job-1", "text": mark("given")}
    assert (await people["comrade"].post(f"/year/{YEAR}/m22/criticism", data=sent)).status_code == 303
    tables = await dumped(log)
    assert {"events", "drafts", "people", "sessions"} <= {name.split("_")[0] for name in tables}
    for secret in (*MARKS, WITHDRAWN, DRAFT, mark("reason"), mark("given")):
        assert [name for name, rows in tables.items() if secret in rows] == [], secret
    for name in NAMES.values():
        # `sessions` keeps what the next page says ("you opened the year of …") until it is shown, at most twelve hours.
        assert [table for table, rows in tables.items() if name in rows] in (["people"], ["people", "sessions"]), name


async def dumped(log) -> dict[str, str]:
    """Every table's rows as text; bytes as what they are in UTF-8, so that a text in them would be found."""
    rows = {}
    async with log.engine.connect() as connection:
        names = await connection.exec_driver_sql(
            "SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'r' AND n.nspname = 'public' AND has_table_privilege(c.oid, 'SELECT')"
        )
        for (name,) in names.all():
            held = (await connection.exec_driver_sql(f"SELECT * FROM {name}")).all()
            rows[name] = "\n".join(
                value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                for row in held
                for value in row
            )
    return rows


async def test_no_name_and_no_text_is_in_a_line_of_the_log(people, log):
    with structlog.testing.capture_logs() as lines:
        for name, client in people.items():
            for path in PATHS[::3]:
                await client.get(path)
            sent = {
                "command_id": f"l-{name}",
                "reason": mark("typed"),
                "text": mark("typed"),
                "exemplary": mark("typed"),
            }
            for path in (f"{HOME}/text", f"{HOME}/pledge", f"{HOME}/criticism", f"{HOME}/nowhere", "/search"):
                await client.post(path, data=sent)
            await client.get("/search", params={"q": mark("typed")})
    written = json.dumps(lines, default=str, ensure_ascii=False)
    assert len(lines) > 100
    for secret in (*MARKS, WITHDRAWN, mark("typed"), *NAMES.values(), "Đặng Vũ Tường"):
        assert secret not in written
