"""A commendation for a member's year, `commendation-<year>-<member>`: proposed, decided, recorded with its basis."""

from dataclasses import dataclass, replace
from enum import StrEnum

from events.codec import Sealed, event
from events.decider import Command, Recorded
from events.policy import Level


class CommendationState(StrEnum):
    """Where the proposal stands."""

    NONE = "none"
    PROPOSED = "proposed"
    GRANTED = "granted"
    REFUSED = "refused"


@event("commendation.proposed")
class CommendationProposed:
    """A committee proposes an award of the year's policy. `basis`: stream and version of the decision it rests on; `unit`: who decides."""

    award: str
    level: Level
    basis: str
    citation: Sealed
    unit: str


@event("commendation.granted")
class CommendationGranted:
    """Decided: given, by this unit's committee under this decision number."""

    unit: str
    decision_no: str


@event("commendation.refused")
class CommendationRefused:
    """Decided: not given, with the reason."""

    unit: str
    reason: Sealed


@event("commendation.withdrawn")
class CommendationWithdrawn:
    """No longer valid, because the level it rested on was corrected; with the reason."""

    reason: Sealed


@dataclass(frozen=True, slots=True)
class Commendation:
    """The proposal in force and what became of it."""

    state: CommendationState = CommendationState.NONE
    proposed: CommendationProposed | None = None
    proposed_by: str = ""
    version: int = 0
    granted: CommendationGranted | None = None
    refused: CommendationRefused | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposeCommendation(Command):
    """Propose an award, with what it is for."""

    award: str
    citation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantCommendation(Command):
    """Decide to give it."""

    decision_no: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RefuseCommendation(Command):
    """Decide not to give it, with the reason."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawCommendation(Command):
    """Take back what rested on a level that was corrected."""

    reason: str


CommendationCommand = ProposeCommendation | GrantCommendation | RefuseCommendation | WithdrawCommendation


def evolve(commendation: Commendation, recorded: Recorded) -> Commendation:
    """A commendation with one more fact."""
    match recorded.event:
        case CommendationProposed() as proposed:
            return Commendation(CommendationState.PROPOSED, proposed, recorded.actor, recorded.version)
        case CommendationGranted() as granted:
            return replace(commendation, state=CommendationState.GRANTED, granted=granted)
        case CommendationRefused() as refused:
            return replace(commendation, state=CommendationState.REFUSED, refused=refused)
        case CommendationWithdrawn():
            return Commendation()
    return commendation
