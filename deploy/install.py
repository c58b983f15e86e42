"""Bootstrap with nothing but Python's standard library: the virtual environment, from the hash-pinned locks.

`python3 deploy/install.py [runtime|dev]` is what `make` runs first. It does nothing, in milliseconds, when the
locks, pyproject.toml and the interpreter are the ones it installed last.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "camket-installed"
LOCKS = {"runtime": ("runtime",), "dev": ("runtime", "dev")}
NEEDED = (3, 11)


def fail(sentence: str) -> int:
    """Say one sentence on stderr and give the exit code."""
    print(f"camket: {sentence}", file=sys.stderr)
    return 1


def fingerprint(lock: str) -> str:
    """What an installation depends on, as one line."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in LOCKS[lock]:
        digest.update((ROOT / "deploy" / "locks" / f"{name}.txt").read_bytes())
    import tomllib  # an older Python must reach the sentence that says so

    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    digest.update(repr((project["build-system"], project["project"], project["tool"]["setuptools"])).encode())
    return f"{lock} {digest.hexdigest()}"


def installed(lock: str) -> bool:
    """Whether this lock, or one that contains it, is what the environment holds."""
    if not usable() or not STAMP.exists():
        return False
    have = STAMP.read_text().strip()
    return have in {fingerprint(lock), fingerprint("dev")}


def usable() -> bool:
    """Whether the environment is one of this very Python; one of another version is made anew."""
    try:
        lines = (VENV / "pyvenv.cfg").read_text().splitlines()
    except OSError:
        return False
    values = dict(line.split(" = ", 1) for line in lines if " = " in line)
    return (VENV / "bin" / "pip").exists() and values.get("version") == sys.version.split()[0]


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Two `make` at once: the second waits, then finds everything done."""
    with (ROOT / "pyproject.toml").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def create() -> str | None:
    """Make an empty environment; the sentence of what is missing when that cannot be done."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return (
            f"this Python {version} ({sys.executable}) has no ensurepip; "
            f"install it (on Debian or Ubuntu: apt install python{version}-venv) and run make again."
        )
    if VENV.exists():
        shutil.rmtree(VENV)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        return f"no virtual environment could be made in {VENV}: {last_line(made.stdout + made.stderr)}"
    return None


def last_line(text: str) -> str:
    """The last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def pip(*arguments: str) -> str | None:
    """Run the environment's own pip; the reason when it fails."""
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PIP_NO_INPUT": "1"},
    )
    if not done.returncode:
        return None
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return errors[0] if errors else last_line(done.stderr + done.stdout)


def install(lock: str) -> str | None:
    """Bring the environment to the lock; the sentence of what went wrong, if something did."""
    print(f"camket: installing the {lock} packages into .venv (once; about half a minute)", flush=True)
    if not usable() and (missing := create()):
        return missing
    STAMP.unlink(missing_ok=True)
    for name in LOCKS[lock]:
        requirements = str(ROOT / "deploy" / "locks" / f"{name}.txt")
        if reason := pip("--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", requirements):
            return f"the packages of deploy/locks/{name}.txt could not be installed: {reason}"
    if reason := pip("--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT)):
        return f"the project itself could not be installed: {reason}"
    STAMP.write_text(fingerprint(lock) + "\n")
    return None


def main() -> int:
    """Install what the argument names, unless it is there already."""
    lock = sys.argv[1] if len(sys.argv) > 1 else "runtime"
    if sys.version_info < NEEDED:
        return fail(f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}.")
    try:
        if installed(lock):
            return 0
        with alone():
            if not installed(lock) and (reason := install(lock)):
                return fail(reason)
    except OSError as error:
        return fail(f"{error.strerror or error}: {error.filename or VENV}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
