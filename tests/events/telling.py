"""Facts appended as they are, so that a projection's test needs no rule; and a small organisation to tell them of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from events import people
from events.access import Role
from events.decider import CALENDAR, Command, Decider, Reader, Recorded
from events.ids import cycle_stream, unit_stream
from events.log import Log, Request
from events.member import Kind, MemberJoined, Track
from events.person import RoleGranted
from events.policy import Stage
from events.unit import UnitFounded, UnitKind
from events.unit_year.facts import StageOpened, UnitYearOpened

YEAR = 2026
LONG_AGO = date(2020, 1, 1)
_numbers = count(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tell(Command):
    events: tuple[Any, ...]


async def _nothing(reader: Reader, stream: str, command: Tell) -> None:
    return None


def _evolve(versions: int, recorded: Recorded) -> int:
    return recorded.version


TOLD = Decider(
    name="told",
    initial=0,
    evolve=_evolve,
    decide=lambda _, command, __: list(command.events),
    setting=_nothing,
    sealed_for=lambda stream, _: stream,
)


def at(text: str) -> datetime:
    """Noon UTC of a day of 2026 given as `day/month`, or an ISO date."""
    if "/" in text:
        day, month = (int(part) for part in text.split("/"))
        return datetime(YEAR, month, day, 5, tzinfo=UTC)
    return datetime.fromisoformat(text).replace(hour=5, tzinfo=UTC)


async def tell(log: Log, stream: str, *events: Any, by: str = CALENDAR, on: str = "1/1") -> None:
    """Append facts to a stream."""
    command = Tell(id=f"told-{next(_numbers)}", by=by, at=at(on), events=events)
    await log.execute(TOLD, stream, command)


async def tell_many(log: Log, facts: Sequence[tuple[str, Any]], on: str = "2020-01-01") -> None:
    """Append many facts at once."""
    requests = [
        Request(TOLD, stream, Tell(id=f"told-{next(_numbers)}", by=CALENDAR, at=at(on), events=(event,)))
        for stream, event in facts
    ]
    await log.execute_many(requests)


def founded(unit: str, kind: UnitKind, name: str, *above: str) -> tuple[str, UnitFounded]:
    return unit, UnitFounded(kind=kind, name=name, parent=above[0] if above else None, path=(unit, *above), on=LONG_AGO)


def joined(member: str, person: str, cell: str, kind: Kind = Kind.OFFICIAL) -> tuple[str, MemberJoined]:
    return member, MemberJoined(
        person=person,
        cell=cell,
        kind=kind,
        track=Track.NON_LEADER,
        admitted_on=LONG_AGO,
        made_official_on=LONG_AGO,
        post="nv",
    )


def granted(person: str, role: Role, unit: str) -> tuple[str, RoleGranted]:
    return person, RoleGranted(role=role, unit=unit, start=LONG_AGO, decision="1")


NAMES = {
    "p1": "Đặng Vũ Tường",
    "p2": "Lò Thị Sương",
    "p3": "Kiều Bá Thước",
    "p4": "Vũ Thị Lụa",
    "p5": "Bế Văn Sáng",
    "p6": "Hà Công Đẩu",
    "p7": "Quách Thế Hiển",
    "p8": "Âu Thị Mận",
    "p9": "Phí Thị Ngần",
}
"""p1-p3 members of cell u3; p4 its secretary and a member; p5 sits in the base committee and is a member of u3; p6 only there.

p7 sits in the root's committee; p8 is a member of the other cell u4; p9 is the organisation office of the root."""


async def organisation(log: Log) -> None:
    """A root u1, a base organisation u2 under it, two cells u3 and u4, and nine people."""
    await tell_many(
        log,
        [
            founded("u1", UnitKind.ROOT, "Đảng bộ Khối"),
            founded("u2", UnitKind.BASE, "Đảng bộ Công ty Thủy nông", "u1"),
            founded("u3", UnitKind.CELL, "Chi bộ Trạm Thủy nông", "u2", "u1"),
            founded("u4", UnitKind.CELL, "Chi bộ Kênh nội đồng", "u2", "u1"),
            *(joined(f"m{number}", f"p{number}", "u3") for number in (1, 2, 3, 4, 5)),
            joined("m8", "p8", "u4"),
            granted("p4", Role.CELL_SECRETARY, "u3"),
            granted("p5", Role.BASE_COMMITTEE, "u2"),
            granted("p6", Role.BASE_COMMITTEE, "u2"),
            granted("p7", Role.SUPERIOR_COMMITTEE, "u1"),
            granted("p9", Role.ORGANISATION_OFFICE, "u1"),
        ],
    )
    await people.add(
        log.engine, [people.Person(person=person, name=name, birth_year=1980) for person, name in NAMES.items()]
    )


IN_U3 = ("m1", "m2", "m3", "m4", "m5")


async def year_open(log: Log, year: int = YEAR) -> None:
    """The year of both cells."""
    for unit, members in (("u3", IN_U3), ("u4", ("m8",))):
        opened = UnitYearOpened(season=f"season-{year}-u1", policy_version=1, members=members)
        await tell(log, unit_stream(unit, year), opened)


async def stage_open(
    log: Log, stage: Stage, due: date, month: int | None = None, on: str = "2/1", unit: str = "u3"
) -> None:
    """A stage of a cell for all its members."""
    members = IN_U3 if unit == "u3" else ("m8",)
    opened = StageOpened(stage=stage, month=month, audience="members", members=members, due=due)
    await tell(log, unit_stream(unit, YEAR), opened, on=on)


def cycle(member: str) -> str:
    return cycle_stream(member, YEAR)
