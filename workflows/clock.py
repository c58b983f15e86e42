"""The hours at which a local date begins to act: spread by a hash of the stream, so that thousands do not wake in one second."""

import hashlib
from datetime import date, datetime, time, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from events.decider import LOCAL_ZONE, local_date

SPREAD = 3600  # seconds


def at_night(day: date, stream: str) -> datetime:
    """In the first hour of a local date: what opens, extends or closes."""
    return _spread(day, time(0), stream)


def in_the_morning(day: date, stream: str) -> datetime:
    """Between six and seven, local time: what people are told of."""
    return _spread(day, time(6), stream)


def next_day(now: datetime, stream: str) -> datetime:
    """The night after an instant's local date."""
    return at_night(local_date(now) + timedelta(days=1), stream)


def _spread(day: date, begins: time, stream: str) -> datetime:
    offset = int.from_bytes(hashlib.sha256(stream.encode()).digest()[:4], "big") % SPREAD
    return datetime.combine(day, begins, LOCAL_ZONE) + timedelta(seconds=offset)
