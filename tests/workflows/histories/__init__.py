"""Histories of every release, one file per workflow: `<release>-<story>-<kind>.json`. A release's files are never changed.

`CAMKET_KEEP_HISTORIES=<release> make test` (or pytest on tests/workflows) writes those of the stories that ask for it.
"""

import json
import os
from pathlib import Path

from temporalio.client import WorkflowHistory

FOLDER = Path(__file__).parent


def keep(story: str, history: WorkflowHistory) -> None:
    """Save a history when a release is being recorded; the machine's name is left out."""
    release = os.environ.get("CAMKET_KEEP_HISTORIES")
    if release:
        found = _without_identity(json.loads(history.to_json()))
        kind = history.workflow_id.split("-")[0]
        text = json.dumps({"id": history.workflow_id, "history": found}, separators=(",", ":"))
        (FOLDER / f"{release}-{story}-{kind}.json").write_text(text + "\n")


def kept() -> list[Path]:
    """Every saved history."""
    return sorted(FOLDER.glob("*.json"))


def load(path: Path) -> WorkflowHistory:
    """A saved history."""
    saved = json.loads(path.read_text())
    return WorkflowHistory.from_json(saved["id"], saved["history"])


def _without_identity(value: object) -> object:
    if isinstance(value, dict):
        return {
            key: _without_identity(inner) for key, inner in value.items() if key not in {"identity", "binaryChecksum"}
        }
    return [_without_identity(inner) for inner in value] if isinstance(value, list) else value
