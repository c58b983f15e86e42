"""What a decision reads from other streams: the unit's openings, the pinned policy, last year's debts, who the comrade is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from events.access import Role
from events.commendation import CommendationProposed
from events.cycle import CYCLE, facts
from events.cycle import commands as ask
from events.cycle.setting import Setting
from events.cycle.values import CarriedAnswer, Shortcoming
from events.decider import CALENDAR, Decider
from events.errors import Conflict, NotFound
from events.member import Kind, MemberJoined, Track
from events.person import RoleGranted
from events.policy import Level, Stage, StepChange, policy_data
from events.season import CalendarAmended, PolicyPublished, SeasonOpened
from events.unit import UnitFounded, UnitKind
from events.unit_year import UNIT_YEAR
from events.unit_year import commands as unit_ask
from events.unit_year.facts import MonthConfirmed, StageClosed, StageOpened, UnitYearClosed, UnitYearOpened
from tests.spec import given
from tests.stories import (
    BASE,
    CHECKING,
    COMRADE,
    MEMBER,
    PATH,
    PLEDGED,
    PLEDGING,
    POLICY,
    SECRETARY,
    after_approval,
    after_closing,
    after_decision,
    at,
    command,
    due_of,
    pledge,
    story,
    told,
)

JOINED = MemberJoined(
    person=MEMBER,
    cell="u-cell",
    kind=Kind.OFFICIAL,
    track=Track.NON_LEADER,
    admitted_on=None,
    made_official_on=None,
    post="",
)
PLEDGE_OPEN = StageOpened(stage=Stage.PLEDGE, month=None, audience="members", members=("m1",), due=due_of(Stage.PLEDGE))
APRIL_OPEN = replace(PLEDGE_OPEN, stage=Stage.CHECK_IN, month=4, due=due_of(Stage.CHECK_IN, 4))
YEAR_OPEN = UnitYearOpened(season="season-2026-u-root", policy_version=1, members=("m1",))
OTHER = {**policy_data(POLICY), "min_months_admitted": 12}
WORLD: dict[str, Sequence[Any]] = {
    "m1": [JOINED],
    "m7": [replace(JOINED, person=COMRADE)],
    "m8": [replace(JOINED, person=COMRADE, cell="u-other")],
    "m9": [replace(JOINED, person=COMRADE, kind=Kind.SUSPENDED)],
    "u-cell": [UnitFounded(kind=UnitKind.CELL, name="Chi bộ 1", parent="u-base", path=PATH, on=date(2020, 1, 1))],
    SECRETARY: [RoleGranted(role=Role.CELL_SECRETARY, unit="u-cell", start=date(2020, 1, 1), decision="")],
    "season-2026-u-root": [
        PolicyPublished(year=2026, version=1, copied_from=None, data=policy_data(POLICY)),
        SeasonOpened(policy_version=1),
        PolicyPublished(year=2026, version=2, copied_from=None, data=OTHER),
        CalendarAmended(changes=(StepChange(stage=Stage.PLEDGE, due=date(2026, 4, 5)),), reason="x"),
    ],
    "unit-2026-u-cell": [YEAR_OPEN, PLEDGE_OPEN],
}


class Told:
    """A reader of streams told in a test; remembers which were asked for."""

    def __init__(self, **changes: Sequence[Any]) -> None:
        self.streams = {**WORLD, **{name.replace("_", "-"): events for name, events in changes.items()}}
        self.asked: set[str] = set()

    async def state(self, decider: Decider[Any, Any, Any], stream: str) -> Any:
        self.asked.add(stream)
        return given(decider, self.streams.get(stream, ()), stream=stream)

    async def states(self, decider: Decider[Any, Any, Any], streams: Sequence[str]) -> list[Any]:
        return [await self.state(decider, stream) for stream in streams]


async def read(asked: Any = None, **changes: Sequence[Any]) -> Setting:
    return await CYCLE.setting(Told(**changes), "cycle-2026-m1", asked or pledge())


async def test_a_setting_is_what_the_other_streams_say():
    setting = await read(pledge(by=SECRETARY))
    assert (setting.subject, setting.path, setting.unit, setting.on) == (MEMBER, PATH, "u-cell", PLEDGING)
    assert (setting.actor, [grant.role for grant in setting.actor_grants]) == (SECRETARY, [Role.CELL_SECRETARY])
    assert setting.year_open
    assert setting.commendation == "none"
    assert setting.policy == POLICY
    assert CYCLE.sealed_for("cycle-2026-m1", setting) == MEMBER


async def test_the_dates_are_the_amended_ones_and_an_openings_due_date_is_the_stages():
    setting = await read()
    assert next(step.due for step in setting.steps if step.stage is Stage.PLEDGE) == date(2026, 4, 5)
    opening = setting.opening(Stage.PLEDGE)
    assert opening is not None
    assert (opening.due, opening.closed) == (due_of(Stage.PLEDGE), False)
    assert setting.opening(Stage.CHECK_IN, 4) is None


async def test_a_closed_stage_is_still_an_opening():
    closed = StageClosed(stage=Stage.PLEDGE, month=None, missing=())
    opening = (await read(unit_2026_u_cell=[YEAR_OPEN, PLEDGE_OPEN, closed])).opening(Stage.PLEDGE)
    assert opening is not None
    assert opening.closed


@pytest.mark.parametrize(
    ("unit_year", "runs"),
    [
        ([YEAR_OPEN], True),
        ([replace(YEAR_OPEN, members=("m2",))], False),
        ([YEAR_OPEN, UnitYearClosed()], False),
    ],
)
async def test_the_year_runs_for_the_members_of_an_open_units_year(unit_year: Any, runs: bool):
    assert (await read(unit_2026_u_cell=unit_year)).year_open is runs


async def test_an_opening_that_does_not_name_the_member_is_not_theirs():
    others = replace(PLEDGE_OPEN, members=("m2",))
    assert (await read(unit_2026_u_cell=[YEAR_OPEN, others])).openings == {}


async def test_months_confirmed_for_the_member_are_known():
    confirmed = MonthConfirmed(month=4, members=("m1",), excepted=())
    others = MonthConfirmed(month=5, members=("m2",), excepted=())
    months = (await read(unit_2026_u_cell=[YEAR_OPEN, APRIL_OPEN, confirmed, others])).confirmed
    assert months == {4}


async def test_what_is_not_there_is_said():
    with pytest.raises(NotFound, match=r"member.unknown"):
        await read(m1=[])
    with pytest.raises(Conflict, match=r"cycle.not_open"):
        await read(unit_2026_u_cell=[])


async def test_who_joins_later_has_the_units_openings_with_days_of_their_own():
    joined = told(facts.CycleOpened(unit="u-cell", policy_version=2), by=CALENDAR, on=date(2026, 4, 1))
    old = replace(APRIL_OPEN, month=1, due=date(2026, 3, 31))
    year = [replace(YEAR_OPEN, members=()), *(replace(one, members=()) for one in (PLEDGE_OPEN, APRIL_OPEN, old))]
    setting = await read(cycle_2026_m1=[joined], unit_2026_u_cell=year)
    assert setting.year_open
    assert setting.policy.min_months_admitted == 12
    opened, april = setting.opening(Stage.PLEDGE), setting.opening(Stage.CHECK_IN, 4)
    assert opened is not None
    assert april is not None
    assert opened.due == date(2026, 4, 1) + timedelta(days=POLICY.review.answer_days)
    assert april.due == APRIL_OPEN.due
    assert setting.opening(Stage.CHECK_IN, 1) is None


async def test_a_year_is_opened_in_the_unit_the_calendar_names():
    asked = command(ask.OpenCycle, CALENDAR, PLEDGING, unit="u-other", policy_version=1)
    setting = await read(asked, unit_2026_u_other=[replace(YEAR_OPEN, members=())])
    assert (setting.unit, setting.year_open, setting.actor_grants) == ("u-other", False, ())


NAMED = Shortcoming(id="2026-1", text="Ít góp ý trong sinh hoạt")


async def test_shortcomings_of_last_year_come_in():
    assert (await read(cycle_2025_m1=after_closing)).carried == (NAMED,)


async def test_shortcomings_of_a_year_not_closed_yet_come_in_too():
    assert (await read(cycle_2025_m1=after_decision)).carried == (NAMED,)


async def test_an_older_shortcoming_that_no_pledge_answered_comes_in_first():
    older = Shortcoming(id="2024-1", text="Chậm")
    closed = [told(facts.CycleClosed(level=Level.GOOD, carried=(older,)))]
    assert (await read(cycle_2024_m1=closed)).carried == (older,)
    assert (await read(cycle_2024_m1=closed, cycle_2025_m1=after_closing)).carried == (older, NAMED)
    answered = replace(PLEDGED, carried=(CarriedAnswer(shortcoming="2024-1", text="Chậm", dropped=True, reason="x"),))
    assert (await read(cycle_2024_m1=closed, cycle_2025_m1=[told(answered)])).carried == ()


async def test_an_approved_pledge_settles_which_shortcomings_are_carried():
    setting = await read(cycle_2026_m1=after_approval, cycle_2025_m1=after_closing)
    assert [one.id for one in setting.carried] == ["2025-1"]
    dropped = replace(PLEDGED, carried=(replace(PLEDGED.carried[0], dropped=True, reason="x"),))
    settled = story(told(dropped), told(facts.PledgeApproved(round=1)))
    assert (await read(cycle_2026_m1=settled, cycle_2025_m1=after_closing)).carried == ()


@pytest.mark.parametrize(
    ("by", "as_member", "own"),
    [
        (COMRADE, "m7", True),
        (COMRADE, "m8", False),
        (COMRADE, "m9", False),
        (COMRADE, "m1", False),
        (COMRADE, "m404", False),
        (SECRETARY, "m7", False),
        (MEMBER, "m1", False),
    ],
)
async def test_a_comrade_is_who_has_a_membership_of_their_own_in_the_cell(by: str, as_member: str, own: bool):
    asked = command(ask.GiveCriticism, by, PLEDGING, as_member=as_member, item="job-1", text="x")
    assert (await read(asked)).own_cell is own


async def test_a_proposed_commendation_is_seen():
    proposed = CommendationProposed(award="member_year", level=Level.EXCELLENT, basis="x", citation="x", unit="u-base")
    assert (await read(commendation_2026_m1=[proposed])).commendation == "proposed"


async def test_a_units_year_reads_only_what_the_command_is_about():
    opening = unit_ask.OpenUnitYear(
        id="c", by=CALENDAR, at=at(PLEDGING), season="season-2026-u-root", members=("m1", "m7", "m1")
    )
    reader = Told(unit_2026_u_cell=[])
    setting = await UNIT_YEAR.setting(reader, "unit-2026-u-cell", opening)
    assert list(setting.memberships) == ["m1", "m7"]
    assert setting.cycles == {}
    assert not any(stream.startswith("cycle") for stream in reader.asked)


async def test_a_months_confirmation_reads_the_members_it_names_and_who_acts():
    confirm = unit_ask.ConfirmMonth(
        id="c",
        by=SECRETARY,
        at=at(CHECKING),
        month=4,
        seen=(("m1", 3),),
        exceptions=(unit_ask.MonthException(member="m7", reason="x"),),
    )
    setting = await UNIT_YEAR.setting(Told(cycle_2026_m1=after_approval), "unit-2026-u-cell", confirm)
    assert (list(setting.memberships), list(setting.cycles)) == (["m1", "m7"], ["m1", "m7"])
    assert setting.cycles["m1"].pledge.approved_by == SECRETARY
    assert [grant.unit for grant in setting.actor_grants] == ["u-cell"]
    assert setting.season.opened is not None


async def test_closing_a_units_year_reads_every_members_year():
    close = command(unit_ask.CloseUnitYear, CALENDAR, PLEDGING)
    reader = Told(cycle_2026_m1=after_closing)
    setting = await UNIT_YEAR.setting(reader, "unit-2026-u-cell", close)
    assert setting.cycles["m1"].closed is not None
    assert BASE not in reader.asked
