"""Of a failure Temporal keeps the class and the code."""

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError, CancelledError

from deploy.temporal.client import DATA_CONVERTER, is_unreachable
from events.errors import Invalid, Stale

SECRET = "cống Nậm Rốm"


def failure_of(error: BaseException) -> Failure:
    failure = Failure()
    DATA_CONVERTER.failure_converter.to_failure(error, DATA_CONVERTER.payload_converter, failure)
    return failure


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except Exception as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Invalid("pledge.job_count", field="jobs", given=SECRET), "Invalid: pledge.job_count"),
        (Stale("stale"), "Stale: stale"),
        (ValueError(SECRET), "ValueError"),
        (ApplicationError(SECRET, SECRET, type="Full"), "Full"),
    ],
)
def test_a_failure_says_its_class_and_code_and_nothing_else(error: Exception, said: str):
    failure = failure_of(raised(error, ValueError(SECRET)))
    assert failure.message == said
    assert failure.stack_trace == ""
    assert SECRET.encode() not in failure.SerializeToString()


def test_a_cause_says_as_little():
    cause = failure_of(raised(RuntimeError(SECRET), Invalid("date.missing"))).cause
    assert (cause.message, cause.stack_trace) == ("Invalid: date.missing", "")


def test_a_cancellation_stays_one():
    assert failure_of(CancelledError()).HasField("canceled_failure_info")


def test_what_a_server_refuses_is_not_taken_for_its_absence():
    assert not is_unreachable(ValueError())
