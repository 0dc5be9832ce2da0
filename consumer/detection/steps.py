"""Rows of word classes that a text can fill in whatever order, asked of thousands of texts a second.

Words are bytes as the prefilter's buffer shows them: a 0 for every digit, no apostrophes.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
_FEW = 8
"""Words that are sought in a text one by one, rather than that the text is taken apart."""

Row = tuple[frozenset[bytes], ...]
"""Classes of words, the smallest first."""


def plain_words(words: str) -> set[bytes]:
    """The words of a words view as the prefilter's buffer shows them."""
    return set(words.replace("'", "").encode("utf-8", "surrogatepass").translate(_ZEROS).split())


def buffered_words(piece: bytes) -> set[bytes]:
    """The words of a piece of the prefilter's buffer."""
    return set(piece.replace(b"'", b"").split())


def row_of(classes: Iterable[frozenset[str]]) -> Row:
    """The row of some classes."""
    return tuple(sorted(map(_buffered_class, classes), key=len))


def is_filled(row: Row, words: AbstractSet[bytes]) -> bool:
    """Whether the words have one of every class."""
    for step in row:  # noqa: SIM110 - a generator costs more than all the rest
        if step.isdisjoint(words):
            return False
    return True


def _buffered(word: str) -> bytes:
    return word.encode().translate(_ZEROS)


@lru_cache(4_096)
def _buffered_class(words: frozenset[str]) -> frozenset[bytes]:
    """A class as the buffer shows it. Thousands of rows share a few hundred classes, and hold each of them once."""
    return frozenset(map(_buffered, words))


class Rows:
    """Rows of classes, each found by the words of its rarest class, its keys."""

    def __init__(self) -> None:
        self._rows: dict[bytes, list[Row]] = {}

    def add(self, rarest: frozenset[str], classes: Sequence[frozenset[str]]) -> None:
        """Add a row of these classes."""
        row = row_of(words for words in classes if words is not rarest)
        for key in map(_buffered, rarest):
            held = self._rows.setdefault(key, [])
            if row not in held:
                held.append(row)

    @property
    def keys(self) -> frozenset[str]:
        """The words without one of which no row is filled."""
        return frozenset(map(bytes.decode, self._rows))

    def of(self, key: bytes) -> list[Row]:
        """What else must be there for each row of a key."""
        return self._rows.get(key, [])

    def any_filled(self, words: AbstractSet[bytes]) -> bool:
        """Whether a text of these words fills a row."""
        rows = self._rows
        for key in words:
            if key in rows:
                for row in rows[key]:
                    if is_filled(row, words):
                        return True
        return False


class Key:
    """A key of rows as the prefilter meets it, with the rest of its rows: those of hints, and the others.

    `beside` are words one of which must stand in the text too; none if there are too many to be sought one by one, or
    if the key is enough.
    """

    __slots__ = ("beside", "hints", "others")

    def __init__(self, word: str, hints: Rows, others: Rows) -> None:
        """Take the rows of a key."""
        self.hints = tuple(hints.of(_buffered(word)))
        self.others = tuple(others.of(_buffered(word)))
        needed = [row[0] if row else frozenset[bytes]() for row in (*self.hints, *self.others)]
        together = frozenset[bytes]().union(*needed)
        few = all(needed) and len(together) <= _FEW
        self.beside = tuple(b" %b " % each for each in sorted(together)) if few else ()

    def alone(self, piece: bytes) -> bool:
        """Whether what must stand beside the key does not, in a piece of the buffer without apostrophes."""
        if not self.beside:
            return False
        for word in self.beside:  # noqa: SIM110 - a generator costs more than all the rest
            if word in piece:
                return False
        return True
