"""`default.toml` is the reference: it shows every key, says something about it, and gives what holds without it."""

import re
from collections.abc import Iterator
from importlib import resources
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from consumer.policy.document import PolicyDocument
from consumer.policy.policy import content_version
from tests.policy.rules import default_content

TEXT = (resources.files("consumer.policy") / "default.toml").read_text(encoding="utf-8")


def keys(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key of a table and of the tables in it."""
    for name, field in model.model_fields.items():
        inner = tables(field.annotation)
        if inner is None:
            yield (*path, name)
        else:
            yield from keys(inner, (*path, name))


def tables(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation
    """The table that a field holds, by itself or many of it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := tables(each)) is not None), None)


ALL = list(keys(PolicyDocument))


def test_there_are_keys_to_look_for() -> None:
    assert ("breaker", "cool_down_seconds") in ALL
    assert ("strikes", "merging", "span_seconds") in ALL
    assert ("thresholds", "overrides", "standing") in ALL
    assert len(ALL) > 35


@pytest.mark.parametrize("key", ALL, ids=".".join)
def test_every_key_is_shown_in_its_table(key: tuple[str, ...]) -> None:
    header = ".".join(key[:-1])
    section = re.search(
        rf"^#? ?\[{{1,2}}{re.escape(header)}\]{{1,2}}\n(.*?)(?=^#? ?\[|\Z)", TEXT, re.DOTALL | re.MULTILINE
    )
    within = section[1] if section else TEXT
    assert header == "" or section is not None
    assert re.search(rf"^#? ?{key[-1]} = ", within, re.MULTILINE)


@pytest.mark.parametrize("table", re.findall(r"^\[[\w.]+\]", TEXT, re.MULTILINE))
def test_every_table_is_explained(table: str) -> None:
    before = TEXT[: TEXT.index(f"\n{table}\n") + 1].splitlines()
    inside = TEXT[TEXT.index(f"\n{table}\n") :].splitlines()[2]
    assert before[-1].startswith("# ") or inside.startswith("# ")


def test_keys_left_out_have_the_values_shown() -> None:
    content = default_content()
    for name, key in optional(PolicyDocument):
        table = content
        for part in name:
            table = table[part]
        table.pop(key, None)
    shortened = PolicyDocument.model_validate(content)
    assert set(content) < set(default_content())
    assert content_version(shortened) == content_version(PolicyDocument.model_validate(default_content()))


def optional(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every key that may be left out, the outermost only, as (table, key)."""
    for name, field in model.model_fields.items():
        inner = tables(field.annotation)
        if not field.is_required():
            yield path, name
        elif inner is not None:
            yield from optional(inner, (*path, name))
