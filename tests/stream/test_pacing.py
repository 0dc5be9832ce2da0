"""Batches grow while they are fast, and shrink when they are not."""

import pytest

from consumer.stream.pacing import LEAST_BATCH, BatchLimit

MOST = 10_000


def limit_after(*batches: tuple[int, float]) -> int:
    limit = BatchLimit(MOST, 0.25)
    for records, seconds in batches:
        limit.worked(records, seconds)
    return limit.records


def settled(seconds_a_record: float) -> int:
    """The limit that full batches of such records come to."""
    limit = BatchLimit(MOST, 0.25)
    for _ in range(20):
        limit.worked(limit.records, limit.records * seconds_a_record)
    return limit.records


def test_a_worker_begins_with_all_it_may_take() -> None:
    assert limit_after() == MOST


@pytest.mark.parametrize(("seconds_a_record", "records"), [(1e-6, MOST), (20e-6, MOST), (50e-6, 5_000), (1e-3, 250)])
def test_full_batches_come_to_take_the_time_wanted(seconds_a_record: float, records: int) -> None:
    assert settled(seconds_a_record) == pytest.approx(records, abs=1)


def test_it_never_falls_below_the_least() -> None:
    assert settled(1.0) == LEAST_BATCH
    assert limit_after((1, 30.0)) == LEAST_BATCH


def test_a_setting_below_the_least_is_kept() -> None:
    limit = BatchLimit(7, 0.25)
    limit.worked(7, 9.0)
    assert limit.records == 7


def test_it_grows_back_by_doubling_when_full_batches_are_fast_again() -> None:
    slow = [(MOST, 25.0)]
    assert limit_after(*slow) == 100
    assert limit_after(*slow, (100, 0.001)) == 200
    assert limit_after(*slow, (100, 0.001), (200, 0.002), (400, 0.004)) == 800


def test_a_small_batch_that_was_fast_says_nothing() -> None:
    assert limit_after((MOST, 2.5), (20, 0.001)) == 1_000


def test_a_batch_as_long_as_wanted_changes_nothing() -> None:
    assert limit_after((MOST, 2.5), (1_000, 0.25)) == 1_000


def test_an_instant_batch_is_no_division_by_zero() -> None:
    assert limit_after((MOST, 0.0)) == MOST
