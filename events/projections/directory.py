"""Which units there are and how they hang together, and who is a member where. Units have names; people have none here."""

import sqlalchemy as sa

from events.decider import Recorded
from events.member import MemberJoined, MemberKindChanged, MemberTrackChanged
from events.people import search_key
from events.projections import Key, Projection, Row, metadata
from events.unit import UnitFounded, UnitRenamed

ID = sa.Text(collation="C")

UNIT = sa.Table(
    "unit",
    metadata,
    sa.Column("unit", ID, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("search", sa.Text(collation="C"), nullable=False),
    sa.Column("parent", ID),
    sa.Column("path", sa.ARRAY(ID), nullable=False),
    sa.Index("unit_parent", "parent"),
)

UNIT_TREE = sa.Table(
    "unit_tree",
    metadata,
    sa.Column("descendant", ID, primary_key=True),
    sa.Column("ancestor", ID, primary_key=True),
    sa.Column("depth", sa.SmallInteger, nullable=False),
    sa.Index("unit_tree_ancestor", "ancestor", "descendant"),
)
"""Every unit with every unit above it and with itself (depth 0); rows are the descendant's."""

MEMBER = sa.Table(
    "member",
    metadata,
    sa.Column("member", ID, primary_key=True),
    sa.Column("person", ID, nullable=False),
    sa.Column("cell", ID, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("track", sa.Text, nullable=False),
    sa.Column("admitted_on", sa.Date),
    sa.Column("made_official_on", sa.Date),
    sa.Column("post", sa.Text, nullable=False),
    sa.Index("member_person", "person"),
    sa.Index("member_cell", "cell"),
)


def _fold_unit(row: Row | None, recorded: Recorded, _key: Key) -> Row | None:
    match recorded.event:
        case UnitFounded(kind=kind, name=name, parent=parent, path=path):
            unit = recorded.stream
            return {
                "unit": unit,
                "kind": kind.value,
                "name": name,
                "search": search_key(name),
                "parent": parent,
                "path": list(path),
            }
        case UnitRenamed(name=name) if row is not None:
            return {**row, "name": name, "search": search_key(name)}
    return row


def _fold_tree(_row: Row | None, recorded: Recorded, key: Key) -> Row:
    return {"descendant": key[0], "ancestor": key[1], "depth": recorded.event.path.index(key[1])}


def _fold_member(row: Row | None, recorded: Recorded, _key: Key) -> Row | None:
    match recorded.event:
        case MemberJoined() as joined:
            return {
                "member": recorded.stream,
                "person": joined.person,
                "cell": joined.cell,
                "kind": joined.kind.value,
                "track": joined.track.value,
                "admitted_on": joined.admitted_on,
                "made_official_on": joined.made_official_on,
                "post": joined.post,
            }
        case MemberKindChanged(kind=kind) if row is not None:
            return {**row, "kind": kind.value}
        case MemberTrackChanged(track=track, post=post) if row is not None:
            return {**row, "track": track.value, "post": post}
    return row


def own_stream(recorded: Recorded) -> tuple[Key, ...]:
    """The one row whose key is the stream."""
    return ((recorded.stream,),)


units = Projection(
    name="unit", table=UNIT, events=frozenset({UnitFounded, UnitRenamed}), keys=own_stream, fold=_fold_unit
)
tree = Projection(
    name="unit_tree",
    table=UNIT_TREE,
    events=frozenset({UnitFounded}),
    keys=lambda recorded: tuple((recorded.stream, above) for above in recorded.event.path),
    fold=_fold_tree,
)
members = Projection(
    name="member",
    table=MEMBER,
    events=frozenset({MemberJoined, MemberKindChanged, MemberTrackChanged}),
    keys=own_stream,
    fold=_fold_member,
)
