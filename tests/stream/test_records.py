"""The records of a partition, whatever order the client delivers them in."""

from hypothesis import given
from hypothesis import strategies as st

from consumer.stream.records import rising
from tests.stream.world import FakeRecord

OFFSETS = st.lists(st.integers(0, 30), min_size=1, max_size=20)


@given(st.integers(0, 20), OFFSETS)
def test_offsets_kept_rise_from_the_position_and_nothing_new_is_left_out(position: int, offsets: list[int]) -> None:
    kept = [record.offset() for record in rising(position, [FakeRecord(b"v", _offset=each) for each in offsets])]
    assert kept == sorted(set(kept))
    assert all(offset >= position for offset in kept)
    reached = position
    for offset in offsets:
        if offset >= reached:
            assert offset in kept
            reached = offset + 1


@given(st.integers(0, 20), OFFSETS)
def test_a_slice_in_order_is_handed_on_as_it_is(position: int, offsets: list[int]) -> None:
    records = [FakeRecord(b"v", _offset=position + each) for each in sorted(set(offsets))]
    assert rising(position, records) is records
