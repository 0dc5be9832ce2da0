"""The first hop: the clean path, dead letters, the order within a batch, and the conversation's memory."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer.events.vocabulary import MAX_ID, MAX_TEXT
from consumer.stream.records import OutRecord, Slices
from consumer.stream.stores import MEMORIES
from tests.stream.world import (
    ACCOUNTS,
    BOUNDS,
    MEMORY_LOG,
    MESSAGES,
    NOW,
    TRACE,
    FakeRecord,
    World,
    content,
    headers_of,
    loaded,
    message,
    outputs_to,
)


def bad(value: bytes | None, key: bytes | None = b"k") -> FakeRecord:
    return FakeRecord(value, key, _offset=177)


def written(**fields: object) -> bytes:
    return orjson.dumps({**content(number=77), **fields})


def without(field: str) -> bytes:
    value = content(number=77)
    del value[field]
    return orjson.dumps(value)


BAD = [
    ("null_value", bad(None)),
    ("null_key", bad(written(), None)),
    ("invalid_utf8", bad(b'{"text": "\xff\xfe"}')),
    ("invalid_json", bad(b'{"text": ')),
    ("invalid_json", bad(b"")),
    ("invalid_json", bad(b"[" * 100_000)),
    ("missing_field", bad(without("sender_id"))),
    ("missing_field", bad(without("sent_at"))),
    ("wrong_type", bad(written(text=12))),
    ("wrong_type", bad(written(revision="1"))),
    ("wrong_type", bad(b"[]")),
    ("wrong_type", bad(written(sent_at="2031-03-01T11:00:00"))),
    ("invalid_value", bad(written(surface="street"))),
    ("invalid_value", bad(written(revision=-1))),
    ("invalid_value", bad(written(sender_id=""))),
    ("invalid_value", bad(written(message_id="m" * (MAX_ID + 1)))),
    ("invalid_value", bad(written(sent_at="yesterday"))),
    ("text_too_long", bad(written(text="x" * (MAX_TEXT + 1)))),
    ("sent_in_future", bad(written(sent_at=(NOW + timedelta(minutes=6)).isoformat()))),
    ("sent_in_future", bad(written(sent_at="9999-12-31T23:59:59-14:00"))),
    ("sent_too_long_ago", bad(written(sent_at=(NOW - timedelta(days=366)).isoformat()))),
    ("sent_too_long_ago", bad(written(sent_at="0001-01-01T00:00:00+14:00"))),
]
"""Every reason for which a message event is set aside."""


@pytest.mark.parametrize(("reason", "record"), BAD)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_bad_record_is_set_aside_and_disturbs_no_other(reason: str, record: FakeRecord, place: int) -> None:
    good = [message("ask telegram", 1), message("bare ana_b", 2), message("give ana@example.org", 3)]
    undisturbed = World().process({MESSAGES: good})
    result = World().process({MESSAGES: [*good[:place], record, *good[place:]]})
    (letter,) = outputs_to(result, "dead")
    assert [out for out in result.outputs if out is not letter] == undisturbed.outputs
    assert (letter.key, letter.value) == (record.key(), record.value())
    headers = headers_of(letter)
    assert headers["backchannel_reason"] == reason
    assert headers["backchannel_origin_offset"] == "177"
    assert result.tally.dead_letters == {reason: 1}
    assert result.tally.records == sum(result.tally.events.values()) == 4


@settings(deadline=None)
@given(st.sampled_from(["message_id", "sender_id", "sent_at", "surface", "text", "locale", "revision"]), st.data())
def test_a_dead_letters_headers_never_quote_the_input(field: str, data: st.DataObject) -> None:
    secret = "zq" + data.draw(st.text("0123456789", min_size=6, max_size=200))
    value = data.draw(st.sampled_from([[secret], {secret: secret}, secret * 100, None, -7]))
    record = bad(orjson.dumps({**content(secret), field: value}) + data.draw(st.sampled_from([b"", secret.encode()])))
    for letter in outputs_to(World().process({MESSAGES: [record]}), "dead"):
        assert all(secret.encode() not in header for _, header in letter.headers)
        assert letter.value == record.value()


@pytest.mark.parametrize("sent_at", [BOUNDS.latest(NOW), BOUNDS.oldest])
def test_the_bounds_of_time_belong_to_what_is_accepted(sent_at: datetime) -> None:
    outside = timedelta(microseconds=1 if sent_at > NOW else -1)
    inside = World().process({MESSAGES: [message(sent_at=sent_at.isoformat())]})
    beyond = World().process({MESSAGES: [message(sent_at=(sent_at + outside).isoformat())]})
    assert (inside.tally.events["clean"], beyond.tally.events["dead_letter"]) == (1, 1)


def test_clean_messages_cost_no_look_and_leave_no_trace() -> None:
    world = World()
    result = world.process({MESSAGES: [message("hello", 0), message("bare nothing", 1), message("ok", 5)]})
    assert world.detector.observed == []
    assert result.outputs == []
    assert result.offsets == {MESSAGES: 106}
    assert result.tally.events == {"clean": 3, "cleared": 0, "flagged": 0}


def test_a_message_is_screened_with_what_an_earlier_one_of_the_batch_left_behind() -> None:
    """The second message alone is nothing, and the prefilter does not suspect it."""
    world = World()
    result = world.process({MESSAGES: [message("ask telegram", 0), message("bare ana_b", 1, sender_id="buyer-2")]})
    assert world.detector.observed == ["m0", "m1"]
    request, answer = (loaded(out)["findings"][0]["intent"] for out in outputs_to(result, ACCOUNTS.topic))
    assert (request, answer) == ("request", "provide")
    assert result.tally.events == {"clean": 0, "cleared": 0, "flagged": 2}


def test_a_message_is_screened_with_what_was_committed_before() -> None:
    world = World()
    world.commit({MESSAGES: [message("ask telegram", 0)]})
    result = world.process({MESSAGES: [message("bare ana_b", 1), message("bare ana_b", 2, conversation_id="other")]})
    assert world.detector.observed == ["m0", "m1"]
    assert result.tally.events == {"clean": 1, "cleared": 0, "flagged": 1}


def test_what_the_batch_itself_forgot_is_not_remembered() -> None:
    world = World()
    world.commit({MESSAGES: [message("ask telegram", 0)]})
    result = world.process({MESSAGES: [message("hush", 1), message("bare ana_b", 2)]})
    assert result.tally.events == {"clean": 1, "cleared": 1, "flagged": 0}
    assert changes(outputs_to(result, MEMORY_LOG)) == [(b"talk-1", None)]


def test_a_conversation_written_often_is_one_changelog_record_with_its_last_value() -> None:
    records = [
        message("ask telegram", 0),
        message("ask skype", 1, conversation_id="talk-2"),
        message("ask skype", 2),
        message("ask discord", 3),
        message("hush", 4, conversation_id="talk-2"),
    ]
    world = World()
    logged = outputs_to(world.commit({MESSAGES: records}), MEMORY_LOG)
    assert [(out.key, out.partition) for out in logged] == [(b"talk-1", 4), (b"talk-2", 4)]
    assert logged[1].value is None
    last = MEMORIES.decode(logged[0].value or b"")
    assert [request.message_id for request in last.requests] == ["m0", "m2", "m3"]
    assert dict(world.memories.table.items()) == {"talk-1": logged[0].value}


def changes(outputs: list[OutRecord]) -> list[tuple[bytes | None, bytes | None]]:
    return [(out.key, out.value) for out in outputs]


def test_memory_that_did_not_change_is_not_written_again() -> None:
    world = World()
    world.commit({MESSAGES: [message("ask telegram", 0)]})
    result = world.process({MESSAGES: [message("give ana@example.org", 1)]})
    assert outputs_to(result, MEMORY_LOG) == []


def test_a_silent_conversation_is_forgotten_before_the_batchs_messages_are_read() -> None:
    world = World()
    world.commit({MESSAGES: [message("ask telegram", 0), message("ask telegram", 1, conversation_id="talk-2")]})
    slices: Slices = {MESSAGES: [message("bare ana_b", 2), message("bare bo_c", 3, conversation_id="talk-2")]}
    result = world.commit(slices, due={MESSAGES: ["talk-1"]})
    (incident,) = outputs_to(result, ACCOUNTS.topic)
    assert loaded(incident)["conversation_id"] == "talk-2"
    assert (b"talk-1", None) in changes(outputs_to(result, MEMORY_LOG))
    assert "talk-1" not in world.memories.table


def test_an_incident_is_addressed_to_the_sender_and_dated_by_its_record() -> None:
    record = FakeRecord(message("give ana@example.org", sender_id="acc-9").value(), b"any key", 100, (1, 1_234_567))
    (out,) = outputs_to(World().process({MESSAGES: [record]}), ACCOUNTS.topic)
    assert out.key == b"acc-9"
    assert out.partition is None
    assert datetime.fromisoformat(loaded(out)["received_at"]) == datetime.fromtimestamp(1234.567, UTC)
    assert loaded(out)["masked_text"] == "give ■■■■■■■■■■■■■■■"


def test_after_a_bad_record_each_incident_still_has_its_own_records_time_and_trace() -> None:
    at = 1_900_000_000_000
    records = [
        FakeRecord(b"{", _offset=100, _headers=[("traceparent", b"not mine")]),
        message("hello", 1),
        FakeRecord(message("give ana@example.org", 2).value(), b"k", 102, (1, at)),
        FakeRecord(message("give ana@example.org", 3).value(), b"k", 103, (1, at + 60_000), [TRACE]),
    ]
    first, second = outputs_to(World().process({MESSAGES: records}), ACCOUNTS.topic)
    assert [datetime.fromisoformat(loaded(out)["received_at"]).timestamp() * 1000 for out in (first, second)] == [
        at,
        at + 60_000,
    ]
    assert [dict(out.headers).get(TRACE[0]) for out in (first, second)] == [None, TRACE[1]]


def test_findings_are_counted_by_kind_intent_and_technique() -> None:
    records = [message("give ana@example.org", 0), message("ask telegram", 1), message("give bo@example.org", 2)]
    tally = World().process({MESSAGES: records}).tally
    assert tally.findings == {("email", "provide"): 2, ("handle", "request"): 1}
    assert tally.techniques == {"spaced": 3}


def test_a_message_the_detector_fails_on_is_set_aside_and_the_others_are_screened(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Broken (the failure is passed on): the worker ends at this offset, and so does the next one, for ever.
    world = World()
    records = [
        message("give a@b.co", 1),
        message("fail a.very.secret@b.co", 2),
        message("give c@d.co", 3),
    ]
    result = world.process({MESSAGES: records})
    assert [loaded(each)["message_id"] for each in outputs_to(result, ACCOUNTS.topic)] == ["m1", "m3"]
    (letter,) = outputs_to(result, "dead")
    assert headers_of(letter)["backchannel_reason"] == "processing_failed"
    assert "secret" not in "".join(headers_of(letter).values())
    assert result.tally.dead_letters == {"processing_failed": 1}
    assert result.tally.events == {"clean": 0, "cleared": 0, "flagged": 2, "dead_letter": 1}
    assert [record.message for record in caplog.records] == ["a message could not be screened"]
