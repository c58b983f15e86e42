"""How far each member's year is: one row per cycle, folded from its own stream."""

import sqlalchemy as sa

from events.cycle import facts
from events.decider import Recorded
from events.ids import parse_stream
from events.policy import Stage
from events.projections import STAGE_INTERVAL, Key, Projection, Row, StageState, metadata
from events.projections.directory import ID, own_stream
from events.projections.openings import month_number, stage_key

WHEN = sa.DateTime(timezone=True)

BOARD = sa.Table(
    "board",
    metadata,
    sa.Column("cycle", ID, primary_key=True),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("member", ID, nullable=False),
    sa.Column("pledge", sa.Text, nullable=False),
    sa.Column("pledge_round", sa.SmallInteger, nullable=False),
    sa.Column("pledge_late", sa.Boolean, nullable=False),
    sa.Column("pledge_sent_back", sa.Boolean, nullable=False),
    sa.Column("pledge_due", sa.Date),
    sa.Column("pledge_at", WHEN),
    sa.Column("reported", sa.SmallInteger, nullable=False),
    sa.Column("late", sa.SmallInteger, nullable=False),
    sa.Column("returned", sa.SmallInteger, nullable=False),
    sa.Column("self_criticism", sa.Text, nullable=False),
    sa.Column("self_criticism_round", sa.SmallInteger, nullable=False),
    sa.Column("self_criticism_late", sa.Boolean, nullable=False),
    sa.Column("self_criticism_sent_back", sa.Boolean, nullable=False),
    sa.Column("self_criticism_due", sa.Date),
    sa.Column("self_criticism_at", WHEN),
    sa.Column("presented_on", sa.Date),
    sa.Column("appraisal", sa.Text, nullable=False),
    sa.Column("appraisal_round", sa.SmallInteger, nullable=False),
    sa.Column("appraisal_due", sa.Date),
    sa.Column("appraisal_at", WHEN),
    sa.Column("level", sa.Text),
    sa.Column("acknowledge_by", sa.Date),
    sa.Column("acknowledged_at", WHEN),
    sa.Column("final_at", WHEN),
    sa.Column("closed_at", WHEN),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("board_member", "member", "year", unique=True),
)
"""States are those of `events.cycle.state`. `…_due`: of whoever the step waits for now (the reviewer's, then the member's answer's).

`…_sent_back`: ever returned. `reported`, `late`, `returned`: a bit for each month, January the lowest. `…_at`: when the state began.
"""

EXTENSION = sa.Table(
    "extension",
    metadata,
    sa.Column("cycle", ID, primary_key=True),
    sa.Column("stage", ID, primary_key=True),
    sa.Column("month", sa.SmallInteger, primary_key=True),
    sa.Column("due", sa.Date, nullable=False),
)
"""A member's own later date for an open stage."""


def bit(month: int) -> int:
    """The month's bit in `…_sent_back`: ever returned. `reported`, `late` and `returned`."""
    return 1 << (month - 1)


def first_row(recorded: Recorded) -> Row:
    """A year in which nothing has happened."""
    ids = parse_stream(recorded.stream)
    row: Row = dict.fromkeys(BOARD.columns.keys())
    row.update(
        cycle=recorded.stream, year=ids.year, member=ids.subject, pledge="none", self_criticism="none", appraisal="none"
    )
    row.update(pledge_round=0, self_criticism_round=0, appraisal_round=0, pledge_late=False, self_criticism_late=False)
    row.update(pledge_sent_back=False, self_criticism_sent_back=False)
    row.update(reported=0, late=0, returned=0)
    return row


def fold(row: Row | None, recorded: Recorded, _key: Key) -> Row:
    """The year's row with one more fact."""
    return {
        **(row or first_row(recorded)),
        **_change(row or first_row(recorded), recorded),
        "version": recorded.version,
    }


def _change(row: Row, recorded: Recorded) -> Row:
    at = recorded.occurred_at
    match recorded.event:
        case facts.PledgeSubmitted(round=number, late=late, review_due=due):
            return _text("pledge", "submitted", at, due) | {
                "pledge_round": number,
                "pledge_late": row["pledge_late"] or late,
            }
        case facts.PledgeWithdrawn():
            return _withdrawn(row, "pledge", at)
        case facts.PledgeOpenedForReview():
            return {"pledge": "in_review"}
        case facts.PledgeReturned(answer_due=due):
            return _text("pledge", "returned", at, due) | {"pledge_sent_back": True}
        case facts.PledgeApproved():
            return _text("pledge", "approved", at)
        case facts.CheckInReported(month=month, late=late):
            one = bit(month)
            marked = row["late"] | one if late else row["late"]
            return {"reported": row["reported"] | one, "returned": row["returned"] & ~one, "late": marked}
        case facts.CheckInReturned(month=month):
            return {"returned": row["returned"] | bit(month)}
        case facts.SelfCriticismSubmitted(round=number, late=late, review_due=due):
            late = row["self_criticism_late"] or late
            changed = {"self_criticism_round": number, "self_criticism_late": late}
            return _text("self_criticism", "submitted", at, due) | changed
        case facts.SelfCriticismWithdrawn():
            return _withdrawn(row, "self_criticism", at)
        case facts.SelfCriticismOpenedForReview():
            return {"self_criticism": "in_review"}
        case facts.SelfCriticismPresented(held_on=on):
            return {"presented_on": on}
        case facts.SelfCriticismReturned(answer_due=due):
            return _text("self_criticism", "returned", at, due) | {"self_criticism_sent_back": True}
        case facts.SelfCriticismAccepted():
            return _text("self_criticism", "approved", at)
        case facts.VoteRecorded(decision_due=due):
            return _text("appraisal", "proposed", at, due) | {"appraisal_round": row["appraisal_round"] + 1}
        case facts.AppraisalReturned(answer_due=due):
            return _text("appraisal", "returned", at, due)
        case (
            facts.AppraisalDecided(level=level, acknowledge_by=by)
            | facts.AppraisalCorrected(level=level, acknowledge_by=by)
        ):
            decided = {"level": level.value, "acknowledge_by": by, "acknowledged_at": None, "final_at": None}
            return _text("appraisal", "decided", at) | decided
        case facts.ResultAcknowledged():
            return {"acknowledged_at": at, "final_at": at}
        case facts.ResultBecameFinal():
            return {"final_at": at}
        case facts.CycleClosed():
            return {"closed_at": at}
    return {}


def _text(name: str, state: str, at: object, due: object = None) -> Row:
    return {name: state, f"{name}_at": at, f"{name}_due": due}


def _withdrawn(row: Row, name: str, at: object) -> Row:
    """Back to what it was before it was submitted: an answer still to be given, or nothing yet."""
    if row[f"{name}_sent_back"]:
        return _text(name, "returned", at)
    return _text(name, "none", at) | {f"{name}_late": False}


def _states(recorded: Recorded) -> tuple[StageState, ...]:
    match recorded.event:
        case facts.PledgeSubmitted():
            stage, state = Stage.PLEDGE.value, "submitted"
        case facts.PledgeWithdrawn():
            stage, state = Stage.PLEDGE.value, "withdrawn"
        case facts.PledgeOpenedForReview():
            stage, state = Stage.PLEDGE.value, "in_review"
        case facts.PledgeReturned():
            stage, state = Stage.PLEDGE.value, "returned"
        case facts.PledgeApproved():
            stage, state = Stage.PLEDGE.value, "approved"
        case facts.CheckInReported(month=month):
            stage, state = stage_key(Stage.CHECK_IN, month), "reported"
        case facts.CheckInReturned(month=month):
            stage, state = stage_key(Stage.CHECK_IN, month), "returned"
        case facts.SelfCriticismSubmitted():
            stage, state = Stage.SELF_CRITICISM.value, "submitted"
        case facts.SelfCriticismWithdrawn():
            stage, state = Stage.SELF_CRITICISM.value, "withdrawn"
        case facts.SelfCriticismOpenedForReview():
            stage, state = Stage.SELF_CRITICISM.value, "in_review"
        case facts.SelfCriticismReturned():
            stage, state = Stage.SELF_CRITICISM.value, "returned"
        case facts.SelfCriticismAccepted():
            stage, state = Stage.SELF_CRITICISM.value, "approved"
        case facts.VoteRecorded():
            stage, state = Stage.APPRAISAL.value, "proposed"
        case facts.AppraisalReturned():
            stage, state = Stage.APPRAISAL.value, "returned"
        case facts.AppraisalDecided():
            stage, state = Stage.APPRAISAL.value, "decided"
        case facts.AppraisalCorrected():
            return (StageState(recorded.stream, "appraisal", "decided"), StageState(recorded.stream, "result", None))
        case facts.ResultAcknowledged() | facts.ResultBecameFinal():
            stage, state = "result", "final"
        case _:
            return ()
    return (StageState(recorded.stream, stage, state),)


EVENTS = frozenset(
    {
        facts.PledgeSubmitted,
        facts.PledgeWithdrawn,
        facts.PledgeOpenedForReview,
        facts.PledgeReturned,
        facts.PledgeApproved,
        facts.CheckInReported,
        facts.CheckInReturned,
        facts.SelfCriticismSubmitted,
        facts.SelfCriticismWithdrawn,
        facts.SelfCriticismOpenedForReview,
        facts.SelfCriticismReturned,
        facts.SelfCriticismAccepted,
        facts.VoteRecorded,
        facts.AppraisalReturned,
        facts.AppraisalDecided,
        facts.AppraisalCorrected,
        facts.ResultAcknowledged,
        facts.ResultBecameFinal,
    }
)
"""What begins a state of a stage; the board also hears of the openings, presentations and the end."""

board = Projection(
    name="board",
    table=BOARD,
    events=EVENTS | {facts.CycleOpened, facts.SelfCriticismPresented, facts.CycleClosed},
    keys=own_stream,
    fold=fold,
)
stages = Projection(name="stages", table=STAGE_INTERVAL, events=EVENTS, intervals=_states)
extensions = Projection(
    name="extension",
    table=EXTENSION,
    events=frozenset({facts.ExtensionGranted}),
    keys=lambda recorded: ((recorded.stream, recorded.event.stage.value, month_number(recorded.event.month)),),
    fold=lambda _row, recorded, key: {
        "cycle": key[0],
        "stage": key[1],
        "month": key[2],
        "due": recorded.event.due,
    },
)
