"""What runs for a data folder, and a connection to it: commands given beside a running system find it through run.json."""

import asyncio
import contextlib
import fcntl
import json
import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

from deploy.postgres import Postgres
from deploy.processes import StartFailed
from deploy.settings import Settings

LOCK = "up.lock"


@dataclass
class Running:
    """What `camket up` has started: its own number, the addresses, and each child's number and birth time."""

    pid: int
    url: str
    database_url: str | None = None
    temporal_address: str | None = None
    processes: dict[str, tuple[int, float]] = field(default_factory=dict)

    def write(self, file: Path) -> None:
        """Write it at one stroke, for the owner only."""
        temporary = file.with_name(f"{file.name}.new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as target:
            json.dump(asdict(self), target, indent=1)
        temporary.replace(file)

    @classmethod
    def read(cls, file: Path) -> "Running | None":
        """What was recorded last, whether or not it still runs."""
        try:
            recorded: dict[str, Any] = json.loads(file.read_text())
            processes = {name: (int(pid), float(born)) for name, (pid, born) in recorded.pop("processes").items()}
            return cls(**recorded, processes=processes)
        except (OSError, ValueError, KeyError, TypeError):
            return None


def record(pid: int) -> tuple[int, float]:
    """A process's number and birth time: together they are never anybody else's."""
    with contextlib.suppress(psutil.Error):
        return pid, psutil.Process(pid).create_time()
    return pid, 0.0


def recorded_process(pid: int, born: float) -> psutil.Process | None:
    """The process that was recorded, if it is still there."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        if abs(process.create_time() - born) < 1 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def is_up(settings: Settings) -> bool:
    """Whether a `camket up` holds this data folder now."""
    try:
        with (settings.home / LOCK).open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
    except OSError:
        pass
    return False


def locked(lock: IO[str]) -> bool:
    """Whether the lock is ours now; a command that only looks at it holds it for an instant."""
    for _ in range(10):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.05)
    return False


@contextlib.contextmanager
def connected(settings: Settings, *, create: bool = False) -> Iterator[Settings]:
    """The settings with the addresses of what runs; the embedded PostgreSQL is started for as long as this lasts.

    `create` makes an empty data folder where there is none; otherwise that is a StartFailed.
    """
    up = Running.read(settings.run_file) if is_up(settings) else None
    found: Mapping[str, Any] = {}
    if up is not None:
        found = {"temporal_address": settings.temporal_address or up.temporal_address, "public_address": up.url}
    if settings.database_url:
        yield settings.model_copy(update=dict(found))
        return
    if not create and not (settings.home / "pg").exists():
        raise StartFailed(f"there is no Camket in {settings.home}; start it with `make run`, or set CAMKET_HOME.")
    server = Postgres.start(settings.home)
    try:
        yield settings.model_copy(update={**found, "database_url": server.create_database("camket")})
    finally:
        if not is_up(settings):
            server.stop()


@contextlib.asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[str]:
    """The same for async code: the database's address."""
    manager = connected(settings)
    found = await asyncio.to_thread(manager.__enter__)
    try:
        assert found.database_url is not None
        yield found.database_url
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)
