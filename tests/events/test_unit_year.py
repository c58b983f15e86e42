"""A unit's year: who takes part, stages swept by the calendar, months confirmed in one act."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from events.access import Grant, Role
from events.cycle import facts as cycle_facts
from events.cycle.state import Cycle
from events.decider import CALENDAR, In, local_date
from events.errors import Conflict, Invalid, NotAllowed
from events.member import Kind, Member, Track
from events.policy import Stage, StepChange, policy_data
from events.season import SEASON, CalendarAmended, PolicyPublished, Season, SeasonOpened
from events.unit_year import UNIT_YEAR, facts
from events.unit_year import commands as ask
from events.unit_year.setting import UnitYearSetting
from events.unit_year.steps import unit_steps
from tests.spec import given, when
from tests.stories import (
    BASE,
    CHECKING,
    COMMITTEE,
    CYCLE,
    GRANTS,
    OFFICE,
    PATH,
    PLEDGING,
    POLICY,
    ROOT,
    SECRETARY,
    STRANGER,
    after_approval,
    after_check_in,
    after_closing,
    at,
    command,
    due_of,
    story,
    told,
)

NAME = "unit-2026-u-cell"
PUBLISHED = PolicyPublished(year=2026, version=1, copied_from=None, data=policy_data(POLICY))
SEASON_OPEN = (PUBLISHED, SeasonOpened(policy_version=1))
OPENED = facts.UnitYearOpened(season="season-2026-u-root", policy_version=1, members=("m1", "m2", "m3"))
MEMBERS = {
    "m1": Member("p1", "u-cell", Kind.OFFICIAL, Track.NON_LEADER),
    "m2": Member(SECRETARY, "u-cell", Kind.OFFICIAL, Track.NON_LEADER),
    "m3": Member("p33", "u-cell", Kind.PROBATIONARY, Track.NON_LEADER),
}
PLEDGE_OPEN = facts.StageOpened(
    stage=Stage.PLEDGE, month=None, audience="members", members=("m1", "m2", "m3"), due=due_of(Stage.PLEDGE)
)
MONTH_OPEN = replace(PLEDGE_OPEN, stage=Stage.CHECK_IN, month=4, due=due_of(Stage.CHECK_IN, 4))
PLEDGE_CLOSES = date(2026, 4, 30)


def answer(
    events: Sequence[Any],
    asked: Any,
    *,
    season: Sequence[Any] = SEASON_OPEN,
    memberships: Mapping[str, Member] = MEMBERS,
    cycles: Mapping[str, Cycle] | None = None,
    path: tuple[str, ...] = PATH,
    grants: Mapping[str, tuple[Grant, ...]] = GRANTS,
) -> list[Any]:
    setting = UnitYearSetting(
        year=2026,
        unit="u-cell",
        path=path,
        season=given(SEASON, season),
        actor=asked.by,
        actor_grants=grants.get(asked.by, ()),
        memberships=memberships,
        cycles=cycles or {},
        on=local_date(asked.at),
    )
    return when(UNIT_YEAR, events, asked, setting)


def opening(*members: str) -> ask.OpenUnitYear:
    return command(ask.OpenUnitYear, CALENDAR, date(2026, 1, 1), season="season-2026-u-root", members=members)


def test_a_units_year_opens_for_its_members():
    assert answer([], opening("m1", "m2", "m3")) == [OPENED]
    assert answer([OPENED], opening("m1", "m2", "m3", "m4")) == []


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (replace(MEMBERS["m1"], kind=Kind.EXEMPT), "exempt_member"),
        (replace(MEMBERS["m1"], kind=Kind.SUSPENDED), "suspended_member"),
        (replace(MEMBERS["m1"], admitted_on=date(2026, 7, 1)), "admitted_recently"),
        (replace(MEMBERS["m1"], admitted_on=date(2026, 6, 30)), None),
        (replace(MEMBERS["m1"], admitted_on=date(2026, 8, 1), kind=Kind.EXEMPT), "exempt_member"),
        (MEMBERS["m1"], None),
    ],
)
def test_whom_the_policy_does_not_review_is_listed_with_the_reason(member: Member, reason: str | None):
    (opened,) = answer([], opening("m1"), memberships={"m1": member})
    assert opened.not_reviewed == ((("m1", reason),) if reason else ())
    assert opened.members == (() if reason else ("m1",))


def test_who_is_of_another_cell_by_now_is_not_listed_here():
    gone = replace(MEMBERS["m1"], cell="u-other")
    assert answer([], opening("m1"), memberships={"m1": gone})[0].members == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"season": (PUBLISHED,)}, "season.not_open"),
        ({"season": ()}, "season.not_open"),
        ({"path": ()}, "unit.unknown"),
    ],
)
def test_a_units_year_needs_an_open_season_and_a_unit(changes: Any, code: str):
    with pytest.raises(Conflict, match=code):
        answer([], opening("m1"), **changes)


def stage(kind: Any, on: date, stage: Stage = Stage.PLEDGE, month: int | None = None, **fields: Any) -> Any:
    return command(kind, CALENDAR, on, stage=stage, month=month, **fields)


@pytest.mark.parametrize(
    ("events", "asked", "expected"),
    [
        ([OPENED], stage(ask.OpenStage, PLEDGING), [PLEDGE_OPEN]),
        ([OPENED], stage(ask.OpenStage, date(2026, 4, 25), Stage.CHECK_IN, 4), [MONTH_OPEN]),
        ([OPENED], stage(ask.OpenStage, date(2026, 4, 24), Stage.CHECK_IN, 4), []),
        ([OPENED], stage(ask.OpenStage, PLEDGING, Stage.CHECK_IN, 13), []),
        ([OPENED, PLEDGE_OPEN], stage(ask.OpenStage, PLEDGING), []),
        ([], stage(ask.OpenStage, PLEDGING), []),
        ([OPENED, facts.UnitYearClosed()], stage(ask.OpenStage, PLEDGING), []),
    ],
)
def test_a_stage_opens_once_from_its_date_on(events: Any, asked: Any, expected: Any):
    assert answer(events, asked) == expected


def test_a_stage_opens_on_the_date_amended_last():
    for_all = CalendarAmended(changes=(StepChange(stage=Stage.PLEDGE, opens=date(2026, 3, 1)),), reason="x")
    ours = facts.UnitCalendarAmended(changes=(StepChange(stage=Stage.PLEDGE, opens=date(2026, 2, 20)),), reason="x")
    season = (*SEASON_OPEN, for_all)
    for events, on, opens in (
        ([OPENED], date(2026, 2, 28), False),
        ([OPENED], date(2026, 3, 1), True),
        ([OPENED, ours], date(2026, 2, 19), False),
        ([OPENED, ours], date(2026, 2, 20), True),
    ):
        assert bool(answer(events, stage(ask.OpenStage, on), season=season)) is opens


def test_the_steps_of_a_year_that_is_not_opened_are_none():
    assert unit_steps(given(SEASON, SEASON_OPEN), given(UNIT_YEAR, [])) == ()
    assert unit_steps(Season(), given(UNIT_YEAR, [])) == ()


LATER = facts.UnitCalendarAmended(changes=(StepChange(stage=Stage.PLEDGE, due=date(2026, 4, 5)),), reason="x")


def test_an_amended_date_is_carried_to_the_open_stage_once_and_opens_it_to_reminders_and_escalation_again():
    asked = stage(ask.ExtendStage, PLEDGING)
    extended = facts.StageExtended(stage=Stage.PLEDGE, month=None, due=date(2026, 4, 5))
    assert answer([OPENED, PLEDGE_OPEN, LATER], asked) == [extended]
    assert answer([OPENED, PLEDGE_OPEN, LATER, extended], asked) == []
    assert answer([OPENED, PLEDGE_OPEN], asked) == []
    assert answer([OPENED, LATER], asked) == []
    escalated = facts.StageEscalated(stage=Stage.PLEDGE, month=None, members=("m1",), to="u-base")
    record = given(UNIT_YEAR, [OPENED, PLEDGE_OPEN, escalated, LATER, extended]).stages[Stage.PLEDGE, None]
    assert (record.due, record.escalated) == (date(2026, 4, 5), False)


DAY = date(2026, 3, 17)


def remind(today: date, missing: tuple[str, ...]) -> ask.RemindStage:
    return ask.RemindStage(id="c1", by=CALENDAR, at=at(today), stage=Stage.PLEDGE, on=DAY, missing=missing)


@pytest.mark.parametrize(
    ("missing", "on", "members"),
    [
        (("m3", "m1"), DAY, ("m1", "m3")),
        (("m1", "m9"), DAY + timedelta(days=1), ("m1",)),
        (("m1",), DAY + timedelta(days=2), None),
        (("m1",), DAY - timedelta(days=1), None),
        ((), DAY, None),
        (("m9",), DAY, None),
    ],
)
def test_the_missing_are_reminded_on_the_day(missing: Any, on: date, members: Any):
    expected = [facts.StageReminded(stage=Stage.PLEDGE, month=None, members=members, on=DAY)] if members else []
    assert answer([OPENED, PLEDGE_OPEN], remind(on, missing)) == expected


def test_a_reminder_is_made_once_for_its_date_and_not_after_the_closing():
    asked = remind(DAY, ("m1",))
    reminded = facts.StageReminded(stage=Stage.PLEDGE, month=None, members=("m1",), on=DAY)
    closed = facts.StageClosed(stage=Stage.PLEDGE, month=None, missing=("m1",))
    assert answer([OPENED, PLEDGE_OPEN, reminded], asked) == []
    assert answer([OPENED, PLEDGE_OPEN, closed], asked) == []
    assert answer([OPENED], asked) == []


@pytest.mark.parametrize(
    ("on", "missing", "escalates"),
    [
        (due_of(Stage.PLEDGE), ("m1",), False),
        (due_of(Stage.PLEDGE) + timedelta(days=1), ("m1",), True),
        (date(2026, 12, 1), ("m1",), True),
        (date(2026, 12, 1), (), False),
    ],
)
def test_the_missing_are_shown_one_level_up_once_after_the_due_date(on: date, missing: Any, escalates: bool):
    asked = stage(ask.EscalateStage, on, missing=missing)
    escalated = facts.StageEscalated(stage=Stage.PLEDGE, month=None, members=("m1",), to="u-base")
    assert answer([OPENED, PLEDGE_OPEN], asked) == ([escalated] if escalates else [])
    assert answer([OPENED, PLEDGE_OPEN, escalated], asked) == []


def test_at_the_root_the_root_itself_is_shown_the_missing():
    asked = stage(ask.EscalateStage, date(2026, 12, 1), missing=("m1",))
    assert answer([OPENED, PLEDGE_OPEN], asked, path=("u-root",))[0].to == "u-root"


@pytest.mark.parametrize(("days", "closes"), [(0, False), (1, True), (200, True)])
def test_a_stage_closes_after_its_last_day_and_lists_the_missing(days: int, closes: bool):
    asked = stage(ask.CloseStage, PLEDGE_CLOSES + timedelta(days=days), missing=("m2", "m1", "m9"))
    closed = facts.StageClosed(stage=Stage.PLEDGE, month=None, missing=("m1", "m2"))
    assert answer([OPENED, PLEDGE_OPEN], asked) == ([closed] if closes else [])
    assert answer([OPENED, PLEDGE_OPEN, closed], asked) == []
    assert answer([OPENED], asked) == []


def amend(by: str, **changes: Any) -> ask.AmendUnitCalendar:
    whole = {"changes": (StepChange(stage=Stage.PLEDGE, due=date(2026, 4, 5)),), "reason": "Bầu cử"}
    return command(ask.AmendUnitCalendar, by, PLEDGING, **{**whole, **changes})


def test_the_office_of_a_unit_above_amends_the_calendar():
    assert answer([OPENED], amend(OFFICE)) == [replace(LATER, reason="Bầu cử")]
    assert answer([OPENED], amend(CALENDAR)) == [replace(LATER, reason="Bầu cử")]
    own = {OFFICE: (Grant(OFFICE, Role.ORGANISATION_OFFICE, "u-cell", date(2020, 1, 1)),)}
    for by, grants in ((SECRETARY, GRANTS), (BASE, GRANTS), (ROOT, GRANTS), (STRANGER, GRANTS), (OFFICE, own)):
        with pytest.raises(NotAllowed, match=r"access.denied"):
            answer([OPENED], amend(by), grants=grants)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"changes": ()}, {("calendar.no_change", None)}),
        ({"changes": (StepChange(stage=Stage.PLEDGE, due=due_of(Stage.PLEDGE)),)}, {("calendar.no_change", None)}),
        ({"changes": (StepChange(stage=Stage.CHECK_IN, due=PLEDGING),)}, {("calendar.unknown_step", None)}),
        (
            {"changes": (StepChange(stage=Stage.PLEDGE, due=date(2025, 12, 31)),), "reason": " "},
            {("calendar.due_before_opening", "due-pledge"), ("text.missing", "reason")},
        ),
    ],
)
def test_an_amendment_changes_a_known_step_to_possible_dates_with_a_reason(changes: Any, expected: Any):
    with pytest.raises(Invalid) as refused:
        answer([OPENED], amend(OFFICE, **changes))
    assert {(one.code, one.field) for one in refused.value.all} == expected


@pytest.mark.parametrize("events", [[], [OPENED, facts.UnitYearClosed()]])
def test_only_a_running_year_is_amended(events: Any):
    with pytest.raises(Conflict, match=r"unit_year.not_open"):
        answer(events, amend(OFFICE))


REPORT = len(after_check_in)
REPORTING = given(CYCLE, after_check_in)
SILENT = given(CYCLE, after_approval)
SENT_BACK = given(CYCLE, story(*after_check_in, told(cycle_facts.CheckInReturned(month=4, reason="x"))))
RUNNING = [OPENED, MONTH_OPEN]


def confirm(by: str = SECRETARY, *seen: str, leave_out: Mapping[str, str] | None = None) -> ask.ConfirmMonth:
    return command(
        ask.ConfirmMonth,
        by,
        CHECKING,
        month=4,
        seen=tuple((member, REPORT) for member in seen),
        exceptions=tuple(ask.MonthException(member=name, reason=why) for name, why in (leave_out or {}).items()),
    )


def months(**changes: Cycle) -> dict[str, Cycle]:
    return {"m1": REPORTING, "m2": REPORTING, "m3": REPORTING, **changes}


def confirmed(*members: str, excepted: tuple[str, ...] = ()) -> facts.MonthConfirmed:
    return facts.MonthConfirmed(month=4, members=members, excepted=excepted)


def test_a_month_is_confirmed_for_everyone_whose_report_was_seen():
    assert answer(RUNNING, confirm(COMMITTEE, "m3", "m1", "m2"), cycles=months()) == [confirmed("m1", "m2", "m3")]


def test_a_report_that_was_not_seen_is_not_confirmed():
    assert answer(RUNNING, confirm(COMMITTEE, "m1"), cycles=months()) == [confirmed("m1")]


def test_an_exception_by_name_sends_the_reason_to_the_members_own_year():
    asked = confirm(COMMITTEE, "m1", "m2", leave_out={"m1": " Chưa có số liệu"})
    assert answer(RUNNING, asked, cycles=months()) == [
        confirmed("m2", excepted=("m1",)),
        In("cycle-2026-m1", cycle_facts.CheckInReturned(month=4, reason="Chưa có số liệu")),
    ]


def test_an_exception_takes_back_what_was_confirmed():
    year = given(UNIT_YEAR, [*RUNNING, confirmed("m1", "m2"), confirmed(excepted=("m1",))])
    assert year.confirmed[4] == {"m2"}
    asked = confirm(COMMITTEE, "m1", leave_out={"m1": "Chưa có số liệu"})
    assert answer([*RUNNING, confirmed("m1")], asked, cycles=months())[0] == confirmed(excepted=("m1",))


def test_nobody_confirms_their_own_month_alone():
    assert answer(RUNNING, confirm(SECRETARY, "m1", "m2"), cycles=months()) == [confirmed("m1")]
    assert answer(RUNNING, confirm(SECRETARY, "m2"), cycles=months()) == []
    with pytest.raises(NotAllowed, match=r"access.own_case"):
        answer(RUNNING, confirm(SECRETARY, "m2", leave_out={"m2": "x"}), cycles=months())


def test_the_committee_above_confirms_what_the_cell_cannot():
    assert answer(RUNNING, confirm(BASE, "m2"), cycles=months()) == [confirmed("m2")]


def test_what_is_confirmed_or_sent_back_already_changes_nothing():
    assert answer([*RUNNING, confirmed("m1")], confirm(COMMITTEE, "m1"), cycles=months()) == []
    assert answer(RUNNING, confirm(COMMITTEE, "m1"), cycles=months(m1=SENT_BACK)) == []
    again = confirm(COMMITTEE, "m1", leave_out={"m1": "x"})
    assert answer(RUNNING, again, cycles=months(m1=SENT_BACK)) == []


CHANGED = given(CYCLE, story(*after_check_in, told(cycle_facts.CheckInReported(month=4, items=(), late=False))))


@pytest.mark.parametrize("now", [SILENT, CHANGED])
def test_a_report_changed_since_it_was_read_is_a_conflict(now: Cycle):
    with pytest.raises(Conflict, match=r"check_in.changed") as refused:
        answer(RUNNING, confirm(COMMITTEE, "m1", "m2"), cycles=months(m1=now))
    assert refused.value.facts["member"] == "m1"


@pytest.mark.parametrize(
    ("leave_out", "expected"),
    [
        ({"m1": " "}, {("text.missing", "exceptions.0.reason")}),
        ({"m3": "x"}, {("check_in.exception_unseen", "exceptions.0.member")}),
    ],
)
def test_an_exception_has_a_reason_and_was_seen(leave_out: Any, expected: Any):
    with pytest.raises(Invalid) as refused:
        answer(RUNNING, confirm(COMMITTEE, "m1", leave_out=leave_out), cycles=months())
    assert {(one.code, one.field) for one in refused.value.all} == expected


@pytest.mark.parametrize("by", [ROOT, OFFICE, STRANGER, "p1", CALENDAR])
def test_only_the_cells_committee_or_the_one_above_confirms(by: str):
    with pytest.raises(NotAllowed, match=r"access.denied"):
        answer(RUNNING, confirm(by, "m1"), cycles=months())


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([], "unit_year.not_open"),
        ([OPENED], "check_in.not_open"),
        ([*RUNNING, facts.UnitYearClosed()], "unit_year.not_open"),
    ],
)
def test_a_month_is_confirmed_once_it_is_open(events: Any, code: str):
    with pytest.raises(Conflict, match=code):
        answer(events, confirm(COMMITTEE, "m1"), cycles=months())


def test_a_member_of_another_unit_cannot_be_confirmed_here_but_who_joined_later_can():
    cycles = months(m4=REPORTING)
    members = {**MEMBERS, "m4": replace(MEMBERS["m1"], person="p44")}
    with pytest.raises(NotAllowed, match=r"access.denied"):
        answer(RUNNING, confirm(COMMITTEE, "m4"), cycles=cycles, memberships=members)
    joined = replace(REPORTING, opened=cycle_facts.CycleOpened(unit="u-cell", policy_version=1))
    assert answer(RUNNING, confirm(COMMITTEE, "m4"), cycles=months(m4=joined), memberships=members) == [confirmed("m4")]


def test_a_reason_for_a_member_is_sealed_under_that_members_key():
    asked = confirm(COMMITTEE, "m1", leave_out={"m1": "x"})
    setting = UnitYearSetting(
        year=2026,
        unit="u-cell",
        path=PATH,
        season=Season(),
        actor=asked.by,
        actor_grants=(),
        memberships=MEMBERS,
        cycles={},
        on=CHECKING,
    )
    assert UNIT_YEAR.sealed_for("cycle-2026-m1", setting) == "p1"
    assert UNIT_YEAR.sealed_for(NAME, setting) == NAME


def test_a_units_year_closes_when_every_members_year_is():
    asked = command(ask.CloseUnitYear, CALENDAR, date(2027, 1, 20))
    over = given(CYCLE, after_closing)
    assert answer([OPENED], asked, cycles={"m1": over, "m2": over}) == [facts.UnitYearClosed()]
    assert answer([OPENED], asked, cycles={"m1": over, "m2": REPORTING}) == []
    assert answer([OPENED, facts.UnitYearClosed()], asked, cycles={"m1": over}) == []
    assert answer([], asked) == []


@pytest.mark.parametrize(
    "asked",
    [
        opening("m1"),
        stage(ask.OpenStage, PLEDGING),
        stage(ask.ExtendStage, PLEDGING),
        remind(DAY, ("m1",)),
        stage(ask.EscalateStage, PLEDGING, missing=()),
        stage(ask.CloseStage, PLEDGING, missing=()),
        command(ask.CloseUnitYear, CALENDAR, PLEDGING),
    ],
)
def test_the_calendars_acts_are_nobody_elses(asked: Any):
    with pytest.raises(NotAllowed, match=r"access.calendar_only"):
        answer([OPENED], replace(asked, by=SECRETARY))
