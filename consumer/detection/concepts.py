"""A message as a row of concepts: what its words mean to the lexicon, and the words themselves.

The learned scorer weighs concepts, not characters: "send me your Skype" and "mándame tu Telegram" are rows of the same
roles, so what was learned in one language holds in the others.

Invariant: the features of a text are a pure function of its reading; the trainer and the worker call the same one. At
most `STRETCH` concepts make features together, so the work is linear in the text.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role
from consumer.detection.reading import Reading

STRETCH = 64
"""Concepts that are weighed together: what a person says in one breath."""
_STEP = 40
"""Concepts after which the next stretch of a longer text begins."""
_MOST = 4 * STRETCH
"""Concepts of a text that are weighed: nobody proposes after a book."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|[^\s\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+")
"""A word, or one character of a script without spaces."""
_DIGITS = re.compile(r"[0-9]+")
_LONG_NUMBER = re.compile(r"[0-9]{5}")
_NAMES = frozenset({Role.NETWORK, Role.WEAK_NETWORK, Role.PAYMENT, Role.LINK})
"""Roles whose words are proper names: which one it is tells nothing of what is meant."""


TOLD = "rule "
"""How the features begin that are findings of the rules."""


Concept = tuple[int, int, tuple[str, ...]]
"""A stretch of the letters view, start and end, and what it is called: the roles of its mark in angle brackets, and the
word. A plain tuple: a dozen are made for a message, and a named one costs five times as much."""

Feature = tuple[str, int, int]
"""A name in the scorer's table, and the first and last concept it was seen in. Hundreds are made for a message."""


def concepts(reading: Reading) -> list[Concept]:
    """The concepts of a message in order, at most `_MOST`: a longest mark is one, and so is each word outside marks."""
    marked: dict[int, tuple[int, tuple[Role, ...]]] = {}
    for start, end, role, _ in reading.marks:
        held = marked.get(start)
        if held is None:
            marked[start] = end, (role,)
        else:
            reach, roles = held
            marked[start] = max(reach, end), roles if role in roles else (*roles, role)
    row: list[Concept] = []
    covered = -1
    for found in _WORD.finditer(reading.words):
        start, end = found.span()
        start, end = start - 1, end - 1
        if start < covered:
            continue
        word = found[0]
        if not word.isalpha():
            word = _DIGITS.sub("0", word.strip("'"))
        if start in marked:
            covered, roles = marked[start]
            names, proper = _named(roles)
            if word and not proper:
                names = (*names, word)
            row.append((start, max(end, covered), names))
        elif word:
            row.append((start, end, (word,)))
        if len(row) == _MOST:
            break
    return row


@lru_cache(1024)
def _named(roles: tuple[Role, ...]) -> tuple[tuple[str, ...], bool]:
    """The roles as names, and whether a proper name is among them; some hundred combinations are common."""
    return tuple(f"<{role}>" for role in roles), not _NAMES.isdisjoint(roles)


def stretches(row: Sequence[Concept]) -> Iterator[Sequence[Concept]]:
    """The row whole, or overlapping parts of a longer one."""
    for start in range(0, max(1, len(row) - STRETCH + _STEP), _STEP):
        yield row[start : start + STRETCH]


def features(reading: Reading, row: Sequence[Concept], known: Container[str]) -> Iterator[Feature]:
    """The features of a stretch: names, pairs of names that stand side by side, and what is true of the whole.

    Names outside `known` make none. A feature may come more than once; it counts once. Pairs further apart, orders of
    roles and stems of words were tried: on messages the models had not seen they added nothing.
    """
    last = len(row) - 1
    before: list[str] = ["^"]
    for at, (_, _, called) in enumerate(row):
        names = [name for name in called if name in known]
        for name in names:
            yield name, at, at
            for one in before:
                yield f"{one} {name}", max(at - 1, 0), at
        before = names
    for one in before:
        yield f"{one} $", last, last
    for name in whole(reading, row):
        yield name, 0, last


def parts(feature: str) -> tuple[str, str]:
    """The two names of a feature that pairs them; the same name twice of one that does not."""
    first, _, second = feature.partition(" ")
    return first, second or first


def whole(reading: Reading, row: Sequence[Concept]) -> Iterator[str]:
    """What is true of the stretch as a whole."""
    letters = reading.letters[row[0][0] : row[-1][1] + 2]
    yield f"length {len(row).bit_length()}"
    if "?" in letters:
        yield "question"
    if "@" in letters:
        yield "@"
    if _LONG_NUMBER.search(letters) is not None:
        yield "number"
    if '"' in letters:
        yield "quoted"
    if ":" in letters:
        yield "colon"


def told(findings: Iterable[Finding]) -> Iterator[str]:
    """The features that the findings of the rules are."""
    for finding in findings:
        name = f"{TOLD}{finding.kind}/{finding.intent}"
        yield name
        yield f"{name} {finding.confidence:.1f}"
        if finding.techniques:
            yield f"{name} disguised"
