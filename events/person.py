"""Persons (`p…`): the roles granted to them, by unit and date. Names and logins are in `people.py`, where they can be erased."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from events.access import Action, Grant, Role, require
from events.codec import event
from events.decider import CALENDAR, Command, Decider, Reader, Recorded, local_date
from events.errors import Conflict, NotAllowed
from events.unit import UNIT, Unit


@event("person.role_granted")
class RoleGranted:
    """A role in a unit from a local date, by a decision with a number."""

    role: Role
    unit: str
    start: date
    decision: str


@event("person.role_ended")
class RoleEnded:
    """The role ends: the first local date on which it is no longer held."""

    role: Role
    unit: str
    end: date


@dataclass(frozen=True, slots=True)
class Person:
    """The grants of a person, ended ones included."""

    id: str = ""
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantRole(Command):
    """Give a post or an office's role, from a local date."""

    role: Role
    unit: str
    start: date
    decision: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class EndRole(Command):
    """End it, from a local date on."""

    role: Role
    unit: str
    end: date


PersonCommand = GrantRole | EndRole


@dataclass(frozen=True, slots=True)
class PersonSetting:
    """What granting needs: whose stream it is, the actor's grants, and the unit."""

    person: str
    actor: tuple[Grant, ...]
    unit: Unit


def evolve(person: Person, recorded: Recorded) -> Person:
    """A person's grants grown by one event."""
    match recorded.event:
        case RoleGranted(role=role, unit=unit, start=start):
            return Person(recorded.stream, (*person.grants, Grant(recorded.stream, role, unit, start)))
        case RoleEnded(role=role, unit=unit, end=end):
            return replace(
                person,
                grants=tuple(
                    replace(grant, end=end) if (grant.role, grant.unit, grant.end) == (role, unit, None) else grant
                    for grant in person.grants
                ),
            )
    return person


def decide(person: Person, command: PersonCommand, setting: PersonSetting) -> list[object]:
    """Office only, and never for oneself. NotAllowed `access.own_grant`; Conflict `unit.unknown`, `grant.unknown`."""
    if command.by != CALENDAR:
        if command.by == setting.person:
            raise NotAllowed("access.own_grant")
        require(Action.MANAGE_PEOPLE, setting.actor, setting.unit.path, local_date(command.at))
    if not setting.unit.path:
        raise Conflict("unit.unknown")
    held = [g for g in person.grants if (g.role, g.unit, g.end) == (command.role, command.unit, None)]
    match command:
        case GrantRole(role=role, unit=unit, start=start, decision=decision):
            return [] if held else [RoleGranted(role=role, unit=unit, start=start, decision=decision)]
        case EndRole(role=role, unit=unit, end=end):
            if not held:
                raise Conflict("grant.unknown")
            return [RoleEnded(role=role, unit=unit, end=end)]
        case _:
            assert_never(command)


async def setting(reader: Reader, stream: str, command: PersonCommand) -> PersonSetting:
    """Read the actor's grants and the unit the role is in."""
    actor = () if command.by == CALENDAR else (await reader.state(PERSON, command.by)).grants
    return PersonSetting(stream, actor, await reader.state(UNIT, command.unit))


def _sealed_for(stream: str, _: PersonSetting) -> str:
    return stream


PERSON: Decider[Person, PersonCommand, PersonSetting] = Decider(
    name="person", initial=Person(), evolve=evolve, decide=decide, setting=setting, sealed_for=_sealed_for
)
