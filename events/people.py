"""Names, mail and looks of persons: an erasable table, never in events. Pages find people by name here and nowhere else."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from events.errors import Invalid, NotFound
from events.sql import lasting

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
"""Vietnamese letters in their order, and the four of foreign names between them."""

_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền, hỏi, ngã, sắc, nặng
_RANK = {letter: chr(0x100 + number) for number, letter in enumerate(ALPHABET)}

LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Who a person is to other people, and how they like their pages."""

    person: str
    name: str
    birth_year: int | None = None
    mail: str | None = None
    language: str = "vi"
    theme: str = "auto"
    text_size: str = "normal"


def tidy(name: str) -> str:
    """NFC, blanks collapsed, nothing without a shape. Invalid `person.name` when nothing is left or it is too long."""
    shaped = "".join(one for one in name if one.isspace() or unicodedata.category(one) not in {"Cc", "Cf"})
    clean = " ".join(unicodedata.normalize("NFC", shaped).split())
    if not clean or len(clean) > LONGEST_NAME:
        raise Invalid("person.name", field="name", max=LONGEST_NAME)
    return clean


def search_key(text: str) -> str:
    """What is compared when searching: no marks, đ as d, no case, so that `dang` finds Đặng."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return " ".join(bare.replace("đ", "d").replace("Đ", "d").casefold().split())


def sort_key(name: str) -> str:
    """Orders by given name (the last word), then surname and middle names; letters first, tones only between equals."""
    words = unicodedata.normalize("NFC", name).casefold().split()
    ordered = [*words[-1:], *words[:-1]]
    letters, tones = zip(*(_ranked(word) for word in ordered), strict=True) if ordered else ((), ())
    return " ".join(letters) + "\u0001" + " ".join(tones)


def _ranked(word: str) -> tuple[str, str]:
    letters, tones = [], []
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((_TONES[part] for part in parts if part in _TONES), 0)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        letters.append(_RANK.get(base, base))
        tones.append(str(tone))
    return "".join(letters), "".join(tones)


_PUT = """
INSERT INTO people (person, name, search, sort_key, birth_year, mail, language, theme, text_size)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::text[], $9::text[])
ON CONFLICT (person) DO UPDATE SET name = excluded.name, search = excluded.search, sort_key = excluded.sort_key,
    birth_year = excluded.birth_year, mail = excluded.mail, language = excluded.language, theme = excluded.theme,
    text_size = excluded.text_size
"""
_COLUMNS = "person, name, birth_year, mail, language, theme, text_size"


async def add(engine: AsyncEngine, people: Iterable[Person]) -> None:
    """Enter persons, or overwrite what is known of them."""
    lines = []
    for one in people:
        name = tidy(one.name)
        mail = None if one.mail is None else unicodedata.normalize("NFC", one.mail.strip())
        looks = (one.language, one.theme, one.text_size)
        lines.append((one.person, name, search_key(name), sort_key(name), one.birth_year, mail, *looks))
    if lines:
        columns = [list(column) for column in zip(*lines, strict=True)]
        await lasting(engine, lambda connection: connection.execute(_PUT, *columns))


async def rename(engine: AsyncEngine, person: str, name: str) -> None:
    """Give a person another name. NotFound `person.unknown`."""
    clean = tidy(name)
    statement = "UPDATE people SET name = $2, search = $3, sort_key = $4 WHERE person = $1"
    done = await lasting(
        engine, lambda connection: connection.execute(statement, person, clean, search_key(clean), sort_key(clean))
    )
    if done == "UPDATE 0":
        raise NotFound("person.unknown")


async def get(engine: AsyncEngine, person: str) -> Person | None:
    """One person, None when unknown or erased."""
    row = await lasting(
        engine, lambda connection: connection.fetchrow(f"SELECT {_COLUMNS} FROM people WHERE person = $1", person)
    )
    return None if row is None else Person(**dict(row))


async def names(engine: AsyncEngine, persons: Iterable[str]) -> dict[str, str]:
    """Names by person id; who is erased is not in it."""
    wanted = sorted(set(persons))
    if not wanted:
        return {}
    statement = "SELECT person, name FROM people WHERE person = ANY ($1::text[])"
    rows = await lasting(engine, lambda connection: connection.fetch(statement, wanted))
    return {row["person"]: row["name"] for row in rows}


async def find(engine: AsyncEngine, text: str, *, among: Iterable[str] | None = None, limit: int = 50) -> list[Person]:
    """Persons whose name holds every word of the text as the beginning of a word, in Vietnamese order of given names.

    `among`: the person ids the viewer may see; None for all. Who may search for whom is the caller's question.
    """
    words = search_key(text).split()
    patterns = ["% " + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" for word in words]
    statement = (
        f"SELECT {_COLUMNS} FROM people WHERE ' ' || search LIKE ALL ($1::text[])"
        " AND ($2::text[] IS NULL OR person = ANY ($2::text[])) ORDER BY sort_key, person LIMIT $3"
    )
    seen = None if among is None else sorted(set(among))
    rows = await lasting(engine, lambda connection: connection.fetch(statement, patterns, seen, limit))
    return [Person(**dict(row)) for row in rows]


async def in_order(engine: AsyncEngine, persons: Iterable[str]) -> list[str]:
    """The ids sorted by given name; the unknown and erased last."""
    wanted = sorted(set(persons))
    statement = (
        "SELECT w.person FROM unnest($1::text[]) AS w (person) LEFT JOIN people AS p USING (person)"
        " ORDER BY p.sort_key NULLS LAST, w.person"
    )
    rows: list[Any] = await lasting(engine, lambda connection: connection.fetch(statement, wanted))
    return [row["person"] for row in rows]


async def forget(engine: AsyncEngine, person: str) -> None:
    """Erase a person's name, login, sessions and drafts. The key of their texts is destroyed by `Vault.forget`."""

    async def act(connection: Any) -> None:
        async with connection.transaction():
            for table in ("drafts", "sessions", "accounts", "people"):
                await connection.execute(f"DELETE FROM {table} WHERE person = $1", person)

    await lasting(engine, act)
