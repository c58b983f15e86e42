"""What the worker does, one line per activity, and what fails now: the activity, the stream, the error's class."""

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from events.errors import Refused

line = structlog.get_logger("worker")
WORKFLOW_TASK = "workflow_task"


@dataclass(frozen=True)
class Failing:
    """A task that does not succeed at present. `error`: the class's name and, of a refusal, its code."""

    task: str
    stream: str
    error: str
    tries: int
    since: str


class Failures:
    """The tasks of this process whose last try failed, by stream and task."""

    def __init__(self) -> None:
        self._failing: dict[tuple[str, str], Failing] = {}

    def note(self, task: str, stream: str, error: str, tries: int) -> None:
        """A try failed."""
        before = self._failing.get((stream, task))
        since = before.since if before else datetime.now(UTC).isoformat(timespec="seconds")
        self._failing[stream, task] = Failing(task, stream, error, tries, since)

    def clear(self, task: str, stream: str) -> None:
        """A try succeeded."""
        self._failing.pop((stream, task), None)

    def now(self, most: int = 100) -> list[Failing]:
        """The longest failing first."""
        return sorted(self._failing.values(), key=lambda one: one.since)[:most]


class Observer(Interceptor):
    """Writes the lines and keeps the failures."""

    def __init__(self, failures: Failures) -> None:
        self.failures = failures

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Put the observer before every activity."""
        return _Observed(next, self.failures)


class _Observed(ActivityInboundInterceptor):
    def __init__(self, following: ActivityInboundInterceptor, failures: Failures) -> None:
        super().__init__(following)
        self.failures = failures

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Run it; say how it went. Readings are so many that only their failures are said."""
        info = activity.info()
        task, stream, began = info.activity_type, str(info.workflow_id), time.monotonic()
        try:
            result = await super().execute_activity(input)
        except Exception as error:
            name = type(error).__name__
            said = f"{name}: {error.code}" if isinstance(error, Refused) else name
            self.failures.note(task, stream, said, info.attempt)
            line.warning("failed", activity=task, stream=stream, error=said, attempt=info.attempt)
            raise
        self.failures.clear(task, stream)
        self.failures.clear(WORKFLOW_TASK, stream)  # who asks for activities is not stuck
        if not info.is_local:
            seconds = round(time.monotonic() - began, 3)
            line.info("done", activity=task, stream=stream, result=result, attempt=info.attempt, seconds=seconds)
        return result


class TaskFailures(logging.Handler):
    """Hears of workflow tasks that fail (a release that cannot replay a history): Temporal's SDK says so in its log alone."""

    def __init__(self, failures: Failures) -> None:
        super().__init__(logging.WARNING)
        self.failures = failures

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the class of the error under the workflow's id."""
        details = getattr(record, "temporal_workflow", None)
        stream = str(details.get("workflow_id", "")) if isinstance(details, dict) else ""
        if record.exc_info and record.exc_info[0] is not None and stream:
            self.failures.note(WORKFLOW_TASK, stream, record.exc_info[0].__name__, 1)
