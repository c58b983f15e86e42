"""Reads what a decision in a member's year needs from other streams."""

from collections.abc import Mapping
from datetime import timedelta

from events.cycle.commands import GiveCriticism, OpenCycle
from events.cycle.setting import Setting
from events.cycle.state import Cycle, Opening, Review
from events.cycle.values import Shortcoming
from events.decider import CALENDAR, Command, Decider, Reader, local_date
from events.errors import Conflict, NotFound
from events.ids import commendation_stream, cycle_stream, parse_stream, unit_stream
from events.member import MEMBER, Kind, Member
from events.person import PERSON
from events.policy import Policy, Stage
from events.season import SEASON
from events.unit import UNIT
from events.unit_year.facts import UnitYear
from events.unit_year.steps import unit_steps


async def setting(cycles: Decider[Cycle, Command, Setting], reader: Reader, stream: str, command: Command) -> Setting:
    """What the rules read, as of `command.at`, for any command: pages and the commendation ask for it too.

    `cycles` is the decider of such streams, whose state last year's cycle is read with. The unit's year that holds the
    cycle is that of `CycleOpened`, else of the member's cell. NotFound `member.unknown`; Conflict `cycle.not_open`.
    """
    from events.commendation import COMMENDATION
    from events.unit_year import UNIT_YEAR

    ids = parse_stream(stream)
    membership = await reader.state(MEMBER, ids.subject)
    if not membership.person:
        raise NotFound("member.unknown")
    cycle, *earlier = await reader.states(
        cycles, [cycle_stream(ids.subject, year) for year in (ids.year, ids.year - 1, ids.year - 2)]
    )
    unit = _holding_unit(cycle, membership, command)
    unit_year = await reader.state(UNIT_YEAR, unit_stream(unit, ids.year))
    if unit_year.opened is None:
        raise Conflict("cycle.not_open")
    season = await reader.state(SEASON, unit_year.opened.season)
    policy = season.policies[cycle.opened.policy_version if cycle.opened else unit_year.opened.policy_version]
    cell = await reader.state(UNIT, membership.cell)
    subject, actor = await reader.states(PERSON, [membership.person, command.by])
    praise = await reader.state(COMMENDATION, commendation_stream(ids.subject, ids.year))
    return Setting(
        year=ids.year,
        member=ids.subject,
        membership=membership,
        path=cell.path,
        unit=unit,
        policy=policy,
        steps=unit_steps(season, unit_year),
        subject_grants=subject.grants,
        actor=command.by,
        actor_grants=() if command.by == CALENDAR else actor.grants,
        openings=_openings(ids.subject, cycle, unit_year, policy),
        confirmed=frozenset(month for month, members in unit_year.confirmed.items() if ids.subject in members),
        carried=_carried(cycle, *earlier),
        own_cell=await _own_cell(reader, membership, command),
        year_open=_takes_part(ids.subject, cycle, unit_year) and not unit_year.closed,
        commendation=praise.state.value,
        on=local_date(command.at),
    )


def _holding_unit(cycle: Cycle, membership: Member, command: Command) -> str:
    if cycle.opened is not None:
        return cycle.opened.unit
    return command.unit if isinstance(command, OpenCycle) else membership.cell


def _takes_part(member: str, cycle: Cycle, unit_year: UnitYear) -> bool:
    return cycle.opened is not None or (unit_year.opened is not None and member in unit_year.opened.members)


def _openings(
    member: str, cycle: Cycle, unit_year: UnitYear, policy: Policy
) -> Mapping[tuple[Stage, int | None], Opening]:
    """The stages that name the member. Who joined later has the unit's too, with at least the days of an answer, but no month that was over."""
    joined = local_date(cycle.opened_at) if cycle.opened_at is not None else None
    openings: dict[tuple[Stage, int | None], Opening] = {}
    for key, record in unit_year.stages.items():
        due = record.due
        if member not in record.members:
            if joined is None or (record.stage is Stage.CHECK_IN and due < joined):
                continue
            due = max(due, joined + timedelta(days=policy.review.answer_days))
        openings[key] = Opening(
            stage=record.stage, month=record.month, opened_on=record.opened_on, due=due, closed=record.closed
        )
    return openings


def _carried(cycle: Cycle, last: Cycle, before: Cycle) -> tuple[Shortcoming, ...]:
    """Once a pledge is approved, its own debts; until then what last year leaves open, and what last year's pledge never answered."""
    if cycle.pledge.state is Review.APPROVED:
        return cycle.pledge.debts
    answered = {said.shortcoming for said in last.pledge.submitted.carried} if last.pledge.submitted else set()
    older = [shortcoming for shortcoming in before.carried_over if shortcoming.id not in answered]
    return (*older, *last.carried_over)


async def _own_cell(reader: Reader, membership: Member, command: Command) -> bool:
    """Whether who acts is a comrade: by a membership of their own in the same cell, not a suspended one."""
    if not isinstance(command, GiveCriticism):
        return False
    comrade = await reader.state(MEMBER, command.as_member)
    own = (comrade.person, comrade.cell) == (command.by, membership.cell)
    return own and command.by != membership.person and comrade.kind is not Kind.SUSPENDED
