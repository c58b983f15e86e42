"""What a section of the self-criticism begins with: the pledge and the months' results, item by item, in the member's own words."""

from collections.abc import Iterator

from events.cycle.state import CheckIn, Cycle
from events.cycle.values import CarriedAnswer, ItemProgress
from events.policy import FormSection
from web.i18n import gettext, month_name, speaking
from web.pages.check_in_form import titles
from web.pages.days import typed


def prefilled(rule: FormSection, cycle: Cycle, language: str) -> str:
    """The text a section begins with, a paragraph for each item; empty when the policy asks for none or there is nothing to take."""
    debts = {one.id for one in cycle.pledge.debts}
    wanted = [
        item
        for item in cycle.pledge.items()
        if ("shortcomings" if item in debts else "pledge") in rule.prefill
        or (item not in debts and "check_ins" in rule.prefill)
    ]
    with speaking(language):
        return "\n\n".join("\n".join(_paragraph(cycle, rule, item)) for item in wanted)


def _paragraph(cycle: Cycle, rule: FormSection, item: str) -> Iterator[str]:
    """What was promised, how far it came, and what was done month by month."""
    if "pledge" in rule.prefill or item in {one.id for one in cycle.pledge.debts}:
        yield _promise(cycle, item)
    else:
        yield titles(cycle.pledge)[item][0]
    months = {month: found for month, report in sorted(cycle.check_ins.items()) if (found := _of(report, item))}
    if months and ("check_ins" in rule.prefill or "shortcomings" in rule.prefill):
        last = max(months)
        yield _say("self_criticism.prefill.reached", month=month_name(last), n=months[last].progress)
        for month, held in months.items():
            if held.done.strip():
                yield _say(
                    "self_criticism.prefill.month", month=month_name(month), n=held.progress, done=held.done.strip()
                )


def _promise(cycle: Cycle, item: str) -> str:
    text = cycle.pledge.submitted
    assert text is not None
    for job in text.jobs:
        if job.id == item:
            return _say("self_criticism.prefill.job", title=_bare(job.title), measure=_bare(job.measure))
    carried: CarriedAnswer | None = next((one for one in text.carried if one.shortcoming == item), None)
    if carried is not None:
        return _say(
            "self_criticism.prefill.carried",
            text=_bare(carried.text),
            plan=_bare(carried.plan),
            due=typed(carried.remedy_by),
        )
    title, name = titles(cycle.pledge)[item]
    return _say("self_criticism.prefill.item", name=name, title=title)


def _bare(text: str) -> str:
    """Without the full stop that the sentence around it brings."""
    return text.strip().removesuffix(".")


def _of(report: CheckIn, item: str) -> ItemProgress | None:
    return next((one for one in report.reported.items if one.item == item), None)


def _say(code: str, **facts: object) -> str:
    """A sentence as plain text: it goes into a field that the member edits."""
    return gettext(code, **facts).unescape()
