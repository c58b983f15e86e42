"""The cell's counted vote and what the cell found, as they are being written, and the command they become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from events.cycle.appraisal import correct_vote, record_vote
from events.cycle.commands import CorrectVote, RecordVote
from events.cycle.facts import VoteCorrected, VoteRecorded
from events.cycle.setting import Setting
from events.cycle.state import AppraisalState, Cycle
from events.cycle.values import Answer, AnswerKind, Assessment, Grade, LevelVotes, Point
from events.errors import Invalid, refuse_all
from events.policy import Level
from web.drafts import Fields
from web.pages.days import parse_day, typed

NUMBERS = ("eligible", "present", "blank", "tasks_done_pct", "above_requirement_pct", "late_pct")
POINTS = ("points_common", "points_results")


@dataclass(frozen=True, kw_only=True, slots=True)
class VoteForm:
    """The form's texts. `values`: one-line fields by name; `ticked`: codes and ids of the boxes; `answers`: (kind, text) by point."""

    values: Mapping[str, str]
    disqualifying: frozenset[str]
    unremedied: frozenset[str]
    answers: Sequence[tuple[str, str]] = ()

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    @property
    def counted(self) -> int:
        """Votes and blank papers together, as far as they can be read."""
        return sum(_whole(self.value(name)) or 0 for name in ("blank", *(f"votes.{level.value}" for level in Level)))


def blank_vote(cycle: Cycle) -> VoteForm:
    """The form before anything is written: empty, or the vote in force where it is counted again or corrected."""
    vote = cycle.appraisal.vote
    answers = tuple((AnswerKind.REVISED.value, "") for _ in open_points(cycle))
    if vote is None:
        return VoteForm(
            values={"blank": "0", "above_requirement_pct": "0", "late_pct": "0"},
            disqualifying=frozenset(),
            unremedied=frozenset(),
            answers=answers,
        )
    return VoteForm(
        values=_values(vote),
        disqualifying=frozenset(vote.assessment.disqualifying),
        unremedied=frozenset(vote.assessment.unremedied),
        answers=answers,
    )


def read_vote(fields: Fields, cycle: Cycle) -> VoteForm:
    """The form as posted or drafted."""

    def one(name: str) -> str:
        return (fields.get(name) or [""])[-1]

    return VoteForm(
        values={name: values[-1] for name, values in fields.items() if values},
        disqualifying=frozenset(fields.get("disqualifying") or ()),
        unremedied=frozenset(fields.get("unremedied") or ()),
        answers=tuple(
            (one(f"answers.{index}.kind") or AnswerKind.REVISED.value, one(f"answers.{index}.text"))
            for index, _ in enumerate(open_points(cycle))
        ),
    )


def read_assessment(form: VoteForm, setting: Setting) -> tuple[Assessment, list[Invalid]]:
    """What the cell found, with a fault for every number that cannot be read (it counts as 0 or missing until then)."""
    faults: list[Invalid] = []
    numbers = {name: _number(form, name, faults) for name in ("tasks_done_pct", "above_requirement_pct", "late_pct")}
    points = {name: _whole(form.value(name)) for name in POINTS}
    for name, value in points.items():
        if value is None and form.value(name).strip():
            faults.append(Invalid("number.unreadable", field=name))
    professional = form.value("professional_level")
    policy = setting.policy
    return Assessment(
        points_common=points["points_common"],
        points_results=points["points_results"],
        tasks_done_pct=numbers["tasks_done_pct"],
        above_requirement_pct=numbers["above_requirement_pct"],
        late_pct=numbers["late_pct"],
        disqualifying=tuple(
            rule.code for rule in policy.disqualifiers_of(setting.membership.track) if rule.code in form.disqualifying
        ),
        professional_level=Level(professional) if professional in set(Level) else None,
        grades=tuple(
            (section.code, Grade(form.value(f"grades.{section.code}")))
            for section in policy.forms[setting.membership.track]
            if section.graded and form.value(f"grades.{section.code}") in set(Grade)
        ),
        unremedied=tuple(one.id for one in setting.carried if one.id in form.unremedied),
    ), faults


def vote_command(
    form: VoteForm, cycle: Cycle, setting: Setting, *, command_id: str, at: datetime
) -> RecordVote | CorrectVote:
    """The command the form becomes: a correction where a vote is in force and not sent back. Invalid names every field to mend."""
    assessment, faults = read_assessment(form, setting)
    eligible, present, blank = (_number(form, name, faults) for name in ("eligible", "present", "blank"))
    votes = []
    for level in Level:
        name = f"votes.{level.value}"
        if form.value(name).strip():
            votes.append(LevelVotes(level=level, votes=_number(form, name, faults)))
    held_on: date | None = None
    try:
        held_on = parse_day(form.value("held_on"), "held_on")
        if held_on is None:
            faults.append(Invalid("held_on.missing", field="held_on"))
    except Invalid as unreadable:
        faults.append(unreadable)
    proposed = form.value("proposed")
    if proposed not in set(Level):
        faults.append(Invalid("appraisal.proposed_missing", field="proposed"))
    shared = {
        "id": command_id,
        "by": setting.actor,
        "at": at,
        "held_on": held_on or setting.on,
        "eligible": eligible,
        "present": present,
        "blank": blank,
        "votes": tuple(votes),
        "proposed": Level(proposed) if proposed in set(Level) else Level.NOT_COMPLETED,
        "assessment": assessment,
        "remark": form.value("remark"),
        "minority_note": form.value("minority_note"),
    }
    command: RecordVote | CorrectVote
    if corrects(cycle):
        command = CorrectVote(**shared, reason=form.value("reason"))  # type: ignore[arg-type]  # the fields both share
        rule = correct_vote
    else:
        answers = tuple(
            Answer(
                point=point.number, kind=AnswerKind(kind) if kind in set(AnswerKind) else AnswerKind.REVISED, text=text
            )
            for point, (kind, text) in zip(open_points(cycle), form.answers, strict=False)
        )
        command = RecordVote(**shared, answers=answers)  # type: ignore[arg-type]  # the fields both share
        rule = record_vote  # type: ignore[assignment]  # each takes its own command
    unread = {fault.field for fault in faults}
    try:
        rule(cycle, command, setting)  # type: ignore[arg-type]  # each takes its own command
    except Invalid as refused:
        faults += [fault for fault in refused.all if fault.field not in unread]
    refuse_all(faults)
    return command


def corrects(cycle: Cycle) -> bool:
    """Whether what is written corrects the vote in force."""
    return cycle.appraisal.vote is not None and cycle.appraisal.state is not AppraisalState.RETURNED


def open_points(cycle: Cycle) -> tuple[Point, ...]:
    """The points of the return in force."""
    return cycle.appraisal.points if cycle.appraisal.state is AppraisalState.RETURNED else ()


def _values(vote: VoteRecorded | VoteCorrected) -> dict[str, str]:
    found = vote.assessment
    values = {
        "held_on": typed(vote.held_on),
        "eligible": str(vote.eligible),
        "present": str(vote.present),
        "blank": str(vote.blank),
        "proposed": vote.proposed.value,
        "tasks_done_pct": str(found.tasks_done_pct),
        "above_requirement_pct": str(found.above_requirement_pct),
        "late_pct": str(found.late_pct),
        "professional_level": found.professional_level.value if found.professional_level else "",
        "remark": vote.remark,
        "minority_note": vote.minority_note,
    }
    values |= {name: str(getattr(found, name)) for name in POINTS if getattr(found, name) is not None}
    values |= {f"votes.{one.level.value}": str(one.votes) for one in vote.votes}
    return values | {f"grades.{section}": grade.value for section, grade in found.grades}


def _whole(text: str) -> int | None:
    typed_number = text.strip().removesuffix("%").strip()
    return int(typed_number) if typed_number.isdecimal() and len(typed_number) <= 6 else None


def _number(form: VoteForm, name: str, faults: list[Invalid]) -> int:
    value = _whole(form.value(name))
    if value is None:
        faults.append(Invalid("number.unreadable" if form.value(name).strip() else "number.missing", field=name))
    return value or 0
