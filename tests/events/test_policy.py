"""The published rules of 2025 and 2026: their files, their dates, who is reviewed, and sixty-odd worked cases of levels."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from deploy.policies import policy_for, published_years
from events.cycle.values import AppliedCondition, Assessment, Grade, Stop
from events.level import level_by_rule
from events.member import Kind, Track
from events.policy import (
    Condition,
    Confidence,
    Level,
    Policy,
    Source,
    Stage,
    StepChange,
    policy_data,
    policy_from,
    reason_not_reviewed,
    steps_of,
)


def policy_of(year: int) -> Policy:
    return policy_from(policy_for(year)[0])


LEADER, STAFF, OUTSIDE = Track.LEADER, Track.NON_LEADER, Track.OUTSIDE
E, G, C, N = Level.EXCELLENT, Level.GOOD, Level.COMPLETED, Level.NOT_COMPLETED


def points(common: int | None, results: int | None) -> dict[str, Any]:
    return {"points_common": common, "points_results": results}


def facts(
    common: int | None = 28, results: int | None = 66, done: int = 100, above: int = 30, **more: Any
) -> Assessment:
    """An excellent year unless something else is said."""
    return Assessment(**points(common, results), tasks_done_pct=done, above_requirement_pct=above, **more)


# Stops are written `level letter:condition`, with `?` behind what is only shown (recalled, not applied by the committee).
CASES: list[tuple[int, str, Track, Assessment, str, Level, str]] = [
    # -- points alone: the bands of 2025 and their edges
    (2025, "all there", STAFF, facts(), "", E, ""),
    (2025, "100 points", STAFF, facts(30, 70), "", E, ""),
    (2025, "exactly 90", STAFF, facts(28, 62), "", E, ""),
    (2025, "89", STAFF, facts(28, 61), "", G, "E:points"),
    (2025, "exactly 70", STAFF, facts(20, 50), "", G, "E:points"),
    (2025, "69", STAFF, facts(20, 49), "", C, "E:points G:points"),
    (2025, "exactly 50", STAFF, facts(10, 40), "", C, "E:points G:points"),
    (2025, "49", STAFF, facts(10, 39), "", N, "E:points G:points C:points"),
    (2025, "none", STAFF, facts(0, 0), "", N, "E:points G:points C:points"),
    (2025, "common points not given", STAFF, facts(None, 66), "", N, "E:points G:points C:points"),
    (2025, "results not given", STAFF, facts(28, None), "", N, "E:points G:points C:points"),
    # -- the same in 2026, whose file inherits
    (2026, "all there", STAFF, facts(), "", E, ""),
    (2026, "exactly 90", LEADER, facts(30, 60), "", E, ""),
    (2026, "89", LEADER, facts(29, 60), "", G, "E:points"),
    (2026, "exactly 70", OUTSIDE, facts(20, 50), "", G, "E:points"),
    (2026, "69", OUTSIDE, facts(19, 50), "", C, "E:points G:points"),
    (2026, "exactly 50", LEADER, facts(15, 35), "", C, "E:points G:points"),
    (2026, "49", OUTSIDE, facts(15, 34), "", N, "E:points G:points C:points"),
    # -- gate: by how much the requirement was exceeded
    (2025, "29 % above", STAFF, facts(above=29), "", G, "E:above_requirement"),
    (2025, "nothing above", LEADER, facts(above=0), "", G, "E:above_requirement"),
    (2026, "exactly 30 % above", OUTSIDE, facts(above=30), "", E, ""),
    (2026, "far above", LEADER, facts(above=150), "", E, ""),
    (2026, "29 % above and 80 points", STAFF, facts(20, 60, above=29), "", G, "E:points E:above_requirement"),
    # -- gate: all tasks done
    (2025, "99 % done", STAFF, facts(done=99), "", C, "E:tasks_done G:tasks_done C:tasks_done?"),
    (2025, "half done, 94 points", LEADER, facts(done=50), "", C, "E:tasks_done G:tasks_done C:tasks_done?"),
    (2026, "99 % done", OUTSIDE, facts(done=99), "", C, "E:tasks_done G:tasks_done C:tasks_done?"),
    (
        2026,
        "99 % done, applied for the lowest band too",
        STAFF,
        facts(done=99),
        "tasks_done",
        N,
        "E:tasks_done G:tasks_done C:tasks_done",
    ),
    # -- gate: on time
    (2025, "1 % late", STAFF, facts(late_pct=1), "", C, "E:on_time G:on_time"),
    (2025, "20 % late", LEADER, facts(late_pct=20), "", C, "E:on_time G:on_time"),
    (2025, "21 % late: shown, does not lower", STAFF, facts(late_pct=21), "", C, "E:on_time G:on_time C:late_share?"),
    (2025, "21 % late, applied", STAFF, facts(late_pct=21), "late_share", N, "E:on_time G:on_time C:late_share"),
    (2026, "20 % late, applied without effect", LEADER, facts(late_pct=20), "late_share", C, "E:on_time G:on_time"),
    (2026, "all late", OUTSIDE, facts(late_pct=100), "", C, "E:on_time G:on_time C:late_share?"),
    (
        2026,
        "late and unfinished, 60 points",
        STAFF,
        facts(20, 40, done=90, late_pct=30),
        "",
        C,
        "E:points E:tasks_done E:on_time G:points G:tasks_done G:on_time C:tasks_done? C:late_share?",
    ),
    (
        2026,
        "the same, only lateness applied",
        STAFF,
        facts(20, 40, done=90, late_pct=30),
        "late_share",
        N,
        "E:points E:tasks_done E:on_time G:points G:tasks_done G:on_time C:tasks_done? C:late_share",
    ),
    # -- gate: last year's shortcomings
    (2025, "one not remedied", STAFF, facts(unremedied=("2024-1",)), "", G, "E:remedied"),
    (2026, "one not remedied", LEADER, facts(unremedied=("2025-1",)), "", G, "E:remedied"),
    (
        2026,
        "two not remedied, 75 points",
        OUTSIDE,
        facts(25, 50, unremedied=("2025-1", "2025-2")),
        "",
        G,
        "E:points E:remedied",
    ),
    (
        2026,
        "not remedied, 60 points",
        STAFF,
        facts(20, 40, unremedied=("2025-1",)),
        "",
        C,
        "E:points E:remedied G:points",
    ),
    # -- disqualifying facts
    (2025, "disciplined", STAFF, facts(disciplined=True), "", N, "E:disciplined G:disciplined C:disciplined"),
    (
        2025,
        "disciplined, by its code",
        OUTSIDE,
        facts(disqualifying=("disciplined",)),
        "",
        N,
        "E:disciplined G:disciplined C:disciplined",
    ),
    (
        2025,
        "said twice, listed once",
        STAFF,
        facts(disciplined=True, disqualifying=("disciplined",)),
        "",
        N,
        "E:disciplined G:disciplined C:disciplined",
    ),
    (
        2025,
        "degradation",
        LEADER,
        facts(disqualifying=("degradation_signs",)),
        "",
        N,
        "E:degradation_signs G:degradation_signs C:degradation_signs",
    ),
    (
        2026,
        "prohibited acts",
        STAFF,
        facts(disqualifying=("prohibited_acts",)),
        "",
        N,
        "E:prohibited_acts G:prohibited_acts C:prohibited_acts",
    ),
    (
        2026,
        "set a bad example",
        OUTSIDE,
        facts(disqualifying=("exemplary_duty_breach",)),
        "",
        N,
        "E:exemplary_duty_breach G:exemplary_duty_breach C:exemplary_duty_breach",
    ),
    (
        2026,
        "a leader's unit corrupt",
        LEADER,
        facts(disqualifying=("unit_corruption",)),
        "",
        N,
        "E:unit_corruption G:unit_corruption C:unit_corruption",
    ),
    (2026, "a unit's corruption is not a member's", STAFF, facts(disqualifying=("unit_corruption",)), "", E, ""),
    (
        2026,
        "disciplined and 80 points: both are told",
        STAFF,
        facts(20, 60, disciplined=True),
        "",
        N,
        "E:disciplined E:points G:disciplined C:disciplined",
    ),
    # -- the professional level: recalled, so it is shown and counts only where it is applied
    (2025, "professional level good", STAFF, facts(professional_level=G), "", E, "E:professional_level?"),
    (2025, "the same, applied", STAFF, facts(professional_level=G), "professional_level", G, "E:professional_level"),
    (2025, "professional level completed", LEADER, facts(professional_level=C), "", E, "E:professional_level?"),
    (
        2025,
        "the same, applied",
        LEADER,
        facts(professional_level=C),
        "professional_level",
        C,
        "E:professional_level G:professional_level",
    ),
    (2026, "professional level excellent", LEADER, facts(professional_level=E), "", E, ""),
    (2026, "applied, but excellent", LEADER, facts(professional_level=E), "professional_level", E, ""),
    (2026, "applied, but nobody gave one", STAFF, facts(), "professional_level", E, ""),
    (2026, "outside the system it is not asked", OUTSIDE, facts(professional_level=C), "professional_level", E, ""),
    (
        2026,
        "good in both, 75 points",
        STAFF,
        facts(25, 50, professional_level=G),
        "",
        G,
        "E:points E:professional_level?",
    ),
    (
        2026,
        "good in both, applied",
        STAFF,
        facts(25, 50, professional_level=G),
        "professional_level",
        G,
        "E:points E:professional_level",
    ),
    # -- several at once: the level is the lowest of what each allows
    (
        2025,
        "everything short by a little",
        STAFF,
        facts(28, 61, above=29, unremedied=("2024-1",)),
        "",
        G,
        "E:points E:above_requirement E:remedied",
    ),
    (
        2025,
        "late, and nothing above",
        STAFF,
        facts(late_pct=5, above=0),
        "",
        C,
        "E:on_time E:above_requirement G:on_time",
    ),
    (
        2026,
        "all gates fail",
        STAFF,
        facts(5, 20, done=40, above=0, late_pct=60, unremedied=("2025-1",)),
        "",
        N,
        (
            "E:points E:tasks_done E:on_time E:above_requirement E:remedied G:points G:tasks_done G:on_time"
            " C:points C:tasks_done? C:late_share?"
        ),
    ),
    # -- years without a file
    (2024, "before the first file: the oldest", STAFF, facts(28, 61), "", G, "E:points"),
    (2031, "after the last: the newest", LEADER, facts(above=29), "", G, "E:above_requirement"),
]


@pytest.mark.parametrize(
    ("year", "track", "assessment", "applied", "level", "stops"),
    [pytest.param(*case[:1], *case[2:], id=f"{case[0]}-{case[2]}-{case[1]}") for case in CASES],
)
def test_the_level_is_the_highest_whose_conditions_all_hold(year, track, assessment, applied, level, stops):
    by = [AppliedCondition(condition=one, reason="theo nghị quyết") for one in applied.split()]
    assert level_by_rule(policy_of(year), track, assessment, by) == (level, written(stops))


def written(stops: str) -> tuple[Stop, ...]:
    letters = {"E": E, "G": G, "C": C}
    return tuple(
        Stop(level=letters[one[0]], condition=one[2:].rstrip("?"), counted=not one.endswith("?"))
        for one in stops.split()
    )


def test_there_are_enough_worked_cases():
    assert len(CASES) >= 60


def grades4() -> Policy:
    """A regime of four grades, as before 2025 (regulations.md 1.2: 2023 and 2024)."""
    known = {"confidence": Confidence.FOUND, "basis": "QD-124-2023"}
    every = [("excellent", "tot"), ("good", "trung_binh"), ("completed", "trung_binh")]
    result = {"excellent": "xuat_sac", "good": "tot"}
    conditions = {
        Level(level): (
            Condition(code="grades", measure="grades", grade_at_least=grade, **known),
            *(
                Condition(code="results", measure="grades", grade_at_least=result[one], sections=("duties",), **known)
                for one in (level,)
                if one in result
            ),
        )
        for level, grade in every
    }
    return replace(policy_of(2025), scale="grades4", points_max={}, conditions=conditions)


@pytest.mark.parametrize(
    ("politics", "duties", "level", "stops"),
    [
        ("xuat_sac", "xuat_sac", E, ""),
        ("tot", "xuat_sac", E, ""),
        ("tot", "tot", G, "E:results"),
        ("trung_binh", "xuat_sac", G, "E:grades"),
        ("trung_binh", "tot", G, "E:grades E:results"),
        ("tot", "trung_binh", C, "E:grades E:results G:results"),
        ("kem", "xuat_sac", N, "E:grades G:grades C:grades"),
        ("xuat_sac", "kem", N, "E:grades E:results G:grades G:results C:grades"),
    ],
)
def test_a_regime_of_grades_is_ruled_by_the_same_function(politics, duties, level, stops):
    grades = (("politics_ethics", Grade(politics)), ("duties", Grade(duties)))
    assert level_by_rule(grades4(), STAFF, Assessment(tasks_done_pct=100, grades=grades)) == (level, written(stops))


def test_a_recalled_fact_disqualifies_only_where_it_is_applied():
    first, *others = policy_of(2026).disqualifiers
    policy = replace(policy_of(2026), disqualifiers=(replace(first, confidence=Confidence.RECALLED), *others))
    known = facts(disqualifying=(first.code,))
    assert level_by_rule(policy, STAFF, known)[0] is E
    assert level_by_rule(policy, STAFF, known, [AppliedCondition(condition=first.code, reason="r")])[0] is N


@pytest.mark.parametrize(
    ("kind", "admitted", "on", "reason"),
    [
        (Kind.OFFICIAL, date(2010, 5, 19), date(2026, 12, 31), None),
        (Kind.OFFICIAL, None, date(2026, 12, 31), None),
        (Kind.PROBATIONARY, date(2026, 6, 30), date(2026, 12, 31), None),
        (Kind.PROBATIONARY, date(2026, 6, 30), date(2026, 12, 30), None),
        (Kind.PROBATIONARY, date(2026, 7, 1), date(2026, 12, 31), "admitted_recently"),
        (Kind.PROBATIONARY, date(2026, 12, 1), date(2026, 12, 31), "admitted_recently"),
        (Kind.EXEMPT, date(1980, 2, 3), date(2026, 12, 31), "exempt_member"),
        (Kind.SUSPENDED, date(2015, 2, 3), date(2026, 12, 31), "suspended_member"),
    ],
)
def test_who_is_not_reviewed_and_why(kind, admitted, on, reason):
    assert reason_not_reviewed(policy_of(2026), kind, admitted, on) == reason


# -- the files


@pytest.mark.parametrize(
    ("year", "copied_from"), [(1999, 2025), (2024, 2025), (2025, None), (2026, None), (2027, 2026), (2099, 2026)]
)
def test_a_year_without_a_file_takes_the_newest_earlier_one_and_says_so(year, copied_from):
    data, source = policy_for(year)
    assert source == copied_from
    assert (policy_from(data).year, policy_from(data).copied_from) == (year, copied_from)


@pytest.mark.parametrize("year", published_years())
def test_a_policy_survives_being_published_as_data(year):
    assert policy_from(policy_data(policy_of(year))) == policy_of(year)


@pytest.mark.parametrize("year", published_years())
def test_every_number_names_its_source(year):
    policy = policy_of(year)
    carrying = {"year", "conditions", "disqualifiers", "awards", "basis", "title", "scale", "sources", "copied_from"}
    for name, value in policy_data(policy).items():
        if name in carrying or name in policy.sources:
            continue
        parts = {one["stage"] for one in value} if name == "steps" else set(value)
        assert {f"{name}.{part}" for part in parts if part != "confidence"} <= policy.sources.keys(), name
    assert all(isinstance(source, Source) and source.basis for source in policy.sources.values())
    rules = [one for level in policy.conditions.values() for one in level] + [*policy.disqualifiers, *policy.awards]
    assert all(rule.basis for rule in rules)


@pytest.mark.parametrize("year", published_years())
def test_every_track_has_a_form_that_asks_for_the_pledge_and_for_last_years_shortcomings(year):
    for track in Track:
        sections = {section.code: section for section in policy_of(year).forms[track]}
        assert sections["pledge_result"].prefill == ("pledge", "check_ins")
        assert sections["remedied"].prefill == ("shortcomings",)
    assert {"leadership", "responsibility", "example"} <= {one.code for one in policy_of(year).forms[LEADER]}


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2028])
def test_the_steps_of_a_year_are_in_order_and_each_is_due_before_it_closes(year):
    steps = steps_of(policy_of(year), year)
    assert [step.opens for step in steps] == sorted(step.opens for step in steps)
    assert {step.key for step in steps} >= {
        "pledge",
        "self_criticism",
        "appraisal",
        *(f"check_in-{m}" for m in range(1, 13)),
    }
    for step in steps:
        assert step.opens < step.due <= step.closes
        assert all(step.opens <= day <= step.due for day in step.remind_on)


def test_no_month_is_due_before_the_pledge_is():
    steps = {step.key: step for step in steps_of(policy_of(2026), 2026)}
    assert all(steps[f"check_in-{month}"].due > steps["pledge"].due for month in range(1, 13))


def test_an_amended_due_date_moves_the_reminders_and_never_past_the_opening():
    later = StepChange(stage=Stage.PLEDGE, due=date(2026, 4, 30))
    pledge = next(step for step in steps_of(policy_of(2026), 2026, (later,)) if step.stage is Stage.PLEDGE)
    assert (pledge.due, pledge.closes) == (date(2026, 4, 30), date(2026, 5, 30))
    assert pledge.remind_on == (date(2026, 4, 16), date(2026, 4, 27))
    soon = StepChange(stage=Stage.PLEDGE, opens=date(2026, 3, 1), due=date(2026, 3, 10))
    pledge = next(step for step in steps_of(policy_of(2026), 2026, (soon,)) if step.stage is Stage.PLEDGE)
    assert pledge.remind_on == (date(2026, 3, 7),)


# -- the vote


@pytest.mark.parametrize(
    ("votes", "eligible", "passed"),
    [
        ({E: 6, G: 4}, 10, E),
        ({E: 5, G: 5}, 10, G),
        ({E: 4, G: 5, C: 1}, 10, G),
        ({E: 1, G: 2, C: 7}, 10, C),
        ({N: 6, G: 4}, 10, N),
        ({E: 5}, 10, None),
        ({}, 3, None),
    ],
)
def test_a_level_passes_with_more_than_half_of_the_eligible_and_a_higher_vote_counts_for_it(votes, eligible, passed):
    assert policy_of(2026).vote.passed(votes, eligible) is passed


@pytest.mark.parametrize(("present", "eligible", "enough"), [(2, 3, True), (6, 10, False), (7, 10, True), (1, 1, True)])
def test_two_thirds_are_a_quorum(present, eligible, enough):
    assert policy_of(2026).vote.enough_present(present, eligible) is enough
