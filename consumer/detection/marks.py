"""Marks: the phrases of the lexicon where they occur in a text.

Detectors read marks, not words, so they speak every language the lexicon does.
Invariant: no mark lies inside a longer one, but for the network that a phrase leads to; marks are in order of their
start.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from consumer.detection.disguise import Vocabulary
from consumer.detection.emblem import emblems
from consumer.detection.lexicon import Entry, Lexicon, Role
from consumer.detection.matches import few
from consumer.detection.speller import Speller

_LEADING = frozenset({Role.MOVE, Role.DO, Role.CALL})
"""Roles of phrases whose network counts as one that is named: "je préfère whatsapp", "insta dan ekle"."""
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


def _host(entries: tuple[Entry, ...]) -> str | None:
    """The host that a phrase is and nothing else: "line me" is not line.me, which must be there with its dots."""
    return entries[0].value if len(entries) == 1 and entries[0].role is Role.LINK else None


class Marker:
    """Finds all marks of a text in one pass of an Aho-Corasick automaton: linear in text and matches."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary | None = None) -> None:
        """Build the automaton; ten thousand phrases take about 20 milliseconds. `vocabulary` is the lexicon's."""
        self._patterns = list(lexicon.patterns)
        self._entries: list[tuple[Entry, ...]] = list(lexicon.patterns.values())
        self._places = [(p[0] != " ", 1 + (p[-1] == " "), _host(entries)) for p, entries in lexicon.patterns.items()]
        self._automaton = AhoCorasick(self._patterns, implementation=Implementation.ContiguousNFA)
        self._meanings = self._all_meanings()
        self._inner = dict(self._networks_led_to())
        self.vocabulary = vocabulary or Vocabulary(lexicon)
        self.speller = Speller(lexicon)

    def _all_meanings(self) -> list[tuple[tuple[Role, str], ...]]:
        """What every phrase means. All but few have one entry, which they share with the others of their list."""
        known: dict[int, tuple[tuple[Role, str], ...]] = {}
        meanings = []
        for pattern, entries in zip(self._patterns, self._entries, strict=True):
            entry = entries[0]
            if len(entries) > 1 or entry.role is Role.ASKS_HANDLE:
                meanings.append(self._meanings_of(pattern, entries))
                continue
            meaning = known.get(id(entry))
            if meaning is None:
                meaning = known[id(entry)] = ((entry.role, entry.value),)
            meanings.append(meaning)
        return meanings

    def _networks_led_to(self) -> Iterator[tuple[int, Mark]]:
        """The networks inside phrases that lead to them, by the phrase's index."""
        for index, entries in enumerate(self._entries):
            if len(entries) == 1 and entries[0].role not in _LEADING:
                continue
            roles = {entry.role for entry in entries}
            if not roles.isdisjoint(_LEADING) and Role.NETWORK not in roles:
                named = self._named_in(self._patterns[index])
                if named is not None:
                    yield index, named

    def _meanings_of(self, pattern: str, entries: tuple[Entry, ...]) -> tuple[tuple[Role, str], ...]:
        """Role and value of each meaning of a phrase; what asks for a handle asks for one of the network it names."""
        asking = any(entry.role is Role.ASKS_HANDLE and not entry.value for entry in entries)
        named = self._named_in(pattern) if asking else None
        network = "" if named is None else named.value
        return tuple((e.role, e.value or (network if e.role is Role.ASKS_HANDLE else "")) for e in entries)

    def _named_in(self, pattern: str) -> Mark | None:
        """The network that a phrase names in the longest of its words, placed from where the phrase begins."""
        found = self._automaton.find_matches_as_indexes(f" {pattern.strip()} ", overlapping=True)
        named = [
            Mark(max(0, start - 1 + (self._patterns[index][0] == " ")), end - 2, inner.role, inner.value)
            for index, start, end in found
            for inner in self._entries[index]
            if inner.role is Role.NETWORK
        ]
        return max(named, key=lambda mark: (mark.end - mark.start, mark.value), default=None)

    def marks(self, words: str, letters: str) -> list[Mark]:
        """The marks of a text given as padded words (`views.words_of`) and letters, which spans count from."""
        found: list[tuple[int, int, int]] = []
        places = self._places
        for index, start, end in few(self._automaton.find_matches_as_indexes(words, overlapping=True)):
            left, right, host = places[index]
            if host is None or letters[start - left : end - right] == host:
                found.append((start - left, right - end, index))
        if len(found) > 1:
            found.sort()
        kept: list[Mark] = []
        named = False
        reach, last_start, last_end = -1, -1, -1
        for start, negative_end, index in found:
            end = -negative_end
            again = end == last_end and start == last_start
            if end <= reach and not again:
                continue
            reach, last_start, last_end = end, start, end
            for role, value in self._meanings[index]:
                if role is Role.LINK and letters[start:end] != value:
                    continue  # "cash app" is not cash.app
                mark = Mark(start, end, role, value)
                if not again or mark not in kept[-_SAME_SPAN:]:  # an open and a closed pattern can give the same mark
                    kept.append(mark)
            if index in self._inner and not again:  # no mark lies inside a longer one: "je préfère whatsapp"
                inner = self._inner[index]
                kept.append(Mark(start + inner.start, end, inner.role, inner.value))
                named = True
        if named:
            kept.sort(key=lambda mark: mark.start)
        return kept if letters.isascii() else _with_emblems(kept, letters)


def _with_emblems(marks: list[Mark], letters: str) -> list[Mark]:
    """The marks with those of networks that are drawn, in order."""
    drawn = [Mark(start, end, Role.WEAK_NETWORK, network) for start, end, network in few(list(emblems(letters)))]
    return sorted([*marks, *drawn], key=lambda mark: mark.start) if drawn else marks


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
