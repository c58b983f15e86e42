"""Memberships, persons and units: who records them, and that saying it twice changes nothing."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from events.access import Grant, Role
from events.decider import CALENDAR
from events.errors import Conflict, NotAllowed
from events.member import (
    MEMBER as MEMBERSHIP,
)
from events.member import (
    ChangeKind,
    ChangeTrack,
    JoinMember,
    Kind,
    MemberJoined,
    MemberKindChanged,
    MemberSetting,
    MemberTrackChanged,
    Track,
)
from events.person import PERSON, EndRole, GrantRole, PersonSetting, RoleEnded, RoleGranted
from events.unit import UNIT, FoundUnit, RenameUnit, Unit, UnitFounded, UnitKind, UnitRenamed, UnitSetting
from tests.spec import given, recorded, when
from tests.stories import GRANTS, OFFICE, PATH, PLEDGING, SECRETARY, STRANGER, command

CELL = Unit(UnitKind.CELL, "Chi bộ 1", PATH)
JOINED = MemberJoined(
    person="p1",
    cell="u-cell",
    kind=Kind.PROBATIONARY,
    track=Track.NON_LEADER,
    admitted_on=date(2025, 5, 19),
    made_official_on=None,
    post="land_officer",
)


def join(by: str = OFFICE, **changes: Any) -> JoinMember:
    whole = {name: getattr(JOINED, name) for name in MemberJoined.__dataclass_fields__}
    return command(JoinMember, by, PLEDGING, **{**whole, **changes})


def member(events: list[Any], asked: Any, cell: Unit = CELL) -> list[Any]:
    return when(MEMBERSHIP, events, asked, MemberSetting(GRANTS.get(asked.by, ()), cell))


def test_a_membership_is_recorded_once():
    assert member([], join()) == [JOINED]
    assert member([JOINED], join()) == []
    with pytest.raises(Conflict, match=r"member.exists"):
        member([JOINED], join(person="p2"))
    with pytest.raises(Conflict, match=r"unit.unknown"):
        member([], join(by=CALENDAR), Unit())


def test_standing_and_form_change_by_dated_events():
    official = command(ChangeKind, OFFICE, PLEDGING, kind=Kind.OFFICIAL, on=date(2026, 5, 19))
    made = MemberKindChanged(kind=Kind.OFFICIAL, on=date(2026, 5, 19))
    assert member([JOINED], official) == [made]
    assert member([JOINED, made], official) == []
    leader = command(ChangeTrack, OFFICE, PLEDGING, track=Track.LEADER, post="head", on=date(2026, 6, 1))
    changed = MemberTrackChanged(track=Track.LEADER, post="head", on=date(2026, 6, 1))
    assert member([JOINED], leader) == [changed]
    assert member([JOINED, changed], leader) == []
    assert given(MEMBERSHIP, [JOINED, made, changed]).track is Track.LEADER
    for asked in (official, leader):
        with pytest.raises(Conflict, match=r"member.unknown"):
            member([], asked)


@pytest.mark.parametrize("by", [SECRETARY, STRANGER, "p1"])
def test_only_the_office_records_memberships(by: str):
    with pytest.raises(NotAllowed, match=r"access.denied"):
        member([], join(by=by))


GRANTED = RoleGranted(role=Role.CELL_SECRETARY, unit="u-cell", start=date(2026, 1, 1), decision="5-QĐ/ĐU")
GRANT = command(
    GrantRole, OFFICE, PLEDGING, role=Role.CELL_SECRETARY, unit="u-cell", start=date(2026, 1, 1), decision="5-QĐ/ĐU"
)
END = command(EndRole, OFFICE, PLEDGING, role=Role.CELL_SECRETARY, unit="u-cell", end=date(2026, 6, 1))


def person(events: list[Any], asked: Any, who: str = "p1", unit: Unit = CELL) -> list[Any]:
    return when(PERSON, events, asked, PersonSetting(who, GRANTS.get(asked.by, ()), unit))


def test_a_role_is_granted_and_ended_once():
    ended = RoleEnded(role=Role.CELL_SECRETARY, unit="u-cell", end=date(2026, 6, 1))
    assert person([], GRANT) == [GRANTED]
    assert person([GRANTED], GRANT) == []
    assert person([GRANTED], END) == [ended]
    for events in ([], [GRANTED, ended]):
        with pytest.raises(Conflict, match=r"grant.unknown"):
            person(events, END)
    assert person([GRANTED, ended], GRANT) == [GRANTED]


def test_a_role_holds_from_its_first_day_until_before_its_end():
    events = [
        recorded(event, stream="p1")
        for event in (GRANTED, RoleEnded(role=Role.CELL_SECRETARY, unit="u-cell", end=date(2026, 6, 1)))
    ]
    (grant,) = given(PERSON, events).grants
    assert grant == Grant("p1", Role.CELL_SECRETARY, "u-cell", date(2026, 1, 1), date(2026, 6, 1))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1))
    assert [grant.holds_on(day) for day in days] == [False, True, True, False]


def test_nobody_grants_to_themselves_nor_without_the_office_nor_in_an_unknown_unit():
    with pytest.raises(NotAllowed, match=r"access.own_grant"):
        person([], GRANT, OFFICE)
    with pytest.raises(NotAllowed, match=r"access.denied"):
        person([], replace(GRANT, by=SECRETARY))
    with pytest.raises(Conflict, match=r"unit.unknown"):
        person([], replace(GRANT, by=CALENDAR), unit=Unit())


FOUNDED = UnitFounded(kind=UnitKind.CELL, name="Chi bộ 1", parent="u-base", path=PATH, on=date(2020, 1, 1))
FOUND = command(FoundUnit, OFFICE, PLEDGING, kind=UnitKind.CELL, name="Chi bộ 1", parent="u-base", on=date(2020, 1, 1))
PARENT = Unit(UnitKind.BASE, "Đảng bộ", PATH[1:])


def unit(events: list[Any], asked: Any, parent: Unit = PARENT) -> list[Any]:
    return when(UNIT, events, asked, UnitSetting("u-cell", GRANTS.get(asked.by, ()), parent))


def test_a_unit_is_founded_under_its_parent_once_and_renamed():
    rename = command(RenameUnit, OFFICE, PLEDGING, name="Chi bộ 2", on=date(2026, 1, 1))
    assert unit([], FOUND) == [FOUNDED]
    assert unit([FOUNDED], FOUND) == []
    assert unit([FOUNDED], rename) == [UnitRenamed(name="Chi bộ 2", on=date(2026, 1, 1))]
    assert unit([FOUNDED], replace(rename, name="Chi bộ 1")) == []
    with pytest.raises(Conflict, match=r"unit.exists"):
        unit([FOUNDED], replace(FOUND, name="Khác"))
    with pytest.raises(Conflict, match=r"unit.unknown"):
        unit([], replace(FOUND, by=CALENDAR), Unit())
    with pytest.raises(Conflict, match=r"unit.unknown"):
        unit([], replace(rename, by=CALENDAR))


def test_a_root_has_itself_alone_as_path_and_is_founded_by_the_installation():
    root = replace(FOUND, by=CALENDAR, parent=None, kind=UnitKind.ROOT)
    assert unit([], root, Unit())[0].path == ("u-cell",)
    with pytest.raises(NotAllowed, match=r"access.denied"):
        unit([], replace(root, by=OFFICE), Unit())
