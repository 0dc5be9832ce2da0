"""Which of the client's flags counts first, and that an unknown error is never taken lightly."""

from itertools import product

import pytest
from confluent_kafka import KafkaError, KafkaException

from consumer.stream.kafka.errors import Reaction, describe, error_of, reaction


def error(*, fatal: bool = False, retriable: bool = False, abort: bool = False, text: str = "why") -> KafkaError:
    return KafkaError(KafkaError._INCONSISTENT, text, fatal, retriable, abort)


def expected(*, fatal: bool, retriable: bool, abort: bool) -> Reaction:
    if fatal or not (retriable or abort):
        return "stop"
    return "abort" if abort else "retry"


@pytest.mark.parametrize(("fatal", "retriable", "abort"), list(product([True, False], repeat=3)))
def test_fatal_counts_before_abort_before_retry_and_nothing_known_stops(
    *, fatal: bool, retriable: bool, abort: bool
) -> None:
    assert reaction(error(fatal=fatal, retriable=retriable, abort=abort)) == expected(
        fatal=fatal, retriable=retriable, abort=abort
    )


def test_an_error_is_described_in_one_line() -> None:
    told = describe(error(text="first line\nsecond line"))
    assert "first line second line" in told
    assert "\n" not in told


def test_the_error_inside_an_exception_is_found_and_anything_else_is_refused() -> None:
    inside = error()
    assert error_of(KafkaException(inside)) is inside
    with pytest.raises(TypeError, match="str"):
        error_of(KafkaException("only words"))
