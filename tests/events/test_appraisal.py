"""The cell's counted vote, the committee's return or decision, and corrections of either."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from events.access import Grant, Role
from events.commendation import CommendationWithdrawn
from events.cycle.appraisal import correct_appraisal, correct_vote, decide_appraisal, record_vote, return_appraisal
from events.cycle.commands import CorrectAppraisal, CorrectVote, DecideAppraisal, RecordVote, ReturnAppraisal
from events.cycle.facts import AppraisalCorrected, AppraisalReturned, CycleClosed, VoteCorrected
from events.cycle.state import AppraisalState
from events.cycle.values import Answer, AnswerKind, AppliedCondition, Point, Shortcoming
from events.decider import In
from events.errors import Conflict, Invalid, NotAllowed, Refused
from events.policy import Level
from tests.events.appraised import (
    ACCEPTED,
    BASE,
    COMMITTEE,
    DAY,
    MEMBER,
    ROOT,
    SECRETARY,
    STRANGER,
    C,
    E,
    G,
    N,
    at,
    decided,
    excellent,
    fold,
    setting,
    voted,
    votes,
)

POINTS = (Point(number=1, section="vote", text="thiếu biên bản"), Point(number=2, section="remark", text="chưa rõ"))
RETURNED = AppraisalReturned(points=POINTS, answer_due=DAY + timedelta(days=7))
PROPOSED = (*ACCEPTED, voted())
DECIDED = (*PROPOSED, decided())


def vote(**changes: Any) -> RecordVote:
    usual = RecordVote(
        id="c1",
        by=SECRETARY,
        at=at(),
        held_on=date(2026, 12, 8),
        eligible=10,
        present=9,
        votes=votes(excellent=7, good=2),
        proposed=E,
        assessment=excellent(),
        remark="tiêu biểu",
    )
    return replace(usual, **changes)


def mend(**changes: Any) -> CorrectVote:
    usual = CorrectVote(
        id="c1",
        by=SECRETARY,
        at=at(),
        held_on=date(2026, 12, 8),
        eligible=10,
        present=9,
        votes=votes(excellent=2, good=7),
        proposed=G,
        assessment=excellent(),
        remark="tiêu biểu",
        reason="ghi nhầm hai dòng",
    )
    return replace(usual, **changes)


def decide(level: Level = E, **changes: Any) -> DecideAppraisal:
    return replace(DecideAppraisal(id="c1", by=BASE, at=at(), round=1, level=level, decision_no="12-QĐ/ĐU"), **changes)


def correct(level: Level = G, **changes: Any) -> CorrectAppraisal:
    usual = CorrectAppraisal(id="c1", by=BASE, at=at(), level=level, reason="có đơn đúng", decision_no="15-QĐ/ĐU")
    return replace(usual, **changes)


def refusal(decision, events, command, by=SECRETARY, **changes) -> Refused:
    with pytest.raises(Refused) as refused:
        decision(fold(events), command, setting(by, **changes))
    return refused.value


# -- the vote


def test_a_counted_vote_is_recorded_with_the_date_by_which_the_committee_decides():
    assert record_vote(fold(ACCEPTED), vote(), setting(SECRETARY)) == [voted()]


def test_the_same_vote_again_changes_nothing():
    assert record_vote(fold(PROPOSED), vote(), setting(SECRETARY)) == []


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"held_on": DAY + timedelta(days=1)}, "held_on.future", "held_on"),
        ({"held_on": date(2026, 12, 4)}, "appraisal.before_presentation", "held_on"),
        ({"eligible": 0}, "appraisal.nobody_eligible", "eligible"),
        ({"present": 11}, "appraisal.more_present_than_eligible", "present"),
        ({"present": 6, "votes": votes(excellent=6)}, "appraisal.no_quorum", "present"),
        ({"votes": votes(excellent=7, good=3)}, "appraisal.votes_do_not_add_up", "votes"),
        ({"votes": votes(excellent=7)}, "appraisal.votes_do_not_add_up", "votes"),
        ({"votes": votes(excellent=10, good=-1)}, "appraisal.votes_negative", "votes"),
        ({"votes": (*votes(excellent=7), *votes(excellent=2))}, "appraisal.level_twice", "votes"),
        ({"votes": votes(excellent=5), "blank": 4}, "appraisal.nothing_passed", "votes"),
        ({"votes": votes(excellent=5, good=4)}, "appraisal.proposed_not_passed", "proposed"),
        ({"proposed": G, "remark": " "}, "appraisal.lower_without_remark", "remark"),
        ({"assessment": excellent(points_common=None)}, "assessment.points_missing", "points_common"),
        ({"assessment": excellent(points_common=31)}, "assessment.points_out_of_range", "points_common"),
        ({"assessment": excellent(points_results=-1)}, "assessment.points_out_of_range", "points_results"),
        ({"assessment": excellent(tasks_done_pct=101)}, "assessment.percent_out_of_range", "tasks_done_pct"),
        ({"assessment": excellent(late_pct=-1)}, "assessment.percent_out_of_range", "late_pct"),
        ({"assessment": excellent(disqualifying=("bad",))}, "assessment.unknown_fact", "disqualifying"),
        ({"assessment": excellent(disqualifying=("unit_corruption",))}, "assessment.unknown_fact", "disqualifying"),
        ({"assessment": excellent(unremedied=("2025-9",))}, "assessment.unknown_shortcoming", "unremedied"),
    ],
)
def test_what_cannot_be_so_is_refused_at_its_field(changes, code, field):
    refused = refusal(record_vote, ACCEPTED, vote(**changes))
    assert isinstance(refused, Invalid)
    assert (refused.code, refused.field) == (code, field)


def test_all_that_is_to_be_mended_is_told_at_once():
    command = vote(present=11, assessment=excellent(points_common=None, late_pct=200))
    refused = refusal(record_vote, ACCEPTED, command)
    assert isinstance(refused, Invalid)
    assert [one.field for one in refused.all] == ["present", "points_common", "late_pct"]


def test_blank_ballots_are_counted_among_the_present():
    [event] = record_vote(fold(ACCEPTED), vote(votes=votes(excellent=7), blank=2), setting(SECRETARY))
    assert (event.present, event.blank) == (9, 2)


def test_a_cell_may_propose_less_than_passed_where_its_remark_says_why():
    [event] = record_vote(fold(ACCEPTED), vote(proposed=G, remark="một việc chậm"), setting(SECRETARY))
    assert event.proposed is G


def test_whoever_sits_in_the_cells_committee_has_the_vote_recorded_by_the_base():
    sits = (Grant(MEMBER, Role.CELL_COMMITTEE, "u-cell", date(2020, 1, 1)),)
    assert record_vote(fold(ACCEPTED), vote(by=BASE), setting(BASE, subject_grants=sits)) == [voted()]
    refused = refusal(record_vote, ACCEPTED, vote(), subject_grants=sits)
    assert (type(refused), refused.code) == (NotAllowed, "access.denied")


@pytest.mark.parametrize(
    ("by", "code"),
    [(MEMBER, "access.own_case"), (COMMITTEE, "access.denied"), (BASE, "access.denied"), (STRANGER, "access.denied")],
)
def test_only_secretary_or_deputy_record_a_vote_and_never_their_own(by, code):
    refused = refusal(record_vote, ACCEPTED, vote(by=by), by)
    assert (type(refused), refused.code) == (NotAllowed, code)


@pytest.mark.parametrize(
    ("events", "changes", "code"),
    [
        (ACCEPTED, {"openings": {}}, "appraisal.not_open"),
        (ACCEPTED, {"year_open": False}, "cycle.not_open"),
        (ACCEPTED[:2], {}, "appraisal.self_criticism_not_accepted"),
        (DECIDED, {}, "appraisal.decided"),
        ((*DECIDED, CycleClosed(level=E, carried=())), {}, "cycle.closed"),
    ],
)
def test_a_vote_needs_an_opening_and_an_accepted_self_criticism(events, changes, code):
    refused = refusal(record_vote, events, vote(), **changes)
    assert (type(refused), refused.code) == (Conflict, code)


def test_another_vote_on_top_of_one_that_waits_is_a_correction():
    assert refusal(record_vote, PROPOSED, vote(eligible=9)).code == "appraisal.proposed"


def test_after_a_return_the_cell_votes_again_with_an_answer_to_each_point():
    answers = tuple(Answer(point=one, kind=AnswerKind.REVISED, text="đã bổ sung") for one in (1, 2))
    events = (*PROPOSED, RETURNED)
    assert refusal(record_vote, events, vote(answers=answers[:1])).code == "answers.missing"
    [event] = record_vote(fold(events), vote(answers=answers), setting(SECRETARY))
    assert event.answers == answers
    assert fold((*events, event)).appraisal.round == 2


def test_a_wrong_record_is_corrected_with_a_reason_and_waits_as_another_round():
    [event] = correct_vote(fold(PROPOSED), mend(), setting(SECRETARY))
    assert isinstance(event, VoteCorrected)
    appraisal = fold((*PROPOSED, event)).appraisal
    assert (appraisal.state, appraisal.round, appraisal.vote) == (AppraisalState.PROPOSED, 2, event)
    assert refusal(decide_appraisal, (*PROPOSED, event), decide(G), BASE).code == "appraisal.changed"
    assert correct_vote(fold((*PROPOSED, event)), mend(), setting(SECRETARY)) == []


@pytest.mark.parametrize(
    ("events", "changes", "code"),
    [
        (PROPOSED, {"reason": ""}, "text.missing"),
        (PROPOSED, {"proposed": E}, "appraisal.proposed_not_passed"),
        (ACCEPTED, {}, "appraisal.no_vote"),
        ((*PROPOSED, RETURNED), {}, "appraisal.returned"),
    ],
)
def test_a_correction_follows_the_same_rules(events, changes, code):
    assert refusal(correct_vote, events, mend(**changes)).code == code


# -- returned


def test_the_deciding_committee_returns_with_numbered_points_and_a_date():
    points = tuple(replace(point, number=0) for point in POINTS)
    command = ReturnAppraisal(id="c1", by=BASE, at=at(), round=1, points=points)
    assert return_appraisal(fold(PROPOSED), command, setting(BASE)) == [RETURNED]
    assert return_appraisal(fold((*PROPOSED, RETURNED)), command, setting(BASE)) == []


@pytest.mark.parametrize(
    ("round_", "points", "by", "code"),
    [
        (1, (), BASE, "points.missing"),
        (1, (Point(number=1, section="vote", text=" "),), BASE, "text.missing"),
        (1, (Point(number=1, section="jobs", text="x"),), BASE, "points.unknown_section"),
        (2, POINTS, BASE, "appraisal.changed"),
        (1, POINTS, SECRETARY, "access.denied"),
        (1, POINTS, ROOT, "access.denied"),
        (1, POINTS, MEMBER, "access.own_case"),
    ],
)
def test_a_return_says_what_is_missing(round_, points, by, code):
    command = ReturnAppraisal(id="c1", by=by, at=at(), round=round_, points=points)
    assert refusal(return_appraisal, PROPOSED, command, by).code == code


# -- decided


def test_the_committee_decides_the_level_and_the_window_begins():
    assert decide_appraisal(fold(PROPOSED), decide(), setting(BASE)) == [decided()]
    assert decide_appraisal(fold(DECIDED), decide(), setting(BASE)) == []


def test_no_level_above_the_rule_and_what_stops_it_is_named():
    events = (*ACCEPTED, voted(assessment=excellent(points_common=20, unremedied=("2025-1",))))
    refused = refusal(decide_appraisal, events, decide(), BASE)
    assert (refused.code, refused.field) == ("appraisal.level_above_rule", "level")
    assert refused.facts == {"by_rule": "good", "stopped": ["points", "remedied"]}


def test_a_level_other_than_the_cells_needs_a_reason():
    assert refusal(decide_appraisal, PROPOSED, decide(G), BASE).code == "text.missing"
    [event] = decide_appraisal(fold(PROPOSED), decide(G, reason="đơn vị chưa đạt"), setting(BASE))
    assert (event.level, event.by_rule) == (G, E)


def test_a_recalled_condition_is_listed_and_counts_only_when_applied():
    events = (*ACCEPTED, voted(assessment=excellent(professional_level=G)))
    [event] = decide_appraisal(fold(events), decide(), setting(BASE))
    assert [(stop.condition, stop.counted) for stop in event.stopped] == [("professional_level", False)]
    applied = (AppliedCondition(condition="professional_level", reason="nghị quyết 03"),)
    assert refusal(decide_appraisal, events, decide(applied=applied), BASE).code == "appraisal.level_above_rule"
    [event] = decide_appraisal(fold(events), decide(G, applied=applied, reason="theo nghị quyết"), setting(BASE))
    assert (event.by_rule, event.applied) == (G, applied)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"decision_no": " "}, "text.missing", "decision_no"),
        ({"shortcomings": ("",)}, "text.missing", "shortcomings.0"),
        ({"applied": (AppliedCondition(condition="points", reason="x"),)}, "appraisal.applied_unknown", "applied.0"),
        (
            {"applied": (AppliedCondition(condition="professional_level", reason=""),)},
            "text.missing",
            "applied.0.reason",
        ),
        ({"round": 2}, "appraisal.changed", None),
    ],
)
def test_a_decision_has_a_number_and_reasons(changes, code, field):
    refused = refusal(decide_appraisal, PROPOSED, decide(**changes), BASE)
    assert (refused.code, refused.field) == (code, field)


@pytest.mark.parametrize(
    ("events", "code"),
    [
        (ACCEPTED, "appraisal.no_vote"),
        ((*PROPOSED, RETURNED), "appraisal.returned"),
        ((*PROPOSED, decided(G)), "appraisal.decided"),
    ],
)
def test_only_what_is_proposed_is_decided(events, code):
    assert refusal(decide_appraisal, events, decide(), BASE).code == code


@pytest.mark.parametrize(
    ("sits_in", "path", "by"),
    [
        ((), ("u-cell", "u-base", "u-root"), BASE),
        (("u-cell",), ("u-cell", "u-base", "u-root"), BASE),
        (("u-base",), ("u-cell", "u-base", "u-root"), ROOT),
        (("u-cell", "u-base"), ("u-cell", "u-base", "u-root"), ROOT),
        ((), ("u-cell", "u-root"), SECRETARY),
        (("u-cell",), ("u-cell", "u-root"), ROOT),
        (("u-cell", "u-root"), ("u-cell", "u-root"), ROOT),
    ],
)
def test_who_sits_in_the_deciding_committee_is_decided_on_one_level_up(sits_in, path, by):
    sits = tuple(Grant(MEMBER, Role.BASE_COMMITTEE, unit, date(2020, 1, 1)) for unit in sits_in)
    [event] = decide_appraisal(fold(PROPOSED), decide(by=by), setting(by, path=path, subject_grants=sits))
    assert event.level is E
    for other in {SECRETARY, BASE, ROOT} - {by}:
        refused = refusal(decide_appraisal, PROPOSED, decide(by=other), other, path=path, subject_grants=sits)
        assert refused.code == "access.denied"


def test_shortcomings_named_by_the_committee_go_on_from_the_cells_numbers():
    command = decide(shortcomings=("chậm xử lý văn bản", "ít dự sinh hoạt"))
    [event] = decide_appraisal(fold(PROPOSED), command, setting(BASE))
    assert event.shortcomings == (
        Shortcoming(id="2026-2", text="chậm xử lý văn bản"),
        Shortcoming(id="2026-3", text="ít dự sinh hoạt"),
    )


# -- corrected


def test_a_wrong_decision_is_corrected_with_a_reason_and_a_new_window():
    later = DAY + timedelta(days=3)
    [event] = correct_appraisal(fold(DECIDED), correct(), setting(BASE, on=later))
    assert isinstance(event, AppraisalCorrected)
    assert (event.level, event.acknowledge_by) == (G, later + timedelta(days=7))
    assert correct_appraisal(fold((*DECIDED, event)), correct(), setting(BASE)) == []


@pytest.mark.parametrize(
    ("events", "changes", "code"),
    [
        (DECIDED, {"reason": ""}, "text.missing"),
        (DECIDED, {"decision_no": ""}, "text.missing"),
        (PROPOSED, {}, "appraisal.not_decided"),
        ((*DECIDED, CycleClosed(level=E, carried=())), {}, "cycle.closed"),
        (
            (*ACCEPTED, voted(assessment=excellent(above_requirement_pct=0)), decided(G)),
            {"level": E},
            "appraisal.level_above_rule",
        ),
    ],
)
def test_a_correction_of_a_decision_keeps_to_the_rule(events, changes, code):
    assert refusal(correct_appraisal, events, correct(**changes), BASE).code == code


def test_a_vote_recorded_wrongly_is_corrected_even_after_the_decision_and_then_the_decision():
    events = (*ACCEPTED, voted(proposed=G, assessment=excellent(points_common=15)), decided(G, by_rule=G))
    [mended] = correct_vote(fold(events), mend(votes=votes(excellent=7, good=2), proposed=E), setting(SECRETARY))
    assert fold((*events, mended)).appraisal.state is AppraisalState.DECIDED
    [event] = correct_appraisal(fold((*events, mended)), correct(E), setting(BASE))
    assert (event.level, event.by_rule) == (E, E)


@pytest.mark.parametrize(
    ("state", "level", "withdrawn"),
    [("granted", G, True), ("proposed", C, True), ("refused", N, False), ("none", G, False), ("granted", E, False)],
)
def test_a_lower_level_takes_the_commendation_back_in_the_same_act(state, level, withdrawn):
    events = correct_appraisal(fold(DECIDED), correct(level), setting(BASE, commendation=state))
    also = [In("commendation-2026-m1", CommendationWithdrawn(reason="có đơn đúng"))]
    assert events[1:] == (also if withdrawn else [])
