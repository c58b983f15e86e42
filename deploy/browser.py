"""A Chromium for the browser tests: found here, else Playwright's own download, else Debian's package as root."""

import contextlib
import os
import shutil
import subprocess
import sys

from deploy.processes import StartFailed
from deploy.temporal.obtain import Say, apt_install, is_debian_root, run

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable(say: Say = print) -> str:
    """The path for Playwright's `executable_path`. Raises StartFailed."""
    if found := _installed():
        return found
    say("getting a Chromium for the browser tests (once)")
    reason = run([sys.executable, "-m", "playwright", "install", "chromium"], say=say, doing="downloading Chromium")
    if found := _installed():
        return found
    failure = f"Playwright's download failed ({reason})"
    if is_debian_root():
        reason = apt_install("chromium", say=say)
        if found := _installed():
            return found
        failure += f", and Debian's package could not be installed ({reason})"
    raise StartFailed(f"no Chromium could be had for the browser tests: {failure}; install Chromium or Chrome.")


def arguments() -> list[str]:
    """What it must be started with: as root there is no sandbox."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


def _installed() -> str | None:
    for name in NAMES:
        if found := shutil.which(name):
            return found
    with contextlib.suppress(OSError):
        asked = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=False, timeout=60)
        path = asked.stdout.strip()
        if path and os.access(path, os.X_OK):
            return path
    return None


_ASK = (
    "from playwright.sync_api import sync_playwright as s; p = s().start(); print(p.chromium.executable_path); p.stop()"
)


def main() -> int:
    """`python -m deploy.browser`: obtain it, say where it is."""
    try:
        print(executable(lambda sentence: print(f"camket: {sentence}", file=sys.stderr, flush=True)))
    except StartFailed as error:
        print(f"camket: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
