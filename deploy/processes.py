"""Other programs: whether a recorded one still runs and is ours, and how to end it."""

import contextlib
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
    _, alive = psutil.wait_procs(family[:1], timeout=patience)
    _, alive = psutil.wait_procs(alive + family[1:], timeout=0.5)
    for left in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            left.kill()
    psutil.wait_procs(alive, timeout=2)


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
