"""Looks from outside: does the web answer, does a database, is there anything in the log, which logins are there."""

import contextlib
import csv
import http.client
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

COLUMNS = ("username", "password", "role", "person", "unit")


def web_answers(host: str, port: int) -> bool:
    """Whether `GET /live` is answered."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def first_logins(file: Path, count: int = 4) -> Iterator[str]:
    """Where the demo's logins are, and the first of them, as lines to show."""
    with contextlib.suppress(OSError), file.open(newline="", encoding="utf-8-sig") as source:
        yield f"logins are in {file}; the first of them:"
        for row in islice(csv.DictReader(source), count):
            yield "  " + "  ".join(row.get(column) or "" for column in COLUMNS)


async def cannot_connect(url: str) -> str | None:
    """Why no connection to this database can be made; None when it can."""
    import asyncpg

    try:
        connection = await asyncpg.connect(_plain(url), timeout=10)
        await connection.close()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        return str(error).splitlines()[0] if str(error) else type(error).__name__
    return None


async def log_has_events(url: str) -> bool:
    """Whether anything was ever recorded."""
    import asyncpg

    connection = await asyncpg.connect(_plain(url), timeout=10)
    try:
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM events)"))
    finally:
        await connection.close()


def _plain(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
