"""The dates of a unit's year: the published ones, amended for the whole tree, amended for the unit."""

from events.ids import parse_stream
from events.policy import Policy, Step, steps_of
from events.season import Season
from events.unit_year.facts import UnitYear


def pinned_policy(season: Season, unit_year: UnitYear) -> Policy | None:
    """The version of the policy the unit's year was opened under; None while it is not."""
    return None if unit_year.opened is None else season.policies[unit_year.opened.policy_version]


def unit_steps(season: Season, unit_year: UnitYear) -> tuple[Step, ...]:
    """The unit's shared stages in order of opening, with the dates in force; none while its year is not opened."""
    policy = pinned_policy(season, unit_year)
    if policy is None or unit_year.opened is None:
        return ()
    year = parse_stream(unit_year.opened.season).year
    return steps_of(policy, year, *season.amendments, *unit_year.amendments)
