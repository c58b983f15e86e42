"""What a member's year leaves open for somebody right now, by its own facts (shared stages come from the unit's openings)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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
