"""Children of `camket up`: started, watched, started again with growing pauses, ended in reverse order."""

import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.processes import last_lines

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STEADY = 60.0  # seconds after which a death is no longer part of a series
LARGEST_LOG = 20_000_000


@dataclass
class Child:
    """A process of ours that is to run for as long as we do."""

    name: str
    command: list[str]
    log: Path
    env: Mapping[str, str]
    sockets: tuple[int, ...] = ()
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    again_at: float = 0.0
    pause: float = FIRST_PAUSE

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the supervisor alone, which ends all in order."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=dict(self.env),
                pass_fds=self.sockets,
                start_new_session=True,
            )
        self.started_at = time.monotonic()
        self.again_at = 0.0

    def tend(self) -> str | None:
        """Start it again when it is dead and its pause over; the sentence for the terminal when it has just died."""
        if self.process is None:
            if self.again_at and time.monotonic() >= self.again_at:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        if time.monotonic() - self.started_at > STEADY:
            self.pause = FIRST_PAUSE
        pause, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE)
        self.process = None
        self.again_at = time.monotonic() + pause
        why = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return f"the {self.name} process ended {why}; starting it again in {pause:.0f} s (see {self.log})"

    def last_words(self) -> str:
        """The end of its log."""
        return last_lines(self.log)

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        self.again_at = 0.0
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, patience: float) -> None:
        """Wait for its end, then kill it."""
        if self.process is None:
            return
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(2)
        self.process = None


@dataclass
class Closing:
    """What has to be undone, last started first."""

    steps: list[Callable[[], None]] = field(default_factory=list)

    def add(self, step: Callable[[], None]) -> None:
        """Undo this too."""
        self.steps.append(step)

    def close(self) -> list[str]:
        """Undo everything, whatever fails on the way; what failed."""
        failures = []
        while self.steps:
            try:
                self.steps.pop()()
            except Exception as error:
                failures.append(str(error))
        return failures
