"""A real Temporal dev server, a database, and a worker process of their own, on today's date."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client

from deploy.settings import Settings
from deploy.temporal.client import connect
from deploy.temporal.dev_server import DevServer
from events.decider import local_date
from events.log import Log
from events.policy import Stage, StepChange
from events.unit_year.facts import StageEscalated, StageOpened
from tests.workflows.cell import MEMBERS, Cell, found

PATIENCE = 90.0


class Installation:
    """One cell whose pledge was due two days ago, and whose other steps but the check-ins are open since today."""

    def __init__(self, log: Log, home: Path, database_url: str, key: bytes) -> None:
        self.log = log
        self.home = home
        (home / "master.key").write_bytes(key)
        self.settings = Settings(home=home, database_url=database_url, temporal_address=None, starts_per_second=1000)
        self.server = DevServer.start(home, self.settings, lambda _: None)
        self.settings = self.settings.model_copy(update={"temporal_address": self.server.address})
        self.today = local_date(datetime.now(UTC))
        self.cell = Cell(log, self.today.year)
        self.unit = f"unit-{self.today.year}-u3"
        self.worker: subprocess.Popen[bytes] | None = None

    async def client(self) -> Client:
        return await connect(self.settings)

    def start_worker(self, dies_at: str = "") -> "subprocess.Popen[bytes]":
        """Start the worker process."""
        env = {
            **os.environ,
            "CAMKET_HOME": str(self.home),
            "DATABASE_URL": str(self.settings.database_url),
            "TEMPORAL_ADDRESS": self.server.address,
            "CAMKET_STARTS_PER_SECOND": "1000",
        }
        command = [sys.executable, "-W", "error", "-m", "tests.deploy.mortal_worker", *([dies_at] if dies_at else [])]
        with (self.home / "worker.log").open("ab") as out:
            self.worker = subprocess.Popen(command, env=env, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        return self.worker

    def stop_worker(self) -> int:
        """SIGTERM; the exit code."""
        assert self.worker is not None
        self.worker.terminate()
        return self.worker.wait(15)

    async def open_year(self) -> None:
        """The season of this year, its dates moved around today."""
        await found(self.log)
        now = datetime.now(UTC)
        await self.cell.open_season(now)
        far = self.day(200)
        changes = [
            StepChange(stage=Stage.PLEDGE, opens=self.day(-20), due=self.day(-2)),
            StepChange(stage=Stage.SELF_CRITICISM, opens=self.day(0), due=self.day(40)),
            StepChange(stage=Stage.APPRAISAL, opens=self.day(0), due=self.day(50)),
            *(StepChange(stage=Stage.CHECK_IN, month=month, opens=far, due=far) for month in range(1, 13)),
        ]
        await self.cell.amend(now, *changes)

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    async def walk(self, member: str) -> None:
        """The member and the committees do everything up to the acknowledged result."""
        for act in ("pledge", "approve", "criticise_oneself", "accept", "vote", "decide", "acknowledge"):
            await getattr(self.cell, act)(member, datetime.now(UTC))

    async def wait(self, claim: Callable[[], Awaitable[bool]]) -> None:
        """Until the claim holds."""
        give_up = asyncio.get_running_loop().time() + PATIENCE
        while not await claim():
            assert asyncio.get_running_loop().time() < give_up, (self.home / "worker.log").read_text()[-3000:]
            await asyncio.sleep(0.1)

    async def opened_and_escalated(self) -> bool:
        """Whether the three stages are open and the pledge's past date was escalated."""
        kinds = [type(one.event) for one in await self.log.read(self.unit)]
        return kinds.count(StageOpened) >= 3 and StageEscalated in kinds

    async def kinds(self, stream: str) -> list[str]:
        """The names of a stream's events."""
        return [type(one.event).__name__ for one in await self.log.read(stream)]

    def has(self, stream: str, kind: type) -> Callable[[], Awaitable[bool]]:
        async def claim() -> bool:
            return any(isinstance(one.event, kind) for one in await self.log.read(stream))

        return claim

    @property
    def cycles(self) -> list[str]:
        return [f"cycle-{self.today.year}-{member}" for member in MEMBERS]

    async def temporal_texts(self) -> Any:
        """Everything in the server's files, as bytes."""
        return b"".join(path.read_bytes() for path in sorted(self.home.glob("temporal.db*")))

    def end(self) -> None:
        """Stop what runs."""
        if self.worker is not None and self.worker.poll() is None:
            self.worker.kill()
            self.worker.wait(5)
        self.server.stop()
