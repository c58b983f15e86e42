"""Given, when: a decider tried without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from events.decider import Command, Decider, Recorded

S = TypeVar("S")
SOME_DAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def recorded(
    event: Any,
    *,
    stream: str = "cycle-2026-m1",
    version: int = 1,
    at: datetime = SOME_DAY,
    by: str = "p1",
    on_behalf_of: str | None = None,
    command_id: str = "c1",
    recorded_at: datetime | None = None,
) -> Recorded:
    """The event in an envelope, as a fold meets it."""
    return Recorded(
        event=event,
        stream=stream,
        version=version,
        position=0,
        actor=by,
        on_behalf_of=on_behalf_of,
        command_id=command_id,
        occurred_at=at,
        recorded_at=recorded_at or at,
    )


def given(decider: Decider[S, Any, Any], events: Sequence[Any], *, stream: str = "cycle-2026-m1") -> S:
    """The state these events make; plain ones are put into envelopes, `Recorded` ones stay as they are."""
    state = decider.initial
    for version, event in enumerate(events, 1):
        one = event if isinstance(event, Recorded) else recorded(event, stream=stream, version=version)
        state = decider.evolve(state, one)
    return state


def when(decider: Decider[S, Any, Any], events: Sequence[Any], command: Command, setting: Any = None) -> list[Any]:
    """What the decider answers to the command after these events; raises what it refuses."""
    return decider.decide(given(decider, events), command, setting)
