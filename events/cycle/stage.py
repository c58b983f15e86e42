"""What concerns one member's year as a whole: extensions, texts opened from above, and what the calendar does.

What the calendar asks too early, too late or twice is answered by `[]`: a workflow reads the year again and goes on.
"""

from datetime import timedelta

from events.access import Action, require
from events.cycle.commands import (
    AcknowledgeResult,
    CloseCycle,
    EscalateReview,
    GrantExtension,
    MakeResultFinal,
    OpenCycle,
    OpenText,
    RemindReview,
)
from events.cycle.facts import (
    CycleClosed,
    CycleOpened,
    ExtensionGranted,
    ResultAcknowledged,
    ResultBecameFinal,
    ReviewEscalated,
    ReviewReminded,
    TextOpened,
)
from events.cycle.review import require_running, text_faults, tidy
from events.cycle.setting import Setting
from events.cycle.state import Cycle
from events.cycle.tasks import Asks, Task, escalate_on, open_tasks, remind_on
from events.errors import Conflict, Invalid, NotAllowed, refuse_all


def grant_extension(cycle: Cycle, command: GrantExtension, setting: Setting) -> list[object]:
    """A later date for one member, by a reviewer; `[]` when it is so. Conflict `extension.not_open`; Invalid `extension.not_later`, `.past`."""
    setting.require_reviewer()
    require_running(cycle, setting)
    opening = setting.opening(command.stage, command.month)
    if opening is None:
        raise Conflict("extension.not_open")
    if cycle.extensions.get((command.stage, command.month)) == command.due:
        return []
    faults: list[Invalid] = []
    due = cycle.due(opening)
    if command.due <= due:
        faults.append(Invalid("extension.not_later", field="due", due=due))
    elif command.due < setting.on:
        faults.append(Invalid("extension.past", field="due"))
    refuse_all([*faults, *text_faults(command.reason, "reason")])
    return [ExtensionGranted(stage=command.stage, month=command.month, due=command.due, reason=tidy(command.reason))]


def open_text(cycle: Cycle, command: OpenText, setting: Setting) -> list[object]:
    """By a committee or the inspection above, with a reason the member reads; each opening is an act of its own.

    NotAllowed `access.own_case`; Conflict `text.nothing_to_open`. Source: regulations.md 8 (reads are logged).
    """
    if setting.actor == setting.subject:
        raise NotAllowed("access.own_case")
    require(Action.OPEN_TEXT, setting.actor_grants, setting.path, setting.on)
    if cycle.pledge.submitted is None and not cycle.check_ins:
        raise Conflict("text.nothing_to_open")
    refuse_all(text_faults(command.reason, "reason"))
    return [TextOpened(reason=tidy(command.reason))]


def acknowledge_result(cycle: Cycle, _: AcknowledgeResult, setting: Setting) -> list[object]:
    """The member has read the result. Conflict `result.not_decided`, and `result.final` once the window has passed."""
    setting.require_self()
    if cycle.appraisal.decision is None:
        raise Conflict("result.not_decided")
    if cycle.acknowledged_at is not None:
        return []
    if cycle.final_at is not None:
        raise Conflict("result.final")
    return [ResultAcknowledged()]


def open_cycle(cycle: Cycle, command: OpenCycle, setting: Setting) -> list[object]:
    """The year of who joined later; `[]` when it runs already."""
    setting.by_calendar()
    if cycle.opened is not None or setting.year_open:
        return []
    return [CycleOpened(unit=command.unit, policy_version=command.policy_version)]


def remind_review(cycle: Cycle, command: RemindReview, setting: Setting) -> list[object]:
    """Once for an open step, on its day or the next: a date long past (a told year, a late start) reminds nobody."""
    setting.by_calendar()
    task = _open(cycle, command.step, command.round)
    if task is None or (command.step, command.round) in cycle.reminded:
        return []
    day = remind_on(task, setting.policy.review)
    if day is None or not day <= setting.on <= day + timedelta(days=1):
        return []
    return [ReviewReminded(step=command.step, round=command.round)]


def escalate_review(cycle: Cycle, command: EscalateReview, setting: Setting) -> list[object]:
    """Once for an open step, however long its date has passed; shown one level above who owes it."""
    setting.by_calendar()
    task = _open(cycle, command.step, command.round)
    if task is None or (command.step, command.round) in cycle.escalated:
        return []
    day = escalate_on(task, setting.policy.review)
    if day is None or setting.on < day:
        return []
    return [ReviewEscalated(step=command.step, round=command.round, to=_above(task, setting))]


def make_result_final(cycle: Cycle, _: MakeResultFinal, setting: Setting) -> list[object]:
    """On the day after the petition window's last."""
    setting.by_calendar()
    decision = cycle.appraisal.decision
    if decision is None or cycle.final_at is not None or setting.on <= decision.acknowledge_by:
        return []
    return [ResultBecameFinal()]


def close_cycle(cycle: Cycle, _: CloseCycle, setting: Setting) -> list[object]:
    """Once the result is final and a commendation that is proposed is decided; unremedied shortcomings go on with the new ones (S12)."""
    setting.by_calendar()
    level = cycle.level
    if cycle.closed is not None or cycle.final_at is None or level is None or setting.commendation == "proposed":
        return []
    return [CycleClosed(level=level, carried=cycle.carried_over)]


def _open(cycle: Cycle, step: str, number: int) -> Task | None:
    return next((task for task in open_tasks(cycle) if (task.key, task.round) == (step, number)), None)


def _above(task: Task, setting: Setting) -> str:
    """Who is shown an overdue step: the reviewing committee for the member's, else one level above who owes it; at the root, the root."""
    if task.asks is Asks.MEMBER:
        return setting.reviewing_unit()
    owes = setting.reviewing_unit() if task.asks is Asks.REVIEWER else setting.deciding_unit()
    place = setting.path.index(owes)
    return setting.path[min(place + 1, len(setting.path) - 1)]
