"""The worker process: all contact with Temporal: workflows, activities, the relay, and what operators are shown of it."""

import asyncio
import contextlib
import logging
import signal
from datetime import timedelta
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.worker import Worker

from activities.record import Record
from deploy.connect import connected
from deploy.log_config import configure
from deploy.observe import Failures, Observer, TaskFailures
from deploy.operations import watch
from deploy.relay import Relay
from deploy.settings import Settings
from deploy.telling import WORKFLOWS, Telling
from deploy.temporal.client import connect
from events.log import Log, create_engine, open_log
from workflows.options import TASK_QUEUE

CACHED_WORKFLOWS = 1000  # about 48 kB each; the others are replayed from their short histories
GRACE = timedelta(seconds=3)  # an activity is one append; the supervisor waits a little longer
line = structlog.get_logger("worker")


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT."""
    configure("worker")
    with connected(settings) as found:
        asyncio.run(_until_signalled(found))


async def _until_signalled(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    assert settings.database_url is not None
    engine = create_engine(settings.database_url)
    log = open_log(engine, settings.key_file)
    try:
        await work(settings, log, Record(log), stop)
    finally:
        await log.close()
        await engine.dispose()


async def work(settings: Settings, log: Log, record: Record, stop: asyncio.Event) -> None:
    """Everything the worker process does, until `stop`; what dies of an error is begun again after a pause."""
    failures = Failures()
    hears = TaskFailures(failures)
    logging.getLogger("temporalio.worker").addHandler(hears)
    try:
        client = await _connected(settings, log, failures, stop)
        if client is None:
            return
        line.info("connected", address=settings.temporal_address, namespace=settings.temporal_namespace)
        telling = Telling(client, stop, starts_per_second=settings.starts_per_second)
        await asyncio.gather(
            _serve(client, record, failures, stop),
            Relay(log, telling).run(stop),
            watch(log, client, failures, stop),
        )
        line.info("stopped")
    finally:
        logging.getLogger("temporalio.worker").removeHandler(hears)


async def _connected(settings: Settings, log: Log, failures: Failures, stop: asyncio.Event) -> Client | None:
    """The client, once Temporal answers; until then operators are shown that it does not. None: told to stop meanwhile."""
    connecting = asyncio.Event()
    waiting = asyncio.create_task(_say_unreachable(log, failures, connecting))
    try:
        while not stop.is_set():
            with contextlib.suppress(RuntimeError, OSError, TimeoutError):
                return await asyncio.wait_for(connect(settings), 10)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 1)
        return None
    finally:
        connecting.set()
        await waiting


async def _say_unreachable(log: Log, failures: Failures, connecting: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(connecting.wait(), 2)
    await watch(log, None, failures, connecting)


async def _serve(client: Client, record: Record, failures: Failures, stop: asyncio.Event) -> None:
    """Poll the task queue; begin again when the server refuses us, as one does that has just been wiped."""
    while not stop.is_set():
        worker = make_worker(client, record, failures)
        running = asyncio.create_task(worker.run())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not running.done():
            await worker.shutdown()
        with contextlib.suppress(asyncio.CancelledError):
            if error := (await asyncio.gather(running, return_exceptions=True))[0]:
                line.warning("the worker begins again", error=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 2)


def make_worker(client: Client, record: Record, failures: Failures, **options: Any) -> Worker:
    """A worker of the queue with every workflow and every activity."""
    defaults: dict[str, Any] = {
        "max_cached_workflows": CACHED_WORKFLOWS,
        "max_concurrent_activities": 20,
        "max_concurrent_local_activities": 20,
        "graceful_shutdown_timeout": GRACE,
        "interceptors": [Observer(failures)],
    }
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=list(WORKFLOWS.values()),
        activities=activities_of(record),
        **(defaults | options),
    )


def activities_of(record: Record) -> list[Any]:
    """Every method of Record that is an activity."""
    methods = [getattr(record, name) for name in dir(record) if not name.startswith("_")]
    return [method for method in methods if hasattr(method, "__temporal_activity_definition")]
