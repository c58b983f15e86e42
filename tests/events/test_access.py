"""Who may do what: every action decided for every role, and every act of a year for every kind of person."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from events.access import COMMITTEE_ROLES, MAY, Action, Grant, Role, deciding_unit, may, require
from events.cycle import commands as ask
from events.decider import CALENDAR
from events.errors import NotAllowed, Refused
from events.policy import Level, Stage
from tests.stories import (
    BASE,
    COMMITTEE,
    COMRADE,
    DECIDING,
    GRANTS,
    INSPECTOR,
    MEETING,
    MEMBER,
    OFFICE,
    PATH,
    PLEDGING,
    POINTS,
    ROOT,
    SECRETARY,
    STRANGER,
    VOTED,
    VOTING,
    after_acceptance,
    after_answer,
    after_approval,
    after_check_in,
    after_decision,
    after_opening,
    after_pledge,
    after_presentation,
    after_self_criticism,
    after_vote,
    answer,
    check_in,
    command,
    pledge,
    self_criticism,
)

START, DAY = date(2020, 1, 1), date(2026, 2, 10)
SHORT = {
    "M": Role.MEMBER,
    "s": Role.CELL_SECRETARY,
    "d": Role.CELL_DEPUTY,
    "c": Role.CELL_COMMITTEE,
    "B": Role.BASE_COMMITTEE,
    "S": Role.SUPERIOR_COMMITTEE,
    "A": Role.AREA_SUPERVISOR,
    "P": Role.PROPAGANDA_BOARD,
    "I": Role.INSPECTION_COMMISSION,
    "O": Role.ORGANISATION_OFFICE,
    "x": Role.OPERATOR,
}
DECIDED = {
    Action.WRITE_OWN: "M",
    Action.CRITICISE: "M",
    Action.REVIEW: "sdcBS",
    Action.RECORD_VOTE: "sdBS",
    Action.DECIDE: "sdcBS",
    Action.PROPOSE_COMMENDATION: "sdcBS",
    Action.DECIDE_COMMENDATION: "sdcBS",
    Action.READ_STATE: "sdcBSAPIO",
    Action.READ_TEXT: "Msdc",
    Action.OPEN_TEXT: "BSI",
    Action.RUN_YEAR: "O",
    Action.MANAGE_PEOPLE: "O",
    Action.OPERATE: "x",
}
"""The whole table a second time, so that a change to it is made on purpose."""


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_every_action_is_decided_for_every_role(action: Action, role: Role):
    allowed = role in {SHORT[letter] for letter in DECIDED[action]}
    assert may(action, [Grant("p", role, "u-cell", START)], ["u-cell"], DAY) is allowed


def test_the_table_knows_every_action_and_every_role():
    assert set(MAY) == set(DECIDED) == set(Action)
    assert set(SHORT.values()) == set(Role)


def test_an_operator_reads_no_state_and_no_text():
    assert [action for action in Action if Role.OPERATOR in MAY[action]] == [Action.OPERATE]


@pytest.mark.parametrize(
    ("grant", "held"),
    [
        (Grant("p", Role.CELL_SECRETARY, "u-cell", DAY), True),
        (Grant("p", Role.CELL_SECRETARY, "u-cell", date(2026, 2, 11)), False),
        (Grant("p", Role.CELL_SECRETARY, "u-cell", START, DAY), False),
        (Grant("p", Role.CELL_SECRETARY, "u-cell", START, date(2026, 2, 11)), True),
        (Grant("p", Role.CELL_SECRETARY, "u-other", START), False),
    ],
)
def test_a_grant_counts_in_its_unit_and_its_time(grant: Grant, held: bool):
    assert may(Action.REVIEW, [grant], ["u-cell"], DAY) is held
    if not held:
        with pytest.raises(NotAllowed, match=r"access.denied"):
            require(Action.REVIEW, [grant], ["u-cell"], DAY)


@pytest.mark.parametrize("role", sorted(COMMITTEE_ROLES))
def test_who_sits_in_a_committee_is_judged_one_level_up(role: Role):
    seats = [Grant("p", role, unit, START) for unit in PATH]
    assert deciding_unit(PATH, [], DAY) == "u-cell"
    assert deciding_unit(PATH, seats[:1], DAY) == "u-base"
    assert deciding_unit(PATH, seats[:2], DAY) == "u-root"
    assert deciding_unit(PATH, seats, DAY) == "u-root"
    assert deciding_unit(PATH, [seats[0], seats[2]], DAY) == "u-base"


def test_a_seat_that_is_over_or_an_office_does_not_move_the_case():
    over = Grant("p", Role.CELL_SECRETARY, "u-cell", START, DAY)
    office = Grant("p", Role.INSPECTION_COMMISSION, "u-cell", START)
    assert deciding_unit(PATH, [over, office], DAY) == "u-cell"


POINT = (replace(POINTS[0], section="duties"),)
REMARK = {"remark": "Đạt", "shortcomings": ()}
VOTE = {name: getattr(VOTED, name) for name in ("held_on", "eligible", "present", "votes", "proposed", "assessment")}
EVERYONE = (MEMBER, SECRETARY, COMMITTEE, BASE, ROOT, STRANGER, COMRADE, OFFICE, INSPECTOR, CALENDAR)
CELL = {SECRETARY, COMMITTEE}
ACTS: list[tuple[Any, Any, set[str]]] = [
    ([], pledge(), {MEMBER}),
    (after_pledge, command(ask.WithdrawPledge, "", PLEDGING), {MEMBER}),
    (after_pledge, command(ask.OpenPledgeForReview, "", PLEDGING), CELL),
    (after_opening, command(ask.ReturnPledge, "", PLEDGING, round=1, points=POINTS), CELL),
    (after_opening, command(ask.ApprovePledge, "", PLEDGING, round=1), CELL),
    (after_approval, check_in(), {MEMBER}),
    (after_check_in, self_criticism(), {MEMBER}),
    (after_self_criticism, command(ask.WithdrawSelfCriticism, "", MEETING), {MEMBER}),
    (after_self_criticism, command(ask.OpenSelfCriticismForReview, "", MEETING), CELL),
    (
        after_self_criticism,
        command(ask.GiveCriticism, "", MEETING, as_member="m7", item="job-1", text="x"),
        {COMRADE, *CELL},
    ),
    (after_answer, command(ask.AnswerCriticism, "", MEETING, criticism="c1", text="x"), {MEMBER}),
    (after_answer, command(ask.RecordPresentation, "", MEETING, held_on=MEETING, basis="x"), CELL),
    (after_presentation, command(ask.ReturnSelfCriticism, "", MEETING, round=1, points=POINT), CELL),
    (after_presentation, command(ask.AcceptSelfCriticism, "", MEETING, round=1, **REMARK), CELL),
    (after_acceptance, command(ask.RecordVote, "", VOTING, **VOTE, remark=""), {SECRETARY}),
    (
        after_vote,
        command(ask.CorrectVote, "", VOTING, **{**VOTE, "eligible": 11}, remark="", reason="x"),
        {SECRETARY},
    ),
    (
        after_vote,
        command(ask.ReturnAppraisal, "", DECIDING, round=1, points=(replace(POINTS[0], section="vote"),)),
        {BASE},
    ),
    (after_vote, command(ask.DecideAppraisal, "", DECIDING, round=1, level=Level.GOOD, decision_no="1"), {BASE}),
    (
        after_decision,
        command(ask.CorrectAppraisal, "", DECIDING, level=Level.COMPLETED, decision_no="2", reason="x"),
        {BASE},
    ),
    (after_decision, command(ask.AcknowledgeResult, "", DECIDING), {MEMBER}),
    (
        [],
        command(ask.GrantExtension, "", PLEDGING, stage=Stage.PLEDGE, due=date(2026, 5, 1), reason="x"),
        CELL,
    ),
    (after_pledge, command(ask.OpenText, "", PLEDGING, reason="x"), {BASE, ROOT, INSPECTOR}),
    ([], command(ask.OpenCycle, "", PLEDGING, unit="u-cell", policy_version=1), {CALENDAR}),
    (
        after_pledge,
        command(ask.RemindReview, "", date(2026, 2, 18), step="review_pledge", round=1),
        {CALENDAR},
    ),
    (
        after_pledge,
        command(ask.EscalateReview, "", date(2026, 3, 18), step="review_pledge", round=1),
        {CALENDAR},
    ),
    (after_decision, command(ask.MakeResultFinal, "", date(2027, 1, 10)), {CALENDAR}),
    (after_decision, command(ask.CloseCycle, "", date(2027, 1, 10)), {CALENDAR}),
]


def test_every_act_of_a_year_is_in_the_table():
    assert {type(asked) for _, asked, _ in ACTS} == set(ask.CycleCommand.__args__)


@pytest.mark.parametrize("by", EVERYONE)
@pytest.mark.parametrize(("events", "asked", "allowed"), ACTS, ids=[type(asked).__name__ for _, asked, _ in ACTS])
def test_every_act_of_a_year_is_decided_for_everyone(events: Any, asked: Any, allowed: set[str], by: str):
    asked = replace(asked, by=by)
    if by in allowed:
        answer(events, asked, year_open=not isinstance(asked, ask.OpenCycle))
    else:
        with pytest.raises(NotAllowed):
            answer(events, asked)


REVIEWS = [(events, asked) for events, asked, allowed in ACTS if allowed & {SECRETARY, BASE} and MEMBER not in allowed]


@pytest.mark.parametrize("role", sorted(COMMITTEE_ROLES))
@pytest.mark.parametrize(("events", "asked"), REVIEWS, ids=[type(asked).__name__ for _, asked in REVIEWS])
def test_a_member_with_every_seat_still_has_no_say_in_their_own_case(events: Any, asked: Any, role: Role):
    seats = tuple(Grant(MEMBER, role, unit, START) for unit in PATH)
    with pytest.raises(NotAllowed, match=r"access.own_case"):
        answer(events, replace(asked, by=MEMBER), subject_grants=seats, actor_grants=seats, own_cell=True)


@pytest.mark.parametrize(
    ("seats", "reviewer", "decider"),
    [((), SECRETARY, BASE), (("u-cell",), BASE, BASE), (("u-base",), SECRETARY, ROOT), (PATH[:2], ROOT, ROOT)],
)
def test_a_case_goes_one_level_up_for_who_sits_in_the_committee(seats: Any, reviewer: str, decider: str):
    subject = tuple(Grant(MEMBER, Role.BASE_COMMITTEE, unit, START) for unit in seats)
    approve = command(ask.ApprovePledge, "", PLEDGING, round=1)
    decide = command(ask.DecideAppraisal, "", DECIDING, round=1, level=Level.GOOD, decision_no="1")
    for events, asked, right in ((after_opening, approve, reviewer), (after_vote, decide, decider)):
        for by in (SECRETARY, BASE, ROOT):
            if by == right:
                assert answer(events, replace(asked, by=by), subject_grants=subject)
            else:
                with pytest.raises(NotAllowed, match=r"access.denied"):
                    answer(events, replace(asked, by=by), subject_grants=subject)


@pytest.mark.parametrize("by", [SECRETARY, BASE])
def test_a_role_counts_on_the_day_it_is_used(by: str):
    ended = tuple(replace(grant, end=date(2026, 2, 10)) for grant in GRANTS[by])
    with pytest.raises(Refused, match=r"access.denied"):
        answer(after_opening, command(ask.ApprovePledge, by, PLEDGING, round=1), actor_grants=ended)
