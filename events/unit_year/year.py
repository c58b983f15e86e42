"""A unit's year as a whole: opened for those the policy has reviewed, its dates amended, closed when every member's year is."""

from datetime import date

from events.access import Action, require
from events.cycle.review import tidy
from events.decider import CALENDAR
from events.errors import Conflict
from events.policy import reason_not_reviewed
from events.season import check_amendment
from events.unit_year.commands import AmendUnitCalendar, CloseUnitYear, OpenUnitYear
from events.unit_year.facts import UnitCalendarAmended, UnitYear, UnitYearClosed, UnitYearOpened
from events.unit_year.setting import UnitYearSetting
from events.unit_year.steps import pinned_policy


def open_unit_year(unit_year: UnitYear, command: OpenUnitYear, setting: UnitYearSetting) -> list[object]:
    """For the unit's members whom the policy has reviewed by the year's end; the others are listed with the reason.

    `[]` when it is open. Conflict `season.not_open`, `unit.unknown`. Source: regulations.md 1.4.
    """
    setting.by_calendar()
    if unit_year.opened is not None:
        return []
    if not setting.path:
        raise Conflict("unit.unknown")
    if setting.season.opened is None or setting.season.closed:
        raise Conflict("season.not_open")
    version = setting.season.opened.policy_version
    policy, last_day = setting.season.policies[version], date(setting.year, 12, 31)
    reviewed: list[str] = []
    left_out: list[tuple[str, str]] = []
    for name, member in setting.memberships.items():
        if member.cell != setting.unit:
            continue
        reason = reason_not_reviewed(policy, member.kind.value, member.admitted_on, last_day)
        if reason is None:
            reviewed.append(name)
        else:
            left_out.append((name, reason))
    return [
        UnitYearOpened(
            season=command.season,
            policy_version=version,
            members=tuple(reviewed),
            not_reviewed=tuple(left_out),
        )
    ]


def amend_unit_calendar(unit_year: UnitYear, command: AmendUnitCalendar, setting: UnitYearSetting) -> list[object]:
    """By the organisation office of a unit above (at the root, its own). Conflict `unit_year.not_open`; Invalid `calendar.*`."""
    if setting.actor != CALENDAR:
        require(Action.RUN_YEAR, setting.actor_grants, setting.path[1:] or setting.path, setting.on)
    policy = pinned_policy(setting.season, unit_year)
    if policy is None or unit_year.closed:
        raise Conflict("unit_year.not_open")
    before = (*setting.season.amendments, *unit_year.amendments)
    check_amendment(policy, setting.year, before, command.changes, command.reason)
    return [UnitCalendarAmended(changes=command.changes, reason=tidy(command.reason))]


def close_unit_year(unit_year: UnitYear, _: CloseUnitYear, setting: UnitYearSetting) -> list[object]:
    """`[]` until every member's year is closed."""
    setting.by_calendar()
    if unit_year.opened is None or unit_year.closed:
        return []
    return [UnitYearClosed()] if all(cycle.closed for cycle in setting.cycles.values()) else []
