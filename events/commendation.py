"""A commendation for a member's year, `commendation-<year>-<member>`: proposed, decided, recorded with its basis."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from events.access import Action, deciding_unit, require
from events.codec import Sealed, event
from events.decider import Command, Decider, Reader, Recorded
from events.errors import Conflict, Invalid, NotAllowed, refuse_all
from events.ids import cycle_stream, parse_stream
from events.policy import AwardRule, Level

if TYPE_CHECKING:  # the member's year reads this stream in turn
    from events.cycle.setting import Setting
    from events.cycle.state import Cycle


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


@dataclass(frozen=True, kw_only=True, slots=True)
class CommendationSetting:
    """What a commendation is measured by.

    Attributes:
        cycle: the member's year it is for, as its stream stands.
        year: what a decision in that year would read: policy, path, grants, day.
        earlier: levels decided in the years before, the last year first; None where there is no decision.
    """

    cycle: "Cycle"
    year: "Setting"
    earlier: tuple[Level | None, ...]

    def streak(self, level: Level) -> int:
        """How many years running, this one included, ended with the level."""
        years = 0
        for decided in (self.cycle.level, *self.earlier):
            if decided is not level:
                break
            years += 1
        return years

    def giving_unit(self, award: AwardRule) -> str:
        """Whose committee gives the award: the one that decides the level, or the one above it, never one the member sits in."""
        unit = self.year.deciding_unit()
        if award.given_by == "deciding":
            return unit
        path = self.year.path
        above = path[min(path.index(unit) + 1, len(path) - 1) :]
        return deciding_unit(above, self.year.subject_grants, self.year.on)


def decide(commendation: Commendation, command: CommendationCommand, setting: CommendationSetting) -> list[object]:
    """Proposed on the decided level, then given or not by the committee the award names (regulations.md 4.1, 4.3).

    Only for official members; also after the year is closed. Nobody in their own case: NotAllowed `access.own_case`.
    """
    if setting.year.actor == setting.year.subject:
        raise NotAllowed("access.own_case")
    match command:
        case ProposeCommendation():
            return _propose(commendation, command, setting)
        case GrantCommendation(decision_no=decision_no):
            award = _waiting(commendation, setting, granting=True)
            if award is None:
                return []
            refuse_all(_unnumbered(decision_no, "decision_no"))
            return [CommendationGranted(unit=setting.giving_unit(award), decision_no=decision_no.strip())]
        case RefuseCommendation(reason=reason):
            award = _waiting(commendation, setting, granting=False)
            if award is None:
                return []
            refuse_all(_missing(reason, "reason"))
            return [CommendationRefused(unit=setting.giving_unit(award), reason=reason.strip())]
        case WithdrawCommendation(reason=reason):
            return _withdraw(commendation, reason, setting)
        case _:
            assert_never(command)


def _propose(commendation: Commendation, command: ProposeCommendation, setting: CommendationSetting) -> list[object]:
    """By the committee that reviews or the one that decides. Conflict `commendation.proposed`, `.decided`, and those of `_unfit`."""
    year = setting.year
    _require_committee(Action.PROPOSE_COMMENDATION, setting, year.reviewing_unit(), year.deciding_unit())
    award, citation, before = _award(setting, command.award), command.citation.strip(), commendation.proposed
    if commendation.state is CommendationState.PROPOSED and before is not None:
        if (before.award, before.citation) == (command.award, citation):
            return []
        raise Conflict("commendation.proposed")
    if commendation.state is not CommendationState.NONE:
        raise Conflict("commendation.decided")
    if award is None:
        raise Invalid("commendation.unknown_award", field="award")
    if unfit := _unfit(setting, award):
        raise unfit
    refuse_all(_missing(citation, "citation"))
    level, decision = setting.cycle.level, setting.cycle.appraisal.decision_version
    assert level is not None
    return [
        CommendationProposed(
            award=award.code,
            level=level,
            basis=f"{cycle_stream(year.member, year.year)}:{decision}",
            citation=citation,
            unit=setting.giving_unit(award),
        )
    ]


def _waiting(commendation: Commendation, setting: CommendationSetting, *, granting: bool) -> AwardRule | None:
    """The proposed award, for those who may decide it; None when it is decided so already."""
    award = _award(setting, commendation.proposed.award) if commendation.proposed else None
    if award is None:
        raise Conflict("commendation.not_proposed")
    _require_committee(Action.DECIDE_COMMENDATION, setting, setting.giving_unit(award))
    wanted = CommendationState.GRANTED if granting else CommendationState.REFUSED
    if commendation.state is wanted:
        return None
    if commendation.state is not CommendationState.PROPOSED:
        raise Conflict("commendation.decided")
    if granting and (unfit := _unfit(setting, award)):
        raise unfit
    return award


def _withdraw(commendation: Commendation, reason: str, setting: CommendationSetting) -> list[object]:
    """A proposal by those who may propose; what is granted only when the level no longer bears it: Conflict `commendation.still_fits`."""
    award = _award(setting, commendation.proposed.award) if commendation.proposed else None
    if award is None or commendation.state is CommendationState.REFUSED:
        raise Conflict("commendation.not_proposed")
    if commendation.state is CommendationState.GRANTED:
        _require_committee(Action.DECIDE_COMMENDATION, setting, setting.giving_unit(award))
        if _unfit(setting, award) is None:
            raise Conflict("commendation.still_fits")
    else:
        year = setting.year
        _require_committee(Action.PROPOSE_COMMENDATION, setting, year.reviewing_unit(), year.deciding_unit())
    refuse_all(_missing(reason, "reason"))
    return [CommendationWithdrawn(reason=reason.strip())]


def _unfit(setting: CommendationSetting, award: AwardRule) -> Conflict | None:
    """`commendation.not_official`, `.no_decision`, `.other_level`, `.streak_too_short`; None when member and level bear the award."""
    level = setting.cycle.level
    if not setting.year.official:
        return Conflict("commendation.not_official")
    if level is None:
        return Conflict("commendation.no_decision")
    if award.level is not None and level is not award.level:
        return Conflict("commendation.other_level", level=level.value, wanted=award.level.value)
    if award.level is not None and (years := setting.streak(award.level)) < award.years:
        return Conflict("commendation.streak_too_short", years=years, wanted=award.years)
    return None


def _award(setting: CommendationSetting, code: str) -> AwardRule | None:
    return next((award for award in setting.year.policy.awards if award.code == code), None)


def _require_committee(action: Action, setting: CommendationSetting, *units: str) -> None:
    require(action, setting.year.actor_grants, units, setting.year.on)


def _unnumbered(text: str, field: str) -> list[Invalid]:
    from events.cycle.review import number_faults

    return number_faults(text, field)


def _missing(text: str, field: str) -> list[Invalid]:
    from events.cycle.review import text_faults

    return text_faults(text, field)


async def setting(reader: Reader, stream: str, command: CommendationCommand) -> CommendationSetting:
    """Read the member's year with all that its own decisions read, and the years before as far as an award looks back."""
    from events.cycle import CYCLE

    ids = parse_stream(stream)
    own = cycle_stream(ids.subject, ids.year)
    cycle = await reader.state(CYCLE, own)
    year: Setting = await CYCLE.setting(reader, own, command)  # type: ignore[arg-type]  # reads who acts and when
    back = max((award.years for award in year.policy.awards), default=1)
    earlier = await reader.states(CYCLE, [cycle_stream(ids.subject, ids.year - n) for n in range(1, back)])
    return CommendationSetting(cycle=cycle, year=year, earlier=tuple(one.level for one in earlier))


def _sealed_for(_: str, setting: CommendationSetting) -> str:
    return setting.year.subject


COMMENDATION: Decider[Commendation, CommendationCommand, CommendationSetting] = Decider(
    name="commendation", initial=Commendation(), evolve=evolve, decide=decide, setting=setting, sealed_for=_sealed_for
)


def award_fits(setting: CommendationSetting, award: AwardRule) -> bool:
    """Whether the member and the decided level bear the award."""
    return _unfit(setting, award) is None
