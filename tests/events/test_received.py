"""The native reader of messages says what pydantic says: the same event, or the same reason."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer.events.decode import Rejected, decode_message
from consumer.events.message import MessageEvent
from consumer.events.received import MAX_DEPTH, ReceivedMessage, receive, same_zone

CONTENT = {
    "message_id": "m1",
    "conversation_id": "talk-1",
    "sender_id": "seller-7",
    "sent_at": "2031-03-01T12:00:00.250Z",
    "surface": "order",
    "text": "see you tomorrow",
}
FULL = {**CONTENT, "recipient_id": "buyer-3", "gig_id": "gig-3", "order_id": "FO1", "locale": "en", "revision": 2}


def as_pydantic_reads(value: bytes) -> MessageEvent | str:
    try:
        return decode_message(value)
    except Rejected as why:
        return str(why)


def as_received(value: bytes) -> MessageEvent | str:
    try:
        message, sent_at = receive(value)
    except Rejected as why:
        return str(why)
    event = message.event() if isinstance(message, ReceivedMessage) else message
    assert (event.sent_at, message.text, message.conversation_id, message.revision) == (
        sent_at,
        event.text,
        event.conversation_id,
        event.revision,
    )
    return event


def with_field(field: str) -> bytes:
    return orjson.dumps(CONTENT)[:-1] + b"," + field.encode("utf-8", "surrogateescape") + b"}"


def changed(**changes: Any) -> bytes:  # noqa: ANN401 - any JSON
    return orjson.dumps(FULL | changes)


def test_the_two_representations_have_the_same_fields_and_defaults() -> None:
    told = {field.name: field.default for field in fields(MessageEvent) if field.name in FULL}
    received = {field.name: field for field in msgspec.structs.fields(ReceivedMessage)}
    assert list(told) == [field.name for field in fields(MessageEvent)] == list(received)
    assert all(field.required or field.default == told[name] for name, field in received.items())


@pytest.mark.parametrize(
    "content", [CONTENT, FULL, FULL | {"unknown": [1, {"a": None}]}], ids=["least", "full", "more"]
)
def test_good_messages_take_the_fast_way(content: dict[str, Any]) -> None:
    value = orjson.dumps(content)
    assert isinstance(receive(value)[0], ReceivedMessage)
    assert as_received(value) == as_pydantic_reads(value)


@pytest.mark.parametrize("name", sorted(FULL))
@pytest.mark.parametrize(
    "content",
    [None, 0, -1, 1.0, 2**31 - 1, 2**31, 2**70, True, "", " ", "x", "0", "x" * 128, "x" * 129, "ü" * 128, "ü" * 129,
     "x" * 65_536, "x" * 65_537, "🙂" * 65_536, "🙂" * 65_537, "inbox", "Inbox", [], ["x"], {}, 0.0, -0.0, 1e300],
    ids=lambda content: f"{type(content).__name__} {str(content)[:8]} {len(str(content))}",
)  # fmt: skip
def test_every_bound_is_the_same(name: str, content: Any) -> None:  # noqa: ANN401 - any JSON
    value = with_field(f'"{name}":{content}') if content == 2**70 else changed(**{name: content})
    assert as_received(value) == as_pydantic_reads(value)


@pytest.mark.parametrize("name", sorted(FULL))
def test_missing_fields_are_the_same(name: str) -> None:
    value = orjson.dumps({key: content for key, content in FULL.items() if key != name})
    assert as_received(value) == as_pydantic_reads(value)


@pytest.mark.parametrize(
    "sent_at",
    [
        "2031-03-01T12:00:00Z", "2031-03-01t12:00:00z", "2031-03-01 12:00:00Z", "2031-03-01_12:00:00Z", "1700000000",
        "2031-03-01T12:00:00+01:00", "2031-03-01T12:00:00+0100", "2031-03-01T12:00:00+01", "2031-03-01T12:00:00-00:00",
        "2031-03-01T12:00:00+23:59", "2031-03-01T12:00:00+24:00", "2031-03-01T12:00:00+01:60", "2031-03-01T12:00Z",
        "2031-03-01T12:00:00.123456Z", "2031-03-01T12:00:00.1234567Z", "2031-03-01T12:00:00.9999999Z", "2031-03-01",
        "2031-03-01T12:00:00.123456789012Z", "2031-03-01T12:00:00.Z", "2031-03-01T12:00:00,5Z", "2031-03-01T12:00:60Z",
        "2031-03-01T24:00:00Z", "2031-02-29T12:00:00Z", "2032-02-29T12:00:00Z", "2031-13-01T12:00:00Z",
        "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00Z", "2031-W09-6T12:00:00Z",
        "2031-03-01T12:00:00", " 2031-03-01T12:00:00Z", "2031-03-01T12:00:00Z ",
        "20310301T120000Z", "2031-03-01T12:00:00\N{MINUS SIGN}01:00",
    ],
)  # fmt: skip
def test_every_time_is_the_same(sent_at: str) -> None:
    value = changed(sent_at=sent_at)
    mine, pydantics = as_received(value), as_pydantic_reads(value)
    assert mine == pydantics
    if isinstance(mine, MessageEvent) and isinstance(pydantics, MessageEvent):
        assert mine.sent_at.isoformat() == pydantics.sent_at.isoformat()


@pytest.mark.parametrize(
    "field",
    [
        '"x":"\udcff"', '"\udcff":1', '"text":"\udcff"', '"x":"\udced\udca0\udc80"', '"text":"\udcc0\udcaf"',
        '"text":"\\ud800"', '"text":"\\udc00\\ud800"', '"text":"\\ud83d\\ude00"', '"x":"\x01"', '"text":"\x01"',
        '"x":"\\q"', '"x":"\\ud800"', '"text":"\\q"', '"x":"\\u12"', '"x":01', '"x":1.', '"x":.5', '"x":-',
        '"x":1e', '"x":NaN', '"x":-Infinity',
        '"x":nul', '"x":truex', '"x":[1,]', '"x":[1 2]', '"x":{"a":1,}', '"x":{a:1}', "\"x\":'a'", '"x":1e999',
        '"text":"a","text":"b"', '"text":5,"text":"b"', '"text":"b","text":5', '"\\u0074ext":"z"', '"text\\u0000":"q"',
        '"revision":-0', '"revision":1e2', '"revision":01', '"revision":+1', '"revision":0.0', '"revision":1E0',
        '"x":0x1', '"x":"\\/"', '"text":"\x00"', '"\\ud800":1', '"x":\x0b1', "", ",", '"x"', '"x":', '"x":1}',
        '"x":1}{"y":2',
    ],
)  # fmt: skip
def test_every_way_to_break_json_is_the_same(field: str) -> None:
    value = with_field(field)
    assert as_received(value) == as_pydantic_reads(value)


@pytest.mark.parametrize("depth", [1, MAX_DEPTH - 2, MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1, 900])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_is_the_same(depth: int, opening: str, closing: str) -> None:
    value = with_field('"x":' + opening * depth + "1" + closing * depth)
    assert as_received(value) == as_pydantic_reads(value)


@pytest.mark.parametrize("value", [b"", b"null", b"[]", b"5", b"{}", b'"x"', b"\xef\xbb\xbf{}", b"\xff"])
def test_what_is_no_message_at_all_is_the_same(value: bytes) -> None:
    assert as_received(value) == as_pydantic_reads(value)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(st.data())
def test_a_message_spoilt_anywhere_is_the_same(data: st.DataObject) -> None:
    value = bytearray(orjson.dumps(FULL | {"text": "gr\u00fc\u00dfe, 5 [days] {or} more", "more": [1, {"a": "b"}]}))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(value) - 1))
        piece = data.draw(
            st.sampled_from([b"", b'"', b"\\", b",", b":", b"{", b"}", b"0", b".", b"\xff", b"\xc3", b" "])
        )
        value[place : place + data.draw(st.integers(0, 2))] = piece
    assert as_received(bytes(value)) == as_pydantic_reads(bytes(value))


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=30))])
def test_bounds_in_the_readers_zone_are_the_same_instants(zone: timezone) -> None:
    instant = datetime(2031, 3, 1, 12, 0, 0, 250_000, zone)
    assert same_zone(instant) == instant
    assert same_zone(instant).tzinfo is receive(changed())[1].tzinfo
