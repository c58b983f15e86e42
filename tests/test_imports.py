"""Who may import whom, what the rules may touch, and how large a module may be: the house style as a test."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("events", "activities", "workflows", "web", "deploy")
MAY_IMPORT = {
    "events": {"events"},
    "activities": {"activities", "events"},
    "workflows": {"workflows", "activities", "events"},
    "web": {"web", "events"},
    "deploy": set(OURS),
}
TOUCHES_THE_WORLD = {
    "log",
    "append",
    "envelope",
    "view",
    "subscription",
    "follower",
    "people",
    "vault",
    "tree_head",
    "sql",
    "sql_projections",
    "rebuild",
    "accounts",
    "drafts",
    "sessions",
    "verify",
}
WORLDLY = {"sqlalchemy", "asyncpg", "os", "random", "secrets", "socket", "subprocess", "time", "temporalio", "fastapi"}
WORLDLY_CALLS = {"datetime.now", "datetime.utcnow", "date.today", "uuid4", "uuid.uuid4", "uuid1", "uuid.uuid1"}
LONGEST = 300
ADDRESS = re.compile(r"(registry\.npmjs\.org|files\.pythonhosted\.org|pypi\.org/simple|proxy\.golang\.org)")
MACHINE_PATH = re.compile(r"""(?<![\w.~$}])/(?:root|work|home/\w+|Users/\w+)/""")


@cache
def tree(path):
    return ast.parse(path.read_text(), str(path))


def modules(*packages):
    return sorted(
        path for package in packages for path in (ROOT / package).rglob("*.py") if "node_modules" not in path.parts
    )


def name_of(path):
    return str(path.relative_to(ROOT))


def imported(path):
    """Every absolute module name a file imports, wherever in the file it does."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_pure(path):
    inside = path.relative_to(ROOT / "events")
    if inside.parts[0] == "projections":
        return False
    return inside.parts[0].removesuffix(".py") not in TOUCHES_THE_WORLD


def dotted(node):
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def committed():
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_events_is_ours_and_not_the_distribution_of_the_same_name():
    import events

    assert Path(events.__file__).is_relative_to(ROOT)


@pytest.mark.parametrize("path", modules(*OURS), ids=name_of)
def test_a_package_imports_only_what_lies_below_it(path):
    package = path.relative_to(ROOT).parts[0]
    used = {module.split(".")[0] for module in imported(path)} & (set(OURS) | {"tests"})
    assert used <= MAY_IMPORT[package]


@pytest.mark.parametrize("path", modules("web"), ids=name_of)
def test_the_web_does_not_know_temporal(path):
    assert not [module for module in imported(path) if module.split(".")[0] == "temporalio"]


@pytest.mark.parametrize("path", [path for path in modules("events") if is_pure(path)], ids=name_of)
def test_a_rule_touches_neither_a_database_nor_a_clock_nor_chance(path):
    assert not {module.split(".")[0] for module in imported(path)} & WORLDLY
    calls = {dotted(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
    assert not {call for call in calls if call in WORLDLY_CALLS or call.endswith(".datetime.now")}


@pytest.mark.parametrize("path", [path for path in modules("events") if is_pure(path)], ids=name_of)
def test_a_rule_imports_no_module_that_touches_the_world(path):
    files = {module.replace(".", "/") for module in imported(path) if module.startswith("events.")}
    worldly = [module for module in files if (ROOT / f"{module}.py").is_file() and not is_pure(ROOT / f"{module}.py")]
    assert worldly == []


@pytest.mark.parametrize("path", modules("workflows"), ids=name_of)
def test_a_workflow_sees_only_pure_rules(path):
    for module in imported(path):
        target = ROOT / f"{module.replace('.', '/')}.py"
        if module.startswith("events.") and target.is_file():
            assert is_pure(target), module
        assert module.split(".")[0] not in {"sqlalchemy", "asyncpg", "structlog", "os", "random"}, module


@pytest.mark.parametrize("path", modules(*OURS), ids=name_of)
def test_a_module_stays_short(path):
    assert len(path.read_text().splitlines()) <= LONGEST


def test_no_committed_file_names_a_place_on_one_machine_or_a_registry():
    found = []
    for path in committed():
        if path.suffix in {".png", ".jpg", ".woff2", ".ttf", ".ico"} or path == Path(__file__).resolve():
            continue
        text = path.read_text(errors="replace")
        found += [
            f"{name_of(path)}: {match[0]}" for match in (ADDRESS.search(text), MACHINE_PATH.search(text)) if match
        ]
    assert found == []


def test_every_test_folder_is_a_package():
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert [name_of(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
