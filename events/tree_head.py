"""The Merkle tree over the log (RFC 9162, 2.1): one hash that stands for every event up to a position."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from events import sql

EMPTY = hashlib.sha256(b"").digest()

_LEAVES = "SELECT position, leaf_hash FROM events WHERE position <= $1 ORDER BY position"


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The log's first `size` events as one hash."""

    size: int
    root: bytes


class Tree:
    """Grows leaf by leaf; keeps only the roots of its full subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append a leaf hash."""
        self._peaks.append(leaf)
        self.size += 1
        full = self.size
        while full % 2 == 0:
            right, left = self._peaks.pop(), self._peaks.pop()
            self._peaks.append(node(left, right))
            full //= 2

    @property
    def root(self) -> bytes:
        """The tree's hash as it is now."""
        if not self._peaks:
            return EMPTY
        *others, found = self._peaks
        for left in reversed(others):
            found = node(left, found)
        return found


def node(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The tree's hash over these leaf hashes."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root


async def tree_head(engine: AsyncEngine, size: int | None = None) -> TreeHead:
    """The head over the first `size` events, over all when it is None. LookupError when there are fewer."""
    async with sql.raw(engine) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        if size is None:
            size = int(await connection.fetchval("SELECT position FROM head"))
        tree = Tree()
        async for row in connection.cursor(_LEAVES, size, prefetch=5000):
            tree.add(row["leaf_hash"])
    if tree.size != size:
        raise LookupError(f"the log has {tree.size} events, not {size}")
    return TreeHead(size, tree.root)
