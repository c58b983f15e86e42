"""What a decision in a unit's year needs from elsewhere, as of the command's time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from events.access import Grant
from events.cycle.state import Cycle
from events.decider import CALENDAR, Decider, Reader, local_date
from events.errors import NotAllowed
from events.ids import cycle_stream, parse_stream, season_stream
from events.member import MEMBER, Member
from events.person import PERSON
from events.season import SEASON, Season
from events.unit import UNIT
from events.unit_year.commands import CloseUnitYear, ConfirmMonth, OpenUnitYear, UnitYearCommand
from events.unit_year.facts import UnitYear


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitYearSetting:
    """Everything outside the unit's year that its rules read.

    Attributes:
        path: the unit, then those above it up to the root.
        memberships, cycles: of the members the command is about; only those that it needs.
    """

    year: int
    unit: str
    path: tuple[str, ...]
    season: Season
    actor: str
    actor_grants: tuple[Grant, ...]
    memberships: Mapping[str, Member]
    cycles: Mapping[str, Cycle]
    on: date

    def by_calendar(self) -> None:
        """NotAllowed `access.calendar_only` for anyone but the calendar."""
        if self.actor != CALENDAR:
            raise NotAllowed("access.calendar_only")


async def read_setting(
    unit_years: Decider[UnitYear, UnitYearCommand, UnitYearSetting],
    reader: Reader,
    stream: str,
    command: UnitYearCommand,
) -> UnitYearSetting:
    """What the rules read; `unit_years` is the decider of such streams."""
    from events.cycle import CYCLE

    ids = parse_stream(stream)
    unit_year = await reader.state(unit_years, stream)
    path = (await reader.state(UNIT, ids.subject)).path
    members = _members(unit_year, command)
    streams = [cycle_stream(member, ids.year) for member in members]
    cycles = [] if isinstance(command, OpenUnitYear) else await reader.states(CYCLE, streams)
    memberships = [] if isinstance(command, CloseUnitYear) else await reader.states(MEMBER, members)
    actor = () if command.by == CALENDAR else (await reader.state(PERSON, command.by)).grants
    return UnitYearSetting(
        year=ids.year,
        unit=ids.subject,
        path=path,
        season=await reader.state(SEASON, _season(unit_year, path, ids.year, command)),
        actor=command.by,
        actor_grants=actor,
        memberships=dict(zip(members, memberships, strict=False)),
        cycles=dict(zip(members, cycles, strict=False)),
        on=local_date(command.at),
    )


def _members(unit_year: UnitYear, command: UnitYearCommand) -> Sequence[str]:
    match command:
        case OpenUnitYear(members=members):
            return list(dict.fromkeys(members))
        case ConfirmMonth(seen=seen, exceptions=exceptions):
            return list(dict.fromkeys([*(member for member, _ in seen), *(one.member for one in exceptions)]))
        case CloseUnitYear():
            return unit_year.opened.members if unit_year.opened else ()
    return ()


def _season(unit_year: UnitYear, path: tuple[str, ...], year: int, command: UnitYearCommand) -> str:
    if unit_year.opened is not None:
        return unit_year.opened.season
    if isinstance(command, OpenUnitYear):
        return command.season
    return season_stream(path[-1] if path else "", year)
