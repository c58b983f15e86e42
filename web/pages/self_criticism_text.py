"""A submitted self-criticism as something to read: its sections piece by piece beside an earlier round, and what comrades said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.cycle.facts import SelfCriticismReturned, SelfCriticismSubmitted, SelfCriticismWithdrawn
from events.cycle.self_criticism import form_of
from events.cycle.values import SectionText, Shortcoming
from events.policy import FormSection
from web.pages.access import YearView
from web.pages.check_in_form import titles
from web.pages.reviewing import Passage, Piece, Round, rounds
from web.pages.said import Said, said

SHORT = 70
"""Characters of an item's words in a list to choose from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CriticismRow:
    """One criticism with its answer. `passage`: the code of the passage its item stands in."""

    id: str
    name: str
    at: datetime
    item: Said
    passage: str
    text: str
    answer: str
    yours: bool


def rounds_of(view: YearView) -> tuple[Round, ...]:
    """The self-criticism's submissions; one that was taken back is its writer's alone."""
    found = rounds(view.events, SelfCriticismSubmitted, SelfCriticismReturned, SelfCriticismWithdrawn)
    return tuple(one for one in found if view.own or not one.withdrawn)


def passages(
    view: YearView, text: SelfCriticismSubmitted, before: SelfCriticismSubmitted | None = None
) -> tuple[Passage, ...]:
    """The sections in the order of the form, the shortcomings of last year among them; with `before`, each piece knows what it was."""
    form = form_of(view.setting)
    now = {one.code: one for one in text.sections}
    was = {one.code: one for one in before.sections} if before else {}
    remedied = _remedies(view.cycle.pledge.debts, text, before)
    found: list[Passage] = []
    for number, rule in enumerate(form, 1):
        if remedied and "shortcomings" in rule.prefill and all(one.code != "remedies" for one in found):
            found.append(remedied)
        if rule.code in now or rule.code in was:
            pieces = _section(rule, now.get(rule.code), was.get(rule.code), compare=before is not None)
            found.append(Passage(code=rule.code, number=str(number), title=said(f"section.{rule.code}"), pieces=pieces))
    if remedied and remedied not in found:
        found.append(remedied)
    return (*found, _rating(view, len(form) + 1, text, before))


def sections_of(view: YearView) -> list[tuple[str, Said]]:
    """What points of a return can be tied to, with its words."""
    form = [(rule.code, said(f"section.{rule.code}")) for rule in form_of(view.setting)]
    debts = [("remedies", said("self_criticism.remedies"))] if view.cycle.pledge.debts else []
    return [*form, *debts, ("self_rating", said("self_criticism.rating"))]


def items_of(view: YearView) -> list[tuple[str, Said]]:
    """What a criticism can be tied to: what was pledged, the shortcomings carried in, the sections; each with its words."""
    pledged = [(item, item_words(view, item)) for item in view.cycle.pledge.items()]
    return [*pledged, *((rule.code, item_words(view, rule.code)) for rule in form_of(view.setting))]


def item_words(view: YearView, item: str) -> Said:
    """An item by its kind and its words."""
    known = titles(view.cycle.pledge)
    if item not in known:
        return said("criticism.item.section", name=said(f"section.{item}"))
    words, name = known[item]
    if item in {debt.id for debt in view.cycle.pledge.debts}:
        return said("criticism.item.shortcoming", text=_short(words))
    return (
        said("criticism.item.named", name=name, text=_short(words))
        if name
        else said("criticism.item.job", text=_short(words))
    )


def criticism_rows(view: YearView) -> tuple[CriticismRow, ...]:
    """The criticisms in the order they were given."""
    codes = {rule.code for rule in form_of(view.setting)}
    debts = {debt.id for debt in view.cycle.pledge.debts}
    pledged = next((rule.code for rule in form_of(view.setting) if "pledge" in rule.prefill), "")
    return tuple(
        CriticismRow(
            id=one.given.id,
            name=view.names.get(one.by, one.by),
            at=one.at,
            item=item_words(view, one.given.item),
            passage=one.given.item if one.given.item in codes else "remedies" if one.given.item in debts else pledged,
            text=one.given.text,
            answer=one.answer,
            yours=one.by == view.viewer,
        )
        for one in view.cycle.self_criticism.criticisms
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else f"{line[:SHORT].rsplit(' ', 1)[0]}…"


def _section(
    rule: FormSection, now: SectionText | None, was: SectionText | None, *, compare: bool
) -> tuple[Piece, ...]:
    pieces = [Piece(text=now.text if now else "", before=(was.text if was else "") if compare else None)]
    if rule.graded:
        grade, before = _grade(now), _grade(was)
        pieces.append(
            Piece(text=grade, before=before if compare else None, plain=grade, label=said("self_criticism.grade.short"))
        )
    return tuple(pieces)


def _grade(section: SectionText | None) -> Said:
    return said(f"grade.{section.grade.value}") if section and section.grade else said("self_criticism.no_grade")


def _remedies(
    debts: Sequence[Shortcoming], text: SelfCriticismSubmitted, before: SelfCriticismSubmitted | None
) -> Passage | None:
    if not debts:
        return None
    told = {one.shortcoming: one.remedied for one in text.remedies}
    was = {one.shortcoming: one.remedied for one in before.remedies} if before else {}
    pieces: list[Piece] = []
    for debt in debts:
        word = _remedied(told.get(debt.id, False))
        pieces += [
            Piece(text=debt.text, label=said("self_criticism.remedy.named")),
            Piece(
                text=word,
                before=_remedied(was[debt.id]) if debt.id in was else None,
                plain=word,
                label=said("self_criticism.remedy.result"),
            ),
        ]
    return Passage(
        code="remedies", number="", title=said("self_criticism.remedies"), pieces=tuple(pieces), carried=True
    )


def _remedied(done: bool) -> Said:
    return said("self_criticism.remedied.yes" if done else "self_criticism.remedied.no")


def _rating(
    view: YearView, number: int, text: SelfCriticismSubmitted, before: SelfCriticismSubmitted | None
) -> Passage:
    level = said(f"level.{text.self_rating.value}")
    pieces = [
        Piece(
            text=level,
            before=said(f"level.{before.self_rating.value}") if before else None,
            plain=level,
            label=said("self_criticism.rating.level"),
        )
    ]
    for name, group in (("points_common", "common"), ("points_results", "results")):
        points, was = getattr(text, name), getattr(before, name) if before else None
        if points is not None:
            most = view.setting.policy.points_max[group]
            words = said("self_criticism.points_of", n=points, max=most)
            pieces.append(
                Piece(
                    text=words,
                    before=said("self_criticism.points_of", n=was, max=most) if was is not None else None,
                    plain=words,
                    label=said(f"self_criticism.points.{group}"),
                )
            )
    return Passage(code="self_rating", number=str(number), title=said("self_criticism.rating"), pieces=tuple(pieces))
