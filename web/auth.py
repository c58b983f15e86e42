"""Sign-in by name and password: argon2 in a thread, few at a time; failures counted by account and by address."""

import asyncio
import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.ext.asyncio import AsyncEngine

from events.errors import Conflict, Invalid
from events.sql import lasting

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 8
PER_ADDRESS = 60  # a whole office may share one
SHORTEST, LONGEST = 10, 200
AT_ONCE = 2  # 64 MiB each

_hasher = PasswordHash((Argon2Hasher(),))
_quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))
_NOBODY = _hasher.hash("nobody has this password")

_COUNT = """
INSERT INTO attempts (key, window_start, count) SELECT key, $2, 1 FROM unnest($1::text[]) AS key
ON CONFLICT (key, window_start) DO UPDATE SET count = attempts.count + 1 RETURNING key, count
"""


class TooMany(Conflict):
    """Too many attempts: `minutes` says how long to wait."""


@dataclass(frozen=True, slots=True)
class Account:
    """A login to be made: `username` as typed, the password in clear."""

    person: str
    username: str
    password: str
    role_note: str = ""


def account_name(typed: str) -> str:
    """A user name as it is stored and compared: NFC, no blanks, any case."""
    return "".join(unicodedata.normalize("NFC", typed).split()).casefold()


def _plain(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def hash_password(password: str, *, generated: bool = False) -> str:
    """An argon2 hash of the NFC form. `generated`: a long random password needs no slow hash; it is made slow at the first sign-in."""
    return (_quick if generated else _hasher).hash(_plain(password))


def _verify(password: str, stored: str) -> tuple[bool, str | None]:
    """The same work for a wrong password whether its hash is slow or quick: the time tells nothing of the account."""
    fits, better = _hasher.verify_and_update(password, stored)
    if not fits and "m=1024," in stored:
        _hasher.verify(password, _NOBODY)
    return fits, better


class Passwords:
    """Verifies passwords without stopping the other requests; one per application."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether it fits, and a better hash where there is one; just as slow when there is no such account."""
        async with self._turn:
            fits, better = await asyncio.to_thread(_verify, _plain(password), stored or _NOBODY)
        return (fits and stored is not None), better

    async def hash(self, password: str) -> str:
        """The hash of a new password."""
        async with self._turn:
            return await asyncio.to_thread(hash_password, password)


async def sign_in(
    engine: AsyncEngine, passwords: Passwords, username: str, password: str, address: str, now: datetime
) -> str:
    """The person of a name and password. Invalid `sign_in.wrong`; TooMany `sign_in.too_many` with `minutes`."""
    name = account_name(username)
    if not name or not password or len(password) > LONGEST:
        raise Invalid(
            "sign_in.empty" if not (name and password) else "sign_in.wrong", field="password" if name else "username"
        )
    account, place = _key("account", name), _key("address", address)
    await _count(engine, {account: PER_ACCOUNT, place: PER_ADDRESS}, now)
    row = await lasting(
        engine,
        lambda connection: connection.fetchrow("SELECT person, password_hash FROM accounts WHERE username = $1", name),
    )
    fits, better = await passwords.verify(password, row["password_hash"] if row else None)
    if row is None or not fits:
        raise Invalid("sign_in.wrong", field="password")
    if better is not None:
        await _store(engine, row["person"], better, now)
    await _forgive(engine, account, place, now)
    return str(row["person"])


async def change_password(
    engine: AsyncEngine, passwords: Passwords, person: str, old: str, new: str, again: str, now: datetime
) -> None:
    """Set a new password. Invalid `password.wrong`, `password.short`, `password.long`, `password.differs`, `password.same`."""
    if len(_plain(new)) < SHORTEST:
        raise Invalid("password.short", field="new", min=SHORTEST)
    if len(_plain(new)) > LONGEST:
        raise Invalid("password.long", field="new", max=LONGEST)
    if _plain(new) != _plain(again):
        raise Invalid("password.differs", field="again")
    if _plain(new) == _plain(old):
        raise Invalid("password.same", field="new")
    await _count(engine, {_key("account", person): PER_ACCOUNT}, now)
    stored = await lasting(
        engine, lambda connection: connection.fetchval("SELECT password_hash FROM accounts WHERE person = $1", person)
    )
    fits, _ = await passwords.verify(old, stored)
    if not fits:
        raise Invalid("password.wrong", field="old")
    await _store(engine, person, await passwords.hash(new), now)


async def create_accounts(engine: AsyncEngine, accounts: Iterable[Account], *, generated: bool = True) -> None:
    """Enter logins, or overwrite a person's; for the demo and the office."""
    lines = [
        (one.person, account_name(one.username), hash_password(one.password, generated=generated), one.role_note)
        for one in accounts
    ]
    statement = (
        "INSERT INTO accounts (person, username, password_hash, role_note) VALUES ($1, $2, $3, $4) ON CONFLICT (person)"
        " DO UPDATE SET username = excluded.username, password_hash = excluded.password_hash, role_note = excluded.role_note"
    )
    await lasting(engine, lambda connection: connection.executemany(statement, lines))


def _key(kind: str, value: str) -> str:
    """Names and addresses are not kept in clear."""
    return f"{kind}:{hashlib.sha256(value.encode()).hexdigest()[:32]}"


def _window(now: datetime) -> datetime:
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, now.tzinfo)


async def _count(engine: AsyncEngine, limits: dict[str, int], now: datetime) -> None:
    """Count an attempt before it is made, so that many at once are counted too."""
    start = _window(now)

    async def act(connection: Any) -> Any:
        await connection.execute("DELETE FROM attempts WHERE window_start < $1", start - timedelta(days=1))
        return await connection.fetch(_COUNT, list(limits), start)

    rows = await lasting(engine, act)
    if any(row["count"] > limits[row["key"]] for row in rows):
        left = (start + WINDOW - now).total_seconds()
        raise TooMany("sign_in.too_many", minutes=max(1, -int(-left // 60)))


async def _forgive(engine: AsyncEngine, account: str, place: str, now: datetime) -> None:
    async def act(connection: Any) -> None:
        await connection.execute("DELETE FROM attempts WHERE key = $1", account)
        await connection.execute(
            "UPDATE attempts SET count = greatest(count - 1, 0) WHERE key = $1 AND window_start = $2",
            place,
            _window(now),
        )

    await lasting(engine, act)


async def _store(engine: AsyncEngine, person: str, password_hash: str, now: datetime) -> None:
    statement = "UPDATE accounts SET password_hash = $2, changed_at = $3 WHERE person = $1"
    await lasting(engine, lambda connection: connection.execute(statement, person, password_hash, now))
