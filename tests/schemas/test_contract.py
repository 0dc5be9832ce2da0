"""The generated files are what the models say, and what the worker really writes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from consumer.cli.schemas import PUBLISHED, differences, published_breaks
from consumer.events.asyncapi import EVENT_TYPES, asyncapi_document
from consumer.events.dead_letter import HEADER_PREFIX, DeadLetter, header_fields
from consumer.events.examples import EXAMPLES, Example
from consumer.events.json_schema import schema_of
from consumer.events.schemas import schema_path
from consumer.events.topics import BY_ROLE, TOPICS, Role, Topic

SCHEMAS = Path(__file__).parents[2] / "schemas"


def test_the_files_are_what_the_models_say() -> None:
    assert list(differences(SCHEMAS)) == []


def test_nothing_breaks_the_published_version() -> None:
    assert list(published_breaks(SCHEMAS)) == []


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.record)
def test_every_record_has_been_published(topic: Topic) -> None:
    assert (SCHEMAS / PUBLISHED / schema_path(topic)).is_file()


def test_every_role_is_in_the_catalogue_once() -> None:
    assert sorted(topic.role for topic in TOPICS) == sorted(Role)
    for distinct in ("default_name", "record"):
        assert len({getattr(topic, distinct) for topic in TOPICS}) == len(TOPICS)


def test_a_changelog_is_internal_compacted_and_beside_its_input() -> None:
    beside = {topic.role: topic.like for topic in TOPICS if topic.like is not None}
    assert beside == {
        Role.CONVERSATION_MEMORY: Role.MESSAGE_EVENTS,
        Role.ACCOUNT_LEDGER: Role.ACCOUNT_EVENTS,
    }
    for role in beside:
        assert (BY_ROLE[role].flow, BY_ROLE[role].cleanup) == ("internal", "compact")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_is_read_back_as_what_it_was(example: Example) -> None:
    adapter = BY_ROLE[example.role].adapter
    assert adapter.validate_json((SCHEMAS / "examples" / f"{example.name}.json").read_bytes()) == example.value


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.record)
def test_every_record_has_an_example_in_its_schema(topic: Topic) -> None:
    told = schema_of(topic)["examples"]
    assert told == [example.plain() for example in EXAMPLES if example.role is topic.role] != []


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.record)
def test_every_object_of_a_schema_is_described(topic: Topic) -> None:
    for schema in objects(schema_of(topic)):
        text = schema.get("description", "")
        assert len(text) > 20, schema.get("title")
        assert "\n" not in text.replace("\n\n", ""), "docstrings are unwrapped"


def test_fields_we_do_not_know_do_not_disturb_a_reader() -> None:
    for example in EXAMPLES:
        value = example.plain() | {"from_the_future": {"nested": [1]}}
        assert BY_ROLE[example.role].adapter.validate_json(orjson.dumps(value)) == example.value


def test_no_example_of_an_output_tells_the_detail_its_message_gave() -> None:
    for example in EXAMPLES:
        if BY_ROLE[example.role].flow == "out":
            assert "ana@example.org" not in json.dumps(example.plain()), example.name


def test_the_asyncapi_document_refers_only_to_what_is_in_it() -> None:
    document = asyncapi_document()
    for reference in references(document):
        assert reference.startswith("#/")
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert found


def test_asyncapi_operations_go_the_way_of_the_topics() -> None:
    operations = asyncapi_document()["operations"].values()
    ways = {(operation["channel"]["$ref"].removeprefix("#/channels/"), operation["action"]) for operation in operations}
    expected = set()
    for topic in TOPICS:
        expected |= {(topic.role.value, "receive")} if topic.flow in {"in", "internal"} else set()
        expected |= {(topic.role.value, "send")} if topic.flow in {"out", "internal"} else set()
    assert ways == expected


def test_asyncapi_promises_cloudevents_on_exactly_what_has_an_event_type() -> None:
    messages = asyncapi_document()["components"]["messages"]
    for topic in TOPICS:
        promised = messages[topic.record]["headers"]["properties"].get("ce_type", {}).get("enum")
        assert tuple(promised or ()) == EVENT_TYPES.get(topic.role, ())


def test_dead_letter_headers_are_promised_written_and_read_alike() -> None:
    letter = next(example.value for example in EXAMPLES if isinstance(example.value, DeadLetter))
    promised = asyncapi_document()["components"]["messages"]["dead-letter"]["headers"]
    written = letter.headers()
    assert {name for name, _ in written} == set(promised["required"])
    assert all(name.startswith(HEADER_PREFIX) and isinstance(value, bytes) for name, value in written)
    beside: list[tuple[str, bytes | None]] = [("traceparent", b"00-\xff"), ("reason", b"theirs"), ("empty", None)]
    read = header_fields([*written, *beside])
    assert BY_ROLE[Role.DEAD_LETTERS].adapter.validate_strings(read) == letter


def objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schema and its definitions."""
    yield schema
    yield from schema.get("$defs", {}).values()


def references(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
