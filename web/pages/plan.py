"""The shared steps of a year as they stand for one member: what is done, what waits for whom, until when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from events.cycle.setting import Opening
from events.cycle.state import AppraisalState, Review
from events.cycle.values import Point
from events.decider import local_date
from events.policy import Stage, Step
from web.pages.access import YearView
from web.pages.said import Said, Together, said


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One step.

    Attributes:
        state: a glyph's name; `word` says it.
        due: when the next act on it is due (local), whoever owes it.
        asks: who owes it: "member", "reviewer", "decider", "cell", or "" for nobody.
        own: people's words that explain it: points or a reason.
        href: where the viewer reads or does it; "" for nowhere.
    """

    key: str
    stage: Stage
    month: int | None
    state: str
    word: Said
    title: Said
    act: Said
    due: date
    opens: date
    asks: str = ""
    line: Said | None = None
    own: str = ""
    href: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody owes something now."""
        return self.asks != ""


def plan(view: YearView, drafts: frozenset[str] = frozenset()) -> tuple[Part, ...]:
    """Every shared step of the year in order of opening; `drafts`: forms the viewer has begun in private. A closed year asks nobody."""
    parts = tuple(part for step in view.setting.steps for part in _parts(view, step, drafts))
    return parts if view.cycle.closed is None else tuple(replace(part, asks="") for part in parts)


def next_part(parts: tuple[Part, ...], asks: str) -> Part | None:
    """What this one owes first."""
    return min((part for part in parts if part.asks == asks), key=lambda part: part.due, default=None)


def due_of(view: YearView, step: Step) -> date:
    """The due date in force for this member."""
    opening = view.setting.opening(step.stage, step.month)
    return view.cycle.due(opening) if opening else step.due


def _parts(view: YearView, step: Step, drafts: frozenset[str]) -> Iterator[Part]:
    opening = view.setting.opening(step.stage, step.month)
    match step.stage:
        case Stage.PLEDGE:
            yield _pledge(view, step, opening, drafts)
        case Stage.CHECK_IN:
            yield _check_in(view, step, opening, drafts)
        case Stage.SELF_CRITICISM:
            yield _self_criticism(view, step, opening, drafts)
        case Stage.APPRAISAL:
            yield _appraisal(view, step, opening)
            if view.cycle.appraisal.decision is not None:
                yield _result(view, step)


def _unwritten(view: YearView, step: Step, opening: Opening | None, begun: bool, blank: Part) -> Part:
    due = due_of(view, step)
    if opening is None:
        return replace(blank, state="not_open", word=said("state.not_open"), due=due)
    if due < view.setting.on:
        return replace(blank, state="overdue", word=said("state.overdue"), due=due, asks="member")
    state, word = ("writing", "state.writing") if begun and view.own else ("not_open", "plan.unwritten")
    return replace(blank, state=state, word=said(word), due=due, asks="member")


def _blank(step: Step, title: Said, act: Said, href: str) -> Part:
    return Part(
        key=step.key,
        stage=step.stage,
        month=step.month,
        state="not_open",
        word=said("state.not_open"),
        title=title,
        act=act,
        due=step.due,
        opens=step.opens,
        href=href,
    )


def _pledge(view: YearView, step: Step, opening: Opening | None, drafts: frozenset[str]) -> Part:
    text = view.cycle.pledge
    title, href = said("plan.pledge", year=view.year), f"{view.path}/pledge"
    match text.state:
        case Review.SUBMITTED | Review.IN_REVIEW:
            assert text.submitted is not None
            blank = _blank(
                step,
                title,
                said("plan.pledge.review", name=view.name),
                f"{href}/review" if view.setting.actor_may_review() else href,
            )
            line = said("plan.waits_reviewer", unit=view.reviewer, due=text.submitted.review_due)
            return _waiting(view, blank, text.submitted.review_due, "reviewer", line)
        case Review.RETURNED:
            blank = _blank(step, title, said("plan.answer", n=len(text.points)), href)
            return _returned(blank, text.answer_due or due_of(view, step), "member", _numbered(view, text.points))
        case Review.APPROVED:
            line = said("plan.approved_on", date=local_date(text.approved_at) if text.approved_at else None)
            blank = _blank(step, title, said("plan.pledge.read"), href)
            return replace(blank, state="done", word=said("state.done"), due=step.due, line=line)
        case _:
            blank = _blank(step, title, said("plan.pledge.write", year=view.year), href)
            return _unwritten(view, step, opening, "pledge" in drafts, blank)


def _check_in(view: YearView, step: Step, opening: Opening | None, drafts: frozenset[str]) -> Part:
    month = step.month or 0
    report = view.cycle.check_ins.get(month)
    act = said("plan.check_in.write", month=said(f"ui.month.{month}"))
    blank = _blank(step, said("plan.check_in", month=said(f"ui.month.{month}")), act, f"{view.path}/check-in/{month}")
    due = due_of(view, step)
    if month in view.setting.confirmed:
        return replace(blank, state="done", word=said("state.done"), due=due)
    if report is None:
        part = _unwritten(view, step, opening, f"check_in-{month}" in drafts, blank)
        if part.open and view.cycle.pledge.state is not Review.APPROVED:
            return replace(blank, state="not_open", word=said("plan.after_pledge"), due=due)
        return part
    if report.returned:
        own = report.returned if view.texts else ""
        return replace(blank, state="returned", word=said("state.returned"), due=due, asks="member", own=own)
    word = said("plan.reported_late" if report.reported.late else "plan.reported")
    return replace(blank, state="submitted", word=word, due=due, line=said("plan.check_in.waits"))


def _self_criticism(view: YearView, step: Step, opening: Opening | None, drafts: frozenset[str]) -> Part:
    text = view.cycle.self_criticism
    title, href = said("plan.self_criticism", year=view.year), f"{view.path}/self-criticism"
    match text.state:
        case Review.SUBMITTED | Review.IN_REVIEW:
            assert text.submitted is not None
            open_ones = [one for one in text.criticisms if not one.answer]
            if open_ones:
                blank = _blank(step, title, said("plan.criticism.answer", n=len(open_ones)), f"{view.path}/criticism")
                return _returned(
                    blank,
                    text.submitted.review_due,
                    "member",
                    "\n\n".join(one.given.text for one in open_ones) if view.texts else "",
                )
            address = f"{href}/review" if view.setting.actor_may_review() else href
            blank = _blank(step, title, said("plan.self_criticism.review", name=view.name), address)
            return _waiting(
                view, blank, text.submitted.review_due, "reviewer", said("plan.waits_cell", unit=view.reviewer)
            )
        case Review.RETURNED:
            blank = _blank(step, title, said("plan.answer", n=len(text.points)), href)
            return _returned(blank, text.answer_due or due_of(view, step), "member", _numbered(view, text.points))
        case Review.APPROVED:
            line = said("plan.approved_on", date=local_date(text.accepted_at) if text.accepted_at else None)
            blank = _blank(step, title, said("plan.self_criticism.read"), href)
            return replace(blank, state="done", word=said("state.done"), due=step.due, line=line)
        case _:
            blank = _blank(step, title, said("plan.self_criticism.write", year=view.year), href)
            part = _unwritten(view, step, opening, "self_criticism" in drafts, blank)
            if part.open and view.cycle.pledge.state is not Review.APPROVED:
                return replace(blank, state="not_open", word=said("plan.after_pledge"), due=part.due)
            return part


def _appraisal(view: YearView, step: Step, opening: Opening | None) -> Part:
    appraisal = view.cycle.appraisal
    due = due_of(view, step)
    blank = _blank(
        step,
        said("plan.appraisal", year=view.year),
        said("plan.appraisal.act", name=view.name),
        f"{view.path}/appraisal",
    )
    match appraisal.state:
        case AppraisalState.PROPOSED:
            line = said("plan.waits_decider", unit=view.decider, due=appraisal.decision_due)
            blank = replace(blank, href=f"{view.path}/{'decision' if view.setting.actor_may_decide() else 'appraisal'}")
            return _waiting(view, blank, appraisal.decision_due or due, "decider", line)
        case AppraisalState.RETURNED:
            return _returned(blank, appraisal.answer_due or due, "reviewer", _numbered(view, appraisal.points))
        case AppraisalState.DECIDED:
            line = said("plan.decided", level=said(f"level.{view.cycle.level}"), unit=view.decider)
            return replace(blank, state="done", word=said("plan.decided.word"), due=due, line=line)
        case _ if opening is not None and view.cycle.self_criticism.state is Review.APPROVED:
            return _waiting(view, blank, due, "reviewer", said("plan.waits_vote", unit=view.reviewer, due=due))
        case _:
            return replace(
                blank, state="not_open", word=said("state.not_open"), due=due, line=said("plan.appraisal.later")
            )


def _result(view: YearView, step: Step) -> Part:
    decision, cycle = view.cycle.appraisal.decision, view.cycle
    assert decision is not None
    blank = replace(
        _blank(step, said("plan.result", year=view.year), said("plan.result.act"), f"{view.path}/result"), key="result"
    )
    if cycle.final_at is None:
        line = said("plan.result.window", due=decision.acknowledge_by)
        return replace(
            blank,
            state="submitted",
            word=said("plan.result.waits"),
            due=decision.acknowledge_by,
            asks="member",
            line=line,
        )
    word = "plan.result.acknowledged" if cycle.acknowledged_at else "plan.result.final"
    return replace(blank, state=level_glyph(view), word=said(word), due=local_date(cycle.final_at))


def level_glyph(view: YearView) -> str:
    """The rising bars of the year's level."""
    level = view.cycle.level
    return f"level_{level.rank + 1}" if level else "done"


def _waiting(view: YearView, blank: Part, due: date, asks: str, line: Said) -> Part:
    late = due < view.setting.on
    word = said("plan.waits_late", days=(view.setting.on - due).days) if late else said("state.submitted")
    return replace(blank, state="overdue" if late else "submitted", word=word, due=due, asks=asks, line=line)


def _returned(blank: Part, due: date, asks: str, own: str) -> Part:
    return replace(blank, state="returned", word=said("state.returned"), due=due, asks=asks, own=own)


def _numbered(view: YearView, points: tuple[Point, ...]) -> str:
    return "\n\n".join(f"{one.number}. {one.text}" for one in points) if view.texts else ""


def months(view: YearView, parts: tuple[Part, ...]) -> list[dict[str, object]]:
    """The year strip: for each month the glyph and band of what the month held, worst first."""
    return [_month(view, month, parts) for month in range(1, 13)]


ORDER = ("overdue", "returned", "writing", "submitted", "not_open", "done")
"""Which state a month shows when it holds several steps: what needs somebody before what is fine."""


def _month(view: YearView, month: int, parts: tuple[Part, ...]) -> dict[str, object]:
    last = date(view.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    here = [
        part
        for part in parts
        if (
            part.month == month
            if part.month
            else min(part.due, date(view.year, 12, 31)).month == month and part.key != "result"
        )
    ]
    today, now = view.setting.on, (view.setting.on.year, view.setting.on.month) == (view.year, month)
    worst = min(here, key=lambda part: ORDER.index(part.state) if part.state in ORDER else len(ORDER), default=None)
    if worst is None:
        past = last < today
        return {"state": "done" if past else "not_open", "band": "none", "word": said("plan.month.nothing"), "now": now}
    band = {"overdue": "late", "returned": "returned", "done": "done"}.get(
        worst.state, "now" if now else "done" if last < today and worst.state == "submitted" else "future"
    )
    if now and band not in ("late", "returned"):
        band = "now"
    if worst.state == "done":
        href = worst.href if view.texts else ""
    else:
        href = f"#{worst.key}" if view.cycle.closed is None else ""  # the timeline of a closed year has nothing to come
    words = tuple(said("plan.month.step", title=part.title, word=part.word) for part in here)
    return {"state": worst.state, "band": band, "word": Together(words, "; "), "now": now, "href": href}
