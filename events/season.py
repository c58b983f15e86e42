"""A whole tree's year, `season-<year>-<root>`: the published policy, the common calendar and its amendments, opened and closed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from events.access import Action, Grant, require
from events.codec import event
from events.decider import CALENDAR, Command, Decider, Reader, Recorded, local_date
from events.errors import Conflict, Invalid, refuse_all
from events.ids import parse_stream
from events.policy import Policy, StepChange, policy_from, steps_of


@event("policy.published")
class PolicyPublished:
    """The rules of the year, whole, as data; `copied_from`: the year whose file stood in for a missing one."""

    year: int
    version: int
    copied_from: int | None
    data: dict[str, Any]


@event("season.opened")
class SeasonOpened:
    """The year is opened for the whole tree under this policy version; the workflow opens it unit by unit."""

    policy_version: int


@event("season.calendar_amended")
class CalendarAmended:
    """New dates for some stages of every unit. `reason`: of an office, not about a person."""

    changes: tuple[StepChange, ...]
    reason: str


@event("season.closed")
class SeasonClosed:
    """Every unit's year is closed."""


@dataclass(frozen=True, slots=True)
class Season:
    """A tree's year: policies by version, the version in force, amendments in order."""

    policies: Mapping[int, Policy] = field(default_factory=dict)
    opened: SeasonOpened | None = None
    amendments: tuple[tuple[StepChange, ...], ...] = ()
    closed: bool = False

    @property
    def newest(self) -> int:
        """The newest published version; 0 when there is none."""
        return max(self.policies, default=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishPolicy(Command):
    """Publish a year's rules; the data is checked by `policy_from`."""

    data: dict[str, Any]
    copied_from: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenSeason(Command):
    """Open the year under the newest published policy."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AmendCalendar(Command):
    """Give some stages of every unit other dates, with a reason."""

    changes: tuple[StepChange, ...]
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseSeason(Command):
    """The calendar closes the year."""


SeasonCommand = PublishPolicy | OpenSeason | AmendCalendar | CloseSeason


@dataclass(frozen=True, slots=True)
class SeasonSetting:
    """Which tree and year it is, and the actor's grants."""

    root: str
    year: int
    actor: tuple[Grant, ...]


def evolve(season: Season, recorded: Recorded) -> Season:
    """A tree's year with one more fact."""
    match recorded.event:
        case PolicyPublished(version=version, data=data):
            return replace(season, policies={**season.policies, version: policy_from(data)})
        case SeasonOpened() as opened:
            return replace(season, opened=opened)
        case CalendarAmended(changes=changes):
            return replace(season, amendments=(*season.amendments, changes))
        case SeasonClosed():
            return replace(season, closed=True)
    return season


def decide(season: Season, command: SeasonCommand, setting: SeasonSetting) -> list[object]:
    """The office of the root, or the installation. Conflict `season.no_policy`, `season.not_open`; Invalid `policy.invalid`, `calendar.*`."""
    if command.by != CALENDAR:
        require(Action.RUN_YEAR, setting.actor, (setting.root,), local_date(command.at))
    match command:
        case PublishPolicy(data=data, copied_from=copied_from):
            policy = _checked(data)
            if season.newest and policy == season.policies[season.newest]:
                return []
            return [PolicyPublished(year=setting.year, version=season.newest + 1, copied_from=copied_from, data=data)]
        case OpenSeason():
            if season.opened:
                return []
            if not season.newest:
                raise Conflict("season.no_policy")
            return [SeasonOpened(policy_version=season.newest)]
        case AmendCalendar(changes=changes, reason=reason):
            if season.opened is None or season.closed:
                raise Conflict("season.not_open")
            policy = season.policies[season.opened.policy_version]
            check_amendment(policy, setting.year, season.amendments, changes, reason)
            return [CalendarAmended(changes=changes, reason=reason)]
        case CloseSeason():
            return [] if season.closed else [SeasonClosed()]
        case _:
            assert_never(command)


def _checked(data: dict[str, Any]) -> Policy:
    try:
        return policy_from(data)
    except ValueError as wrong:
        raise Invalid("policy.invalid", field="data") from wrong


def check_amendment(
    policy: Policy, year: int, before: tuple[tuple[StepChange, ...], ...], changes: tuple[StepChange, ...], reason: str
) -> None:
    """Invalid `calendar.no_change`, `calendar.unknown_step`, `calendar.due_before_opening` (field `due-<key>`), `text.missing`."""
    from events.cycle.review import text_faults

    known = {(step.stage, step.month) for step in steps_of(policy, year)}
    if any((change.stage, change.month) not in known for change in changes):
        raise Invalid("calendar.unknown_step")
    steps = steps_of(policy, year, *before, changes)
    if steps == steps_of(policy, year, *before):
        raise Invalid("calendar.no_change")
    faults = [
        Invalid("calendar.due_before_opening", field=f"due-{step.key}", opens=step.opens, due=step.due)
        for step in steps
        if step.due < step.opens
    ]
    refuse_all([*faults, *text_faults(reason, "reason")])


async def setting(reader: Reader, stream: str, command: SeasonCommand) -> SeasonSetting:
    """Read the actor's grants."""
    from events.person import PERSON

    ids = parse_stream(stream)
    actor = () if command.by == CALENDAR else (await reader.state(PERSON, command.by)).grants
    return SeasonSetting(ids.subject, ids.year, actor)


def _sealed_for(stream: str, _: SeasonSetting) -> str:
    return stream


SEASON: Decider[Season, SeasonCommand, SeasonSetting] = Decider(
    name="season", initial=Season(), evolve=evolve, decide=decide, setting=setting, sealed_for=_sealed_for
)
