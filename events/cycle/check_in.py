"""Monthly check-ins: what became of each pledged item; confirmed for the whole cell in the unit's year."""

from events.cycle.commands import ReportCheckIn
from events.cycle.facts import CheckInReported
from events.cycle.review import held_on_faults, require_running, text_faults, tidy
from events.cycle.setting import Setting
from events.cycle.state import Cycle, Review
from events.cycle.values import ItemProgress
from events.errors import Conflict, Invalid, refuse_all
from events.policy import Stage


def report_check_in(cycle: Cycle, command: ReportCheckIn, setting: Setting) -> list[object]:
    """One result for every pledged item; again while the month is not confirmed, and a correction stays as late as the report was.

    `[]` when exactly this is reported and not sent back. Conflict `check_in.not_open`, `check_in.no_pledge`, `check_in.confirmed`.
    Source: practice S9.
    """
    setting.require_self()
    require_running(cycle, setting)
    opening = setting.opening(Stage.CHECK_IN, command.month)
    if opening is None:
        raise Conflict("check_in.not_open", month=command.month)
    if cycle.pledge.state is not Review.APPROVED:
        raise Conflict("check_in.no_pledge")
    pledged = cycle.pledge.items()
    given = {item.item: item for item in command.items}
    items = tuple(
        ItemProgress(item=name, progress=given[name].progress, done=tidy(given[name].done))
        for name in pledged
        if name in given
    )
    before = cycle.check_ins.get(command.month)
    if before is not None and not before.returned and before.reported.items == items:
        return []
    if command.month in setting.confirmed:
        raise Conflict("check_in.confirmed", month=command.month)
    refuse_all([*_item_faults(pledged, given, command), *held_on_faults(command.held_on, setting)])
    told = command.held_on or setting.on
    late = before.reported.late if before is not None else told > cycle.due(opening)
    return [CheckInReported(month=command.month, items=items, late=late)]


def _item_faults(pledged: tuple[str, ...], given: dict[str, ItemProgress], command: ReportCheckIn) -> list[Invalid]:
    faults: list[Invalid] = []
    for index, name in enumerate(pledged):
        item = given.get(name)
        if item is None:
            faults.append(Invalid("check_in.item_missing", field=f"items.{index}.done"))
            continue
        if not 0 <= item.progress <= 100:
            faults.append(Invalid("check_in.progress", field=f"items.{index}.progress", min=0, max=100))
        faults += text_faults(item.done, f"items.{index}.done")
    if len(given) != len(command.items) or given.keys() - set(pledged):
        faults.append(Invalid("check_in.unknown_item", field="items"))
    return faults
