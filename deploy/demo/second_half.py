"""The second half of a member's year: the self-criticism, the appraisal, the result, and a commendation where there is one."""

from datetime import date, datetime, timedelta
from random import Random

from deploy.demo import words
from deploy.demo.acts import Phase, later, moment, some_time
from deploy.demo.member_year import MemberYear
from deploy.demo.names import hand
from events.commendation import COMMENDATION, GrantCommendation, ProposeCommendation, RefuseCommendation
from events.cycle import commands
from events.cycle.values import Answer, Assessment, LevelVotes, Point, RemedyReport, SectionText
from events.decider import local_date
from events.ids import commendation_stream
from events.member import Kind
from events.policy import Level

E, G, C, N = Level


def tell_self_criticism(own: MemberYear) -> None:
    """Submitted before the cell's meeting, criticised and answered, presented there and accepted; stragglers at a later one."""
    rng, step = own.rng("self"), own.year.steps["self_criticism"]
    if own.approved is None or (not own.year.whole and rng.random() < 0.02):
        return
    late = rng.random() < 1.2 * (1 - own.diligence) ** 2
    meeting = step.opens + timedelta(days=hand(own.year.number, own.someone.cell, "meeting").randint(13, 32))
    day = max(step.opens, meeting - timedelta(days=rng.randint(2, 11)))
    if late:
        day = step.due + timedelta(days=rng.randint(1, 2))
    at = some_time(rng, max(day, local_date(own.approved) + timedelta(days=1)))
    own.rounds = 1
    _submit(own, at, ())
    if rng.random() < 0.05 and not late:
        back, points = later(rng, at, 1, 2), own.points(rng, words.REVIEW_POINTS)
        own.tell(back, commands.ReturnSelfCriticism, own.reviewer(), round=1, points=points)
        own.waits("review_self_criticism", 1, at, back, own.due(at, own.year.policy.review.review_days))
        at = later(rng, back, 1, 2)
        own.rounds = 2
        _submit(own, at, own.answers(points))
    last = _criticisms(own, rng, at)
    held = meeting if local_date(last) < meeting else max(meeting + timedelta(days=4), local_date(last))
    presented = max(moment(held, 19, rng.randrange(10, 50)), last + timedelta(minutes=15))
    minutes = f"Biên bản sinh hoạt chi bộ số {held.month:02d}/{held.year}"
    own.tell(presented, commands.RecordPresentation, own.reviewer(), held_on=held, basis=minutes)
    own.accepted = later(rng, presented, 1, 1)
    own.waits("review_self_criticism", own.rounds, at, own.accepted, own.due(at, own.year.policy.review.review_days))
    named = _shortcomings(own, rng)
    remark = rng.choice(words.REMARKS[own.level.value])
    own.tell(
        own.accepted, commands.AcceptSelfCriticism, own.reviewer(), round=own.rounds, remark=remark, shortcomings=named
    )
    own.name(named)


def _shortcomings(own: MemberYear, rng: Random) -> tuple[str, ...]:
    """For about a third; in the open cell for every other member, so that next year begins with something to answer."""
    chance = 0.7 if own.level in {C, N} else 0.28
    wanted = own.someone.cell == own.organisation.open_cell and int(own.someone.member[1:]) % 2 == 0
    if rng.random() >= chance and not wanted:
        return ()
    return tuple(
        text.format(n=rng.randint(2, 5)) for text in rng.sample(words.SHORTCOMINGS, rng.choice((1, 1, 1, 1, 1, 2)))
    )


def _submit(own: MemberYear, at: datetime, answers: tuple[Answer, ...]) -> None:
    rng, level = own.rng(f"self/text/{bool(answers)}"), own.level
    progress = {E: 118, G: 100, C: 82, N: 45}[level]
    written = (
        (rule.code, words.section(rng, rule.code, own.someone.post, own.jobs[0].title, progress, len(own.remedied)))
        for rule in own.year.policy.forms[own.someone.track.value]
        if rule.code != "remedied" or own.remedied
    )
    modest = rng.random() < 0.8 or level is E
    rating = level if modest else list(Level)[list(Level).index(level) - 1]
    common, results = _points(rng, rating)
    own.tell(
        at,
        commands.SubmitSelfCriticism,
        own.someone.person,
        sections=tuple(SectionText(code=code, text=text) for code, text in written if text),
        remedies=tuple(RemedyReport(shortcoming=one, remedied=done) for one, done in own.remedied.items()),
        self_rating=rating,
        points_common=common,
        points_results=results,
        answers=answers,
    )


def _criticisms(own: MemberYear, rng: Random, since: datetime) -> datetime:
    """Comrades' criticisms and the member's answers; when the last was answered."""
    comrades = [one for one in own.organisation.peers[own.someone.cell] if one is not own.someone]
    chosen = rng.sample(comrades, rng.choice((0, 0, 1, 1, 1, 2, 2, 3)))
    given = sorted((later(rng, since, 0, 1), one.member, one.person) for one in chosen)
    texts, last = rng.sample(words.CRITICISMS, 3), since
    for number, (at, member, by) in enumerate(given):
        item = rng.choice(("job-1", "exemplary", "duties", "shortcomings"))
        own.tell(at, commands.GiveCriticism, by, as_member=member, item=item, text=texts[number][0])
    for number, (at, _, _) in enumerate(given, 1):
        answered = later(rng, at, 0, 2)
        text = texts[number - 1][1]
        own.tell(answered, commands.AnswerCriticism, own.someone.person, criticism=f"c{number}", text=text)
        last = max(last, answered)
    return last


def tell_appraisal(own: MemberYear) -> None:
    """The cell's vote, the committee's session, now and then a return; then the result, and the end of the year."""
    rng, year = own.rng("appraisal"), own.year.number
    if own.accepted is None or (not own.year.whole and rng.random() < 0.01):
        return
    vote_day = date(year, 12, 8) + timedelta(days=hand(year, own.someone.cell, "vote").randint(0, 2))
    voted = max(moment(vote_day, 19, rng.randrange(10, 55)), later(rng, own.accepted, 0, 1))
    proposed = own.level
    if rng.random() < 0.05 and own.level is not E:
        proposed = list(Level)[list(Level).index(own.level) - 1]
    assessment = _assessment(own, rng)
    _vote(own, voted, proposed, assessment, ())
    review, (unit, by) = own.year.policy.review, own.decider()
    decided = moment(_session(own, unit), 8) + timedelta(minutes=rng.randrange(30, 600))
    number, due = 1, own.due(voted, review.decision_days)
    if rng.random() < 0.03:
        points = (
            Point(number=1, section="vote", text="Đề nghị gửi kèm biên bản kiểm phiếu và nêu rõ số vắng có lý do."),
        )
        own.tell(decided, commands.ReturnAppraisal, by, round=1, points=points)
        own.waits("decide_appraisal", 1, voted, decided, due)
        voted = later(rng, decided, 1, 1)
        own.waits("answer_appraisal", 1, decided, voted, own.due(decided, review.answer_days))
        _vote(own, voted, proposed, assessment, own.answers(points))
        decided, number, due = later(rng, voted, 1, 1), 2, own.due(voted, review.decision_days)
    own.waits("decide_appraisal", number, voted, decided, due)
    reason = (
        "Đối chiếu điều kiện của mức cao hơn thì chưa đủ, tập thể thống nhất mức này."
        if proposed is not own.level
        else ""
    )
    named = (
        tuple(words.pick(rng, words.SHORTCOMINGS) for _ in range(1)) if own.level is N and rng.random() < 0.5 else ()
    )
    number_of_decision = f"{local_date(decided).day:02d}{unit[1:]}-QĐ/ĐU"
    own.tell(
        decided,
        commands.DecideAppraisal,
        by,
        round=number,
        level=own.level,
        reason=reason,
        shortcomings=named,
        decision_no=number_of_decision,
    )
    own.name(named)
    _result(own, rng, decided, by)


def _session(own: MemberYear, unit: str) -> date:
    """The day on which a committee decides; this year some committees only come to it in January."""
    rng = hand(own.year.number, unit, "session")
    if not own.year.whole and rng.random() < 0.12:
        return date(own.year.number + 1, 1, rng.randint(6, 14))
    return date(own.year.number, 12, rng.randint(16, 18))


def _assessment(own: MemberYear, rng: Random) -> Assessment:
    common, results = _points(rng, own.level)
    professional = own.level if rng.random() < 0.7 and own.someone.track.value != "outside_political_system" else None
    unremedied = tuple(one for one, done in own.remedied.items() if not done)
    above, done, late, disciplined = 0, 100, 0, False
    match own.level:
        case Level.EXCELLENT:
            above = rng.randint(30, 55)
        case Level.GOOD:
            above = rng.randint(0, 29)
        case Level.COMPLETED:
            done, late = rng.randint(82, 100), rng.randint(3, 24)
        case _:
            done, late, disciplined = rng.randint(40, 75), rng.randint(25, 60), rng.random() < 0.4
    return Assessment(
        points_common=common,
        points_results=results,
        tasks_done_pct=done,
        above_requirement_pct=above,
        late_pct=late,
        disciplined=disciplined,
        professional_level=professional,
        unremedied=unremedied,
    )


def _points(rng: Random, level: Level) -> tuple[int, int]:
    """Common points and points of results within the level's band."""
    low, high, least, most = {E: (27, 30, 64, 69), G: (23, 28, 50, 60), C: (18, 24, 34, 44), N: (8, 15, 16, 30)}[level]
    return rng.randint(low, high), rng.randint(least, most)


def _vote(own: MemberYear, at: datetime, proposed: Level, assessment: Assessment, answers: tuple[Answer, ...]) -> None:
    rng, rules = own.rng("vote"), own.year.policy.vote
    eligible = sum(one is not own.someone for one in own.organisation.peers[own.someone.cell])
    least = -(-rules.quorum_pct * eligible // 100)
    present = min(eligible, max(least, round(eligible * rng.uniform(0.85, 1.0))))
    needed = eligible * rules.pass_over_pct // 100 + 1
    most = rng.randint(min(present, needed), present)
    other = N if proposed is C else C if proposed is G else G
    votes = [LevelVotes(level=proposed, votes=most)]
    if present > most:
        votes.append(LevelVotes(level=other, votes=present - most))
    own.tell(
        at,
        commands.RecordVote,
        own.reviewer(),
        held_on=local_date(at),
        eligible=eligible,
        present=present,
        votes=tuple(votes),
        proposed=proposed,
        assessment=assessment,
        remark=rng.choice(words.REMARKS[proposed.value]),
        minority_note="Có ý kiến đề nghị xem xét mức cao hơn vì việc đột xuất trong quý IV."
        if rng.random() < 0.04
        else "",
        answers=answers,
    )


def _result(own: MemberYear, rng: Random, decided: datetime, by: str) -> None:
    """Acknowledged, or the window over; a commendation for most of the excellent; closed when both are settled."""
    acknowledge_by = own.due(decided, own.year.policy.review.petition_days)
    settled = decided
    if own.level is E and own.someone.kind is Kind.OFFICIAL and rng.random() < 0.6:
        settled = _commend(own, rng, decided, by)
    if rng.random() < 0.85:
        final = max(
            later(rng, decided, 1, 5),
            some_time(rng, max(date(own.year.number, 12, 18), local_date(decided) + timedelta(days=1))),
        )
        own.tell(final, commands.AcknowledgeResult, own.someone.person)
    else:
        final = moment(acknowledge_by + timedelta(days=1), 0, 12, rng.randrange(60))
        own.calendar(final, "final-1", commands.MakeResultFinal, Phase.NIGHT)
    own.waits("acknowledge_result", 1, decided, final, acknowledge_by, escalates=False)
    own.closes = max(final, settled) + timedelta(minutes=1)
    night = final > settled and own.closes < moment(local_date(final), 6)
    own.calendar(own.closes, "close", commands.CloseCycle, Phase.NIGHT if night else Phase.DAY)


def _commend(own: MemberYear, rng: Random, decided: datetime, by: str) -> datetime:
    stream, proposer = commendation_stream(own.someone.member, own.year.number), own.reviewer()
    proposed = decided + timedelta(minutes=rng.randrange(20, 90))
    citation = words.pick(rng, words.CITATIONS, 12, 40)
    own.tell_in(COMMENDATION, stream, proposed, ProposeCommendation, proposer, award="member_year", citation=citation)
    settled = later(rng, proposed, 1, 5)
    if rng.random() < 0.85:
        number = f"{local_date(settled).day:02d}{own.someone.member[1:]}-QĐ/KT"
        own.tell_in(COMMENDATION, stream, settled, GrantCommendation, by, decision_no=number)
    else:
        reason = "Đã đủ số lượng khen trong năm, đề nghị biểu dương tại chi bộ."
        own.tell_in(COMMENDATION, stream, settled, RefuseCommendation, by, reason=reason)
    return settled
