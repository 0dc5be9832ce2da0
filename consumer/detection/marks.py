"""Marks: the phrases of the lexicon where they occur in a text.

Detectors read marks, not words, so they speak every language the lexicon does.
Invariant: no mark lies inside a longer one; marks are in order of their start.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from consumer.detection.lexicon import Entry, Lexicon, Role

_SAME_SPAN = 4
"""Marks looked back at for the same one."""


class Mark(NamedTuple):
    """A phrase found: its span in the letters view, what it tells, and the network if it names one.

    A named tuple, not a dataclass: dozens are made for a message, and a tuple costs a third.
    """

    start: int
    end: int
    role: Role
    value: str


class Marker:
    """Finds all marks of a text in one pass of an Aho-Corasick automaton: linear in text and matches."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Build the automaton; about a thousand phrases take a few milliseconds."""
        self._patterns = list(lexicon.patterns)
        self._entries: list[tuple[Entry, ...]] = list(lexicon.patterns.values())
        self._trim = [(p.startswith(" "), p.endswith(" ")) for p in self._patterns]
        # "line me" is not line.me: a host must be there with its dots
        self._hosts = {
            index: entry.value
            for index, entries in enumerate(self._entries)
            for entry in entries
            if entry.role is Role.LINK
        }
        self._automaton = AhoCorasick(self._patterns, implementation=Implementation.DFA)

    def marks(self, words: str, letters: str) -> list[Mark]:
        """The marks of a text given as padded words (`views.words_of`) and letters, which spans count from."""
        found = []
        for index, start, end in self._automaton.find_matches_as_indexes(words, overlapping=True):
            left, right = self._trim[index]
            first, stop = start - (not left), end - 1 - right
            if index not in self._hosts or letters[first:stop] == self._hosts[index]:
                found.append((first, -stop, index))
        found.sort()
        kept: list[Mark] = []
        reach, last = -1, (-1, -1)
        for start, negative_end, index in found:
            end = -negative_end
            if end <= reach and (start, end) != last:
                continue
            reach, last = end, (start, end)
            for entry in self._entries[index]:
                mark = Mark(start, end, entry.role, entry.value)
                if mark not in kept[-_SAME_SPAN:]:  # an open and a closed pattern can give the same mark
                    kept.append(mark)
        return kept


def words_between(words: str, first_end: int, second_start: int) -> int:
    """How many words stand between two positions of the letters view."""
    return len(words[first_end + 1 : second_start + 1].split())


def nearest(marks: Sequence[Mark], roles: frozenset[Role], start: int, end: int) -> int:
    """Distance in characters from the span to the nearest mark of these roles; a large number if there is none."""
    best = 1 << 30
    for mark in marks:
        if mark.role in roles:
            best = min(best, max(mark.start - end, start - mark.end, 0))
    return best
