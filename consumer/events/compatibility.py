"""Whether readers of one JSON Schema can read what another describes.

A reader can, if every record the writer's schema allows is allowed by the reader's: no field the reader needs
is missing, no value is outside what it knows. It ignores fields it does not know, as our own readers do. Where
the writer is the newer side, a field the reader knows must also still be there, though it be optional:
whoever uses it would lose it without an error.

Only the keywords our models produce are understood; any other is an error, so that nothing passes unexamined.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Schema = Mapping[str, Any]

_ANNOTATIONS: Final = frozenset(
    {"$schema", "$id", "$defs", "title", "description", "default", "examples", "discriminator"}
)
_SHAPES: Final = frozenset({"type", "properties", "required", "items", "$ref", "anyOf", "oneOf", "enum", "const"})
_UPPER: Final = ("maxLength", "maxItems", "maximum", "exclusiveMaximum")
_LOWER: Final = ("minLength", "minItems", "minimum", "exclusiveMinimum")
_SAME: Final = ("pattern", "format")
_KNOWN: Final = _ANNOTATIONS | _SHAPES | {*_UPPER, *_LOWER, *_SAME}


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """One reason why a reader may fail: the field's path (`findings[].kind`) and what is wrong there."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path or 'the record'}: {self.what}"


class UnknownKeywordError(ValueError):
    """A schema uses a keyword whose compatibility rule is not written yet."""


def unreadable(*, reader: Schema, writer: Schema, writer_is_newer: bool) -> list[Break]:
    """Every reason why a reader of `reader` may fail on, or lose something of, a record written by `writer`.

    Raises UnknownKeywordError for a keyword this module has no rule for.
    """
    return sorted(set(_Comparison(reader, writer, writer_is_newer).compare(reader, writer, "")))


@dataclass(frozen=True, slots=True)
class _Comparison:
    reader_root: Schema
    writer_root: Schema
    writer_is_newer: bool

    def compare(self, reader: Schema, writer: Schema, path: str) -> list[Break]:
        reader, writer = _resolved(reader, self.reader_root), _resolved(writer, self.writer_root)
        if _alternatives(reader) or _alternatives(writer):
            return self._compare_alternatives(reader, writer, path)
        broken = _types(reader, writer, path)
        if broken:
            return broken
        return [
            *_values(reader, writer, path),
            *_bounds(reader, writer, path),
            *self._properties(reader, writer, path),
            *self._items(reader, writer, path),
        ]

    def _compare_alternatives(self, reader: Schema, writer: Schema, path: str) -> list[Break]:
        """Each thing the writer may write must be readable as one of the things the reader knows."""
        found: list[Break] = []
        for written in _alternatives(writer) or [writer]:
            known = sorted(_alternatives(reader) or [reader], key=lambda each: self._unlike(each, written))
            attempts = [self.compare(each, written, path) for each in known]
            found += [] if [] in attempts else attempts[0]
        return found

    def _unlike(self, reader: Schema, writer: Schema) -> int:
        reader, writer = _resolved(reader, self.reader_root), _resolved(writer, self.writer_root)
        return sum(reader.get(keyword) != writer.get(keyword) for keyword in ("type", "title"))

    def _properties(self, reader: Schema, writer: Schema, path: str) -> list[Break]:
        read, written = reader.get("properties", {}), writer.get("properties", {})
        needed, always = set(reader.get("required", ())), set(writer.get("required", ()))
        found: list[Break] = []
        for name, schema in read.items():
            inner = f"{path}.{name}" if path else name
            if name in needed and name not in always:
                found.append(Break(inner, "needed by the reader, not always written"))
            elif name not in written and self.writer_is_newer:
                found.append(Break(inner, "known to the reader, no longer written"))
            if name in written:
                found += self.compare(schema, written[name], inner)
        return found

    def _items(self, reader: Schema, writer: Schema, path: str) -> list[Break]:
        if "items" not in reader:
            return []
        if "items" not in writer:
            return [Break(f"{path}[]", "the writer may put anything in the list")]
        return self.compare(reader["items"], writer["items"], f"{path}[]")


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    unknown = sorted(set(schema) - _KNOWN)
    if unknown:
        raise UnknownKeywordError(f"no compatibility rule for {', '.join(unknown)}")
    return schema


def _alternatives(schema: Schema) -> Sequence[Schema]:
    found: Sequence[Schema] = schema.get("anyOf") or schema.get("oneOf") or ()
    return found


def _types(reader: Schema, writer: Schema, path: str) -> list[Break]:
    if "type" not in reader or reader["type"] == writer.get("type"):
        return []
    if (reader["type"], writer.get("type")) == ("number", "integer"):
        return []
    return [Break(path, f"{writer.get('type', 'anything')} is written where {reader['type']} is read")]


def _values(reader: Schema, writer: Schema, path: str) -> list[Break]:
    known, written = _closed_set(reader), _closed_set(writer)
    if known is None:
        return []
    if written is None:
        return [Break(path, "any value is written where a closed set is read")]
    return [Break(path, f'the reader does not know "{value}"') for value in written if value not in known]


def _closed_set(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return list(schema["enum"]) if "enum" in schema else None


def _bounds(reader: Schema, writer: Schema, path: str) -> list[Break]:
    if _closed_set(writer) is not None:
        return []
    beyond: dict[tuple[str, ...], Callable[[Any, Any], bool]] = {
        _UPPER: lambda read, written: written > read,
        _LOWER: lambda read, written: written < read,
        _SAME: lambda read, written: written != read,
    }
    found: list[Break] = []
    for keywords, is_beyond in beyond.items():
        for keyword in keywords:
            if keyword in reader and (keyword not in writer or is_beyond(reader[keyword], writer[keyword])):
                written = writer.get(keyword, "nothing")
                found.append(Break(path, f"{keyword} {written} is written where {reader[keyword]} is read"))
    return found
