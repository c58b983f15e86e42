"""Steps both servers share: programs run with a progress line, the SDK's own download, packages of the system."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

Say = Callable[[str], None]


def run(
    command: list[str], *, say: Say, doing: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> str | None:
    """Run a program that may take minutes, saying every 15 seconds that it still does; the reason when it fails."""
    began = time.monotonic()
    finished = threading.Event()

    def remind() -> None:
        while not finished.wait(15):
            say(f"{doing}: {time.monotonic() - began:.0f} s")

    threading.Thread(target=remind, daemon=True).start()
    try:
        done = subprocess.run(
            command,
            env=None if env is None else {**os.environ, **env},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=1800,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    finally:
        finished.set()
    if not done.returncode:
        return None
    lines = [line.strip() for line in (done.stdout + "\n" + done.stderr).splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("[ERROR]", "E:", "ERROR", "go:"))] or lines
    return (telling[0] if telling[0].startswith("[") else telling[-1]) if telling else f"exit code {done.returncode}"


def download_by_sdk(folder: Path, kind: str) -> Path:
    """The program the SDK fetches from its own site, `kind` being dev or test. Raises what the SDK raises."""
    from temporalio.testing import WorkflowEnvironment

    folder.mkdir(parents=True, exist_ok=True)
    day = timedelta(seconds=60)

    async def once(into: str) -> None:
        if kind == "dev":
            environment = await WorkflowEnvironment.start_local(
                download_dest_dir=into, dev_server_startup_timeout=day, dev_server_log_level="error"
            )
        else:
            environment = await WorkflowEnvironment.start_time_skipping(
                download_dest_dir=into, test_server_startup_timeout=day
            )
        await environment.shutdown()

    with tempfile.TemporaryDirectory(dir=folder) as into:
        asyncio.run(once(into))
        program = max(Path(into).iterdir(), key=lambda path: path.stat().st_size)
        target = folder / f"temporal-{kind}"
        program.chmod(0o755)
        program.replace(target)
    return target


def is_debian_root() -> bool:
    """Whether packages of the system may be installed: as root, with apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str, say: Say) -> str | None:
    """Install Debian packages; the reason when that fails."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    what = " and ".join(packages)
    run(["apt-get", "update", "-q"], say=say, doing="reading Debian's package lists", env=quiet)
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    return run(command, say=say, doing=f"installing {what}", env=quiet)
