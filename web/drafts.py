"""What a person is writing and has not sent: sealed under their own key, never checked, seen by nobody else."""

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.codec import FORGOTTEN
from events.errors import Invalid
from events.log import Log
from events.sql import lasting

LARGEST = 200_000  # characters of one draft
MOST_KEPT = 20_000_000  # characters of all drafts of a person, sealed
DROPPED = dict.fromkeys(
    [
        *(*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)),
        *(*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFFFE, 0xFFFF),
    ]
)
"""Characters without a shape: controls that documents cannot hold, and those that turn the direction of what follows them."""

NOT_KEPT = frozenset({"command_id", "version", "draft", "act", "add", "remove"})

Fields = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """The form's fields as they were left, several values for a name that is repeated."""

    fields: Fields
    saved_at: datetime

    def one(self, name: str, otherwise: str = "") -> str:
        """The last value of a field."""
        return (self.fields.get(name) or [otherwise])[-1]

    def pairs(self) -> list[tuple[str, str]]:
        """As a form posts them: to be read by the same function that reads the form."""
        return [(name, value) for name, values in self.fields.items() for value in values]


def fields_of(pairs: Iterable[tuple[str, Any]]) -> Fields:
    """A posted form's texts, NFC, without control characters and what belongs to the sending and not to the writing."""
    fields: Fields = {}
    for name, value in pairs:
        if isinstance(value, str) and name not in NOT_KEPT:
            fields.setdefault(name[:100], []).append(unicodedata.normalize("NFC", value.translate(DROPPED)))
    return fields


async def save_draft(log: Log, person: str, stream: str, form: str, fields: Fields, now: datetime) -> None:
    """Keep what is written so far, in place of what was kept before. Invalid `draft.too_large`, also of all drafts together."""
    text = json.dumps(fields, ensure_ascii=False)
    if len(text) > LARGEST:
        raise Invalid("draft.too_large")
    sealed = await log.vault.seal_text(log.engine, person, _field(stream, form), text)
    statement = (
        "INSERT INTO drafts (person, stream, form, sealed, saved_at) SELECT $1::text, $2::text, $3::text, $4::text, $5::timestamptz"
        " WHERE (SELECT coalesce(sum(octet_length(sealed)), 0) FROM drafts WHERE person = $1) < $6 ON CONFLICT (person, stream, form)"
        " DO UPDATE SET sealed = excluded.sealed, saved_at = excluded.saved_at"
    )
    arguments = (person, stream, form, sealed, now, MOST_KEPT)
    if await lasting(log.engine, lambda connection: connection.execute(statement, *arguments)) == "INSERT 0 0":
        raise Invalid("draft.too_large")


async def load_draft(log: Log, person: str, stream: str, form: str) -> Draft | None:
    """The person's own draft of a form, or None."""
    statement = "SELECT sealed, saved_at FROM drafts WHERE person = $1 AND stream = $2 AND form = $3"
    row = await lasting(log.engine, lambda connection: connection.fetchrow(statement, person, stream, form))
    if row is None:
        return None
    text = await log.vault.open_text(log.engine, person, _field(stream, form), row["sealed"])
    return None if text == FORGOTTEN else Draft(json.loads(text), row["saved_at"])


async def drop_draft(log: Log, person: str, stream: str, form: str) -> None:
    """Forget the draft: it has been sent."""
    statement = "DELETE FROM drafts WHERE person = $1 AND stream = $2 AND form = $3"
    await lasting(log.engine, lambda connection: connection.execute(statement, person, stream, form))


async def drafted(log: Log, person: str, stream: str) -> dict[str, datetime]:
    """Which forms of a stream the person has begun, and when each was saved."""
    statement = "SELECT form, saved_at FROM drafts WHERE person = $1 AND stream = $2"
    rows = await lasting(log.engine, lambda connection: connection.fetch(statement, person, stream))
    return {row["form"]: row["saved_at"] for row in rows}


async def writing(log: Log, person: str) -> frozenset[tuple[str, str]]:
    """Every stream and form the person has begun to write and not sent."""
    statement = "SELECT stream, form FROM drafts WHERE person = $1"
    rows = await lasting(log.engine, lambda connection: connection.fetch(statement, person))
    return frozenset((row["stream"], row["form"]) for row in rows)


def _field(stream: str, form: str) -> str:
    return f"draft/{stream}/{form}"
