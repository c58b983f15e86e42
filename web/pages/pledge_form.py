"""The pledge as it is being written: posted, drafted or taken from the last submission; and the command it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from events.cycle.commands import SubmitPledge
from events.cycle.facts import PledgeSubmitted
from events.cycle.pledge import submit_pledge
from events.cycle.setting import Setting
from events.cycle.state import Cycle, Review
from events.cycle.values import Answer, AnswerKind, CarriedAnswer, Job, Point, Shortcoming, StandardPledge
from events.errors import Invalid, refuse_all
from web.drafts import Fields
from web.pages.days import parse_day, typed

SECTIONS = ("jobs", "exemplary", "standards", "carried", "answers", "held_on")
JOB_FIELDS = ("title", "duty", "measure", "deadline", "product")


@dataclass(frozen=True, slots=True)
class JobForm:
    """A job as typed."""

    title: str = ""
    duty: str = ""
    measure: str = ""
    deadline: str = ""
    product: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Every field."""
        return tuple(getattr(self, name) for name in JOB_FIELDS)


@dataclass(frozen=True, slots=True)
class StandardForm:
    """A standard as picked, and how it will be trained."""

    code: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class CarriedForm:
    """What is said to a shortcoming carried in. `choice`: "remedy" or "drop"."""

    shortcoming: Shortcoming
    choice: str = "remedy"
    plan: str = ""
    remedy_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """An answer being written to a point of the return. `kind`: "revised" or "explained"."""

    point: Point
    kind: str = "revised"
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PledgeForm:
    """The whole form."""

    jobs: tuple[JobForm, ...] = (JobForm(),)
    exemplary: str = ""
    standards: tuple[StandardForm, ...] = (StandardForm(),)
    carried: tuple[CarriedForm, ...] = ()
    answers: tuple[AnswerForm, ...] = ()
    held_on: str = ""

    def tidied(self) -> "PledgeForm":
        """Without jobs and standards left wholly blank, so that its indexes are those of the command."""
        jobs = tuple(job for job in self.jobs if any(text.strip() for text in job.texts))
        standards = tuple(one for one in self.standards if one.code or one.how.strip())
        return replace(self, jobs=jobs or (JobForm(),), standards=standards or (StandardForm(),))

    def parts(self) -> dict[str, str]:
        """How far each section is: `done`, `begun`, `empty`."""
        jobs = [text for job in self.jobs for text in job.texts]
        standards = [text for one in self.standards for text in (one.code, one.how)]
        carried = [
            text
            for one in self.carried
            for text in ((one.reason,) if one.choice == "drop" else (one.plan, one.remedy_by))
        ]
        held = {"jobs": jobs, "exemplary": [self.exemplary], "standards": standards}
        if self.carried:
            held["carried"] = carried
        if self.answers:
            held["answers"] = [one.text for one in self.answers]
        return {code: _far(texts) for code, texts in held.items()}

    def fields(self) -> list[tuple[str, str]]:
        """As the form posts it."""
        pairs = [(f"jobs.{at}.{name}", getattr(job, name)) for at, job in enumerate(self.jobs) for name in JOB_FIELDS]
        pairs.append(("exemplary", self.exemplary))
        for at, one in enumerate(self.standards):
            pairs += [(f"standards.{at}.code", one.code), (f"standards.{at}.how", one.how)]
        for at, debt in enumerate(self.carried):
            names = ("choice", "plan", "remedy_by", "reason")
            pairs += [(f"carried.{at}.{name}", getattr(debt, name)) for name in names]
        for at, answer in enumerate(self.answers):
            pairs += [(f"answers.{at}.kind", answer.kind), (f"answers.{at}.text", answer.text)]
        return [*pairs, ("held_on", self.held_on)]


def _far(texts: Sequence[str]) -> str:
    filled = [bool(text.strip()) for text in texts]
    return "done" if all(filled) else "begun" if any(filled) else "empty"


def blank_form(cycle: Cycle, setting: Setting) -> PledgeForm:
    """What the form begins with: the last submission if there is one, else empty with the shortcomings already in it."""
    before = cycle.pledge.submitted
    debts = {one.shortcoming: one for one in before.carried} if before else {}
    carried = tuple(_carried(shortcoming, debts.get(shortcoming.id)) for shortcoming in setting.carried)
    points = cycle.pledge.points if cycle.pledge.state in (Review.RETURNED, Review.NONE) else ()
    answers = tuple(AnswerForm(point) for point in points)
    return _submitted(before, carried, answers) if before else PledgeForm(carried=carried, answers=answers)


def _submitted(
    before: PledgeSubmitted, carried: tuple[CarriedForm, ...], answers: tuple[AnswerForm, ...]
) -> PledgeForm:
    jobs = tuple(JobForm(job.title, job.duty, job.measure, typed(job.deadline), job.product) for job in before.jobs)
    standards = tuple(StandardForm(one.code, one.how) for one in before.standards)
    return PledgeForm(jobs=jobs, exemplary=before.exemplary, standards=standards, carried=carried, answers=answers)


def _carried(shortcoming: Shortcoming, before: CarriedAnswer | None) -> CarriedForm:
    if before is None:
        return CarriedForm(shortcoming)
    return CarriedForm(
        shortcoming, "drop" if before.dropped else "remedy", before.plan, typed(before.remedy_by), before.reason
    )


def read_form(fields: Fields, cycle: Cycle, setting: Setting) -> PledgeForm:
    """The form as posted or drafted; what it does not name stays as `blank_form` has it."""
    blank = blank_form(cycle, setting)

    def one(name: str, otherwise: str = "") -> str:
        return (fields.get(name) or [otherwise])[-1]

    rules = setting.policy.pledge
    jobs = tuple(
        JobForm(*(one(f"jobs.{at}.{name}") for name in JOB_FIELDS))
        for at in range(rules.max_jobs)
        if any(f"jobs.{at}.{name}" in fields for name in JOB_FIELDS)
    )
    standards = tuple(
        StandardForm(one(f"standards.{at}.code"), one(f"standards.{at}.how"))
        for at in range(rules.max_standards)
        if f"standards.{at}.how" in fields
    )
    carried = tuple(
        replace(
            debt,
            choice="drop" if one(f"carried.{at}.choice", debt.choice) == "drop" else "remedy",
            plan=one(f"carried.{at}.plan", debt.plan),
            remedy_by=one(f"carried.{at}.remedy_by", debt.remedy_by),
            reason=one(f"carried.{at}.reason", debt.reason),
        )
        for at, debt in enumerate(blank.carried)
    )
    answers = tuple(
        replace(
            answer,
            kind="explained" if one(f"answers.{at}.kind", answer.kind) == "explained" else "revised",
            text=one(f"answers.{at}.text", answer.text),
        )
        for at, answer in enumerate(blank.answers)
    )
    return PledgeForm(
        jobs=jobs or blank.jobs,
        exemplary=one("exemplary", blank.exemplary),
        standards=standards or blank.standards,
        carried=carried,
        answers=answers,
        held_on=one("held_on"),
    )


def pledge_command(form: PledgeForm, cycle: Cycle, setting: Setting, *, command_id: str, at: datetime) -> SubmitPledge:
    """The command a tidied form becomes. Invalid names every field to mend: dates that cannot be read and what the rule refuses."""
    faults: list[Invalid] = []

    def day(text: str, field: str, *, needed: bool = True) -> date | None:
        """The date typed; where it is missing or unreadable, one that no rule objects to, and the fault is noted."""
        try:
            found = parse_day(text, field)
        except Invalid as refused:
            faults.append(refused)
            return date(setting.year, 12, 31)
        if found is None and needed:
            faults.append(Invalid("date.missing", field=field))
            return date(setting.year, 12, 31)
        return found

    jobs = []
    for at_job, job in enumerate(form.jobs):
        deadline = day(job.deadline, f"jobs.{at_job}.deadline")
        assert deadline is not None
        jobs.append(
            Job(
                id=f"job-{at_job + 1}",
                title=job.title,
                duty=job.duty,
                measure=job.measure,
                deadline=deadline,
                product=job.product,
            )
        )
    carried = []
    for at_debt, debt in enumerate(form.carried):
        dropped = debt.choice == "drop"
        remedy_by = None if dropped else day(debt.remedy_by, f"carried.{at_debt}.remedy_by")
        carried.append(
            CarriedAnswer(
                shortcoming=debt.shortcoming.id,
                text=debt.shortcoming.text,
                dropped=dropped,
                plan="" if dropped else debt.plan,
                remedy_by=remedy_by,
                reason=debt.reason if dropped else "",
            )
        )
    held_on = day(form.held_on, "held_on", needed=False)
    command = SubmitPledge(
        id=command_id,
        by=setting.actor,
        at=at,
        jobs=tuple(jobs),
        exemplary=form.exemplary,
        standards=tuple(StandardPledge(code=one.code, how=one.how) for one in form.standards),
        carried=tuple(carried),
        answers=tuple(Answer(point=one.point.number, kind=AnswerKind(one.kind), text=one.text) for one in form.answers),
        held_on=None if any(fault.field == "held_on" for fault in faults) else held_on,
    )
    try:
        submit_pledge(cycle, command, setting)
    except Invalid as refused:
        wrong = {fault.field for fault in faults}
        faults += [fault for fault in refused.all if fault.field not in wrong]
    refuse_all(sorted((_named(fault) for fault in faults), key=_place))
    return command


def _named(fault: Invalid) -> Invalid:
    """A missing text or date by the words of its own field, so that the summary says which one."""
    if fault.code not in {"text.missing", "date.missing"} or not fault.field:
        return fault
    section, *rest = fault.field.split(".")
    number = int(rest[0]) + 1 if rest and rest[0].isdecimal() else 1
    return Invalid(f"pledge.missing.{rest[-1] if rest else section}", field=fault.field, n=number)


def _place(fault: Invalid) -> tuple[int, int]:
    section, _, rest = (fault.field or "").partition(".")
    index = rest.partition(".")[0]
    return SECTIONS.index(section) if section in SECTIONS else len(SECTIONS), int(index) if index.isdecimal() else 0
