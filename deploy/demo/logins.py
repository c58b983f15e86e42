"""Logins of the demo: who gets one, a readable random password, and the file that lists them."""

import csv
import io
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.organisation import Organisation, Someone
from deploy.probes import COLUMNS
from events.access import Role
from events.people import search_key

SYLLABLES = [
    "an",
    "ban",
    "bay",
    "ben",
    "bien",
    "bong",
    "buom",
    "ca",
    "cam",
    "cau",
    "cay",
    "chim",
    "chuoi",
    "co",
    "cua",
    "dao",
    "dat",
    "dau",
    "den",
    "diem",
    "do",
    "doi",
    "dong",
    "dua",
    "duong",
    "ga",
    "gao",
    "gio",
    "giay",
    "hat",
    "hoa",
    "hoc",
    "hong",
    "hue",
    "keo",
    "ket",
    "khe",
    "kim",
    "la",
    "lam",
    "lan",
    "lau",
    "lay",
    "lieu",
    "long",
    "lua",
    "luc",
    "le",
    "mai",
    "man",
    "mat",
    "may",
    "me",
    "mia",
    "mo",
    "mua",
    "muoi",
    "nam",
    "nang",
    "nga",
    "ngan",
    "ngo",
    "ngoc",
    "nhan",
    "nho",
    "non",
    "nui",
    "nuoc",
    "oi",
    "ong",
    "phan",
    "pho",
    "quat",
    "que",
    "qua",
    "rau",
    "rong",
    "ruong",
    "sa",
    "sach",
    "sao",
    "sen",
    "soi",
    "song",
    "su",
    "suoi",
    "tam",
    "tan",
    "tao",
    "tay",
    "than",
    "thanh",
    "thoc",
    "thom",
    "thu",
    "thuyen",
    "tim",
    "toc",
    "toi",
    "tom",
    "tra",
    "trang",
    "tre",
    "trong",
    "tu",
    "tung",
    "vai",
    "van",
    "vang",
    "ve",
    "vo",
    "voi",
    "vuon",
    "xanh",
    "xoai",
    "xuan",
    "yen",
]
OTHER_CELLS = 8


@dataclass(frozen=True, slots=True)
class Login:
    """One row of the file, and whose it is."""

    someone: Someone
    username: str
    password: str
    role: str
    unit: str


def logins(organisation: Organisation) -> list[Login]:
    """The open cell first, then the committees above it, the offices, and some people of other cells."""
    taken: set[str] = set()
    made: list[Login] = []
    for someone in dict.fromkeys(_chosen(organisation)):
        role, unit = _role(organisation, someone)
        words = search_key(someone.name).split()
        plain = f"{words[-1]}.{words[0]}"
        username = next(name for name in (plain, *(f"{plain}{n}" for n in range(2, 99))) if name not in taken)
        taken.add(username)
        made.append(Login(someone, username, _password(), role, organisation.places[unit].name))
    return made


def _chosen(organisation: Organisation) -> Iterator[Someone]:
    by_person = {one.person: one for one in organisation.people}
    yield from organisation.cells[organisation.open_cell]
    above = organisation.places[organisation.open_cell].path[1:]
    for unit in above:
        yield from (
            by_person[post.person]
            for post in organisation.posts
            if post.unit == unit and post.role in {Role.BASE_COMMITTEE, Role.SUPERIOR_COMMITTEE}
        )
    served = {
        Role.ORGANISATION_OFFICE,
        Role.OPERATOR,
        Role.PROPAGANDA_BOARD,
        Role.INSPECTION_COMMISSION,
        Role.AREA_SUPERVISOR,
    }
    yield from (
        by_person[post.person] for role in Role for post in organisation.posts if post.role is role and role in served
    )
    others = [members for cell, members in organisation.cells.items() if cell != organisation.open_cell]
    some = others[:: max(1, len(others) // OTHER_CELLS)][:OTHER_CELLS]
    yield from (members[0] for members in some)
    yield from (members[5] for members in some)


def _role(organisation: Organisation, someone: Someone) -> tuple[str, str]:
    post = next((post for post in organisation.posts if post.person == someone.person), None)
    return (Role.MEMBER.value, someone.cell) if post is None else (post.role.value, post.unit)


def _password() -> str:
    return "-".join([*(secrets.choice(SYLLABLES) for _ in range(4)), f"{secrets.randbelow(9000) + 1000}"])


def write(file: Path, rows: list[Login]) -> None:
    """The file for whoever runs the demo: username,password,role,person,unit; readable by its owner only, at one stroke."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((row.username, row.password, row.role, row.someone.name, row.unit) for row in rows)
    temporary = file.with_name(f"{file.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(text.getvalue())
    temporary.replace(file)
