"""Servers for workflow tests: the time-skipping one, whose clock every workflow goes by; a life with worker and relay on it."""

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from deploy.temporal import test_server
from deploy.temporal.client import DATA_CONVERTER
from events.log import Log
from tests.workflows.life import Life


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    """A fresh time-skipping server."""
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=test_server.existing_path(), data_converter=DATA_CONVERTER
    ) as environment:
        yield environment


@pytest.fixture
async def life(env: WorkflowEnvironment, log: Log) -> AsyncIterator[Life]:
    """Worker and relay on the time-skipping server, with the cell of tests/workflows/cell.py founded."""
    async with Life(env, log) as made:
        yield made
