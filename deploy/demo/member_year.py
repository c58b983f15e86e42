"""One member's year as it is told: whose it is, who reviews and decides it, and the acts written so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from deploy.demo import words
from deploy.demo.acts import Act, Phase, moment
from deploy.demo.names import hand
from deploy.demo.organisation import Organisation, Someone
from events.access import Grant, Role, deciding_unit
from events.cycle import CYCLE, commands
from events.cycle.values import Answer, AnswerKind, CarriedAnswer, Job, Point, Shortcoming, StandardPledge
from events.decider import CALENDAR, Command, Decider, local_date
from events.ids import cycle_stream
from events.policy import Level, Policy, Step

TOP_ROLES = (Role.CELL_SECRETARY, Role.BASE_COMMITTEE, Role.SUPERIOR_COMMITTEE)


@dataclass(frozen=True, slots=True)
class Year:
    """A year as its rules have it. `whole`: everybody comes to the end of it by 31 December."""

    number: int
    policy: Policy
    steps: dict[str, Step]
    whole: bool


@dataclass(slots=True)
class MemberYear:
    """What is told of it. `named`: shortcomings that next year's pledge begins with; `closes`: when the year is over, None when it is not."""

    organisation: Organisation
    someone: Someone
    year: Year
    carried: tuple[Shortcoming, ...] = ()
    acts: list[Act] = field(default_factory=list)
    named: list[Shortcoming] = field(default_factory=list)
    sent_back: set[int] = field(default_factory=set)
    jobs: tuple[Job, ...] = ()
    standards: tuple[StandardPledge, ...] = ()
    kept: tuple[CarriedAnswer, ...] = ()
    approved: datetime | None = None
    accepted: datetime | None = None
    closes: datetime | None = None
    told: int = 0
    rounds: int = 0
    diligence: float = field(init=False)
    level: Level = field(init=False)

    @property
    def stream(self) -> str:
        """The cycle's id."""
        return cycle_stream(self.someone.member, self.year.number)

    @property
    def items(self) -> tuple[str, ...]:
        """What is reported on each month."""
        kept = (answer.shortcoming for answer in self.kept if not answer.dropped)
        return (*(job.id for job in self.jobs), "exemplary", *(f"standard-{one.code}" for one in self.standards), *kept)

    def rng(self, what: object) -> Random:
        """A hand for one part of this year."""
        return hand(self.stream, what)

    def __post_init__(self) -> None:
        """What the person is like: diligence of cell and person together, 0.5 to 1; and how the year will end.

        About 15 % excellent, 70 % good, 13 % completed, 2 % not, and much the same from year to year.
        """
        cell = hand(self.someone.cell, "diligence").triangular(0.5, 1.0, 0.9)
        self.diligence = (cell + hand(self.someone.person, "diligence").triangular(0.6, 1.0, 0.95)) / 2
        chance = (hand(self.someone.person, "level").random() * 3 + self.rng("level").random()) / 4
        shares = ((Level.NOT_COMPLETED, 0.1), (Level.COMPLETED, 0.262), (Level.GOOD, 0.787))
        self.level = next((level for level, share in shares if chance < share), Level.EXCELLENT)

    # -- who acts

    def reviewer(self) -> str:
        """A person of the committee that reviews; of a cell for one member in six the deputy."""
        unit = self._first_unit(self.path)
        if unit == self.someone.cell and int(self.someone.member[1:]) % 6 == 0:
            return self.organisation.holder(unit, Role.CELL_DEPUTY)
        return self.organisation.holder(unit, *TOP_ROLES)

    def decider(self) -> tuple[str, str]:
        """Unit and person that decide."""
        unit = self._first_unit(self.path[1:] if len(self.path) > 2 else self.path)
        return unit, self.organisation.holder(unit, *TOP_ROLES)

    @property
    def path(self) -> tuple[str, ...]:
        """Units from the cell up."""
        return self.organisation.places[self.someone.cell].path

    def _first_unit(self, path: tuple[str, ...]) -> str:
        day = date(self.year.number, 1, 1)
        seats = [
            Grant(self.someone.person, Role.CELL_COMMITTEE, unit, day)
            for unit in self.organisation.seats(self.someone.person)
        ]
        return deciding_unit(path, seats, day)

    # -- telling

    def tell(self, at: datetime, kind: type[Command], by: str, **details: Any) -> None:
        """A person's act in this year; its id counts the acts."""
        self.tell_in(CYCLE, self.stream, at, kind, by, **details)

    def tell_in(
        self, decider: Decider[Any, Any, Any], stream: str, at: datetime, kind: type[Command], by: str, **details: Any
    ) -> None:
        """A person's act in another stream of the member's."""
        self.told += 1
        command = kind(id=f"demo/{self.stream}/{self.told}", by=by, at=at, **details)
        self.acts.append(Act(at, Phase.DAY, decider, stream, command))

    def calendar(self, at: datetime, key: str, kind: type[Command], phase: Phase, **details: Any) -> None:
        """What a workflow would have done, under the id that the workflow gives it."""
        command = kind(id=f"{self.stream}/{key}", by=CALENDAR, at=at, **details)
        self.acts.append(Act(at, phase, CYCLE, self.stream, command))

    def waits(
        self, step: str, number: int, since: datetime, until: datetime | None, due: date, *, escalates: bool = True
    ) -> None:
        """An open step's reminder and escalation, where it is still open on their days."""
        review = self.year.policy.review
        remind = moment(due - timedelta(days=review.remind_days_before), 7, 5)
        escalate = moment(due + timedelta(days=review.escalate_days_after), 7, 10)
        if since < remind and (until is None or until > remind):
            self.calendar(
                remind, f"remind/{step}-{number}", commands.RemindReview, Phase.MORNING, step=step, round=number
            )
        if escalates and (until is None or until > escalate):
            self.calendar(
                escalate, f"escalate/{step}-{number}", commands.EscalateReview, Phase.MORNING, step=step, round=number
            )

    def due(self, at: datetime, days: int) -> date:
        """So many local days after an act."""
        return local_date(at) + timedelta(days=days)

    # -- what both halves of the year need

    @property
    def remedied(self) -> dict[str, bool]:
        """Which of the shortcomings carried in are remedied by the year's end."""
        kept = [answer.shortcoming for answer in self.kept if not answer.dropped]
        return {one: self.level is Level.EXCELLENT or self.rng(f"remedy/{one}").random() < 0.8 for one in kept}

    def points(self, rng: Random, by_section: Mapping[str, tuple[str, ...]]) -> tuple[Point, ...]:
        """One or two points of a return."""
        sections = rng.sample(sorted(by_section), rng.choice((1, 1, 2)))
        return tuple(
            Point(number=number, section=section, text=rng.choice(by_section[section]))
            for number, section in enumerate(sections, 1)
        )

    def answers(self, points: tuple[Point, ...]) -> tuple[Answer, ...]:
        """An answer to each of them."""
        rng = self.rng("answers")
        kinds = [rng.choice((AnswerKind.REVISED, AnswerKind.REVISED, AnswerKind.EXPLAINED)) for _ in points]
        return tuple(
            Answer(point=point.number, kind=kind, text=rng.choice(words.ANSWERS[kind]))
            for point, kind in zip(points, kinds, strict=True)
        )

    def name(self, texts: tuple[str, ...]) -> None:
        """Shortcomings named this year, under the ids that the rules give them."""
        first = len(self.named) + 1
        self.named += (Shortcoming(id=f"{self.year.number}-{first + n}", text=text) for n, text in enumerate(texts))
