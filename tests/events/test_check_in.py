"""Monthly check-ins: reported item by item, corrected until confirmed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from events.codec import FORGOTTEN
from events.cycle import facts
from events.errors import Conflict, Invalid, NotAllowed
from events.policy import Stage
from tests.spec import given
from tests.stories import (
    BASE,
    CHECKING,
    CYCLE,
    ITEMS,
    KEPT,
    PLEDGED,
    REPORTED,
    SECRETARY,
    STRANGER,
    after_approval,
    after_check_in,
    after_closing,
    after_opening,
    after_return,
    answer,
    check_in,
    due_of,
    progress,
    story,
    told,
)

DUE = due_of(Stage.CHECK_IN, 4)
SENT_BACK = story(*after_check_in, told(facts.CheckInReturned(month=4, reason="Chưa có số liệu"), by=SECRETARY))


def test_a_month_is_reported_item_by_item():
    assert answer(after_approval, check_in()) == [REPORTED]


def test_items_are_kept_in_the_order_of_the_pledge():
    (reported,) = answer(after_approval, check_in(items=progress(*reversed(ITEMS))))
    assert tuple(item.item for item in reported.items) == ITEMS


def test_a_shortcoming_that_was_dropped_is_not_reported_on():
    dropped = replace(PLEDGED, carried=(replace(KEPT[0], dropped=True, reason="Đã chuyển việc"),))
    events = story(told(dropped), told(facts.PledgeApproved(round=1)))
    assert len(answer(events, check_in(items=progress(*ITEMS[:3])))) == 1


def test_a_forgotten_text_is_accepted_like_any_other():
    assert answer(after_approval, check_in(items=progress(done=FORGOTTEN)))[0].items[0].done == FORGOTTEN


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"items": progress(*ITEMS[1:])}, {("check_in.item_missing", "items.0.done")}),
        (
            {"items": ()},
            {("check_in.item_missing", f"items.{index}.done") for index in range(4)},
        ),
        ({"items": (*progress(), *progress("job-2"))}, {("check_in.unknown_item", "items")}),
        ({"items": (*progress(), *progress("job-1"))}, {("check_in.unknown_item", "items")}),
        ({"items": progress(done=" ")}, {("text.missing", f"items.{index}.done") for index in range(4)}),
        (
            {"items": (*progress(*ITEMS[:3]), *progress(ITEMS[3], percent=101))},
            {("check_in.progress", "items.3.progress")},
        ),
        (
            {"items": (*progress(ITEMS[0], percent=-1), *progress(*ITEMS[1:]))},
            {("check_in.progress", "items.0.progress")},
        ),
        ({"held_on": CHECKING + timedelta(days=1)}, {("held_on.future", "held_on")}),
        ({"held_on": CHECKING - timedelta(days=4)}, {("held_on.too_early", "held_on")}),
    ],
)
def test_each_fault_is_named_with_its_field(changes: Any, expected: Any):
    with pytest.raises(Invalid) as refused:
        answer(after_approval, check_in(**changes))
    assert {(one.code, one.field) for one in refused.value.all} == expected


@pytest.mark.parametrize(("percent"), [0, 100])
def test_nothing_done_and_all_done_are_results(percent: int):
    assert len(answer(after_approval, check_in(items=progress(percent=percent)))) == 1


@pytest.mark.parametrize(
    ("on", "held_on", "late"),
    [
        (DUE, None, False),
        (DUE + timedelta(days=1), None, True),
        (DUE + timedelta(days=2), DUE, False),
        (DUE + timedelta(days=40), None, True),
    ],
)
def test_a_late_month_counts_as_late(on: date, held_on: date | None, late: bool):
    assert answer(after_approval, check_in(on=on, held_on=held_on))[0].late is late


def test_the_same_report_again_changes_nothing_even_once_confirmed():
    assert answer(after_check_in, check_in()) == []
    assert answer(after_check_in, check_in(), confirmed=frozenset({4})) == []


def test_a_correction_is_as_late_as_the_report_was():
    (corrected,) = answer(after_check_in, check_in(on=DUE + timedelta(days=3), items=progress(percent=50)))
    assert corrected == replace(REPORTED, items=progress(percent=50))


def test_a_month_sent_back_is_reported_again_even_with_the_same_words():
    assert given(CYCLE, SENT_BACK).check_ins[4].returned
    assert answer(SENT_BACK, check_in()) == [REPORTED]
    assert not given(CYCLE, story(*SENT_BACK, told(REPORTED))).check_ins[4].returned


def test_another_report_of_a_confirmed_month_is_refused():
    with pytest.raises(Conflict, match=r"check_in.confirmed"):
        answer(after_check_in, check_in(items=progress(percent=50)), confirmed=frozenset({4}))


@pytest.mark.parametrize(
    ("events", "asked", "code"),
    [
        (after_approval, check_in(month=5), "check_in.not_open"),
        (after_approval, check_in(month=13), "check_in.not_open"),
        ([], check_in(), "check_in.no_pledge"),
        (after_opening, check_in(), "check_in.no_pledge"),
        (after_return, check_in(), "check_in.no_pledge"),
        (after_closing, check_in(), "cycle.closed"),
    ],
)
def test_a_month_needs_its_opening_and_an_approved_pledge(events: Any, asked: Any, code: str):
    with pytest.raises(Conflict, match=code):
        answer(events, asked)


@pytest.mark.parametrize("by", [SECRETARY, BASE, STRANGER])
def test_nobody_reports_for_another(by: str):
    with pytest.raises(NotAllowed, match=r"access.not_own"):
        answer(after_approval, check_in(by=by))
