"""The supervisor, with stand-ins for worker and web: order, ready line, restarts, Ctrl-C, kill -9, what it says when it cannot."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from deploy.connect import Running, connected, is_up, recorded_process
from deploy.postgres import Postgres
from deploy.processes import StartFailed
from deploy.settings import Settings
from deploy.supervise import Child, Closing

pytestmark = pytest.mark.system

STAND_IN = """
import asyncio, http.server, os, pathlib, socket, sys, time
home = pathlib.Path(os.environ["CAMKET_HOME"])
what = sys.argv[1]
with (home / "calls").open("a") as calls:
    calls.write(what + "\\n")
if what == "migrate":
    import asyncpg
    async def migrate():
        connection = await asyncpg.connect(os.environ["DATABASE_URL"].replace("+asyncpg", ""))
        await connection.execute("CREATE TABLE IF NOT EXISTS events (position int)")
    asyncio.run(migrate())
elif what == "demo":
    if (home / "demo-fails").exists():
        sys.exit("camket: no demo today.")
    import asyncpg
    async def tell():
        connection = await asyncpg.connect(os.environ["DATABASE_URL"].replace("+asyncpg", ""))
        await connection.execute("INSERT INTO events VALUES (1)")
    asyncio.run(tell())
    (home / "logins.csv").write_text("username,password,role,person,unit\\nlan,secret,member,p1,u1\\n")
elif what == "worker":
    time.sleep(1000)
elif what == "serve":
    class Live(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
    server = http.server.HTTPServer(("127.0.0.1", 0), Live, bind_and_activate=False)
    server.socket = socket.socket(fileno=int(os.environ["CAMKET_SOCKET"]))
    server.serve_forever()
"""
RUN = "import sys; from deploy import up, assets; up.CAMKET = [sys.executable, sys.argv[1]]; assets.build = print; from deploy.settings import Settings; sys.exit(up.up(Settings()))"


@pytest.fixture(scope="module")
def nothing_is_temporal():
    """An address where nobody is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


class Up:
    """A running `camket up` of a test."""

    def __init__(self, home, **env):
        stand_in = home / "stand_in.py"
        stand_in.write_text(STAND_IN)
        self.home = home
        inherited = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "TEMPORAL_ADDRESS"}
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(stand_in)],
            env={**inherited, "CAMKET_HOME": str(home / "data"), "CAMKET_PORT": "0", **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines = []

    @property
    def data(self):
        return self.home / "data"

    def ready(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if line.startswith("Camket is ready at "):
                return line.split()[-1]
        raise AssertionError(f"never ready: {self.lines} {self.process.stderr.read()}")

    def prepared(self):
        """The commands that ran before worker and web, which start at the same time."""
        calls = self.data / "calls"
        until(lambda: {"worker", "serve"} <= set(calls.read_text().split()))
        return [call for call in calls.read_text().split() if call not in {"worker", "serve"}]

    def children(self):
        return Running.read(self.data / "run.json").processes

    def end(self, number=signal.SIGINT):
        began = time.monotonic()
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, time.monotonic() - began, out + err


@pytest.fixture
def start(tmp_path):
    started = []

    def start(**env):
        started.append(Up(tmp_path, **env))
        return started[-1]

    yield start
    for up in started:
        if up.process.poll() is None:
            up.end()
        for stream in (up.process.stdout, up.process.stderr):
            stream.close()


def answers(url):
    host, port = url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=5)
    with contextlib.closing(connection):
        connection.request("GET", "/live")
        return connection.getresponse().status


def until(claim, patience=15):
    give_up = time.monotonic() + patience
    while not claim():
        assert time.monotonic() < give_up, "it did not come true"
        time.sleep(0.05)


def gone(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.temporal
def test_it_starts_everything_in_order_says_so_last_and_ctrl_c_ends_everything(start):
    up = start()
    url = up.ready()
    assert up.prepared() == ["migrate", "demo"]
    assert up.lines[-1] == f"Camket is ready at {url}"
    assert any("lan" in line and "secret" in line for line in up.lines)
    assert answers(url) == 200
    children = up.children()
    assert set(children) == {"temporal", "worker", "web"}
    postgres = int((up.data / "pg" / "postmaster.pid").read_text().split()[0])
    code, took, _ = up.end()
    assert code == 0
    assert took < 10
    assert all(gone(pid) for pid, _ in children.values())
    assert gone(postgres)
    assert not (up.data / "run.json").exists()


@pytest.mark.temporal
def test_a_second_start_finds_all_as_it_was_and_tells_no_demo_again(start):
    first = start()
    first.ready()
    first.end(signal.SIGTERM)
    (first.data / "calls").unlink()
    began = time.monotonic()
    second = start()
    second.ready()
    assert time.monotonic() - began < 15
    assert second.prepared() == ["migrate"]


@pytest.mark.temporal
def test_kill_9_leaves_nothing_that_breaks_the_next_start(start):
    first = start()
    first.ready()
    left = first.children()
    first.process.kill()
    first.process.wait()
    assert not gone(left["worker"][0])
    second = start()
    assert answers(second.ready()) == 200
    assert all(recorded_process(*one) is None for one in left.values())
    assert second.end()[0] == 0


@pytest.mark.temporal
def test_a_web_process_and_a_worker_that_die_are_started_again_on_the_same_port(start):
    up = start()
    url = up.ready()
    before = up.children()
    os.kill(before["web"][0], signal.SIGKILL)
    os.kill(before["worker"][0], signal.SIGKILL)
    until(lambda: up.children()["web"][0] != before["web"][0] and up.children()["worker"][0] != before["worker"][0])
    assert answers(url) == 200
    _, _, said = up.end()
    assert "the web process ended by signal 9" in said
    assert "the worker process ended by signal 9" in said


@pytest.mark.temporal
def test_temporal_that_dies_comes_back_at_the_same_address(start):
    up = start()
    up.ready()
    before = Running.read(up.data / "run.json")
    os.kill(before.processes["temporal"][0], signal.SIGKILL)
    until(lambda: up.children()["temporal"][0] != before.processes["temporal"][0])
    assert Running.read(up.data / "run.json").temporal_address == before.temporal_address


@pytest.mark.temporal
def test_a_wiped_temporal_is_rebuilt_from_the_log(start):
    first = start()
    first.ready()
    first.end()
    (first.data / "temporal.db").unlink()
    (first.data / "calls").unlink()
    second = start()
    second.ready()
    until(lambda: "resume" in second.prepared())
    assert second.prepared() == ["migrate", "resume"]


@pytest.mark.temporal
def test_a_dead_postgresql_stops_everything_with_one_sentence(start):
    up = start()
    up.ready()
    postgres = int((up.data / "pg" / "postmaster.pid").read_text().split()[0])
    os.kill(postgres, signal.SIGKILL)
    _, err = up.process.communicate(timeout=20)
    assert up.process.returncode == 1
    assert err.startswith("camket: PostgreSQL ended unexpectedly")
    assert len(err.splitlines()) == 1


def failed(up):
    out, err = up.process.communicate(timeout=60)
    assert up.process.returncode == 1
    assert len(err.splitlines()) == 1, err
    assert "ready" not in out
    return err


def test_a_taken_port_is_said_in_one_sentence_before_anything_is_started(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        up = start(CAMKET_PORT=port)
        assert f"port {port} is taken" in failed(up)
    assert not (up.data / "pg").exists()


def test_a_temporal_address_where_nobody_is_is_said_in_one_sentence(start, nothing_is_temporal):
    assert f"TEMPORAL_ADDRESS ({nothing_is_temporal}) does not answer" in failed(
        start(TEMPORAL_ADDRESS=nothing_is_temporal)
    )


def test_a_database_url_where_nobody_is_is_said_in_one_sentence(start, nothing_is_temporal):
    url = f"postgresql://somebody@{nothing_is_temporal}/camket"
    assert "the PostgreSQL of DATABASE_URL does not answer" in failed(start(DATABASE_URL=url, TEMPORAL_ADDRESS="x:1"))


def test_a_demo_that_was_cut_short_is_told_again_into_an_empty_database(start, tmp_path, nothing_is_temporal):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "demo-fails").touch()
    assert "no demo today" in failed(start(TEMPORAL_ADDRESS=nothing_is_temporal))
    (tmp_path / "data" / "demo-fails").unlink()
    failed(start(TEMPORAL_ADDRESS=nothing_is_temporal))
    assert (tmp_path / "data" / "calls").read_text().split() == ["migrate", "demo", "migrate", "demo"]
    assert not (tmp_path / "data" / "demo.unfinished").exists()


def test_a_setting_that_makes_no_sense_is_said_in_one_sentence():
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "up"],
        env={**os.environ, "CAMKET_PORT": "many"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("camket: the setting CAMKET_PORT is wrong")
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture
def own(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "TEMPORAL_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    return Settings(home=tmp_path / "data")


def test_a_command_beside_nothing_starts_the_database_for_its_own_duration(own):
    with connected(own, create=True) as settings:
        data = own.home / "pg"
        pid = int((data / "postmaster.pid").read_text().split()[0])
        assert settings.database_url.startswith("postgresql+asyncpg://")
    assert gone(pid)


def test_a_command_on_an_empty_folder_says_so_and_makes_nothing(own):
    with pytest.raises(StartFailed, match="there is no Camket in"), connected(own):
        pass
    assert not own.home.exists()


def test_nothing_is_up_where_nobody_holds_the_lock(own):
    assert not is_up(own)
    own.home.mkdir()
    (own.home / "up.lock").touch()
    assert not is_up(own)


def test_a_server_killed_with_its_number_given_to_another_program_starts_again(own):
    own.home.mkdir()
    with Postgres.start(own.home, durable=False) as server:
        assert server.started
    file = own.home / "pg" / "postmaster.pid"
    file.write_text(f"{os.getpid()}\n{own.home / 'pg'}\n0\n5432\n\n\n\n\n")
    with Postgres.start(own.home, durable=False) as server:
        assert server.alive()


def test_a_very_long_folder_gets_its_socket_elsewhere(tmp_path):
    home = tmp_path / ("x" * 100)
    home.mkdir()
    with Postgres.start(home, durable=False) as server:
        assert len(str(server.sockets)) < 90
        assert server.create_database("one") == server.url("one")
        server.drop_database("one")


def test_two_handles_on_one_server_and_only_the_one_that_started_it_ends_it(own):
    own.home.mkdir()
    first = Postgres.start(own.home, durable=False)
    second = Postgres.start(own.home)
    assert second.pid == first.pid
    second.stop()
    assert first.alive()
    first.stop()
    assert not first.alive()


def test_a_process_that_keeps_dying_is_started_again_with_growing_pauses(tmp_path):
    child = Child(
        "worker", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log" / "worker.log", dict(os.environ)
    )
    child.start()
    notices = []
    give_up = time.monotonic() + 10
    while len(notices) < 2 and time.monotonic() < give_up:
        notices += [notice] if (notice := child.tend()) else []
        time.sleep(0.02)
    assert "with exit code 3; starting it again in 1 s" in notices[0]
    assert "starting it again in 2 s" in notices[1]


def test_closing_undoes_everything_last_first_whatever_fails():
    order = []
    closing = Closing()
    closing.add(lambda: order.append("first"))
    closing.add(lambda: 1 / 0)
    closing.add(lambda: order.append("last"))
    assert closing.close() == ["division by zero"]
    assert order == ["last", "first"]


def test_what_runs_is_recorded_for_the_owner_alone(tmp_path):
    file = tmp_path / "run.json"
    Running(pid=1, url="http://127.0.0.1:1", processes={"web": (2, 3.0)}).write(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert Running.read(file).processes == {"web": (2, 3.0)}
    file.write_text(json.dumps({"pid": 1}))
    assert Running.read(file) is None
    assert Running.read(Path("nowhere")) is None
