"""Tables and overlays against a dictionary, and what a corrupt entry says."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from consumer.stream.state import Codec, Overlay, StateCorruptError, Table
from consumer.stream.stores import LEDGERS, MEMORIES

TEXTS: Codec[str] = Codec.of("texts", TypeAdapter(str), lambda text: f'"{text}"'.encode())
KEYS = st.sampled_from("abcd")
VALUES = st.none() | st.text("xyz", max_size=4)
STEPS = st.lists(st.tuples(st.sampled_from(["get", "has", "put", "put"]), KEYS, VALUES), max_size=12)
BATCHES = st.lists(st.tuples(STEPS, st.booleans()), max_size=6)
Step = tuple[str, str, str | None]


def run_steps(steps: Sequence[Step], overlay: Overlay[str], model: dict[str, str]) -> set[str]:
    """Do the steps to both, compare what can be read, and return the keys that were put."""
    put: set[str] = set()
    for what, key, value in steps:
        if what == "get":
            assert overlay.get(key) == model.get(key)
        elif what == "has":
            assert (key in overlay) == (key in model)
        else:
            put.add(key)
            overlay.put(key, value)
            model.pop(key, None)
            if value is not None:
                model[key] = value
    return put


@settings(deadline=None)
@given(BATCHES)
def test_overlays_behave_like_a_dictionary_that_forgets_aborted_batches(batches: list[tuple[list[Step], bool]]) -> None:
    table, committed = Table(), dict[str, str]()
    for steps, commits in batches:
        overlay, model = Overlay(table, TEXTS), dict(committed)
        put = run_steps(steps, overlay, model)
        changes = overlay.changes()
        assert len(changes) == len(put)
        assert dict(changes) == {key: TEXTS.encode(model[key]) if key in model else None for key in put}
        assert decoded(table) == committed
        if commits:
            overlay.merge(changes)
            committed = model
        assert decoded(table) == committed
        assert len(table) == len(committed)
        assert table.size == sum(len(value) for _, value in table.items())


def decoded(table: Table) -> dict[str, str]:
    return {key: TEXTS.decode(value) for key, value in table.items()}


@settings(deadline=None)
@given(st.lists(st.tuples(st.none() | st.sampled_from([b"a", b"b", b"\xff"]), st.none() | st.binary(max_size=3))))
def test_loading_a_changelog_keeps_the_last_value_of_each_key(
    changes: list[tuple[bytes | None, bytes | None]],
) -> None:
    table = Table()
    table.load(changes)
    last = {key.decode("utf-8", "replace"): value for key, value in changes if key is not None}
    assert dict(table.items()) == {key: value for key, value in last.items() if value is not None}
    assert table.size == sum(len(value) for value in last.values() if value is not None)


def test_an_overlay_reads_an_entry_once_and_gives_the_same_object() -> None:
    """Stages say "unchanged" by returning the object they were given, so it must stay the same one."""
    table = Table()
    table.put("a", b'{"requests":[],"fragments":[]}')
    overlay = Overlay(table, MEMORIES)
    assert overlay.get("a") is overlay.get("a")
    assert overlay.changes() == []


@pytest.mark.parametrize("codec", [LEDGERS, MEMORIES])
@pytest.mark.parametrize(
    "entry",
    [
        b'{"fragments":[{"sender":"s","text":"+12025550143%s","at":1,"message_id":"m"}],"cases":3}' % (b"-more" * 16),
        b'{"cases":[{"message_id":"+12025550143"}],"requests":["+12025550143"]}',
        b"+12025550143",
        b'"+12025550143',
    ],
)
def test_a_corrupt_entry_names_its_store_and_nothing_of_its_content(codec: Codec[object], entry: bytes) -> None:
    with pytest.raises(StateCorruptError) as caught:
        codec.decode(entry)
    assert codec.store in str(caught.value)
    assert "2025550143" not in repr(caught.value)
    assert caught.value.__cause__ is None, "the validation error behind it quotes its input"
    assert caught.value.__suppress_context__
