"""Memberships (`m…`): one person in one cell, with kind, track and dates. No names: those are in `people.py`."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never

from events.access import Action, Grant, require
from events.codec import event
from events.decider import CALENDAR, Command, Decider, Reader, Recorded, local_date
from events.errors import Conflict
from events.person import PERSON
from events.unit import UNIT, Unit


class Kind(StrEnum):
    """Standing of a member; who is reviewed follows from it by the year's policy."""

    OFFICIAL = "official_member"
    PROBATIONARY = "probationary_member"
    EXEMPT = "exempt_member"
    SUSPENDED = "suspended_member"


class Track(StrEnum):
    """Which form of self-criticism a member fills (regulations.md 1.2: three tracks of individuals since 2025)."""

    LEADER = "leader"
    NON_LEADER = "non_leader"
    OUTSIDE = "outside_political_system"


@event("member.joined")
class MemberJoined:
    """A person became a member of a cell. `post`: a code or short title of the work done there, never a name."""

    person: str
    cell: str
    kind: Kind
    track: Track
    admitted_on: date | None
    made_official_on: date | None
    post: str


@event("member.kind_changed")
class MemberKindChanged:
    """The member's standing changed on a local date (made official, exempted, suspended, returned)."""

    kind: Kind
    on: date


@event("member.track_changed")
class MemberTrackChanged:
    """The form the member fills changed, with the post it follows from."""

    track: Track
    post: str
    on: date


@dataclass(frozen=True, slots=True)
class Member:
    """A membership as of now; `person` is empty while nothing is recorded."""

    person: str = ""
    cell: str = ""
    kind: Kind = Kind.OFFICIAL
    track: Track = Track.NON_LEADER
    admitted_on: date | None = None
    made_official_on: date | None = None
    post: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinMember(Command):
    """Record a membership, with what the roster says of it."""

    person: str
    cell: str
    kind: Kind
    track: Track
    admitted_on: date | None = None
    made_official_on: date | None = None
    post: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeKind(Command):
    """Record a changed standing."""

    kind: Kind
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeTrack(Command):
    """Record a changed post and the form that goes with it."""

    track: Track
    post: str
    on: date


MemberCommand = JoinMember | ChangeKind | ChangeTrack


@dataclass(frozen=True, slots=True)
class MemberSetting:
    """What a change to a membership needs: the actor's grants and the cell with the units above it."""

    actor: tuple[Grant, ...]
    cell: Unit


def evolve(member: Member, recorded: Recorded) -> Member:
    """A membership grown by one event."""
    match recorded.event:
        case MemberJoined(person=p, cell=c, kind=k, track=t, admitted_on=a, made_official_on=o, post=post):
            return Member(p, c, k, t, a, o, post)
        case MemberKindChanged(kind=kind):
            return replace(member, kind=kind)
        case MemberTrackChanged(track=track, post=post):
            return replace(member, track=track, post=post)
    return member


def decide(member: Member, command: MemberCommand, setting: MemberSetting) -> list[object]:
    """Office only. Conflict `member.exists` or `member.unknown`, `unit.unknown`."""
    if command.by != CALENDAR:
        require(Action.MANAGE_PEOPLE, setting.actor, setting.cell.path, local_date(command.at))
    match command:
        case JoinMember():
            if not setting.cell.path:
                raise Conflict("unit.unknown")
            joined = MemberJoined(
                person=command.person,
                cell=command.cell,
                kind=command.kind,
                track=command.track,
                admitted_on=command.admitted_on,
                made_official_on=command.made_official_on,
                post=command.post,
            )
            if member.person:
                if _same(member, joined):
                    return []
                raise Conflict("member.exists")
            return [joined]
        case ChangeKind(kind=kind, on=on):
            _known(member)
            return [] if kind is member.kind else [MemberKindChanged(kind=kind, on=on)]
        case ChangeTrack(track=track, post=post, on=on):
            _known(member)
            same = track is member.track and post == member.post
            return [] if same else [MemberTrackChanged(track=track, post=post, on=on)]
        case _:
            assert_never(command)


def _known(member: Member) -> None:
    if not member.person:
        raise Conflict("member.unknown")


def _same(member: Member, joined: MemberJoined) -> bool:
    return (member.person, member.cell, member.kind, member.track) == (
        joined.person,
        joined.cell,
        joined.kind,
        joined.track,
    )


async def setting(reader: Reader, stream: str, command: MemberCommand) -> MemberSetting:
    """Read the actor's grants and the cell."""
    cell = command.cell if isinstance(command, JoinMember) else (await reader.state(MEMBER, stream)).cell
    actor = () if command.by == CALENDAR else (await reader.state(PERSON, command.by)).grants
    return MemberSetting(actor, await reader.state(UNIT, cell) if cell else Unit())


def _sealed_for(stream: str, _: MemberSetting) -> str:
    return stream


MEMBER: Decider[Member, MemberCommand, MemberSetting] = Decider(
    name="member", initial=Member(), evolve=evolve, decide=decide, setting=setting, sealed_for=_sealed_for
)
