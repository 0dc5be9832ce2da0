"""The headers the worker writes are those the AsyncAPI document promises."""

from typing import Any

import pytest

from consumer.events.account import Incident
from consumer.events.asyncapi import asyncapi_document
from consumer.events.examples import EXAMPLES, Example
from consumer.events.moderation import ModeratorAction
from consumer.events.standing import AccountStanding
from consumer.events.topics import BY_ROLE, Role
from consumer.events.verdict import Verdict
from consumer.stream.outputs import Outputs, OutputTopics
from consumer.stream.records import OutRecord

TRACE = [("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
NAMES = {role: BY_ROLE[role].default_name for role in Role}
OUTPUTS = Outputs(
    OutputTopics(
        account_events=NAMES[Role.ACCOUNT_EVENTS],
        flagged_messages=NAMES[Role.FLAGGED_MESSAGES],
        account_standing=NAMES[Role.ACCOUNT_STANDING],
        dead_letters=NAMES[Role.DEAD_LETTERS],
    ),
    "backchannel/test",
)
WRITTEN = [
    example
    for example in EXAMPLES
    if example.role in {Role.ACCOUNT_EVENTS, Role.FLAGGED_MESSAGES, Role.ACCOUNT_STANDING}
]


def produced(value: object) -> OutRecord:
    match value:
        case Incident():
            return OUTPUTS.incident(value, TRACE)
        case ModeratorAction():
            return OUTPUTS.action(value, TRACE)
        case Verdict():
            return OUTPUTS.verdict(value, TRACE)
        case AccountStanding():
            return OUTPUTS.standing(value, TRACE)
    raise TypeError(type(value).__name__)


@pytest.mark.parametrize("example", WRITTEN, ids=lambda example: example.name)
def test_a_written_record_is_as_promised(example: Example) -> None:
    record = produced(example.value)
    topic = BY_ROLE[example.role]
    assert record.topic == topic.default_name
    assert record.key == example.value.account_id.encode()
    assert record.value is not None
    assert topic.adapter.validate_json(record.value) == example.value
    promised = asyncapi_document()["components"]["messages"][topic.record]["headers"]
    headers = {name: value.decode() for name, value in record.headers}
    assert len(headers) == len(record.headers), "no header twice"
    assert set(promised["required"]) <= headers.keys() <= promised["properties"].keys()
    for name, value in headers.items():
        allowed(promised["properties"][name], value)
    assert headers["ce_source"] == "backchannel/test"
    assert headers["traceparent"] == TRACE[0][1].decode()


def allowed(schema: dict[str, Any], value: str) -> None:
    assert value in schema.get("enum", [schema.get("const", value)])
