import asyncio
import stat
from itertools import pairwise

import pytest
import sqlalchemy as sa

from events.codec import FORGOTTEN
from events.errors import Conflict
from events.log import Log, create_engine, open_log
from events.rebuild import rebuild
from events.vault import MasterKeyMissing, Vault, master_key
from events.verify import verify
from tests.events.counting import COUNTER, COUNTERS, count

pytestmark = pytest.mark.store
S = "cycle-2026-m1"
SECRET = "Tôi chưa làm tròn trách nhiệm."


async def bodies(log: Log) -> list[bytes]:
    async with log.engine.connect() as connection:
        return list((await connection.execute(sa.text("SELECT body FROM events ORDER BY position"))).scalars())


async def test_a_text_is_stored_sealed_and_read_open(counters, other_process):
    await counters.execute(COUNTER, S, count(1, note=SECRET, tags=("một", "hai")))
    (body,) = await bodies(counters)
    assert "trách".encode() not in body
    assert b"hai" not in body
    (recorded,) = await other_process.read(S)
    assert (recorded.event.note, recorded.event.tags) == (SECRET, ("một", "hai"))


async def test_equal_texts_are_sealed_differently(counters):
    await counters.execute(COUNTER, S, count(1, note=SECRET, times=3))
    sealed = [body.split(b'"c":"')[1].split(b'"')[0] for body in await bodies(counters)]
    assert len(set(sealed)) == 3


async def test_a_forgotten_persons_texts_read_as_forgotten_and_the_log_still_verifies(counters):
    await counters.execute(COUNTER, S, count(1, note=SECRET))
    await counters.execute(COUNTER, "cycle-2026-m2", count(1, note="của người khác"))
    before = await bodies(counters)
    await counters.vault.forget(counters.engine, f"p-{S}")
    assert (await counters.read(S))[0].event.note == FORGOTTEN
    assert (await counters.load(COUNTER, S))[0].notes == (FORGOTTEN,)
    assert (await counters.read("cycle-2026-m2"))[0].event.note == "của người khác"
    assert await bodies(counters) == before
    assert (await verify(counters.engine)).whole


async def test_a_rebuild_after_forgetting_equals_the_live_table(counters):
    await counters.execute(COUNTER, S, count(1, note=SECRET))
    await counters.vault.forget(counters.engine, f"p-{S}")
    before = await _rows(counters)
    await rebuild(counters, "test_counters")
    assert await _rows(counters) == before


async def _rows(log):
    async with log.engine.connect() as connection:
        return list(await connection.execute(sa.select(COUNTERS).order_by(COUNTERS.c.stream)))


async def test_another_process_notices_within_seconds_also_in_what_it_remembers(counters, other_process):
    await other_process.execute(COUNTER, S, count(1, note=SECRET))
    assert (await other_process.load(COUNTER, S))[0].notes == (SECRET,)
    await counters.vault.forget(counters.engine, f"p-{S}")
    async with asyncio.timeout(5):
        while (await other_process.load(COUNTER, S))[0].notes != (FORGOTTEN,):  # noqa: ASYNC110 - another process or task is watched
            await asyncio.sleep(0.1)


async def test_nothing_more_is_sealed_for_a_forgotten_person_by_anyone(counters, other_process):
    await other_process.execute(COUNTER, S, count(1, note=SECRET))
    await counters.vault.forget(counters.engine, f"p-{S}")
    for log in (counters, other_process):
        with pytest.raises(Conflict, match=r"person\.forgotten"):
            await log.execute(COUNTER, S, count(1, note="lại"))
    assert (await counters.execute(COUNTER, S, count(1))).version == 2


async def test_forgetting_twice_or_before_there_is_a_key_does_no_harm(counters):
    await counters.vault.forget(counters.engine, "p-nobody")
    await counters.vault.forget(counters.engine, "p-nobody")
    with pytest.raises(Conflict):
        await counters.vault.seal_text(counters.engine, "p-nobody", "draft", "x")


async def test_a_key_made_by_two_at_once_is_one_key(counters, other_process):
    vaults = [(counters.vault, counters.engine), (other_process.vault, other_process.engine)]
    sealed = await asyncio.gather(
        *(vaults[n % 2][0].seal_text(vaults[n % 2][1], "p9", f"draft:{n}", f"text {n}") for n in range(10))
    )
    fresh = Vault(bytes(range(32)))
    assert [await fresh.open_text(counters.engine, "p9", f"draft:{n}", text) for n, text in enumerate(sealed)] == [
        f"text {n}" for n in range(10)
    ]


async def test_a_text_moved_to_another_field_does_not_open(counters):
    sealed = await counters.vault.seal_text(counters.engine, "p9", "draft:1", "text")
    with pytest.raises(ValueError, match="does not open"):
        await counters.vault.open_text(counters.engine, "p9", "draft:2", sealed)


async def test_a_wrong_master_key_says_so(counters):
    await counters.vault.seal_text(counters.engine, "p9", "draft:1", "text")
    with pytest.raises(MasterKeyMissing, match="not the one"):
        await Vault(bytes(32)).open_text(counters.engine, "p9", "draft:1", "")


async def test_keys_are_stored_wrapped(counters):
    await counters.vault.seal_text(counters.engine, "p9", "draft:1", "text")
    async with counters.engine.connect() as connection:
        wrapped = (await connection.execute(sa.text("SELECT wrapped FROM keys"))).scalar_one()
    assert len(wrapped) == 12 + 32 + 16


def test_the_master_key_is_made_once_and_for_the_owner_only(tmp_path):
    path = tmp_path / "home" / "master.key"
    key = master_key(path)
    assert len(key) == 32
    assert master_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]


def test_something_else_in_the_place_of_the_master_key_is_refused(tmp_path):
    path = tmp_path / "master.key"
    path.write_bytes(b"short")
    with pytest.raises(MasterKeyMissing, match="5 bytes"):
        master_key(path)


async def test_a_log_without_its_master_key_stops_with_a_sentence(database_url, tmp_path):
    engine = create_engine(database_url)
    path = tmp_path / "master.key"
    log = open_log(engine, path)
    await log.vault.seal_text(engine, "p1", "draft", "text")
    assert open_log(engine, path).vault.digest_key == log.vault.digest_key
    path.unlink()
    with pytest.raises(MasterKeyMissing, match="put it back"):
        open_log(engine, path)
    assert not path.exists()
    await engine.dispose()


async def test_digests_are_keyed(counters, owner):
    await counters.execute(COUNTER, S, count(1, note="có", id="a"))
    await counters.execute(COUNTER, S, count(1, note="có", id="b"))
    async with owner.connect() as connection:
        digests = list((await connection.execute(sa.text("SELECT digest FROM commands"))).scalars())
    assert all(one == other for one, other in pairwise(digests))
    assert Vault(bytes(32)).digest_key != counters.vault.digest_key
