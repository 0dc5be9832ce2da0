"""A batch as a function: same input, same result; nothing changes until it is committed; nothing in clear comes out."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer.events.decode import REASONS
from consumer.stream.records import Partition, Slices
from consumer.stream.result import BatchResult, Tally
from tests.stream import test_judging, test_screening
from tests.stream.test_approvals import BAD_APPROVALS
from tests.stream.world import (
    ACCOUNTS,
    ACTIONS,
    LEDGER_LOG,
    MEMORY_LOG,
    MESSAGES,
    NOW,
    FakeRecord,
    World,
    action,
    message,
    outputs_to,
    second_hop,
)

TEXTS = st.sampled_from(["hello", "give ana@example.org", "ask telegram", "bare ana_b", "hush", "give bo@example.org"])
PEOPLE = st.sampled_from(["seller-7", "buyer-2"])
TALKS = st.sampled_from(["talk-1", "talk-2"])
GARBAGE = st.sampled_from([None, b"", b"\xff", b"{}", b"[1]"])
CLOCKED = "seconds"
"""The one field of a tally that measures: it is about the machine, not the batch."""


@st.composite
def message_slices(draw: st.DrawFn) -> list[FakeRecord]:
    records: list[FakeRecord] = []
    for number in range(draw(st.integers(0, 8))):
        if draw(st.integers(0, 5)) == 0:
            records.append(FakeRecord(draw(GARBAGE), _offset=100 + number))
        else:
            talk, sender = draw(TALKS), draw(PEOPLE)
            records.append(message(draw(TEXTS), number, conversation_id=talk, sender_id=sender))
    return records


def comparable(tally: Tally) -> Tally:
    return replace(tally, seconds=Tally().seconds)


def committed_world(earlier: Sequence[FakeRecord]) -> World:
    world = World()
    first = world.commit({MESSAGES: earlier} if earlier else {})
    world.commit({ACCOUNTS: second_hop(first)})
    return world


@settings(max_examples=60, deadline=None)
@given(message_slices(), message_slices(), st.sets(st.sampled_from(["talk-1", "talk-2", "talk-3"])))
def test_the_same_input_gives_the_same_result_and_changes_nothing(
    earlier: list[FakeRecord], later: list[FakeRecord], forgotten: set[str]
) -> None:
    world = committed_world(earlier)
    slices: Slices = {MESSAGES: later} if later else {}
    accounts = second_hop(World().process(slices), 300)
    slices = {**slices, **({ACCOUNTS: accounts} if accounts else {}), ACTIONS: [action()]}
    due = {MESSAGES: sorted(forgotten), ACCOUNTS: ["seller-7", "buyer-2"]}
    before, positions = world.entries(), dict(world.owned.positions)
    once, again = world.process(slices, due), world.process(slices, due)
    assert (once.outputs, once.offsets) == (again.outputs, again.offsets)
    assert comparable(once.tally) == comparable(again.tally)
    assert (world.entries(), world.owned.positions) == (before, positions)
    again.merge()
    assert world.entries() == merged(before, again), "what is published is what is merged"


def merged(before: dict[str, dict[str, bytes]], result: BatchResult) -> dict[str, dict[str, bytes]]:
    after = {name: dict(entries) for name, entries in before.items()}
    for store, topic in (("memories", MEMORY_LOG), ("ledgers", LEDGER_LOG)):
        logged = outputs_to(result, topic)
        assert len({out.key for out in logged}) == len(logged), "one changelog record for each key"
        for out in logged:
            key = (out.key or b"").decode()
            after[store].pop(key, None)
            if out.value is not None:
                after[store][key] = out.value
    return after


@settings(max_examples=40, deadline=None)
@given(message_slices(), st.integers(0, 8))
def test_how_records_fall_into_batches_changes_no_incident(records: list[FakeRecord], cut: int) -> None:
    whole, halves = World(), World()
    together = whole.commit({MESSAGES: records} if records else {})
    apart = [halves.commit({MESSAGES: part}) for part in (records[:cut], records[cut:]) if part]
    assert outputs_to(together, ACCOUNTS.topic) == [out for each in apart for out in outputs_to(each, ACCOUNTS.topic)]
    assert whole.entries() == halves.entries()


def test_every_hop_sends_its_own_offset() -> None:
    account = second_hop(World().process({MESSAGES: [message("give ana@example.org")]}), 230)
    slices: Slices = {
        MESSAGES: [message(number=1), message(number=9)],
        ACCOUNTS: account,
        ACTIONS: [action(offset=310)],
    }
    result = World().process(slices)
    assert result.offsets == {MESSAGES: 110, ACCOUNTS: 231, ACTIONS: 311}
    assert result.tally.records == 4


def test_a_batch_of_garbage_only_moves_on() -> None:
    result = World().process({MESSAGES: [FakeRecord(b"\xff", _offset=140)]})
    assert result.offsets == {MESSAGES: 141}


@pytest.mark.parametrize("partition", [MESSAGES, ACCOUNTS])
def test_timers_without_records_send_the_present_position_again(partition: Partition) -> None:
    """The offset commit is what the broker fences by membership; without one a stale owner could write state."""
    world = World()
    assert world.process({}, {partition: ["talk-1"]}).offsets == {partition: world.owned.positions[partition]}


def test_timers_and_records_of_one_partition_send_one_offset_after_the_records() -> None:
    assert World().process({MESSAGES: [message(number=5)]}, {MESSAGES: ["talk-1"]}).offsets == {MESSAGES: 106}


def test_partitions_of_one_topic_do_not_see_each_others_memory() -> None:
    world = World()
    other = MESSAGES._replace(number=5)
    world.owned.add(other, 0, type(world.memories)())
    result = world.process({MESSAGES: [message("ask telegram")], other: [message("bare ana_b", 1)]})
    assert len(outputs_to(result, ACCOUNTS.topic)) == 1
    assert [out.partition for out in outputs_to(result, MEMORY_LOG)] == [MESSAGES.number]


@pytest.mark.parametrize("text", ["give Ana.Secret@Example.org", "give  ana.secret@example.org "])
def test_no_detail_leaves_in_clear(text: str) -> None:
    world = World()
    first = world.commit({MESSAGES: [message(text, 0), message("ask telegram", 1), message("bare ana_secret", 2)]})
    second = world.commit({ACCOUNTS: second_hop(first)})
    assert len(outputs_to(second, "flagged")) == 3
    for out in [*first.outputs, *second.outputs]:
        everything = b" ".join([out.key or b"", out.value or b"", *(value for _, value in out.headers)]).lower()
        assert b"secret" not in everything, out.topic
        assert b"example.org" not in everything, out.topic


def test_one_detail_has_one_hash_whoever_gives_it_and_another_key_another() -> None:
    world = World()
    texts = ["give ana@example.org", "give ANA@example.org", "give bo@example.org"]
    records = [message(text, number, sender_id=f"acc-{number}") for number, text in enumerate(texts)]
    hashes = [
        (out.value or b"").partition(b'"detail_hash":"')[2][:64]
        for out in outputs_to(world.process({MESSAGES: records}), ACCOUNTS.topic)
    ]
    assert hashes[0] == hashes[1] != hashes[2]


def test_every_reason_for_a_rejection_has_a_case() -> None:
    """A reason added to the closed set asks for a test of what brings it about."""
    tried = {reason for reason, _ in test_screening.BAD} | {reason for reason, _ in test_judging.BAD}
    # `processing_failed` is brought about by a detector that raises: test_screening has a test of its own for it.
    assert tried | {reason for reason, _ in BAD_APPROVALS} | {"processing_failed"} == set(REASONS)


def test_standing_is_judged_at_the_time_given() -> None:
    first = World().process({MESSAGES: [message("give ana@example.org")]})
    early = World().process({ACCOUNTS: second_hop(first)}, now=NOW)
    again = World().process({ACCOUNTS: second_hop(first)}, now=NOW.replace(year=2032))
    assert (early.tally.strikes, again.tally.strikes) == (1, 0)
