"""Why a command is refused: a kind for programs, a stable code for sentences, and the facts of the case."""

from typing import Any


class Refused(Exception):  # noqa: N818 - the domain's own word; the kinds below read as claims
    """A command that a rule does not allow.

    Attributes:
        code: stable, dotted, e.g. `pledge.job_count`; `web/i18n.py` has a sentence for each in every language.
        facts: what the sentence needs: numbers, dates, ids; never a text of a person.
        field: the form field the sentence belongs to, dotted with indexes (`jobs.0.measure`), or None.
    """

    def __init__(self, code: str, /, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.facts = facts


class NotAllowed(Refused):
    """The actor has no right to this act."""


class NotFound(Refused):
    """The thing does not exist, or the viewer may not know that it does."""


class Conflict(Refused):
    """The act does not fit the state the thing is in."""


class Stale(Conflict):
    """Something the decision read has changed meanwhile: read again."""


class Invalid(Refused):
    """What was entered does not satisfy a rule.

    Attributes:
        also: further `Invalid` found in the same form, so that one answer names every field to mend.
    """

    def __init__(
        self, code: str, /, *, field: str | None = None, also: "tuple[Invalid, ...]" = (), **facts: Any
    ) -> None:
        super().__init__(code, field=field, **facts)
        self.also = also

    @property
    def all(self) -> "tuple[Invalid, ...]":
        """This one and the others, in the order of the form."""
        return (self, *self.also)


def refuse_all(faults: "list[Invalid]") -> None:
    """Raise the first of the faults with the others attached; do nothing when there are none."""
    if faults:
        first = faults[0]
        raise Invalid(first.code, field=first.field, also=tuple(faults[1:]), **first.facts)
