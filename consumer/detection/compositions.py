"""Requests and proposals put together from words: the many ways that no list of phrases holds.

A composition is a row of word classes with bounded gaps. It is looked for from its rarest word, so a text costs what
its rare words cost, and the prefilter can ask the very same question.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, NamedTuple, get_args

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Lexicon, LexiconError, Role
from consumer.detection.reading import Reading
from consumer.detection.speech import meant, refused
from consumer.detection.steps import Key, Row, Rows, buffered_words, is_filled, plain_words, row_of
from consumer.detection.views import letters_view, words_of
from consumer.events.vocabulary import Intent, Kind

_FILE = "compositions.toml"
_CLASSES_IN_LISTS = frozenset({"network", "payment", "modal", "ask", "phone_noun", "mail_noun"})
"""Classes that may stand in a list of words; the name of another is there the plain word it is."""
_ZEROS = str.maketrans("123456789", "0" * 9)
"""The prefilter's buffer has a 0 for every digit."""
_STOP = "."
"""Stands for a boundary of sentences among the words."""
_WORD = re.compile(r"\S+")
_BOUNDARY = re.compile(r"[.!?;\n](?=\s|$)|[!?;\n]")
_MAX_KEYS = 16
"""Rare words of a text that are looked from, the first ones: a message that proposes says so before that."""
_MAX_TEXT = 8_192
"""Characters of a text that are read for compositions: nobody proposes after a book."""
_MAX_SPAN = 24
"""Words a gap may reach over, those that never count included."""
_CONFIDENCE = 0.65


class _Step(NamedTuple):
    words: frozenset[str]
    gap: int


@dataclass(frozen=True, slots=True)
class _Composition:
    """Steps in order; `key` is the index of the one it is looked for by."""

    steps: tuple[_Step, ...]
    key: int
    kind: Kind
    intent: Intent
    despite: bool


class _Token(NamedTuple):
    word: str
    start: int
    end: int


class Compositions:
    """Finds the compositions of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Read the packaged compositions. Raises LexiconError if one of them cannot be used."""
        table = tomllib.loads(files("consumer.detection").joinpath("lexicon", _FILE).read_text("utf-8"))
        self._free = frozenset(table.pop("free"))
        common = frozenset(table.pop("common"))
        classes = {name: frozenset(words) for name, words in table.pop("words").items()}
        classes["network"] = _names(lexicon, Role.NETWORK)
        classes["payment"] = _names(lexicon, Role.PAYMENT)
        self._hints, self._needed = Rows(), Rows()
        for row in table.pop("hints")["any"]:
            hint = [frozenset().union(*(classes.get(name, {name}) for name in part.split("|"))) for part in row.split()]
            self._hints.add(min(hint, key=lambda words: (len(_zeroed(words) & common), len(words))), hint)
        self._by_key: dict[str, list[tuple[_Composition, Row]]] = defaultdict(list)
        for composition in _compositions(table, classes):
            if not all(step.words for step in composition.steps):
                continue  # the lexicon has no word of a class, say no network: no text can hold it
            needed = [step.words for step in composition.steps if _STOP not in step.words]
            self._needed.add(_rarest(composition, common), needed)
            for word in composition.steps[composition.key].words - {_STOP}:
                self._by_key[word].append((composition, row_of(needed)))

    @property
    def keys(self) -> Mapping[str, Key]:
        """The words without one of which there is no composition, and no hint of one."""
        return {word: Key(word, self._hints, self._needed) for word in self._needed.keys | self._hints.keys}

    def asked(self, key: Key, text: str, piece: bytes) -> bool:
        """Whether a text with a key holds a hint, or a composition, whatever else it says.

        `piece` is the text in the prefilter's buffer. Most texts have not every word of any, in whatever order, and are
        looked at no further. Where apostrophes hide other keys from the buffer's search, those count as well.
        """
        hidden = b"'" in piece
        if not hidden and key.alone(piece):
            return False
        words = buffered_words(piece)
        if hidden:
            return self._hints.any_filled(words) or (self._needed.any_filled(words) and self._matches(text, words))
        for row in key.hints:
            if is_filled(row, words):
                return True
        for row in key.others:
            if is_filled(row, words):
                return self._matches(text, words)
        return False

    def hints(self, reading: Reading) -> bool:
        """Whether a text is worth weighing by a hint."""
        return self._hints.any_filled(plain_words(reading.words))

    def _matches(self, text: str, words: AbstractSet[bytes]) -> bool:
        letters = letters_view(text).text
        return any(True for _ in self._found(words_of(letters), letters, words))

    def find(self, reading: Reading) -> list[Finding]:
        """The first composition of each kind that is meant."""
        words = plain_words(reading.words)
        if not self._needed.any_filled(words):
            return []
        found: dict[tuple[Kind, Intent], Finding] = {}
        for composition, start, end in self._found(reading.words, reading.letters, words):
            named = composition.kind, composition.intent
            if named in found or not _meant(reading, composition, start, end) or _worked_on(reading, start, end):
                continue
            if any(mark.role is Role.OTHERS for mark in reading.near(start, end, 0)):
                continue  # "a chat bot that answers on WhatsApp": somebody else does it
            origin, stop = reading.view.span(start, end)
            networks = (mark.value for mark in reading.near(start, end, 0) if mark.role is Role.NETWORK)
            found[named] = Finding(
                kind=composition.kind, intent=composition.intent, start=origin, end=stop, confidence=_CONFIDENCE,
                network=next(networks, None) if composition.kind in {"handle", "off_platform"} else None,
            )  # fmt: skip
        requests = [finding for finding in found.values() if finding.intent == "request"]
        return requests[:1] or list(found.values())[:1]

    def _found(self, words: str, letters: str, plain: AbstractSet[bytes]) -> Iterator[tuple[_Composition, int, int]]:
        """Every composition with its span; `plain` are the words as the prefilter's buffer shows them."""
        tokens = _tokens(words, letters)
        keys = 0
        for index, token in enumerate(tokens):
            compositions = self._by_key.get(words[token.start + 1 : token.end + 1])
            if not compositions:
                continue
            keys += 1
            if keys > _MAX_KEYS:
                return
            for composition, needed in compositions:
                if not is_filled(needed, plain):
                    continue
                first = self._walk(tokens, index, composition, -1)
                last = self._walk(tokens, index, composition, 1) if first is not None else None
                if first is not None and last is not None:
                    yield composition, max(0, tokens[first].start), tokens[last].end

    def _walk(self, tokens: list[_Token], index: int, composition: _Composition, way: Literal[-1, 1]) -> int | None:
        """Where the steps before (-1) or after (1) the key end, by the nearest words, or None if they are not there."""
        steps, at = composition.steps, composition.key
        reached = {index}
        while 0 <= at + way < len(steps):
            gap = steps[at].gap if way < 0 else steps[at + 1].gap
            wanted = steps[at + way].words
            reached = {place for start in reached for place in self._next(tokens, start, way, gap, wanted)}
            if not reached:
                return None
            at += way
        return max(reached) if way < 0 else min(reached)

    def _next(self, tokens: list[_Token], start: int, way: int, gap: int, wanted: frozenset[str]) -> Iterator[int]:
        left = gap
        for step in range(1, _MAX_SPAN):
            place = start + way * step
            if not 0 <= place < len(tokens):
                return
            word = tokens[place].word
            if word in wanted:
                yield place
            if word == _STOP:
                return
            left -= word not in self._free
            if left < 0:
                return


def _names(lexicon: Lexicon, role: Role) -> frozenset[str]:
    """The single words that name a network or a way to pay."""
    return frozenset(
        pattern.strip()
        for pattern in lexicon.having(role)
        if pattern == f" {pattern.strip()} " and " " not in pattern.strip()
    )


def _compositions(
    table: Mapping[str, Mapping[str, list[str]]], classes: Mapping[str, frozenset[str]]
) -> Iterator[_Composition]:
    for kind, rows in table.items():
        for name, written in rows.items():
            intent = "request" if name == "request" else "solicit"
            if kind not in get_args(Kind.__value__ if hasattr(Kind, "__value__") else Kind):
                raise LexiconError(f"{_FILE}: {kind}: unknown kind")
            for row in written:
                yield _composition(row, classes, kind, intent, despite=name.endswith("despite"))  # type: ignore[arg-type]


def _composition(
    row: str, classes: Mapping[str, frozenset[str]], kind: Kind, intent: Intent, *, despite: bool
) -> _Composition:
    steps: list[_Step] = []
    key, gap = -1, 0
    for part in row.split():
        if part.startswith("~"):
            gap = int(part[1:])
            continue
        if part.startswith("*"):
            key = len(steps)
        steps.append(_Step(_words_of(part.removeprefix("*"), classes), gap))
        gap = 0
    if key < 0:
        raise LexiconError(f"{_FILE}: {kind}: no word of {row!r} has a *")
    return _Composition(tuple(steps), key, kind, intent, despite)


def _words_of(part: str, classes: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The words that a part of a row stands for; a class by itself is the class, which is held once."""
    if part in classes:
        return classes[part]
    lists = (
        {_STOP} if name in {"^", "$"} else classes[name] if name in _CLASSES_IN_LISTS & classes.keys() else {name}
        for name in part.split("|")
    )
    return frozenset().union(*lists)


def _rarest(composition: _Composition, common: frozenset[str]) -> frozenset[str]:
    """The step that is rarest in chat, of those that a boundary cannot stand in for."""
    steps = [
        (len(step.words & common), index != composition.key, step.words)
        for index, step in enumerate(composition.steps)
        if _STOP not in step.words
    ]
    return min(steps, key=lambda step: step[:2])[2]


def _zeroed(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.translate(_ZEROS) for word in words)


def _tokens(words: str, letters: str) -> list[_Token]:
    """The words with their spans in the letters view, and a stop at every boundary of sentences."""
    tokens = [_Token(_STOP, 0, 0)]
    end = 0
    for found in _WORD.finditer(words, 0, _MAX_TEXT):
        start, stop = found.start() - 1, found.end() - 1
        if tokens[-1].word != _STOP and start > end and _BOUNDARY.search(letters, end, start):
            tokens.append(_Token(_STOP, end, end))
        tokens.append(_Token(found.group().replace("'", ""), start, stop))
        end = stop
    tokens.append(_Token(_STOP, end, end))
    return tokens


def _meant(reading: Reading, composition: _Composition, start: int, end: int) -> bool:
    if composition.despite:
        return not (reading.having(Role.RULES) and refused(reading, end, end)) and not reading.quoted(start, end)
    return meant(reading, start, end)


def _worked_on(reading: Reading, start: int, end: int) -> bool:
    """Whether the words are about a piece of work: "move this to whatsapp template", "email field"."""
    following = _WORD.match(reading.letters, end + 1)
    stop = following.end() if following and reading.letters[end : end + 1] == " " else end
    return any(
        (mark.role is Role.WORK and end <= mark.start) or (mark.role is Role.IGNORE and mark.start < end < mark.end)
        for mark in reading.near(start, stop, 0)
    )
