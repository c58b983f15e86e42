from datetime import date
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from events import codec
from events.codec import Sealed, UnknownEvent, event
from events.envelope import Sealed as Stored
from events.envelope import encode
from events.vault import Vault
from tests.events.counting import COUNTER, Cleared, Counted, count
from tests.spec import recorded

TEXT = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-codec.LARGEST, codec.LARGEST)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(PLAIN)
def test_the_fast_encoder_writes_what_rfc_8785_says(value: Any):
    normal = codec.nfc(value)
    assert codec.canonical(normal) == rfc8785.dumps(normal)


@pytest.mark.parametrize("value", [1.5, [2.0], {"a": 2**53}, -(2**53)])
def test_what_has_no_single_canonical_form_is_refused(value):
    with pytest.raises(ValueError, match="no floats"):
        codec.nfc(value)


def test_texts_are_stored_in_one_normal_form():
    assert codec.to_json(Counted(by=1, note="Nguye\u0302\u0303n")) == {"by": 1, "note": "Nguyễn", "tags": []}


def test_an_event_goes_out_and_comes_back():
    assert codec.from_json("test.cleared", 1, codec.to_json(Cleared(on=date(2026, 3, 1)))) == Cleared(
        on=date(2026, 3, 1)
    )


def test_an_old_schema_is_brought_up_when_it_is_read():
    assert codec.from_json("test.counted", 1, {"step": 4, "note": None}) == Counted(by=4)


def test_the_texts_of_an_old_schema_are_opened_before_it_is_brought_up():
    vault = Vault(bytes(32))
    vault._remember("p1", vault._wrapped("p1", bytes(32)))
    sealed = {"c": vault.seal("p1", "cycle-2026-m1:1:note", "ngày ấy"), "k": "p1"}
    body = codec.canonical(
        {
            "actor": "p1",
            "command_id": "c",
            "data": {"step": 4, "note": sealed},
            "occurred_at": "2026-03-01T00:00:00.000000Z",
            "on_behalf_of": None,
            "recorded_at": "2026-03-01T00:00:00.000000Z",
            "schema": 1,
            "stream": "cycle-2026-m1",
            "type": "test.counted",
            "version": 1,
        }
    )
    stored = Stored(body, 1)
    assert stored.keys == {"p1"}
    assert stored.open(vault).event == Counted(by=4, note="ngày ấy")


def test_an_envelope_comes_back_whole():
    vault = Vault(bytes(32))
    vault._remember("p1", vault._wrapped("p1", bytes(32)))
    one = recorded(Counted(by=1, note="một", tags=("hai", "ba")), on_behalf_of="p7", version=3)
    body = encode(one, codec.to_json(one.event), vault, "p1")
    assert body == rfc8785.dumps(Stored(body, 0).json)
    assert Stored(body, 0).open(vault) == one


def test_a_name_of_another_release_is_unknown():
    with pytest.raises(UnknownEvent):
        codec.from_json("test.never", 1, {})
    with pytest.raises(UnknownEvent):
        codec.from_json("test.counted", 3, {})


def test_a_stored_name_is_taken_once():
    with pytest.raises(ValueError, match="registered twice"):

        @event("test.cleared")
        class Other:
            on: date


def test_a_field_too_many_is_refused_instead_of_lost():
    with pytest.raises(ValueError, match="off"):
        codec.from_json("test.cleared", 1, {"on": "2026-03-01", "off": "2026-03-02"})


def test_sealed_fields_are_found_wherever_they_are():
    from dataclasses import dataclass

    @dataclass(frozen=True)
    class Inner:
        text: Sealed
        number: int

    @dataclass(frozen=True)
    class Outer:
        one: Inner
        maybe: Inner | None
        many: tuple[Inner, ...]
        named: dict[str, Sealed]
        plain: str

    assert set(codec.sealed_paths(Outer)) == {("one", "text"), ("maybe", "text"), ("many", "*", "text"), ("named", "*")}
    data = {
        "one": {"text": "a", "number": 1},
        "maybe": None,
        "many": [{"text": "b", "number": 2}],
        "named": {"x": "c"},
        "plain": "d",
    }
    changed = codec.transform(data, codec.sealed_paths(Outer), lambda path, text: f"{path}={text}")
    assert changed["many"] == [{"text": "many.0.text=b", "number": 2}]
    assert (changed["one"]["text"], changed["named"], changed["plain"]) == ("one.text=a", {"x": "named.x=c"}, "d")


@pytest.mark.store
async def test_old_rows_in_the_log_are_read_by_todays_rules(counters, owner):
    """A row as an older release wrote it, and the stream goes on from there."""
    import sqlalchemy as sa

    stream = "cycle-2026-m1"
    body = codec.canonical(
        {
            "actor": "p1",
            "command_id": "old",
            "data": {"step": 4, "note": None},
            "occurred_at": "2026-03-01T00:00:00.000000Z",
            "on_behalf_of": None,
            "recorded_at": "2026-03-01T00:00:00.000000Z",
            "schema": 1,
            "stream": stream,
            "type": "test.counted",
            "version": 1,
        }
    )
    async with owner.begin() as connection:
        await connection.execute(
            sa.text(
                "INSERT INTO events VALUES (2026, 1, :stream, 1, 'test.counted', 1, 'old', :body, ''::bytea, now())"
            ),
            {"stream": stream, "body": body},
        )
        await connection.execute(sa.text("UPDATE head SET position = 1"))
        await connection.execute(sa.text("INSERT INTO streams VALUES (:stream, 1)"), {"stream": stream})
    outcome = await counters.execute(COUNTER, stream, count(2))
    assert outcome.version == 2
    assert (await counters.load(COUNTER, stream))[0].total == 6
