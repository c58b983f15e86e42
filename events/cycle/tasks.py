"""What a member's year leaves open for somebody right now, by its own facts (shared stages come from the unit's openings)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from events.cycle.state import AppraisalState, Cycle, Pledge, Review, SelfCriticism
from events.decider import day_begins, local_date
from events.policy import ReviewRules

WAITING = (Review.SUBMITTED, Review.IN_REVIEW)
"""States in which a text waits for its reviewer."""


class Asks(StrEnum):
    """Who is asked: the member, the committee that reviews them, or the one that decides."""

    MEMBER = "member"
    REVIEWER = "reviewer"
    DECIDER = "decider"


class Todo(StrEnum):
    """The open steps; the value is the task's key and its stored name."""

    REVIEW_PLEDGE = "review_pledge"  # REVIEWER, after a submission
    ANSWER_PLEDGE = "answer_pledge"  # MEMBER, after a return
    ANSWER_CHECK_IN = "answer_check_in"  # MEMBER, month left out of a confirmation; key `answer_check_in-<month>`
    ANSWER_CRITICISM = "answer_criticism"  # MEMBER, key `answer_criticism-<id>`
    REVIEW_SELF_CRITICISM = "review_self_criticism"  # REVIEWER, after a submission: present, return, accept
    ANSWER_SELF_CRITICISM = "answer_self_criticism"  # MEMBER
    RECORD_VOTE = "record_vote"  # REVIEWER, once the self-criticism is accepted and the appraisal is open
    ANSWER_APPRAISAL = "answer_appraisal"  # REVIEWER, after the decider's return
    DECIDE_APPRAISAL = "decide_appraisal"  # DECIDER
    ACKNOWLEDGE_RESULT = "acknowledge_result"  # MEMBER
    DECIDE_COMMENDATION = "decide_commendation"  # DECIDER, from the commendation's stream


@dataclass(frozen=True, slots=True)
class Task:
    """One open step. `round`: which submission, return or decision it follows; `due`: local date or None."""

    key: str
    kind: Todo
    asks: Asks
    since: datetime
    due: date | None
    round: int


class DueKind(StrEnum):
    """What the calendar does on a personal date."""

    REMIND = "remind"
    ESCALATE = "escalate"
    FINAL = "final"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Due:
    """A personal date of the year. `key` ends the command's id: `remind/review_pledge-1`; `step` and `round` name the task, if any."""

    key: str
    kind: DueKind
    on: date
    step: str = ""
    round: int = 0

    @property
    def at(self) -> datetime:
        """The instant (UTC) at which that local day begins."""
        return day_begins(self.on)


def open_tasks(cycle: Cycle) -> tuple[Task, ...]:
    """What the year's own stream leaves open, in the order of the stages; nothing once it is closed."""
    if cycle.closed is not None:
        return ()
    return (
        *_pledge(cycle.pledge),
        *_check_ins(cycle),
        *_self_criticism(cycle.self_criticism),
        *_appraisal(cycle),
    )


def remind_on(task: Task, review: ReviewRules) -> date | None:
    """The local date on which those who owe the task are reminded, or None when it has no due date."""
    return None if task.due is None else task.due - timedelta(days=review.remind_days_before)


def escalate_on(task: Task, review: ReviewRules) -> date | None:
    """The local date from which the task is shown one level up, or None: a result that nobody acknowledges becomes final instead."""
    if task.due is None or task.kind is Todo.ACKNOWLEDGE_RESULT:
        return None
    return task.due + timedelta(days=review.escalate_days_after)


def next_due(cycle: Cycle, review: ReviewRules, on: date, *, commendation: str = "none") -> tuple[Due, ...]:
    """The personal dates ahead (or owed), the earliest first, as of the local date `on`.

    Never one that is done, nor a reminder whose day is gone (`remind_review` would answer `[]`). An escalation, the
    result becoming final and the closing stay owed however long their date has passed. Each is gone once it is carried out.
    """
    dues: list[Due] = []
    for task in open_tasks(cycle):
        name, done = f"{task.key}-{task.round}", (task.key, task.round)
        remind, escalate = remind_on(task, review), escalate_on(task, review)
        if remind is not None and done not in cycle.reminded and on <= remind + timedelta(days=1):
            dues.append(Due(f"remind/{name}", DueKind.REMIND, remind, task.key, task.round))
        if escalate is not None and done not in cycle.escalated:
            dues.append(Due(f"escalate/{name}", DueKind.ESCALATE, escalate, task.key, task.round))
    decision = cycle.appraisal.decision
    if decision is not None and cycle.final_at is None:
        dues.append(
            Due(
                f"final-{cycle.appraisal.decisions}",
                DueKind.FINAL,
                decision.acknowledge_by + timedelta(days=1),
                round=cycle.appraisal.decisions,
            )
        )
    if cycle.final_at is not None and cycle.closed is None and commendation != "proposed":
        dues.append(Due("close", DueKind.CLOSE, local_date(cycle.final_at)))
    return tuple(sorted(dues, key=lambda due: (due.on, list(DueKind).index(due.kind), due.key)))


def _pledge(pledge: Pledge) -> tuple[Task, ...]:
    submitted, at = pledge.submitted, pledge.submitted_at
    if pledge.state in WAITING and submitted is not None and at is not None:
        return (Task("review_pledge", Todo.REVIEW_PLEDGE, Asks.REVIEWER, at, submitted.review_due, pledge.round),)
    if pledge.state is Review.RETURNED and pledge.returned_at is not None:
        due = pledge.answer_due
        return (Task("answer_pledge", Todo.ANSWER_PLEDGE, Asks.MEMBER, pledge.returned_at, due, pledge.round),)
    return ()


def _check_ins(cycle: Cycle) -> tuple[Task, ...]:
    return tuple(
        Task(
            f"answer_check_in-{month}",
            Todo.ANSWER_CHECK_IN,
            Asks.MEMBER,
            check_in.returned_at or check_in.reported_at,
            None,
            check_in.version,
        )
        for month, check_in in sorted(cycle.check_ins.items())
        if check_in.returned
    )


def _self_criticism(text: SelfCriticism) -> tuple[Task, ...]:
    tasks: list[Task] = []
    submitted, at = text.submitted, text.submitted_at
    if text.state in WAITING and submitted is not None and at is not None:
        review_due = submitted.review_due
        tasks.append(
            Task("review_self_criticism", Todo.REVIEW_SELF_CRITICISM, Asks.REVIEWER, at, review_due, text.round)
        )
    if text.state is Review.RETURNED and text.returned_at is not None:
        since, due = text.returned_at, text.answer_due
        tasks.append(Task("answer_self_criticism", Todo.ANSWER_SELF_CRITICISM, Asks.MEMBER, since, due, text.round))
    tasks += (
        Task(f"answer_criticism-{one.given.id}", Todo.ANSWER_CRITICISM, Asks.MEMBER, one.at, None, 1)
        for one in text.criticisms
        if not one.answer
    )
    return tuple(tasks)


def _appraisal(cycle: Cycle) -> tuple[Task, ...]:
    appraisal, accepted_at = cycle.appraisal, cycle.self_criticism.accepted_at
    match appraisal.state:
        case AppraisalState.NONE if accepted_at is not None:
            number = cycle.self_criticism.round
            return (Task("record_vote", Todo.RECORD_VOTE, Asks.REVIEWER, accepted_at, None, number),)
        case AppraisalState.PROPOSED if appraisal.voted_at is not None:
            since, due = appraisal.voted_at, appraisal.decision_due
            return (Task("decide_appraisal", Todo.DECIDE_APPRAISAL, Asks.DECIDER, since, due, appraisal.round),)
        case AppraisalState.RETURNED if appraisal.returned_at is not None:
            since, due = appraisal.returned_at, appraisal.answer_due
            return (Task("answer_appraisal", Todo.ANSWER_APPRAISAL, Asks.REVIEWER, since, due, appraisal.round),)
        case AppraisalState.DECIDED if appraisal.decision is not None and appraisal.decided_at is not None:
            if cycle.final_at is not None:
                return ()
            since, due = appraisal.decided_at, appraisal.decision.acknowledge_by
            number = appraisal.decisions
            return (Task("acknowledge_result", Todo.ACKNOWLEDGE_RESULT, Asks.MEMBER, since, due, number),)
    return ()
