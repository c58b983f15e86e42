"""The worker process, but one that kills itself at a chosen effect: `python -m tests.deploy.mortal_worker before-append:2`.

Effects: `append` and `tell` (a start or a signal), each with `before-`. No argument: it lives.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import deploy.worker
from deploy.settings import Settings
from deploy.telling import Telling
from events.log import Log

R = TypeVar("R")
WHEN = sys.argv[1] if len(sys.argv) > 1 else ""
seen: Counter[str] = Counter()


def pass_by(point: str) -> None:
    """Die here, as by kill -9, if it is the chosen one."""
    seen[point] += 1
    if f"{point}:{seen[point]}" == WHEN:
        os.kill(os.getpid(), signal.SIGKILL)


class MortalTelling(Telling):
    async def call(self, ask: Callable[[], Awaitable[R]]) -> R:
        pass_by("before-tell")
        answer = await super().call(ask)
        pass_by("tell")
        return answer


execute = Log.execute


async def mortal_execute(self: Log, *arguments: Any, **keywords: Any) -> Any:
    pass_by("before-append")
    outcome = await execute(self, *arguments, **keywords)
    pass_by("append")
    return outcome


if __name__ == "__main__":
    Log.execute = mortal_execute  # type: ignore[method-assign]
    deploy.worker.Telling = MortalTelling  # type: ignore[misc]
    deploy.worker.run(Settings())
