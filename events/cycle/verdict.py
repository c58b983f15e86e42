"""What a decision on a level comes to: the rule's level, what stopped the higher ones, and the fields both decisions share."""

from datetime import date, timedelta
from typing import TypedDict

from events.cycle.commands import CorrectAppraisal, DecideAppraisal
from events.cycle.facts import AppraisalCorrected, AppraisalDecided
from events.cycle.review import number_faults, shortcoming_faults, shortcomings_named, text_faults, tidy
from events.cycle.setting import Setting
from events.cycle.state import Cycle
from events.cycle.values import AppliedCondition, Assessment, Shortcoming, Stop
from events.errors import Invalid
from events.level import level_by_rule, recalled
from events.policy import Level


class VerdictFields(TypedDict):
    """The fields of `AppraisalDecided` and `AppraisalCorrected`."""

    unit: str
    level: Level
    by_rule: Level
    stopped: tuple[Stop, ...]
    applied: tuple[AppliedCondition, ...]
    reason: str
    shortcomings: tuple[Shortcoming, ...]
    decision_no: str
    acknowledge_by: date


def verdict(
    cycle: Cycle, command: DecideAppraisal | CorrectAppraisal, setting: Setting, assessment: Assessment
) -> VerdictFields:
    """What the decision says, on the assessment of the vote in force."""
    applied = tuple(AppliedCondition(condition=one.condition, reason=tidy(one.reason)) for one in command.applied)
    by_rule, stopped = level_by_rule(setting.policy, setting.membership.track, assessment, applied)
    accepted = cycle.self_criticism.accepted
    return VerdictFields(
        unit=setting.deciding_unit(),
        level=command.level,
        by_rule=by_rule,
        stopped=stopped,
        applied=applied,
        reason=tidy(command.reason),
        shortcomings=shortcomings_named(
            setting.year, command.shortcomings, after=len(accepted.shortcomings) if accepted else 0
        ),
        decision_no=tidy(command.decision_no),
        acknowledge_by=setting.on + timedelta(days=setting.policy.review.petition_days),
    )


def verdict_faults(
    fields: VerdictFields, command: DecideAppraisal | CorrectAppraisal, setting: Setting
) -> list[Invalid]:
    """Level within the rule, applied conditions ones that may be, a number for the decision, shortcomings with a text."""
    faults: list[Invalid] = []
    may_apply = recalled(setting.policy, setting.membership.track)
    for index, one in enumerate(command.applied):
        if one.condition not in may_apply:
            faults.append(Invalid("appraisal.applied_unknown", field=f"applied.{index}", condition=one.condition))
        faults += text_faults(one.reason, f"applied.{index}.reason")
    if fields["level"].rank > fields["by_rule"].rank:
        stopping = [
            stop.condition for stop in fields["stopped"] if stop.counted and stop.level.rank <= fields["level"].rank
        ]
        faults.append(
            Invalid(
                "appraisal.level_above_rule",
                field="level",
                by_rule=fields["by_rule"].value,
                stopped=sorted(set(stopping), key=stopping.index),
            )
        )
    faults += number_faults(command.decision_no, "decision_no")
    faults += shortcoming_faults(command.shortcomings)
    return faults


def says_the_same(before: AppraisalDecided | AppraisalCorrected, fields: VerdictFields) -> bool:
    """Whether a decision in force already says this, whatever its reason and its window."""
    return all(
        getattr(before, name) == fields[name]
        for name in ("unit", "level", "by_rule", "applied", "shortcomings", "decision_no")
    )
