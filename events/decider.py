"""The shape of every decision: a command, the state it meets, the setting it needs, and the events that follow."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def local_date(at: datetime) -> date:
    """The calendar date in Viet Nam at an instant; every deadline is such a date, and it ends when the next one begins."""
    return at.astimezone(LOCAL_ZONE).date()


def day_begins(day: date) -> datetime:
    """The instant, in UTC, at which a local date begins; a deadline is over at the beginning of the next."""
    return datetime.combine(day, time(), LOCAL_ZONE).astimezone(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """What someone wants done.

    Attributes:
        id: given by the form (a uuid) or made by a workflow (`cycle-2026-m102/remind/review-2`); a repeat is answered as the first was.
        by: person id (`p…`) or, for what the calendar does, `CALENDAR`.
        at: aware UTC; the server's clock for people, `workflow.now()` for workflows, the told time for the demo and the import.
        on_behalf_of: person id the actor stands in for, or None.
    """

    id: str
    by: str
    at: datetime
    on_behalf_of: str | None = None


CALENDAR = "calendar"
"""The actor of what no person did: a workflow keeping the calendar."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """An event with its envelope, as stored or about to be.

    Attributes:
        position: place in the whole log, from 1, gap-free, in commit order; 0 while it is not appended yet.
        version: place in its stream, from 1.
        occurred_at, recorded_at: aware UTC; they differ only for what is told later (demo, import, paper).
    """

    event: Any
    stream: str
    version: int
    position: int
    actor: str
    on_behalf_of: str | None
    command_id: str
    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class In:
    """An event for another stream than the command's own; that stream must have been read in the setting."""

    stream: str
    event: Any


S = TypeVar("S")
C = TypeVar("C", bound=Command, contravariant=True)  # noqa: PLC0105 - named as in the style guide
T = TypeVar("T")


class Reader(Protocol):
    """Reads other streams for a setting, and notes their versions, which the append compares again under the head lock."""

    async def state(self, decider: "Decider[S, Any, Any]", stream: str) -> S:
        """The folded state of a stream; the decider's initial state when the stream is empty."""
        ...

    async def states(self, decider: "Decider[S, Any, Any]", streams: Sequence[str]) -> list[S]:
        """The same for several streams, in their order, in one round trip."""
        ...


@dataclass(frozen=True, kw_only=True)
class Decider(Generic[S, C, T]):
    """One kind of stream: how its state grows, and what it answers to commands.

    Attributes:
        decide: pure; `[]` means already so; may raise a `Refused`. An element is an event of the own stream, or `In`.
        setting: gathers what `decide` needs from elsewhere, as of `command.at`, through the reader.
        sealed_for: key id whose key seals the free text of this stream's events: a person (`p…`), or the stream itself.
    """

    name: str
    initial: S
    evolve: Callable[[S, Recorded], S]
    decide: Callable[[S, C, T], list[Any]]
    setting: Callable[[Reader, str, C], Awaitable[T]]
    sealed_for: Callable[[str, T], str]
