"""Acts of the story: who asks what of which stream, when; and what is known while it is told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from random import Random
from typing import Any

from events.cycle import facts
from events.decider import LOCAL_ZONE, Command, Decider, Recorded, local_date
from events.ids import parse_stream
from events.unit_year.facts import MonthConfirmed


class Phase(IntEnum):
    """Parts of a day, in their order: what the calendar does at night and in the morning, people's day, the evening's confirmations."""

    NIGHT = 0
    MORNING = 1
    DAY = 2
    EVENING = 3


@dataclass(frozen=True, slots=True)
class Act:
    """One command, or how it is made from what is known when its turn comes (None: then there is nothing to ask)."""

    at: datetime
    phase: Phase
    decider: Decider[Any, Any, Any]
    stream: str
    command: Command | Callable[["Told"], Command | None]

    @property
    def order(self) -> tuple[date, Phase, bool, datetime]:
        """Acts are told in this order; in one part of a day what depends on the others comes last."""
        return local_date(self.at), self.phase, callable(self.command), self.at


@dataclass(slots=True)
class Told:
    """What has been told so far, as far as later acts depend on it. Keys are cycle streams."""

    pledged: set[str] = field(default_factory=set)
    reports: dict[tuple[str, int], int] = field(default_factory=dict)
    sent_back: set[tuple[str, int]] = field(default_factory=set)
    confirmed: set[tuple[str, int]] = field(default_factory=set)
    criticised_self: set[str] = field(default_factory=set)
    voted: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)

    def hear(self, recorded: Recorded) -> None:
        """Take note of an event."""
        stream = recorded.stream
        match recorded.event:
            case facts.PledgeSubmitted():
                self.pledged.add(stream)
            case facts.PledgeWithdrawn():
                self.pledged.discard(stream)
            case facts.CheckInReported(month=month):
                self.reports[stream, month] = recorded.version
                self.sent_back.discard((stream, month))
            case facts.CheckInReturned(month=month):
                self.sent_back.add((stream, month))
            case MonthConfirmed(month=month, members=members):
                year = parse_stream(stream).year
                self.confirmed.update((f"cycle-{year}-{member}", month) for member in members)
            case facts.SelfCriticismSubmitted():
                self.criticised_self.add(stream)
            case facts.VoteRecorded():
                self.voted.add(stream)
            case facts.CycleClosed():
                self.closed.add(stream)

    def waiting(self, stream: str, month: int) -> int | None:
        """The version of a report that waits to be confirmed."""
        key = stream, month
        return None if key in self.sent_back or key in self.confirmed else self.reports.get(key)


def moment(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """An instant of a local day."""
    return datetime.combine(day, time(hour, minute, second), LOCAL_ZONE)


def some_time(rng: Random, day: date) -> datetime:
    """Some moment of a working day, before the evening."""
    return moment(day, 7, 30) + timedelta(seconds=rng.randrange(int(12.5 * 3600)))


def later(rng: Random, after: datetime, low: int, high: int) -> datetime:
    """Some days later; on the same day some minutes later."""
    found = some_time(rng, local_date(after) + timedelta(days=rng.randint(low, high)))
    if found > after + timedelta(minutes=5):
        return found
    soon = after + timedelta(minutes=rng.randint(10, 50))
    return (
        soon
        if soon < moment(local_date(after), 20, 20)
        else moment(local_date(after) + timedelta(days=1), 8, rng.randrange(60))
    )
