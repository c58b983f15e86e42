"""The order in which a Temporal dev server is found, and what is said when there is none."""

import pytest

from deploy.processes import StartFailed, end, find
from deploy.temporal import dev_server
from deploy.temporal.obtain import run


def program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def nothing(monkeypatch, tmp_path):
    """No program on PATH, no download, no Go; the cache folder."""

    def offline(*_):
        raise RuntimeError("failed to download")

    def no_go(_scratch, failures, _say):
        failures.append("there is no Go on PATH")
        return None, {}

    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(dev_server, "download_by_sdk", offline)
    monkeypatch.setattr(dev_server, "_go", no_go)
    return tmp_path / "cache"


def test_the_one_on_path_is_taken_before_the_one_in_the_cache(nothing, tmp_path):
    mine = program(tmp_path / "bin" / "temporal")
    program(nothing / "bin" / "temporal")
    assert dev_server.binary(nothing) == mine


def test_the_one_in_the_cache_is_taken_before_anything_is_downloaded(nothing):
    cached = program(nothing / "bin" / "temporal")
    assert dev_server.binary(nothing) == cached


def test_the_download_is_tried_before_go(nothing, monkeypatch):
    monkeypatch.setattr(dev_server, "download_by_sdk", lambda folder, kind: folder / f"temporal-{kind}")
    assert dev_server.binary(nothing, lambda _: None) == nothing / "bin" / "temporal-dev"


def test_one_sentence_says_what_failed_and_what_to_install(nothing):
    with pytest.raises(StartFailed) as failed:
        dev_server.binary(nothing, lambda _: None)
    said = str(failed.value)
    assert "its download failed (failed to download), there is no Go on PATH" in said
    assert "install the Temporal CLI or Go 1.25, or set TEMPORAL_ADDRESS" in said
    assert "\n" not in said


def test_a_cache_folder_that_cannot_be_made_is_said_in_one_sentence(nothing):
    nothing.write_text("a file in the way")
    with pytest.raises(StartFailed, match="the cache folder"):
        dev_server.binary(nothing, lambda _: None)


def test_a_program_that_fails_gives_its_last_line_as_the_reason():
    assert run(["sh", "-c", "echo first; echo why >&2; exit 3"], say=print, doing="trying") == "why"
    assert run(["sh", "-c", "exit 0"], say=print, doing="trying") is None
    assert "No such file" in run(["/nowhere/at/all"], say=print, doing="trying")


def test_a_reused_process_number_is_not_taken_for_ours():
    import subprocess
    import time

    with subprocess.Popen(["sleep", "100"]) as child:
        try:
            assert find(child.pid, "postgres") is None
            give_up = time.monotonic() + 10
            while (ours := find(child.pid, "sleep", "100")) is None:
                assert time.monotonic() < give_up
                time.sleep(0.01)
            end(ours, patience=2)
        finally:
            child.kill()
    assert find(child.pid, "sleep") is None
