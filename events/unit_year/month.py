"""A month's check-ins, confirmed for the whole cell in one act, with exceptions by name."""

from events.access import Action, require
from events.cycle.facts import CheckInReturned
from events.cycle.review import text_faults, tidy
from events.decider import In
from events.errors import Conflict, Invalid, NotAllowed, refuse_all
from events.ids import cycle_stream
from events.policy import Stage
from events.unit_year.commands import ConfirmMonth
from events.unit_year.facts import MonthConfirmed, UnitYear
from events.unit_year.setting import UnitYearSetting


def confirm_month(unit_year: UnitYear, command: ConfirmMonth, setting: UnitYearSetting) -> list[object]:
    """For every report in `seen`, as it was read: Conflict `check_in.changed` when one is another by now; `[]` when nothing is left.

    By the cell's committee or, where that is vacant or its only member's own month is left, the committee one level above.
    Nobody confirms their own month: it is left out, and another member of a committee confirms it later.
    An exception takes the month out of what is confirmed, and its reason goes to the member's own year; one that is already
    sent back stays so. Conflict `unit_year.not_open`, `check_in.not_open`. Source: practice S9.
    """
    require(Action.REVIEW, setting.actor_grants, setting.path[:2], setting.on)
    if unit_year.opened is None or unit_year.closed:
        raise Conflict("unit_year.not_open")
    if (Stage.CHECK_IN, command.month) not in unit_year.stages:
        raise Conflict("check_in.not_open", month=command.month)
    own = {name for name, member in setting.memberships.items() if member.person == setting.actor}
    excepted = {one.member: tidy(one.reason) for one in command.exceptions}
    if own & excepted.keys():
        raise NotAllowed("access.own_case")
    _require_as_seen(unit_year, command, setting)
    refuse_all(_exception_faults(command))
    confirmed = unit_year.confirmed.get(command.month, frozenset())
    waiting = [name for name, _ in command.seen if not setting.cycles[name].check_ins[command.month].returned]
    members = tuple(sorted(set(waiting) - own - confirmed - excepted.keys()))
    returned = tuple(sorted(set(waiting) & excepted.keys()))
    if not members and not returned:
        return []
    return [
        MonthConfirmed(month=command.month, members=members, excepted=returned),
        *(
            In(
                cycle_stream(name, setting.year),
                CheckInReturned(month=command.month, reason=excepted[name]),
            )
            for name in returned
        ),
    ]


def _require_as_seen(unit_year: UnitYear, command: ConfirmMonth, setting: UnitYearSetting) -> None:
    """Each report is of a member of this unit's year, and still the version that was read."""
    assert unit_year.opened is not None
    for name, version in command.seen:
        cycle = setting.cycles[name]
        joined_later = cycle.opened is not None and cycle.opened.unit == setting.unit
        if name not in unit_year.opened.members and not joined_later:
            raise NotAllowed("access.denied", action=Action.REVIEW.value)
        report = cycle.check_ins.get(command.month)
        if report is None or report.version != version:
            raise Conflict("check_in.changed", member=name)


def _exception_faults(command: ConfirmMonth) -> list[Invalid]:
    seen = {name for name, _ in command.seen}
    faults: list[Invalid] = []
    for index, one in enumerate(command.exceptions):
        if one.member not in seen:
            faults.append(Invalid("check_in.exception_unseen", field=f"exceptions.{index}.member", member=one.member))
        faults += text_faults(one.reason, f"exceptions.{index}.reason")
    return faults
