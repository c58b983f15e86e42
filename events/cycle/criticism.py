"""Criticism by comrades of the cell, each tied to an item, and the member's answers."""

from events.cycle.commands import AnswerCriticism, GiveCriticism
from events.cycle.facts import CriticismAnswered, CriticismGiven
from events.cycle.review import require_running, text_faults, tidy
from events.cycle.self_criticism import form_of
from events.cycle.setting import Setting
from events.cycle.state import Cycle, Review
from events.errors import Conflict, Invalid, NotAllowed, NotFound, refuse_all


def give_criticism(cycle: Cycle, command: GiveCriticism, setting: Setting) -> list[object]:
    """By a comrade of the same cell, on what is submitted and not yet accepted; `[]` when the same comrade has said just that.

    NotAllowed `access.own_case`, `access.not_own_cell`; Conflict `self_criticism.not_submitted`, `.accepted`;
    Invalid `criticism.unknown_item` (a pledged item or a section's code). Source: practice S11.
    """
    if setting.actor == setting.subject:
        raise NotAllowed("access.own_case")
    if not setting.own_cell:
        raise NotAllowed("access.not_own_cell")
    require_running(cycle, setting)
    _require_open_to_criticism(cycle)
    text, given = tidy(command.text), cycle.self_criticism.criticisms
    if any((one.by, one.given.item, one.given.text) == (setting.actor, command.item, text) for one in given):
        return []
    items = {*cycle.pledge.items(), *(section.code for section in form_of(setting))}
    refuse_all(
        [
            *([] if command.item in items else [Invalid("criticism.unknown_item", field="item")]),
            *text_faults(command.text, "text"),
        ]
    )
    return [CriticismGiven(id=f"c{len(given) + 1}", item=command.item, text=text)]


def answer_criticism(cycle: Cycle, command: AnswerCriticism, setting: Setting) -> list[object]:
    """By the member, until the self-criticism is accepted; `[]` when answered so already. NotFound `criticism.unknown`."""
    setting.require_self()
    require_running(cycle, setting)
    answer = tidy(command.text)
    criticism = next((one for one in cycle.self_criticism.criticisms if one.given.id == command.criticism), None)
    if criticism is None:
        raise NotFound("criticism.unknown")
    if criticism.answer == answer and answer:
        return []
    _require_open_to_criticism(cycle)
    refuse_all(text_faults(command.text, "text"))
    return [CriticismAnswered(id=command.criticism, text=answer)]


def _require_open_to_criticism(cycle: Cycle) -> None:
    match cycle.self_criticism.state:
        case Review.NONE:
            raise Conflict("self_criticism.not_submitted")
        case Review.APPROVED:
            raise Conflict("self_criticism.accepted")
