"""What every review of a text shares: its rounds, its passages with what changed, the points with their answers, the reviewer's form.

Used by the pledge's pages and the self-criticism's; the markup is in `templates/_review.html`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from events.cycle.values import Answer, AnswerKind, Point
from events.decider import Recorded
from events.errors import Invalid
from events.log import Log
from web.drafts import Fields
from web.pages.access import YearView
from web.pages.entry import Entry
from web.pages.history import history
from web.pages.said import Said, said

CHANGES, NEW = "changes", "new"
MOST_NEW_POINTS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A labelled part of a passage. `plain`: written by the system (a date, a name of a standard), not a person's words.

    `before`: the same part in the round it is compared with; None when there is none to compare.
    """

    text: str | Said
    label: Said | None = None
    before: str | Said | None = None
    plain: Said | date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A section of a text: what points are tied to."""

    code: str
    number: str
    title: Said
    pieces: tuple[Piece, ...]
    carried: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """One submission: the event, when, the points it was sent back with, and whether it was taken back or approved."""

    number: int
    text: Any
    at: datetime
    version: int
    points: tuple[Point, ...] = ()
    returned_at: datetime | None = None
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PointRow:
    """A point of the last return with its answer. `verdict`: "accept", "keep", or "" while the reviewer has not said."""

    point: Point
    answer: Answer | None
    verdict: str = ""

    @property
    def settled(self) -> bool:
        """Whether nothing is left of it."""
        return self.verdict == "accept"

    @property
    def kind(self) -> Said:
        """`Đã sửa.` or `Giải trình.`"""
        return said(f"answer.{self.answer.kind.value}") if self.answer else said("answer.none")


def rounds(events: Iterable[Recorded], submitted: type, returned: type, withdrawn: type) -> tuple[Round, ...]:
    """The submissions of a text in order."""
    found: list[Round] = []
    for recorded in events:
        event = recorded.event
        if isinstance(event, submitted):
            number: int = event.round  # type: ignore[attr-defined]  # every submission has its round
            found.append(Round(number=number, text=event, at=recorded.occurred_at, version=recorded.version))
        elif found and isinstance(event, returned):
            last = found[-1]
            points: tuple[Point, ...] = event.points  # type: ignore[attr-defined]  # every return has points
            found[-1] = Round(
                number=last.number,
                text=last.text,
                at=last.at,
                version=last.version,
                points=points,
                returned_at=recorded.occurred_at,
            )
        elif found and isinstance(event, withdrawn):
            last = found[-1]
            found[-1] = Round(number=last.number, text=last.text, at=last.at, version=last.version, withdrawn=True)
    return tuple(found)


def compared(all_rounds: Sequence[Round], number: int) -> Round | None:
    """The round that `number` is compared with: the last one before it that was sent back."""
    return next((one for one in reversed(all_rounds) if one.number < number and one.points), None)


def point_rows(
    points: Sequence[Point], answers: Sequence[Answer], verdicts: Mapping[int, str] | None = None
) -> tuple[PointRow, ...]:
    """Points with answers and verdicts. Without a verdict a point the member has mended counts as settled."""
    given = {answer.point: answer for answer in answers}
    rows = []
    for point in points:
        answer = given.get(point.number)
        usual = "accept" if answer is not None and answer.kind is AnswerKind.REVISED else ""
        rows.append(PointRow(point=point, answer=answer, verdict=(verdicts or {}).get(point.number) or usual))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A point being written."""

    section: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewForm:
    """What a reviewer has entered: verdicts on earlier points by number, and new points."""

    round: int
    verdicts: Mapping[int, str] = field(default_factory=dict)
    new: tuple[NewPoint, ...] = (NewPoint(),)

    @property
    def written(self) -> tuple[NewPoint, ...]:
        """New points with a text."""
        return tuple(one for one in self.new if one.text.strip())

    def kept(self, earlier: Sequence[Point]) -> tuple[Point, ...]:
        """Earlier points that the reviewer holds on to."""
        return tuple(point for point in earlier if self.verdicts.get(point.number) == "keep")

    def points(self, earlier: Sequence[Point]) -> tuple[Point, ...]:
        """The points of the return: those kept, then the new ones; the rule numbers them."""
        fresh = (Point(number=0, section=one.section, text=one.text) for one in self.written)
        return (*self.kept(earlier), *fresh)

    def placed(self, refused: Invalid, earlier: Sequence[Point]) -> Invalid:
        """The same refusal with the fields of this form: `points.2.text` is `new.0.text` when two were kept."""
        rows = [index for index, one in enumerate(self.new) if one.text.strip()]
        return replaced(
            refused,
            {f"points.{len(self.kept(earlier)) + at}.": f"new.{row}." for at, row in enumerate(rows)}
            | {"points": "new.0.text"},
        )


def replaced(refused: Invalid, fields: Mapping[str, str]) -> Invalid:
    """A refusal whose fields begin otherwise."""

    def moved(one: Invalid) -> Invalid:
        name = one.field or ""
        for before, after in fields.items():
            if name == before or (before.endswith(".") and name.startswith(before)):
                return Invalid(one.code, field=after + name.removeprefix(before), **one.facts)
        return Invalid(one.code, field=one.field, **one.facts)

    first, *others = (moved(one) for one in refused.all)
    return Invalid(first.code, field=first.field, also=tuple(others), **first.facts)


def read_review(fields: Fields, number: int) -> ReviewForm:
    """The reviewer's form as posted or drafted, of submission `number`; what was drafted for another one keeps only its texts."""

    def one(name: str) -> str:
        return (fields.get(name) or [""])[-1]

    same = one("round") in {"", str(number)}
    verdicts = {
        int(name.removeprefix("verdicts.")): one(name)
        for name in fields
        if same
        and name.startswith("verdicts.")
        and name.removeprefix("verdicts.").isdecimal()
        and one(name) in {"accept", "keep"}
    }
    new = tuple(
        NewPoint(one(f"new.{index}.section"), one(f"new.{index}.text"))
        for index in range(MOST_NEW_POINTS)
        if f"new.{index}.text" in fields
    )
    return ReviewForm(round=number, verdicts=verdicts, new=new or (NewPoint(),))


async def moved_since(log: Log, view: YearView, version: int, prefix: str, command_id: str) -> tuple[Entry, ...]:
    """What has happened to this text since the page was made, unless this very command did it: entries to tell about."""
    later = {
        one.version
        for one in await log.read(view.stream, version)
        if one.event.STORED.name.startswith(prefix) and one.command_id != command_id
    }
    return tuple(entry for entry in history(view, (), ()) if entry.id in {f"e{number}" for number in later})
