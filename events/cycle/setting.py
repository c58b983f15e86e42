"""What a decision in a member's year needs from elsewhere, as of the command's time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from events.access import Action, Grant, deciding_unit, may, require
from events.cycle.state import Opening
from events.cycle.values import Shortcoming
from events.decider import CALENDAR
from events.errors import NotAllowed
from events.member import Kind, Member
from events.policy import Policy, Stage, Step

__all__ = ["Opening", "Setting"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """Everything outside the cycle's own stream that its rules read.

    Attributes:
        path: units from the member's cell up to the root.
        unit: whose unit-year holds this cycle (the cell's at the opening of the year).
        subject_grants, actor_grants: of the member's person and of who acts; empty for the calendar.
        openings: by (stage, month); only those that name this member.
        confirmed: months the secretary has confirmed for this member.
        carried: shortcomings named last year and not remedied, oldest first.
        own_cell: whether the actor is a member of the same cell (another membership).
        year_open: the unit's year lists this member, or the cycle was opened for them alone, and the unit's year is not closed.
        commendation: state of the member's commendation stream this year: "none", "proposed", "granted", "refused".
    """

    year: int
    member: str
    membership: Member
    path: tuple[str, ...]
    unit: str
    policy: Policy
    steps: tuple[Step, ...]
    subject_grants: tuple[Grant, ...]
    actor: str
    actor_grants: tuple[Grant, ...]
    openings: Mapping[tuple[Stage, int | None], Opening]
    confirmed: frozenset[int]
    carried: tuple[Shortcoming, ...]
    own_cell: bool
    year_open: bool
    commendation: str
    on: date

    @property
    def subject(self) -> str:
        """The person the year is about."""
        return self.membership.person

    def opening(self, stage: Stage, month: int | None = None) -> Opening | None:
        """The opening of a stage for this member, or None."""
        return self.openings.get((stage, month))

    def require_self(self) -> None:
        """NotAllowed `access.not_own` unless the actor is the member."""
        if self.actor != self.subject:
            raise NotAllowed("access.not_own")

    def reviewing_unit(self) -> str:
        """Whose committee reviews the member's texts and records the vote: the cell's, or above for who sits in it."""
        return deciding_unit(self.path, self.subject_grants, self.on)

    def deciding_unit(self) -> str:
        """Whose committee decides the level: the base organisation's, or above for who sits in it (architecture.md)."""
        return deciding_unit(self.path[1:] if len(self.path) > 2 else self.path, self.subject_grants, self.on)

    def require_reviewer(self, action: Action = Action.REVIEW) -> None:
        """The committee of `reviewing_unit`; NotAllowed `access.own_case` for the member, `access.denied` for others."""
        self._require(action, self.reviewing_unit())

    def require_decider(self, action: Action = Action.DECIDE) -> None:
        """The committee of `deciding_unit`; the member never."""
        self._require(action, self.deciding_unit())

    def _require(self, action: Action, unit: str) -> None:
        if self.actor == self.subject:
            raise NotAllowed("access.own_case")
        require(action, self.actor_grants, (unit,), self.on)

    def actor_may_review(self) -> bool:
        """Whether the actor could do what `require_reviewer` asks."""
        return self.actor != self.subject and may(Action.REVIEW, self.actor_grants, (self.reviewing_unit(),), self.on)

    def actor_may_decide(self) -> bool:
        """Whether the actor could do what `require_decider` asks."""
        return self.actor != self.subject and may(Action.DECIDE, self.actor_grants, (self.deciding_unit(),), self.on)

    def by_calendar(self) -> None:
        """NotAllowed `access.calendar_only` for anyone but the calendar."""
        if self.actor != CALENDAR:
            raise NotAllowed("access.calendar_only")

    @property
    def official(self) -> bool:
        """Whether the member is an official one (votes, may be proposed for commendation)."""
        return self.membership.kind is Kind.OFFICIAL
