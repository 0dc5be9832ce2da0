"""What every record the worker writes carries, and how large a dead letter can become."""

from datetime import datetime

from confluent_kafka import Producer
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from consumer.events.dead_letter import DeadLetter, header_fields
from consumer.events.decode import Rejected
from consumer.stream.outputs import (
    MAX_DEAD_LETTER,
    MAX_DEAD_LETTER_KEY,
    MAX_TRACE,
    TRUNCATED_HEADER,
    Outputs,
    changelog,
    trace_of,
)
from consumer.stream.records import OutRecord
from tests.stream.world import (
    ACCOUNTS,
    ACTIONS,
    MESSAGES,
    SOURCE,
    TOPICS,
    TRACE,
    FakeRecord,
    World,
    action,
    headers_of,
    loaded,
    message,
    outputs_to,
    second_hop,
)

OUTPUTS = Outputs(TOPICS, SOURCE)
WHY = Rejected("invalid_json", "the value is not one JSON document")
REQUIRED = {"ce_id", "ce_type", "ce_source", "ce_specversion", "ce_time", "content-type"}


def every_kind_of_output() -> dict[str, OutRecord]:
    """One incident, routed action, verdict, standing, corrected verdict and its standing, by CloudEvents type."""
    world = World()
    traced = FakeRecord(message("give ana@example.org").value(), _offset=100, _headers=[TRACE])
    first = world.commit({MESSAGES: [traced]})
    judged = world.commit({ACCOUNTS: second_hop(first)})
    routed = world.commit({ACTIONS: [FakeRecord(action().value(), _offset=300, _headers=[TRACE])]})
    cleared = world.commit({ACCOUNTS: second_hop(routed, 201)})
    results = {"incident": first, "violation": judged, "action": routed, "cleared": cleared}
    return {
        f"{name} {headers_of(out)['ce_type']}": out
        for name, result in results.items()
        for out in result.outputs
        if out.partition is None
    }


def test_every_output_carries_complete_cloudevents_headers_and_the_trace() -> None:
    outputs = every_kind_of_output()
    assert set(outputs) == {
        "incident backchannel.incident.v1",
        "violation backchannel.verdict.v1",
        "violation backchannel.account-standing.v1",
        "action backchannel.moderator-action.v1",
        "cleared backchannel.verdict.v1",
        "cleared backchannel.account-standing.v1",
    }
    for name, out in outputs.items():
        headers = headers_of(out)
        assert set(headers) == REQUIRED | {"traceparent"}, name
        assert all(headers.values()), name
        assert headers["ce_specversion"] == "1.0"
        assert headers["ce_source"] == SOURCE
        assert headers["content-type"] == "application/json"
        assert headers["traceparent"] == TRACE[1].decode()
        assert datetime.fromisoformat(headers["ce_time"]).utcoffset() is not None
        assert out.key == b"seller-7", name
    assert len({(headers_of(out)["ce_type"], headers_of(out)["ce_id"]) for out in outputs.values()}) == len(outputs)


def test_ids_in_headers_are_those_in_the_values() -> None:
    outputs = every_kind_of_output()
    for name, field in {
        "incident backchannel.incident.v1": "incident_id",
        "violation backchannel.verdict.v1": "verdict_id",
        "cleared backchannel.verdict.v1": "verdict_id",
        "action backchannel.moderator-action.v1": "action_id",
    }.items():
        assert headers_of(outputs[name])["ce_id"] == loaded(outputs[name])[field]


def test_trace_headers_are_passed_on_up_to_their_bound_and_nothing_else_is() -> None:
    state = ("tracestate", b"s" * MAX_TRACE)
    assert trace_of(FakeRecord(b"", _headers=[TRACE, ("authorization", b"secret"), state])) == [TRACE, state]
    assert trace_of(FakeRecord(b"", _headers=[("traceparent", b"t" * (MAX_TRACE + 1)), state])) == [state]
    assert trace_of(FakeRecord(b"", _headers=[("traceparent", None)])) == []
    assert trace_of(FakeRecord(b"", _headers=None)) == []


def test_a_repeated_trace_header_is_passed_on_once() -> None:
    """Otherwise a small record could make a large one."""
    assert trace_of(FakeRecord(b"", _headers=[TRACE, ("traceparent", b"second"), TRACE])) == [TRACE]


def test_a_dead_letter_keeps_key_and_value_byte_for_byte_with_reason_and_origin() -> None:
    out = OUTPUTS.dead_letter(MESSAGES, FakeRecord(b"\xff\x00{", b"\xfek", 41, (1, 1234), [TRACE]), WHY)
    assert (out.topic, out.key, out.value, out.partition) == ("dead", b"\xfek", b"\xff\x00{", None)
    assert headers_of(out) == {
        "backchannel_reason": "invalid_json",
        "backchannel_detail": WHY.detail,
        "backchannel_origin_topic": "messages",
        "backchannel_origin_partition": "4",
        "backchannel_origin_offset": "41",
        "backchannel_origin_timestamp": "1234",
        "backchannel_worker_version": headers_of(out)["backchannel_worker_version"],
        "traceparent": TRACE[1].decode(),
    }


def test_nulls_and_a_missing_timestamp_survive_in_a_dead_letter() -> None:
    out = OUTPUTS.dead_letter(MESSAGES, FakeRecord(None, None, 1, (0, -1)), WHY)
    assert (out.key, out.value) == (None, None)
    assert headers_of(out)["backchannel_origin_timestamp"] == "0"


@settings(deadline=None)
@given(st.integers(-2, 2), st.integers(-2, 2))
def test_a_dead_letter_is_cut_at_its_bounds_and_says_how_much_is_missing(over: int, key_over: int) -> None:
    value, key = b"v" * (MAX_DEAD_LETTER + over), b"k" * (MAX_DEAD_LETTER_KEY + key_over)
    out = OUTPUTS.dead_letter(MESSAGES, FakeRecord(value, key), WHY)
    assert out.value == value[:MAX_DEAD_LETTER]
    assert out.key == key[:MAX_DEAD_LETTER_KEY]
    headers = headers_of(out)
    assert headers.get(TRUNCATED_HEADER) == (str(len(value)) if over > 0 else None)
    fields: dict[str, object] = dict(header_fields(out.headers))
    letter = TypeAdapter(DeadLetter).validate_python(
        {name: int(str(text)) if str(text).isdigit() else text for name, text in fields.items()}
    )
    assert letter.truncated_from == (len(value) if over > 0 else None)


def test_the_largest_dead_letter_is_one_the_client_takes() -> None:
    """The client refuses what is over its message.max.bytes (1,000,000 by default) before any broker sees it."""
    headers: list[tuple[str, bytes | None]] = [("tracestate", b"s" * MAX_TRACE), ("traceparent", b"p" * MAX_TRACE)]
    huge = FakeRecord(b"v" * 3_000_000, b"k" * 300_000, 2**62, (1, 2**52), headers * 400)
    longest = Rejected("refused_action", "d" * 500)
    out = OUTPUTS.dead_letter(MESSAGES._replace(topic="t" * 249), huge, longest)
    producer = Producer({"log_level": 0})
    try:
        producer.produce(out.topic, out.value, out.key, headers=list[tuple[str, str | bytes | None]](out.headers))
        assert len(producer) == 1
    finally:
        producer.purge()
        producer.poll(0)


def test_changes_go_to_the_partition_with_the_number_of_their_input() -> None:
    assert changelog("log", 7, [("a", b"1"), ("ü", None)]) == [
        OutRecord("log", b"a", b"1", [], 7),
        OutRecord("log", "ü".encode(), None, [], 7),
    ]


def test_two_changes_of_one_account_at_one_instant_have_two_ids() -> None:
    world = World()
    records = [message("give ana@example.org", number, conversation_id=f"talk-{number}") for number in range(3)]
    judged = world.commit({ACCOUNTS: second_hop(world.commit({MESSAGES: records}))})
    standings = outputs_to(judged, "standing")
    assert [loaded(out)["active_strikes"] for out in standings] == [1, 2, 3]
    assert len({headers_of(out)["ce_id"] for out in standings}) == 3
    assert len({loaded(out)["as_of"] for out in standings}) == 1
