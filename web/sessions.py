"""Who is signed in: a random token in a cookie, its SHA-256 in the table `sessions`, so that the table opens nothing.

A session ends 12 hours after it was last used, 30 days after it began, or when its row is deleted.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.responses import Response

from events.sql import lasting

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=30)
NOTED_EVERY = timedelta(minutes=1)

_FIND = """
SELECT s.id_hash, s.person, s.seen_at, coalesce(p.name, '') AS name,
    coalesce(p.language, 'vi') AS language, coalesce(p.theme, 'auto') AS theme, coalesce(p.text_size, 'normal') AS size
FROM sessions AS s LEFT JOIN people AS p USING (person)
WHERE s.id_hash = $1 AND s.person IS NOT NULL AND s.expires_at > $2 AND s.seen_at > $3
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A live session with what the person has chosen for their pages."""

    id_hash: bytes
    person: str
    name: str
    language: str
    theme: str
    size: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its owner sees it."""

    begun: datetime
    seen: datetime
    this: bool


def cookie_name(public_url: str) -> str:
    """`__Host-camket` behind https; a plain name on loopback over http, where browsers drop Secure cookies."""
    return "__Host-camket" if public_url.startswith("https://") else "camket"


def give(response: Response, public_url: str, token: str) -> None:
    """Put the token in the cookie of the answer."""
    secure = public_url.startswith("https://")
    age = int(ABSOLUTE.total_seconds())
    response.set_cookie(
        cookie_name(public_url), token, max_age=age, path="/", secure=secure, httponly=True, samesite="lax"
    )


def take_back(response: Response, public_url: str) -> None:
    """Delete the cookie."""
    secure = public_url.startswith("https://")
    response.delete_cookie(cookie_name(public_url), path="/", secure=secure, httponly=True, samesite="lax")


def hashed(token: str) -> bytes:
    """What of a token is stored."""
    return hashlib.sha256(token.encode()).digest()


async def begin(engine: AsyncEngine, person: str, now: datetime, *, instead_of: str | None = None) -> str:
    """A new session's token; the row of the token that came with the request is deleted, and so are rows long over."""
    token = secrets.token_urlsafe(32)

    async def act(connection: Any) -> None:
        async with connection.transaction():
            if instead_of:
                await connection.execute("DELETE FROM sessions WHERE id_hash = $1", hashed(instead_of))
            await connection.execute("DELETE FROM sessions WHERE expires_at < $1 OR seen_at < $2", now, now - IDLE)
            await connection.execute(
                "INSERT INTO sessions (id_hash, person, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $3, $4) ON CONFLICT DO NOTHING",
                hashed(token),
                person,
                now,
                now + ABSOLUTE,
            )

    await lasting(engine, act)
    return token


async def find(engine: AsyncEngine, token: str, now: datetime) -> Session | None:
    """The live session of a token; that it was used is noted once a minute."""
    key = hashed(token)
    row = await lasting(engine, lambda connection: connection.fetchrow(_FIND, key, now, now - IDLE))
    if row is None:
        return None
    if now - row["seen_at"] > NOTED_EVERY:
        await lasting(
            engine,
            lambda connection: connection.execute("UPDATE sessions SET seen_at = $2 WHERE id_hash = $1", key, now),
        )
    return Session(id_hash=key, **{name: row[name] for name in ("person", "name", "language", "theme", "size")})


async def listed(engine: AsyncEngine, person: str, this: bytes, now: datetime) -> list[Listed]:
    """The person's live sessions, the last used first."""
    statement = "SELECT id_hash, created_at, seen_at FROM sessions WHERE person = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC"
    rows = await lasting(engine, lambda connection: connection.fetch(statement, person, now, now - IDLE))
    return [Listed(row["created_at"], row["seen_at"], row["id_hash"] == this) for row in rows]


async def end(engine: AsyncEngine, id_hash: bytes) -> None:
    """Sign this session out."""
    await lasting(engine, lambda connection: connection.execute("DELETE FROM sessions WHERE id_hash = $1", id_hash))


async def end_others(engine: AsyncEngine, person: str, but: bytes) -> None:
    """Sign the person out everywhere else."""
    statement = "DELETE FROM sessions WHERE person = $1 AND id_hash <> $2"
    await lasting(engine, lambda connection: connection.execute(statement, person, but))


async def keep_said(engine: AsyncEngine, id_hash: bytes, said: dict[str, Any]) -> None:
    """Keep what the next page says at its head."""
    statement = "UPDATE sessions SET data = jsonb_set(data, '{said}', $2::text::jsonb) WHERE id_hash = $1"
    text = json.dumps(said, default=str)
    await lasting(engine, lambda connection: connection.execute(statement, id_hash, text))


async def take_said(engine: AsyncEngine, id_hash: bytes) -> dict[str, Any] | None:
    """What is to be said, once."""
    statement = (
        "UPDATE sessions SET data = sessions.data - 'said' FROM (SELECT id_hash, data -> 'said' AS said FROM sessions"
        " WHERE id_hash = $1 AND data ? 'said' FOR UPDATE) AS old WHERE sessions.id_hash = old.id_hash RETURNING old.said::text"
    )
    text = await lasting(engine, lambda connection: connection.fetchval(statement, id_hash))
    return None if text is None else dict(json.loads(text))
