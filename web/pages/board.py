"""The cells: which there are below a reader, and a cell's members by the stages of the year. States only, never a text."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from events.decider import local_date
from events.ids import cycle_stream
from events.policy import Stage
from events.projections.board import BoardRow, cell_board
from events.projections.scope import reach
from events.projections.tallies import Tally, units_below
from web.deps import ActorDep, LogDep, utc_now
from web.drafts import writing
from web.render import render

router = APIRouter()
YearPath = Annotated[int, Path(ge=2000, le=2100)]


@router.get("/board")
async def home(log: LogDep, actor: ActorDep) -> RedirectResponse:
    """To the reader's own cell, or to the list of the cells below them."""
    today = local_date(utc_now())
    found = await reach(log.engine, actor.person, today)
    return RedirectResponse(f"/cell/{found.cells[0]}/{today.year}" if found.cells else "/cells", 303)


@router.get("/cells")
async def cells(
    request: Request, log: LogDep, actor: ActorDep, year: Annotated[int | None, Query(ge=2000, le=2100)] = None
) -> Response:
    """Every cell the reader sees, with how many people are how far, the most overdue first."""
    today = local_date(utc_now())
    year = year or today.year
    rows = await units_below(log, actor.person, year, today)
    sums = {
        stage: Tally(
            sum(row.stages[stage].all for row in rows if stage in row.stages),
            sum(row.stages[stage].done for row in rows if stage in row.stages),
            sum(row.stages[stage].waiting for row in rows if stage in row.stages),
            sum(row.stages[stage].late for row in rows if stage in row.stages),
        )
        for stage in Stage
    }
    return render(
        request,
        "cells",
        block="table",
        year=year,
        this_year=today.year,
        rows=rows,
        stages=list(Stage),
        sums=sums,
        members=sum(row.members for row in rows),
        late=sum(row.late for row in rows),
        heat=heat,
    )


@router.get("/cell/{unit}/{year}")
async def show(request: Request, unit: str, year: YearPath, log: LogDep, actor: ActorDep) -> Response:
    """A cell's board; 404 for who is neither in it nor above it."""
    today = local_date(utc_now())
    board = await cell_board(log, actor.person, unit, year, today)
    found = await reach(log.engine, actor.person, today)
    begun = await writing(log, actor.person) if board.unit.own else frozenset()
    board = replace(board, rows=tuple(_with_own_drafts(row, year, begun) for row in board.rows))
    reviewed = [row for row in board.rows if row.not_reviewed is None]
    return render(
        request,
        "board",
        block="table",
        board=board,
        year=year,
        this_year=today.year,
        today=today,
        below=found.below,
        overdue=sum(bool(row.overdue) for row in reviewed),
        waiting=sum(any(cell.state == "submitted" for cell in row.cells.values()) for row in reviewed),
        months=range(1, 13),
        begun={
            key for stream, key in begun for row in board.rows if row.own and stream == cycle_stream(row.member, year)
        },
        to_criticise=[row for row in reviewed if row.to_criticise],
    )


def _with_own_drafts(row: BoardRow, year: int, begun: frozenset[tuple[str, str]]) -> BoardRow:
    """To the writer alone the board says what they have begun."""
    if not row.own:
        return row
    stream = cycle_stream(row.member, year)
    cells = {
        key: replace(cell, state="writing") if cell.state == "open" and (stream, key) in begun else cell
        for key, cell in row.cells.items()
    }
    return replace(row, cells=cells)


def heat(tally: Tally) -> int:
    """The step of the ramp for the share that is overdue: 0, under 3, 8, 16, 30 percent, more."""
    share = 100 * tally.late / tally.all if tally.all else 0
    return 0 if not share else next((step for step, limit in enumerate((3, 8, 16, 30), 1) if share < limit), 5)
