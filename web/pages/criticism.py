"""Criticism among comrades: the submitted self-criticism to read, what each said of an item of it, and the member's answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from events.cycle import CYCLE
from events.cycle.commands import AnswerCriticism, GiveCriticism
from events.cycle.state import Review
from events.errors import Conflict, Invalid, NotAllowed, NotFound
from events.log import Log
from events.member import Kind
from events.sql import lasting
from web.deps import LogDep, say, utc_now
from web.drafts import Fields, drop_draft, load_draft, save_draft
from web.pages.access import YearView, read_year, require_own, require_texts
from web.pages.pledge import ViewDep
from web.pages.posted import PostedDep
from web.pages.self_criticism_text import criticism_rows, items_of, passages, rounds_of
from web.render import render

router = APIRouter(prefix="/year/{year}/{member}/criticism")
GIVE, ANSWER = "criticism", "criticism_answers"


@dataclass(frozen=True, kw_only=True, slots=True)
class CriticismForm:
    """What is being written: a comrade's criticism, or the member's answers by the criticism's id."""

    item: str = ""
    text: str = ""
    answers: Mapping[str, str]


def read_form(fields: Fields) -> CriticismForm:
    """The form as posted or drafted."""

    def one(name: str) -> str:
        return (fields.get(name) or [""])[-1]

    answers = {name.removeprefix("answers."): one(name) for name in fields if name.startswith("answers.")}
    return CriticismForm(item=one("item"), text=one("text"), answers=answers)


async def as_member(log: Log, person: str, cell: str) -> str | None:
    """The person's own membership in the cell, by which they speak in it; None for who has none or is suspended."""
    statement = "SELECT member FROM member WHERE person = $1 AND cell = $2 AND kind <> $3 ORDER BY member LIMIT 1"
    arguments = (person, cell, Kind.SUSPENDED.value)
    found: str | None = await lasting(log.engine, lambda connection: connection.fetchval(statement, *arguments))
    return found


def may_be_criticised(view: YearView) -> bool:
    """Whether the self-criticism is submitted and not accepted yet, in a year that goes on."""
    waits = (Review.SUBMITTED, Review.IN_REVIEW, Review.RETURNED)
    return view.cycle.self_criticism.state in waits and view.cycle.closed is None


@router.get("")
async def show(request: Request, view: ViewDep, log: LogDep) -> Response:
    """The text with what was said of it. Reading changes nothing."""
    require_texts(view)
    draft = await load_draft(log, view.viewer, view.stream, ANSWER if view.own else GIVE)
    return await _page(request, view, log, read_form(draft.fields if draft else {}), saved=draft is not None)


@router.post("")
async def give(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """A comrade criticises; or what they write is only kept."""
    require_texts(view)
    form = read_form(sent.fields)
    member = await as_member(log, view.viewer, view.setting.path[0])
    if view.own:
        raise NotAllowed("criticism.own")
    if member is None:
        raise NotAllowed("access.not_own_cell")
    if sent.draft:
        await save_draft(log, view.viewer, view.stream, GIVE, sent.fields, utc_now())
        return RedirectResponse(request.url.path, 303)
    command = GiveCriticism(
        id=sent.command_id, by=view.viewer, at=utc_now(), as_member=member, item=form.item, text=form.text
    )
    try:
        await log.execute(CYCLE, view.stream, command)
    except Invalid as refused:
        await save_draft(log, view.viewer, view.stream, GIVE, sent.fields, view.at)
        return await _page(request, view, log, form, status=422, refused=_named(refused))
    except Conflict as conflict:
        return await _changed(request, view, log, form, conflict.code)
    await drop_draft(log, view.viewer, view.stream, GIVE)
    await say(request, "criticism.given.said", name=view.name)
    return RedirectResponse(f"{request.url.path}#criticisms", 303)


@router.post("/answer")
async def answer(request: Request, view: ViewDep, log: LogDep, sent: PostedDep) -> Response:
    """The member answers the criticism whose button was pressed; what is written under the others stays a draft."""
    require_own(view)
    form = read_form(sent.fields)
    if sent.draft or not sent.act:
        await save_draft(log, view.viewer, view.stream, ANSWER, sent.fields, utc_now())
        return RedirectResponse(f"{view.path}/criticism", 303)
    command = AnswerCriticism(
        id=f"{sent.command_id}/{sent.act[:20]}",
        by=view.viewer,
        at=utc_now(),
        criticism=sent.act,
        text=form.answers.get(sent.act, ""),
    )
    try:
        await log.execute(CYCLE, view.stream, command)
    except Invalid as refused:
        await save_draft(log, view.viewer, view.stream, ANSWER, sent.fields, view.at)
        return await _page(request, view, log, form, status=422, refused=_at_answer(refused, sent.act))
    except Conflict as conflict:
        return await _changed(request, view, log, form, conflict.code)
    others = {name: values for name, values in sent.fields.items() if name != f"answers.{sent.act}"}
    await save_draft(log, view.viewer, view.stream, ANSWER, others, utc_now())
    await say(request, "criticism.answered.said")
    return RedirectResponse(f"{view.path}/criticism#{sent.act}", 303)


async def _changed(request: Request, view: YearView, log: LogDep, form: CriticismForm, code: str) -> Response:
    """It can no longer be criticised or answered: why, and what was typed."""
    now = await read_year(log, view.viewer, view.year, view.member, utc_now())
    return await _page(request, now, log, form, status=409, trouble=code)


def _named(refused: Invalid) -> Invalid:
    """A missing text in the words of this form."""
    first, *others = (
        Invalid("criticism.missing", field=one.field) if one.code == "text.missing" else one for one in refused.all
    )
    return Invalid(first.code, field=first.field, also=tuple(others), **first.facts)


def _at_answer(refused: Invalid, criticism: str) -> Invalid:
    code = "criticism.answer_missing" if refused.code == "text.missing" else refused.code
    return Invalid(code, field=f"answers.{criticism}", **refused.facts)


async def _page(
    request: Request,
    view: YearView,
    log: LogDep,
    form: CriticismForm,
    *,
    status: int = 200,
    refused: Invalid | None = None,
    trouble: str = "",
    saved: bool = False,
) -> Response:
    found = tuple(one for one in rounds_of(view) if not one.withdrawn)
    if not found:
        raise NotFound("self_criticism.nothing_yet")
    open_to_all = may_be_criticised(view)
    speaks = not view.own and await as_member(log, view.viewer, view.setting.path[0]) is not None
    return render(
        request,
        "criticism",
        block="criticism",
        status=status,
        view=view,
        form=form,
        refused=refused,
        trouble=trouble,
        rounds=found,
        newest=found[-1],
        shown=passages(view, found[-1].text),
        items=items_of(view),
        criticisms=criticism_rows(view),
        may_give=speaks and open_to_all,
        may_answer=view.own and open_to_all,
        open_to_all=open_to_all,
        saved=saved,
        command_id=str(uuid4()),
    )
