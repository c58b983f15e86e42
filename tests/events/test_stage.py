"""A member's year as a whole: extensions, texts opened from above, and what the calendar does."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from events.access import Grant, Role
from events.cycle import commands as ask
from events.cycle import facts
from events.cycle.values import Shortcoming
from events.decider import CALENDAR
from events.errors import Conflict, Invalid, NotAllowed
from events.policy import Level, Stage
from tests.spec import given
from tests.stories import (
    ACCEPTED,
    BASE,
    CHECKING,
    CYCLE,
    DEBT,
    DECIDED,
    DECIDING,
    INSPECTOR,
    MEMBER,
    PATH,
    PLEDGED,
    PLEDGING,
    ROOT,
    SECRETARY,
    VOTED,
    after_acceptance,
    after_acknowledgement,
    after_closing,
    after_decision,
    after_pledge,
    after_return,
    after_vote,
    answer,
    command,
    due_of,
    pledge,
    story,
    told,
)

DUE = due_of(Stage.PLEDGE)
AFTER_WINDOW = DECIDED.acknowledge_by + timedelta(days=1)
LATER = command(ask.GrantExtension, SECRETARY, PLEDGING, stage=Stage.PLEDGE, due=date(2026, 4, 10), reason="Đi viện")


def test_a_reviewer_gives_one_member_a_later_date_once():
    granted = facts.ExtensionGranted(stage=Stage.PLEDGE, month=None, due=date(2026, 4, 10), reason="Đi viện")
    assert answer([], LATER) == [granted]
    assert answer([granted], LATER) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"due": DUE}, {("extension.not_later", "due")}),
        ({"due": DUE + timedelta(days=1), "at": None}, {("extension.past", "due")}),
        ({"reason": " "}, {("text.missing", "reason")}),
    ],
)
def test_an_extension_is_later_not_past_and_has_a_reason(changes: dict[str, Any], expected: Any):
    on = date(2026, 6, 1) if changes.pop("at", 0) is None else PLEDGING
    fields = {"stage": Stage.PLEDGE, "due": date(2026, 4, 10), "reason": "Đi viện", **changes}
    with pytest.raises(Invalid) as refused:
        answer([], command(ask.GrantExtension, SECRETARY, on, **fields))
    assert {(one.code, one.field) for one in refused.value.all} == expected


def test_only_an_open_stage_is_extended_and_only_by_a_reviewer():
    with pytest.raises(Conflict, match=r"extension.not_open"):
        answer([], replace(LATER, month=1))
    with pytest.raises(NotAllowed, match=r"access.own_case"):
        answer([], replace(LATER, by=MEMBER))
    with pytest.raises(NotAllowed, match=r"access.denied"):
        answer([], replace(LATER, by=BASE))


@pytest.mark.parametrize("by", [BASE, ROOT, INSPECTOR])
def test_a_committee_or_the_inspection_above_opens_texts_with_a_reason_each_time(by: str):
    opened = [facts.TextOpened(reason="Kiểm tra chuyên đề")]
    asked = command(ask.OpenText, by, PLEDGING, reason=" Kiểm tra chuyên đề")
    assert answer(after_pledge, asked) == opened
    assert answer(story(*after_pledge, told(opened[0], by=by)), asked) == opened


def test_texts_are_not_opened_without_reason_or_text_or_right():
    asked = command(ask.OpenText, BASE, PLEDGING, reason="")
    with pytest.raises(Invalid, match=r"text.missing"):
        answer(after_pledge, asked)
    with pytest.raises(Conflict, match=r"text.nothing_to_open"):
        answer([], replace(asked, reason="Kiểm tra"))
    with pytest.raises(NotAllowed, match=r"access.denied"):
        answer(after_pledge, replace(asked, by=SECRETARY))
    with pytest.raises(NotAllowed, match=r"access.own_case"):
        answer(after_pledge, replace(asked, by=MEMBER))


def test_a_member_acknowledges_the_result_once():
    asked = command(ask.AcknowledgeResult, MEMBER, DECIDING)
    assert answer(after_decision, asked) == [facts.ResultAcknowledged()]
    assert answer(after_acknowledgement, asked) == []


FINAL = story(*after_decision, told(facts.ResultBecameFinal(), by=CALENDAR, on=AFTER_WINDOW))


@pytest.mark.parametrize(("events", "code"), [(after_vote, "result.not_decided"), (FINAL, "result.final")])
def test_there_is_a_time_to_acknowledge(events: Any, code: str):
    with pytest.raises(Conflict, match=code):
        answer(events, command(ask.AcknowledgeResult, MEMBER, AFTER_WINDOW))


def test_the_year_of_who_joins_later_is_opened_once():
    asked = command(ask.OpenCycle, CALENDAR, CHECKING, unit="u-cell", policy_version=1)
    opened = facts.CycleOpened(unit="u-cell", policy_version=1)
    assert answer([], asked, year_open=False) == [opened]
    assert answer([opened], asked) == []
    assert answer([], asked) == []


def remind(on: date, number: int = 1, step: str = "review_pledge") -> ask.RemindReview:
    return command(ask.RemindReview, CALENDAR, on, step=step, round=number)


def escalate(on: date, number: int = 1, step: str = "review_pledge") -> ask.EscalateReview:
    return command(ask.EscalateReview, CALENDAR, on, step=step, round=number)


@pytest.mark.parametrize(
    ("on", "reminded"),
    [
        (date(2026, 2, 17), False),
        (date(2026, 2, 18), True),
        (date(2026, 2, 19), True),
        (date(2026, 2, 20), False),
        (date(2026, 8, 1), False),
    ],
)
def test_a_reminder_belongs_to_its_day_or_the_next(on: date, reminded: bool):
    expected = [facts.ReviewReminded(step="review_pledge", round=1)] if reminded else []
    assert answer(after_pledge, remind(on)) == expected


@pytest.mark.parametrize(("on", "escalated"), [(date(2026, 2, 22), False), (date(2026, 2, 23), True)])
def test_an_escalation_waits_for_its_date_and_goes_one_level_up(on: date, escalated: bool):
    expected = [facts.ReviewEscalated(step="review_pledge", round=1, to="u-base")] if escalated else []
    assert answer(after_pledge, escalate(on)) == expected


def test_one_escalation_is_made_however_long_the_date_has_passed():
    late = date(2026, 12, 31)
    (escalated,) = answer(after_pledge, escalate(late))
    assert answer(story(*after_pledge, told(escalated, by=CALENDAR)), escalate(late)) == []


def test_a_reminder_is_made_once():
    reminded = facts.ReviewReminded(step="review_pledge", round=1)
    assert answer(story(*after_pledge, told(reminded, by=CALENDAR)), remind(date(2026, 2, 18))) == []


@pytest.mark.parametrize(
    ("events", "number", "step"),
    [
        ([], 1, "review_pledge"),
        (after_pledge, 2, "review_pledge"),
        (after_return, 1, "review_pledge"),
        (after_pledge, 1, "no_such_step"),
        (after_acceptance, 1, "record_vote"),
        (after_closing, 1, "acknowledge_result"),
    ],
)
def test_what_is_not_open_or_has_no_date_is_neither_reminded_of_nor_escalated(events: Any, number: int, step: str):
    assert answer(events, remind(date(2026, 2, 18), number, step)) == []
    assert answer(events, escalate(date(2026, 12, 31), number, step)) == []


AT_HEAD = (Grant(MEMBER, Role.CELL_SECRETARY, "u-cell", date(2020, 1, 1)),)
AT_ROOT = (Grant(MEMBER, Role.SUPERIOR_COMMITTEE, "u-root", date(2020, 1, 1)),)


@pytest.mark.parametrize(
    ("events", "step", "grants", "to"),
    [
        (after_pledge, "review_pledge", (), "u-base"),
        (after_pledge, "review_pledge", AT_HEAD, "u-root"),
        (after_return, "answer_pledge", (), "u-cell"),
        (after_return, "answer_pledge", AT_HEAD, "u-base"),
        (after_vote, "decide_appraisal", (), "u-root"),
        (
            after_vote,
            "decide_appraisal",
            (*AT_ROOT, Grant(MEMBER, Role.BASE_COMMITTEE, "u-base", date(2020, 1, 1))),
            "u-root",
        ),
    ],
)
def test_who_is_shown_an_overdue_step(events: Any, step: str, grants: Any, to: str):
    (escalated,) = answer(events, escalate(date(2027, 1, 30), step=step), subject_grants=grants)
    assert escalated.to == to


def test_a_cell_of_its_own_base_escalates_to_the_level_above():
    (escalated,) = answer(after_pledge, escalate(date(2026, 3, 1)), path=("u-cell", "u-root"))
    assert escalated.to == "u-root"
    assert answer(after_pledge, escalate(date(2026, 3, 1)), path=PATH[-1:])[0].to == "u-root"


def test_a_result_becomes_final_after_the_windows_last_day():
    asked = command(ask.MakeResultFinal, CALENDAR, AFTER_WINDOW)
    assert answer(after_decision, asked) == [facts.ResultBecameFinal()]
    assert answer(after_decision, command(ask.MakeResultFinal, CALENDAR, DECIDED.acknowledge_by)) == []
    for events in (after_vote, FINAL, after_acknowledgement, after_closing):
        assert answer(events, asked) == []


def test_a_year_closes_once_its_result_is_final():
    asked = command(ask.CloseCycle, CALENDAR, DECIDING)
    closed = facts.CycleClosed(level=Level.GOOD, carried=ACCEPTED.shortcomings)
    assert answer(after_acknowledgement, asked) == [closed]
    assert answer(FINAL, asked) == [closed]
    for events in ([], after_vote, after_decision, after_closing):
        assert answer(events, asked) == []


@pytest.mark.parametrize(
    ("commendation", "closes"), [("none", True), ("proposed", False), ("granted", True), ("refused", True)]
)
def test_a_proposed_commendation_is_decided_before_the_year_closes(commendation: str, closes: bool):
    asked = command(ask.CloseCycle, CALENDAR, DECIDING)
    assert bool(answer(after_acknowledgement, asked, commendation=commendation)) is closes


def test_what_the_cell_did_not_find_remedied_is_carried_on_before_what_was_named():
    vote = replace(VOTED, assessment=replace(VOTED.assessment, unremedied=("2025-1",)))
    decision = replace(DECIDED, shortcomings=(Shortcoming(id="2026-2", text="Học tập chưa đều"),))
    events = story(*after_acceptance, told(vote), told(decision), told(facts.ResultAcknowledged()))
    (closed,) = answer(events, command(ask.CloseCycle, CALENDAR, DECIDING))
    assert closed.carried == (DEBT, *ACCEPTED.shortcomings, *decision.shortcomings)


def test_while_no_vote_says_that_it_is_remedied_a_debt_is_carried_on():
    assert given(CYCLE, after_acceptance).carried_over == (DEBT, *ACCEPTED.shortcomings)
    assert given(CYCLE, after_closing).carried_over == ACCEPTED.shortcomings


@pytest.mark.parametrize(
    "asked",
    [
        command(ask.OpenCycle, SECRETARY, PLEDGING, unit="u-cell", policy_version=1),
        command(ask.RemindReview, SECRETARY, PLEDGING, step="review_pledge", round=1),
        command(ask.EscalateReview, BASE, PLEDGING, step="review_pledge", round=1),
        command(ask.MakeResultFinal, BASE, PLEDGING),
        command(ask.CloseCycle, ROOT, PLEDGING),
    ],
)
def test_the_calendars_acts_are_nobody_elses(asked: Any):
    with pytest.raises(NotAllowed, match=r"access.calendar_only"):
        answer(after_pledge, asked)


def test_an_extension_counts_for_the_stage_it_was_given_for_alone():
    granted = facts.ExtensionGranted(stage=Stage.CHECK_IN, month=4, due=date(2026, 6, 30), reason="Ốm")
    assert answer([granted], pledge(on=DUE + timedelta(days=1)))[0] == replace(
        PLEDGED, late=True, review_due=DUE + timedelta(days=11)
    )
