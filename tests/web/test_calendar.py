"""The office's calendar: a preview first, then other dates with a reason."""

# ruff: noqa: F401, F811 - fixtures go by their names

import pytest

from events.ids import season_stream, unit_stream
from events.season import SEASON
from events.unit_year import UNIT_YEAR
from tests.events.telling import YEAR
from tests.web.told import as_person, field, told

pytestmark = pytest.mark.store
ROOT = f"/office/calendar/u1/{YEAR}"
CELL = f"/office/calendar/u3/{YEAR}"


async def form_of(client, path):
    page = (await client.get(path)).text
    names = [part.split('"')[0] for part in page.split('name="')[1:] if part.startswith(("opens-", "due-", "was-"))]
    return {name: field_value(page, name) for name in names} | {
        "command_id": field(page, "command_id"), "version": field(page, "version"), "reason": "Mưa lũ",
    }  # fmt: skip


def field_value(page, name):
    return page.split(f'name="{name}" value="')[1].split('"')[0]


async def test_only_the_office_finds_the_calendar(as_person):
    for other in ("p1", "p4", "p6", "p7"):
        reader = await as_person(other)
        assert (await reader.get(ROOT)).status_code == 404
        assert (await reader.post(ROOT, data={"act": "amend"})).status_code == 404
    office = await as_person("p9")
    assert (await office.get("/season")).headers["location"].startswith("/office/calendar/u1/")
    assert "Lịch năm 2026" in (await office.get(ROOT)).text


async def test_a_preview_says_what_changes_and_for_whom_and_changes_nothing(as_person, told):
    office = await as_person("p9")
    form = {**await form_of(office, CELL), "due-pledge": f"15/12/{YEAR}", "act": "look"}
    page = (await office.post(CELL, data=form)).text
    assert f"hạn 15/12/{YEAR}" in page
    assert "4 người chưa xong, 3 đang quá hạn" in page
    assert "Đổi lịch 1 bước" in page
    assert (await told.load(UNIT_YEAR, unit_stream("u3", YEAR)))[0].amendments == ()


async def test_a_unit_gets_dates_of_its_own_and_a_double_click_is_harmless(as_person, told):
    office = await as_person("p9")
    form = {**await form_of(office, CELL), "due-pledge": f"15/12/{YEAR}", "act": "amend"}
    assert (await office.post(CELL, data=form)).status_code == 303
    first = (await told.load(UNIT_YEAR, unit_stream("u3", YEAR)))[0].amendments
    assert len(first) == 1
    assert (await office.post(CELL, data=form)).status_code == 303
    assert (await told.load(UNIT_YEAR, unit_stream("u3", YEAR)))[0].amendments == first
    assert "Đã đổi lịch 1 bước." in (await office.get(CELL)).text


async def test_the_root_amends_the_whole_trees_calendar(as_person, told):
    office = await as_person("p9")
    form = {**await form_of(office, ROOT), "due-appraisal": f"30/12/{YEAR}", "act": "amend"}
    assert (await office.post(ROOT, data=form)).status_code == 303
    season, _ = await told.load(SEASON, season_stream("u1", YEAR))
    assert [change.stage for change in season.amendments[0]] == ["appraisal"]


async def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(as_person):
    office = await as_person("p9")
    form = {**await form_of(office, CELL), "due-appraisal": f"1/1/{YEAR}", "reason": "Mưa lũ", "act": "amend"}
    answer = await office.post(CELL, data=form)
    assert answer.status_code == 422
    assert 'href="#f-due-appraisal"' in answer.text
    assert f'value="1/1/{YEAR}"' in answer.text
    assert "Mưa lũ" in answer.text
    unread = await office.post(CELL, data={**form, "due-appraisal": "31/2"})
    assert 'value="31/2"' in unread.text
    assert unread.status_code == 422
    missing = await office.post(CELL, data={**form, "due-appraisal": f"30/12/{YEAR}", "reason": " "})
    assert 'href="#f-reason"' in missing.text


async def test_a_calendar_that_somebody_changed_meanwhile_is_shown_again(as_person):
    office = await as_person("p9")
    form = {**await form_of(office, CELL), "due-pledge": f"15/12/{YEAR}", "act": "amend"}
    assert (await office.post(CELL, data=form)).status_code == 303
    late = await office.post(CELL, data={**form, "command_id": "another", "due-pledge": f"20/12/{YEAR}"})
    assert late.status_code == 409
    assert "Lịch vừa được người khác đổi" in late.text
    assert f'value="20/12/{YEAR}"' in late.text
