"""The open steps of members' years, by their own facts, and the acts that were done; shared stages are in `openings`."""

import sqlalchemy as sa

from events.commendation import CommendationGranted, CommendationProposed, CommendationRefused, CommendationWithdrawn
from events.cycle import facts
from events.cycle.tasks import Asks, Todo
from events.decider import Recorded
from events.ids import parse_stream
from events.projections import Key, Projection, Row, metadata
from events.projections.directory import ID
from events.unit_year.facts import MonthConfirmed

TODO = sa.Table(
    "todo",
    metadata,
    sa.Column("stream", ID, primary_key=True),
    sa.Column("key", ID, primary_key=True),
    sa.Column("kind", ID, nullable=False),
    sa.Column("asks", ID, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("member", ID, nullable=False),
    sa.Column("month", sa.SmallInteger, nullable=False),
    sa.Column("unit", ID),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("due", sa.Date),
    sa.Column("round", sa.SmallInteger, nullable=False),
    sa.Column("done_at", sa.DateTime(timezone=True)),
    sa.Column("done_by", ID),
    sa.Column("reminded_at", sa.DateTime(timezone=True)),
    sa.Column("escalated_to", ID),
    sa.Index("todo_open_member", "member", postgresql_where=sa.text("done_at IS NULL")),
    sa.Index("todo_open_unit", "unit", postgresql_where=sa.text("done_at IS NULL AND unit IS NOT NULL")),
    sa.Index(
        "todo_open_escalated",
        "escalated_to",
        postgresql_where=sa.text("done_at IS NULL AND escalated_to IS NOT NULL"),
    ),
)
"""One row per step that some fact of the year asks for. `unit`: who is asked, where the fact names it; else it follows from the seats."""

ACT = sa.Table(
    "act",
    metadata,
    sa.Column("stream", ID, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("what", ID, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("subject", ID, nullable=False),
    sa.Column("month", sa.SmallInteger, nullable=False),
    sa.Column("person", ID, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("act_person", "person", sa.text("at DESC")),
    sa.Index("act_subject", "subject", sa.text("at DESC")),
)
"""What somebody did, and to whose year: `subject` is a member, or the unit of a confirmed month."""

Opens = tuple[Todo, Asks, object, int | None, str | None]

ACTS: dict[type, str] = {
    facts.PledgeSubmitted: "submit_pledge",
    facts.PledgeReturned: "return_pledge",
    facts.PledgeApproved: "approve_pledge",
    facts.CheckInReported: "report_check_in",
    facts.SelfCriticismSubmitted: "submit_self_criticism",
    facts.CriticismGiven: "give_criticism",
    facts.CriticismAnswered: "answer_criticism",
    facts.SelfCriticismPresented: "record_presentation",
    facts.SelfCriticismReturned: "return_self_criticism",
    facts.SelfCriticismAccepted: "accept_self_criticism",
    facts.VoteRecorded: "record_vote",
    facts.VoteCorrected: "correct_vote",
    facts.AppraisalReturned: "return_appraisal",
    facts.AppraisalDecided: "decide_appraisal",
    facts.AppraisalCorrected: "correct_appraisal",
    facts.ResultAcknowledged: "acknowledge_result",
    facts.ExtensionGranted: "grant_extension",
    CommendationProposed: "propose_commendation",
    CommendationGranted: "grant_commendation",
    CommendationRefused: "refuse_commendation",
    MonthConfirmed: "confirm_month",
}
"""The acts that the inbox lists as finished, by the event that records them."""


def _opened(recorded: Recorded) -> dict[str, Opens]:
    """Steps that begin with an event, by key: kind, who is asked, due, round (None: one more than before), unit."""
    match recorded.event:
        case facts.PledgeSubmitted(round=number, review_due=due):
            return {Todo.REVIEW_PLEDGE: (Todo.REVIEW_PLEDGE, Asks.REVIEWER, due, number, None)}
        case facts.PledgeReturned(answer_due=due):
            return {Todo.ANSWER_PLEDGE: (Todo.ANSWER_PLEDGE, Asks.MEMBER, due, None, None)}
        case facts.CheckInReturned(month=month):
            return {f"{Todo.ANSWER_CHECK_IN}-{month}": (Todo.ANSWER_CHECK_IN, Asks.MEMBER, None, None, None)}
        case facts.SelfCriticismSubmitted(round=number, review_due=due):
            return {Todo.REVIEW_SELF_CRITICISM: (Todo.REVIEW_SELF_CRITICISM, Asks.REVIEWER, due, number, None)}
        case facts.SelfCriticismReturned(answer_due=due):
            return {Todo.ANSWER_SELF_CRITICISM: (Todo.ANSWER_SELF_CRITICISM, Asks.MEMBER, due, None, None)}
        case facts.CriticismGiven(id=given):
            return {f"{Todo.ANSWER_CRITICISM}-{given}": (Todo.ANSWER_CRITICISM, Asks.MEMBER, None, 1, None)}
        case facts.SelfCriticismAccepted():
            return {Todo.RECORD_VOTE: (Todo.RECORD_VOTE, Asks.REVIEWER, None, 1, None)}
        case facts.VoteRecorded(decision_due=due):
            return {Todo.DECIDE_APPRAISAL: (Todo.DECIDE_APPRAISAL, Asks.DECIDER, due, None, None)}
        case facts.AppraisalReturned(answer_due=due):
            return {Todo.ANSWER_APPRAISAL: (Todo.ANSWER_APPRAISAL, Asks.REVIEWER, due, None, None)}
        case facts.AppraisalDecided(acknowledge_by=due) | facts.AppraisalCorrected(acknowledge_by=due):
            return {Todo.ACKNOWLEDGE_RESULT: (Todo.ACKNOWLEDGE_RESULT, Asks.MEMBER, due, None, None)}
        case CommendationProposed(unit=unit):
            return {Todo.DECIDE_COMMENDATION: (Todo.DECIDE_COMMENDATION, Asks.DECIDER, None, None, unit)}
    return {}


def _ended(recorded: Recorded) -> tuple[str, ...]:
    """Keys of the steps that end with an event, whoever did it."""
    match recorded.event:
        case facts.PledgeSubmitted():
            return (Todo.ANSWER_PLEDGE,)
        case facts.PledgeReturned() | facts.PledgeApproved():
            return (Todo.REVIEW_PLEDGE,)
        case facts.CheckInReported(month=month):
            return (f"{Todo.ANSWER_CHECK_IN}-{month}",)
        case facts.SelfCriticismSubmitted():
            return (Todo.ANSWER_SELF_CRITICISM,)
        case facts.SelfCriticismReturned() | facts.SelfCriticismAccepted():
            return (Todo.REVIEW_SELF_CRITICISM,)
        case facts.CriticismAnswered(id=given):
            return (f"{Todo.ANSWER_CRITICISM}-{given}",)
        case facts.VoteRecorded():
            return (Todo.RECORD_VOTE, Todo.ANSWER_APPRAISAL)
        case facts.AppraisalReturned() | facts.AppraisalDecided():
            return (Todo.DECIDE_APPRAISAL,)
        case facts.ResultAcknowledged() | facts.ResultBecameFinal():
            return (Todo.ACKNOWLEDGE_RESULT,)
        case CommendationGranted() | CommendationRefused() | CommendationWithdrawn():
            return (Todo.DECIDE_COMMENDATION,)
    return ()


def _taken_back(recorded: Recorded) -> tuple[str, str] | None:
    """For a withdrawal: the review that falls away, and the answer that is owed again."""
    match recorded.event:
        case facts.PledgeWithdrawn():
            return Todo.REVIEW_PLEDGE, Todo.ANSWER_PLEDGE
        case facts.SelfCriticismWithdrawn():
            return Todo.REVIEW_SELF_CRITICISM, Todo.ANSWER_SELF_CRITICISM
    return None


def _keys(recorded: Recorded) -> tuple[Key, ...]:
    event = recorded.event
    if isinstance(event, facts.ReviewReminded | facts.ReviewEscalated):
        return ((recorded.stream, event.step),)
    touched = (*_opened(recorded), *_ended(recorded), *(_taken_back(recorded) or ()))
    return tuple((recorded.stream, str(key)) for key in touched)


def _fold(row: Row | None, recorded: Recorded, key: Key) -> Row | None:
    opened = _opened(recorded).get(key[1])
    if opened is not None:
        return _begun(row, recorded, key, opened)
    if row is None:
        return None
    match recorded.event:
        case facts.ReviewReminded():
            return {**row, "reminded_at": recorded.occurred_at}
        case facts.ReviewEscalated(to=to):
            return {**row, "escalated_to": to}
    taken_back = _taken_back(recorded)
    if taken_back is not None:
        return None if key[1] == taken_back[0] else {**row, "done_at": None, "done_by": None}
    if row["done_at"] is not None:
        return row
    return {**row, "done_at": recorded.occurred_at, "done_by": recorded.actor}


def _begun(row: Row | None, recorded: Recorded, key: Key, opened: Opens) -> Row:
    kind, asks, due, number, unit = opened
    ids = parse_stream(recorded.stream)
    return {
        "stream": key[0],
        "key": key[1],
        "kind": kind.value,
        "asks": asks.value,
        "year": ids.year,
        "member": ids.subject,
        "month": getattr(recorded.event, "month", 0),
        "unit": unit,
        "since": recorded.occurred_at,
        "due": due,
        "round": number if number is not None else (row["round"] if row else 0) + 1,
        "done_at": None,
        "done_by": None,
        "reminded_at": None,
        "escalated_to": None,
    }


def _fold_act(_row: Row | None, recorded: Recorded, key: Key) -> Row:
    ids = parse_stream(recorded.stream)
    return {
        "stream": key[0],
        "version": key[1],
        "what": ACTS[type(recorded.event)],
        "year": ids.year,
        "subject": ids.subject,
        "month": getattr(recorded.event, "month", None) or 0,
        "person": recorded.actor,
        "at": recorded.occurred_at,
    }


todo = Projection(
    name="todo",
    table=TODO,
    events=frozenset(
        {
            *(kind for kind in ACTS if kind not in {MonthConfirmed, facts.ExtensionGranted}),
            facts.PledgeWithdrawn,
            facts.SelfCriticismWithdrawn,
            facts.CheckInReturned,
            facts.ResultBecameFinal,
            facts.ReviewReminded,
            facts.ReviewEscalated,
            CommendationWithdrawn,
        }
    ),
    keys=_keys,
    fold=_fold,
)
acts = Projection(
    name="act",
    table=ACT,
    events=frozenset(ACTS),
    keys=lambda recorded: ((recorded.stream, recorded.version),),
    fold=_fold_act,
)
