"""The typed value of a year's published rules, and pure functions on it. Every number of a rule is read from here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter


class Level(StrEnum):
    """The four levels of the year (regulations.md 1.1)."""

    EXCELLENT = "excellent"
    GOOD = "good"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"

    @property
    def rank(self) -> int:
        """3 for EXCELLENT down to 0 for NOT_COMPLETED."""
        return 3 - list(Level).index(self)


class Stage(StrEnum):
    """A shared stage of the year; `CHECK_IN` comes once for each month."""

    PLEDGE = "pledge"
    CHECK_IN = "check_in"
    SELF_CRITICISM = "self_criticism"
    APPRAISAL = "appraisal"


class Confidence(StrEnum):
    """How well a number of the policy is known; a `RECALLED` condition never lowers a level by itself."""

    FOUND = "found"
    SECONDARY = "secondary"
    RECALLED = "recalled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A shared stage with its local dates: opens and is due on these days, is reminded of on `remind_on`, closes after `closes`."""

    stage: Stage
    month: int | None
    opens: date
    due: date
    remind_on: tuple[date, ...]
    closes: date

    @property
    def key(self) -> str:
        """`pledge`, `check_in-3`."""
        return self.stage.value if self.month is None else f"{self.stage.value}-{self.month}"


@dataclass(frozen=True, kw_only=True, slots=True)
class StepRule:
    """A stage's dates as published: month-day strings; `next_year` moves `due` and `closes` to the following January or later."""

    stage: Stage
    month: int | None = None
    opens: str
    due: str
    due_next_year: bool = False
    closes: str
    closes_next_year: bool = False
    remind_days_before: tuple[int, ...] = (7, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class StepChange:
    """New dates for one stage, as amended by the office; None keeps the date."""

    stage: Stage
    month: int | None = None
    opens: date | None = None
    due: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PledgeRules:
    """How many concrete jobs and standards a pledge has (S4, S5). `standards`: codes of the pick list of the year."""

    min_jobs: int
    max_jobs: int
    min_standards: int
    max_standards: int
    standards: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FormSection:
    """A section of the self-criticism form. `prefill`: any of `pledge`, `check_ins`, `shortcomings`. `graded`: with a grade of four."""

    code: str
    prefill: tuple[str, ...] = ()
    graded: bool = False
    required: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """One condition of a level: `measure` names a fact of the assessment, compared with the one bound that is given.

    `code` is unique within a level and says the same in every level that has it. `measure`: `points` (common and results
    together), `tasks_done_pct`, `above_requirement_pct`, `late_pct`, `unremedied` (how many of last year's shortcomings),
    `professional_level`, `grades` (of `sections`; empty: of every graded section). `tracks`: empty for all.
    """

    code: str
    measure: str
    at_least: int | None = None
    at_most: int | None = None
    grade_at_least: str | None = None
    level_at_least: Level | None = None
    sections: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    confidence: Confidence
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Disqualifier:
    """A fact that makes the year NOT_COMPLETED when it is established. `tracks`: empty for all."""

    code: str
    tracks: tuple[str, ...] = ()
    confidence: Confidence
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where a number of the policy comes from, and how well it is known."""

    basis: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewRules:
    """Days, counted in local dates, that the personal steps of a year have."""

    review_days: int
    answer_days: int
    decision_days: int
    petition_days: int
    remind_days_before: int
    escalate_days_after: int
    grace_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class VoteRules:
    """Who votes and what passes: `pass_over_pct` of the eligible is exceeded, not reached; `quorum_pct` of them must be present."""

    probationary_vote: bool
    exclude_self: bool
    pass_over_pct: int
    quorum_pct: int
    confidence: Confidence

    def enough_present(self, present: int, eligible: int) -> bool:
        """Whether the quorum is reached."""
        return present * 100 >= self.quorum_pct * eligible

    def passed(self, votes: Mapping[Level, int], eligible: int) -> Level | None:
        """The highest level that enough of the eligible found reached: a vote for a level counts for every lower one too."""
        found = 0
        for level in Level:
            found += votes.get(level, 0)
            if found * 100 > self.pass_over_pct * eligible:
                return level
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class AwardRule:
    """A commendation for `years` years of `level` running, the year itself included (`level` None: any decided level).

    `given_by`: `deciding`, the committee that decides the member's level, or `above`, the one over it.
    """

    code: str
    level: Level | None
    years: int
    given_by: str
    confidence: Confidence
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A year's rules. `scale` is `points100` or `grades4`; `conditions` by level, the highest first; `title` of the campaign by language.

    `sources`: by dotted name (`review.answer_days`, `vote`), for the numbers that do not carry their own basis.
    `copied_from`: the year whose file was taken because this year has none; shown wherever the policy is.
    """

    year: int
    basis: tuple[str, ...]
    title: dict[str, str]
    scale: str
    points_max: dict[str, int] = field(default_factory=dict)
    pledge: PledgeRules
    forms: dict[str, tuple[FormSection, ...]]
    conditions: dict[Level, tuple[Condition, ...]]
    disqualifiers: tuple[Disqualifier, ...]
    review: ReviewRules
    vote: VoteRules
    awards: tuple[AwardRule, ...]
    excluded_kinds: tuple[str, ...]
    min_months_admitted: int = 0
    quota: dict[str, Any] = field(default_factory=dict)
    steps: tuple[StepRule, ...]
    sources: dict[str, Source] = field(default_factory=dict)
    copied_from: int | None = None

    def conditions_of(self, level: Level, track: str) -> tuple[Condition, ...]:
        """The level's conditions that concern a track."""
        return tuple(one for one in self.conditions.get(level, ()) if not one.tracks or track in one.tracks)

    def disqualifiers_of(self, track: str) -> tuple[Disqualifier, ...]:
        """The disqualifying facts that concern a track."""
        return tuple(one for one in self.disqualifiers if not one.tracks or track in one.tracks)


_POLICY: TypeAdapter[Policy] = TypeAdapter(Policy)


def policy_from(data: dict[str, Any]) -> Policy:
    """The typed policy of published data; pydantic's ValidationError when the data is not one."""
    return _POLICY.validate_python(data, strict=False)


def policy_data(policy: Policy) -> dict[str, Any]:
    """Plain JSON values of a policy, as published into the log."""
    data: dict[str, Any] = _POLICY.dump_python(policy, mode="json")
    return data


def steps_of(policy: Policy, year: int, *amendments: tuple[StepChange, ...]) -> tuple[Step, ...]:
    """The year's shared steps in order of opening, each amendment applied over the ones before it; reminders fall inside a step."""
    return _steps(policy.steps, year, amendments)


@lru_cache(maxsize=64)  # every decision asks
def _steps(rules: tuple[StepRule, ...], year: int, amendments: tuple[tuple[StepChange, ...], ...]) -> tuple[Step, ...]:
    steps = {(rule.stage, rule.month): _step(rule, year) for rule in rules}
    for changes in amendments:
        for change in changes:
            before = steps.get((change.stage, change.month))
            if before is not None:
                steps[change.stage, change.month] = _amended(before, change)
    return tuple(sorted(steps.values(), key=lambda step: (step.opens, list(Stage).index(step.stage), step.month or 0)))


def _step(rule: StepRule, year: int) -> Step:
    due = _day(rule.due, year + rule.due_next_year)
    return Step(
        stage=rule.stage,
        month=rule.month,
        opens=_day(rule.opens, year),
        due=due,
        remind_on=tuple(due - timedelta(days=days) for days in sorted(rule.remind_days_before, reverse=True)),
        closes=_day(rule.closes, year + rule.closes_next_year),
    )


def _amended(step: Step, change: StepChange) -> Step:
    opens, due = change.opens or step.opens, change.due or step.due
    moved = due - step.due
    return replace(
        step,
        opens=opens,
        due=due,
        remind_on=tuple(day + moved for day in step.remind_on if opens <= day + moved <= due),
        closes=max(step.closes + moved, due),
    )


def reason_not_reviewed(policy: Policy, kind: str, admitted_on: date | None, on: date) -> str | None:
    """Why a member has no review on a local date, for a whole year its last: their kind, `admitted_recently`, or None (regulations.md 1.4)."""
    if kind in policy.excluded_kinds:
        return kind
    start = admitted_on or date.min
    months = (on.year - start.year) * 12 + on.month - start.month - (on.day < start.day)
    return "admitted_recently" if months < policy.min_months_admitted else None


def _day(month_day: str, year: int) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    return date(year, month, day)
