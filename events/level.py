"""Which level a year's facts allow under the published rules, and what keeps it from each higher one."""

from collections.abc import Iterable
from typing import assert_never

from events.cycle.values import AppliedCondition, Assessment, Grade, Stop
from events.policy import Condition, Confidence, Disqualifier, Level, Policy


def level_by_rule(
    policy: Policy, track: str, assessment: Assessment, applied: Iterable[AppliedCondition] = ()
) -> tuple[Level, tuple[Stop, ...]]:
    """The highest level whose conditions ALL hold, and what stopped each level above it (regulations.md 1.2).

    An established disqualifying fact stops every level but NOT_COMPLETED. A condition or fact that the policy marks as
    recalled is listed with `counted=False` and stops nothing, unless the committee has applied it.
    """
    counting = {one.condition for one in applied}
    stopped: list[Stop] = []
    for level in Level:
        if level is Level.NOT_COMPLETED:
            return level, tuple(stopped)
        failing: list[Condition | Disqualifier] = [*_established(policy, track, assessment)]
        failing += [rule for rule in policy.conditions_of(level, track) if not holds(rule, assessment)]
        stops = [Stop(level=level, condition=rule.code, counted=_counts(rule, counting)) for rule in failing]
        stopped += stops
        if not any(stop.counted for stop in stops):
            return level, tuple(stopped)
    raise AssertionError("the lowest level has no conditions")


def recalled(policy: Policy, track: str) -> frozenset[str]:
    """Codes of the conditions and facts that a committee may apply by a decision of its own."""
    rules: list[Condition | Disqualifier] = [*policy.disqualifiers_of(track)]
    for level in Level:
        rules += policy.conditions_of(level, track)
    return frozenset(rule.code for rule in rules if rule.confidence is Confidence.RECALLED)


def holds(condition: Condition, assessment: Assessment) -> bool:
    """Whether the facts meet one condition. Points that are missing do not; a professional level that nobody gave does."""
    match condition.measure:
        case "points":
            if assessment.points_common is None or assessment.points_results is None:
                return False
            return _within(condition, assessment.points_common + assessment.points_results)
        case "tasks_done_pct":
            return _within(condition, assessment.tasks_done_pct)
        case "above_requirement_pct":
            return _within(condition, assessment.above_requirement_pct)
        case "late_pct":
            return _within(condition, assessment.late_pct)
        case "unremedied":
            return _within(condition, len(assessment.unremedied))
        case "professional_level":
            given, wanted = assessment.professional_level, condition.level_at_least
            return given is None or wanted is None or given.rank >= wanted.rank
        case "grades":
            return _graded(condition, assessment)
        case unknown:
            raise ValueError(f"the policy asks for a measure that is not known: {unknown}")


def _within(condition: Condition, value: int) -> bool:
    return (condition.at_least is None or value >= condition.at_least) and (
        condition.at_most is None or value <= condition.at_most
    )


def _graded(condition: Condition, assessment: Assessment) -> bool:
    grades = dict(assessment.grades)
    order, wanted = list(Grade), Grade(condition.grade_at_least or Grade.POOR)
    sections = condition.sections or tuple(grades)
    return bool(sections) and all(
        section in grades and order.index(grades[section]) <= order.index(wanted) for section in sections
    )


def _established(policy: Policy, track: str, assessment: Assessment) -> tuple[Disqualifier, ...]:
    facts = {*assessment.disqualifying, *(("disciplined",) if assessment.disciplined else ())}
    return tuple(rule for rule in policy.disqualifiers_of(track) if rule.code in facts)


def _counts(rule: Condition | Disqualifier, applied: set[str]) -> bool:
    match rule.confidence:
        case Confidence.FOUND | Confidence.SECONDARY:
            return True
        case Confidence.RECALLED:
            return rule.code in applied
        case _:
            assert_never(rule.confidence)
