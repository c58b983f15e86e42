"""The relay: follows the log, starts the workflows of what was opened, and tells the others what they must hear.

It is two followers, so that the opening of a large tree keeps no news waiting: `relay` signals, `relay-starts` starts.
Both look at the log before they tell: of a closed year nothing, of a backlog only the newest.
"""

import asyncio
import contextlib

import structlog

from activities import tree
from deploy.resume import start_open
from deploy.telling import Stopping, Telling
from events import codec, sql
from events.commendation import CommendationGranted, CommendationProposed, CommendationRefused, CommendationWithdrawn
from events.cycle import facts as cycle
from events.decider import Recorded
from events.ids import cycle_stream, parse_stream, unit_stream
from events.log import Log
from events.season import SEASON, CalendarAmended, SeasonOpened
from events.subscription import catch_up
from events.unit_year import UNIT_YEAR
from events.unit_year.facts import UnitCalendarAmended, UnitYearClosed, UnitYearOpened

NEWS, STARTS = "relay", "relay-starts"

HEARD = (
    cycle.PledgeSubmitted,
    cycle.PledgeWithdrawn,
    cycle.PledgeReturned,
    cycle.PledgeApproved,
    cycle.SelfCriticismSubmitted,
    cycle.SelfCriticismWithdrawn,
    cycle.SelfCriticismReturned,
    cycle.SelfCriticismAccepted,
    cycle.VoteRecorded,
    cycle.AppraisalReturned,
    cycle.AppraisalDecided,
    cycle.AppraisalCorrected,
    cycle.ResultAcknowledged,
)
"""What moves a personal date of the member's year; never a check-in."""

PRAISE = (CommendationProposed, CommendationGranted, CommendationRefused, CommendationWithdrawn)

_NEWER = "SELECT EXISTS (SELECT FROM events WHERE year = $1 AND stream = $2 AND version > $3 AND type = ANY ($4))"
_HAS_BEGUN = "SELECT EXISTS (SELECT FROM checkpoints WHERE name = $1)"
_BEGIN_AT = "INSERT INTO checkpoints (name, position) VALUES ($1, $2) ON CONFLICT DO NOTHING"

line = structlog.get_logger("relay")


class Relay:
    """Hands the log's news to Temporal, at least once and in each stream's order."""

    def __init__(self, log: Log, telling: Telling) -> None:
        self.log = log
        self.telling = telling

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the log until `stop`."""
        is_first = not await self._has_begun()
        if is_first:
            await self._begin_at(NEWS, await self.log.head())
        await asyncio.gather(catch_up(self.log, NEWS, self.hear, stop=stop), self._follow_openings(stop, is_first))

    async def _follow_openings(self, stop: asyncio.Event, is_first: bool) -> None:
        """At the first start of all what is open is started at once, as a resume does it, whatever long story led there.

        The checkpoint that says so is written last: a first start that is cut short begins anew.
        """
        while is_first and not stop.is_set():
            head = await self.log.head()
            try:
                started = await start_open(self.log, self.telling)
            except Exception as error:
                if not stop.is_set():
                    line.warning("what is open could not be started", error=type(error).__name__)
                    with contextlib.suppress(Stopping):
                        await self.telling.pause(1)
            else:
                await self._begin_at(STARTS, head)
                line.info("begun", position=head, workflows=started)
                break
        await catch_up(self.log, STARTS, self.begin, stop=stop)

    async def _has_begun(self) -> bool:
        found: bool = await sql.lasting(self.log.engine, lambda connection: connection.fetchval(_HAS_BEGUN, STARTS))
        return found

    async def _begin_at(self, name: str, position: int) -> None:
        await sql.lasting(self.log.engine, lambda connection: connection.execute(_BEGIN_AT, name, position))

    async def begin(self, recorded: Recorded) -> None:
        """Start what an event opens."""
        match recorded.event:
            case SeasonOpened() | cycle.CycleOpened():
                streams = [recorded.stream]
            case UnitYearOpened(members=members):
                year = parse_stream(recorded.stream).year
                streams = [recorded.stream, *(cycle_stream(member, year) for member in members)]
            case _:
                return
        over = await self.closed(streams)
        started = [await self.telling.start(stream) for stream in streams if stream not in over]
        line.info("started", stream=recorded.stream, position=recorded.position, workflows=sum(started))

    async def hear(self, recorded: Recorded) -> None:
        """Tell the workflows that must hear of an event."""
        match recorded.event:
            case CalendarAmended():
                years = await tree.unit_years(self.log, recorded.stream)
                for stream in sorted(stream for stream, closed in years.items() if not closed):
                    await self.tell(recorded, stream, 0)
            case UnitCalendarAmended():
                await self.tell(recorded, recorded.stream, recorded.version)
            case cycle.CycleClosed():
                await self.last_cycle(recorded)
            case UnitYearClosed():
                await self.last_unit(recorded)
            case event if isinstance(event, HEARD):
                if not await self.is_old_news(recorded):
                    await self.tell(recorded, recorded.stream, recorded.version)
            case event if isinstance(event, PRAISE):
                ids = parse_stream(recorded.stream)
                await self.tell(recorded, cycle_stream(ids.subject, ids.year), 0)

    async def last_cycle(self, recorded: Recorded) -> None:
        """The unit hears of its members once: when the last one's year is closed."""
        ids = parse_stream(recorded.stream)
        unit = await tree.unit_of(self.log, ids.subject, ids.year)
        if unit is None:
            return
        cycles = await tree.cycles_of(self.log, unit, ids.year)
        if len(await tree.closed_cycles(self.log, cycles)) == len(cycles):
            await self.tell(recorded, unit_stream(unit, ids.year), 0)

    async def last_unit(self, recorded: Recorded) -> None:
        """The season hears of its units once: when the last one's year is closed."""
        year, _ = await self.log.load(UNIT_YEAR, recorded.stream)
        assert year.opened is not None
        if all((await tree.unit_years(self.log, year.opened.season)).values()):
            await self.tell(recorded, year.opened.season, 0)

    async def tell(self, recorded: Recorded, stream: str, version: int) -> None:
        """Signal a workflow whose stream is still open."""
        if not await self.closed([stream]):
            await self.telling.tell(stream, version)
            line.info("told", stream=stream, of=recorded.stream, position=recorded.position)

    async def is_old_news(self, recorded: Recorded) -> bool:
        """Whether something newer in the same stream will be told anyway."""
        stream, kinds = recorded.stream, [codec.stored(kind).name for kind in HEARD]
        found: bool = await sql.lasting(
            self.log.engine,
            lambda connection: connection.fetchval(_NEWER, sql.year_of(stream), stream, recorded.version, kinds),
        )
        return found

    async def closed(self, streams: list[str]) -> set[str]:
        """Those of the streams that are over."""
        over = await tree.closed_cycles(self.log, [stream for stream in streams if stream.startswith("cycle-")])
        for stream in streams:
            match parse_stream(stream).kind:
                case "unit":
                    year, _ = await self.log.load(UNIT_YEAR, stream)
                    if year.closed:
                        over.add(stream)
                case "season":
                    season, _ = await self.log.load(SEASON, stream)
                    if season.closed:
                        over.add(stream)
        return over
