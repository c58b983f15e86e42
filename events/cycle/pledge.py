"""The pledge: submitted, withdrawn until a reviewer opens it, returned with points, submitted again with answers, approved."""

from dataclasses import replace
from datetime import timedelta

from events.cycle.commands import ApprovePledge, OpenPledgeForReview, ReturnPledge, SubmitPledge, WithdrawPledge
from events.cycle.facts import (
    PledgeApproved,
    PledgeOpenedForReview,
    PledgeReturned,
    PledgeSubmitted,
    PledgeWithdrawn,
)
from events.cycle.review import (
    answer_faults,
    held_on_faults,
    late,
    numbered,
    point_faults,
    require_running,
    require_under_review,
    text_faults,
    tidy,
    tidy_answers,
)
from events.cycle.setting import Setting
from events.cycle.state import Cycle, Pledge, Review
from events.cycle.values import CarriedAnswer, Job, StandardPledge
from events.errors import Conflict, Invalid, refuse_all
from events.policy import Stage

SECTIONS = ("jobs", "exemplary", "standards", "carried")
"""Parts of the pledge that a point of a return can be tied to."""


def submit_pledge(cycle: Cycle, command: SubmitPledge, setting: Setting) -> list[object]:
    """Three mandatory contents and an answer to every shortcoming carried in; after the due date it still counts, marked late.

    `[]` when exactly this is waiting or approved. Conflict `pledge.not_open`, `pledge.submitted`, `pledge.approved`.
    A pledge that answers a return stays as late as it was, and is late when the answer's own date has passed.
    Source: practices S3-S5, S12; regulations.md 2.3.
    """
    setting.require_self()
    require_running(cycle, setting)
    opening = setting.opening(Stage.PLEDGE)
    if opening is None:
        raise Conflict("pledge.not_open")
    pledge = cycle.pledge
    jobs, standards, carried = _jobs(command), _standards(command), _carried(command, setting)
    if pledge.submitted is not None and pledge.state not in (Review.NONE, Review.RETURNED):
        before = pledge.submitted
        if (jobs, tidy(command.exemplary), standards, carried) == (
            before.jobs,
            before.exemplary,
            before.standards,
            before.carried,
        ):
            return []
        raise Conflict("pledge.approved" if pledge.state is Review.APPROVED else "pledge.submitted")
    refuse_all(
        [
            *_job_faults(command, setting),
            *text_faults(command.exemplary, "exemplary"),
            *_standard_faults(command, setting),
            *_carried_faults(command, setting),
            *answer_faults(pledge.points, command.answers),
            *held_on_faults(command.held_on, setting),
        ]
    )
    return [
        PledgeSubmitted(
            jobs=jobs,
            exemplary=tidy(command.exemplary),
            standards=standards,
            carried=carried,
            answers=tidy_answers(command.answers),
            round=pledge.round + 1,
            late=late(pledge, command.held_on or setting.on, cycle.due(opening)),
            review_due=setting.on + timedelta(days=setting.policy.review.review_days),
        )
    ]


def withdraw_pledge(cycle: Cycle, _: WithdrawPledge, setting: Setting) -> list[object]:
    """Only while nobody has opened it: Conflict `pledge.opened`, `pledge.approved`, `pledge.not_submitted`."""
    setting.require_self()
    require_running(cycle, setting)
    match cycle.pledge.state:
        case Review.SUBMITTED:
            return [PledgeWithdrawn()]
        case Review.IN_REVIEW:
            raise Conflict("pledge.opened")
        case Review.APPROVED:
            raise Conflict("pledge.approved")
        case _:
            raise Conflict("pledge.not_submitted")


def open_pledge_for_review(cycle: Cycle, _: OpenPledgeForReview, setting: Setting) -> list[object]:
    """A reviewer begins; `[]` when one has already. Conflict `pledge.not_submitted`."""
    setting.require_reviewer()
    require_running(cycle, setting)
    match cycle.pledge.state:
        case Review.SUBMITTED:
            return [PledgeOpenedForReview()]
        case Review.IN_REVIEW:
            return []
        case _:
            raise Conflict("pledge.not_submitted")


def return_pledge(cycle: Cycle, command: ReturnPledge, setting: Setting) -> list[object]:
    """Back to the member with numbered points and a date for the answer. Conflict `pledge.changed` unless `round` is what waits."""
    setting.require_reviewer()
    require_running(cycle, setting)
    pledge = cycle.pledge
    if pledge.state is Review.RETURNED and (pledge.round, pledge.points) == (command.round, numbered(command.points)):
        return []
    require_under_review(pledge, command.round, "pledge")
    refuse_all(point_faults(command.points, SECTIONS))
    due = setting.on + timedelta(days=setting.policy.review.answer_days)
    return [*_opened(pledge), PledgeReturned(points=numbered(command.points), answer_due=due)]


def approve_pledge(cycle: Cycle, command: ApprovePledge, setting: Setting) -> list[object]:
    """Exactly the submission the reviewer read: Conflict `pledge.changed` for any other; `[]` when it is approved already."""
    setting.require_reviewer()
    require_running(cycle, setting)
    pledge = cycle.pledge
    if pledge.state is Review.APPROVED and pledge.round == command.round:
        return []
    require_under_review(pledge, command.round, "pledge")
    return [*_opened(pledge), PledgeApproved(round=command.round)]


def _opened(pledge: Pledge) -> list[object]:
    """Who returns or approves has opened it: the history says so even when it was one act."""
    return [PledgeOpenedForReview()] if pledge.state is Review.SUBMITTED else []


def _jobs(command: SubmitPledge) -> tuple[Job, ...]:
    return tuple(
        Job(
            id=f"job-{number}",
            title=tidy(job.title),
            duty=tidy(job.duty),
            measure=tidy(job.measure),
            deadline=job.deadline,
            product=tidy(job.product),
        )
        for number, job in enumerate(command.jobs, 1)
    )


def _job_faults(command: SubmitPledge, setting: Setting) -> list[Invalid]:
    rules = setting.policy.pledge
    faults: list[Invalid] = []
    if not rules.min_jobs <= len(command.jobs) <= rules.max_jobs:
        faults.append(Invalid("pledge.job_count", field="jobs", min=rules.min_jobs, max=rules.max_jobs))
    for index, job in enumerate(command.jobs):
        at = f"jobs.{index}"
        faults += text_faults(job.title, f"{at}.title")
        faults += text_faults(job.duty, f"{at}.duty")
        faults += text_faults(job.measure, f"{at}.measure")
        if job.deadline.year != setting.year:
            faults.append(Invalid("pledge.outside_year", field=f"{at}.deadline", year=setting.year))
        faults += text_faults(job.product, f"{at}.product")
    return faults


def _standards(command: SubmitPledge) -> tuple[StandardPledge, ...]:
    return tuple(replace(standard, how=tidy(standard.how)) for standard in command.standards)


def _standard_faults(command: SubmitPledge, setting: Setting) -> list[Invalid]:
    rules = setting.policy.pledge
    faults: list[Invalid] = []
    if not rules.min_standards <= len(command.standards) <= rules.max_standards:
        faults.append(
            Invalid("pledge.standard_count", field="standards", min=rules.min_standards, max=rules.max_standards)
        )
    seen: set[str] = set()
    for index, standard in enumerate(command.standards):
        if standard.code not in rules.standards:
            faults.append(Invalid("pledge.unknown_standard", field=f"standards.{index}.code"))
        if standard.code in seen:
            faults.append(Invalid("pledge.standard_twice", field=f"standards.{index}.code"))
        seen.add(standard.code)
        faults += text_faults(standard.how, f"standards.{index}.how")
    return faults


def _carried(command: SubmitPledge, setting: Setting) -> tuple[CarriedAnswer, ...]:
    """The answers in the order of the setting's shortcomings, each with the text on record, never the client's."""
    given = {answer.shortcoming: answer for answer in command.carried}
    kept: list[CarriedAnswer] = []
    for shortcoming in setting.carried:
        answer = given.get(shortcoming.id)
        if answer is None:
            continue
        if answer.dropped:
            said = CarriedAnswer(
                shortcoming=shortcoming.id, text=shortcoming.text, dropped=True, reason=tidy(answer.reason)
            )
        else:
            said = CarriedAnswer(
                shortcoming=shortcoming.id,
                text=shortcoming.text,
                plan=tidy(answer.plan),
                remedy_by=answer.remedy_by,
            )
        kept.append(said)
    return tuple(kept)


def _carried_faults(command: SubmitPledge, setting: Setting) -> list[Invalid]:
    faults: list[Invalid] = []
    given = {answer.shortcoming: answer for answer in command.carried}
    for index, shortcoming in enumerate(setting.carried):
        at, answer = f"carried.{index}", given.get(shortcoming.id)
        if answer is None:
            faults.append(Invalid("pledge.carried_missing", field=f"{at}.plan", shortcoming=shortcoming.id))
        elif answer.dropped:
            faults += text_faults(answer.reason, f"{at}.reason")
        else:
            faults += text_faults(answer.plan, f"{at}.plan")
            if answer.remedy_by is None:
                faults.append(Invalid("date.missing", field=f"{at}.remedy_by"))
            elif answer.remedy_by.year != setting.year:
                faults.append(Invalid("pledge.outside_year", field=f"{at}.remedy_by", year=setting.year))
    if len(given) != len(command.carried) or given.keys() - {shortcoming.id for shortcoming in setting.carried}:
        faults.append(Invalid("pledge.unknown_shortcoming", field="carried"))
    return faults
