"""How long the oldest unprocessed record has waited, from times that are known without reading it."""

from consumer.stream.records import Partition
from consumer.stream.waiting import Waiting

HERE = Partition("messages", 0)
THERE = Partition("messages", 1)


def test_nothing_waiting_is_no_time() -> None:
    assert Waiting().seconds({HERE: 0}, 50_000) == {HERE: 0.0}


def test_a_backlog_is_as_old_as_the_record_after_the_last_one_processed() -> None:
    waiting = Waiting()
    waiting.processed({HERE: 40_000})
    assert waiting.seconds({HERE: 7}, 100_000) == {HERE: 60.0}
    # Nothing is processed while time passes: it grows.
    assert waiting.seconds({HERE: 7}, 130_000) == {HERE: 90.0}


def test_one_new_record_after_a_quiet_night_has_not_waited_all_night() -> None:
    # Broken (age of the last record processed alone): the first message of the morning raises the alarm.
    waiting = Waiting()
    waiting.processed({HERE: 1_000})
    assert waiting.seconds({HERE: 0}, 9_000_000) == {HERE: 0.0}
    assert waiting.seconds({HERE: 1}, 9_001_000) == {HERE: 1.0}


def test_a_partition_of_which_nothing_is_known_is_left_out() -> None:
    waiting = Waiting()
    waiting.processed({THERE: 90_000})
    assert waiting.seconds({HERE: 3, THERE: 3}, 100_000) == {THERE: 10.0}
    waiting.forget(THERE)
    assert waiting.seconds({HERE: 3, THERE: 3}, 100_000) == {}


def test_clocks_that_disagree_and_records_without_a_time_make_no_negative_age() -> None:
    waiting = Waiting()
    waiting.processed({HERE: 200_000, THERE: -1})
    assert waiting.seconds({HERE: 1}, 100_000) == {HERE: 0.0}
    waiting.processed({HERE: 50_000})
    assert waiting.seconds({HERE: 1}, 210_000) == {HERE: 10.0}
