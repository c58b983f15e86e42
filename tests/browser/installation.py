"""A whole Camket of the tests' own: `camket up` in a data folder of its own, with the small demo, as a new user starts it."""

import contextlib
import csv
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.connect import Running

PATIENCE = 150.0
READY = "Camket is ready at "


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """One line of logins.csv."""

    username: str
    password: str
    role: str
    person: str
    unit: str


@dataclass(frozen=True, slots=True)
class Installation:
    """Where it runs, and who can sign in; the open cell's people come first."""

    home: Path
    url: str
    logins: tuple[Login, ...]

    @property
    def open_cell(self) -> tuple[Login, ...]:
        """Its secretary, its deputy, then its members."""
        return tuple(one for one in self.logins if one.unit == self.logins[0].unit)

    def holder(self, role: str) -> Login:
        """The first who has a role."""
        return next(one for one in self.logins if one.role == role)

    @property
    def database_url(self) -> str:
        """Of its embedded PostgreSQL."""
        running = Running.read(self.home / "run.json")
        assert running
        assert running.database_url
        return running.database_url


@contextlib.contextmanager
def installed() -> Iterator[Installation]:
    """Start it, wait for its ready line, stop it as Ctrl-C does."""
    own = {"DATABASE_URL", "TEMPORAL_ADDRESS"}
    inherited = {name: value for name, value in os.environ.items() if name not in own}
    with tempfile.TemporaryDirectory(prefix="camket-", dir="/tmp") as folder:
        home = Path(folder) / "data"
        said = Path(folder) / "said"
        with said.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", "up"],
                env={**inherited, "CAMKET_HOME": str(home), "CAMKET_PORT": "0", "CAMKET_DEMO": "small"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        try:
            url = _ready(process, said)
            with (home / "logins.csv").open(newline="", encoding="utf-8") as source:
                logins = tuple(Login(**row) for row in csv.DictReader(source))
            yield Installation(home, url, logins)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _ready(process: "subprocess.Popen[bytes]", said: Path) -> str:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and process.poll() is None:
        last = said.read_text().rstrip().rpartition("\n")[2]
        if last.startswith(READY):
            return last.removeprefix(READY)
        time.sleep(0.1)
    raise AssertionError(f"never ready: {said.read_text()}")
