"""A commendation: proposed on the decided level, given by the committee its award names, taken back with the level."""

from dataclasses import replace
from datetime import date

import pytest

from events.access import Grant, Role
from events.commendation import (
    Commendation,
    CommendationGranted,
    CommendationProposed,
    CommendationRefused,
    CommendationSetting,
    CommendationWithdrawn,
    GrantCommendation,
    ProposeCommendation,
    RefuseCommendation,
    WithdrawCommendation,
    decide,
    evolve,
)
from events.errors import NotAllowed, Refused
from events.member import Kind, Member
from tests.events.appraised import (
    ACCEPTED,
    BASE,
    COMMITTEE,
    MEMBER,
    ROOT,
    SECRETARY,
    STRANGER,
    C,
    E,
    G,
    N,
    at,
    decided,
    fold,
    setting,
    voted,
)
from tests.spec import recorded

STREAM = "commendation-2026-m1"
YEAR = (*ACCEPTED, voted(), decided())
PROPOSED = CommendationProposed(
    award="member_year", level=E, basis="cycle-2026-m1:5", citation="vượt chỉ tiêu 35 %", unit="u-base"
)
GRANTED = CommendationGranted(unit="u-base", decision_no="20-QĐ/ĐU")
REFUSED = CommendationRefused(unit="u-base", reason="hết chỉ tiêu")


def measured(by, year=YEAR, earlier=(None,) * 4, **changes) -> CommendationSetting:
    return CommendationSetting(cycle=fold(year), year=setting(by, **changes), earlier=earlier)


def told(*events) -> Commendation:
    state = Commendation()
    for version, event in enumerate(events, 1):
        state = evolve(state, recorded(event, stream=STREAM, version=version))
    return state


def propose(by=SECRETARY, award="member_year", citation="vượt chỉ tiêu 35 %") -> ProposeCommendation:
    return ProposeCommendation(id="c1", by=by, at=at(), award=award, citation=citation)


def grant(by=BASE, decision_no="20-QĐ/ĐU") -> GrantCommendation:
    return GrantCommendation(id="c1", by=by, at=at(), decision_no=decision_no)


def refuse(by=BASE, reason="hết chỉ tiêu") -> RefuseCommendation:
    return RefuseCommendation(id="c1", by=by, at=at(), reason=reason)


def withdraw(by=BASE, reason="mức đã sửa") -> WithdrawCommendation:
    return WithdrawCommendation(id="c1", by=by, at=at(), reason=reason)


def refusal(events, command, **changes) -> str:
    with pytest.raises(Refused) as refused:
        decide(told(*events), command, measured(command.by, **changes))
    return refused.value.code


@pytest.mark.parametrize("by", [SECRETARY, COMMITTEE, BASE])
def test_the_cells_committee_or_the_deciding_one_proposes(by):
    assert decide(told(), propose(by), measured(by)) == [PROPOSED]
    assert decide(told(PROPOSED), propose(by), measured(by)) == []


@pytest.mark.parametrize(
    ("by", "code"), [(MEMBER, "access.own_case"), (STRANGER, "access.denied"), (ROOT, "access.denied")]
)
def test_nobody_else_does_and_nobody_for_themselves(by, code):
    with pytest.raises(NotAllowed, match=code):
        decide(told(), propose(by), measured(by))


@pytest.mark.parametrize(
    ("year", "level_code"),
    [
        (YEAR, None),
        ((*YEAR[:-1], decided(G)), "commendation.other_level"),
        ((*YEAR[:-1], decided(C)), "commendation.other_level"),
        ((*YEAR[:-1], decided(N)), "commendation.other_level"),
        (YEAR[:-1], "commendation.no_decision"),
        ((), "commendation.no_decision"),
    ],
)
def test_only_the_level_the_award_names_is_enough(year, level_code):
    if level_code is None:
        assert decide(told(), propose(), measured(SECRETARY, year))
    else:
        assert refusal((), propose(), year=year) == level_code


@pytest.mark.parametrize("kind", [Kind.PROBATIONARY, Kind.EXEMPT])
def test_only_official_members_are_commended(kind):
    assert refusal((), propose(), membership=Member(MEMBER, "u-cell", kind)) == "commendation.not_official"


@pytest.mark.parametrize(
    ("earlier", "code"),
    [
        ((E, E, E, E), None),
        ((E, E, E, G), "commendation.streak_too_short"),
        ((G, E, E, E), "commendation.streak_too_short"),
        ((E, E, E, None), "commendation.streak_too_short"),
        ((None,) * 4, "commendation.streak_too_short"),
    ],
)
def test_five_excellent_years_running_are_counted_back_from_this_one(earlier, code):
    if code is None:
        [event] = decide(told(), propose(award="member_5y"), measured(SECRETARY, earlier=earlier))
        assert event.unit == "u-root"
    else:
        assert refusal((), propose(award="member_5y"), earlier=earlier) == code


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (propose(award="medal"), "commendation.unknown_award"),
        (propose(citation=" "), "text.missing"),
    ],
)
def test_a_proposal_names_an_award_and_what_it_is_for(command, code):
    assert refusal((), command) == code


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ((replace(PROPOSED, citation="khác"),), "commendation.proposed"),
        ((PROPOSED, GRANTED), "commendation.decided"),
        ((PROPOSED, REFUSED), "commendation.decided"),
    ],
)
def test_one_proposal_a_year(before, code):
    assert refusal(before, propose()) == code


def test_it_is_given_by_the_committee_that_decides_the_level():
    assert decide(told(PROPOSED), grant(), measured(BASE)) == [GRANTED]
    assert decide(told(PROPOSED, GRANTED), grant(), measured(BASE)) == []
    assert refusal((PROPOSED,), grant(SECRETARY)) == "access.denied"
    assert refusal((PROPOSED,), grant(ROOT)) == "access.denied"
    assert refusal((PROPOSED,), grant(MEMBER)) == "access.own_case"


@pytest.mark.parametrize(
    ("sits_in", "path", "award", "unit"),
    [
        ((), ("u-cell", "u-base", "u-root"), "member_year", "u-base"),
        (("u-base",), ("u-cell", "u-base", "u-root"), "member_year", "u-root"),
        ((), ("u-cell", "u-root"), "member_year", "u-cell"),
        ((), ("u-cell", "u-base", "u-root"), "member_5y", "u-root"),
        ((), ("u-cell", "u-root"), "member_5y", "u-root"),
        (("u-base",), ("u-cell", "u-base", "u-root"), "member_5y", "u-root"),
    ],
)
def test_each_award_has_its_committee(sits_in, path, award, unit):
    sits = tuple(Grant(MEMBER, Role.BASE_COMMITTEE, one, date(2020, 1, 1)) for one in sits_in)
    by = BASE if sits_in == () and len(path) == 3 else (SECRETARY if len(path) == 2 else ROOT)
    measure = measured(by, earlier=(E,) * 4, path=path, subject_grants=sits)
    [event] = decide(told(), propose(by, award=award), measure)
    assert event.unit == unit


def test_it_is_refused_with_a_reason():
    assert decide(told(PROPOSED), refuse(), measured(BASE)) == [REFUSED]
    assert decide(told(PROPOSED, REFUSED), refuse(), measured(BASE)) == []
    assert refusal((PROPOSED,), refuse(reason="")) == "text.missing"
    assert refusal((PROPOSED, GRANTED), refuse()) == "commendation.decided"
    assert refusal((), refuse()) == "commendation.not_proposed"


def test_what_is_given_has_a_number_and_a_level_that_still_bears_it():
    assert refusal((PROPOSED,), grant(decision_no="")) == "text.missing"
    assert refusal((PROPOSED,), grant(), year=(*YEAR[:-1], decided(G))) == "commendation.other_level"


def test_what_is_given_is_taken_back_only_when_the_level_no_longer_bears_it():
    lower = (*YEAR[:-1], decided(G))
    assert refusal((PROPOSED, GRANTED), withdraw()) == "commendation.still_fits"
    back = [CommendationWithdrawn(reason="mức đã sửa")]
    assert decide(told(PROPOSED, GRANTED), withdraw(), measured(BASE, lower)) == back
    assert decide(told(PROPOSED), withdraw(SECRETARY), measured(SECRETARY)) == back
    assert refusal((PROPOSED, REFUSED), withdraw()) == "commendation.not_proposed"
    assert told(PROPOSED, GRANTED, *back) == Commendation()
