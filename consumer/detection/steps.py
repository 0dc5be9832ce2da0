"""Rows of word classes that a text can fill, asked of thousands of texts a second.

Every class is a bit, and a word has the bits of the classes it is in: what a text can fill is one number, and a row is
filled in whatever order if the number has all of its bits. Words are bytes as the prefilter's buffer shows them: a 0
for every digit, no apostrophes.
"""

from collections.abc import Iterable, Sequence

_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)


def plain_words(words: str) -> list[bytes]:
    """The words of a words view as the prefilter's buffer shows them."""
    return words.replace("'", "").encode("utf-8", "surrogatepass").translate(_ZEROS).split()


def buffered_words(piece: bytes) -> list[bytes]:
    """The words of a piece of the prefilter's buffer."""
    return piece.replace(b"'", b"").split()


class Steps:
    """Gives each class of words its bit."""

    def __init__(self) -> None:
        self._bits: dict[frozenset[str], int] = {}
        self._of_word: dict[bytes, int] = {}

    def bit(self, words: frozenset[str]) -> int:
        """The bit of a class, which is given one if it has none."""
        if words not in self._bits:
            bit = self._bits[words] = 1 << len(self._bits)
            for word in words:
                key = word.encode().translate(_ZEROS)
                self._of_word[key] = self._of_word.get(key, 0) | bit
        return self._bits[words]

    def row(self, classes: Iterable[frozenset[str]]) -> int:
        """The bits of all these classes."""
        bits = 0
        for words in classes:
            bits |= self.bit(words)
        return bits

    def filled(self, words: Iterable[bytes]) -> int:
        """The bits of the classes that have one of these words."""
        known, bits = self._of_word, 0
        for word in words:
            if word in known:
                bits |= known[word]
        return bits


class Rows:
    """Rows of classes, each found by the words of its rarest class."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._rows: dict[bytes, list[int]] = {}

    def add(self, rarest: frozenset[str], classes: Iterable[frozenset[str]]) -> None:
        """Add a row of these classes."""
        row = self._steps.row(classes)
        for word in rarest:
            held = self._rows.setdefault(word.encode().translate(_ZEROS), [])
            if row not in held:
                held.append(row)

    @property
    def keys(self) -> frozenset[str]:
        """The words without one of which no row is filled."""
        return frozenset(word.decode() for word in self._rows)

    def any_filled(self, words: Sequence[bytes], filled: int) -> bool:
        """Whether a text of these words, which fill these bits, fills a row."""
        rows = self._rows
        for word in words:
            if word in rows:
                for row in rows[word]:
                    if row & filled == row:
                        return True
        return False
