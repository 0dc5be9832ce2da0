"""Labelled cases, as lines of JSON tell them: one message, or a conversation.

A single message has `text` and `expect` [[kind, intent], ...]; a conversation has `messages` [{sender, text}, ...]
and `expect` [[index, kind, intent], ...]. Both may have `alt` (findings accepted beside an expected one or in place
of it), `slice` (the class the case stands for), `lang` (BCP 47) and `id`. Real text may be labelled with kinds alone
([kind, ...]): then every intent is right.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar, get_args

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from consumer.events.vocabulary import MAX_TEXT, Intent, Kind

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
INTENTS: Final[tuple[Intent, ...]] = get_args(Intent)
_OTHER_NAMES: Final[dict[str, Kind]] = {"url": "link"}
"""Names of kinds in data labelled by others."""
_Model = TypeVar("_Model", bound=BaseModel)


class CaseError(ValueError):
    """A line that is no labelled case; the message says why, without quoting the text."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A finding expected or accepted; no intent: whichever."""

    kind: Kind
    intent: Intent | None

    def meets(self, kind: str, intent: str) -> bool:
        """Whether a finding is this."""
        return self.kind == kind and self.intent in {None, intent}


@dataclass(frozen=True, slots=True)
class Label:
    """What a message holds. Neither expected nor accepted: it must stay clean."""

    expected: tuple[Expectation, ...] = ()
    accepted: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Messages as (sender, text), each with its label. A single message is a conversation of one."""

    name: str
    group: str
    language: str | None
    messages: tuple[tuple[str, str], ...]
    labels: tuple[Label, ...]


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    id: str = Field(default="", max_length=512)
    slice: str = Field(default="unsorted", max_length=128)
    lang: str | None = Field(default=None, max_length=64)


class _Single(_Row):
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    expect: list[tuple[str, Intent] | str]
    alt: list[tuple[str, Intent]] = []


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    sender: Annotated[str, Field(min_length=1, max_length=64)]
    text: Annotated[str, Field(max_length=MAX_TEXT)]


class _Conversation(_Row):
    messages: Annotated[list[_Message], Field(min_length=1, max_length=1000)]
    expect: list[tuple[int, str, Intent]]
    alt: list[tuple[int, str, Intent]] = []


_SINGLE, _CONVERSATION = TypeAdapter(_Single), TypeAdapter(_Conversation)


def parse_case(line: bytes) -> Case:
    """One line's case. Raises CaseError if it is none."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise CaseError(f"not JSON: {error.msg}") from error
    if not isinstance(row, dict) or ("text" in row) == ("messages" in row):
        raise CaseError('an object with either "text" or "messages" is expected')
    return _single(_read(_SINGLE, row)) if "text" in row else _conversation(_read(_CONVERSATION, row))


def _read(model: TypeAdapter[_Model], row: dict[str, Any]) -> _Model:
    try:
        return model.validate_python(row)
    except ValidationError as error:
        first = error.errors()[0]
        raise CaseError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _expectation(kind: str, intent: Intent | None) -> Expectation:
    known = _OTHER_NAMES.get(kind, kind)
    for each in KINDS:
        if each == known:
            return Expectation(each, intent)
    raise CaseError(f"unknown kind {kind!r}; known: {', '.join(KINDS)}")


def _single(row: _Single) -> Case:
    expected = [_expectation(each, None) if isinstance(each, str) else _expectation(*each) for each in row.expect]
    label = Label(tuple(expected), tuple(_expectation(*each) for each in row.alt))
    return Case(name=row.id, group=row.slice, language=row.lang, messages=(("A", row.text),), labels=(label,))


def _conversation(row: _Conversation) -> Case:
    expected, accepted = _by_index(row.expect, len(row.messages)), _by_index(row.alt, len(row.messages))
    return Case(
        name=row.id,
        group=row.slice,
        language=row.lang,
        messages=tuple((message.sender, message.text) for message in row.messages),
        labels=tuple(Label(*both) for both in zip(expected, accepted, strict=True)),
    )


def _by_index(rows: Iterable[tuple[int, str, Intent]], count: int) -> list[tuple[Expectation, ...]]:
    found: list[tuple[Expectation, ...]] = [()] * count
    for index, kind, intent in rows:
        if not 0 <= index < count:
            raise CaseError(f"there is no message {index}; they are counted from 0")
        found[index] += (_expectation(kind, intent),)
    return found
