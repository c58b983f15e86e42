"""A form as it was posted: its texts, and what belongs to the sending."""

import re
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Request

from web.drafts import Fields, fields_of

COMMAND_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
"""What a page of ours gives a form. Ids of workflows have a slash: nobody may use one up before its step comes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """A form's texts (NFC) and the button that sent it.

    Attributes:
        version: the stream's as the page showed it; None when the form has none.
        act, add, remove: values of the buttons of that name; `draft`: whether only the draft is to be kept.
    """

    fields: Fields
    command_id: str
    version: int | None
    act: str
    add: str
    remove: str
    draft: bool

    def one(self, name: str, otherwise: str = "") -> str:
        """The last value of a field."""
        return (self.fields.get(name) or [otherwise])[-1]

    def number(self, name: str, otherwise: int = 0) -> int:
        """The last value of a field as a whole number."""
        text = self.one(name).strip()
        return int(text) if text.isdecimal() and len(text) < 10 else otherwise


async def posted(request: Request) -> Posted:
    """Read the form of a request."""
    form = await request.form()
    pairs = form.multi_items()

    def one(name: str) -> str:
        value = form.get(name)
        return value if isinstance(value, str) else ""

    version = one("version")
    return Posted(
        fields=fields_of(pairs),
        command_id=one("command_id") if COMMAND_ID.fullmatch(one("command_id")) else str(uuid4()),
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
        act=one("act"),
        add=one("add"),
        remove=one("remove"),
        draft=bool(one("draft")),
    )


PostedDep = Annotated[Posted, Depends(posted)]
