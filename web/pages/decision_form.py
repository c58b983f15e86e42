"""The committee's decision on a level as it is being written, and the commands it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.cycle.commands import CorrectAppraisal, DecideAppraisal
from events.cycle.facts import AppraisalCorrected, AppraisalDecided
from events.cycle.setting import Setting
from events.cycle.state import AppraisalState, Cycle
from events.cycle.values import AppliedCondition, Assessment
from events.errors import Invalid
from events.level import level_by_rule, recalled
from events.policy import Level
from web.drafts import Fields

MOST_SHORTCOMINGS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class AppliedForm:
    """A recalled condition: whether the committee applies it, and why."""

    condition: str
    ticked: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionForm:
    """The form's texts."""

    level: str
    reason: str
    decision_no: str
    applied: Sequence[AppliedForm]
    shortcomings: Sequence[str]

    @property
    def applying(self) -> tuple[AppliedCondition, ...]:
        """The conditions the committee applies, in the order of the form."""
        return tuple(AppliedCondition(condition=one.condition, reason=one.reason) for one in self.applied if one.ticked)


def appliable(setting: Setting, assessment: Assessment) -> tuple[str, ...]:
    """The recalled conditions that the facts do not meet: those a committee may apply by a decision of its own."""
    known = recalled(setting.policy, setting.membership.track)
    _, stopped = level_by_rule(
        setting.policy,
        setting.membership.track,
        assessment,
        [AppliedCondition(condition=one, reason="") for one in known],
    )
    _, as_is = level_by_rule(setting.policy, setting.membership.track, assessment)
    return tuple(dict.fromkeys(one.condition for one in (*as_is, *stopped) if one.condition in known))


def read_decision(fields: Fields | None, cycle: Cycle, setting: Setting) -> DecisionForm:
    """The form as posted or drafted, else as decided before (for a correction), else with the cell's proposal chosen."""
    vote = cycle.appraisal.vote
    codes = appliable(setting, vote.assessment) if vote else ()
    if fields is None:
        return _unwritten(cycle, setting, codes)

    def one(name: str) -> str:
        return (fields.get(name) or [""])[-1]

    lines = [one(f"shortcomings.{index}") for index in range(MOST_SHORTCOMINGS) if f"shortcomings.{index}" in fields]
    return DecisionForm(
        level=one("level"),
        reason=one("reason"),
        decision_no=one("decision_no"),
        applied=[
            AppliedForm(condition=code, ticked=bool(one(f"apply.{code}")), reason=one(f"apply.{code}.reason"))
            for code in codes
        ],
        shortcomings=lines or [""],
    )


def _unwritten(cycle: Cycle, setting: Setting, codes: Sequence[str]) -> DecisionForm:
    vote, before = cycle.appraisal.vote, cycle.appraisal.decision
    if before is not None:
        held = {one.condition: one.reason for one in before.applied}
        return DecisionForm(
            level=before.level.value,
            reason="",
            decision_no="",
            applied=[AppliedForm(condition=code, ticked=code in held, reason=held.get(code, "")) for code in codes],
            shortcomings=[one.text for one in before.shortcomings] or [""],
        )
    by_rule = (
        level_by_rule(setting.policy, setting.membership.track, vote.assessment)[0] if vote else Level.NOT_COMPLETED
    )
    level = min(vote.proposed, by_rule, key=lambda one: one.rank) if vote else None
    return DecisionForm(
        level=level.value if level else "",
        reason="",
        decision_no="",
        applied=[AppliedForm(condition=code, ticked=False, reason="") for code in codes],
        shortcomings=[""],
    )


def decision_command(
    form: DecisionForm, cycle: Cycle, setting: Setting, *, number: int, command_id: str, at: datetime
) -> DecideAppraisal | CorrectAppraisal:
    """The command the form becomes. Invalid `appraisal.level_missing`."""
    if form.level not in set(Level):
        raise Invalid("appraisal.level_missing", field="level")
    lines = tuple(line for line in form.shortcomings if line.strip())
    if cycle.appraisal.state is AppraisalState.DECIDED:
        return CorrectAppraisal(
            id=command_id,
            by=setting.actor,
            at=at,
            level=Level(form.level),
            applied=form.applying,
            reason=form.reason,
            shortcomings=lines,
            decision_no=form.decision_no,
        )
    return DecideAppraisal(
        id=command_id,
        by=setting.actor,
        at=at,
        round=number,
        level=Level(form.level),
        applied=form.applying,
        reason=form.reason,
        shortcomings=lines,
        decision_no=form.decision_no,
    )


def placed(refused: Invalid, form: DecisionForm) -> Invalid:
    """The same refusal with the fields of this form: applied conditions by their code, shortcomings by their line."""
    ticked = [one.condition for one in form.applied if one.ticked]
    lines = [index for index, line in enumerate(form.shortcomings) if line.strip()]

    def moved(one: Invalid) -> Invalid:
        kind, _, rest = (one.field or "").partition(".")
        index, _, name = rest.partition(".")
        field = one.field
        if kind == "applied" and index.isdecimal():
            field = f"apply.{ticked[int(index)]}" + (f".{name}" if name else "")
        elif kind == "shortcomings" and index.isdecimal():
            field = f"shortcomings.{lines[int(index)]}"
        return Invalid(one.code, field=field, **one.facts)

    first, *others = (moved(one) for one in refused.all)
    return Invalid(first.code, field=first.field, also=tuple(others), **first.facts)


def reasons(decision: AppraisalDecided | AppraisalCorrected) -> str:
    """Every reason the decision gives, as one text."""
    return "\n\n".join(text for text in (decision.reason, *(one.reason for one in decision.applied)) if text)
