"""The self-criticism: the form, comrades' criticism and the answers, the meeting, the committee's word."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from events.cycle import commands as ask
from events.cycle import facts
from events.cycle.state import Review
from events.cycle.values import Answer, AnswerKind, Grade, Point, RemedyReport, SectionText, Shortcoming
from events.errors import Conflict, Invalid, NotAllowed, NotFound
from events.member import Kind, Member, Track
from events.policy import FormSection, Stage
from tests.spec import given
from tests.stories import (
    ACCEPTED,
    ACCOUNTED,
    ACCOUNTING,
    COMRADE,
    CRITICISED,
    CYCLE,
    MEETING,
    MEMBER,
    POLICY,
    SECRETARY,
    SECTIONS,
    STRANGER,
    after_acceptance,
    after_answer,
    after_check_in,
    after_closing,
    after_criticism,
    after_pledge,
    after_presentation,
    after_self_criticism,
    answer,
    command,
    due_of,
    self_criticism,
    story,
    told,
)

DUE = due_of(Stage.SELF_CRITICISM)
POINT = Point(number=1, section="duties", text="Thiếu số liệu")
RETURNED = facts.SelfCriticismReturned(points=(POINT,), answer_due=date(2026, 12, 12))
after_return = story(*after_presentation, told(RETURNED, by=SECRETARY, on=MEETING))
REPLY = (Answer(point=1, kind=AnswerKind.REVISED, text="Đã bổ sung"),)
GRADED = replace(POLICY, scale="grades4", forms={Track.NON_LEADER: (FormSection(code="duties", graded=True),)})


def give(by: str = COMRADE, **changes: Any) -> ask.GiveCriticism:
    whole = {"as_member": "m7", "item": "job-1", "text": "Chưa phối hợp với tổ dân phố"}
    return command(ask.GiveCriticism, by, MEETING, **{**whole, **changes})


def reply(by: str = MEMBER, **changes: Any) -> ask.AnswerCriticism:
    whole = {"criticism": "c1", "text": "Tiếp thu, sẽ họp hằng tháng"}
    return command(ask.AnswerCriticism, by, MEETING, **{**whole, **changes})


def present(by: str = SECRETARY, **changes: Any) -> ask.RecordPresentation:
    return command(ask.RecordPresentation, by, MEETING, **{"held_on": MEETING, "basis": "Biên bản 12", **changes})


def accept(by: str = SECRETARY, **changes: Any) -> ask.AcceptSelfCriticism:
    whole = {"round": 1, "remark": "Nghiêm túc, cầu thị", "shortcomings": ("Ít góp ý trong sinh hoạt",)}
    return command(ask.AcceptSelfCriticism, by, MEETING, **{**whole, **changes})


def send_back(by: str = SECRETARY, **changes: Any) -> ask.ReturnSelfCriticism:
    return command(ask.ReturnSelfCriticism, by, MEETING, **{"round": 1, "points": (POINT,), **changes})


def without(code: str) -> tuple[SectionText, ...]:
    return tuple(section for section in SECTIONS if section.code != code)


def faults(events: Any, asked: Any, **changes: Any) -> set[tuple[str, str | None]]:
    with pytest.raises(Invalid) as refused:
        answer(events, asked, **changes)
    return {(one.code, one.field) for one in refused.value.all}


def test_a_self_criticism_is_recorded_as_it_was_written():
    assert answer(after_check_in, self_criticism()) == [ACCOUNTED]


def test_sections_are_kept_in_the_order_of_the_form_and_an_empty_optional_one_is_left_out():
    sections = (SectionText(code="prompted", text=" "), *reversed(SECTIONS))
    assert answer(after_check_in, self_criticism(sections=sections)) == [ACCOUNTED]


def test_a_leader_fills_the_leaders_form():
    leader = Member(MEMBER, "u-cell", Kind.OFFICIAL, Track.LEADER)
    assert ("text.missing", "sections.2.text") in faults(after_check_in, self_criticism(), membership=leader)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sections": without("duties")}, ("text.missing", "sections.1.text")),
        ({"sections": (*without("duties"), SectionText(code="duties", text=" "))}, ("text.missing", "sections.1.text")),
        (
            {"sections": (*without("duties"), SectionText(code="duties", text="a" * 20_001))},
            ("text.too_long", "sections.1.text"),
        ),
        ({"sections": (*SECTIONS, SectionText(code="x", text="y"))}, ("self_criticism.unknown_section", "sections")),
        ({"sections": SECTIONS * 2}, ("self_criticism.unknown_section", "sections")),
        ({"remedies": ()}, ("self_criticism.remedy_missing", "remedies.0.remedied")),
        (
            {
                "remedies": (
                    RemedyReport(shortcoming="2025-1", remedied=True),
                    RemedyReport(shortcoming="x", remedied=True),
                )
            },
            ("self_criticism.unknown_shortcoming", "remedies"),
        ),
        ({"points_common": None}, ("points.not_given", "points_common")),
        ({"points_common": 31}, ("points.range", "points_common")),
        ({"points_results": -1}, ("points.range", "points_results")),
        ({"points_results": 71}, ("points.range", "points_results")),
        ({"answers": REPLY}, ("answers.unknown_point", "answers")),
        ({"held_on": ACCOUNTING + timedelta(days=1)}, ("held_on.future", "held_on")),
    ],
)
def test_each_fault_is_named_with_its_field(changes: Any, expected: tuple[str, str]):
    assert faults(after_check_in, self_criticism(**changes)) == {expected}


def test_where_a_year_is_graded_a_grade_is_asked_and_points_are_not_kept():
    graded = (SectionText(code="duties", text="Tốt", grade=Grade.GOOD),)
    (submitted,) = answer(after_check_in, self_criticism(sections=graded), policy=GRADED)
    assert submitted.sections == graded
    assert (submitted.points_common, submitted.points_results) == (None, None)
    bare = self_criticism(sections=(replace(graded[0], grade=None),))
    assert faults(after_check_in, bare, policy=GRADED) == {("self_criticism.grade_missing", "sections.0.grade")}


def test_a_grade_is_not_kept_where_none_is_asked():
    sections = tuple(replace(section, grade=Grade.POOR) for section in SECTIONS)
    assert answer(after_check_in, self_criticism(sections=sections)) == [ACCOUNTED]


@pytest.mark.parametrize(("on", "late"), [(DUE, False), (DUE + timedelta(days=1), True)])
def test_a_late_self_criticism_counts_as_late(on: date, late: bool):
    assert answer(after_check_in, self_criticism(on=on))[0].late is late


@pytest.mark.parametrize(
    ("events", "changes", "code"),
    [
        (after_check_in, {"openings": {}}, "self_criticism.not_open"),
        (after_pledge, {}, "self_criticism.no_pledge"),
        (after_check_in, {"policy": replace(POLICY, forms={})}, "self_criticism.no_form"),
        (after_closing, {}, "cycle.closed"),
    ],
)
def test_it_needs_its_stage_an_approved_pledge_and_a_form(events: Any, changes: Any, code: str):
    with pytest.raises(Conflict, match=code):
        answer(events, self_criticism(), **changes)


def test_the_same_self_criticism_again_changes_nothing():
    assert answer(after_self_criticism, self_criticism()) == []
    assert answer(after_acceptance, self_criticism()) == []


@pytest.mark.parametrize(
    ("events", "code"),
    [(after_self_criticism, "self_criticism.submitted"), (after_acceptance, "self_criticism.accepted")],
)
def test_another_one_is_refused_while_one_waits_or_holds(events: Any, code: str):
    with pytest.raises(Conflict, match=code):
        answer(events, self_criticism(points_common=10))


def test_it_is_withdrawn_until_somebody_has_opened_or_criticised_it():
    asked = command(ask.WithdrawSelfCriticism, MEMBER, ACCOUNTING)
    assert answer(after_self_criticism, asked) == [facts.SelfCriticismWithdrawn()]
    for events, code in (
        (after_check_in, "self_criticism.not_submitted"),
        (after_criticism, "self_criticism.criticised"),
        (after_presentation, "self_criticism.opened"),
        (after_return, "self_criticism.not_submitted"),
        (after_acceptance, "self_criticism.accepted"),
    ):
        with pytest.raises(Conflict, match=code):
            answer(events, asked)


def test_a_reviewer_opens_it_once():
    asked = command(ask.OpenSelfCriticismForReview, SECRETARY, ACCOUNTING)
    assert answer(after_self_criticism, asked) == [facts.SelfCriticismOpenedForReview()]
    assert answer(after_presentation, asked) == []
    with pytest.raises(Conflict, match=r"self_criticism.not_submitted"):
        answer(after_check_in, asked)


def test_a_comrade_of_the_cell_criticises_an_item():
    assert answer(after_self_criticism, give()) == [CRITICISED]
    assert answer(after_criticism, give()) == []


def test_criticisms_are_numbered_in_their_order():
    assert answer(after_criticism, give(item="exemplary"))[0].id == "c2"


@pytest.mark.parametrize("item", ["job-1", "exemplary", "standard-integrity", "2025-1", "duties", "prompted"])
def test_a_criticism_is_tied_to_a_pledged_item_or_to_a_section(item: str):
    assert answer(after_self_criticism, give(item=item))[0].item == item


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"item": "job-2"}, ("criticism.unknown_item", "item")),
        ({"item": ""}, ("criticism.unknown_item", "item")),
        ({"text": " "}, ("text.missing", "text")),
    ],
)
def test_a_criticism_without_item_or_text_is_refused(changes: Any, expected: Any):
    assert faults(after_self_criticism, give(**changes)) == {expected}


@pytest.mark.parametrize(("by", "code"), [(STRANGER, "access.not_own_cell"), (MEMBER, "access.own_case")])
def test_only_comrades_criticise(by: str, code: str):
    with pytest.raises(NotAllowed, match=code):
        answer(after_self_criticism, give(by=by))


@pytest.mark.parametrize(
    ("events", "code"),
    [(after_check_in, "self_criticism.not_submitted"), (after_acceptance, "self_criticism.accepted")],
)
def test_criticism_has_its_time(events: Any, code: str):
    with pytest.raises(Conflict, match=code):
        answer(events, give(item="exemplary"))


def test_the_member_answers_a_criticism_and_may_answer_anew():
    assert answer(after_criticism, reply()) == [facts.CriticismAnswered(id="c1", text="Tiếp thu, sẽ họp hằng tháng")]
    assert answer(after_answer, reply()) == []
    assert answer(after_answer, reply(text="Nhận lỗi")) == [facts.CriticismAnswered(id="c1", text="Nhận lỗi")]


def test_an_answer_needs_a_criticism_a_text_and_its_time():
    with pytest.raises(NotFound, match=r"criticism.unknown"):
        answer(after_criticism, reply(criticism="c2"))
    assert faults(after_criticism, reply(text="")) == {("text.missing", "text")}
    with pytest.raises(NotAllowed, match=r"access.not_own"):
        answer(after_criticism, reply(by=COMRADE))
    with pytest.raises(Conflict, match=r"self_criticism.accepted"):
        answer(after_acceptance, reply(text="Nhận lỗi"))


def test_a_presentation_is_recorded_and_corrected():
    presented = facts.SelfCriticismPresented(held_on=MEETING, basis="Biên bản 12")
    assert answer(after_answer, present()) == [facts.SelfCriticismOpenedForReview(), presented]
    assert answer(after_presentation, present()) == []
    assert answer(after_presentation, present(basis="Biên bản 13")) == [replace(presented, basis="Biên bản 13")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"held_on": MEETING + timedelta(days=1)}, ("held_on.future", "held_on")),
        ({"held_on": date(2026, 3, 1)}, ("held_on.before_opening", "held_on")),
        ({"basis": ""}, ("text.missing", "basis")),
    ],
)
def test_a_presentation_has_a_day_and_a_basis(changes: Any, expected: Any):
    assert faults(after_answer, present(**changes)) == {expected}


def test_a_presentation_needs_a_text_and_is_settled_by_the_acceptance():
    with pytest.raises(Conflict, match=r"self_criticism.not_submitted"):
        answer(after_check_in, present())
    with pytest.raises(Conflict, match=r"self_criticism.accepted"):
        answer(after_acceptance, present(basis="Biên bản 13"))
    assert answer(after_acceptance, present()) == []


def test_it_is_returned_with_points_and_a_date():
    assert answer(after_presentation, send_back()) == [RETURNED]
    assert answer(after_return, send_back()) == []
    assert faults(after_presentation, send_back(points=())) == {("points.missing", "points")}
    unknown = (replace(POINT, section="jobs"),)
    assert faults(after_presentation, send_back(points=unknown)) == {("points.unknown_section", "points.0.section")}


def test_it_is_submitted_again_with_an_answer_to_each_point_and_stays_presented():
    assert faults(after_return, self_criticism(on=MEETING)) == {("answers.missing", "answers.0.text")}
    (again,) = answer(after_return, self_criticism(on=MEETING, answers=REPLY))
    assert (again.round, again.answers, again.late) == (2, REPLY, False)
    text = given(CYCLE, story(*after_return, told(again))).self_criticism
    assert (text.state, text.presented is not None, len(text.criticisms)) == (Review.SUBMITTED, True, 1)


def test_an_acceptance_names_shortcomings_under_numbers_of_the_year():
    assert answer(after_presentation, accept()) == [ACCEPTED]
    assert answer(after_acceptance, accept()) == []
    (accepted,) = answer(after_presentation, accept(shortcomings=("một", " hai ")))
    assert accepted.shortcomings == (Shortcoming(id="2026-1", text="một"), Shortcoming(id="2026-2", text="hai"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"remark": " "}, ("text.missing", "remark")),
        ({"shortcomings": ("một", "")}, ("text.missing", "shortcomings.1")),
    ],
)
def test_an_acceptance_has_a_remark(changes: Any, expected: Any):
    assert faults(after_presentation, accept(**changes)) == {expected}


UNANSWERED = story(
    *after_criticism, told(facts.SelfCriticismPresented(held_on=MEETING, basis="Biên bản 12"), by=SECRETARY)
)
SECOND = story(*after_return, told(replace(ACCOUNTED, round=2, answers=REPLY)))


@pytest.mark.parametrize(
    ("events", "code"),
    [
        (after_check_in, "self_criticism.not_submitted"),
        (after_answer, "self_criticism.not_presented"),
        (UNANSWERED, "self_criticism.unanswered"),
        (after_return, "self_criticism.changed"),
        (SECOND, "self_criticism.changed"),
        (after_closing, "cycle.closed"),
    ],
)
def test_it_is_accepted_only_as_read_presented_and_answered(events: Any, code: str):
    with pytest.raises(Conflict, match=code):
        answer(events, accept())
