"""The append-only log: the only writer of events, and the way to read them."""

import asyncio
import importlib
import pkgutil
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool

import events.projections
from events import sql
from events.append import Batch, Listening, Request, digest
from events.decider import Command, Decider, Recorded
from events.errors import Conflict, Refused, Stale
from events.projections import Projection
from events.sql import create_engine
from events.vault import Vault, master_key
from events.view import Cache, Known, View, opened

__all__ = ["Log", "Outcome", "Request", "create_engine", "open_log", "utc_now"]

TRIES = 4
NOTIFY_EVERY = 0.005  # seconds

S = TypeVar("S")
C = TypeVar("C", bound=Command)


def utc_now() -> datetime:
    """The log's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to.

    Attributes:
        version: the stream's afterwards; for a repeat, after the first time.
        first_position, last_position: None when nothing had to change.
        repeated: the command was carried out before; this is the answer of then.
    """

    stream: str
    version: int
    first_position: int | None
    last_position: int | None
    events: tuple[Recorded, ...]
    repeated: bool


class Log:
    """One log in one database. Any number of these, in any number of processes, may write at the same time."""

    def __init__(
        self,
        engine: AsyncEngine,
        vault: Vault,
        projections: Sequence[Projection],
        *,
        clock: Callable[[], datetime] = utc_now,
        durability: str = "commit",
    ) -> None:
        if durability not in {"commit", "barrier"}:
            raise ValueError(f"durability is commit or barrier, not {durability!r}")
        self.engine = engine
        self.vault = vault
        self.projections = tuple(projections)
        self._listening = Listening(projections)
        self._clock = clock
        self.durability = durability
        self._cache = Cache()
        self._notifying: asyncio.Task[None] | None = None
        vault.on_forgotten(self._cache.clear)

    async def execute(
        self, decider: Decider[S, C, Any], stream: str, command: C, *, expected: int | None = None
    ) -> Outcome:
        """Decide and append, all or nothing. A repeat of the same command is answered as the first was.

        Raises what `decide` refuses; Stale when `expected` is not the stream's version, or what was read kept changing;
        Conflict `command.id_reused` when the id belongs to another command.
        """
        return (await self._execute([Request(decider, stream, command)], {stream: expected}))[0]

    async def execute_many(self, requests: Sequence[Request]) -> list[Outcome]:
        """The same for many commands in one transaction; later ones see what the earlier ones came to. One refusal refuses all."""
        return await self._execute(requests, {}) if requests else []

    async def load(self, decider: Decider[S, Any, Any], stream: str) -> tuple[S, int]:
        """The stream's state and version as they are now; the initial state and 0 for an empty one."""
        return (await self.load_many(decider, [stream]))[0]

    async def load_many(self, decider: Decider[S, Any, Any], streams: Sequence[str]) -> list[tuple[S, int]]:
        """The same for several, in one round trip."""
        if not streams:
            return []
        await self.vault.refresh(self.engine)
        view = View(self.engine, self.vault, self._cache, fresh=True)
        states = await view.states(decider, streams)
        return [(state, view.version(stream)) for state, stream in zip(states, streams, strict=True)]

    async def read(self, stream: str, after_version: int = 0) -> list[Recorded]:
        """The stream's events, texts opened."""
        return await self._read(sql.OF_STREAM, sql.year_of(stream), stream, after_version)

    async def read_after(self, position: int, limit: int = 1000) -> list[Recorded]:
        """The whole log's next events. Positions have no gaps and appear in order, so nothing can come in between later."""
        return await self._read(sql.AFTER, position, limit)

    async def head(self) -> int:
        """The last position."""
        head: int = await sql.lasting(self.engine, lambda connection: connection.fetchval("SELECT position FROM head"))
        return head

    async def close(self) -> None:
        """Let the last notification go out. The engine stays open: it is whose it is."""
        if self._notifying is not None:
            await asyncio.wait([self._notifying])

    async def _read(self, statement: str, *arguments: Any) -> list[Recorded]:
        await self.vault.refresh(self.engine)
        rows = await sql.lasting(self.engine, lambda connection: connection.fetch(statement, *arguments))
        return await opened(self.engine, self.vault, rows)

    async def _execute(self, requests: Sequence[Request], expected: dict[str, int | None]) -> list[Outcome]:
        await self.vault.refresh(self.engine)
        view = View(self.engine, self.vault, self._cache, fresh=False)
        wanted = [(request.decider, request.stream) for request in requests]
        ids = [request.command.id for request in requests]
        known: dict[str, Known] = {}
        if len(requests) > 1 or not view.recall(*wanted[0]):
            known = await view.refresh(wanted, ids)
            view.fresh = False  # the setting may come from memory; on a refusal everything is read again
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(random.uniform(0, 0.004 * attempt))  # noqa: S311 - jitter
                await self.vault.refresh(self.engine)
                known = await view.refresh(wanted, ids)
            try:
                outcomes = await self._once(requests, expected, view, known)
            except Refused:
                if view.fresh:
                    raise
                known = await view.refresh(wanted, ids)
                outcomes = await self._once(requests, expected, view, known)
            if outcomes is not None:
                return outcomes
        raise Stale("stale")

    async def _once(
        self, requests: Sequence[Request], expected: dict[str, int | None], view: View, known: dict[str, Known]
    ) -> list[Outcome] | None:
        """Decide everything and append; None when something read has changed meanwhile."""
        batch = Batch(view, self.vault, self._clock())
        spans: list[tuple[Request, tuple[int, int] | Known, int, bool]] = []
        seen = dict(known)
        here: dict[str, tuple[tuple[int, int], int]] = {}
        for request in requests:
            stream, command = request.stream, request.command
            mark = digest(self.vault.digest_key, stream, command)
            if first := seen.get(command.id):
                if first.actor != command.by or first.digest != mark:
                    raise Conflict("command.id_reused")
                spans.append((request, *here.get(command.id, (first, 0)), True))
                continue
            state = await view.state(request.decider, stream)
            version = view.version(stream)
            if expected.get(stream) not in {None, version}:
                raise Stale("stale", expected=expected[stream], version=version)
            setting = await request.decider.setting(view, stream, command)
            span = batch.add(request, setting, request.decider.decide(state, command, setting), mark)
            here[command.id] = span, view.version(stream)
            spans.append((request, *here[command.id], False))
            seen[command.id] = Known(command.by, mark, None, None)
        placed = await self._append(batch) if batch.commands else []
        if placed is None:
            return None
        return [
            await self._first_answer(request, span)
            if isinstance(span, Known)
            else _outcome(request, placed, span, version, repeated)
            for request, span, version, repeated in spans
        ]

    async def _append(self, batch: Batch) -> list[Recorded] | None:
        for last_try in (False, True):
            try:
                base = await batch.write(
                    self.engine, self._cache, self._listening, barrier=self.durability == "barrier"
                )
            except asyncpg.PostgresError as error:
                if error.sqlstate in {sql.STALE, sql.FORGOTTEN_KEY} or isinstance(error, asyncpg.UniqueViolationError):
                    self.vault.look_again()
                    return None
                if error.sqlstate == sql.NO_PARTITION and not last_try:
                    await self._ensure_years(batch)
                    continue
                if not isinstance(error, sql.LOST):
                    raise
                return None  # it may have been written: the command id tells when it is read again
            except (*sql.LOST, DBAPIError):
                return None
            self._notify()
            return batch.placed(base)
        return None

    async def _ensure_years(self, batch: Batch) -> None:
        years = sorted({sql.year_of(recorded.stream) for recorded in batch.events})

        async def act(connection: sql.Driver) -> None:
            await connection.executemany("SELECT ensure_year($1)", [(year,) for year in years])

        await sql.lasting(self.engine, act)

    async def _first_answer(self, request: Request, first: Known) -> Outcome:
        recorded: list[Recorded] = []
        if first.first is not None:
            recorded = await self._read(sql.BETWEEN, first.first, first.last)
        own = [one.version for one in recorded if one.stream == request.stream]
        version = own[-1] if own else (await self.load(request.decider, request.stream))[1]
        return Outcome(request.stream, version, first.first, first.last, tuple(recorded), repeated=True)

    def _notify(self) -> None:
        """Tell followers, at most every five milliseconds, outside of any command's time."""
        if self._notifying is None or self._notifying.done():
            self._notifying = asyncio.get_running_loop().create_task(self._notify_soon())

    async def _notify_soon(self) -> None:
        await asyncio.sleep(NOTIFY_EVERY)
        self._notifying = None
        try:
            async with sql.raw(self.engine) as connection:
                await connection.execute(f"NOTIFY {sql.CHANNEL}")
        except Exception:  # noqa: S110 - a hint only; followers ask by themselves as well
            pass


def _outcome(request: Request, placed: list[Recorded], span: tuple[int, int], version: int, repeated: bool) -> Outcome:
    recorded = tuple(placed[span[0] : span[1]])
    first, last = (recorded[0].position, recorded[-1].position) if recorded else (None, None)
    return Outcome(request.stream, version, first, last, recorded, repeated)


def import_events() -> None:
    """Import every module of this package, so that every stored name is known."""
    for module in pkgutil.walk_packages(events.__path__, "events."):
        importlib.import_module(module.name)


def open_log(engine: AsyncEngine, master_key_path: Path) -> Log:
    """The log of this database with every projection; MasterKeyMissing when its texts could not be opened."""
    import_events()
    may_create = master_key_path.exists() or not _sealed_before(engine)
    return Log(engine, Vault(master_key(master_key_path, may_create=may_create)), events.projections.ALL)


def _sealed_before(engine: AsyncEngine) -> bool:
    """Whether there are keys already. Asked once in an installation's life, so in a thread and a loop of its own."""

    async def ask() -> bool:
        own = create_engine(engine.url.render_as_string(hide_password=False), poolclass=NullPool)
        try:
            return bool(
                await sql.lasting(own, lambda connection: connection.fetchval("SELECT EXISTS (SELECT FROM keys)"))
            )
        finally:
            await own.dispose()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(ask())).result()
