"""A submitted pledge as something to read: its sections piece by piece, beside an earlier round."""

from dataclasses import replace

from events.cycle.facts import PledgeSubmitted
from events.cycle.values import CarriedAnswer, Job, StandardPledge
from web.pages.days import typed
from web.pages.reviewing import Passage, Piece
from web.pages.said import said


def passages(text: PledgeSubmitted, before: PledgeSubmitted | None = None) -> tuple[Passage, ...]:
    """The sections of a pledge; with `before`, each piece knows what it was."""
    jobs = {job.id: job for job in before.jobs} if before else {}
    parts = [
        piece
        for number, job in enumerate(text.jobs, 1)
        for piece in _job(number, job, jobs.get(job.id), compare=before is not None)
    ]
    if before:
        for job in before.jobs[len(text.jobs) :]:
            parts += [
                replace(piece, text="", before=piece.text, plain=None)
                for piece in _job(len(parts), job, None, compare=False)
            ]
    standards = {one.code: one for one in before.standards} if before else {}
    trained = [
        piece for one in text.standards for piece in _standard(one, standards.get(one.code), compare=before is not None)
    ]
    if before:
        trained += [
            Piece(label=said(f"standard.{one.code}"), text="", before=one.how)
            for one in before.standards
            if one.code not in {kept.code for kept in text.standards}
        ]
    debts = {one.shortcoming: one for one in before.carried} if before else {}
    found = [
        Passage(code="jobs", number="1", title=said("pledge.jobs"), pieces=tuple(parts)),
        Passage(
            code="exemplary",
            number="2",
            title=said("pledge.exemplary"),
            pieces=(_piece(text.exemplary, before.exemplary if before else None),),
        ),
        Passage(code="standards", number="3", title=said("pledge.standards"), pieces=tuple(trained)),
    ]
    if text.carried:
        owed = tuple(piece for one in text.carried for piece in _carried(one, debts.get(one.shortcoming)))
        found.append(Passage(code="carried", number="", title=said("pledge.carried"), pieces=owed, carried=True))
    return tuple(found)


def _piece(text: str, before: str | None, label: str = "", **facts: object) -> Piece:
    return Piece(text=text, before=before, label=said(label, **facts) if label else None)


def _job(number: int, job: Job, before: Job | None, *, compare: bool) -> tuple[Piece, ...]:
    def was(name: str) -> str | None:
        if before is None:
            return "" if compare else None
        return str(getattr(before, name))

    deadline = typed(before.deadline) if before else "" if compare else None
    return (
        _piece(job.title, was("title"), f"pledge.job.{number}" if number < 3 else "pledge.job.more"),
        _piece(job.duty, was("duty"), "pledge.job.duty"),
        _piece(job.measure, was("measure"), "pledge.job.measure"),
        Piece(text=typed(job.deadline), before=deadline, label=said("pledge.job.deadline"), plain=job.deadline),
        _piece(job.product, was("product"), "pledge.job.product"),
    )


def _standard(one: StandardPledge, before: StandardPledge | None, *, compare: bool) -> tuple[Piece, ...]:
    was = before.how if before else "" if compare else None
    return (_piece(one.how, was, f"standard.{one.code}"),)


def _carried(one: CarriedAnswer, before: CarriedAnswer | None) -> tuple[Piece, ...]:
    quoted = _piece(one.text, None, "pledge.carried.named")
    if one.dropped:
        return (quoted, _piece(one.reason, before.reason if before else None, "pledge.carried.dropped"))
    by = typed(before.remedy_by) if before else None
    return (
        quoted,
        _piece(one.plan, before.plan if before else None, "pledge.carried.plan"),
        Piece(text=typed(one.remedy_by), before=by, label=said("pledge.carried.by"), plain=one.remedy_by),
    )
