"""A member of a cell under a base under a root, whose self-criticism is accepted: what appraisal and commendation start from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from deploy.policies import policy_for
from events.access import Grant, Role
from events.commendation import CommendationState
from events.cycle import facts
from events.cycle.evolve import evolve
from events.cycle.setting import Opening, Setting
from events.cycle.state import Cycle
from events.cycle.values import Assessment, LevelVotes, Shortcoming
from events.member import Kind, Member, Track
from events.policy import Level, Stage, policy_from, steps_of
from tests.spec import recorded

MEMBER, SECRETARY, COMMITTEE, BASE, ROOT, STRANGER = "p1", "p2", "p3", "p4", "p5", "p6"
PATH = ("u-cell", "u-base", "u-root")
GRANTS = {
    SECRETARY: (Grant(SECRETARY, Role.CELL_SECRETARY, "u-cell", date(2020, 1, 1)),),
    COMMITTEE: (Grant(COMMITTEE, Role.CELL_COMMITTEE, "u-cell", date(2020, 1, 1)),),
    BASE: (Grant(BASE, Role.BASE_COMMITTEE, "u-base", date(2020, 1, 1)),),
    ROOT: (Grant(ROOT, Role.SUPERIOR_COMMITTEE, "u-root", date(2020, 1, 1)),),
}
DAY = date(2026, 12, 10)
E, G, C, N = Level


def at(day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def setting(by: str, **changes: Any) -> Setting:
    policy = policy_from(policy_for(2026)[0])
    usual = Setting(
        year=2026,
        member="m1",
        membership=Member(MEMBER, "u-cell", Kind.OFFICIAL, Track.NON_LEADER),
        path=PATH,
        unit="u-cell",
        policy=policy,
        steps=steps_of(policy, 2026),
        subject_grants=GRANTS.get(MEMBER, ()),
        actor=by,
        actor_grants=GRANTS.get(by, ()),
        openings={
            (Stage.APPRAISAL, None): Opening(
                stage=Stage.APPRAISAL, month=None, opened_on=date(2026, 12, 1), due=date(2026, 12, 31)
            )
        },
        confirmed=frozenset(),
        carried=(Shortcoming(id="2025-1", text="chậm nộp báo cáo"),),
        own_cell=False,
        year_open=True,
        commendation=CommendationState.NONE.value,
        on=DAY,
    )
    return replace(usual, **changes)


ACCEPTED: tuple[Any, ...] = (
    facts.SelfCriticismSubmitted(
        sections=(),
        remedies=(),
        self_rating=G,
        points_common=28,
        points_results=65,
        answers=(),
        round=1,
        late=False,
        review_due=DAY,
    ),
    facts.SelfCriticismPresented(held_on=date(2026, 12, 5), basis="biên bản 12"),
    facts.SelfCriticismAccepted(round=1, remark="đạt", shortcomings=(Shortcoming(id="2026-1", text="ít góp ý"),)),
)


def fold(events: Sequence[Any]) -> Cycle:
    cycle = Cycle()
    for version, event in enumerate(events, 1):
        cycle = evolve(cycle, recorded(event, version=version, at=at()))
    return cycle


def excellent(**changes: Any) -> Assessment:
    return replace(
        Assessment(points_common=29, points_results=66, tasks_done_pct=100, above_requirement_pct=35), **changes
    )


def votes(**by_level: int) -> tuple[LevelVotes, ...]:
    return tuple(LevelVotes(level=Level(name), votes=number) for name, number in by_level.items())


def voted(**changes: Any) -> facts.VoteRecorded:
    return replace(
        facts.VoteRecorded(
            held_on=date(2026, 12, 8),
            eligible=10,
            present=9,
            votes=votes(excellent=7, good=2),
            proposed=E,
            assessment=excellent(),
            remark="tiêu biểu",
            minority_note="",
            answers=(),
            decision_due=DAY + timedelta(days=15),
        ),
        **changes,
    )


def decided(level: Level = E, **changes: Any) -> facts.AppraisalDecided:
    return replace(
        facts.AppraisalDecided(
            unit="u-base",
            level=level,
            by_rule=E,
            stopped=(),
            applied=(),
            reason="",
            shortcomings=(),
            decision_no="12-QĐ/ĐU",
            acknowledge_by=DAY + timedelta(days=7),
        ),
        **changes,
    )
