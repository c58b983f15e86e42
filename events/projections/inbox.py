"""What waits for a person: their own steps, what their committees are asked, what waits on others, and what is done."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa

from events.access import MAY, Action
from events.cycle.tasks import Todo
from events.log import Log
from events.projections.grants import in_force, roles
from events.projections.scope import COMMITTEE, fetch, viewing


class View(StrEnum):
    """The four lists of the inbox."""

    MINE = "mine"
    GROUP = "group"
    WAITING = "waiting"
    FINISHED = "finished"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One thing to do.

    Attributes:
        id: `<kind>~<member or unit>~<year>~<month>[~<key of the step>]`; it names the row in an address.
        kind: a stage of `policy.Stage`, a step of `tasks.Todo`, `confirm_month`, `criticise`, or `overdue`: what a
            cell's people and committee owe and nobody below did in time, one row for the cell's year.
        member, person, name: whose; None where the row is about a whole unit. `name` is None once it was erased.
        month: 0 for what comes once.
        count: people it is about, for a whole unit.
        escalated: shown because nobody below acted in time.
        steps: how many steps an `overdue` row stands for; `oldest` is the kind of the one that has waited longest, its month is `month`.
    """

    view: View
    id: str
    kind: str
    member: str | None
    person: str | None
    name: str | None
    unit: str
    unit_name: str
    year: int
    month: int
    since: date
    due: date | None
    round: int
    count: int
    escalated: bool
    reminded: bool
    steps: int = 1
    oldest: str = ""


ACTIONS: dict[str, Action] = {
    Todo.REVIEW_PLEDGE: Action.REVIEW,
    Todo.REVIEW_SELF_CRITICISM: Action.REVIEW,
    Todo.RECORD_VOTE: Action.RECORD_VOTE,
    Todo.ANSWER_APPRAISAL: Action.RECORD_VOTE,
    Todo.DECIDE_APPRAISAL: Action.DECIDE,
    Todo.DECIDE_COMMENDATION: Action.DECIDE_COMMENDATION,
}
"""What a committee's step asks of whoever does it."""

_PAIRS = sorted((kind, role.value) for kind, action in ACTIONS.items() for role in MAY[action])

LOCAL = "AT TIME ZONE 'Asia/Ho_Chi_Minh'"

UNDONE = """CASE om.stage
    WHEN 'pledge' THEN coalesce(b.pledge, 'none') = 'none'
    WHEN 'check_in' THEN b.pledge = 'approved' AND b.level IS NULL AND b.reported & (1 << (om.month - 1)) = 0
    WHEN 'self_criticism' THEN b.pledge = 'approved' AND b.self_criticism = 'none'
    ELSE false END"""
"""Whether the member owes a shared stage now: opened, what it builds on is there, not handed in; no month once the level is decided."""

_OPEN_STAGES = """
    JOIN opening_member AS om ON om.member = m.member
    JOIN opening AS o ON (o.unit, o.year, o.stage, o.month) = (om.unit, om.year, om.stage, om.month)
    JOIN unit_year AS uy ON uy.unit = om.unit AND uy.year = om.year AND uy.closed_at IS NULL
    LEFT JOIN board AS b ON b.member = om.member AND b.year = om.year
    LEFT JOIN extension AS e ON e.cycle = 'cycle-' || om.year || '-' || om.member AND e.stage = om.stage AND e.month = om.month
"""

_STAGE_ROW = """om.stage AS kind, om.member, m.person, om.unit, om.year, om.month, o.opened_on AS since,
    greatest(o.due, e.due) AS due, 1 AS round, 1 AS count, false AS escalated, om.reminded_on IS NOT NULL AS reminded, '' AS key,
    1 AS steps, '' AS oldest"""

_TODO_ROW = f"""t.kind, t.member, m.person, m.cell AS unit, t.year, t.month, (t.since {LOCAL})::date AS since,
    coalesce(t.due, vote.due) AS due, t.round, 1 AS count, false AS escalated, t.reminded_at IS NOT NULL AS reminded, t.key,
    1 AS steps, '' AS oldest"""

_VOTE = """
    LEFT JOIN LATERAL (
        SELECT o.due FROM opening_member AS om JOIN opening AS o
            ON (o.unit, o.year, o.stage, o.month) = (om.unit, om.year, om.stage, om.month)
        WHERE om.member = t.member AND om.year = t.year AND om.stage = 'appraisal' AND t.kind = 'record_vote' LIMIT 1
    ) AS vote ON true
    LEFT JOIN board AS b ON b.member = t.member AND b.year = t.year
"""
_OPEN_TODO = "t.done_at IS NULL AND b.closed_at IS NULL AND (t.kind <> 'record_vote' OR vote.due IS NOT NULL)"


def _acting(path: str) -> str:
    """`access.deciding_unit` in SQL: the first unit of the path, from the cell or the base, whose committee the subject does not sit in."""
    return f"""
    CROSS JOIN LATERAL (SELECT coalesce(t.unit, (
        SELECT above.unit FROM unnest({path}) WITH ORDINALITY AS above (unit, place)
        WHERE above.place >= CASE WHEN t.asks = 'decider' AND cardinality({path}) > 2 THEN 2 ELSE 1 END
            AND NOT EXISTS (
                SELECT FROM seat AS s WHERE s.person = m.person AND s.unit = above.unit AND s.role = ANY (:committee)
                    AND {in_force("s")})
        ORDER BY above.place LIMIT 1
    ), {path}[cardinality({path})]) AS unit) AS acting
"""


_ABLE = """EXISTS (SELECT FROM seats JOIN unnest(CAST(:kinds AS text[]), CAST(:kind_roles AS text[])) AS able (kind, role)
            ON able.role = seats.role WHERE seats.unit = acting.unit AND able.kind = t.kind)"""
"""Whether the viewer's role in the acting unit is one that may do this step."""

REPORTS = f"""JOIN unit_year AS uy ON uy.unit = near.unit AND uy.closed_at IS NULL
    JOIN opening_member AS om ON om.unit = uy.unit AND om.year = uy.year AND om.stage = 'check_in'
    JOIN board AS b ON b.member = om.member AND b.year = om.year AND b.reported & ~b.returned & (1 << (om.month - 1)) <> 0
    JOIN member AS m ON m.member = om.member
    JOIN unit AS cell ON cell.unit = om.unit
    LEFT JOIN confirmed AS c ON c.member = om.member AND c.year = om.year AND c.month = om.month
    CROSS JOIN LATERAL (SELECT CASE WHEN c.member IS NOT NULL THEN NULL WHEN cell.parent IS NULL OR EXISTS (
        SELECT FROM seat AS s WHERE s.unit = om.unit AND s.person <> m.person AND s.role = ANY (:reviewers) AND {in_force("s")}
    ) THEN om.unit ELSE cell.parent END AS unit) AS asked"""
"""Reports in the units `near`, by month, with who is asked to confirm them: the cell's committee, the one above where nobody else sits in it; None once done."""

CRITICISED = """EXISTS (SELECT FROM act
        WHERE act.subject = b.member AND act.year = b.year AND act.what = 'give_criticism' AND act.person = :viewer)"""
"""Whether the viewer has criticised the year of a board's row."""

_UNCRITICISED = f"""JOIN unit_year AS uy ON uy.unit = m.cell AND uy.closed_at IS NULL AND m.kind <> 'suspended_member'
    JOIN member AS other ON other.cell = m.cell AND other.person <> m.person
    JOIN board AS b ON b.member = other.member AND b.year = uy.year AND b.closed_at IS NULL
        AND b.self_criticism IN ('submitted', 'in_review') AND NOT {CRITICISED}"""
"""The comrades of a member `m` whose submitted self-criticism the viewer has not criticised yet; nobody has to, so it is never late."""

_TASKS = f"""
WITH seats AS MATERIALIZED (SELECT s.unit, s.role FROM seat AS s WHERE s.person = :viewer AND {in_force("s")}),
committees AS MATERIALIZED (SELECT DISTINCT seats.unit FROM seats WHERE seats.role = ANY (:committee)),
near AS MATERIALIZED (
    SELECT unit FROM committees UNION SELECT u.unit FROM committees JOIN unit AS u ON u.parent = committees.unit
),
subjects AS MATERIALIZED (
    SELECT DISTINCT m.member, m.person, m.cell, u.path
    FROM committees JOIN unit_tree AS tree ON tree.ancestor = committees.unit JOIN unit AS u ON u.unit = tree.descendant
    JOIN member AS m ON m.cell = u.unit
    WHERE m.person <> :viewer AND (tree.depth <= 1 OR EXISTS (
        SELECT FROM seat AS s WHERE s.person = m.person AND s.role = ANY (:committee) AND {in_force("s")}))
),
late AS (
    SELECT m.cell AS unit, t.year, t.member, t.kind, t.month, (t.since {LOCAL})::date AS since, coalesce(t.due, vote.due) AS due
    FROM committees JOIN todo AS t ON t.escalated_to = committees.unit JOIN member AS m ON m.member = t.member
    JOIN unit AS u ON u.unit = m.cell {_VOTE} {_acting("u.path")}
    WHERE m.person <> :viewer AND {_OPEN_TODO} AND (t.asks = 'member' OR NOT {_ABLE})
UNION ALL
    SELECT om.unit, om.year, om.member, om.stage, om.month, o.opened_on, greatest(o.due, e.due)
    FROM committees JOIN opening_member AS esc ON esc.escalated_to = committees.unit
    JOIN member AS m ON m.member = esc.member {_OPEN_STAGES}
    WHERE (om.unit, om.year, om.stage, om.month) = (esc.unit, esc.year, esc.stage, esc.month) AND o.escalated
        AND m.person <> :viewer AND b.closed_at IS NULL AND {UNDONE}
),
tasks AS (
    SELECT 'mine' AS view, {_STAGE_ROW} FROM member AS m {_OPEN_STAGES}
    WHERE m.person = :viewer AND b.closed_at IS NULL AND {UNDONE}
UNION ALL
    SELECT 'mine', {_TODO_ROW} FROM member AS m JOIN todo AS t ON t.member = m.member {_VOTE}
    WHERE m.person = :viewer AND t.asks = 'member' AND {_OPEN_TODO}
UNION ALL
    SELECT 'waiting', {_TODO_ROW} FROM member AS m JOIN todo AS t ON t.member = m.member {_VOTE}
    WHERE m.person = :viewer AND t.asks <> 'member' AND {_OPEN_TODO}
UNION ALL
    SELECT 'waiting', {_STAGE_ROW} FROM committees JOIN member AS m ON m.cell = committees.unit {_OPEN_STAGES}
    WHERE m.person <> :viewer AND b.closed_at IS NULL AND {UNDONE}
UNION ALL
    SELECT 'waiting', {_TODO_ROW} FROM committees JOIN member AS m ON m.cell = committees.unit
    JOIN todo AS t ON t.member = m.member {_VOTE}
    WHERE m.person <> :viewer AND t.asks = 'member' AND {_OPEN_TODO}
UNION ALL
    SELECT 'group', {_TODO_ROW} FROM subjects AS m JOIN todo AS t ON t.member = m.member {_VOTE} {_acting("m.path")}
    WHERE t.asks <> 'member' AND t.unit IS NULL AND {_OPEN_TODO} AND {_ABLE}
UNION ALL
    SELECT 'group', {_TODO_ROW} FROM committees JOIN todo AS t ON t.unit = committees.unit JOIN member AS m ON m.member = t.member
    CROSS JOIN LATERAL (SELECT t.unit) AS acting {_VOTE}
    WHERE m.person <> :viewer AND {_OPEN_TODO} AND {_ABLE}
UNION ALL
    SELECT 'group', 'overdue', NULL, NULL, late.unit, late.year, (array_agg(late.month ORDER BY late.due, late.since, late.kind))[1],
        min(late.since), min(late.due), 1, count(DISTINCT late.member)::int, true, true, '', count(*)::int,
        (array_agg(late.kind ORDER BY late.due, late.since, late.kind))[1]
    FROM late GROUP BY late.unit, late.year
UNION ALL
    SELECT 'mine', 'criticise', NULL, NULL, m.cell, uy.year, 0, min((b.self_criticism_at {LOCAL})::date),
        min(b.self_criticism_due) FILTER (WHERE b.self_criticism_due >= :today), 1, count(*)::int, false, false, '', 1, ''
    FROM member AS m {_UNCRITICISED}
    WHERE m.person = :viewer GROUP BY m.cell, uy.year
UNION ALL
    SELECT 'group', 'confirm_month', NULL, NULL, om.unit, om.year, om.month, min(o.opened_on), NULL, 1, count(*)::int, false, false, '', 1, ''
    FROM near {REPORTS}
    JOIN opening AS o ON (o.unit, o.year, o.stage, o.month) = (om.unit, om.year, om.stage, om.month)
    WHERE m.person <> :viewer AND b.closed_at IS NULL AND asked.unit IN (SELECT unit FROM seats WHERE role = ANY (:reviewers))
    GROUP BY om.unit, om.year, om.month
)
"""

_ID = (
    "tasks.kind || '~' || coalesce(tasks.member, tasks.unit) || '~' || tasks.year || '~'"
    " || CASE WHEN tasks.kind = 'overdue' THEN 0 ELSE tasks.month END"
    " || CASE WHEN tasks.key = '' THEN '' ELSE '~' || tasks.key END"
)

_ROWS = sa.text(f"""{_TASKS}
SELECT tasks.view, {_ID} AS id, tasks.kind, tasks.member, tasks.person, p.name, tasks.unit, u.name AS unit_name, tasks.year,
    tasks.month, tasks.since, tasks.due, tasks.round, tasks.count, tasks.escalated, tasks.reminded, tasks.steps, tasks.oldest
FROM tasks JOIN unit AS u ON u.unit = tasks.unit LEFT JOIN people AS p ON p.person = tasks.person
WHERE tasks.view = :view AND (:step = '' OR tasks.kind = :step) AND (:in_unit = '' OR tasks.unit = :in_unit)
    AND (:only = '' OR {_ID} = :only)
ORDER BY CASE WHEN tasks.due < :today THEN 0 WHEN tasks.due <= :today + 7 THEN 1 WHEN tasks.due IS NULL THEN 2 ELSE 3 END,
    tasks.kind = 'overdue', tasks.due, tasks.since, p.sort_key, id
LIMIT :most OFFSET :skip
""").bindparams(
    sa.bindparam("today", type_=sa.Date),
    *(sa.bindparam(one, type_=sa.Text) for one in ("view", "step", "in_unit", "only")),
)

_COUNTS = sa.text(f"""{_TASKS}
SELECT tasks.view, tasks.kind, tasks.unit, u.name, count(*) AS all, count(*) FILTER (WHERE tasks.due < :today) AS late
FROM tasks JOIN unit AS u ON u.unit = tasks.unit GROUP BY tasks.view, tasks.kind, tasks.unit, u.name, u.search
ORDER BY u.search, tasks.unit, tasks.kind
""").bindparams(sa.bindparam("today", type_=sa.Date))

_OPEN = sa.text(f"{_TASKS} SELECT count(*) AS all FROM tasks WHERE view IN ('mine', 'group')").bindparams(
    sa.bindparam("today", type_=sa.Date)
)


def _given(viewer: str, today: date, **more: object) -> dict[str, object]:
    return viewing(
        viewer,
        today,
        committee=COMMITTEE,
        reviewers=roles(Action.REVIEW),
        kinds=[str(kind) for kind, _ in _PAIRS],
        kind_roles=[role for _, role in _PAIRS],
        **more,
    )


async def inbox(
    log: Log,
    viewer: str,
    today: date,
    view: View,
    *,
    step: str = "",
    unit: str = "",
    item: str = "",
    skip: int = 0,
    most: int = 100,
) -> list[Row]:
    """The rows of a list: overdue first (what can be done before whose lateness is only told), then due within seven days, then without a date, then later. Not for FINISHED."""
    given = _given(viewer, today, view=view.value, step=step, in_unit=unit, only=item, skip=skip, most=most)
    return [
        Row(**{**row._mapping, "view": View(row.view)})  # noqa: SLF001 - SQLAlchemy's own name for it
        for row in await fetch(log.engine, _ROWS, given)
    ]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a list has of one kind in one unit, and how many of them are overdue."""

    view: View
    kind: str
    unit: str
    unit_name: str
    all: int
    late: int


async def counts(log: Log, viewer: str, today: date) -> list[Count]:
    """How many rows each list has, by kind and unit; FINISHED aside."""
    rows = await fetch(log.engine, _COUNTS, _given(viewer, today))
    return [Count(View(row.view), row.kind, row.unit, row.name, row.all, row.late) for row in rows]


async def open_count(log: Log, viewer: str, today: date) -> int:
    """How many things the viewer or a committee of theirs is asked for."""
    (row,) = await fetch(log.engine, _OPEN, _given(viewer, today))
    return int(row.all)
