"""A month's report as it is being written, item by item, and the command it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from events.cycle.check_in import report_check_in
from events.cycle.commands import ReportCheckIn
from events.cycle.setting import Setting
from events.cycle.state import Cycle, Pledge
from events.cycle.values import ItemProgress
from events.errors import Invalid, refuse_all
from web.drafts import Fields
from web.pages.days import parse_day
from web.pages.said import Said, said


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemForm:
    """One pledged item with what is reported of it. `title`: the member's words, or `name` for what only has a name.

    `before`: what the month before reported.
    """

    item: str
    title: str
    name: Said | None
    progress: str = ""
    done: str = ""
    before: ItemProgress | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckInForm:
    """The whole form."""

    month: int
    items: tuple[ItemForm, ...]
    held_on: str = ""


def titles(pledge: Pledge) -> Mapping[str, tuple[str, Said | None]]:
    """Each pledged item by id: the words that name it, and its kind where it is no job."""
    if pledge.submitted is None:
        return {}
    text = pledge.submitted
    return {
        **{job.id: (job.title, None) for job in text.jobs},
        "exemplary": (text.exemplary, said("item.exemplary")),
        **{f"standard-{one.code}": (one.how, said(f"standard.{one.code}")) for one in text.standards},
        **{one.shortcoming: (one.text, said("item.carried")) for one in text.carried},
    }


def check_in_form(cycle: Cycle, month: int, fields: Fields | None = None) -> CheckInForm:
    """The form of a month: as posted or drafted, else as reported, else blank; beside it the last month reported before."""
    reported = cycle.check_ins.get(month)
    known = {item.item: item for item in reported.reported.items} if reported else {}
    earlier = max((one for one in cycle.check_ins if one < month), default=None)
    before = {item.item: item for item in cycle.check_ins[earlier].reported.items} if earlier else {}
    names = titles(cycle.pledge)

    def one(name: str, otherwise: str) -> str:
        return ((fields or {}).get(name) or [otherwise])[-1]

    items = []
    for index, item in enumerate(cycle.pledge.items()):
        held = known.get(item)
        title, name = names[item]
        items.append(
            ItemForm(
                item=item,
                title=title,
                name=name,
                progress=one(f"items.{index}.progress", str(held.progress) if held else ""),
                done=one(f"items.{index}.done", held.done if held else ""),
                before=before.get(item),
            )
        )
    return CheckInForm(month=month, items=tuple(items), held_on=one("held_on", ""))


def check_in_command(
    form: CheckInForm, cycle: Cycle, setting: Setting, *, command_id: str, at: datetime
) -> ReportCheckIn:
    """The command the form becomes. Invalid names every field to mend, numbers that cannot be read among them."""
    faults: list[Invalid] = []
    items = []
    for index, item in enumerate(form.items):
        percent = item.progress.strip().removesuffix("%").strip()
        if not percent:
            faults.append(Invalid("check_in.progress_missing", field=f"items.{index}.progress", n=index + 1))
        elif not percent.isdecimal() or len(percent) > 3:
            faults.append(Invalid("check_in.progress", field=f"items.{index}.progress", min=0, max=100))
        items.append(
            ItemProgress(
                item=item.item,
                progress=int(percent) if percent.isdecimal() and len(percent) <= 3 else 0,
                done=item.done,
            )
        )
    held_on: date | None = None
    try:
        held_on = parse_day(form.held_on, "held_on")
    except Invalid as unreadable:
        faults.append(unreadable)
    command = ReportCheckIn(
        id=command_id, by=setting.actor, at=at, month=form.month, items=tuple(items), held_on=held_on
    )
    try:
        report_check_in(cycle, command, setting)
    except Invalid as refused:
        faults += refused.all
    refuse_all(sorted((_named(fault) for fault in faults), key=lambda fault: fault.field or ""))
    return command


def _named(fault: Invalid) -> Invalid:
    """A missing text by the number of its item, so that the summary says which one."""
    if fault.code != "text.missing" or not fault.field:
        return fault
    return Invalid("check_in.missing", field=fault.field, n=int(fault.field.split(".")[1]) + 1)
