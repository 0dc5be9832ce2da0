"""Logs say what happened and where, and never what a message said."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from confluent_kafka import KafkaError, KafkaException
from pydantic import TypeAdapter

from consumer.events.decode import Rejected, decode_message
from consumer.events.message import MessageEvent
from consumer.telemetry.logs import configure_logs

TEXT = "call me at 202 555 0143"
MESSAGES = TypeAdapter(MessageEvent)
VALUE = orjson.dumps({"message_id": "m", "text": {"inner": TEXT}, "sender_id": 5})

log = logging.getLogger("consumer.somewhere")


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def stream() -> io.StringIO:
    out = io.StringIO()
    configure_logs("info", "json", out)
    return out


def _fail_while_reading() -> None:
    try:
        MESSAGES.validate_json(VALUE)
    except ValueError as error:
        raise RuntimeError(f"while reading {TEXT}") from error


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


def test_one_object_a_line_with_the_extra_fields(stream: io.StringIO) -> None:
    log.info("dead letter\nwritten", extra={"topic": "t", "partition": 3, "offset": 9})
    log.warning("second %s", "time")
    first, second = lines(stream)
    assert first["ts"].endswith("+00:00")
    assert {name: value for name, value in first.items() if name != "ts"} == {
        "level": "info",
        "logger": "consumer.somewhere",
        "message": "dead letter\nwritten",
        "topic": "t",
        "partition": 3,
        "offset": 9,
    }
    assert second["message"] == "second time"


def test_the_level_is_kept_and_old_handlers_are_replaced(stream: io.StringIO) -> None:
    log.debug("too quiet")
    later = io.StringIO()
    configure_logs("debug", "json", later)
    log.debug("heard")
    assert stream.getvalue() == ""
    assert [line["message"] for line in lines(later)] == ["heard"]


@pytest.mark.parametrize("fmt", ["json", "text"])
def test_an_exception_that_quotes_its_input_is_told_without_its_words(fmt: Any) -> None:  # noqa: ANN401
    stream = io.StringIO()
    configure_logs("info", fmt, stream)
    with pytest.raises(ValueError, match=TEXT) as raised:
        MESSAGES.validate_json(VALUE)
    log.error("could not be read", exc_info=raised.value)
    assert TEXT not in stream.getvalue()
    assert "ValidationError" in stream.getvalue()
    assert "test_logs.py" in stream.getvalue()


def test_neither_does_the_chain_of_causes(stream: io.StringIO) -> None:
    with pytest.raises(RuntimeError) as raised:
        _fail_while_reading()
    log.error("failed", exc_info=raised.value)
    (line,) = lines(stream)
    assert [each["type"] for each in line["error"]] == ["RuntimeError", "ValidationError"]
    assert TEXT not in stream.getvalue()


def test_our_own_and_the_clients_words_are_told(stream: io.StringIO) -> None:
    errors: list[Exception] = [
        KafkaException(KafkaError(KafkaError._ALL_BROKERS_DOWN)),
        OSError(98, "Address already in use"),
    ]
    try:
        decode_message(VALUE)
    except Rejected as why:
        errors.append(why)
    for error in errors:
        log.error("failed", exc_info=error)
    texts = [line["error"][0]["text"] for line in lines(stream)]
    assert "_ALL_BROKERS_DOWN" in texts[0]
    assert texts[1] == "[Errno 98] Address already in use"
    assert texts[2].startswith(("missing_field", "wrong_type"))


def test_an_exception_that_leads_back_to_itself_ends(stream: io.StringIO) -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    log.error("failed", exc_info=one)
    assert [each["type"] for each in lines(stream)[0]["error"]] == ["ValueError", "KeyError"]


def test_a_suppressed_context_stays_out(stream: io.StringIO) -> None:
    error = ValueError()
    error.__context__ = KeyError()
    error.__suppress_context__ = True
    log.error("failed", exc_info=error)
    assert [each["type"] for each in lines(stream)[0]["error"]] == ["ValueError"]


def test_a_value_json_does_not_know_is_told_by_its_type(stream: io.StringIO) -> None:
    log.info("odd", extra={"thing": io.StringIO(TEXT), "numbers": {1: 2}})
    (line,) = lines(stream)
    assert (line["thing"], line["numbers"]) == ("<StringIO>", {"1": 2})


def test_text_for_a_person_carries_the_fields_too() -> None:
    stream = io.StringIO()
    configure_logs("info", "text", stream)
    log.warning("partition lost", extra={"topic": "t", "partition": 3})
    assert stream.getvalue().endswith("WARNING consumer.somewhere: partition lost topic=t partition=3\n")
