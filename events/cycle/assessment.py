"""Whether a counted vote and the facts beside it can be so: the arithmetic of the ballot, points and percents within their bounds."""

from collections import Counter

from events.cycle.commands import CorrectVote, RecordVote
from events.cycle.review import text_faults
from events.cycle.setting import Setting
from events.cycle.state import Cycle
from events.errors import Invalid

MOST_PCT = 1000
"""By how many percent a requirement can be exceeded at most; more is a slip of the keys."""


def vote_faults(cycle: Cycle, command: RecordVote | CorrectVote, setting: Setting) -> list[Invalid]:
    """The counts first; what passed is only looked at once they add up."""
    return [
        *_held_on_faults(cycle, command, setting),
        *(_count_faults(command, setting) or _proposal_faults(command, setting)),
        *assessment_faults(command, setting),
        *(text_faults(command.remark, "remark") if command.remark else []),
        *(text_faults(command.minority_note, "minority_note") if command.minority_note else []),
    ]


def _held_on_faults(cycle: Cycle, command: RecordVote | CorrectVote, setting: Setting) -> list[Invalid]:
    presented = cycle.self_criticism.presented
    if command.held_on > setting.on:
        return [Invalid("held_on.future", field="held_on")]
    if presented is not None and command.held_on < presented.held_on:
        return [Invalid("appraisal.before_presentation", field="held_on", held_on=presented.held_on)]
    return []


def _count_faults(command: RecordVote | CorrectVote, setting: Setting) -> list[Invalid]:
    levels, votes = Counter(one.level for one in command.votes), [one.votes for one in command.votes]
    if command.eligible < 1:
        return [Invalid("appraisal.nobody_eligible", field="eligible")]
    if not 0 <= command.present <= command.eligible:
        return [Invalid("appraisal.more_present_than_eligible", field="present", eligible=command.eligible)]
    if not setting.policy.vote.enough_present(command.present, command.eligible):
        least = -(-setting.policy.vote.quorum_pct * command.eligible // 100)
        return [Invalid("appraisal.no_quorum", field="present", least=least, pct=setting.policy.vote.quorum_pct)]
    if any(number > 1 for number in levels.values()):
        return [Invalid("appraisal.level_twice", field="votes")]
    if command.blank < 0 or any(number < 0 for number in votes):
        return [Invalid("appraisal.votes_negative", field="votes")]
    if sum(votes) + command.blank != command.present:
        counted = sum(votes) + command.blank
        return [Invalid("appraisal.votes_do_not_add_up", field="votes", counted=counted, present=command.present)]
    return []


def _proposal_faults(command: RecordVote | CorrectVote, setting: Setting) -> list[Invalid]:
    """The cell proposes what passed; a lower level only with a remark that says why."""
    rules = setting.policy.vote
    passed = rules.passed({one.level: one.votes for one in command.votes}, command.eligible)
    needed = rules.pass_over_pct * command.eligible // 100 + 1
    if passed is None:
        return [Invalid("appraisal.nothing_passed", field="votes", needed=needed)]
    if command.proposed.rank > passed.rank:
        return [Invalid("appraisal.proposed_not_passed", field="proposed", passed=passed.value, needed=needed)]
    if command.proposed.rank < passed.rank and not command.remark.strip():
        return [Invalid("appraisal.lower_without_remark", field="remark", passed=passed.value)]
    return []


def assessment_faults(command: RecordVote | CorrectVote, setting: Setting) -> list[Invalid]:
    """Points or grades as the policy's scale asks, percents within bounds, only facts and shortcomings that are known."""
    found, policy = command.assessment, setting.policy
    faults: list[Invalid] = []
    for name, value in (("points_common", found.points_common), ("points_results", found.points_results)):
        most = policy.points_max.get(name.removeprefix("points_"))
        if policy.scale == "points100" and value is None:
            faults.append(Invalid("assessment.points_missing", field=name, max=most))
        elif value is not None and not 0 <= value <= (most or 0):
            faults.append(Invalid("assessment.points_out_of_range", field=name, max=most or 0))
    for name, value, most in (
        ("tasks_done_pct", found.tasks_done_pct, 100),
        ("late_pct", found.late_pct, 100),
        ("above_requirement_pct", found.above_requirement_pct, MOST_PCT),
    ):
        if not 0 <= value <= most:
            faults.append(Invalid("assessment.percent_out_of_range", field=name, max=most))
    known = {rule.code for rule in policy.disqualifiers_of(setting.membership.track)}
    if unknown := set(found.disqualifying) - known:
        faults.append(Invalid("assessment.unknown_fact", field="disqualifying", codes=sorted(unknown)))
    if set(found.unremedied) - {shortcoming.id for shortcoming in setting.carried}:
        faults.append(Invalid("assessment.unknown_shortcoming", field="unremedied"))
    if policy.scale == "grades4":
        given = {section for section, _ in found.grades}
        faults += [
            Invalid("assessment.grade_missing", field=f"grades.{section.code}")
            for section in policy.forms[setting.membership.track]
            if section.graded and section.code not in given
        ]
    return faults
