"""Who sees what of a member's year: all of it, its texts, or only its states; and everything a page of it needs, read once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from events import people
from events.access import Action, may
from events.commendation import COMMENDATION, Commendation
from events.cycle import CYCLE
from events.cycle.commands import OpenText
from events.cycle.facts import TextOpened
from events.cycle.setting import Setting
from events.cycle.state import Cycle
from events.decider import CALENDAR, Decider, Recorded, local_date
from events.errors import Conflict, NotAllowed, NotFound
from events.ids import commendation_stream, cycle_stream, unit_stream
from events.log import Log
from events.member import Kind
from events.sql import lasting
from events.unit import UNIT

S = TypeVar("S")
YEARS = range(2000, 2101)
"""Years that an address may name."""


class Sight(StrEnum):
    """How far a viewer sees: everything of their own, what was submitted, or states and dates."""

    OWN = "own"
    TEXTS = "texts"
    STATES = "states"


@dataclass(frozen=True, kw_only=True, slots=True)
class YearView:
    """One member's year as a viewer may see it.

    Attributes:
        events: the cycle's own stream, oldest first.
        may_open: whether the viewer could see the texts by giving a reason (`OpenText`).
        names: of every person in the year's events, by id; units likewise.
    """

    year: int
    member: str
    viewer: str
    at: datetime
    cycle: Cycle
    version: int
    setting: Setting
    events: tuple[Recorded, ...]
    commendation: Commendation
    sight: Sight
    may_open: bool
    names: Mapping[str, str]
    units: Mapping[str, str]

    @property
    def own(self) -> bool:
        """Whether the viewer is the member."""
        return self.sight is Sight.OWN

    @property
    def texts(self) -> bool:
        """Whether submitted texts may be shown."""
        return self.sight is not Sight.STATES

    @property
    def stream(self) -> str:
        """The stream of the year."""
        return cycle_stream(self.member, self.year)

    @property
    def path(self) -> str:
        """The address of the year; its steps lie below."""
        return f"/year/{self.year}/{self.member}"

    @property
    def name(self) -> str:
        """The member's name."""
        return self.names.get(self.setting.subject, self.member)

    @property
    def reviewer(self) -> str:
        """Name of the unit whose committee reviews."""
        unit = self.setting.reviewing_unit()
        return self.units.get(unit, unit)

    @property
    def decider(self) -> str:
        """Name of the unit whose committee decides."""
        unit = self.setting.deciding_unit()
        return self.units.get(unit, unit)

    @property
    def escalates_to(self) -> str:
        """Name of the unit above the reviewing one; the same at the root."""
        path, unit = self.setting.path, self.setting.reviewing_unit()
        above = path[min(path.index(unit) + 1, len(path) - 1)]
        return self.units.get(above, above)


class LogReader:
    """The log as a `Reader`, for a page that wants the setting a decision would see."""

    def __init__(self, log: Log) -> None:
        self._log = log

    async def state(self, decider: Decider[S, Any, Any], stream: str) -> S:
        """The folded state of one stream."""
        return (await self._log.load(decider, stream))[0]

    async def states(self, decider: Decider[S, Any, Any], streams: Sequence[str]) -> list[S]:
        """The folded states of several."""
        return [state for state, _ in await self._log.load_many(decider, streams)]


async def setting_for(log: Log, viewer: str, year: int, member: str, at: datetime) -> Setting:
    """What a decision of this viewer in this year would read. NotFound `year.unknown` when there is no such membership or year."""
    asked = OpenText(id="", by=viewer, at=at, reason="")
    try:
        return await CYCLE.setting(LogReader(log), cycle_stream(member, year), asked)
    except (NotFound, Conflict):
        raise NotFound("year.unknown", year=year) from None


async def of_cell(log: Log, viewer: str, cell: str) -> bool:
    """Whether the viewer is a comrade: by a membership of their own in the cell, not a suspended one."""
    statement = "SELECT EXISTS (SELECT FROM member WHERE person = $1 AND cell = $2 AND kind <> $3)"
    arguments = (viewer, cell, Kind.SUSPENDED.value)
    return bool(await lasting(log.engine, lambda connection: connection.fetchval(statement, *arguments)))


async def years_of(log: Log, member: str) -> tuple[int, ...]:
    """The years in which something was recorded of this member, oldest first."""
    statement = "SELECT year FROM board WHERE member = $1 ORDER BY year"
    rows = await lasting(log.engine, lambda connection: connection.fetch(statement, member))
    return tuple(row["year"] for row in rows)


async def membership_of(log: Log, person: str) -> str | None:
    """The first membership of a person, None without one."""
    statement = "SELECT member FROM member WHERE person = $1 ORDER BY kind = $2, member LIMIT 1"
    arguments = (person, Kind.SUSPENDED.value)
    found: str | None = await lasting(log.engine, lambda connection: connection.fetchval(statement, *arguments))
    return found


async def read_year(log: Log, viewer: str, year: int, member: str, at: datetime) -> YearView:
    """The year as this viewer may see it; NotFound `year.unknown` for who may not know of it."""
    if not (member.startswith("m") and year in YEARS):
        raise NotFound("year.unknown")
    setting = await setting_for(log, viewer, year, member, at)
    if not setting.subject:
        raise NotFound("year.unknown")
    cycle, version = await log.load(CYCLE, cycle_stream(member, year))
    events = tuple(await log.read(cycle_stream(member, year)))
    opened_today = any(
        isinstance(one.event, TextOpened) and one.actor == viewer and local_date(one.occurred_at) == setting.on
        for one in events
    )
    may_open = may(Action.OPEN_TEXT, setting.actor_grants, setting.path[1:], setting.on)
    if setting.subject == viewer:
        sight = Sight.OWN
    elif (
        await of_cell(log, viewer, setting.path[0])
        or may(Action.READ_TEXT, setting.actor_grants, setting.path[:1], setting.on)
        or setting.actor_may_review()
        or (may_open and opened_today)
    ):
        sight = Sight.TEXTS
    elif may_open or may(Action.READ_STATE, setting.actor_grants, setting.path, setting.on):
        sight = Sight.STATES
    else:
        raise NotFound("year.unknown")
    if not (setting.year_open or events):
        raise NotFound("year.not_open", year=year)
    return YearView(
        year=year,
        member=member,
        viewer=viewer,
        at=at,
        cycle=cycle,
        version=version,
        setting=setting,
        events=events,
        commendation=(await log.load(COMMENDATION, commendation_stream(member, year)))[0],
        sight=sight,
        may_open=may_open and sight is Sight.STATES,
        names=await names_of(log, {setting.subject, viewer} | {one.actor for one in events}),
        units=await unit_names(log, setting.path),
    )


async def names_of(log: Log, persons: Iterable[str]) -> Mapping[str, str]:
    """Names by person id; who was erased is missing."""
    return await people.names(log.engine, sorted(set(persons) - {CALENDAR, ""}))


async def unit_names(log: Log, units: Sequence[str]) -> Mapping[str, str]:
    """Names by unit id."""
    loaded = await log.load_many(UNIT, units)
    return {unit: state.name for unit, (state, _) in zip(units, loaded, strict=True)}


def unit_year_stream(view: YearView) -> str:
    """The stream of the unit's year that holds this cycle."""
    return unit_stream(view.setting.unit, view.year)


def require_texts(view: YearView) -> None:
    """NotAllowed `year.texts_closed` where the viewer sees states only."""
    if not view.texts:
        raise NotAllowed("year.texts_closed")


def require_own(view: YearView) -> None:
    """NotAllowed `access.not_own` unless the viewer is the member."""
    if not view.own:
        raise NotAllowed("access.not_own")
