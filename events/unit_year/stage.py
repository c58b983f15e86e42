"""Shared stages of a unit's year: opened, extended, reminded of, escalated and closed by the calendar, each with one event.

What is asked too early, too late or twice is answered by `[]`: a workflow reads the year again and goes on.
"""

from collections.abc import Iterable
from datetime import timedelta

from events.policy import Stage, Step
from events.unit_year.commands import CloseStage, EscalateStage, ExtendStage, OpenStage, RemindStage
from events.unit_year.facts import (
    StageClosed,
    StageEscalated,
    StageExtended,
    StageOpened,
    StageRecord,
    StageReminded,
    UnitYear,
)
from events.unit_year.setting import UnitYearSetting
from events.unit_year.steps import unit_steps


def open_stage(unit_year: UnitYear, command: OpenStage, setting: UnitYearSetting) -> list[object]:
    """For all members of the unit's year, from the stage's opening date on."""
    setting.by_calendar()
    step = _step(unit_year, setting, command.stage, command.month)
    if step is None or unit_year.opened is None or unit_year.closed or setting.on < step.opens:
        return []
    if (command.stage, command.month) in unit_year.stages:
        return []
    members = unit_year.opened.members
    return [StageOpened(stage=command.stage, month=command.month, audience="members", members=members, due=step.due)]


def extend_stage(unit_year: UnitYear, command: ExtendStage, setting: UnitYearSetting) -> list[object]:
    """The calendar's due date, where the open stage has another; it may be reminded of and escalated anew."""
    setting.by_calendar()
    record = _record(unit_year, command.stage, command.month)
    step = _step(unit_year, setting, command.stage, command.month)
    if record is None or step is None or step.due == record.due:
        return []
    return [StageExtended(stage=command.stage, month=command.month, due=step.due)]


def remind_stage(unit_year: UnitYear, command: RemindStage, setting: UnitYearSetting) -> list[object]:
    """Once for a reminder's date, on that day or the next: a date long past (a told year, a late start) reminds nobody."""
    setting.by_calendar()
    record = _record(unit_year, command.stage, command.month)
    if record is None or record.closed or command.on in record.reminded_on:
        return []
    missing = _of(record, command.missing)
    if not missing or not command.on <= setting.on <= command.on + timedelta(days=1):
        return []
    return [StageReminded(stage=command.stage, month=command.month, members=missing, on=command.on)]


def escalate_stage(unit_year: UnitYear, command: EscalateStage, setting: UnitYearSetting) -> list[object]:
    """Once for a due date, however long past; shown to the committee of the unit above, at the root to its own."""
    setting.by_calendar()
    record = _record(unit_year, command.stage, command.month)
    if record is None or record.escalated or setting.on <= record.due:
        return []
    missing = _of(record, command.missing)
    if not missing:
        return []
    to = setting.path[min(1, len(setting.path) - 1)]
    return [StageEscalated(stage=command.stage, month=command.month, members=missing, to=to)]


def close_stage(unit_year: UnitYear, command: CloseStage, setting: UnitYearSetting) -> list[object]:
    """After the stage's last day; what comes later still counts, as late."""
    setting.by_calendar()
    record = _record(unit_year, command.stage, command.month)
    step = _step(unit_year, setting, command.stage, command.month)
    if record is None or step is None or record.closed or setting.on <= step.closes:
        return []
    return [StageClosed(stage=command.stage, month=command.month, missing=_of(record, command.missing))]


def _record(unit_year: UnitYear, stage: Stage, month: int | None) -> StageRecord | None:
    return None if unit_year.closed else unit_year.stages.get((stage, month))


def _step(unit_year: UnitYear, setting: UnitYearSetting, stage: Stage, month: int | None) -> Step | None:
    steps = unit_steps(setting.season, unit_year)
    return next((step for step in steps if (step.stage, step.month) == (stage, month)), None)


def _of(record: StageRecord, missing: Iterable[str]) -> tuple[str, ...]:
    """Those of the missing whom the stage is open for, in a stable order."""
    return tuple(sorted(record.members.intersection(missing)))
