"""What counts as breaking a reader, change by change."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from consumer.events.compatibility import Break, UnknownKeywordError, unreadable
from consumer.events.json_schema import schema_of
from consumer.events.schemas import breaks
from consumer.events.topics import BY_ROLE, TOPICS, Role, Topic

Schema = dict[str, Any]
Change = Callable[[Schema], object]

VERDICT = BY_ROLE[Role.FLAGGED_MESSAGES]
MESSAGE = BY_ROLE[Role.MESSAGE_EVENTS]
LEDGER = BY_ROLE[Role.ACCOUNT_LEDGER]


def changed(topic: Topic, change: Change) -> list[Break]:
    """What a change of the topic's schema breaks."""
    published = schema_of(topic)
    current = copy.deepcopy(published)
    change(current)
    return breaks(topic, published, current)


def finding(schema: Schema) -> Schema:
    found: Schema = schema["$defs"]["PublishedFinding"]["properties"]
    return found


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.record)
def test_what_did_not_change_breaks_nobody(topic: Topic) -> None:
    assert changed(topic, lambda _: None) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["properties"].update(appeal_url={"type": "string"}),
        lambda s: s["properties"].update(appeal_url={"type": "string"}) or s["required"].append("appeal_url"),
        lambda s: s["required"].append("conversation_id"),
        lambda s: s["properties"]["decision"]["enum"].remove("review"),
        lambda s: s["properties"]["reasons"].update(maxLength=100),
        lambda s: finding(s)["confidence"].update(type="integer"),
        lambda s: finding(s)["confidence"].update(minimum=0.5),
        lambda s: s["properties"].update(surface={"enum": ["inbox"], "type": "string"}),
        lambda s: s.update(description="told better", title="Other"),
        lambda s: s["properties"]["exempted"].update(minItems=1),
        lambda s: finding(s).update(kind={"const": "email", "type": "string"}),
    ],
)
def test_an_output_may_gain_fields_and_grow_narrower(change: Change) -> None:
    assert changed(VERDICT, change) == []


@pytest.mark.parametrize(
    ("change", "break_"),
    [
        (
            lambda s: s["properties"].pop("reasons") and s["required"].remove("reasons"),
            Break("reasons", "needed by the reader, not always written"),
        ),
        (
            lambda s: s["required"].remove("reasons"),
            Break("reasons", "needed by the reader, not always written"),
        ),
        (lambda s: s["properties"].pop("corrects"), Break("corrects", "known to the reader, no longer written")),
        (
            lambda s: s["properties"]["decision"]["enum"].append("pardoned"),
            Break("decision", 'the reader does not know "pardoned"'),
        ),
        (
            lambda s: s["properties"]["decision"].pop("enum"),
            Break("decision", "any value is written where a closed set is read"),
        ),
        (
            lambda s: s["properties"]["revision"].update(type="string"),
            Break("revision", "string is written where integer is read"),
        ),
        (
            lambda s: s["properties"]["revision"].update(type="number"),
            Break("revision", "number is written where integer is read"),
        ),
        (
            lambda s: s["properties"]["revision"].pop("type"),
            Break("revision", "anything is written where integer is read"),
        ),
        (
            lambda s: s["properties"]["reasons"].update(maxLength=3000),
            Break("reasons", "maxLength 3000 is written where 2000 is read"),
        ),
        (
            lambda s: s["properties"]["reasons"].pop("maxLength"),
            Break("reasons", "maxLength nothing is written where 2000 is read"),
        ),
        (
            lambda s: s["properties"]["verdict_id"].update(minLength=0),
            Break("verdict_id", "minLength 0 is written where 1 is read"),
        ),
        (
            lambda s: s["properties"]["decided_at"].pop("format"),
            Break("decided_at", "format nothing is written where date-time is read"),
        ),
        (
            lambda s: finding(s)["kind"]["enum"].append("qr_code"),
            Break("findings[].kind", 'the reader does not know "qr_code"'),
        ),
        (
            lambda s: finding(s)["detail_hash"]["anyOf"][0].update(pattern="^[0-9a-f]{128}$"),
            Break("findings[].detail_hash", "pattern ^[0-9a-f]{128}$ is written where ^[0-9a-f]{64}$ is read"),
        ),
        (
            lambda s: s["properties"]["findings"].pop("items"),
            Break("findings[]", "the writer may put anything in the list"),
        ),
        (
            lambda s: s["properties"].update(revision={"anyOf": [s["properties"]["revision"], {"type": "null"}]}),
            Break("revision", "null is written where integer is read"),
        ),
        (
            lambda s: s["properties"]["surface"]["anyOf"][0]["enum"].append("forum"),
            Break("surface", 'the reader does not know "forum"'),
        ),
        (
            lambda s: s["$defs"]["StrikeEffect"]["required"].remove("weight"),
            Break("strike.weight", "needed by the reader, not always written"),
        ),
        (
            lambda s: s.update(type="array"),
            Break("", "array is written where object is read"),
        ),
    ],
)
def test_an_output_may_not_surprise_its_readers(change: Change, break_: Break) -> None:
    assert changed(VERDICT, change) == [break_]


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["properties"]["surface"]["enum"].append("forum"),
        lambda s: s["properties"].update(channel={"type": "string"}),
        lambda s: s["properties"].pop("locale"),
        lambda s: s["required"].remove("conversation_id"),
        lambda s: s["properties"]["text"].update(maxLength=1_000_000),
        lambda s: s["properties"]["text"].pop("maxLength"),
        lambda s: s["properties"]["revision"].update(type="number"),
    ],
)
def test_an_input_may_grow_wider(change: Change) -> None:
    assert changed(MESSAGE, change) == []


@pytest.mark.parametrize(
    ("change", "break_"),
    [
        (
            lambda s: s["required"].append("locale"),
            Break("locale", "needed by the reader, not always written"),
        ),
        (
            lambda s: s["properties"].update(channel={"type": "string"}) or s["required"].append("channel"),
            Break("channel", "needed by the reader, not always written"),
        ),
        (
            lambda s: s["properties"]["surface"]["enum"].remove("review"),
            Break("surface", 'the reader does not know "review"'),
        ),
        (
            lambda s: s["properties"]["text"].update(maxLength=100),
            Break("text", "maxLength 65536 is written where 100 is read"),
        ),
        (
            lambda s: s["properties"].update(gig_id={"type": "string", "minLength": 1, "maxLength": 128}),
            Break("gig_id", "null is written where string is read"),
        ),
    ],
)
def test_an_input_may_not_refuse_what_it_took(change: Change, break_: Break) -> None:
    assert changed(MESSAGE, change) == [break_]


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["properties"]["standing"]["enum"].append("banned"),
        lambda s: s["properties"]["standing"]["enum"].remove("suspended"),
        lambda s: s["properties"].pop("due"),
        lambda s: s.update(required=["cases"]),
    ],
)
def test_what_workers_exchange_may_change_in_neither_way(change: Change) -> None:
    assert changed(LEDGER, change) != []


def test_what_workers_exchange_may_gain_optional_fields() -> None:
    assert changed(LEDGER, lambda s: s["properties"].update(note={"type": "string"})) == []


def test_a_new_kind_of_record_on_a_topic_is_a_break_told_as_its_nearest_kin() -> None:
    def third(schema: Schema) -> None:
        schema["$defs"]["Note"] = {"title": "Note", "type": "object", "properties": {}}
        schema["oneOf"].append({"$ref": "#/$defs/Note"})

    assert Break("incident_id", "needed by the reader, not always written") in changed(
        BY_ROLE[Role.ACCOUNT_EVENTS], third
    )


def test_a_keyword_without_a_rule_is_an_error_not_a_pass() -> None:
    schema = {"type": "object", "patternProperties": {}}
    with pytest.raises(UnknownKeywordError, match="patternProperties"):
        unreadable(reader=schema, writer=schema, writer_is_newer=True)
