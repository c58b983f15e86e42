"""How activities are asked for: queue, time limits, retries. A limit is also how long a step waits for a worker that was killed in it."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy

TASK_QUEUE = "camket"

RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2,
    maximum_interval=timedelta(minutes=1),
    # Exact class names; `Stale`, a lost race for a version, is tried again.
    non_retryable_error_types=["NotAllowed", "NotFound", "Conflict", "Invalid"],
)


class Asking(TypedDict):
    """Keyword arguments of every request for an activity."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


READING: Asking = {"start_to_close_timeout": timedelta(seconds=10), "retry_policy": RETRY}
"""Local activities that read the log."""

ACTING: Asking = {"start_to_close_timeout": timedelta(seconds=10), "retry_policy": RETRY}
"""Activities that append one step."""

BATCH: Asking = {"start_to_close_timeout": timedelta(seconds=30), "retry_policy": RETRY}
"""Activities that append many steps, each under an id of its own."""
