"""The contract's files, generated: JSON Schemas, examples and the AsyncAPI document, and how they may change.

Pure: text by path; the command line writes and reads the files.
"""

import json
from collections.abc import Mapping
from typing import Any

from consumer.events.asyncapi import asyncapi_document
from consumer.events.compatibility import Break, unreadable
from consumer.events.examples import EXAMPLES
from consumer.events.json_schema import VERSION, schema_of
from consumer.events.topics import TOPICS, Topic


def contract_files() -> dict[str, str]:
    """Every generated file: text by path relative to the schemas' directory."""
    files = {schema_path(topic): schema_text(topic) for topic in TOPICS}
    files |= {f"examples/{example.name}.json": _text(example.plain()) for example in EXAMPLES}
    files["asyncapi.json"] = _text(asyncapi_document())
    return files


def schema_path(topic: Topic) -> str:
    """Where a topic's schema lies, relative to the schemas' directory and to `published/` in it."""
    return f"{VERSION}/{topic.record}.schema.json"


def schema_text(topic: Topic) -> str:
    """A topic's schema as its file has it, and as a schema registry is given it."""
    return _text(schema_of(topic))


def breaks(topic: Topic, published: Mapping[str, Any], current: Mapping[str, Any]) -> list[Break]:
    """What in `current` breaks those who built on `published`.

    What the worker writes (`out`) must be readable to readers of the published schema. What it reads (`in`)
    may still be written by the published schema, for the worker is upgraded before the platform. Internal
    topics are held to both, because old and new workers run side by side during a rollout.
    """
    found: list[Break] = []
    if topic.flow in {"out", "internal"}:
        found += unreadable(reader=published, writer=current, writer_is_newer=True)
    if topic.flow in {"in", "internal"}:
        found += unreadable(reader=current, writer=published, writer_is_newer=False)
    return found


def _text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
