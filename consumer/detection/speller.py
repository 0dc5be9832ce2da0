"""Signs: the words of spelled addresses where they occur in a text.

Invariant: signs are in order and do not overlap; of two that do, the one that begins first, then the longer, stays.
"""

import re
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from consumer.detection.lexicon import Lexicon
from consumer.detection.lexicon.spelling import Sign, Spelling
from consumer.detection.matches import few

_GLUED_AT = re.compile(r"@(?=[^\s@])|(?<=[^\s@])@")
"""An @ that touches a word; one by itself belongs to phrases such as "before the @"."""


class Spelled(NamedTuple):
    """A word of an address: its span in the letters view, and what it stands for."""

    start: int
    end: int
    sign: Sign
    value: str


_SERVICES = frozenset({Sign.PROVIDER, Sign.AFTER_AT, Sign.WEAK_PROVIDER})
_MIN_BARE = 3


def _bare(pattern: str, meanings: tuple[Spelling, ...]) -> bool:
    """Whether a word stands by itself even where a script without spaces goes on: "gmailです"."""
    service = pattern.strip().isalnum() and any(meaning.sign in _SERVICES for meaning in meanings)
    return service and pattern.isascii() and len(pattern.strip()) >= _MIN_BARE


def _apart(char: str) -> bool:
    """Whether a character cannot go on a Latin word."""
    return not (char.isascii() and char.isalnum())


class Speller:
    """Finds all signs of a text in one pass of an Aho-Corasick automaton."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Build the automaton; about three thousand words take a few milliseconds."""
        self._patterns = list(lexicon.spelling)
        self._meanings = list(lexicon.spelling.values())
        self._trim = [(p.startswith(" "), p.endswith(" ")) for p in self._patterns]
        self._bare = [_bare(p, m) for p, m in zip(self._patterns, self._meanings, strict=True)]
        searched = [p.strip() if bare else p for p, bare in zip(self._patterns, self._bare, strict=True)]
        self._automaton = AhoCorasick(searched, implementation=Implementation.ContiguousNFA)

    def signs(self, words: str) -> list[Spelled]:
        """The signs of a text given as padded words (`views.words_of`); spans count from the letters view."""
        if "@" in words:
            words = _GLUED_AT.sub(" ", words)
        found = []
        for index, start, end in few(self._automaton.find_matches_as_indexes(words, overlapping=True)):
            left, right = self._trim[index]
            if not self._bare[index]:
                found.append((start - (not left), 1 + right - end, index))
            elif _apart(words[start - 1]) and _apart(words[end]):
                found.append((start - 1, 1 - end, index))
        found.sort()
        kept: list[Spelled] = []
        reach = -1
        for start, negative_end, index in found:
            if start < reach:
                continue
            reach = -negative_end
            kept.extend(Spelled(start, reach, meaning.sign, meaning.value) for meaning in self._meanings[index])
        return kept
