"""What the stages of a year share: tidy texts, points and their answers, dates told later, and whether the year runs at all."""

import unicodedata
from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

from events.cycle.setting import Setting
from events.cycle.state import Cycle, Pledge, Review, SelfCriticism
from events.cycle.values import Answer, Point, Shortcoming
from events.errors import Conflict, Invalid

MAX_TEXT = 20_000
"""Code points in one text; far above any form, far below what a page or an event can carry."""

MAX_NUMBER = 100
"""Code points of a decision's number: it is not sealed, so it holds no room for more than a number."""

MAX_POINTS = 50
"""Points in one return."""

UNDER_REVIEW = frozenset({Review.SUBMITTED, Review.IN_REVIEW})


class Reviewed(Protocol):
    """A text that a committee reviews: the pledge, the self-criticism."""

    @property
    def state(self) -> Review: ...
    @property
    def round(self) -> int: ...


def late(text: Pledge | SelfCriticism, told: date, due: date) -> bool:
    """Whether a submission told on a local date is late; one that answers a return stays so, or becomes it by the answer's own date."""
    if text.state is Review.RETURNED and text.submitted is not None:
        return text.submitted.late or (text.answer_due is not None and told > text.answer_due)
    return told > due


def require_running(cycle: Cycle, setting: Setting) -> None:
    """Conflict `cycle.closed` once the year is over for the member, `cycle.not_open` while it does not run."""
    if cycle.closed is not None:
        raise Conflict("cycle.closed")
    if not setting.year_open:
        raise Conflict("cycle.not_open")


def require_under_review(text: Reviewed, number: int, noun: str) -> None:
    """Conflict `<noun>.not_submitted` when nothing was, `<noun>.changed` when it is not submission `number` that waits."""
    if text.round == 0:
        raise Conflict(f"{noun}.not_submitted")
    if text.round != number or text.state not in UNDER_REVIEW:
        raise Conflict(f"{noun}.changed", round=text.round, state=text.state.value)


def tidy(text: str) -> str:
    """The text as it is kept: Unicode form C, one kind of line end, no blanks around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def text_faults(text: str, field: str) -> list[Invalid]:
    """`text.missing` for an empty one, `text.too_long`."""
    if not text.strip():
        return [Invalid("text.missing", field=field)]
    if len(text) > MAX_TEXT:
        return [Invalid("text.too_long", field=field, max=MAX_TEXT)]
    return []


def number_faults(text: str, field: str) -> list[Invalid]:
    """`text.missing`, and `text.too_long` for what is no number of a decision."""
    too_long = [Invalid("text.too_long", field=field, max=MAX_NUMBER)] if len(text) > MAX_NUMBER else []
    return too_long or text_faults(text, field)


def held_on_faults(held_on: date | None, setting: Setting) -> list[Invalid]:
    """`held_on.future`, and `held_on.too_early` when it lies further back than the policy's days of grace."""
    if held_on is None:
        return []
    days = (setting.on - held_on).days
    if days < 0:
        return [Invalid("held_on.future", field="held_on")]
    if days > setting.policy.review.grace_days:
        return [Invalid("held_on.too_early", field="held_on", days=setting.policy.review.grace_days)]
    return []


def numbered(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points as they are kept: numbered from 1 in the order given."""
    return tuple(
        Point(number=number, section=point.section, text=tidy(point.text)) for number, point in enumerate(points, 1)
    )


def point_faults(points: Sequence[Point], sections: Collection[str]) -> list[Invalid]:
    """A return has at least one point (`points.missing`), each with a text and tied to a section (`points.unknown_section`)."""
    if not points:
        return [Invalid("points.missing", field="points")]
    if len(points) > MAX_POINTS:
        return [Invalid("points.too_many", field="points", max=MAX_POINTS)]
    faults: list[Invalid] = []
    for index, point in enumerate(points):
        if point.section not in sections:
            faults.append(Invalid("points.unknown_section", field=f"points.{index}.section"))
        faults += text_faults(point.text, f"points.{index}.text")
    return faults


def answer_faults(points: Sequence[Point], answers: Sequence[Answer]) -> list[Invalid]:
    """Each point of the last return has one answer with a text: `answers.missing`, `answers.unknown_point`; fields in the points' order."""
    faults: list[Invalid] = []
    given = {answer.point: answer for answer in answers}
    for index, point in enumerate(points):
        answer = given.get(point.number)
        if answer is None or not answer.text.strip():
            faults.append(Invalid("answers.missing", field=f"answers.{index}.text", point=point.number))
        else:
            faults += text_faults(answer.text, f"answers.{index}.text")
    if len(given) != len(answers) or given.keys() - {point.number for point in points}:
        faults.append(Invalid("answers.unknown_point", field="answers"))
    return faults


def tidy_answers(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The answers as they are kept, in the order of their points."""
    kept = (Answer(point=answer.point, kind=answer.kind, text=tidy(answer.text)) for answer in answers)
    return tuple(sorted(kept, key=lambda answer: answer.point))


def shortcoming_faults(texts: Sequence[str]) -> list[Invalid]:
    """Every shortcoming that is named has a text (field `shortcomings.<index>`)."""
    return [fault for index, text in enumerate(texts) for fault in text_faults(text, f"shortcomings.{index}")]


def shortcomings_named(year: int, texts: Sequence[str], *, after: int) -> tuple[Shortcoming, ...]:
    """Shortcomings under ids `<year>-<n>`, numbered on from `after` named before them."""
    return tuple(Shortcoming(id=f"{year}-{number}", text=tidy(text)) for number, text in enumerate(texts, after + 1))
