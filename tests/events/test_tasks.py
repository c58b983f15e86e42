"""What a year leaves open, for whom and until when, and the dates its workflow sleeps to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from events.cycle import facts
from events.cycle.tasks import Due, DueKind, next_due, open_tasks
from events.decider import day_begins
from tests.spec import given
from tests.stories import (
    CRITICISED,
    CYCLE,
    DECIDED,
    PLEDGED,
    PLEDGING,
    POLICY,
    SECRETARY,
    after_acceptance,
    after_acknowledgement,
    after_answer,
    after_approval,
    after_check_in,
    after_closing,
    after_criticism,
    after_decision,
    after_opening,
    after_pledge,
    after_return,
    after_self_criticism,
    after_vote,
    story,
    told,
)

REVIEW = POLICY.review
WITHDRAWN = story(*after_pledge, told(facts.PledgeWithdrawn()))
MONTH_BACK = story(*after_check_in, told(facts.CheckInReturned(month=4, reason="x"), by=SECRETARY))
VOTE_BACK = story(
    *after_vote, told(facts.AppraisalReturned(points=(), answer_due=date(2026, 12, 30)), on=date(2026, 12, 22))
)
CORRECTED = story(
    *after_acknowledgement,
    told(
        facts.AppraisalCorrected(
            **{
                name: getattr(DECIDED, name)
                for name in ("unit", "level", "by_rule", "stopped", "applied", "reason", "shortcomings", "decision_no")
            },
            acknowledge_by=date(2027, 1, 10),
        )
    ),
)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], []),
        (after_pledge, [("review_pledge", "reviewer", date(2026, 2, 20), 1)]),
        (after_opening, [("review_pledge", "reviewer", date(2026, 2, 20), 1)]),
        (WITHDRAWN, []),
        (after_return, [("answer_pledge", "member", date(2026, 2, 18), 1)]),
        (after_approval, []),
        (after_check_in, []),
        (MONTH_BACK, [("answer_check_in-4", "member", None, len(after_check_in))]),
        (after_self_criticism, [("review_self_criticism", "reviewer", date(2026, 11, 30), 1)]),
        (
            after_criticism,
            [
                ("review_self_criticism", "reviewer", date(2026, 11, 30), 1),
                ("answer_criticism-c1", "member", None, 1),
            ],
        ),
        (after_answer, [("review_self_criticism", "reviewer", date(2026, 11, 30), 1)]),
        (after_acceptance, [("record_vote", "reviewer", None, 1)]),
        (after_vote, [("decide_appraisal", "decider", date(2026, 12, 25), 1)]),
        (VOTE_BACK, [("answer_appraisal", "reviewer", date(2026, 12, 30), 1)]),
        (after_decision, [("acknowledge_result", "member", date(2026, 12, 27), 1)]),
        (after_acknowledgement, []),
        (CORRECTED, [("acknowledge_result", "member", date(2027, 1, 10), 2)]),
        (after_closing, []),
    ],
)
def test_what_is_open_after_each_step(events: Any, expected: Any):
    tasks = open_tasks(given(CYCLE, events))
    assert [(task.key, task.asks.value, task.due, task.round) for task in tasks] == expected


def test_nothing_is_open_once_the_year_is_closed_even_a_criticism():
    events = story(*after_closing, told(replace(CRITICISED, id="c2")))
    assert open_tasks(given(CYCLE, events)) == ()


def keys(events: Any, on: date, **changes: Any) -> list[tuple[str, date]]:
    return [(due.key, due.on) for due in next_due(given(CYCLE, events), REVIEW, on, **changes)]


def test_a_review_is_reminded_of_before_its_date_and_escalated_after_it():
    assert next_due(given(CYCLE, after_pledge), REVIEW, PLEDGING) == (
        Due("remind/review_pledge-1", DueKind.REMIND, date(2026, 2, 18), "review_pledge", 1),
        Due("escalate/review_pledge-1", DueKind.ESCALATE, date(2026, 2, 23), "review_pledge", 1),
    )


def test_a_second_round_has_dates_of_its_own():
    again = story(*after_return, told(replace(PLEDGED, round=2, review_due=date(2026, 2, 27))))
    assert keys(again, PLEDGING) == [
        ("remind/review_pledge-2", date(2026, 2, 25)),
        ("escalate/review_pledge-2", date(2026, 3, 2)),
    ]


@pytest.mark.parametrize(("days", "reminded"), [(0, True), (1, True), (2, False)])
def test_a_reminder_whose_day_is_gone_is_not_waited_for(days: int, reminded: bool):
    due = keys(after_pledge, date(2026, 2, 18) + timedelta(days=days))
    assert ("remind/review_pledge-1" in [key for key, _ in due]) is reminded


def test_an_escalation_stays_owed_however_long_its_date_has_passed():
    assert keys(after_pledge, date(2027, 1, 1)) == [("escalate/review_pledge-1", date(2026, 2, 23))]


def test_what_is_done_is_not_waited_for_again():
    done = (
        facts.ReviewReminded(step="review_pledge", round=1),
        facts.ReviewEscalated(step="review_pledge", round=1, to="u-base"),
    )
    assert keys(story(*after_pledge, *(told(event) for event in done)), PLEDGING) == []


def test_a_step_without_a_date_has_no_dates():
    assert keys(after_acceptance, date(2026, 12, 6)) == []


def test_a_result_becomes_final_on_the_day_after_the_window_and_is_never_escalated():
    assert keys(after_decision, date(2026, 12, 20)) == [
        ("remind/acknowledge_result-1", date(2026, 12, 25)),
        ("final-1", date(2026, 12, 28)),
    ]


def test_a_corrected_decision_begins_a_new_window():
    assert ("final-2", date(2027, 1, 11)) in keys(CORRECTED, date(2026, 12, 21))


def test_a_final_result_closes_the_year_unless_a_commendation_waits():
    assert keys(after_acknowledgement, date(2026, 12, 21)) == [("close", date(2026, 12, 20))]
    assert keys(after_acknowledgement, date(2026, 12, 21), commendation="proposed") == []
    assert keys(after_acknowledgement, date(2026, 12, 21), commendation="granted") != []
    assert keys(after_closing, date(2026, 12, 21)) == []


def test_a_local_day_begins_at_seventeen_hours_utc_the_day_before():
    assert day_begins(date(2026, 2, 18)) == datetime(2026, 2, 17, 17, tzinfo=UTC)
    assert Due("x", DueKind.CLOSE, date(2026, 2, 18)).at == datetime(2026, 2, 17, 17, tzinfo=UTC)
