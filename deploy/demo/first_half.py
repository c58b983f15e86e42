"""The first half of a member's year: the pledge, and the months."""

from datetime import date, datetime, timedelta
from random import Random

from deploy.demo import words
from deploy.demo.acts import later, moment, some_time
from deploy.demo.member_year import MemberYear
from deploy.demo.names import hand
from events.cycle import commands
from events.cycle.values import Answer, CarriedAnswer, ItemProgress, Shortcoming, StandardPledge
from events.decider import local_date


def tell_pledge(own: MemberYear) -> None:
    """Submitted around the cell's day, now and then late, withdrawn or returned; approved in the end, or left lying this year."""
    rng, step, lazy = own.rng("pledge"), own.year.steps["pledge"], 1 - own.diligence
    write_pledge(own)
    if not own.year.whole and rng.random() < 0.03 * lazy:
        return
    mode = hand(own.year.number, own.someone.cell, "pledge").uniform(16, 70)
    day = step.opens + timedelta(days=round(rng.triangular(4, 88, mode)))
    if rng.random() < 1.4 * lazy**2:
        day = step.due + timedelta(days=rng.randint(1, 26))
    at = some_time(rng, day)
    if rng.random() < 0.015:
        submit_pledge(own, at)
        at = later(rng, at, 0, 0)
        own.tell(at, commands.WithdrawPledge, own.someone.person)
        at = later(rng, at, 1, 2)
    submit_pledge(own, at)
    _review(own, rng, at)


def _review(own: MemberYear, rng: Random, at: datetime) -> None:
    review = own.year.policy.review
    left_lying = not own.year.whole and rng.random() < 0.006
    seen = None if left_lying else later(rng, at, 12, 16) if rng.random() < 0.03 else later(rng, at, 0, 6)
    own.waits("review_pledge", own.rounds, at, seen, own.due(at, review.review_days))
    if seen is None:
        return
    if rng.random() < 0.12:
        points = own.points(rng, words.POINTS)
        own.tell(seen, commands.ReturnPledge, own.reviewer(), round=own.rounds, points=points)
        unanswered = not own.year.whole and rng.random() < 0.06
        at = later(rng, seen, 8, 12) if rng.random() < 0.06 else later(rng, seen, 1, 6)
        own.waits("answer_pledge", own.rounds, seen, None if unanswered else at, own.due(seen, review.answer_days))
        if unanswered:
            return
        submit_pledge(own, at, own.answers(points))
        seen = later(rng, at, 0, 4)
    elif rng.random() < 0.3:
        own.tell(seen, commands.OpenPledgeForReview, own.reviewer())
        seen = later(rng, seen, 0, 1)
    own.tell(seen, commands.ApprovePledge, own.reviewer(), round=own.rounds)
    own.approved = seen


def write_pledge(own: MemberYear) -> None:
    """The three contents, and an answer to each shortcoming carried in."""
    rng, year = own.rng("pledge/text"), own.year.number
    field = own.organisation.places[own.someone.cell].field
    first, second = words.job(rng, field, 1, year), words.job(rng, field, 2, year)
    own.jobs = (first, second) if rng.random() < 0.55 and second.duty != first.duty else (first,)
    codes = own.year.policy.pledge.standards
    chosen = rng.sample(codes, rng.choice((1, 1, 2, 2, 3)))
    own.standards = tuple(
        StandardPledge(code=code, how=words.pick(rng, words.STANDARDS[code], 2, 4)) for code in codes if code in chosen
    )
    own.kept = tuple(_answer_carried(own, rng, one) for one in own.carried)


def _answer_carried(own: MemberYear, rng: Random, shortcoming: Shortcoming) -> CarriedAnswer:
    if rng.random() < 0.06:
        reason = "Đã khắc phục xong trong tháng 12 năm trước, đồng chí phó bí thư xác nhận."
        return CarriedAnswer(shortcoming=shortcoming.id, text=shortcoming.text, dropped=True, reason=reason)
    remedy_by = date(own.year.number, rng.choice((3, 6, 9)), 30)
    plan = rng.choice(words.REMEDIES)
    return CarriedAnswer(shortcoming=shortcoming.id, text=shortcoming.text, plan=plan, remedy_by=remedy_by)


def submit_pledge(own: MemberYear, at: datetime, answers: tuple[Answer, ...] = ()) -> None:
    """Submit what was written, as another round."""
    own.rounds += 1
    own.tell(
        at,
        commands.SubmitPledge,
        own.someone.person,
        jobs=own.jobs,
        exemplary=words.pick(own.rng("exemplary"), words.EXEMPLARY, 2, 8),
        standards=own.standards,
        carried=own.kept,
        answers=answers,
    )


def tell_check_ins(own: MemberYear) -> None:
    """Each month on time, late or not at all; some are sent back when the month is confirmed, and reported again."""
    if own.approved is None:
        return
    lazy, before = 1 - own.diligence, own.approved
    for month in range(1, 13):
        rng, step = own.rng(f"month/{month}"), own.year.steps[f"check_in-{month}"]
        first = max(moment(step.opens, 8), own.approved + timedelta(minutes=40))
        if local_date(first) > step.due + timedelta(days=12) or rng.random() < 0.4 * lazy**2:
            continue
        last = step.due if month < 12 else step.due - timedelta(days=3)
        spare = (last - local_date(first)).days
        if rng.random() < 0.5 * lazy**2 and month < 12 and own.approved < moment(step.due, 20):
            at = later(rng, moment(step.due, 20), 1, 8)
        else:
            at = later(rng, first, 0, spare if spare > 0 else 2)
        at = max(at, before + timedelta(minutes=rng.randint(6, 30)))
        _report(own, at, month, again=False)
        before = at
        if local_date(at) <= step.due and month < 12 and rng.random() < 0.014:
            own.sent_back.add(month)
            if own.year.whole or rng.random() < 0.8:
                _report(own, later(rng, moment(step.due + timedelta(days=2), 21), 1, 6), month, again=True)


def _report(own: MemberYear, at: datetime, month: int, *, again: bool) -> None:
    rng, items = own.rng(f"report/{month}/{again}"), []
    for item in own.items:
        pace = hand(own.stream, item).uniform(0.5, 0.65) + 0.45 * own.diligence
        progress = max(0, min(100, round(month / 11 * 100 * pace) + rng.randint(-2, 2)))
        items.append(ItemProgress(item=item, progress=progress, done=words.done(rng, item, progress, month)))
    own.tell(at, commands.ReportCheckIn, own.someone.person, month=month, items=tuple(items))
