"""From the cell's vote to the commendation, through HTTP as a browser without JavaScript: refusals stand at their fields, nobody decides their own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from events.commendation import COMMENDATION, CommendationState
from events.cycle import CYCLE, facts
from events.cycle.state import AppraisalState
from events.cycle.values import CarriedAnswer
from events.policy import Level, Stage
from tests.events.telling import tell
from tests.stories import ACCEPTED, ACCOUNTED, PLEDGED
from tests.web.year_story import DEBT, HOME, TODAY, YEAR, cell_year, hidden, keys, signed_in

pytestmark = pytest.mark.store
STREAM = f"cycle-{YEAR}-m1"
VOTE, DECISION, RESULT, AWARD = (f"{HOME}/{step}" for step in ("appraisal", "decision", "result", "commendation"))
HELD = TODAY - timedelta(days=1)
GOOD_VOTE = {
    "held_on": f"{HELD.day}/{HELD.month}/{HELD.year}",
    "eligible": "10",
    "present": "9",
    "votes.good": "8",
    "votes.excellent": "1",
    "blank": "0",
    "proposed": "good",
    "points_common": "28",
    "points_results": "60",
    "tasks_done_pct": "100",
    "above_requirement_pct": "10",
    "late_pct": "0",
    "remark": "Làm đều, giữ hẹn.",
}
BEST_VOTE = {
    **GOOD_VOTE,
    "votes.excellent": "9",
    "votes.good": "0",
    "proposed": "excellent",
    "points_results": "68",
    "above_requirement_pct": "40",
}


@pytest.fixture
async def cell(log):
    """m1's self-criticism is accepted and the rating is open."""
    await cell_year(log, stages=((Stage.PLEDGE, None), (Stage.SELF_CRITICISM, None), (Stage.APPRAISAL, None)))
    before = (TODAY - timedelta(days=3)).isoformat()
    debt = f"{YEAR - 1}-1"
    carried = (CarriedAnswer(shortcoming=debt, text=DEBT, plan="Lập sổ hẹn", remedy_by=TODAY),)
    accounted = replace(ACCOUNTED, remedies=(replace(ACCOUNTED.remedies[0], shortcoming=debt),))
    await tell(log, STREAM, replace(PLEDGED, carried=carried), by="p1", on=before)
    await tell(log, STREAM, facts.PledgeOpenedForReview(), facts.PledgeApproved(round=1), by="p4", on=before)
    await tell(log, STREAM, accounted, by="p1", on=before)
    presented = facts.SelfCriticismPresented(held_on=HELD, basis="Biên bản 12")
    await tell(log, STREAM, facts.SelfCriticismOpenedForReview(), presented, ACCEPTED, by="p4", on=before)
    return log


@pytest.fixture
async def people(app, cell):
    """Browsers by what each person is in m1's year."""
    who = {"member": "p1", "comrade": "p2", "secretary": "p4", "base": "p6", "stranger": "p8"}
    clients = {name: await signed_in(app, cell, person) for name, person in who.items()}
    yield clients
    for client in clients.values():
        await client.aclose()


async def cycle_of(log):
    return (await log.load(CYCLE, STREAM))[0]


async def send(client, address, /, **fields):
    """What the page has in its hidden fields, and this."""
    page = await client.get(address)
    assert page.status_code == 200, page.text
    extra = {"round": hidden(page, "round")} if address.startswith(DECISION) else {}
    extra |= {"correct": "1"} if address.endswith("correct=1") else {}
    return await client.post(address.split("?")[0], data={**keys(page), **extra, **fields})


async def vote(client, **changes):
    return await send(client, VOTE, **{**GOOD_VOTE, "act": "record", **changes})


async def decide(client, level="good", act="approve", **fields):
    return await send(client, DECISION, act=act, level=level, decision_no="12-QĐ/ĐU", **fields)


async def test_the_secretary_records_the_vote_and_the_base_committee_decides(people, cell):
    assert (await vote(people["secretary"])).status_code == 303
    assert (await cycle_of(cell)).appraisal.state is AppraisalState.PROPOSED
    assert "8" in (await people["secretary"].get(VOTE)).text
    assert (await decide(people["base"])).status_code == 303
    assert (await cycle_of(cell)).level is Level.GOOD


async def test_votes_that_do_not_add_up_are_refused_at_the_field_and_nothing_typed_is_lost(people, cell):
    answer = await vote(people["secretary"], **{"votes.good": "5"})
    assert answer.status_code == 422
    assert "không bằng số người có mặt 9" in answer.text
    assert "Làm đều, giữ hẹn." in answer.text
    assert (await cycle_of(cell)).appraisal.vote is None
    assert "Làm đều, giữ hẹn." in (await people["secretary"].get(VOTE)).text


async def test_a_number_that_cannot_be_read_says_so(people):
    answer = await vote(people["secretary"], present="chín")
    assert answer.status_code == 422
    assert "Ghi bằng số" in answer.text


async def test_trying_out_shows_the_rule_and_records_nothing(people, cell):
    assert (await vote(people["secretary"], act="try")).status_code == 303
    assert "Chưa đạt “Hoàn thành xuất sắc" in (await people["secretary"].get(VOTE)).text
    assert (await cycle_of(cell)).appraisal.vote is None


async def test_only_the_reviewing_committee_records_and_only_the_deciding_one_decides(people):
    await vote(people["secretary"])
    page = await people["secretary"].get(VOTE)
    assert "Quyết định lại" not in page.text
    sent = {"command_id": "x", "version": "1", "round": "1", "act": "approve", "level": "good", "decision_no": "1"}
    assert (await people["secretary"].post(DECISION, data=sent)).status_code == 403
    assert (await people["comrade"].post(DECISION, data=sent)).status_code == 403
    assert (await people["member"].post(DECISION, data=sent)).status_code == 403
    assert (await people["comrade"].post(VOTE, data={**GOOD_VOTE, "act": "record"})).status_code == 403
    assert (await people["stranger"].get(DECISION)).status_code == 404


async def test_a_level_above_the_rule_is_refused_at_the_field(people, cell):
    await vote(people["secretary"])
    answer = await decide(people["base"], "excellent", reason="Rất tốt")
    assert answer.status_code == 422
    assert "cao hơn mức theo quy định" in answer.text
    assert (await cycle_of(cell)).level is None


async def test_a_lower_level_than_proposed_needs_a_reason(people, cell):
    await vote(people["secretary"])
    assert (await decide(people["base"], "completed")).status_code == 422
    assert (await decide(people["base"], "completed", reason="Còn việc chậm")).status_code == 303
    assert (await cycle_of(cell)).level is Level.COMPLETED


async def test_a_returned_proposal_is_voted_again_with_an_answer_to_each_point(people, cell):
    await vote(people["secretary"])
    point = {"new.0.section": "vote", "new.0.text": "Ghi rõ số người vắng."}
    assert (await decide(people["base"], act="return")).status_code == 422
    assert (await decide(people["base"], act="return", **point)).status_code == 303
    assert (await cycle_of(cell)).appraisal.state is AppraisalState.RETURNED
    assert "Ghi rõ số người vắng." in (await people["secretary"].get(VOTE)).text
    assert (await vote(people["secretary"])).status_code == 422
    answers = {"answers.0.kind": "revised", "answers.0.text": "Vắng 1 đồng chí, có lý do."}
    assert (await vote(people["secretary"], **answers)).status_code == 303
    assert "Vắng 1 đồng chí, có lý do." in (await people["base"].get(DECISION)).text


async def test_a_vote_recorded_anew_meanwhile_is_not_decided_on(people, cell):
    await vote(people["secretary"])
    page = await people["base"].get(DECISION)
    correct = {**GOOD_VOTE, "votes.good": "9", "votes.excellent": "0", "reason": "Đếm lại phiếu", "act": "record"}
    assert (await send(people["secretary"], f"{VOTE}?correct=1", **correct)).status_code == 303
    sent = {**keys(page), "round": hidden(page, "round"), "act": "approve", "level": "good", "decision_no": "12-QĐ/ĐU"}
    answer = await people["base"].post(DECISION, data=sent)
    assert answer.status_code == 409
    assert "12-QĐ/ĐU" in answer.text
    assert (await cycle_of(cell)).level is None
    both = (await people["secretary"].get(VOTE)).text
    assert "Đếm lại phiếu" in both
    assert "đã được thay" in both


async def test_the_member_is_told_and_acknowledges_exactly_that_decision(people, cell):
    await vote(people["secretary"])
    assert "Chưa có quyết định" in (await people["member"].get(RESULT)).text
    await decide(people["base"], **{"shortcomings.0": "Còn ngại góp ý."})
    page = await people["member"].get(RESULT)
    assert "Còn ngại góp ý." in page.text
    stale = {**keys(page), "decision": "1"}
    assert (await people["member"].post(RESULT, data=stale)).status_code == 409
    read = {**keys(page), "decision": hidden(page, "decision")}
    assert (await people["comrade"].post(RESULT, data=read)).status_code == 403
    assert [(await people["member"].post(RESULT, data=read)).status_code for _ in range(2)] == [303, 303]
    assert (await cycle_of(cell)).final_at is not None


async def test_a_corrected_decision_shows_both_and_asks_the_member_again(people, cell):
    await vote(people["secretary"])
    await decide(people["base"])
    lower = {"act": "approve", "level": "completed", "decision_no": "15-QĐ/ĐU"}
    assert (await send(people["base"], f"{DECISION}?correct=1", **lower)).status_code == 422
    answer = await send(people["base"], f"{DECISION}?correct=1", **lower, reason="Bỏ sót một việc chậm")
    assert answer.status_code == 303
    page = (await people["base"].get(DECISION)).text
    assert "12-QĐ/ĐU" in page
    assert "15-QĐ/ĐU" in page
    assert (await cycle_of(cell)).level is Level.COMPLETED


async def test_an_excellent_year_is_commended_on_its_decision(people, cell):
    assert (await vote(people["secretary"], **BEST_VOTE)).status_code == 303
    assert "Chưa có đề nghị" in (await people["comrade"].get(AWARD)).text
    assert (await decide(people["base"], "excellent")).status_code == 303
    proposal = {"act": "propose", "award": "member_year"}
    assert (await send(people["secretary"], AWARD, **proposal)).status_code == 422
    assert (await send(people["secretary"], AWARD, **proposal, citation="Giữ nước cứu 11 ha mạ.")).status_code == 303
    assert (await people["member"].post(AWARD, data={"act": "grant", "decision_no": "1"})).status_code == 403
    assert (await send(people["base"], AWARD, act="grant", decision_no="30-QĐ/ĐU")).status_code == 303
    state, _ = await cell.load(COMMENDATION, f"commendation-{YEAR}-m1")
    assert state.state is CommendationState.GRANTED
    assert "30-QĐ/ĐU" in (await people["member"].get(AWARD)).text


async def test_a_good_year_bears_no_award(people):
    await vote(people["secretary"])
    await decide(people["base"])
    assert "chưa đủ điều kiện" in (await people["secretary"].get(AWARD)).text
