"""The self-criticism: submitted, criticised by comrades and answered, presented before the cell, returned or accepted."""

from datetime import date, timedelta

from events.cycle.commands import (
    AcceptSelfCriticism,
    OpenSelfCriticismForReview,
    RecordPresentation,
    ReturnSelfCriticism,
    SubmitSelfCriticism,
    WithdrawSelfCriticism,
)
from events.cycle.facts import (
    SelfCriticismAccepted,
    SelfCriticismOpenedForReview,
    SelfCriticismPresented,
    SelfCriticismReturned,
    SelfCriticismSubmitted,
    SelfCriticismWithdrawn,
)
from events.cycle.review import (
    answer_faults,
    held_on_faults,
    late,
    numbered,
    point_faults,
    require_running,
    require_under_review,
    shortcoming_faults,
    shortcomings_named,
    text_faults,
    tidy,
    tidy_answers,
)
from events.cycle.setting import Setting
from events.cycle.state import Cycle, Review, SelfCriticism
from events.cycle.values import RemedyReport, SectionText
from events.errors import Conflict, Invalid, refuse_all
from events.policy import FormSection, Stage

POINTS = (("points_common", "common"), ("points_results", "results"))
"""The two groups of points since 2025: the form's field, and the policy's name of the group."""


def form_of(setting: Setting) -> tuple[FormSection, ...]:
    """The sections of the form for the member's track; Conflict `self_criticism.no_form` when the policy has none for it."""
    sections = setting.policy.forms.get(setting.membership.track.value, ())
    if not sections:
        raise Conflict("self_criticism.no_form", track=setting.membership.track.value)
    return sections


def submit_self_criticism(cycle: Cycle, command: SubmitSelfCriticism, setting: Setting) -> list[object]:
    """The form of the member's track, a report on each shortcoming carried in, and the level they name; late still counts, marked.

    `[]` when exactly this is waiting or accepted. Conflict `self_criticism.not_open`, `.no_pledge`, `.no_form`, `.submitted`, `.accepted`.
    Source: practices S11-S13; regulations.md 2.2.
    """
    setting.require_self()
    require_running(cycle, setting)
    opening = setting.opening(Stage.SELF_CRITICISM)
    if opening is None:
        raise Conflict("self_criticism.not_open")
    if cycle.pledge.state is not Review.APPROVED:
        raise Conflict("self_criticism.no_pledge")
    form, text = form_of(setting), cycle.self_criticism
    sections, remedies, points = _sections(form, command), _remedies(cycle, command), _points(command, setting)
    if text.submitted is not None and text.state not in (Review.NONE, Review.RETURNED):
        before = text.submitted
        if (sections, remedies, command.self_rating, points) == (
            before.sections,
            before.remedies,
            before.self_rating,
            (before.points_common, before.points_results),
        ):
            return []
        raise Conflict("self_criticism.accepted" if text.state is Review.APPROVED else "self_criticism.submitted")
    refuse_all(
        [
            *_section_faults(form, command),
            *_remedy_faults(cycle, command),
            *_points_faults(command, setting),
            *answer_faults(text.points, command.answers),
            *held_on_faults(command.held_on, setting),
        ]
    )
    return [
        SelfCriticismSubmitted(
            sections=sections,
            remedies=remedies,
            self_rating=command.self_rating,
            points_common=points[0],
            points_results=points[1],
            answers=tidy_answers(command.answers),
            round=text.round + 1,
            late=late(text, command.held_on or setting.on, cycle.due(opening)),
            review_due=setting.on + timedelta(days=setting.policy.review.review_days),
        )
    ]


def withdraw_self_criticism(cycle: Cycle, _: WithdrawSelfCriticism, setting: Setting) -> list[object]:
    """Only while nobody has opened or criticised it: Conflict `self_criticism.opened`, `.criticised`, `.accepted`, `.not_submitted`."""
    setting.require_self()
    require_running(cycle, setting)
    match cycle.self_criticism.state:
        case Review.SUBMITTED:
            if cycle.self_criticism.criticisms:
                raise Conflict("self_criticism.criticised")
            return [SelfCriticismWithdrawn()]
        case Review.IN_REVIEW:
            raise Conflict("self_criticism.opened")
        case Review.APPROVED:
            raise Conflict("self_criticism.accepted")
        case _:
            raise Conflict("self_criticism.not_submitted")


def open_self_criticism_for_review(cycle: Cycle, _: OpenSelfCriticismForReview, setting: Setting) -> list[object]:
    """A reviewer begins; `[]` when one has already. Conflict `self_criticism.not_submitted`."""
    setting.require_reviewer()
    require_running(cycle, setting)
    match cycle.self_criticism.state:
        case Review.SUBMITTED:
            return [SelfCriticismOpenedForReview()]
        case Review.IN_REVIEW:
            return []
        case _:
            raise Conflict("self_criticism.not_submitted")


def record_presentation(cycle: Cycle, command: RecordPresentation, setting: Setting) -> list[object]:
    """That it was presented before the cell, on a day since the stage opened; told again, the record is corrected.

    Conflict `self_criticism.not_submitted`, `.accepted`; Invalid `held_on.future`, `held_on.before_opening`. Source: practice S11.
    """
    setting.require_reviewer()
    require_running(cycle, setting)
    text = cycle.self_criticism
    if text.state is Review.NONE:
        raise Conflict("self_criticism.not_submitted")
    presented = SelfCriticismPresented(held_on=command.held_on, basis=tidy(command.basis))
    if text.presented == presented:
        return []
    if text.state is Review.APPROVED:
        raise Conflict("self_criticism.accepted")
    refuse_all([*_meeting_faults(command.held_on, setting), *text_faults(command.basis, "basis")])
    return [*_opened(text), presented]


def return_self_criticism(cycle: Cycle, command: ReturnSelfCriticism, setting: Setting) -> list[object]:
    """Back with numbered points and a date for the answer. Conflict `self_criticism.changed` unless `round` is what waits."""
    setting.require_reviewer()
    require_running(cycle, setting)
    text, points = cycle.self_criticism, numbered(command.points)
    if text.state is Review.RETURNED and (text.round, text.points) == (command.round, points):
        return []
    require_under_review(text, command.round, "self_criticism")
    sections = {"remedies", "self_rating", *(section.code for section in form_of(setting))}
    refuse_all(point_faults(command.points, sections))
    due = setting.on + timedelta(days=setting.policy.review.answer_days)
    return [*_opened(text), SelfCriticismReturned(points=points, answer_due=due)]


def accept_self_criticism(cycle: Cycle, command: AcceptSelfCriticism, setting: Setting) -> list[object]:
    """With the committee's remark and the shortcomings it names (S12), once presented and every criticism answered.

    `[]` when it is accepted already. Conflict `self_criticism.changed`, `.not_presented`, `.unanswered`.
    """
    setting.require_reviewer()
    require_running(cycle, setting)
    text = cycle.self_criticism
    if text.state is Review.APPROVED and text.round == command.round:
        return []
    require_under_review(text, command.round, "self_criticism")
    if text.presented is None:
        raise Conflict("self_criticism.not_presented")
    unanswered = sum(not criticism.answer for criticism in text.criticisms)
    if unanswered:
        raise Conflict("self_criticism.unanswered", count=unanswered)
    refuse_all([*text_faults(command.remark, "remark"), *shortcoming_faults(command.shortcomings)])
    return [
        *_opened(text),
        SelfCriticismAccepted(
            round=command.round,
            remark=tidy(command.remark),
            shortcomings=shortcomings_named(setting.year, command.shortcomings, after=len(cycle.named)),
        ),
    ]


def _opened(text: SelfCriticism) -> list[object]:
    """Who presents, returns or accepts has opened it: the history says so even when it was one act."""
    return [SelfCriticismOpenedForReview()] if text.state is Review.SUBMITTED else []


def _meeting_faults(held_on: date, setting: Setting) -> list[Invalid]:
    opening = setting.opening(Stage.SELF_CRITICISM)
    if held_on > setting.on:
        return [Invalid("held_on.future", field="held_on")]
    if opening is not None and held_on < opening.opened_on:
        return [Invalid("held_on.before_opening", field="held_on", opened_on=opening.opened_on)]
    return []


def _sections(form: tuple[FormSection, ...], command: SubmitSelfCriticism) -> tuple[SectionText, ...]:
    """What was written, in the order of the form; an optional section left empty is left out, a grade is kept only where asked."""
    given = {section.code: section for section in command.sections}
    return tuple(
        SectionText(
            code=rule.code, text=tidy(given[rule.code].text), grade=given[rule.code].grade if rule.graded else None
        )
        for rule in form
        if rule.code in given and given[rule.code].text.strip()
    )


def _section_faults(form: tuple[FormSection, ...], command: SubmitSelfCriticism) -> list[Invalid]:
    given = {section.code: section for section in command.sections}
    faults: list[Invalid] = []
    for index, rule in enumerate(form):
        at, section = f"sections.{index}", given.get(rule.code)
        if section is None or not section.text.strip():
            if rule.required:
                faults.append(Invalid("text.missing", field=f"{at}.text"))
            continue
        faults += text_faults(section.text, f"{at}.text")
        if rule.graded and section.grade is None:
            faults.append(Invalid("self_criticism.grade_missing", field=f"{at}.grade"))
    if len(given) != len(command.sections) or given.keys() - {rule.code for rule in form}:
        faults.append(Invalid("self_criticism.unknown_section", field="sections"))
    return faults


def _remedies(cycle: Cycle, command: SubmitSelfCriticism) -> tuple[RemedyReport, ...]:
    given = {remedy.shortcoming: remedy for remedy in command.remedies}
    return tuple(given[debt.id] for debt in cycle.pledge.debts if debt.id in given)


def _remedy_faults(cycle: Cycle, command: SubmitSelfCriticism) -> list[Invalid]:
    given = {remedy.shortcoming for remedy in command.remedies}
    owed = [debt.id for debt in cycle.pledge.debts]
    faults = [
        Invalid("self_criticism.remedy_missing", field=f"remedies.{index}.remedied", shortcoming=name)
        for index, name in enumerate(owed)
        if name not in given
    ]
    if len(given) != len(command.remedies) or given - set(owed):
        faults.append(Invalid("self_criticism.unknown_shortcoming", field="remedies"))
    return faults


def _points(command: SubmitSelfCriticism, setting: Setting) -> tuple[int | None, int | None]:
    """The points a member names for themselves; none in the regimes graded in four grades."""
    return (command.points_common, command.points_results) if setting.policy.scale == "points100" else (None, None)


def _points_faults(command: SubmitSelfCriticism, setting: Setting) -> list[Invalid]:
    if setting.policy.scale != "points100":
        return []
    faults: list[Invalid] = []
    for (field, group), points in zip(POINTS, (command.points_common, command.points_results), strict=True):
        most = setting.policy.points_max[group]
        if points is None:
            faults.append(Invalid("points.not_given", field=field))
        elif not 0 <= points <= most:
            faults.append(Invalid("points.range", field=field, min=0, max=most))
    return faults
