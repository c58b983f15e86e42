"""One cell's year as it is told: what the calendar did in it, and the months its secretary confirmed."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from deploy.demo import words
from deploy.demo.acts import Act, Phase, Told, moment
from deploy.demo.member_year import MemberYear, Year
from deploy.demo.names import hand
from deploy.demo.organisation import Organisation
from events.access import Role
from events.decider import CALENDAR, Command
from events.ids import cycle_stream, season_stream, unit_stream
from events.policy import Stage, Step
from events.unit_year import UNIT_YEAR, commands

Make = Callable[[Told], Command | None]


def opened(organisation: Organisation, cell: str, year: Year, members: Sequence[str], at: datetime) -> Act:
    """The season's workflow opens the unit's year."""
    season = season_stream(organisation.root, year.number)
    command = commands.OpenUnitYear(
        id=f"{season}/open/{cell}", by=CALENDAR, at=at, season=season, members=tuple(members)
    )
    return Act(at, Phase.DAY, UNIT_YEAR, unit_stream(cell, year.number), command)


def calendar(
    cell: str, year: Year, steps: Sequence[Step], reviewed: Sequence[str], until: datetime | None
) -> Iterator[Act]:
    """Stages opened, reminded of, escalated and closed, under the ids that the unit's workflow gives them, while the year is open."""
    stream = unit_stream(cell, year.number)
    for step in steps:
        for at, phase, key, make in _acts(stream, year, step, reviewed):
            if until is None or at < until:
                yield Act(at, phase, UNIT_YEAR, stream, make(f"{stream}/{key}", at))


def _acts(
    stream: str, year: Year, step: Step, reviewed: Sequence[str]
) -> Iterator[tuple[datetime, Phase, str, Callable[[str, datetime], Command | Make]]]:
    def opens(name: str, at: datetime) -> Command:
        return commands.OpenStage(id=name, by=CALENDAR, at=at, stage=step.stage, month=step.month)

    def reminds(day: date) -> Callable[[str, datetime], Make]:
        return lambda name, at: (
            lambda told: (
                commands.RemindStage(
                    id=name, by=CALENDAR, at=at, stage=step.stage, month=step.month, on=day, missing=missing
                )
                if (missing := _missing(told, year, step, reviewed))
                else None
            )
        )

    def escalates(name: str, at: datetime) -> Make:
        return lambda told: (
            commands.EscalateStage(id=name, by=CALENDAR, at=at, stage=step.stage, month=step.month, missing=missing)
            if (missing := _missing(told, year, step, reviewed))
            else None
        )

    def closes(name: str, at: datetime) -> Make:
        return lambda told: commands.CloseStage(
            id=name,
            by=CALENDAR,
            at=at,
            stage=step.stage,
            month=step.month,
            missing=_missing(told, year, step, reviewed),
        )

    second = hand(stream, step.key).randrange(60)
    yield moment(step.opens, 0, 10, second), Phase.NIGHT, f"open/{step.key}/{step.opens}", opens
    for day in step.remind_on:
        if day > step.opens:
            yield moment(day, 7, 5, second), Phase.MORNING, f"remind/{step.key}/{day}", reminds(day)
    after = step.due + timedelta(days=1)
    yield moment(after, 7, 15, second), Phase.MORNING, f"escalate/{step.key}/{step.due}", escalates
    after = step.closes + timedelta(days=1)
    yield moment(after, 0, 20, second), Phase.NIGHT, f"close/{step.key}/{step.closes}", closes


def _missing(told: Told, year: Year, step: Step, reviewed: Sequence[str]) -> tuple[str, ...]:
    """Who has not done the stage yet."""
    owing: list[str] = []
    for member in reviewed:
        stream = cycle_stream(member, year.number)
        match step.stage:
            case Stage.PLEDGE:
                done = stream in told.pledged
            case Stage.CHECK_IN:
                key = stream, step.month or 0
                done = key in told.reports and key not in told.sent_back
            case Stage.SELF_CRITICISM:
                done = stream in told.criticised_self
            case Stage.APPRAISAL:
                done = stream in told.voted
        if not done and stream not in told.closed:
            owing.append(member)
    return tuple(owing)


def months(organisation: Organisation, cell: str, year: Year, members: Sequence[MemberYear]) -> Iterator[Act]:
    """The secretary confirms two days after the month was due, and once more when it closes; the deputy the secretary's own month."""
    secretary = organisation.holder(cell, Role.CELL_SECRETARY)
    deputy = organisation.holder(cell, Role.CELL_DEPUTY)
    forgets = hand(cell, "forgets").random() < 0.06 and not year.whole
    for month in range(1, 13):
        step = year.steps[f"check_in-{month}"]
        days = (step.due + timedelta(days=2), step.closes) if month < 12 else (step.due - timedelta(days=3),)
        for turn, day in enumerate(days):
            if forgets and month % 3 == 0:
                continue
            for by in (secretary, deputy):
                at = moment(day, 20, 40 + (by == deputy), hand(cell, month, turn).randrange(60))
                seen = [one for one in members if (one.someone.person == secretary) == (by == deputy)]
                yield _confirmed(cell, year, month, by, at, seen, first=turn == 0)


def _confirmed(
    cell: str, year: Year, month: int, by: str, at: datetime, members: Sequence[MemberYear], *, first: bool
) -> Act:
    stream = unit_stream(cell, year.number)

    def make(told: Told) -> Command | None:
        seen = [(one, told.waiting(one.stream, month)) for one in members if one.stream not in told.closed]
        waiting = [(one.someone.member, version) for one, version in seen if version is not None]
        names = {name for name, _ in waiting}
        exceptions = tuple(
            commands.MonthException(
                member=one.someone.member, reason=hand(one.stream, month).choice(words.RETURN_REASONS)
            )
            for one in members
            if first and month in one.sent_back and one.someone.member in names
        )
        if not waiting:
            return None
        return commands.ConfirmMonth(
            id=f"demo/{stream}/month-{month}/{by}/{at:%m%d}",
            by=by,
            at=at,
            month=month,
            seen=tuple(waiting),
            exceptions=exceptions,
        )

    return Act(at, Phase.EVENING, UNIT_YEAR, stream, make)


def closed(cell: str, year: Year, at: datetime) -> Act:
    """The unit's year ends with its last member's."""
    stream = unit_stream(cell, year.number)
    return Act(at, Phase.EVENING, UNIT_YEAR, stream, commands.CloseUnitYear(id=f"{stream}/close", by=CALENDAR, at=at))
