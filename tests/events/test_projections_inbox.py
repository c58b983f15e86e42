"""Who finds what in the inbox."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from events.access import Role
from events.commendation import CommendationProposed
from events.cycle import facts
from events.cycle.values import Point
from events.errors import NotFound
from events.ids import commendation_stream, unit_stream
from events.log import Log
from events.person import RoleEnded
from events.policy import Level, Stage
from events.projections import board, finished, inbox, tallies
from events.projections.inbox import View
from events.projections.scope import fetch, search
from events.rebuild import rebuild
from events.unit_year.facts import MonthConfirmed, StageEscalated, StageOpened
from tests.events.telling import YEAR, at, cycle, organisation, stage_open, tell, year_open

pytestmark = pytest.mark.store
TODAY = date(2026, 2, 10)


def submitted(number: int = 1, due: date = date(2026, 2, 8)) -> facts.PledgeSubmitted:
    return facts.PledgeSubmitted(
        jobs=(), exemplary="x", standards=(), carried=(), answers=(), round=number, late=False, review_due=due
    )


def returned(due: date = date(2026, 2, 20)) -> facts.PledgeReturned:
    return facts.PledgeReturned(points=(Point(number=1, section="jobs", text="x"),), answer_due=due)


APPROVED = facts.PledgeApproved(round=1)


def reported(month: int) -> facts.CheckInReported:
    return facts.CheckInReported(month=month, items=(), late=False)


def decided(by: date = date(2026, 3, 1)) -> facts.AppraisalDecided:
    return facts.AppraisalDecided(
        unit="u2", level=Level.GOOD, by_rule=Level.GOOD, stopped=(), applied=(), reason="", shortcomings=(),
        decision_no="1", acknowledge_by=by,
    )  # fmt: skip


@pytest.fixture
async def told(log: Log) -> Log:
    await organisation(log)
    await year_open(log)
    await stage_open(log, Stage.PLEDGE, date(2026, 1, 31))
    return log


async def listed(log: Log, viewer: str, view: View, **more: Any) -> list[tuple[str, str | None]]:
    return [(row.kind, row.member) for row in await inbox.inbox(log, viewer, TODAY, view, **more)]


async def test_an_open_stage_is_the_members_until_it_is_handed_in(told):
    assert await listed(told, "p1", View.MINE) == [("pledge", "m1")]
    await tell(told, cycle("m1"), submitted(), by="p1", on="20/1")
    assert await listed(told, "p1", View.MINE) == []
    assert await listed(told, "p1", View.WAITING) == [("review_pledge", "m1")]


async def test_a_pledge_is_asked_of_the_cells_committee_and_nobody_else(told):
    await tell(told, cycle("m1"), submitted(), by="p1", on="20/1")
    assert ("review_pledge", "m1") in await listed(told, "p4", View.GROUP)
    for other in ("p1", "p2", "p5", "p6", "p7", "p8", "p9"):
        assert await listed(told, other, View.GROUP) == []


async def test_who_sits_in_the_cells_committee_is_reviewed_by_the_base_and_never_by_themselves(told):
    await tell(told, cycle("m4"), submitted(), by="p4", on="20/1")
    assert await listed(told, "p4", View.GROUP) == []
    assert await listed(told, "p6", View.GROUP) == [("review_pledge", "m4")]
    assert await listed(told, "p7", View.GROUP) == []


async def test_who_sits_in_the_base_committee_is_decided_on_by_the_one_above(told):
    await tell(told, cycle("m5"), vote(), by="p4", on="1/2")
    await tell(told, cycle("m1"), vote(), by="p4", on="1/2")
    assert await listed(told, "p7", View.GROUP) == [("decide_appraisal", "m5")]
    assert await listed(told, "p6", View.GROUP) == [("decide_appraisal", "m1")]
    assert await listed(told, "p5", View.GROUP) == [("decide_appraisal", "m1")]


async def test_an_ended_seat_asks_for_nothing_any_more(told):
    await tell(told, cycle("m1"), submitted(), by="p1", on="20/1")
    await tell(told, "p4", RoleEnded(role=Role.CELL_SECRETARY, unit="u3", end=TODAY))
    assert await listed(told, "p4", View.GROUP) == []


async def test_a_returned_pledge_is_answered_by_the_member_and_taking_the_answer_back_owes_it_again(told):
    await tell(told, cycle("m1"), submitted(), by="p1", on="20/1")
    await tell(told, cycle("m1"), returned(), by="p4", on="22/1")
    assert await listed(told, "p1", View.MINE) == [("answer_pledge", "m1")]
    assert ("answer_pledge", "m1") in await listed(told, "p4", View.WAITING)
    await tell(told, cycle("m1"), submitted(2), by="p1", on="24/1")
    assert await listed(told, "p1", View.MINE) == []
    await tell(told, cycle("m1"), facts.PledgeWithdrawn(), by="p1", on="25/1")
    assert await listed(told, "p1", View.MINE) == [("answer_pledge", "m1")]
    assert await listed(told, "p4", View.GROUP) == []


async def test_the_secretary_is_asked_to_confirm_what_others_reported_until_it_is_confirmed(told):
    await stage_open(told, Stage.CHECK_IN, date(2026, 2, 5), month=1)
    for member in ("m1", "m2", "m4"):
        await tell(told, cycle(member), submitted(), APPROVED, reported(1), on="3/2")
    (row,) = [one for one in await inbox.inbox(told, "p4", TODAY, View.GROUP) if one.kind == "confirm_month"]
    assert (row.month, row.count, row.unit) == (1, 2, "u3")
    (above,) = await inbox.inbox(told, "p6", TODAY, View.GROUP)  # nobody else sits in the cell's committee
    assert (above.kind, above.count) == ("confirm_month", 1)
    assert [one.member for one in (await board.month_reports(told, "p6", "u3", YEAR, 1, TODAY))[1]] == ["m4"]
    assert [one.member for one in (await board.month_reports(told, "p4", "u3", YEAR, 1, TODAY))[1]] == [
        "m4",
        "m2",
        "m1",
    ]
    with pytest.raises(NotFound):
        await board.month_reports(told, "p1", "u3", YEAR, 1, TODAY)
    confirmed = MonthConfirmed(month=1, members=("m1", "m2", "m4"), excepted=())
    await tell(told, unit_stream("u3", YEAR), confirmed, by="p4", on="6/2")
    assert ("confirm_month", None) not in await listed(told, "p4", View.GROUP)


async def test_a_month_is_asked_for_only_once_the_pledge_is_approved(told):
    await stage_open(told, Stage.CHECK_IN, date(2026, 2, 5), month=1)
    await tell(told, cycle("m1"), submitted(), by="p1", on="20/1")
    assert ("check_in", "m1") not in await listed(told, "p1", View.MINE)
    await tell(told, cycle("m1"), APPROVED, by="p4", on="21/1")
    assert await listed(told, "p1", View.MINE) == [("check_in", "m1")]


async def test_a_month_is_asked_for_no_more_once_the_level_is_decided(told):
    await tell(told, cycle("m1"), submitted(), APPROVED, on="10/1")
    await stage_open(told, Stage.CHECK_IN, date(2026, 2, 5), month=1)
    asked = [row.kind for row in await inbox.inbox(told, "p1", TODAY, View.MINE)]
    await tell(told, cycle("m1"), decided(), on="8/2")
    left = [row.kind for row in await inbox.inbox(told, "p1", TODAY, View.MINE)]
    assert ("check_in" in asked, "check_in" in left) == (True, False)


async def test_overdue_comes_first_then_this_week_then_later(told):
    await tell(told, cycle("m1"), submitted(due=date(2026, 3, 20)), by="p1", on="20/1")
    await tell(told, cycle("m2"), submitted(due=date(2026, 2, 8)), by="p2", on="20/1")
    await tell(told, cycle("m3"), submitted(due=date(2026, 2, 12)), by="p3", on="20/1")
    assert [member for _, member in await listed(told, "p4", View.GROUP)] == ["m2", "m3", "m1"]


async def test_a_vote_is_asked_for_once_the_appraisal_is_open(told):
    accepted = facts.SelfCriticismAccepted(round=1, remark="", shortcomings=())
    await tell(told, cycle("m1"), accepted, by="p4", on="1/2")
    assert await listed(told, "p4", View.GROUP) == []
    assert ("record_vote", "m1") not in await listed(told, "p1", View.WAITING)
    assert "record_vote" not in {one.kind for one in await inbox.counts(told, "p4", TODAY)}
    assert (await board.cell_board(told, "p4", "u3", YEAR, TODAY)).rows[-1].cells["appraisal"].note == ""
    others = StageOpened(
        stage=Stage.APPRAISAL, month=None, audience="members", members=("m2", "m3"), due=date(2026, 2, 28)
    )
    await tell(told, unit_stream("u3", YEAR), others, on="2/2")
    assert await listed(told, "p4", View.GROUP) == []  # it is not open for this member
    await stage_open(told, Stage.APPRAISAL, date(2026, 2, 28))
    (row,) = await inbox.inbox(told, "p4", TODAY, View.GROUP)
    assert (row.kind, row.due) == ("record_vote", date(2026, 2, 28))


async def test_what_is_escalated_is_shown_one_level_up(told):
    await tell(told, cycle("m1"), submitted(), by="p1", on="20/1")
    await tell(told, cycle("m1"), facts.ReviewEscalated(step="review_pledge", round=1, to="u2"), on="9/2")
    escalated = StageEscalated(stage=Stage.PLEDGE, month=None, members=("m2", "m3"), to="u2")
    await tell(told, unit_stream("u3", YEAR), escalated, on="9/2")
    (row,) = await inbox.inbox(told, "p6", TODAY, View.GROUP)
    assert (row.kind, row.member, row.unit, row.count, row.steps, row.escalated) == ("overdue", None, "u3", 3, 3, True)
    assert (row.oldest, row.due, row.since) == ("pledge", date(2026, 1, 31), date(2026, 1, 2))


async def test_a_cells_lateness_is_one_row_a_year_however_much_there_is(told):
    await stage_open(told, Stage.CHECK_IN, date(2026, 2, 5), month=1)
    for member in ("m1", "m2"):
        await tell(told, cycle(member), submitted(), APPROVED, on="20/1")
    for stage, month, late in ((Stage.PLEDGE, None, ("m3", "m4")), (Stage.CHECK_IN, 1, ("m1", "m2"))):
        escalated = StageEscalated(stage=stage, month=month, members=late, to="u2")
        await tell(told, unit_stream("u3", YEAR), escalated, on="9/2")
    (row,) = await inbox.inbox(told, "p6", TODAY, View.GROUP)
    assert (row.id, row.count, row.steps, row.oldest) == ("overdue~u3~2026~0", 4, 4, "pledge")
    (count,) = [one for one in await inbox.counts(told, "p6", TODAY) if one.view is View.GROUP]
    assert (count.kind, count.all, count.late) == ("overdue", 1, 1)
    assert await inbox.open_count(told, "p6", TODAY) == 1


async def test_what_can_be_done_comes_before_whose_lateness_is_told(told):
    escalated = StageEscalated(stage=Stage.PLEDGE, month=None, members=("m2", "m3"), to="u2")
    await tell(told, unit_stream("u3", YEAR), escalated, on="2/2")
    await tell(told, cycle("m4"), submitted(due=date(2026, 2, 8)), by="p4", on="5/2")
    assert await listed(told, "p6", View.GROUP) == [("review_pledge", "m4"), ("overdue", None)]


def self_criticised(due: date = date(2026, 2, 20)) -> facts.SelfCriticismSubmitted:
    return facts.SelfCriticismSubmitted(
        sections=(), remedies=(), self_rating=Level.GOOD, points_common=None, points_results=None, answers=(), round=1,
        late=False, review_due=due,
    )  # fmt: skip


async def test_comrades_find_whose_self_criticism_they_have_not_criticised(told):
    for member in ("m1", "m2"):
        await tell(told, cycle(member), self_criticised(), on="1/2")
    for viewer, n in (("p1", 1), ("p3", 2)):
        (row,) = [one for one in await inbox.inbox(told, viewer, TODAY, View.MINE) if one.kind == "criticise"]
        assert (row.unit, row.member, row.count, row.due, row.escalated) == ("u3", None, n, date(2026, 2, 20), False)
    for stranger in ("p6", "p8"):
        assert ("criticise", None) not in await listed(told, stranger, View.MINE)
    given = facts.CriticismGiven(id="c1", item="jobs", text="x")
    await tell(told, cycle("m1"), given, by="p3", on="2/2")
    (row,) = [one for one in await inbox.inbox(told, "p3", TODAY, View.MINE) if one.kind == "criticise"]
    assert row.count == 1
    seen = await board.cell_board(told, "p3", "u3", YEAR, TODAY)
    assert [one.member for one in seen.rows if one.to_criticise] == ["m2"]
    await tell(told, cycle("m2"), facts.SelfCriticismAccepted(round=1, remark="", shortcomings=()), by="p4", on="3/2")
    assert ("criticise", None) not in await listed(told, "p3", View.MINE)
    assert not any(one.to_criticise for one in (await board.cell_board(told, "p6", "u3", YEAR, TODAY)).rows)


async def test_criticism_is_never_late(told):
    await tell(told, cycle("m1"), self_criticised(due=date(2026, 2, 8)), on="1/2")
    (row,) = [one for one in await inbox.inbox(told, "p3", TODAY, View.MINE) if one.kind == "criticise"]
    assert row.due is None
    assert [one.late for one in await inbox.counts(told, "p3", TODAY) if one.kind == "criticise"] == [0]


async def test_a_commendation_is_asked_of_the_unit_it_names(told):
    proposed = CommendationProposed(award="a", level=Level.EXCELLENT, basis="b", citation="c", unit="u2")
    await tell(told, commendation_stream("m1", YEAR), proposed, by="p4", on="1/2")
    assert await listed(told, "p6", View.GROUP) == [("decide_commendation", "m1")]
    assert await listed(told, "p4", View.GROUP) == []


async def test_a_result_waits_for_the_member_and_again_after_a_correction(told):
    await tell(told, cycle("m1"), decided(), by="p6", on="1/2")
    assert ("acknowledge_result", "m1") in await listed(told, "p1", View.MINE)
    await tell(told, cycle("m1"), facts.ResultAcknowledged(), by="p1", on="2/2")
    assert ("acknowledge_result", "m1") not in await listed(told, "p1", View.MINE)


async def test_the_counts_agree_with_the_lists(told):
    await tell(told, cycle("m1"), submitted(), by="p1", on="20/1")
    for viewer in ("p1", "p2", "p4", "p6"):
        counted = dict.fromkeys(View, 0)
        for count in await inbox.counts(told, viewer, TODAY):
            counted[count.view] += count.all
        for view in (View.MINE, View.GROUP, View.WAITING):
            assert counted[view] == len(await inbox.inbox(told, viewer, TODAY, view))
        assert await inbox.open_count(told, viewer, TODAY) == counted[View.MINE] + counted[View.GROUP]


async def test_a_list_is_narrowed_by_step_unit_and_item(told):
    await tell(told, cycle("m1"), submitted(), by="p1", on="20/1")
    assert await listed(told, "p4", View.WAITING, step="review_pledge") == []
    assert await listed(told, "p4", View.WAITING, unit="u4") == []
    (first, *_) = await inbox.inbox(told, "p4", TODAY, View.WAITING)
    assert [row.id for row in await inbox.inbox(told, "p4", TODAY, View.WAITING, item=first.id)] == [first.id]


async def test_finished_shows_what_i_did_and_what_was_done_in_my_year_newest_first(told):
    await tell(told, cycle("m1"), submitted(), by="p1", on="20/1")
    await tell(told, cycle("m1"), APPROVED, by="p4", on="21/1")
    never = (at("2027-01-01"), "", 0)
    assert [act.what for act in await finished.finished(told, "p1", never)] == ["approve_pledge", "submit_pledge"]
    assert [(act.what, act.name) for act in await finished.finished(told, "p4", never)] == [
        ("approve_pledge", "Đặng Vũ Tường")
    ]
    assert await finished.finished(told, "p2", never) == []
    (newest, _) = await finished.finished(told, "p1", never)
    assert [act.what for act in await finished.finished(told, "p1", (newest.at, newest.stream, newest.version))] == [
        "submit_pledge"
    ]
    assert await finished.finished_count(told, "p1") == 2


async def test_the_board_shows_states_and_never_that_something_is_being_written(told):
    await tell(told, cycle("m1"), submitted(), by="p1", on="20/1")
    await tell(told, cycle("m2"), submitted(), returned(), by="p2", on="22/1")
    await tell(told, cycle("m3"), submitted(), APPROVED, by="p3", on="22/1")
    seen = await board.cell_board(told, "p6", "u3", YEAR, TODAY)
    assert {row.member: row.cells["pledge"].state for row in seen.rows} == {
        "m1": "submitted", "m2": "returned", "m3": "done", "m4": "overdue", "m5": "overdue",
    }  # fmt: skip
    assert {row.member: row.cells["pledge"].days for row in seen.rows}["m4"] == 10
    assert [row.name for row in seen.rows][:2] == ["Vũ Thị Lụa", "Bế Văn Sáng"]  # by given name


async def test_a_board_is_for_its_members_and_for_who_reads_states_above(told):
    for viewer in ("p1", "p4", "p6", "p7", "p9"):
        assert (await board.cell_board(told, viewer, "u3", YEAR, TODAY)).unit.name == "Chi bộ Trạm Thủy nông"
    for viewer in ("p8", "p99"):
        with pytest.raises(NotFound):
            await board.cell_board(told, viewer, "u3", YEAR, TODAY)


async def test_a_confirmed_month_is_done_and_a_reported_one_waits(told):
    await stage_open(told, Stage.CHECK_IN, date(2026, 2, 5), month=1)
    for member in ("m1", "m2"):
        await tell(told, cycle(member), submitted(), APPROVED, reported(1), on="3/2")
    await tell(
        told, unit_stream("u3", YEAR), MonthConfirmed(month=1, members=("m1",), excepted=("m2",)), by="p4", on="6/2"
    )
    await tell(told, cycle("m2"), facts.CheckInReturned(month=1, reason="x"), by="p4", on="6/2")
    rows = {row.member: row for row in (await board.cell_board(told, "p4", "u3", YEAR, TODAY)).rows}
    assert rows["m1"].cells["check_in-1"].state == "done"
    assert rows["m2"].cells["check_in-1"].state == "returned"
    assert rows["m3"].cells["check_in-1"].state == "not_open"  # no pledge yet
    assert await listed(told, "p2", View.MINE) == [("answer_check_in", "m2")]


async def test_a_leader_sees_the_cells_below_with_their_tallies(told):
    await tell(told, cycle("m1"), submitted(), APPROVED, by="p1", on="20/1")
    await tell(told, cycle("m2"), submitted(), by="p2", on="20/1")
    rows = await tallies.units_below(told, "p6", YEAR, TODAY)
    assert [(row.unit, row.members) for row in rows] == [("u3", 5), ("u4", 1)]
    assert rows[0].stages["pledge"] == tallies.Tally(all=5, done=1, waiting=1, late=3)
    assert [row.unit for row in await tallies.units_below(told, "p8", YEAR, TODAY)] == ["u4"]


async def test_whom_a_new_date_touches_is_told_only_to_the_office(told):
    assert (await tallies.touched(told, "p9", "u1", YEAR, TODAY))[Stage.PLEDGE, None].late == 5
    with pytest.raises(NotFound):
        await tallies.touched(told, "p6", "u1", YEAR, TODAY)


async def test_a_search_finds_names_without_their_marks_inside_the_viewers_scope(told):
    assert [one.name for one in await search(told.engine, "p4", TODAY, "dang tuong")] == ["Đặng Vũ Tường"]
    assert [one.name for one in await search(told.engine, "p6", TODAY, "kenh")] == ["Chi bộ Kênh nội đồng"]
    assert await search(told.engine, "p8", TODAY, "dang") == []
    assert await search(told.engine, "p4", TODAY, "%") == []


def vote() -> facts.VoteRecorded:
    from events.cycle.values import Assessment

    return facts.VoteRecorded(
        held_on=date(2026, 2, 1), eligible=5, present=5, votes=(), proposed=Level.GOOD,
        assessment=Assessment(tasks_done_pct=100), remark="", minority_note="", answers=(), decision_due=date(2026, 2, 20),
    )  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["unit", "unit_tree", "member", "seat", "unit_year", "roster", "opening", "opening_member", "board", "todo", "act"],
)
async def test_a_rebuilt_table_equals_the_live_one(told, name):
    await tell(told, cycle("m1"), submitted(), by="p1", on="20/1")
    await tell(told, cycle("m1"), returned(), facts.ReviewReminded(step="answer_pledge", round=1), by="p4", on="22/1")
    await tell(told, cycle("m2"), submitted(), APPROVED, reported(1), by="p2", on="22/1")
    await tell(told, "p4", RoleEnded(role=Role.CELL_SECRETARY, unit="u3", end=TODAY))
    before = await fetch(told.engine, sa.text(f"SELECT * FROM {name} ORDER BY 1, 2, 3"), {})
    assert before
    await rebuild(told, name)
    assert await fetch(told.engine, sa.text(f"SELECT * FROM {name} ORDER BY 1, 2, 3"), {}) == before
