"""Every saved history of every release can be gone through again by the workflows as they are now."""

from pathlib import Path

import pytest
from temporalio.worker import Replayer

from deploy.telling import WORKFLOWS
from deploy.temporal.client import DATA_CONVERTER
from tests.workflows import histories


def name_of(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", histories.kept(), ids=name_of)
async def test_a_saved_history_can_be_replayed(path: Path):
    replayer = Replayer(workflows=list(WORKFLOWS.values()), data_converter=DATA_CONVERTER)
    await replayer.replay_workflow(histories.load(path))


def test_each_workflow_has_a_saved_history():
    assert {path.stem.rsplit("-", 1)[1] for path in histories.kept()} == set(WORKFLOWS)
