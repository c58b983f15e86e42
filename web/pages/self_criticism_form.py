"""The self-criticism as it is being written: pre-filled, drafted, posted or taken from the last submission; and the command it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from events.cycle.commands import SubmitSelfCriticism
from events.cycle.self_criticism import form_of, submit_self_criticism
from events.cycle.setting import Setting
from events.cycle.state import Cycle, Review
from events.cycle.values import Answer, AnswerKind, Grade, RemedyReport, SectionText, Shortcoming
from events.errors import Invalid, refuse_all
from events.policy import FormSection, Level
from web.drafts import Fields
from web.pages.days import parse_day
from web.pages.pledge_form import AnswerForm
from web.pages.said import said
from web.pages.self_criticism_prefill import prefilled

POINTS = {"points_common": "common", "points_results": "results"}
"""Points by field, with the policy's name of their group."""


@dataclass(frozen=True, slots=True)
class SectionForm:
    """A section of the form as written.

    Attributes:
        grade: one of four where the policy asks for it, "" while none is chosen.
        start: what it was filled with, so that the page can tell when nobody has touched it yet.
    """

    rule: FormSection
    number: int
    text: str = ""
    grade: str = ""
    start: str = ""

    @property
    def far(self) -> str:
        """`done`, `filled` as it came, `begun`, `empty`, or `may` where it may stay empty."""
        if self.start and self.text.split() == self.start.split():
            return "filled"
        far = _far([self.text, *([self.grade] if self.rule.graded else [])])
        return "may" if far == "empty" and not self.rule.required else far


@dataclass(frozen=True, slots=True)
class RemedyForm:
    """What became of a shortcoming carried in. `remedied`: "yes", "no", or "" while nothing is chosen."""

    shortcoming: Shortcoming
    remedied: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SelfCriticismForm:
    """The whole form. `points`: as typed, by field; empty in the regimes without points."""

    sections: tuple[SectionForm, ...]
    remedies: tuple[RemedyForm, ...] = ()
    self_rating: str = ""
    points: tuple[tuple[str, str], ...] = ()
    answers: tuple[AnswerForm, ...] = ()
    held_on: str = ""

    @property
    def remedies_before(self) -> str:
        """The section before which the shortcomings stand: the one that is filled from them; "" for after the last."""
        return next((one.rule.code for one in self.sections if "shortcomings" in one.rule.prefill), "")

    def parts(self) -> list[tuple[str, str]]:
        """How far each part is, in the order of the page: `done`, `filled`, `begun`, `empty` or `may`."""
        found = [("answers", _far([one.text for one in self.answers]))] if self.answers else []
        for one in self.sections:
            if self.remedies and one.rule.code == self.remedies_before:
                found.append(("remedies", _far([debt.remedied for debt in self.remedies])))
            found.append((one.rule.code, one.far))
        if self.remedies and not self.remedies_before:
            found.append(("remedies", _far([debt.remedied for debt in self.remedies])))
        return [*found, ("self_rating", _far([self.self_rating, *(typed for _, typed in self.points)]))]

    def fields(self) -> list[tuple[str, str]]:
        """As the form posts it."""
        pairs: list[tuple[str, str]] = []
        for at, answer in enumerate(self.answers):
            pairs += [(f"answers.{at}.kind", answer.kind), (f"answers.{at}.text", answer.text)]
        for one in self.sections:
            pairs.append((f"sections.{one.rule.code}.text", one.text))
            if one.rule.graded:
                pairs.append((f"sections.{one.rule.code}.grade", one.grade))
        pairs += [(f"remedies.{debt.shortcoming.id}.remedied", debt.remedied) for debt in self.remedies]
        return [*pairs, ("self_rating", self.self_rating), *self.points, ("held_on", self.held_on)]

    def refilled(self, code: str, cycle: Cycle, language: str) -> "SelfCriticismForm":
        """With the newest summary put under what a section holds already."""
        return replace(
            self,
            sections=tuple(
                replace(one, text=f"{one.text.rstrip()}\n\n{prefilled(one.rule, cycle, language)}".strip())
                if one.rule.code == code
                else one
                for one in self.sections
            ),
        )


def _far(texts: Sequence[str]) -> str:
    filled = [bool(text.strip()) for text in texts]
    return "done" if all(filled) else "begun" if any(filled) else "empty"


def blank_form(cycle: Cycle, setting: Setting, language: str) -> SelfCriticismForm:
    """What the form begins with: the last submission if there is one, else what the pledge and the months' results give."""
    text = cycle.self_criticism
    before = text.submitted
    written = {one.code: one for one in before.sections} if before else {}
    told = {one.shortcoming: "yes" if one.remedied else "no" for one in before.remedies} if before else {}
    sections = []
    for number, rule in enumerate(form_of(setting), 1):
        held = written.get(rule.code)
        start = "" if before else prefilled(rule, cycle, language)
        grade = held.grade.value if held and held.grade else ""
        sections.append(SectionForm(rule, number, held.text if held else start, grade, start))
    points = {"points_common": before.points_common, "points_results": before.points_results} if before else {}
    return SelfCriticismForm(
        sections=tuple(sections),
        remedies=tuple(RemedyForm(debt, told.get(debt.id, "")) for debt in cycle.pledge.debts),
        self_rating=before.self_rating.value if before else "",
        points=tuple((name, _shown(points.get(name))) for name in POINTS)
        if setting.policy.scale == "points100"
        else (),
        answers=tuple(AnswerForm(point) for point in text.points) if text.state is Review.RETURNED else (),
    )


def _shown(points: int | None) -> str:
    return "" if points is None else str(points)


def read_form(fields: Fields, cycle: Cycle, setting: Setting, language: str) -> SelfCriticismForm:
    """The form as posted or drafted; what it does not name stays as `blank_form` has it."""
    blank = blank_form(cycle, setting, language)

    def one(name: str, otherwise: str = "") -> str:
        return (fields.get(name) or [otherwise])[-1]

    return SelfCriticismForm(
        sections=tuple(
            replace(
                section,
                text=one(f"sections.{section.rule.code}.text", section.text),
                grade=_among(one(f"sections.{section.rule.code}.grade", section.grade), tuple(Grade)),
            )
            for section in blank.sections
        ),
        remedies=tuple(
            replace(
                debt, remedied=_among(one(f"remedies.{debt.shortcoming.id}.remedied", debt.remedied), ("yes", "no"))
            )
            for debt in blank.remedies
        ),
        self_rating=_among(one("self_rating", blank.self_rating), tuple(Level)),
        points=tuple((name, one(name, typed)) for name, typed in blank.points),
        answers=tuple(
            replace(
                answer,
                kind="explained" if one(f"answers.{at}.kind", answer.kind) == "explained" else "revised",
                text=one(f"answers.{at}.text", answer.text),
            )
            for at, answer in enumerate(blank.answers)
        ),
        held_on=one("held_on"),
    )


def _among(value: str, known: Sequence[str]) -> str:
    return value if value in known else ""


def self_criticism_command(
    form: SelfCriticismForm, cycle: Cycle, setting: Setting, *, command_id: str, at: datetime
) -> SubmitSelfCriticism:
    """The command a form becomes. Invalid names every field to mend: what cannot be read and what the rule refuses."""
    faults: list[Invalid] = []
    if not form.self_rating:
        faults.append(Invalid("self_criticism.rating_missing", field="self_rating"))
    points = {name: _number(name, typed, faults) for name, typed in form.points}
    held_on: date | None = None
    try:
        held_on = parse_day(form.held_on, "held_on")
    except Invalid as unreadable:
        faults.append(unreadable)
    command = SubmitSelfCriticism(
        id=command_id,
        by=setting.actor,
        at=at,
        sections=tuple(
            SectionText(code=one.rule.code, text=one.text, grade=Grade(one.grade) if one.grade else None)
            for one in form.sections
        ),
        remedies=tuple(
            RemedyReport(shortcoming=debt.shortcoming.id, remedied=debt.remedied == "yes")
            for debt in form.remedies
            if debt.remedied
        ),
        self_rating=Level(form.self_rating or Level.COMPLETED),
        points_common=points.get("points_common"),
        points_results=points.get("points_results"),
        answers=tuple(Answer(point=one.point.number, kind=AnswerKind(one.kind), text=one.text) for one in form.answers),
        held_on=held_on,
    )
    try:
        submit_self_criticism(cycle, command, setting)
    except Invalid as refused:
        wrong = {fault.field for fault in faults}
        faults += [fault for fault in refused.all if fault.field not in wrong]
    order = {name: place for place, name in enumerate(_in_order(form))}
    refuse_all(sorted((_named(form, fault) for fault in faults), key=lambda one: order.get(one.field or "", 999)))
    return command


def _number(name: str, typed: str, faults: list[Invalid]) -> int | None:
    """Whole points; None when nothing was typed, and a fault when it is no number."""
    text = typed.strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 4:
        faults.append(Invalid("self_criticism.points_unreadable", field=name))
        return None
    return int(text)


def _in_order(form: SelfCriticismForm) -> list[str]:
    """The names of the fields as the page has them, from top to bottom."""
    names = [name for name, _ in form.fields()]
    debts = [name for name in names if name.startswith("remedies.")]
    rest = [name for name in names if name not in debts]
    first = f"sections.{form.remedies_before}.text"
    at = rest.index(first) if first in rest else rest.index("self_rating")
    return [*rest[:at], *debts, *rest[at:]]


def _named(form: SelfCriticismForm, fault: Invalid) -> Invalid:
    """The rule's field as this form names it (sections by code, shortcomings by id), and a missing text by its section's words."""
    part, _, rest = (fault.field or "").partition(".")
    place, _, last = rest.partition(".")
    if part == "sections" and place.isdecimal():
        section = form.sections[int(place)]
        field = f"sections.{section.rule.code}.{last}"
        if fault.code in {"text.missing", "self_criticism.grade_missing"}:
            code = "self_criticism.missing" if fault.code == "text.missing" else fault.code
            return Invalid(code, field=field, number=section.number, section=said(f"section.{section.rule.code}"))
        return Invalid(fault.code, field=field, **fault.facts)
    if part == "remedies" and place.isdecimal():
        name = form.remedies[int(place)].shortcoming.id
        return Invalid(fault.code, field=f"remedies.{name}.{last}", n=int(place) + 1)
    if part in POINTS:
        codes = {"points.not_given": "self_criticism.points_missing", "points.range": "self_criticism.points_range"}
        return Invalid(
            codes.get(fault.code, fault.code),
            field=part,
            **{**fault.facts, "name": said(f"self_criticism.points.{POINTS[part]}")},
        )
    return Invalid(fault.code, field=fault.field, **fault.facts)
