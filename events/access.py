"""Who may do what: roles, actions, and the one table that joins them. Decisions call `require`, queries filter by the same rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from events.errors import NotAllowed


class Role(StrEnum):
    """What a person is in a unit, from a date to a date; `MEMBER` is never granted: it follows from the membership."""

    MEMBER = "member"
    CELL_SECRETARY = "cell_secretary"
    CELL_DEPUTY = "cell_deputy"
    CELL_COMMITTEE = "cell_committee"
    BASE_COMMITTEE = "base_committee"
    SUPERIOR_COMMITTEE = "superior_committee"
    AREA_SUPERVISOR = "area_supervisor"
    PROPAGANDA_BOARD = "propaganda_board"
    INSPECTION_COMMISSION = "inspection_commission"
    ORGANISATION_OFFICE = "organisation_office"
    OPERATOR = "operator"


COMMITTEE_ROLES = frozenset(
    {Role.CELL_SECRETARY, Role.CELL_DEPUTY, Role.CELL_COMMITTEE, Role.BASE_COMMITTEE, Role.SUPERIOR_COMMITTEE}
)
"""Roles that make a person a part of the committee of the unit they are granted in."""


class Action(StrEnum):
    """One thing a person can do to somebody's year, a unit or the system. The table below says who may."""

    WRITE_OWN = "write_own"  # pledge, check-ins, self-criticism, answers, acknowledgement: only one's own
    CRITICISE = "criticise"  # a comrade of the same cell
    REVIEW = "review"  # open, return, approve a pledge or a self-criticism; confirm a month
    RECORD_VOTE = "record_vote"  # the cell's counted vote and its assessment
    DECIDE = "decide"  # the level; returning the appraisal to the cell; correcting a decision
    PROPOSE_COMMENDATION = "propose_commendation"
    DECIDE_COMMENDATION = "decide_commendation"
    READ_STATE = "read_state"  # states and counts
    READ_TEXT = "read_text"  # submitted texts, inside the cell
    OPEN_TEXT = "open_text"  # a text above its cell: with a reason, seen by its author
    RUN_YEAR = "run_year"  # open the year, publish policy, amend the calendar
    MANAGE_PEOPLE = "manage_people"  # persons, memberships, units, grants
    OPERATE = "operate"  # status, repair; no right to read texts


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a unit, half-open in local dates: from `start` until before `end` (None: open)."""

    person: str
    role: Role
    unit: str
    start: date
    end: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the grant is in force on a local date."""
        return self.start <= day and (self.end is None or day < self.end)


MAY: dict[Action, frozenset[Role]] = {
    Action.WRITE_OWN: frozenset({Role.MEMBER}),
    Action.CRITICISE: frozenset({Role.MEMBER}),
    Action.REVIEW: COMMITTEE_ROLES,
    Action.RECORD_VOTE: frozenset(
        {Role.CELL_SECRETARY, Role.CELL_DEPUTY, Role.BASE_COMMITTEE, Role.SUPERIOR_COMMITTEE}
    ),
    Action.DECIDE: COMMITTEE_ROLES,
    Action.PROPOSE_COMMENDATION: COMMITTEE_ROLES,
    Action.DECIDE_COMMENDATION: COMMITTEE_ROLES,
    Action.READ_STATE: COMMITTEE_ROLES
    | {Role.AREA_SUPERVISOR, Role.PROPAGANDA_BOARD, Role.INSPECTION_COMMISSION, Role.ORGANISATION_OFFICE},
    Action.READ_TEXT: frozenset({Role.MEMBER, Role.CELL_SECRETARY, Role.CELL_DEPUTY, Role.CELL_COMMITTEE}),
    Action.OPEN_TEXT: frozenset({Role.BASE_COMMITTEE, Role.SUPERIOR_COMMITTEE, Role.INSPECTION_COMMISSION}),
    Action.RUN_YEAR: frozenset({Role.ORGANISATION_OFFICE}),
    Action.MANAGE_PEOPLE: frozenset({Role.ORGANISATION_OFFICE}),
    Action.OPERATE: frozenset({Role.OPERATOR}),
}
"""Every action and the roles that may do it in their unit; in a unit below only where the caller passes that unit's path."""


def may(action: Action, grants: Iterable[Grant], units: Iterable[str], on: date) -> bool:
    """Whether one of the grants, in force on a local date, allows the action in one of the units."""
    wanted = set(units)
    return any(grant.role in MAY[action] and grant.unit in wanted and grant.holds_on(on) for grant in grants)


def require(action: Action, grants: Iterable[Grant], units: Iterable[str], on: date) -> None:
    """Raise NotAllowed `access.denied` unless `may`."""
    if not may(action, grants, units, on):
        raise NotAllowed("access.denied", action=action.value)


def deciding_unit(path: tuple[str, ...], subject: Iterable[Grant], on: date) -> str:
    """Which unit's committee acts on a subject, starting from the first unit of `path` (the lowest) and ending at the root.

    The first whose committee the subject does not sit in; the root when they sit in every one (the root's committee
    then acts without them). Source: regulations.md 1.6 and architecture.md, "Who decides".
    """
    seats = {grant.unit for grant in subject if grant.role in COMMITTEE_ROLES and grant.holds_on(on)}
    for unit in path:
        if unit not in seats:
            return unit
    return path[-1]
