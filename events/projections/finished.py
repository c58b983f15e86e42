"""What was done: by a person or in their own years, and in one member's year."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from events.log import Log
from events.projections.scope import fetch


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Something done: `what` is a code, `name` whose year, `by_name` who did it; `own`: it was done in a year of the viewer's."""

    what: str
    stream: str
    version: int
    year: int
    month: int
    member: str | None
    name: str | None
    unit_name: str
    person: str
    by_name: str | None
    own: bool
    at: datetime


_FINISHED = sa.text("""
WITH own AS (SELECT member FROM member WHERE person = :viewer), done AS (
    (SELECT * FROM act WHERE person = :viewer AND (at, stream, version) < (:before, :stream, :version)
        ORDER BY at DESC, stream DESC, version DESC LIMIT :most)
    UNION
    (SELECT * FROM act WHERE subject IN (SELECT member FROM own) AND (at, stream, version) < (:before, :stream, :version)
        ORDER BY at DESC, stream DESC, version DESC LIMIT :most)
)
SELECT done.what, done.stream, done.version, done.year, done.month, m.member, subject.name, u.name AS unit_name, done.person,
    actor.name AS by_name, coalesce(m.person = :viewer, false) AS own, done.at
FROM done LEFT JOIN member AS m ON m.member = done.subject LEFT JOIN people AS subject ON subject.person = m.person
LEFT JOIN people AS actor ON actor.person = done.person JOIN unit AS u ON u.unit = coalesce(m.cell, done.subject)
ORDER BY done.at DESC, done.stream DESC, done.version DESC LIMIT :most
""")

_FINISHED_COUNT = sa.text("""
SELECT count(*) AS all FROM (
    SELECT stream, version FROM act WHERE person = :viewer
    UNION SELECT stream, version FROM act WHERE subject IN (SELECT member FROM member WHERE person = :viewer)
) AS done
""")


async def finished(log: Log, viewer: str, before: tuple[datetime, str, int], most: int = 50) -> list[Act]:
    """What the viewer did, and what was done in their years, newest first, older than `before` (at, stream, version)."""
    at, stream, version = before
    given = {"viewer": viewer, "before": at, "stream": stream, "version": version, "most": most}
    return [Act(**row._mapping) for row in await fetch(log.engine, _FINISHED, given)]  # noqa: SLF001 - SQLAlchemy's own name for it


async def finished_count(log: Log, viewer: str) -> int:
    """How many acts `finished` would list in all."""
    (row,) = await fetch(log.engine, _FINISHED_COUNT, {"viewer": viewer})
    return int(row.all)


_HISTORY = sa.text("""
SELECT act.what, act.month, act.person, p.name AS by_name, act.at FROM act LEFT JOIN people AS p ON p.person = act.person
WHERE act.subject = :member AND act.year = :year ORDER BY act.at DESC, act.stream DESC, act.version DESC LIMIT :most
""")


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """One line of what was done in a member's year."""

    what: str
    month: int
    person: str
    by_name: str | None
    at: datetime


async def last_acts(log: Log, viewer: str, member: str, year: int, most: int = 4) -> list[Done]:
    """The last acts in a member's year, newest first. The caller has found the member in the viewer's own lists."""
    given = {"viewer": viewer, "member": member, "year": year, "most": most}
    return [Done(**row._mapping) for row in await fetch(log.engine, _HISTORY, given)]  # noqa: SLF001 - SQLAlchemy's own name for it
