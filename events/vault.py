"""The keys that seal free text: one per person or document, wrapped by the master key; destroying one forgets."""

import base64
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.ext.asyncio import AsyncEngine

from events.codec import FORGOTTEN
from events.errors import Conflict
from events.sql import Driver, lasting

NONCE = 12
KEPT_KEYS = 100_000
NOTICED_WITHIN = 2.0  # seconds until this process notices what another one forgot

_FORGOTTEN_SINCE = "SELECT key_id, forgotten_at FROM keys WHERE forgotten_at > $1"
_FIND = "SELECT key_id, wrapped FROM keys WHERE key_id = ANY ($1::text[])"
_MAKE = """
INSERT INTO keys (key_id, wrapped) SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT DO NOTHING
"""
_DESTROY = """
INSERT INTO keys (key_id, wrapped, forgotten_at) VALUES ($1, NULL, clock_timestamp())
ON CONFLICT (key_id) DO UPDATE SET wrapped = NULL, forgotten_at = coalesce(keys.forgotten_at, clock_timestamp())
"""


class MasterKeyMissing(Exception):  # noqa: N818 - says what is the matter
    """There is a log with sealed texts, but not the key that opens them."""


def master_key(path: Path, *, may_create: bool = True) -> bytes:
    """The 32 bytes of the master key; made at the first start with mode 600, unless `may_create` is false."""
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        if not may_create:
            raise MasterKeyMissing(
                f"The log holds sealed texts, but the master key {path} is missing; put it back from its own backup."
            ) from None
        return _new_master_key(path)
    if len(key) != 32:
        raise MasterKeyMissing(f"{path} is not a master key: it has {len(key)} bytes instead of 32.")
    return key


def _new_master_key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = os.urandom(32)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # whoever comes second takes the first one's
    except FileExistsError:
        return path.read_bytes()
    finally:
        draft.unlink()
    return key


def derive(master: bytes, purpose: str) -> bytes:
    """A key for another purpose than wrapping."""
    return HKDF(SHA256(), 32, None, purpose.encode()).derive(master)


class Vault:
    """Seals and opens texts. `seal` and `open` are synchronous: `ensure` or `fetch` brings the keys they need before."""

    def __init__(self, master: bytes) -> None:
        self._wrap = AESGCM(derive(master, "camket wrap"))
        self._keys: OrderedDict[str, AESGCM | None] = OrderedDict()
        self._heard: list[Callable[[], None]] = []
        self._looked = -NOTICED_WITHIN
        self._since = datetime(1970, 1, 1, tzinfo=UTC)
        self._seen: dict[str, datetime] = {}
        self.digest_key = derive(master, "camket digest")

    def on_forgotten(self, act: Callable[[], None]) -> None:
        """Call this whenever a key was destroyed, here or (within two seconds of use) by another process."""
        self._heard.append(act)

    def look_again(self) -> None:
        """Ask the database at the next `refresh`, whenever the last one was."""
        self._looked = -NOTICED_WITHIN

    async def refresh(self, engine: AsyncEngine) -> None:
        """Drop the keys that another process destroyed; asks the database at most every two seconds."""
        now = time.monotonic()
        if now - self._looked < NOTICED_WITHIN:
            return
        self._looked = now
        rows = await lasting(engine, lambda connection: connection.fetch(_FORGOTTEN_SINCE, self._since))
        new = [row["key_id"] for row in rows if row["key_id"] not in self._seen]
        for row in rows:
            self._seen[row["key_id"]] = row["forgotten_at"]
        if self._seen:  # again a little back: a transaction may commit later than its clock says
            self._since = max(self._seen.values()) - timedelta(minutes=1)
        if new:
            self._drop(new)

    def _drop(self, key_ids: Iterable[str]) -> None:
        for key_id in key_ids:
            self._keys[key_id] = None
        for act in self._heard:
            act()

    async def fetch(self, engine: AsyncEngine, key_ids: Iterable[str]) -> None:
        """Bring these keys into memory, those that exist."""
        wanted = set(key_ids)
        asked: set[str] = set()
        while missing := [key_id for key_id in wanted if key_id not in self._keys and key_id not in asked]:
            asked.update(missing)
            while len(self._keys) > KEPT_KEYS:
                self._keys.popitem(last=False)
            for row in await lasting(engine, partial(_find, missing)):
                self._remember(row["key_id"], row["wrapped"])

    async def ensure(self, engine: AsyncEngine, key_ids: Iterable[str]) -> None:
        """Bring these keys into memory, made where they are new. Conflict `person.forgotten` when one was destroyed."""
        wanted = sorted(set(key_ids))
        await self.fetch(engine, wanted)
        missing = [key_id for key_id in wanted if key_id not in self._keys]
        if missing:
            fresh = [self._wrapped(key_id, AESGCM.generate_key(256)) for key_id in missing]
            await lasting(engine, lambda connection: connection.execute(_MAKE, missing, fresh))
            await self.fetch(engine, missing)
        if any(self._keys[key_id] is None for key_id in wanted):
            raise Conflict("person.forgotten")

    async def forget(self, engine: AsyncEngine, key_id: str) -> None:
        """Destroy a key for good: what it sealed reads as FORGOTTEN from now on. Twice does no harm."""
        await lasting(engine, lambda connection: connection.execute(_DESTROY, key_id))
        self._drop([key_id])

    def knows(self, key_id: str) -> bool:
        """Whether the key is in memory, destroyed ones included."""
        return key_id in self._keys

    def seal(self, key_id: str, field_id: str, text: str) -> str:
        """Base64 of nonce and ciphertext; the key id and the field id are bound to it."""
        key = self._keys[key_id]
        if key is None:
            raise Conflict("person.forgotten")
        nonce = os.urandom(NONCE)
        return base64.b64encode(nonce + key.encrypt(nonce, text.encode(), _bound(key_id, field_id))).decode()

    def open(self, key_id: str, field_id: str, sealed: str) -> str:
        """The text, or FORGOTTEN once its key is destroyed. ValueError when the text was moved or altered."""
        key = self._keys.get(key_id)
        if key is None:
            return FORGOTTEN
        content = base64.b64decode(sealed)
        try:
            return key.decrypt(content[:NONCE], content[NONCE:], _bound(key_id, field_id)).decode()
        except InvalidTag as error:
            raise ValueError(f"sealed text of {field_id} does not open") from error

    async def seal_text(self, engine: AsyncEngine, key_id: str, field_id: str, text: str) -> str:
        """For drafts and other texts beside the log."""
        await self.ensure(engine, [key_id])
        return self.seal(key_id, field_id, text)

    async def open_text(self, engine: AsyncEngine, key_id: str, field_id: str, sealed: str) -> str:
        """The text of `seal_text`, or FORGOTTEN."""
        await self.refresh(engine)
        await self.fetch(engine, [key_id])
        return self.open(key_id, field_id, sealed)

    def _wrapped(self, key_id: str, key: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._wrap.encrypt(nonce, key, key_id.encode())

    def _remember(self, key_id: str, wrapped: bytes | None) -> None:
        if wrapped is None:
            self._keys[key_id] = None
            return
        try:
            key = self._wrap.decrypt(wrapped[:NONCE], wrapped[NONCE:], key_id.encode())
        except InvalidTag as error:
            raise MasterKeyMissing("The master key is not the one this log was sealed with.") from error
        self._keys[key_id] = AESGCM(key)


async def _find(key_ids: list[str], connection: Driver) -> list[Any]:
    return await connection.fetch(_FIND, key_ids)


def _bound(key_id: str, field_id: str) -> bytes:
    return f"{key_id}\x00{field_id}".encode()
