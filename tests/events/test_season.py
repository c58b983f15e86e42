"""A whole tree's year: policy published, opened, amended, closed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from events.access import Grant, Role
from events.decider import CALENDAR
from events.errors import Conflict, Invalid, NotAllowed
from events.policy import Stage, StepChange, policy_data, policy_from, steps_of
from events.season import (
    SEASON,
    AmendCalendar,
    CalendarAmended,
    CloseSeason,
    OpenSeason,
    PolicyPublished,
    PublishPolicy,
    SeasonClosed,
    SeasonOpened,
    SeasonSetting,
)
from tests.spec import given, when
from tests.stories import BASE, OFFICE, PLEDGING, POLICY, ROOT, SECRETARY, STRANGER, command

DATA = policy_data(POLICY)
OTHER = {**DATA, "min_months_admitted": 12}
PUBLISHED = PolicyPublished(year=2026, version=1, copied_from=None, data=DATA)
OPEN = (PUBLISHED, SeasonOpened(policy_version=1))
CHANGE = StepChange(stage=Stage.PLEDGE, due=date(2026, 4, 5))
AMENDED = CalendarAmended(changes=(CHANGE,), reason="Bầu cử")
OFFICE_GRANTS = (Grant(OFFICE, Role.ORGANISATION_OFFICE, "u-root", date(2020, 1, 1)),)


def answer(events: Sequence[Any], asked: Any, grants: tuple[Grant, ...] = OFFICE_GRANTS) -> list[Any]:
    return when(SEASON, events, asked, SeasonSetting("u-root", 2026, grants))


def publish(data: dict[str, Any], copied_from: int | None = None, by: str = OFFICE) -> PublishPolicy:
    return command(PublishPolicy, by, PLEDGING, data=data, copied_from=copied_from)


def amend(*changes: StepChange, reason: str = "Bầu cử") -> AmendCalendar:
    return command(AmendCalendar, OFFICE, PLEDGING, changes=changes, reason=reason)


def test_a_policy_is_published_whole_under_the_next_version():
    assert answer([], publish(DATA)) == [PUBLISHED]
    assert answer([PUBLISHED], publish(DATA)) == []
    assert answer([PUBLISHED], publish(OTHER))[0].version == 2


def test_a_policy_says_from_which_year_it_was_copied():
    assert answer([], publish(DATA, 2025))[0].copied_from == 2025


@pytest.mark.parametrize("data", [{}, {**DATA, "steps": "soon"}, {**DATA, "review": None}])
def test_what_is_not_a_policy_is_refused(data: dict[str, Any]):
    with pytest.raises(Invalid, match=r"policy.invalid"):
        answer([], publish(data))


def test_a_policy_read_back_from_its_data_is_the_same():
    assert policy_from(policy_data(POLICY)) == POLICY


def test_a_year_opens_once_under_the_newest_policy():
    asked = command(OpenSeason, OFFICE, PLEDGING)
    second = PolicyPublished(year=2026, version=2, copied_from=None, data=OTHER)
    assert answer([PUBLISHED], asked) == [SeasonOpened(policy_version=1)]
    assert answer([PUBLISHED, second], asked) == [SeasonOpened(policy_version=2)]
    assert answer(OPEN, asked) == []
    with pytest.raises(Conflict, match=r"season.no_policy"):
        answer([], asked)


def test_a_policy_published_later_does_not_move_the_year_that_runs():
    season = given(SEASON, [*OPEN, PolicyPublished(year=2026, version=2, copied_from=None, data=OTHER)])
    assert season.opened == SeasonOpened(policy_version=1)
    assert season.newest == 2


def test_the_calendar_is_amended_with_a_reason():
    assert answer(OPEN, amend(CHANGE)) == [AMENDED]


@pytest.mark.parametrize(
    ("before", "asked", "expected"),
    [
        (OPEN, amend(), {("calendar.no_change", None)}),
        ((*OPEN, AMENDED), amend(CHANGE), {("calendar.no_change", None)}),
        (OPEN, amend(StepChange(stage=Stage.PLEDGE)), {("calendar.no_change", None)}),
        (OPEN, amend(StepChange(stage=Stage.CHECK_IN, due=PLEDGING)), {("calendar.unknown_step", None)}),
        (OPEN, amend(CHANGE, reason=" "), {("text.missing", "reason")}),
        (
            OPEN,
            amend(StepChange(stage=Stage.CHECK_IN, month=4, opens=date(2026, 5, 6))),
            {("calendar.due_before_opening", "due-check_in-4")},
        ),
    ],
)
def test_an_amendment_changes_a_known_step_to_possible_dates(before: Any, asked: Any, expected: Any):
    with pytest.raises(Invalid) as refused:
        answer(before, asked)
    assert {(one.code, one.field) for one in refused.value.all} == expected


@pytest.mark.parametrize("events", [[], [PUBLISHED], [*OPEN, SeasonClosed()]])
def test_only_a_running_year_is_amended(events: Any):
    with pytest.raises(Conflict, match=r"season.not_open"):
        answer(events, amend(CHANGE))


def test_amendments_are_applied_in_their_order_and_move_reminders_along():
    second = StepChange(stage=Stage.PLEDGE, opens=date(2026, 1, 15))
    before, after = (
        next(step for step in steps if step.stage is Stage.PLEDGE)
        for steps in (steps_of(POLICY, 2026), steps_of(POLICY, 2026, (CHANGE,), (second,)))
    )
    assert (after.opens, after.due) == (date(2026, 1, 15), date(2026, 4, 5))
    moved = after.due - before.due
    assert after.remind_on == tuple(day + moved for day in before.remind_on)
    assert after.closes == before.closes + moved


def test_a_year_closes_once():
    asked = command(CloseSeason, CALENDAR, PLEDGING)
    assert answer(OPEN, asked) == [SeasonClosed()]
    assert answer([*OPEN, SeasonClosed()], asked) == []


def test_the_installation_opens_a_year_without_a_grant():
    assert answer([], publish(DATA, by=CALENDAR), grants=()) == [PUBLISHED]


@pytest.mark.parametrize("by", [SECRETARY, BASE, ROOT, STRANGER])
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ORGANISATION_OFFICE])
def test_no_other_role_runs_the_year(by: str, role: Role):
    with pytest.raises(NotAllowed, match=r"access.denied"):
        answer([], publish(DATA, by=by), grants=(Grant(by, role, "u-root", date(2020, 1, 1)),))


@pytest.mark.parametrize(
    "grant",
    [
        Grant(OFFICE, Role.ORGANISATION_OFFICE, "u-base", date(2020, 1, 1)),
        Grant(OFFICE, Role.ORGANISATION_OFFICE, "u-root", date(2020, 1, 1), date(2026, 2, 10)),
        Grant(OFFICE, Role.ORGANISATION_OFFICE, "u-root", date(2026, 2, 11)),
    ],
)
def test_an_office_runs_only_its_own_tree_and_only_in_its_time(grant: Grant):
    with pytest.raises(NotAllowed, match=r"access.denied"):
        answer([], publish(DATA), grants=(grant,))
