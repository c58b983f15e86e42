"""The client of Temporal: ids, dates and stages go through it, and of a failure its class and code, never a text."""

from dataclasses import replace
from datetime import timedelta

import temporalio.api.failure.v1
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DefaultFailureConverter, PayloadConverter
from temporalio.exceptions import FailureError
from temporalio.service import RPCError, RPCStatusCode

from deploy.settings import Settings
from events.errors import Refused

UNREACHABLE = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.ABORTED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.UNAUTHENTICATED,
        RPCStatusCode.NOT_FOUND,  # the namespace, while a server is being set up
    }
)
"""What a server answers, or the way to it, while it starts, stops or is overloaded: waiting helps."""


class CodesOnly(DefaultFailureConverter):
    """Failures as Temporal keeps them: the class, and the code of a refusal. No message, no stack: both may quote a text."""

    def to_failure(
        self,
        exception: BaseException,
        payload_converter: PayloadConverter,
        failure: temporalio.api.failure.v1.Failure,
    ) -> None:
        """The default's failure without its texts; causes pass through here one by one. A failure that came from the server stays."""
        super().to_failure(exception, payload_converter, failure)
        if isinstance(exception, FailureError) and exception.failure is not None:
            return
        failure.stack_trace = ""
        if failure.HasField("application_failure_info"):
            info = failure.application_failure_info
            info.ClearField("details")
            failure.message = f"{info.type}: {exception.code}" if isinstance(exception, Refused) else info.type


DATA_CONVERTER = replace(pydantic_data_converter, failure_converter_class=CodesOnly)


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """A client of the installation's Temporal; a lazy one connects at its first call."""
    return await Client.connect(
        settings.temporal_address or "127.0.0.1:7233",
        namespace=settings.temporal_namespace,
        data_converter=DATA_CONVERTER,
        lazy=lazy,
    )


async def server_version(client: Client) -> str:
    """The release of the server."""
    told = await client.workflow_service.get_system_info(GetSystemInfoRequest(), timeout=timedelta(seconds=5))
    return told.server_version


async def running(client: Client) -> int:
    """How many workflows run, by the server's own list, which is a second or so behind."""
    return (await client.count_workflows("ExecutionStatus='Running'", rpc_timeout=timedelta(seconds=5))).count


def is_unreachable(error: BaseException) -> bool:
    """Whether a call failed because of the way to the server, not because of what was asked."""
    if isinstance(error, RPCError):
        return error.status in UNREACHABLE
    return isinstance(error, RuntimeError) and "client connect" in str(error)  # what a first connection raises
