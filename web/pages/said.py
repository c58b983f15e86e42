"""A sentence not spoken yet: its code and its facts. Python settles what is said, templates say it."""

from dataclasses import dataclass, field
from typing import Any

from web.i18n import gettext


@dataclass(frozen=True, slots=True)
class Said:
    """`_(code, **facts)` of a template; a fact may be a `Said` itself. Written into a page it speaks the reader's language."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    def __html__(self) -> str:
        """The sentence in the language spoken now."""
        facts = {
            name: gettext(fact.code, **fact.facts) if isinstance(fact, Said) else fact
            for name, fact in self.facts.items()
        }
        return str(gettext(self.code, **facts))

    def __str__(self) -> str:
        return self.__html__()


def said(code: str, /, **facts: Any) -> Said:
    """Short for `Said(code, facts)`."""
    return Said(code, facts)


@dataclass(frozen=True, slots=True)
class Together:
    """Several sentences as one line."""

    parts: tuple[Said, ...]
    between: str = " "

    def __html__(self) -> str:
        """The sentences in the language spoken now."""
        return self.between.join(one.__html__() for one in self.parts)

    def __str__(self) -> str:
        return self.__html__()
