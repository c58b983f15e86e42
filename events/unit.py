"""Units (`u…`) of the dated tree: founded under a parent, renamed."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never

from events.access import Action, Grant, require
from events.codec import event
from events.decider import CALENDAR, Command, Decider, Reader, Recorded, local_date
from events.errors import Conflict


class UnitKind(StrEnum):
    """Place of a unit in the tree; a `BASE_CELL` is a base organisation of one cell, its cell committee decides as base committee."""

    ROOT = "root"
    BASE = "base_organisation"
    BASE_CELL = "base_cell"
    CELL = "cell"


@event("unit.founded")
class UnitFounded:
    """A unit came to be on a local date. `path`: itself first, then every unit above, the root last."""

    kind: UnitKind
    name: str
    parent: str | None
    path: tuple[str, ...]
    on: date


@event("unit.renamed")
class UnitRenamed:
    """The unit's name from a local date on."""

    name: str
    on: date


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as of now; `path` is empty while nothing is recorded."""

    kind: UnitKind = UnitKind.CELL
    name: str = ""
    path: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        """The last unit of the path."""
        return self.path[-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundUnit(Command):
    """Add a unit under a parent (None: a new root)."""

    kind: UnitKind
    name: str
    parent: str | None
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class RenameUnit(Command):
    """Give the unit another name from a date."""

    name: str
    on: date


UnitCommand = FoundUnit | RenameUnit


@dataclass(frozen=True, slots=True)
class UnitSetting:
    """What a change to a unit needs: its own id, the actor's grants, the parent."""

    unit: str
    actor: tuple[Grant, ...]
    parent: Unit


def evolve(unit: Unit, recorded: Recorded) -> Unit:
    """A unit grown by one event."""
    match recorded.event:
        case UnitFounded(kind=kind, name=name, path=path):
            return Unit(kind, name, path)
        case UnitRenamed(name=name):
            return replace(unit, name=name)
    return unit


def decide(unit: Unit, command: UnitCommand, setting: UnitSetting) -> list[object]:
    """Office of a unit above; a new root only by the installation itself. Conflict `unit.exists`, `unit.unknown`."""
    if command.by != CALENDAR:
        require(Action.MANAGE_PEOPLE, setting.actor, (*unit.path, *setting.parent.path), local_date(command.at))
    match command:
        case FoundUnit(kind=kind, name=name, parent=parent, on=on):
            if unit.path:
                if (unit.kind, unit.name, unit.path[1:]) == (kind, name, setting.parent.path):
                    return []
                raise Conflict("unit.exists")
            if parent is not None and not setting.parent.path:
                raise Conflict("unit.unknown")
            return [UnitFounded(kind=kind, name=name, parent=parent, path=(setting.unit, *setting.parent.path), on=on)]
        case RenameUnit(name=name, on=on):
            if not unit.path:
                raise Conflict("unit.unknown")
            return [] if name == unit.name else [UnitRenamed(name=name, on=on)]
        case _:
            assert_never(command)


async def setting(reader: Reader, stream: str, command: UnitCommand) -> UnitSetting:
    """Read the actor's grants and the parent unit."""
    from events.person import PERSON

    actor = () if command.by == CALENDAR else (await reader.state(PERSON, command.by)).grants
    parent = command.parent if isinstance(command, FoundUnit) else None
    return UnitSetting(stream, actor, await reader.state(UNIT, parent) if parent else Unit())


def _sealed_for(stream: str, _: UnitSetting) -> str:
    return stream


UNIT: Decider[Unit, UnitCommand, UnitSetting] = Decider(
    name="unit", initial=Unit(), evolve=evolve, decide=decide, setting=setting, sealed_for=_sealed_for
)
