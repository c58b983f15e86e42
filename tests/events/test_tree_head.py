import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.codec import leaf_hash
from events.tree_head import EMPTY, node, root, tree_head
from tests.events.counting import COUNTER, count

# The inputs and roots that the implementations of Certificate Transparency test with.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", ROOTS)
def test_known_trees_have_their_known_roots(size):
    assert root(leaf_hash(bytes.fromhex(text)) for text in INPUTS[:size]).hex() == ROOTS[size]


def by_definition(leaves):
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node(by_definition(leaves[:split]), by_definition(leaves[split:]))


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_a_tree_that_grows_is_the_tree_of_the_definition(leaves):
    assert root(leaves) == by_definition(leaves)


@pytest.mark.store
async def test_the_head_of_an_earlier_size_never_changes(counters):
    assert (await tree_head(counters.engine)).root == EMPTY
    await counters.execute(COUNTER, "cycle-2026-m1", count(1, times=5))
    before = await tree_head(counters.engine)
    await counters.execute(COUNTER, "cycle-2025-m1", count(1, times=2))
    assert before.size == 5
    assert await tree_head(counters.engine, 5) == before
    assert (await tree_head(counters.engine)).size == 7
    with pytest.raises(LookupError):
        await tree_head(counters.engine, 8)
