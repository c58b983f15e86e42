"""Locks name what is installed by hash, never by address."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "deploy" / "locks").glob("*.txt"))
NPM_LOCK = ROOT / "web" / "assets" / "package-lock.json"


def without_funding(packages):
    return {
        name: {key: value for key, value in package.items() if key != "funding"} for name, package in packages.items()
    }


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_python_lock_holds_no_address(lock):
    for line in lock.read_text().splitlines():
        assert "://" not in line
        assert "index-url" not in line
        assert not re.search(r"\bresolved\b", line)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_of_a_python_lock_is_exact_and_hashed(lock):
    for pin in re.split(r"\n(?=\S)", lock.read_text().strip()):
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==[^\s;]+", pin), pin
        assert "--hash=sha256:" in pin, pin


def test_the_npm_lock_holds_integrity_and_no_address_but_funding():
    lock = json.loads(NPM_LOCK.read_text())
    packages = without_funding(lock["packages"])
    text = json.dumps(packages)
    assert "resolved" not in text
    assert "://" not in text
    assert all("integrity" in package for name, package in packages.items() if name)


def test_package_json_pins_exact_versions():
    wanted = json.loads((ROOT / "web" / "assets" / "package.json").read_text())
    for version in (wanted["dependencies"] | wanted["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_the_lock_is_written_without_addresses_by_the_repositorys_own_npm_settings():
    assert "omit-lockfile-registry-resolved=true" in (ROOT / "web" / "assets" / ".npmrc").read_text().split()


def test_every_dependency_of_the_project_is_in_a_lock():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + [
        one for group in project["dependency-groups"].values() for one in group
    ]
    names = {re.match(r"[A-Za-z0-9._-]+", one)[0].lower() for one in wanted}
    locked = {
        re.match(r"[a-z0-9._-]+", line)[0]
        for lock in LOCKS
        for line in lock.read_text().splitlines()
        if line[0].isalnum()
    }
    assert names <= locked


def test_both_locks_agree_where_they_name_the_same_package():
    def pins(name):
        text = (ROOT / "deploy" / "locks" / name).read_text()
        return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", text, re.MULTILINE))

    runtime, dev = pins("runtime.txt"), pins("dev.txt")
    assert {
        name: (runtime[name], dev[name]) for name in runtime.keys() & dev.keys() if runtime[name] != dev[name]
    } == {}
