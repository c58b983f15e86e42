"""The whole story in the order of its days: how the organisation was entered, last year to its end, this year as far as it has come."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from deploy.demo import unit_year
from deploy.demo.acts import Act, Phase, moment
from deploy.demo.first_half import submit_pledge, tell_check_ins, tell_pledge, write_pledge
from deploy.demo.member_year import MemberYear, Year
from deploy.demo.organisation import Organisation, Someone
from deploy.demo.second_half import tell_appraisal, tell_self_criticism
from deploy.demo.words import POINTS
from deploy.policies import policy_for
from events.access import Role
from events.cycle import commands
from events.cycle.values import Shortcoming
from events.decider import CALENDAR, Command
from events.ids import season_stream, unit_stream
from events.member import MEMBER, ChangeKind, JoinMember, Kind
from events.person import PERSON, GrantRole
from events.policy import Stage, Step, StepChange, policy_from, reason_not_reviewed, steps_of
from events.season import SEASON, CloseSeason, OpenSeason, PublishPolicy
from events.unit import UNIT, FoundUnit
from events.unit_year import UNIT_YEAR
from events.unit_year.commands import AmendUnitCalendar


def year_of(number: int, *, whole: bool) -> Year:
    """A year under the rules published for it."""
    policy = policy_from(policy_for(number)[0])
    return Year(number, policy, {step.key: step for step in steps_of(policy, number)}, whole)


def founding(organisation: Organisation) -> list[Act]:
    """Units, roles and members, entered in the December before; the installation names the office, the office does the rest."""
    december = date(organisation.first_year - 1, 12, 1)
    acts: list[Act] = []

    def tell(day: int, decider: Any, stream: str, command: Command, hour: int = 8) -> None:
        at = moment(december + timedelta(days=day), hour) + timedelta(seconds=len(acts))
        acts.append(Act(at, Phase.DAY, decider, stream, replace(command, id=f"demo/{stream}/{len(acts)}", at=at)))

    def by(person: str) -> dict[str, Any]:
        return {"id": "", "by": person, "at": moment(december, 8)}

    for place in organisation.places.values():
        founded = FoundUnit(**by(CALENDAR), kind=place.kind, name=place.name, parent=place.parent, on=december)
        tell(0, UNIT, place.id, founded)
    start, office = december + timedelta(days=1), organisation.office
    appointed = organisation.posts
    for number, post in enumerate(sorted(appointed, key=lambda one: one.role is not Role.ORGANISATION_OFFICE), 1):
        actor = CALENDAR if post.role is Role.ORGANISATION_OFFICE else office
        granted = GrantRole(**by(actor), role=post.role, unit=post.unit, start=start, decision=f"{number:03d}-QĐ/ĐUK")
        tell(1, PERSON, post.person, granted)
    for someone in organisation.people:
        if someone.admitted_on <= december:
            tell(2, MEMBER, someone.member, _joins(someone, office, moment(december, 8)))
    return acts


def _joins(someone: Someone, office: str, at: datetime) -> JoinMember:
    return JoinMember(
        id=f"demo/{someone.member}/join",
        by=office,
        at=at,
        person=someone.person,
        cell=someone.cell,
        kind=someone.kind,
        track=someone.track,
        admitted_on=someone.admitted_on,
        made_official_on=someone.official_on,
        post=someone.post,
    )


def admitted(organisation: Organisation) -> Iterator[Act]:
    """Who was admitted during the first year."""
    for someone in organisation.people:
        if someone.kind is not Kind.PROBATIONARY:
            continue
        at = moment(someone.admitted_on, 10, int(someone.member[1:]) % 60)
        yield Act(at, Phase.DAY, MEMBER, someone.member, _joins(someone, organisation.office, at))


def made_official(organisation: Organisation) -> Iterator[Act]:
    """The same people, twelve months later."""
    for someone in organisation.people:
        if someone.kind is Kind.PROBATIONARY:
            day = someone.admitted_on.replace(year=someone.admitted_on.year + 1)
            at = moment(day, 10, int(someone.member[1:]) % 60)
            named = f"demo/{someone.member}/official"
            change = ChangeKind(id=named, by=organisation.office, at=at, kind=Kind.OFFICIAL, on=day)
            yield Act(at, Phase.DAY, MEMBER, someone.member, change)


def season(organisation: Organisation, year: Year) -> Iterator[Act]:
    """The office publishes the year's rules and opens it in the last days of the year before."""
    stream = season_stream(organisation.root, year.number)
    data, copied_from = policy_for(year.number)
    at = moment(date(year.number - 1, 12, 27), 9)
    published = PublishPolicy(
        id=f"demo/{stream}/policy", by=organisation.office, at=at, data=data, copied_from=copied_from
    )
    yield Act(at, Phase.DAY, SEASON, stream, published)
    at = moment(date(year.number - 1, 12, 30), 9)
    yield Act(at, Phase.DAY, SEASON, stream, OpenSeason(id=f"demo/{stream}/open", by=organisation.office, at=at))


def told_year(
    organisation: Organisation, year: Year, carried: dict[str, tuple[Shortcoming, ...]], *, but: str = ""
) -> tuple[list[Act], dict[str, tuple[Shortcoming, ...]]]:
    """Every cell's year except that of `but`; and what each member carries into the next."""
    acts: list[Act] = []
    named: dict[str, tuple[Shortcoming, ...]] = {}
    ends: list[datetime | None] = []
    for cell, people in organisation.cells.items():
        members = _members(people, year)
        at = moment(date(year.number - 1, 12, 30), 9, 5) + timedelta(seconds=int(cell[1:]))
        acts.append(unit_year.opened(organisation, cell, year, [one.member for one in members], at))
        if cell == but:
            continue
        years = [
            MemberYear(organisation, one, year, carried.get(one.member, ()))
            for one in members
            if is_reviewed(one, year)
        ]
        for own in years:
            tell_pledge(own)
            tell_check_ins(own)
            tell_self_criticism(own)
            tell_appraisal(own)
            acts += own.acts
            named[own.someone.member] = (*_unremedied(own), *own.named)
        closing = [own.closes for own in years]
        end = max((one for one in closing if one), default=None) if None not in closing else None
        ends.append(end)
        until = None if end is None else end + timedelta(minutes=2)
        reviewed = [own.someone.member for own in years]
        acts += unit_year.calendar(cell, year, list(year.steps.values()), reviewed, until)
        acts += unit_year.months(organisation, cell, year, years)
        if until is not None:
            acts.append(unit_year.closed(cell, year, until))
    if not but and None not in ends:
        acts.append(_season_closed(organisation, year, max(end for end in ends if end)))
    return acts, named


def _season_closed(organisation: Organisation, year: Year, last: datetime) -> Act:
    stream, at = season_stream(organisation.root, year.number), last + timedelta(minutes=5)
    return Act(at, Phase.EVENING, SEASON, stream, CloseSeason(id=f"{stream}/close", by=CALENDAR, at=at))


def _members(people: Sequence[Someone], year: Year) -> list[Someone]:
    """Who is a member of the cell when the year is opened."""
    return [one for one in people if one.admitted_on < date(year.number - 1, 12, 30)]


def is_reviewed(someone: Someone, year: Year) -> bool:
    """Whether the year's rules have this member reviewed."""
    return reason_not_reviewed(year.policy, someone.kind.value, someone.admitted_on, date(year.number, 12, 31)) is None


def _unremedied(own: MemberYear) -> tuple[Shortcoming, ...]:
    return tuple(one for one in own.carried if own.remedied.get(one.id) is False)


# -- the open cell


def open_cell(
    organisation: Organisation, year: Year, carried: dict[str, tuple[Shortcoming, ...]], now: datetime
) -> list[Act]:
    """The cell whose stages are all open from January, by an amendment of the office: most of its members have not begun."""
    cell = organisation.open_cell
    stream, office = unit_stream(cell, year.number), organisation.office
    at = moment(date(year.number - 1, 12, 30), 10)
    changes = tuple(_opened_up(step, year.number) for step in year.steps.values())
    reason = "Chi bộ làm thử toàn bộ quy trình: các bước mở cùng lúc, ai xong bước trước thì làm bước sau."
    amended = AmendUnitCalendar(id=f"demo/{stream}/amend", by=office, at=at, changes=changes, reason=reason)
    acts = [Act(at, Phase.DAY, UNIT_YEAR, stream, amended)]
    steps = steps_of(year.policy, year.number, changes)
    people = organisation.cells[cell]
    reviewed = [one.member for one in people if is_reviewed(one, year)]
    acts += unit_year.calendar(cell, year, steps, reviewed, None)
    first = moment(date(year.number, 1, 1), 8)
    for place, begun in ((8, max(first, now - timedelta(days=2))), (9, max(first, now - timedelta(days=4)))):
        own = MemberYear(organisation, people[place], year, carried.get(people[place].member, ()))
        write_pledge(own)
        submit_pledge(own, begun)
        if place == 9:
            points = own.points(own.rng("open"), POINTS)
            own.tell(begun + timedelta(hours=1), commands.ReturnPledge, own.reviewer(), round=1, points=points)
        acts += own.acts
    return acts


def _opened_up(step: Step, year: int) -> StepChange:
    """All from 1 January, a month from its first day; due only at the end of next January."""
    opens = date(year, step.month or 1, 1)
    return StepChange(stage=Stage(step.stage), month=step.month, opens=opens, due=date(year + 1, 1, 31))
