"""Other programs: whether a recorded one still runs and is ours, and how to end it."""

import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pathlib import Path


class StartFailed(Exception):  # noqa: N818 - it is what happened, and its text is shown as it stands
    """A part could not be started; the message is one sentence for the person at the terminal."""


def find(pid: int, *words: str) -> psutil.Process | None:
    """The process with this number if its command line holds all the words, so a reused number is never mistaken."""
    try:
        process = psutil.Process(pid)
        line = " ".join(process.cmdline())
        if process.status() == psutil.STATUS_ZOMBIE or not all(word in line for word in words):
            return None
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return process


def end(process: psutil.Process, *, patience: float = 8.0) -> None:
    """Ask it to stop, wait that many seconds, then kill it with all its children."""
    family = [process]
    with contextlib.suppress(psutil.NoSuchProcess):
        family += process.children(recursive=True)
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
    _wait(family[:1], patience)
    alive = _wait(family, 0.2)
    for left in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            left.kill()
    _wait(alive, 2)


def _wait(processes: list[psutil.Process], patience: float) -> list[psutil.Process]:
    """Those that still run after so many seconds. A dead one whose parent has not noticed does not count."""
    give_up = time.monotonic() + patience
    while (alive := [process for process in processes if _runs(process)]) and time.monotonic() < give_up:
        time.sleep(0.03)
    return alive


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def last_lines(path: "Path", count: int = 1, keep: Callable[[str], bool] = bool) -> str:
    """The last lines of a log that say something, joined; empty when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 20_000))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    return " / ".join([line.strip() for line in lines if line.strip() and keep(line)][-count:])
