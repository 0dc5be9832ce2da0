"""The AsyncAPI 3.0 document: every channel with its key, headers, payload and Kafka settings.

It is written from the worker's side, as AsyncAPI asks: `receive` is what the worker reads, `send` what it
writes. Sources: the AsyncAPI specification 3.0.0 and its Kafka bindings 0.5.0, CloudEvents' Kafka protocol
binding 1.0.2 (binary content mode), W3C Trace Context.
"""

from dataclasses import fields
from typing import Any, Final

from consumer import __version__
from consumer.events.dead_letter import HEADER_PREFIX, DeadLetter
from consumer.events.examples import EXAMPLES, Example
from consumer.events.json_schema import shared_schemas
from consumer.events.topics import TOPICS, Role, Topic

BINDING: Final = "0.5.0"
EVENT_TYPES: Final[dict[Role, tuple[str, ...]]] = {
    Role.ACCOUNT_EVENTS: ("backchannel.incident.v1", "backchannel.moderator-action.v1"),
    Role.FLAGGED_MESSAGES: ("backchannel.verdict.v1",),
    Role.ACCOUNT_STANDING: ("backchannel.account-standing.v1",),
}
"""The `ce_type` of what the worker writes; what carries no CloudEvents headers is not here."""

_TRACE: Final = {
    "traceparent": {"type": "string", "description": "W3C Trace Context, passed on from the cause."},
    "tracestate": {"type": "string", "description": "W3C Trace Context, passed on from the cause."},
}


def asyncapi_document() -> dict[str, Any]:
    """The document, whole: it refers to nothing outside itself."""
    payloads, shared = shared_schemas(TOPICS, "#/components/schemas/{model}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Backchannel",
            "version": __version__,
            "description": (
                "Finds contact exchange in a marketplace's messages, counts strikes, and publishes verdicts. "
                "Read the outputs with isolation.level=read_committed: every verdict is then seen once."
            ),
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.role.value: _channel(topic) for topic in TOPICS},
        "operations": {name: operation for topic in TOPICS for name, operation in _operations(topic).items()},
        "components": {
            "messages": {topic.record: _message(topic, payloads[topic.record]) for topic in TOPICS},
            "schemas": shared,
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.default_name,
        "title": topic.default_name,
        "description": f"{topic.description} Key: {topic.key}.",
        "messages": {topic.record: {"$ref": f"#/components/messages/{topic.record}"}},
        "bindings": {
            "kafka": {
                "topic": topic.default_name,
                "topicConfiguration": {"cleanup.policy": [topic.cleanup]},
                "bindingVersion": BINDING,
            }
        },
        "tags": [{"name": {"in": "input", "out": "output", "internal": "internal"}[topic.flow]}],
    }


def _operations(topic: Topic) -> dict[str, Any]:
    channel = {"$ref": f"#/channels/{topic.role.value}"}
    messages = [{"$ref": f"#/channels/{topic.role.value}/messages/{topic.record}"}]
    operations = {}
    if topic.flow in {"in", "internal"}:
        operations[f"receive_{topic.role.value}"] = {
            "action": "receive",
            "channel": channel,
            "messages": messages,
        }
    if topic.flow in {"out", "internal"}:
        operations[f"send_{topic.role.value}"] = {"action": "send", "channel": channel, "messages": messages}
    return operations


def _message(topic: Topic, payload: dict[str, Any]) -> dict[str, Any]:
    raw = topic.role is Role.DEAD_LETTERS
    return {
        "name": topic.record,
        "title": topic.record,
        "summary": topic.description,
        "contentType": "application/octet-stream" if raw else "application/json",
        "headers": _headers(topic),
        # A rejected value is any bytes, or none.
        "payload": {"description": "The rejected record's value, byte for byte."} if raw else _plain(payload),
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": BINDING}},
        "examples": [_example(example) for example in EXAMPLES if example.role is topic.role],
    }


def _plain(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with its discriminator as AsyncAPI has it: the property's name alone."""
    discriminator = payload.get("discriminator")
    return payload if discriminator is None else payload | {"discriminator": discriminator["propertyName"]}


def _example(example: Example) -> dict[str, Any]:
    if isinstance(example.value, DeadLetter):
        headers = {name: value.decode() for name, value in example.value.headers()}
        return {
            "name": example.name,
            "headers": headers,
            "payload": '{"message_id": "msg-1003", "text": "hi"}',
        }
    return {"name": example.name, "payload": example.plain()}


def _headers(topic: Topic) -> dict[str, Any]:
    if topic.role is Role.DEAD_LETTERS:
        return _dead_letter_headers()
    types = EVENT_TYPES.get(topic.role)
    if types is None:
        return {"type": "object", "properties": dict(_TRACE) if topic.flow == "in" else {}}
    return {
        "type": "object",
        "required": ["ce_id", "ce_source", "ce_specversion", "ce_time", "ce_type", "content-type"],
        "properties": {
            "ce_id": {"type": "string", "description": "Unique within ce_source and ce_type."},
            "ce_source": {"type": "string", "description": "The setting event_source."},
            "ce_specversion": {"type": "string", "const": "1.0"},
            "ce_time": {"type": "string", "format": "date-time"},
            "ce_type": {"type": "string", "enum": list(types)},
            "content-type": {"type": "string", "const": "application/json"},
            **_TRACE,
        },
    }


def _dead_letter_headers() -> dict[str, Any]:
    # Header values are bytes: numbers are written out in decimal.
    names = [HEADER_PREFIX + each.name for each in fields(DeadLetter)]
    optional = HEADER_PREFIX + "truncated_from"
    return {
        "type": "object",
        "description": DeadLetter.__doc__.partition("\n")[0] if DeadLetter.__doc__ else "",
        "required": [name for name in names if name != optional],
        "properties": {name: {"type": "string"} for name in names} | _TRACE,
    }
