"""`camket up`: everything on one machine, in order, watched until Ctrl-C, ended in reverse order."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NoReturn

import psutil

from deploy import assets
from deploy.connect import LOCK, Running, locked, record, recorded_process
from deploy.postgres import Postgres
from deploy.probes import cannot_connect, first_logins, log_has_events, web_answers
from deploy.processes import StartFailed, end, last_lines
from deploy.serve import SOCKET_VARIABLE
from deploy.settings import Settings
from deploy.supervise import Child, Closing
from deploy.temporal import dev_server

CAMKET = [sys.executable, "-m", "deploy.cli"]
WEB_PATIENCE = 90.0
ROOM_NEEDED = 300_000_000
UNFINISHED_DEMO = "demo.unfinished"


class Stopped(BaseException):
    """SIGINT, SIGTERM or SIGHUP came."""


def say(sentence: str) -> None:
    """One line of progress."""
    print(f"camket: {sentence}", flush=True)


def up(settings: Settings) -> int:
    """Run everything until told to stop; the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    closing = Closing()
    code = 0
    try:
        System(settings, closing).run()
    except Stopped:
        say("stopping")
    except StartFailed as error:
        code = fail(str(error))
    except OSError as error:
        code = fail(f"{error.strerror or error}: {error.filename or settings.home}.")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for failure in closing.close():
            code = fail(f"while stopping: {failure}")
        for child in psutil.Process().children():
            end(child, patience=1)
    return code


def fail(sentence: str) -> int:
    """One sentence on stderr; the exit code."""
    print(f"camket: {sentence}", file=sys.stderr, flush=True)
    return 1


def _stop(*_: object) -> NoReturn:
    raise Stopped


class System:
    """What `camket up` has started so far."""

    def __init__(self, settings: Settings, closing: Closing) -> None:
        self.settings = settings
        self.home = settings.home
        self.closing = closing
        self.running = Running(pid=os.getpid(), url="")
        self.children: list[Child] = []
        self.postgres: Postgres | None = None
        self.temporal: dev_server.DevServer | None = None
        self.env: dict[str, str] = dict(os.environ)
        self.to_resume = False
        self.resuming: Child | None = None

    def run(self) -> None:
        """Every step in order, then watch."""
        self.take_the_folder()
        listening = self.take_the_port()
        temporal_program = None
        if self.settings.temporal_address is None:
            temporal_program = dev_server.look(self.settings.cache, say)
        assets.build(say)
        self.start_postgres()
        self.prepare("migrate", "the database could not be brought to this release")
        self.tell_the_demo()
        self.start_temporal(temporal_program)
        self.start_child("worker", ())
        web = self.start_child("web", (listening.fileno(),))
        self.wait_for(web)
        for line in first_logins(self.settings.logins_file):
            say(line)
        print(f"Camket is ready at {self.running.url}", flush=True)
        if self.to_resume:
            self.resuming = Child("resume", [*CAMKET, "resume"], self.settings.log_folder / "resume.log", self.env)
            self.resuming.start()
        self.watch()

    def take_the_folder(self) -> None:
        """One `camket up` per data folder; what a killed one left running is ended."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.settings.log_folder.mkdir(exist_ok=True)
        if shutil.disk_usage(self.home).free < ROOM_NEEDED:
            raise StartFailed(f"the disk of {self.home} is full: less than {ROOM_NEEDED // 1_000_000} MB are free.")
        lock = (self.home / LOCK).open("w")
        self.closing.add(lock.close)
        if not locked(lock):
            before = Running.read(self.settings.run_file)
            where = f" at {before.url} (process {before.pid})" if before else ""
            raise StartFailed(f"Camket already runs in {self.home}{where}.")
        if before := Running.read(self.settings.run_file):
            for name, (pid, born) in reversed(before.processes.items()):
                if process := recorded_process(pid, born):
                    say(f"ending the {name} process that an earlier start left behind")
                    end(process, patience=5)
        self.running.write(self.settings.run_file)
        self.closing.add(lambda: self.settings.run_file.unlink(missing_ok=True))

    def take_the_port(self) -> socket.socket:
        """Listen before anything is started: a taken port is said at once, and a restarted web process keeps it."""
        listening = socket.socket()
        self.closing.add(listening.close)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((self.settings.host, self.settings.port))
        except OSError as error:
            port = self.settings.port
            raise StartFailed(f"port {port} is taken ({error.strerror}); choose another by CAMKET_PORT.") from error
        listening.listen(512)
        listening.set_inheritable(True)
        port = listening.getsockname()[1]
        self.running.url = f"http://127.0.0.1:{port}"
        self.env |= {
            "CAMKET_HOME": str(self.home),
            "CAMKET_HOST": self.settings.host,
            "CAMKET_PORT": str(port),
            "CAMKET_CACHE": str(self.settings.cache),
        }
        return listening

    def start_postgres(self) -> None:
        """The server of DATABASE_URL, or the embedded one."""
        url = self.settings.database_url
        if url is None:
            say("starting PostgreSQL")
            self.postgres = Postgres.start(self.home)
            self.closing.add(self.postgres.end)
            if (self.home / UNFINISHED_DEMO).exists():
                say("the demo was cut short at an earlier start and is told again")
                self.postgres.drop_database("camket")
            url = self.postgres.create_database("camket")
        elif reason := asyncio.run(cannot_connect(url)):
            raise StartFailed(f"the PostgreSQL of DATABASE_URL does not answer: {reason}.")
        self.running.database_url = url
        self.running.write(self.settings.run_file)
        self.env["DATABASE_URL"] = url

    def prepare(self, command: str, trouble: str) -> None:
        """Run one of our own commands to its end; its progress is shown, its complaints go to a file."""
        log = self.settings.log_folder / f"{command}.log"
        with log.open("wb") as errors:
            done = subprocess.run(
                [*CAMKET, command], env=self.env, stderr=errors, stdin=subprocess.DEVNULL, check=False
            )
        if done.returncode:
            raise StartFailed(
                f"{trouble}: {last_lines(log).removeprefix('camket: ') or 'no reason given'} (see {log})."
            )

    def tell_the_demo(self) -> None:
        """The demo organisation, where the log is empty."""
        url = self.running.database_url
        assert url is not None
        mark = self.home / UNFINISHED_DEMO
        if not mark.exists() and asyncio.run(log_has_events(url)):
            return
        say("telling the demo organisation (once)")
        mark.touch()
        self.prepare("demo", "the demo organisation could not be told")
        mark.unlink()

    def start_temporal(self, program: Callable[[], object] | None) -> None:
        """The server of TEMPORAL_ADDRESS, or a dev server."""
        address, namespace = self.settings.temporal_address, self.settings.temporal_namespace
        if address is None:
            if program is not None:
                program()
            say("starting Temporal")
            lost = not (self.home / "temporal.db").exists()
            self.temporal = dev_server.start(self.home, self.settings, say)
            self.closing.add(self.temporal.stop)
            self.running.processes["temporal"] = record(self.temporal.process.pid)
            address = self.temporal.address
            self.env["TEMPORAL_ADDRESS"] = address
            if lost and (self.home / "started-once").exists():
                say("Temporal's file is gone; its workflows are rebuilt from the log as soon as all runs")
                self.to_resume = True
            (self.home / "started-once").touch()
        elif reason := dev_server.answers(address, namespace, patience=10):
            raise StartFailed(f"the Temporal server of TEMPORAL_ADDRESS ({address}) does not answer: {reason}.")
        self.running.temporal_address = address
        self.running.write(self.settings.run_file)

    def start_child(self, name: str, sockets: tuple[int, ...]) -> Child:
        """The worker or the web process."""
        say(f"starting the {name} process")
        env: Mapping[str, str] = self.env
        if sockets:
            env = {**self.env, SOCKET_VARIABLE: str(sockets[0])}
        command = [*CAMKET, "serve" if name == "web" else name]
        child = Child(name, command, self.settings.log_folder / f"{name}.log", env, sockets)
        child.start()
        self.children.append(child)

        def stop() -> None:
            child.ask_to_stop()
            child.wait(5)

        self.closing.add(stop)
        self.write_children()
        return child

    def write_children(self) -> None:
        """Record what runs now."""
        for child in self.children:
            if child.process is not None:
                self.running.processes[child.name] = record(child.process.pid)
        self.running.write(self.settings.run_file)

    def wait_for(self, web: Child) -> None:
        """Wait until the web process answers."""
        give_up = time.monotonic() + WEB_PATIENCE
        host, port = self.running.url.removeprefix("http://").split(":")
        while not web_answers(host, int(port)):
            if web.process is not None and web.process.poll() is not None:
                raise StartFailed(f"the web process ended while starting: {web.last_words()} (see {web.log}).")
            if time.monotonic() > give_up:
                raise StartFailed(f"the web process did not answer within {WEB_PATIENCE:.0f} s (see {web.log}).")
            time.sleep(0.1)

    def watch(self) -> None:
        """Until told to stop: what dies is started again, except PostgreSQL, whose death ends everything."""
        while True:
            time.sleep(0.3)
            for notice in self.tend():
                print(f"camket: {notice}", file=sys.stderr, flush=True)

    def tend(self) -> Iterator[str]:
        """Look after everything once; what to say about it."""
        if self.postgres is not None and not self.postgres.alive():
            reason = last_lines(Path(self.postgres.data) / "server.log")
            raise StartFailed(
                f"PostgreSQL ended unexpectedly, so everything is stopped: {reason or 'it said nothing'}."
            )
        if self.temporal is not None and (code := self.temporal.process.poll()) is not None:
            yield f"Temporal ended with exit code {code}; starting it again (see {self.temporal.log})"
            time.sleep(1)
            with contextlib.suppress(StartFailed):
                self.temporal.restart(self.settings.temporal_namespace)
                self.running.processes["temporal"] = record(self.temporal.process.pid)
                self.write_children()
        if self.resuming is not None and self.resuming.process is not None and self.resuming.process.poll() is not None:
            yield self.resuming.last_words().removeprefix("camket: ") or "the workflows were rebuilt"
            self.resuming = None
        for child in self.children:
            before = child.process
            if notice := child.tend():
                yield notice
            elif child.process is not before:
                self.write_children()
