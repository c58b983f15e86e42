"""One unit's year: what its members share, and what its secretary does in one act."""

from typing import assert_never

from events.decider import Decider, Reader
from events.ids import parse_stream
from events.unit_year import commands, month, stage, year
from events.unit_year.commands import UnitYearCommand
from events.unit_year.facts import UnitYear, evolve
from events.unit_year.setting import UnitYearSetting, read_setting


def decide(unit_year: UnitYear, command: UnitYearCommand, setting: UnitYearSetting) -> list[object]:
    """What follows from a command; `[]` when it is already so, or when the calendar asks too early."""
    match command:
        case commands.OpenUnitYear():
            return year.open_unit_year(unit_year, command, setting)
        case commands.AmendUnitCalendar():
            return year.amend_unit_calendar(unit_year, command, setting)
        case commands.OpenStage():
            return stage.open_stage(unit_year, command, setting)
        case commands.ExtendStage():
            return stage.extend_stage(unit_year, command, setting)
        case commands.RemindStage():
            return stage.remind_stage(unit_year, command, setting)
        case commands.EscalateStage():
            return stage.escalate_stage(unit_year, command, setting)
        case commands.CloseStage():
            return stage.close_stage(unit_year, command, setting)
        case commands.ConfirmMonth():
            return month.confirm_month(unit_year, command, setting)
        case commands.CloseUnitYear():
            return year.close_unit_year(unit_year, command, setting)
        case _:
            assert_never(command)


async def setting(reader: Reader, stream: str, command: UnitYearCommand) -> UnitYearSetting:
    """What a decision in this unit's year reads from elsewhere, as of `command.at`."""
    return await read_setting(UNIT_YEAR, reader, stream, command)


def _sealed_for(stream: str, setting: UnitYearSetting) -> str:
    """A reason in a member's own year is under that member's key, what concerns the unit under the document's own."""
    ids = parse_stream(stream)
    return setting.memberships[ids.subject].person if ids.kind == "cycle" else stream


UNIT_YEAR: Decider[UnitYear, UnitYearCommand, UnitYearSetting] = Decider(
    name="unit_year", initial=UnitYear(), evolve=evolve, decide=decide, setting=setting, sealed_for=_sealed_for
)
