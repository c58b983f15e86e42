"""What a decision reads: folded states, out of memory where they are, and the versions that the append compares again."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from events import sql
from events.decider import Decider, Recorded
from events.envelope import Sealed
from events.projections import Key, Row
from events.vault import Vault

S = TypeVar("S")
AnyDecider = Decider[Any, Any, Any]
Rows = dict[tuple[str, Key], Row | None]


@dataclass(slots=True)
class Held:
    """A state, up to which version it is folded, and how it grows."""

    decider: AnyDecider
    state: Any
    version: int


class Cache:
    """Folded states and rows of streams, bounded. Streams only grow, so what is here is right or behind, never wrong."""

    def __init__(self, states: int = 50_000, streams: int = 20_000) -> None:
        self._states: OrderedDict[tuple[str, str], tuple[Any, int]] = OrderedDict()
        self._rows: OrderedDict[str, tuple[int, Rows]] = OrderedDict()
        self._most_states, self._most_streams = states, streams

    def get(self, decider: AnyDecider, stream: str) -> tuple[Any, int] | None:
        """The state and its version, if it is here."""
        found = self._states.get((decider.name, stream))
        if found is not None:
            self._states.move_to_end((decider.name, stream))
        return found

    def put(self, decider: AnyDecider, stream: str, state: Any, version: int) -> None:
        """Keep a state unless a newer one is here."""
        key = decider.name, stream
        known = self._states.get(key)
        if known is None or known[1] < version:
            self._states[key] = state, version
            self._states.move_to_end(key)
            if len(self._states) > self._most_states:
                self._states.popitem(last=False)

    def rows(self, stream: str, version: int) -> Rows:
        """The stream's rows of projections as of exactly this version, as far as they are known."""
        known = self._rows.get(stream)
        return known[1] if known is not None and known[0] == version else {}

    def put_rows(self, stream: str, version: int, rows: Rows) -> None:
        """Keep the rows as of this version; not of a stream with very many."""
        if len(rows) > 500:
            self._rows.pop(stream, None)
            return
        known = self._rows.get(stream)
        if known is None or known[0] <= version:
            self._rows[stream] = version, rows
            self._rows.move_to_end(stream)
            if len(self._rows) > self._most_streams:
                self._rows.popitem(last=False)

    def clear(self) -> None:
        """Forget everything: states hold texts in the clear, and one of their keys was destroyed."""
        self._states.clear()
        self._rows.clear()


@dataclass(frozen=True, slots=True)
class Known:
    """A row of `commands`."""

    actor: str
    digest: bytes
    first: int | None
    last: int | None


async def opened(engine: AsyncEngine, vault: Vault, rows: Iterable[Any]) -> list[Recorded]:
    """Stored rows as events, their keys fetched together."""
    return await _opened(engine, vault, [Sealed(row["body"], row["position"]) for row in rows])


async def _opened(engine: AsyncEngine, vault: Vault, bodies: list[Sealed]) -> list[Recorded]:
    await vault.fetch(engine, {key for body in bodies for key in body.keys})
    return [body.open(vault) for body in bodies]


class View:
    """The `Reader` of one command or batch. At first it answers from memory; after `refresh` nothing is older than that."""

    def __init__(self, engine: AsyncEngine, vault: Vault, cache: Cache, *, fresh: bool) -> None:
        self._engine, self._vault, self._cache = engine, vault, cache
        self._held: dict[str, dict[str, Held]] = {}
        self._pending: dict[str, list[Recorded]] = {}
        self.base: dict[str, int] = {}
        self.fresh = fresh

    async def state(self, decider: Decider[S, Any, Any], stream: str) -> S:
        """The folded state of one stream."""
        return (await self.states(decider, [stream]))[0]

    async def states(self, decider: Decider[S, Any, Any], streams: Sequence[str]) -> list[S]:
        """The folded states of several, in at most one round trip."""
        missing = [stream for stream in streams if decider.name not in self._held.get(stream, {})]
        if missing and not self.fresh:
            missing = [stream for stream in missing if not self._recall(decider, stream)]
        if missing:
            await self.refresh([(decider, stream) for stream in missing], (), only=True)
        return [self._held[stream][decider.name].state for stream in streams]

    def version(self, stream: str) -> int:
        """The version a stream has in this view, the batch's own events included; KeyError when it was not read."""
        return next(iter(self._held[stream].values())).version

    def __contains__(self, stream: str) -> bool:
        return stream in self._held

    def recall(self, decider: AnyDecider, stream: str) -> bool:
        """Take a state out of memory, if it is there."""
        return decider.name in self._held.get(stream, {}) or self._recall(decider, stream)

    def _recall(self, decider: AnyDecider, stream: str) -> bool:
        found = self._cache.get(decider, stream)
        if found is not None:
            self._hold(Held(decider, *found), stream)
        return found is not None

    def _hold(self, held: Held, stream: str) -> None:
        self._held.setdefault(stream, {})[held.decider.name] = held
        self.base[stream] = min(self.base.get(stream, held.version), held.version)
        for recorded in self._pending.get(stream, ()):
            held.state, held.version = held.decider.evolve(held.state, recorded), recorded.version

    async def refresh(
        self, wanted: Iterable[tuple[AnyDecider, str]], command_ids: Sequence[str], *, only: bool = False
    ) -> dict[str, Known]:
        """Bring these streams, and unless `only` every other one read so far, to what is stored now; the known commands.

        Events of this view's own batch are dropped: the caller decides again.
        """
        held = [] if only else [(entry.decider, stream) for stream, by in self._held.items() for entry in by.values()]
        asked = {(decider.name, stream): decider for decider, stream in (*held, *wanted)}
        start = {
            (name, stream): self._cache.get(decider, stream) or (decider.initial, 0)
            for (name, stream), decider in asked.items()
        }
        since: dict[str, int] = {}
        for (_, stream), (_, version) in start.items():
            since[stream] = min(since.get(stream, version), version)
        rows = await self._fetch(since, command_ids)
        events: dict[str, list[Recorded]] = {stream: [] for stream in since}
        # Position 0, as for events about to be appended: a state must come out the same whichever way it grew.
        for recorded in await _opened(
            self._engine, self._vault, [Sealed(row["body"], 0) for row in rows if row["kind"] == 0]
        ):
            events[recorded.stream].append(recorded)
        if not only:
            self._held, self._pending, self.base = {}, {}, {}
        for (name, stream), (state, version) in start.items():
            grown = Held(asked[name, stream], state, version)
            for recorded in sorted(events[stream], key=lambda recorded: recorded.version):
                if recorded.version > grown.version:
                    grown.state, grown.version = grown.decider.evolve(grown.state, recorded), recorded.version
            self._cache.put(grown.decider, stream, grown.state, grown.version)
            self._hold(grown, stream)
        if not only:
            self.fresh = True
        return {
            row["stream"]: Known(row["actor"], row["body"], row["position"], row["last"])
            for row in rows
            if row["kind"] == 1
        }

    async def _fetch(self, since: dict[str, int], command_ids: Sequence[str]) -> list[Any]:
        if len(since) == 1 and len(command_ids) <= 1:
            ((stream, version),) = since.items()
            arguments: tuple[Any, ...] = (sql.year_of(stream), stream, version, next(iter(command_ids), None))
            statement = sql.NEWER_OF_ONE
        else:
            years = [sql.year_of(stream) for stream in since]
            arguments = (years, list(since), list(since.values()), list(command_ids), sorted(set(years)))
            statement = sql.NEWER

        async def act(connection: sql.Driver) -> list[Any]:
            return await connection.fetch(statement, *arguments)

        return await sql.lasting(self._engine, act)

    def advance(self, recorded: Recorded) -> None:
        """Let every state of the stream grow by an event that is about to be appended."""
        self._pending.setdefault(recorded.stream, []).append(recorded)
        for held in self._held[recorded.stream].values():
            held.state = held.decider.evolve(held.state, recorded)
            held.version = recorded.version

    def keep(self, streams: Iterable[str]) -> None:
        """The append went through: what these streams came to is what is stored."""
        for stream in streams:
            for held in self._held[stream].values():
                self._cache.put(held.decider, stream, held.state, held.version)
