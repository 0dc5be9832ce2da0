"""Normalised views of a text, with maps back to the original.

One folding cannot serve everything: to find words, look-alikes must become letters; to find numbers, every kind of
digit must become an ASCII digit and punctuation must stay. So there are two: `letters` and `digits`. `words` is
`letters` with every punctuation mark but the apostrophe as a space, and one space before and after.

Invariant: each position of a view maps to one code point of the original, and the map never decreases.
"""

import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Mapping
from importlib.resources import files

_MAX_MEMO = 65_536
"""Entries a fold table memoises; beyond that, characters are folded anew each time."""

_STRIPPED_MARKS = (
    (0x0300, 0x036F),  # combining diacritical marks
    (0x0483, 0x0489),  # Cyrillic
    (0x0591, 0x05C7),  # Hebrew points
    (0x0610, 0x061A),  # Arabic signs
    (0x064B, 0x065F),  # Arabic vowel signs
    (0x0670, 0x0670),  # Arabic superscript alef
    (0x06D6, 0x06ED),  # Koranic signs
    (0x1AB0, 0x1AFF),  # combining diacritical marks extended
    (0x1DC0, 0x1DFF),  # combining diacritical marks supplement
    (0x20D0, 0x20FF),  # combining marks for symbols, the keycap among them
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE20, 0xFE2F),  # combining half marks
)
"""Marks that decorate. Marks of Indic scripts are not here: they are letters of the word."""

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0")
"""Characters without ink that are not of category Cf."""

_PUNCTUATION = {
    **dict.fromkeys("\u2018\u2019\u02bc\u00b4\u2032\uff07", "'"),  # quotation marks, accents, prime
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\uff0d", "-"),  # hyphens, dashes, minus
    **dict.fromkeys("\u2024\u3002\uff61", "."),  # one dot leader, ideographic full stop
    **dict.fromkeys("\u060c\u3001", ","),  # Arabic, ideographic
    "\u061f": "?",  # Arabic
    "\u2236": ":",  # ratio
    "\u2044": "/",  # fraction slash
}


def _is_stripped_mark(code: int) -> bool:
    return any(first <= code <= last for first, last in _STRIPPED_MARKS)


def _is_invisible(char: str) -> bool:
    return char in _INVISIBLE or _is_stripped_mark(ord(char)) or unicodedata.category(char) == "Cf"


def _as_digit(char: str) -> str | None:
    """The ASCII digit a character stands for: decimals of every script, circled, superscript and the like."""
    if char in "\U0001f10b\U0001f10c":  # circled zeros, which Unicode calls numbers but no digits
        return "0"
    value = unicodedata.digit(char, None)
    return None if value is None else str(value)


class Fold(dict[int, str]):
    """A table for `str.translate` that folds a character when it is first met and remembers it."""

    __slots__ = ("_rule",)

    def __init__(self, rule: Callable[[str], str]) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, code: int) -> str:
        folded = self._rule(chr(code))
        if len(self) < _MAX_MEMO:
            self[code] = folded
        return folded


def _load_confusables() -> dict[str, str]:
    source = files("consumer.detection").joinpath("lexicon", "confusables.toml").read_text("utf-8")
    tables = tomllib.loads(source).items()
    return {char: letter for letter, chars in tables if isinstance(chars, str) for char in chars}


_CONFUSABLES: Mapping[str, str] = _load_confusables()


def _common(char: str) -> str | None:
    """The folding both views share, or None where they differ."""
    if char in _PUNCTUATION:
        return _PUNCTUATION[char]
    if char == "\n":
        return char
    if char.isspace():
        return " "
    if _is_invisible(char):
        return ""
    return _as_digit(char)


def _to_letters(char: str) -> str:
    common = _common(char)
    if common is not None:
        return common
    if "\U0001f130" <= char <= "\U0001f149" or "\U0001f150" <= char <= "\U0001f169":
        char = chr(ord("a") + (ord(char) - 0x1F130) % 0x20)
    elif "\U0001f1e6" <= char <= "\U0001f1ff":
        char = chr(ord("a") + ord(char) - 0x1F1E6)
    elif "\U0001f170" <= char <= "\U0001f189":
        char = chr(ord("a") + ord(char) - 0x1F170)
    if char in _CONFUSABLES:
        return _CONFUSABLES[char]
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", char).lower())
    kept = "".join(c for c in plain if not _is_invisible(c))
    folded = "".join(_CONFUSABLES.get(c, c) for c in unicodedata.normalize("NFC", kept))
    return " " if folded.isspace() else folded


def _to_digits(char: str) -> str:
    common = _common(char)
    if common is not None:
        return common
    compatible = unicodedata.normalize("NFKC", char)
    return compatible if len(compatible) == 1 else char


def _to_words(char: str) -> str:
    if char.isalnum() or char in "'@" or unicodedata.category(char) in {"Mn", "Mc"}:
        return char
    return " "


LETTERS = Fold(_to_letters)
"""Folds towards lower-case Latin letters; other scripts keep what has no Latin look-alike."""
DIGITS = Fold(_to_digits)
"""Folds towards ASCII digits; case and punctuation stay."""
WORDS = Fold(_to_words)
"""Takes the letters view to words: punctuation becomes a space. One character for one."""


class View:
    """One folding of a text: `text`, the original's code point for each position, and the original's `length`."""

    __slots__ = ("_offsets", "length", "text")

    def __init__(self, text: str, length: int, offsets: list[int] | None = None) -> None:
        """`length` is the original's; without `offsets` every position maps to itself."""
        self.text = text
        self.length = length
        self._offsets = offsets

    def origin(self, position: int) -> int:
        """The original code point that position came from; one past the end maps to one past the end."""
        if self._offsets is None:
            return position
        return self._offsets[position] if position < len(self._offsets) else self.length

    def origins(self, positions: list[int]) -> list[int]:
        """The original code points that these positions came from."""
        return positions if self._offsets is None else list(map(self._offsets.__getitem__, positions))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span, end exclusive, of a span that holds at least one position."""
        return self.origin(start), self.origin(end - 1) + 1

    def position(self, origin: int) -> int:
        """The first position that came from this code point or a later one."""
        return origin if self._offsets is None else bisect_left(self._offsets, origin)


def fold(text: str, table: Fold, *, squeeze: bool = False) -> View:
    """Fold a text; with `squeeze`, runs of spaces become one space."""
    pieces = list(map(table.__getitem__, map(ord, text)))
    folded = "".join(pieces)
    if squeeze and "  " in folded:
        last = ""
        for index, piece in enumerate(pieces):
            if piece == " " == last:
                pieces[index] = ""
            elif piece:
                last = piece
        folded = "".join(pieces)
    elif len(folded) == len(text) and "" not in pieces:
        return View(folded, len(text))
    return View(folded, len(text), [index for index, piece in enumerate(pieces) for _ in piece])


def letters_view(text: str) -> View:
    """The view that words are found in: lower case, look-alikes as Latin letters, single spaces."""
    if text.isascii() and "  " not in text and text.isprintable():
        return View(text.lower(), len(text))
    return fold(text, LETTERS, squeeze=True)


def digits_view(text: str) -> View:
    """The view that numbers and addresses are found in: ASCII digits, plain separators, original case."""
    if text.isascii():
        return View(text, len(text))
    return fold(text, DIGITS)


def words_of(letters: str) -> str:
    """The letters view as words, padded: position p of the letters is position p + 1 of the words."""
    return f" {letters.translate(WORDS)} "
