"""The pledge: what is asked of it, and what may happen to it until it is approved."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from events.codec import FORGOTTEN
from events.cycle import commands as ask
from events.cycle import facts
from events.cycle.state import Review
from events.cycle.values import Answer, AnswerKind, CarriedAnswer, Point, Shortcoming, StandardPledge
from events.errors import Conflict, Invalid, NotAllowed
from events.policy import Stage
from tests.spec import given
from tests.stories import (
    ANSWERS,
    BASE,
    COMMITTEE,
    COMRADE,
    CYCLE,
    DEBT,
    JOBS,
    KEPT,
    MEMBER,
    PLEDGED,
    PLEDGING,
    POINTS,
    RETURNED,
    SECRETARY,
    STANDARDS,
    STRANGER,
    after_acceptance,
    after_approval,
    after_closing,
    after_opening,
    after_pledge,
    after_return,
    answer,
    command,
    due_of,
    pledge,
    story,
    told,
)

DUE = due_of(Stage.PLEDGE)
LONG = "a" * 20_001


def faults(events: Any, asked: Any, **changes: Any) -> set[tuple[str, str | None]]:
    with pytest.raises(Invalid) as refused:
        answer(events, asked, **changes)
    return {(one.code, one.field) for one in refused.value.all}


def test_a_pledge_is_recorded_as_it_was_written():
    assert answer([], pledge()) == [PLEDGED]


def test_ids_of_jobs_are_given_by_the_rule_whatever_the_form_says():
    jobs = (replace(JOBS[0], id="x"), replace(JOBS[0], id="x", title="Việc khác"))
    assert [job.id for job in answer([], pledge(jobs=jobs))[0].jobs] == ["job-1", "job-2"]


def test_texts_are_kept_without_blanks_around_them_in_form_c_and_with_one_kind_of_line_end():
    (submitted,) = answer([], pledge(exemplary="  Ti\u0302en phong\r\nga\u0303 \n"))
    assert submitted.exemplary == "Tîen phong\ngã"


def test_a_forgotten_text_is_accepted_like_any_other():
    assert answer([], pledge(exemplary=FORGOTTEN))[0].exemplary == FORGOTTEN


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"jobs": ()}, ("pledge.job_count", "jobs")),
        ({"jobs": JOBS * 3}, ("pledge.job_count", "jobs")),
        ({"jobs": (replace(JOBS[0], title=" "),)}, ("text.missing", "jobs.0.title")),
        ({"jobs": (replace(JOBS[0], duty=""),)}, ("text.missing", "jobs.0.duty")),
        ({"jobs": (*JOBS, replace(JOBS[0], measure="\n"))}, ("text.missing", "jobs.1.measure")),
        ({"jobs": (replace(JOBS[0], product=LONG),)}, ("text.too_long", "jobs.0.product")),
        ({"jobs": (replace(JOBS[0], deadline=date(2025, 12, 31)),)}, ("pledge.outside_year", "jobs.0.deadline")),
        ({"jobs": (replace(JOBS[0], deadline=date(2027, 1, 1)),)}, ("pledge.outside_year", "jobs.0.deadline")),
        ({"exemplary": "\t"}, ("text.missing", "exemplary")),
        ({"standards": ()}, ("pledge.standard_count", "standards")),
        ({"standards": STANDARDS * 2}, ("pledge.standard_twice", "standards.1.code")),
        ({"standards": (StandardPledge(code="x", how="y"),)}, ("pledge.unknown_standard", "standards.0.code")),
        ({"standards": (replace(STANDARDS[0], how=""),)}, ("text.missing", "standards.0.how")),
        ({"carried": ()}, ("pledge.carried_missing", "carried.0.plan")),
        ({"carried": (replace(KEPT[0], plan=" "),)}, ("text.missing", "carried.0.plan")),
        ({"carried": (replace(KEPT[0], remedy_by=None),)}, ("date.missing", "carried.0.remedy_by")),
        (
            {"carried": (replace(KEPT[0], remedy_by=date(2027, 1, 1)),)},
            ("pledge.outside_year", "carried.0.remedy_by"),
        ),
        ({"carried": (replace(KEPT[0], dropped=True),)}, ("text.missing", "carried.0.reason")),
        ({"carried": (*KEPT, replace(KEPT[0], shortcoming="2024-1"))}, ("pledge.unknown_shortcoming", "carried")),
        ({"carried": KEPT * 2}, ("pledge.unknown_shortcoming", "carried")),
        ({"answers": ANSWERS}, ("answers.unknown_point", "answers")),
        ({"held_on": PLEDGING + timedelta(days=1)}, ("held_on.future", "held_on")),
        ({"held_on": PLEDGING - timedelta(days=4)}, ("held_on.too_early", "held_on")),
    ],
)
def test_each_fault_is_named_with_its_field(changes: Any, expected: tuple[str, str]):
    assert faults([], pledge(**changes)) == {expected}


def test_one_answer_names_every_fault_of_the_form():
    assert faults([], pledge(jobs=(), exemplary="", carried=())) == {
        ("pledge.job_count", "jobs"),
        ("text.missing", "exemplary"),
        ("pledge.carried_missing", "carried.0.plan"),
    }


def test_a_first_and_a_last_day_of_the_year_are_deadlines_inside_it():
    jobs = (replace(JOBS[0], deadline=date(2026, 1, 1)), replace(JOBS[0], deadline=date(2026, 12, 31)))
    assert len(answer([], pledge(jobs=jobs))[0].jobs) == 2


def test_a_carried_shortcoming_is_quoted_from_the_record_never_from_the_form():
    said = replace(KEPT[0], text="Không có gì")
    assert answer([], pledge(carried=(said,)))[0].carried[0].text == DEBT.text


def test_a_carried_shortcoming_is_dropped_with_a_reason_and_then_no_plan_is_kept():
    said = replace(KEPT[0], dropped=True, reason="Đã chuyển việc")
    (submitted,) = answer([], pledge(carried=(said,)))
    assert submitted.carried == (
        CarriedAnswer(shortcoming="2025-1", text=DEBT.text, dropped=True, reason="Đã chuyển việc"),
    )
    assert given(CYCLE, [submitted]).pledge.items() == ("job-1", "exemplary", "standard-integrity")


def test_carried_shortcomings_are_kept_in_the_order_of_the_record():
    second = Shortcoming(id="2025-2", text="Ít đọc")
    said = (replace(KEPT[0], shortcoming="2025-2"), KEPT[0])
    (submitted,) = answer([], pledge(carried=said), carried=(DEBT, second))
    assert [one.shortcoming for one in submitted.carried] == ["2025-1", "2025-2"]


@pytest.mark.parametrize(
    ("on", "held_on", "late"),
    [
        (DUE, None, False),
        (DUE + timedelta(days=1), None, True),
        (DUE + timedelta(days=1), DUE, False),
        (DUE + timedelta(days=3), DUE, False),
        (DUE + timedelta(days=20), DUE + timedelta(days=18), True),
    ],
)
def test_a_pledge_after_the_due_date_counts_but_is_marked_late_by_the_day_it_was_made(
    on: date, held_on: date | None, late: bool
):
    assert answer([], pledge(on=on, held_on=held_on))[0].late is late


def test_an_extension_of_their_own_moves_the_day_from_which_a_member_is_late():
    granted = facts.ExtensionGranted(stage=Stage.PLEDGE, month=None, due=DUE + timedelta(days=5), reason="Ốm")
    assert [answer([granted], pledge(on=DUE + timedelta(days=days)))[0].late for days in (5, 6)] == [False, True]


def test_a_pledge_waits_for_its_stage():
    with pytest.raises(Conflict, match=r"pledge.not_open"):
        answer([], pledge(), openings={})


@pytest.mark.parametrize(
    ("events", "changes", "code"), [([], {"year_open": False}, "cycle.not_open"), (after_closing, {}, "cycle.closed")]
)
def test_nothing_is_pledged_before_or_after_the_year(events: Any, changes: Any, code: str):
    with pytest.raises(Conflict, match=code):
        answer(events, pledge(), **changes)


@pytest.mark.parametrize("by", [SECRETARY, COMRADE, BASE, STRANGER, "calendar"])
def test_nobody_pledges_for_another(by: str):
    with pytest.raises(NotAllowed, match=r"access.not_own"):
        answer([], pledge(by=by))


@pytest.mark.parametrize("events", [after_pledge, after_opening, after_approval, after_acceptance])
def test_the_same_pledge_again_changes_nothing(events: Any):
    assert answer(events, pledge()) == []


@pytest.mark.parametrize(
    ("events", "code"),
    [(after_pledge, "pledge.submitted"), (after_opening, "pledge.submitted"), (after_approval, "pledge.approved")],
)
def test_another_pledge_is_refused_while_one_waits_or_holds(events: Any, code: str):
    with pytest.raises(Conflict, match=code):
        answer(events, pledge(exemplary="Khác"))


def test_a_withdrawn_pledge_can_be_submitted_again_as_a_new_round():
    events = story(*after_pledge, told(facts.PledgeWithdrawn()))
    assert given(CYCLE, events).pledge.state is Review.NONE
    assert answer(events, pledge()) == [replace(PLEDGED, round=2)]


def test_a_withdrawal_is_possible_until_a_reviewer_opens_it():
    assert answer(after_pledge, command(ask.WithdrawPledge, MEMBER, PLEDGING)) == [facts.PledgeWithdrawn()]


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([], "pledge.not_submitted"),
        (after_opening, "pledge.opened"),
        (after_return, "pledge.not_submitted"),
        (after_approval, "pledge.approved"),
        (after_closing, "cycle.closed"),
    ],
)
def test_otherwise_a_withdrawal_is_refused(events: Any, code: str):
    with pytest.raises(Conflict, match=code):
        answer(events, command(ask.WithdrawPledge, MEMBER, PLEDGING))


def test_an_answer_withdrawn_leaves_the_return_with_its_points_and_its_date():
    again = replace(PLEDGED, round=2, answers=ANSWERS)
    cycle = given(CYCLE, story(*after_return, told(again), told(facts.PledgeWithdrawn())))
    assert (cycle.pledge.state, cycle.pledge.points) == (Review.RETURNED, POINTS)
    assert cycle.pledge.answer_due == RETURNED.answer_due


def test_a_returned_pledge_is_submitted_again_with_an_answer_to_each_point_even_unchanged():
    assert answer(after_return, pledge(answers=tuple(reversed(ANSWERS)))) == [
        replace(PLEDGED, round=2, answers=ANSWERS)
    ]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((), {("answers.missing", "answers.0.text"), ("answers.missing", "answers.1.text")}),
        (ANSWERS[:1], {("answers.missing", "answers.1.text")}),
        ((ANSWERS[0], replace(ANSWERS[1], text=" ")), {("answers.missing", "answers.1.text")}),
        ((*ANSWERS, Answer(point=3, kind=AnswerKind.REVISED, text="x")), {("answers.unknown_point", "answers")}),
        ((*ANSWERS, ANSWERS[0]), {("answers.unknown_point", "answers")}),
    ],
)
def test_an_answer_cannot_leave_out_a_point_nor_add_one(answers: Any, expected: Any):
    assert faults(after_return, pledge(answers=answers)) == expected


@pytest.mark.parametrize(
    ("first_late", "on", "late"),
    [
        (False, RETURNED.answer_due, False),
        (False, RETURNED.answer_due + timedelta(days=1), True),
        (True, RETURNED.answer_due, True),
    ],
)
def test_an_answer_is_as_late_as_the_first_was_or_late_by_its_own_date(first_late: bool, on: date, late: bool):
    events = story(told(replace(PLEDGED, late=first_late)), told(facts.PledgeOpenedForReview()), told(RETURNED))
    assert answer(events, pledge(on=on, answers=ANSWERS))[0].late is late


def test_a_reviewer_opens_it_once():
    asked = command(ask.OpenPledgeForReview, SECRETARY, PLEDGING)
    assert answer(after_pledge, asked) == [facts.PledgeOpenedForReview()]
    assert answer(after_opening, asked) == []


@pytest.mark.parametrize("events", [[], after_return, after_approval])
def test_there_is_nothing_to_open_unless_it_waits(events: Any):
    with pytest.raises(Conflict, match=r"pledge.not_submitted"):
        answer(events, command(ask.OpenPledgeForReview, SECRETARY, PLEDGING))


def test_a_return_numbers_its_points_and_gives_days_to_answer():
    points = (Point(number=7, section="jobs", text=" Nêu rõ cách đo "), replace(POINTS[1], number=7))
    asked = command(ask.ReturnPledge, SECRETARY, PLEDGING, round=1, points=points)
    assert answer(after_opening, asked) == [facts.PledgeReturned(points=POINTS, answer_due=date(2026, 2, 17))]


def test_the_same_return_again_changes_nothing():
    asked = command(ask.ReturnPledge, SECRETARY, PLEDGING, round=1, points=POINTS)
    assert answer(after_return, asked) == []


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ((), ("points.missing", "points")),
        (POINTS * 26, ("points.too_many", "points")),
        ((replace(POINTS[0], text=" "),), ("text.missing", "points.0.text")),
        ((replace(POINTS[0], section="nothing"),), ("points.unknown_section", "points.0.section")),
    ],
)
def test_a_return_needs_points_with_texts(points: Any, expected: Any):
    asked = command(ask.ReturnPledge, SECRETARY, PLEDGING, round=1, points=points)
    assert faults(after_opening, asked) == {expected}


def test_an_approval_of_what_was_read_holds():
    asked = command(ask.ApprovePledge, SECRETARY, PLEDGING, round=1)
    assert answer(after_opening, asked) == [facts.PledgeApproved(round=1)]
    assert answer(after_approval, asked) == []


def test_who_approves_or_returns_without_opening_has_opened_it_all_the_same():
    approve = command(ask.ApprovePledge, SECRETARY, PLEDGING, round=1)
    send_back = command(ask.ReturnPledge, SECRETARY, PLEDGING, round=1, points=POINTS)
    assert answer(after_pledge, approve)[0] == facts.PledgeOpenedForReview()
    assert answer(after_pledge, send_back)[0] == facts.PledgeOpenedForReview()


WITHDRAWN = story(*after_pledge, told(facts.PledgeWithdrawn()))
SECOND = story(*after_return, told(replace(PLEDGED, round=2, answers=ANSWERS)))


@pytest.mark.parametrize(
    ("events", "number", "code"),
    [
        ([], 1, "pledge.not_submitted"),
        (WITHDRAWN, 1, "pledge.changed"),
        (SECOND, 1, "pledge.changed"),
        (after_pledge, 2, "pledge.changed"),
        (after_return, 1, "pledge.changed"),
        (after_closing, 1, "cycle.closed"),
    ],
)
def test_an_approval_of_anything_else_is_refused(events: Any, number: int, code: str):
    with pytest.raises(Conflict, match=code):
        answer(events, command(ask.ApprovePledge, SECRETARY, PLEDGING, round=number))


def test_a_return_of_what_is_approved_is_refused():
    asked = command(ask.ReturnPledge, SECRETARY, PLEDGING, round=1, points=POINTS)
    with pytest.raises(Conflict, match=r"pledge.changed"):
        answer(after_approval, asked)


def test_an_approval_settles_the_points_of_the_return():
    approved = answer(SECOND, command(ask.ApprovePledge, COMMITTEE, PLEDGING, round=2))
    cycle = given(CYCLE, story(*SECOND, *(told(event, by=COMMITTEE) for event in approved)))
    assert (cycle.pledge.state, cycle.pledge.points) == (Review.APPROVED, ())
    assert cycle.pledge.approved_by == COMMITTEE
