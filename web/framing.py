"""What frames a signed-in page, in one query: the person's post, what waits for them, and whether something is wrong."""

import json
from datetime import datetime, timedelta
from typing import Any

from events.access import Action
from events.decider import local_date
from events.log import Log
from events.projections.grants import in_force, roles
from events.sql import lasting
from web.render import Banner, Chrome, Said

UNSEEN = timedelta(seconds=90)

_FRAME = f"""
SELECT
    (SELECT json_build_object('role', s.role, 'unit', u.name) FROM seat AS s JOIN unit AS u USING (unit)
        WHERE s.person = $1 AND {in_force("s").replace(":day", "$2")}
        ORDER BY array_position($3::text[], s.role::text), s.unit LIMIT 1)::text AS post,
    (SELECT u.name FROM member AS m JOIN unit AS u ON u.unit = m.cell WHERE m.person = $1 ORDER BY m.member LIMIT 1) AS cell,
    EXISTS (SELECT FROM seat AS s WHERE s.person = $1 AND s.role = ANY ($4::text[]) AND {in_force("s").replace(":day", "$2")}) AS office,
    EXISTS (SELECT FROM seat AS s WHERE s.person = $1 AND s.role = ANY ($5::text[]) AND {in_force("s").replace(":day", "$2")}) AS overseer,
    (SELECT json_object_agg(key, json_build_object('value', value, 'seen', seen_at)) FROM operations
        WHERE key IN ('temporal', 'demo'))::text AS operations
"""

POSTS = (
    "superior_committee",
    "base_committee",
    "cell_secretary",
    "cell_deputy",
    "cell_committee",
    "area_supervisor",
    "organisation_office",
    "propaganda_board",
    "inspection_commission",
    "operator",
)
"""Roles in the order in which the highest is shown; `post.<role>` says each."""


async def chrome_of(log: Log, person: str, name: str, now: datetime, *, said: dict[str, Any] | None) -> Chrome:
    """The frame of one person's pages."""
    day = local_date(now).isoformat()
    arguments = (person, day, list(POSTS), roles(Action.RUN_YEAR), roles(Action.READ_STATE))
    row = await lasting(log.engine, lambda connection: connection.fetchrow(_FRAME, *arguments))
    assert row is not None
    post = json.loads(row["post"]) if row["post"] else None
    return Chrome(
        name=name,
        role=post["role"] if post else "",
        unit=(post["unit"] if post else row["cell"]) or "",
        open_count=await _open_count(log, person),
        office=row["office"],
        year=row["cell"] is not None,
        board=row["cell"] is not None or row["overseer"],
        banner=banner_of(json.loads(row["operations"] or "{}") or {}, now),
        said=Said(said["code"], said["facts"]) if said else None,
    )


def banner_of(operations: dict[str, Any], now: datetime) -> Banner | None:
    """One notice at a time: the worker unseen or without Temporal, else the demo's cell where everything is open."""
    temporal = operations.get("temporal")
    if temporal is not None:
        unseen = now - datetime.fromisoformat(temporal["seen"]) > UNSEEN
        if unseen or temporal["value"].get("reachable") is False:
            return Banner("trouble", "banner.trouble", {})
    demo = operations.get("demo")
    if demo is not None and isinstance(demo["value"], dict) and "cell" in demo["value"]:
        return Banner("info", "banner.demo", {"cell": demo["value"].get("name", demo["value"]["cell"])})
    return None


async def _open_count(log: Log, person: str) -> int:
    from web.pages.inbox import open_count

    return int(await open_count(log, person))
