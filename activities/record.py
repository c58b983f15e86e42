"""Record: what the calendar reads from the log and gives to it, one method per sentence.

Every command's id comes from its stream and the date it acts for, so that neither a retry nor a resume does anything twice.
"""

import logging
from datetime import date
from typing import Any

from temporalio import activity

from activities import tree
from activities.agenda import (
    Act,
    Batch,
    CyclePage,
    DueAct,
    Entry,
    Look,
    SeasonPage,
    StageAct,
    UnitPage,
    entries,
    in_order,
)
from events.commendation import COMMENDATION
from events.cycle import CYCLE
from events.cycle import commands as cycle
from events.cycle.state import AppraisalState, Cycle, Opening, Review
from events.cycle.tasks import DueKind, next_due
from events.decider import CALENDAR, Command, Decider, local_date
from events.errors import Refused, Stale
from events.ids import commendation_stream, cycle_stream, parse_stream, unit_stream
from events.log import Log
from events.member import MEMBER
from events.policy import Stage
from events.season import SEASON, CloseSeason, Season
from events.unit_year import UNIT_YEAR
from events.unit_year import commands as unit_year
from events.unit_year.facts import StageRecord, UnitYear
from events.unit_year.steps import unit_steps

UNITS_AT_ONCE = 20
logger = logging.getLogger(__name__)


class Record:
    """The calendar's hand on the log."""

    def __init__(self, log: Log) -> None:
        self.log = log

    # A season.

    @activity.defn
    async def read_season(self, look: Look) -> SeasonPage:
        """Where a season stands: opened, closed, every unit's year closed."""
        season, version = await self.log.load(SEASON, look.stream)
        years = await tree.unit_years(self.log, look.stream)
        finished = bool(years) and all(years.values()) and not await self._unopened(look.stream)
        return SeasonPage(version=version, closed=season.closed, finished=finished)

    @activity.defn
    async def open_units(self, batch: Batch) -> str | None:
        """Open the next units' years down the tree; the last one's mark, or None when there are no more.

        A unit without members of its own has no year; a unit that is refused does not keep the others.
        """
        year = parse_stream(batch.stream).year
        left = [(place, members) for place, members in await self._unopened(batch.stream) if place.mark > batch.after]
        chunk = left[:UNITS_AT_ONCE]
        for place, members in chunk:
            stream = unit_stream(place.unit, year)
            command = unit_year.OpenUnitYear(
                id=f"{batch.stream}/open/{place.unit}", by=CALENDAR, at=batch.at, season=batch.stream, members=members
            )
            try:
                await self.log.execute(UNIT_YEAR, stream, command)
            except Stale:
                raise
            except Refused as refused:
                logger.warning("the year of %s is not opened: %s", stream, refused.code)
        return chunk[-1][0].mark if len(left) > len(chunk) else None

    async def _unopened(self, season: str) -> list[tuple[tree.Place, tuple[str, ...]]]:
        """Units of the tree with members of their own whose year is not opened, and those members."""
        ids = parse_stream(season)
        opened = await tree.unit_years(self.log, season)
        places = await tree.places(self.log, ids.subject)
        left = [place for place in places if unit_stream(place.unit, ids.year) not in opened]
        members = await tree.members_of(self.log, (place.unit for place in left))
        return [(place, members[place.unit]) for place in left if members[place.unit]]

    @activity.defn
    async def close_season(self, look: Look) -> int:
        """Every unit's year is closed."""
        command = CloseSeason(id=f"{look.stream}/close", by=CALENDAR, at=look.at)
        return await self._tell(SEASON, look.stream, command)

    # A unit's year.

    @activity.defn
    async def read_unit_year(self, look: Look) -> UnitPage:
        """The next entry of a unit's calendar."""
        year, version = await self.log.load(UNIT_YEAR, look.stream)
        if year.closed or year.opened is None:
            return UnitPage(version=version, closed=year.closed, entry=None)
        entry = await self._next_entry(look, year, await self._season_of(year))
        return UnitPage(version=version, closed=False, entry=entry)

    async def _next_entry(self, look: Look, year: UnitYear, season: Season) -> Entry | None:
        today = local_date(look.at)
        ids = parse_stream(look.stream)
        assert year.opened is not None
        streams = [cycle_stream(member, ids.year) for member in year.opened.members]
        over = await tree.closed_cycles(self.log, streams)
        found = [Entry(act=Act.CLOSE_YEAR, on=today)] if len(over) == len(streams) else []
        if not found:
            found = in_order(entries(year, unit_steps(season, year), today))
        for entry in found:
            if entry.key in look.tried:
                continue
            if entry.on > today or entry.act not in {Act.REMIND, Act.ESCALATE}:
                return entry
            if await self._missing(look.stream, year, entry, today):
                return entry
        return None

    @activity.defn
    async def open_stage(self, act: StageAct) -> int:
        """A stage opens."""
        return await self._stage(act, unit_year.OpenStage)

    @activity.defn
    async def extend_stage(self, act: StageAct) -> int:
        """An open stage gets its amended date."""
        return await self._stage(act, unit_year.ExtendStage)

    @activity.defn
    async def remind_stage(self, act: StageAct) -> int:
        """The missing are reminded, on the day."""
        return await self._stage(act, unit_year.RemindStage, on=act.entry.named, missing=await self._absent(act))

    @activity.defn
    async def escalate_stage(self, act: StageAct) -> int:
        """The missing are shown to the committee above, once."""
        return await self._stage(act, unit_year.EscalateStage, missing=await self._absent(act))

    @activity.defn
    async def close_stage(self, act: StageAct) -> int:
        """A stage's time is over; who is missing is listed."""
        return await self._stage(act, unit_year.CloseStage, missing=await self._absent(act))

    @activity.defn
    async def close_unit_year(self, act: StageAct) -> int:
        """Every member's year is closed."""
        command = unit_year.CloseUnitYear(id=f"{act.stream}/close", by=CALENDAR, at=act.at)
        return await self._tell(UNIT_YEAR, act.stream, command)

    async def _stage(self, act: StageAct, kind: type[Any], **details: Any) -> int:
        entry = act.entry
        command = kind(
            id=f"{act.stream}/{entry.key}", by=CALENDAR, at=act.at, stage=entry.stage, month=entry.month, **details
        )
        return await self._tell(UNIT_YEAR, act.stream, command)

    async def _absent(self, act: StageAct) -> tuple[str, ...]:
        year, _ = await self.log.load(UNIT_YEAR, act.stream)
        return await self._missing(act.stream, year, act.entry, local_date(act.at))

    async def _missing(self, stream: str, year: UnitYear, entry: Entry, today: date) -> tuple[str, ...]:
        """Who has not done the stage; before it closes without those who have a later date of their own."""
        record = year.stages.get((entry.stage, entry.month)) if entry.stage else None
        if record is None:
            return ()
        members = sorted(record.members)
        asked = [cycle_stream(member, parse_stream(stream).year) for member in members]
        states = await self.log.load_many(CYCLE, asked)
        return tuple(
            member
            for member, (state, _) in zip(members, states, strict=True)
            if _owes(state, record) and (entry.act is Act.CLOSE or not _has_time(state, record, entry.act, today))
        )

    async def _season_of(self, year: UnitYear) -> Season:
        season, _ = await self.log.load(SEASON, year.opened.season if year.opened else "")
        return season

    # A member's year.

    @activity.defn
    async def read_cycle(self, look: Look) -> CyclePage:
        """The next personal date of a member's year."""
        ids = parse_stream(look.stream)
        state, version = await self.log.load(CYCLE, look.stream)
        if state.closed is not None:
            return CyclePage(version=version, closed=True, due=None)
        member, _ = await self.log.load(MEMBER, ids.subject)
        unit = state.opened.unit if state.opened else member.cell
        year, _ = await self.log.load(UNIT_YEAR, unit_stream(unit, ids.year))
        season = await self._season_of(year)
        if year.opened is None or not season.policies:
            return CyclePage(version=version, closed=False, due=None)
        praise, _ = await self.log.load(COMMENDATION, commendation_stream(ids.subject, ids.year))
        policy = season.policies[state.opened.policy_version if state.opened else year.opened.policy_version]
        today = local_date(look.at)
        for due in next_due(state, policy.review, today, commendation=praise.state.value):
            is_past_reminder = due.kind is DueKind.REMIND and due.on < today
            if due.key not in look.tried and not is_past_reminder:
                return CyclePage(version=version, closed=False, due=due)
        return CyclePage(version=version, closed=False, due=None)

    @activity.defn
    async def remind_review(self, act: DueAct) -> int:
        """Those who owe the open step are reminded."""
        return await self._cycle(act, cycle.RemindReview, step=act.due.step, round=act.due.round)

    @activity.defn
    async def escalate_review(self, act: DueAct) -> int:
        """The open step is shown one level up."""
        return await self._cycle(act, cycle.EscalateReview, step=act.due.step, round=act.due.round)

    @activity.defn
    async def make_result_final(self, act: DueAct) -> int:
        """The petition window is over."""
        return await self._cycle(act, cycle.MakeResultFinal)

    @activity.defn
    async def close_cycle(self, act: DueAct) -> int:
        """The member's year is over."""
        return await self._cycle(act, cycle.CloseCycle)

    async def _cycle(self, act: DueAct, kind: type[Any], **details: Any) -> int:
        command = kind(id=f"{act.stream}/{act.due.key}", by=CALENDAR, at=act.at, **details)
        return await self._tell(CYCLE, act.stream, command)

    async def _tell(self, decider: Decider[Any, Any, Any], stream: str, command: Command) -> int:
        return len((await self.log.execute(decider, stream, command)).events)


def _owes(state: Cycle, record: StageRecord) -> bool:
    """Whether the member has not done the stage. What was returned has a date of its own; a returned month is reported again."""
    if state.closed is not None:
        return False
    match record.stage:
        case Stage.PLEDGE:
            return state.pledge.state is Review.NONE
        case Stage.CHECK_IN:
            report = state.check_ins.get(record.month or 0)
            return report is None or bool(report.returned)
        case Stage.SELF_CRITICISM:
            return state.self_criticism.state is Review.NONE
        case Stage.APPRAISAL:
            return state.appraisal.state is AppraisalState.NONE


def _has_time(state: Cycle, record: StageRecord, act: Act, today: date) -> bool:
    """Whether the member's own later date is still ahead."""
    opening = Opening(stage=record.stage, month=record.month, opened_on=record.opened_on, due=record.due)
    due = state.due(opening)
    return due > record.due and today <= due and (act is Act.ESCALATE or today < due)
