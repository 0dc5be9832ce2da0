"""JSON Schemas from the models, with their docstrings as descriptions."""

import inspect
import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from consumer.events.examples import EXAMPLES
from consumer.events.topics import Topic

VERSION: Final = "v1"
"""The contract's major version: a change that breaks readers needs the next one."""
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_LINE_BREAK: Final = re.compile(r"(?<!\n)\n(?!\n)")


class _Generator(GenerateJsonSchema):
    """pydantic's generator without a title on every field, which would only repeat the field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401 - as the base class has it
        del schema
        return False

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        # Not every version of pydantic describes a dataclass inside another one.
        described = super().dataclass_schema(schema)
        return {"description": inspect.getdoc(schema["cls"]) or ""} | described


def schema_of(topic: Topic) -> dict[str, Any]:
    """The schema of a topic's values, or of a dead letter's header fields."""
    generated = unwrapped(topic.adapter.json_schema(schema_generator=_Generator))
    head = {
        "$schema": DIALECT,
        "$id": f"urn:backchannel:{VERSION}:{topic.record}",
        "title": generated.pop("title", topic.record),
        "description": generated.pop("description", topic.description),
    }
    examples = [example.plain() for example in EXAMPLES if example.role is topic.role]
    return {**head, **generated, "examples": examples}


def shared_schemas(topics: tuple[Topic, ...], template: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Each topic's schema by record name, and the definitions they share, referred to by `template`.

    `template` holds `{model}`, as in `#/components/schemas/{model}`.
    """
    inputs = [(topic.record, "validation", topic.adapter) for topic in topics]
    generated, shared = TypeAdapter.json_schemas(
        inputs,  # type: ignore[arg-type]  # a list of literals is inferred as a list of strings
        ref_template=template,
        schema_generator=_Generator,
    )
    by_record = {str(record): unwrapped(schema) for (record, _), schema in generated.items()}
    return by_record, unwrapped(shared.get("$defs", {}))


def unwrapped(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with the line breaks of wrapped docstrings turned into spaces; paragraphs stay."""
    return {name: _unwrap(name, value) for name, value in schema.items()}


def _unwrap(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, Mapping):
        return unwrapped(value)
    if isinstance(value, list):
        return [_unwrap(name, each) for each in value]
    return _LINE_BREAK.sub(" ", value) if name == "description" and isinstance(value, str) else value
