"""The batch-wide prefilter: which texts may contain anything at all.

All texts are joined into one buffer and searched in one pass of a native Aho-Corasick automaton for anchors: words
without which no detector finds anything, an `@`, the host of a contact link, three digits in a row. An anchor
that is also an ordinary word, or digits, is looked at once more before the text becomes a suspect.

Invariant: a text that is not a suspect has no findings and starts no memory (`Detector` asks this module first,
and a property test asks the detectors without it).
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from enum import IntEnum
from itertools import accumulate

from ahocorasick_rs import BytesAhoCorasick, Implementation

from consumer.detection.lexicon import Lexicon, Role
from consumer.detection.memory import fragment_of
from consumer.detection.views import DIGITS, LETTERS, WORDS, Fold

_LONG = 4_096
"""Longer texts are suspects unseen: they are rare, and made of anchors they would cost a search for each."""
_NUL = "\x00"
_STRONG = frozenset({Role.EMAIL, Role.PHONE, Role.NETWORK, Role.PAYMENT, Role.OUTSIDE, Role.LINK})
_WEAK = frozenset({Role.NUMBER, Role.WEAK_NETWORK})
_CUES = frozenset(
    {Role.ASK, Role.PLACE, Role.ASK_AFTER, Role.HAVE, Role.YOUR, Role.MY, Role.MOVE, Role.PAY, Role.CALL, Role.POLITE}
)
_DIGIT_ANCHORS = ("000", "00 00 00", "0 0 0 0 0")
"""Digits are all 0 in the buffer: every telephone number has three in a row, or pairs, or single ones."""
_NUMBER = re.compile(r"[0-9](?:[ ().+\-]{0,4}[0-9]){6}")
"""Seven digits with plain separators between; every repetition is bounded, so a scan is linear."""
_RUNS = re.compile(r" {2,}")
_ZEROS = str.maketrans("123456789", "0" * 9)


class _Anchor(IntEnum):
    STRONG = 0
    WEAK = 1
    DIGITS = 2
    AT = 3


def _ascii_table() -> bytes:
    def fold(code: int) -> str:
        char = chr(code)
        if char == _NUL or char in "'@":
            return char
        return "0" if char.isdigit() else char.lower() if char.isalpha() else " "

    return "".join(fold(code) for code in range(128)).encode() + b" " * 128


_ASCII = _ascii_table()


def _fold(char: str) -> str:
    return char if char == _NUL else char.translate(LETTERS).translate(WORDS).translate(_ZEROS)


_FOLDED = Fold(_fold)
"""What the letters view, its words and the zeroing of digits do, in one step."""


class Prefilter:
    """Finds the suspects of a batch."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Build the two automatons: anchors for the batch, cues for single texts."""
        kinds: dict[str, _Anchor] = {}
        for pattern, entries in lexicon.patterns.items():
            roles = {entry.role for entry in entries}
            if not roles.isdisjoint(_STRONG):
                kinds[pattern.translate(_ZEROS)] = _Anchor.STRONG
            elif not roles.isdisjoint(_WEAK):
                kinds.setdefault(pattern.translate(_ZEROS), _Anchor.WEAK)
        kinds.update(dict.fromkeys(_DIGIT_ANCHORS, _Anchor.DIGITS))
        kinds["@"] = _Anchor.AT
        self._kinds = list(kinds.values())
        self._anchors = BytesAhoCorasick([p.encode() for p in kinds], implementation=Implementation.DFA)
        cues = {
            pattern.translate(_ZEROS).encode()
            for pattern, entries in lexicon.patterns.items()
            if any(entry.role in _CUES for entry in entries)
        }
        self._cues = BytesAhoCorasick(sorted(cues), implementation=Implementation.DFA)

    def suspects(self, texts: Sequence[str]) -> list[int]:
        """Indices, ascending, of the texts that may contain a finding or start a memory."""
        plain: list[int] = []
        other: list[int] = []
        found: set[int] = set()
        for index, text in enumerate(texts):
            if len(text) > _LONG:
                found.add(index)
            elif text.isascii() and "  " not in text:
                plain.append(index)
            else:
                other.append(index)
        found |= self._search(texts, plain, _plain_buffer)
        if other:
            found |= self._search(texts, other, _folded_buffer)
        return sorted(found)

    def suspect(self, text: str) -> bool:
        """Whether one text may contain a finding or start a memory."""
        return bool(self.suspects((text,)))

    def _search(self, texts: Sequence[str], indices: list[int], buffer: Callable[[list[str]], bytes]) -> set[int]:
        haystack = buffer([texts[index] for index in indices])
        hits = self._anchors.find_matches_as_indexes(haystack, overlapping=True)
        if not hits:
            return set()
        pieces = haystack.split(b"\x00")[1:-1]
        starts = list(accumulate((len(piece) + 1 for piece in pieces), initial=1))
        found: set[int] = set()
        refuted: set[tuple[int, _Anchor]] = set()
        for pattern, start, end in hits:
            position = bisect_right(starts, start) - 1 if start else 0
            index, kind = indices[max(position, 0)], self._kinds[pattern]
            if index in found or (index, kind) in refuted:
                continue
            if self._confirmed(kind, texts[index], pieces[max(position, 0)], haystack[end : end + 1]):
                found.add(index)
            elif kind is not _Anchor.AT:
                refuted.add((index, kind))
        return found

    def _confirmed(self, kind: _Anchor, text: str, piece: bytes, after: bytes) -> bool:
        if kind is _Anchor.STRONG:
            return True
        if kind is _Anchor.AT:
            return after.isalnum() or not after.isascii()
        if kind is _Anchor.DIGITS:
            digits = text if text.isascii() else text.translate(DIGITS)
            return _NUMBER.search(digits) is not None or fragment_of(digits) is not None
        return ":" in text or "?" in text or bool(self._cues.find_matches_as_indexes(piece))


def _plain_buffer(texts: list[str]) -> bytes:
    """The texts as padded words, each between separators."""
    joined = " \x00 ".join(texts)
    if joined.count(_NUL) != len(texts) - 1:
        joined = " \x00 ".join(text.replace(_NUL, " ") for text in texts)
    return f"{_NUL} {joined} {_NUL}".encode().translate(_ASCII)


def _folded_buffer(texts: list[str]) -> bytes:
    joined = " \x00 ".join(texts)
    if joined.count(_NUL) != len(texts) - 1:
        joined = " \x00 ".join(text.replace(_NUL, " ") for text in texts)
    if "  " in joined:
        joined = _RUNS.sub(" ", joined)
    return f"{_NUL} {joined} {_NUL}".translate(_FOLDED).encode("utf-8", "surrogatepass")
