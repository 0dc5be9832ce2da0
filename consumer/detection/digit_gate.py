"""The prefilter's look at digits: which texts may hold a number that a detector could find.

Works on the prefilter's buffer: padded words in which every digit is 0. A text passes by plain counting: at least
as many digits as a telephone number has, simply written, or disguised together with a sign of the disguise. The
counts here are never lower than the detectors', so what is refused here is found by none of them.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from string import ascii_lowercase

from ahocorasick_rs import BytesAhoCorasick

from consumer.detection.lexicon import Lexicon, Role
from consumer.detection.lexicon.numbers import Numerals
from consumer.detection.numerals import MAX_GAP
from consumer.detection.phone import DATE
from consumer.detection.telephony import MIN_DIGITS
from consumer.detection.views import DIGITS, LETTERS

_SPACES = tuple(" " * width for width in range(1, MAX_GAP + 1))
"""What punctuation between digits comes to: each mark is a space."""
_PLAIN = re.compile(r"[0-9](?:[ ().+\-]{0,4}[0-9]){6}")
"""Seven digits with plain separators between; here and below every repetition is bounded, so a scan is linear."""
_LOOSE = re.compile(r"[0-9](?:[^0-9A-Za-z]{0,5}[0-9]){6}")
"""Seven digits without Latin letters between: a number only beside a word for one, or when it is all there is."""
_SHAPED = re.compile(
    r"(?<![0-9])(?:[0-9]{3,5}[^0-9A-Za-z]{1,5}(?:[0-9]{3}[^0-9A-Za-z]{1,5}[0-9]{4}|[0-9]{5}|[0-9]{7})"
    r"|[0-9]{1,5}(?:[^0-9A-Za-z]{1,5}[0-9]{1,5}){6})(?![0-9])"
)
"""The same, grouped like a telephone number or in seven pieces or more: a number without help."""
_REMARKED = re.compile(r"[0-9](?:[^0-9A-Za-z]{0,4}(?:[(\[{<][^()\[\]{}<>0-9]{1,24}[)\]}>])?[^0-9A-Za-z]{0,4}[0-9]){6}")
"""Seven digits with remarks in brackets between."""
_ALONE_LETTERS = 8
"""Letters of a message that is little more than a number."""
_LOOKALIKES = b"0olisbzq"
_NOT_LOOKALIKE = bytes(set(range(256)) - set(_LOOKALIKES))
_MIXED_ANCHORS = ("0o", "0l", "0i", "o0", "l0", "i0")
"""A figure beside a letter that stands for one."""
_LETTER_BETWEEN = re.compile(rb"(?:0{1,5}[a-z]){2,40}0{0,5}[a-z]?")
_GLUED = re.compile(rb"0+|[a-z]+")
_LATIN = re.compile(rb"[0-9a-z]+")
_PARTED = re.compile(rb" 0{1,12} {1,5}([^ 0]{4,48}) {1,5}0{1,12} {1,5}\1 {1,5}0")
"""One and the same word between groups of figures; every repetition is bounded."""
_CUES = frozenset({Role.MOVE, Role.PHONE, Role.NUMBER, Role.CALL, Role.NETWORK, Role.WEAK_NETWORK})
_ALL_LEET = str.maketrans("oieastbl", "00000000")
_ZEROS = str.maketrans("123456789", "0" * 9)
_HAN, _HANGUL = ("\u3007", "\u9fff"), ("\uac00", "\ud7a3")
_MIN_FIGURES = 3
"""Figures in a number some of whose digits are letters or words."""
_MAX_REMEMBERED, _MAX_REMEMBERED_WORD = 32_768, 24
"""Words whose digits are remembered, and the bytes of one at most."""
_DIGITS_OF_DATE = 8
_MIN_SPOKEN = 3
"""Digits of a message that is nothing but number words: it may be a piece of a number."""


class DigitGate:
    """Anchors for numbers, and the second look at a text that has one."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Prepare the number words as the buffer holds them."""
        numerals = lexicon.numerals
        self._cues = BytesAhoCorasick(sorted({p.translate(_ZEROS).encode() for p in lexicon.having(*_CUES)}))
        self._counts = {word.encode(): numeral.digits for word, numeral in numerals.words.items()}
        for words, numeral in numerals.phrases.items():
            count = -(-numeral.digits // len(words))
            for word in words:
                self._counts[word.encode()] = max(count, self._counts.get(word.encode(), 0))
        written = "|".join(sorted(map(re.escape, numerals.open), key=lambda word: (-len(word), word)))
        self._open = re.compile(rf"(?:(?:{written or '0'}|0) {{0,5}}){{{MIN_DIGITS}}}")
        self.digits = (
            "000", *_group_anchors(), *_MIXED_ANCHORS,
            *(f"0{letter}{middle}{letter}0" for letter in ascii_lowercase for middle in ("0", "00")),
        )  # fmt: skip
        leet = {
            f" {form} ": numeral.digits
            for word, numeral in numerals.words.items()
            if numeral.digits and not numeral.ordinary and word.isascii()
            for form in _leet_forms(word)
        }
        self._counts.update({form.strip().encode(): count for form, count in leet.items()})
        self._sayings = _Sayings(self._counts)
        self.spelled = (
            *(f" {word} " for word, n in numerals.words.items() if n.rare),
            *leet,
            *_glued_anchors(numerals),
            *_open_anchors(numerals),
        )

    def digits_pass(self, text: str, piece: bytes) -> bool:
        """Whether a text with digits may hold a number."""
        figures = piece.count(b"0")
        dated = MIN_DIGITS <= figures <= _DIGITS_OF_DATE and _only_a_date(text, figures)
        if figures < MIN_DIGITS or dated:
            return not dated and figures >= _MIN_FIGURES and self._longest(piece)[1] >= MIN_DIGITS
        plain = text if text.isascii() else text.translate(DIGITS)
        if _PLAIN.search(plain) is not None or self._longest(piece)[1] >= MIN_DIGITS or _PARTED.search(piece):
            return True
        if not text.isascii():
            plain = text.translate(LETTERS)
        if _REMARKED.search(plain) is None:
            return False
        if _LOOSE.search(plain) is None:
            return True
        if sum(map(str.isalpha, text)) <= _ALONE_LETTERS or _SHAPED.search(plain) is not None:
            return True
        return bool(self._cues.find_matches_as_indexes(piece))

    def spelled_pass(self, piece: bytes) -> bool:
        """Whether a text with a number word may hold a number, or be a piece of one."""
        total, longest = self._longest(piece)
        if longest >= MIN_DIGITS or (total == longest >= _MIN_SPOKEN and self._only(piece)):
            return True
        if longest >= _MIN_SPOKEN and self._cues.find_matches_as_indexes(piece):
            return True  # "my number is three one two", which may go on
        if longest >= _MIN_SPOKEN and self._ends(piece):
            return True  # "bigger font, five five five"
        return not piece.isascii() and self._open.search(piece.decode("utf-8", "surrogatepass")) is not None

    def count_pass(self, piece: bytes) -> bool:
        """Whether a text that says how to put a number together holds enough digits for one."""
        return self._longest(piece)[0] >= MIN_DIGITS

    def _ends(self, piece: bytes) -> bool:
        """Whether the last words of a text say a digit each."""
        return all(self._counts.get(word) for word in piece.split()[-_MIN_SPOKEN:])

    def _only(self, piece: bytes) -> bool:
        return all(word in self._counts or not word.strip(_LOOKALIKES) for word in piece.split())

    def _longest(self, piece: bytes) -> tuple[int, int]:
        """At most how many digits all words say, and those of one row of words with a disguise among them."""
        total = longest = row = 0
        disguised = False
        sayings = self._sayings
        for word in piece.split():
            saying = sayings[word]
            if saying is None:
                if row:
                    row, disguised = 0, False
                continue
            count, disguise, joins = saying
            total += count
            if not joins:
                row, disguised = 0, False
                continue
            disguised = disguised or disguise or (row > 0 and disguise is None)
            row += count
            if disguised and row > longest:
                longest = row
        return total, longest


class _Sayings(dict[bytes, "tuple[int, bool | None, bool] | None"]):
    """What a word of the buffer can say: at most how many digits, whether in disguise, whether in a row with others.

    None for a word that says none, and for the disguise of one that is none at the beginning of a row. What was said of
    a word is remembered: people use few.
    """

    __slots__ = ("_counts",)

    def __init__(self, counts: Mapping[bytes, int]) -> None:
        super().__init__()
        self._counts = counts

    def __missing__(self, word: bytes) -> "tuple[int, bool | None, bool] | None":
        saying = self._read(word)
        if len(self) < _MAX_REMEMBERED and len(word) <= _MAX_REMEMBERED_WORD:
            self[word] = saying
        return saying

    def _read(self, word: bytes) -> "tuple[int, bool | None, bool] | None":
        if word in self._counts:
            return self._counts[word], True if self._counts[word] else None, True
        if b"0" not in word and word.strip(_LOOKALIKES):
            return None
        if not word.isascii():
            return self._mixed(word)
        glued = self._glued(word)
        if glued:
            return glued, True, True
        count = len(word.translate(None, _NOT_LOOKALIKE))
        joins = count == len(word) or _LETTER_BETWEEN.fullmatch(word) is not None
        return count, bool(word.strip(b"0")), joins

    def _mixed(self, word: bytes) -> "tuple[int, bool | None, bool] | None":
        """What the Latin parts of a word of another script say together: the readers take them one by one."""
        said = [saying for part in _LATIN.findall(word) if (saying := self._read(part)) is not None]
        if not said:
            return None
        return sum(count for count, *_ in said), any(disguise for _, disguise, _ in said), any(j for *_, j in said)

    def _glued(self, word: bytes) -> int:
        """How many digits a word says that is nothing but figures and number words: "four0four"; 0 for another."""
        parts = _GLUED.findall(word)
        if len(parts) < 2 or b"".join(parts) != word:  # noqa: PLR2004
            return 0
        counts = [len(part) if part[:1] == b"0" else self._counts.get(part, 0) for part in parts]
        return sum(counts) if all(counts) else 0


def _only_a_date(text: str, figures: int) -> bool:
    """Whether all of so many figures in a text are those of one date."""
    found = DATE.search(text)
    return found is not None and sum(map(str.isdigit, found.group())) == figures


def _group_anchors() -> Iterator[str]:
    """Three groups of one or two figures in a row, with any gaps: every number without three figures in a row."""
    for first, one, middle, two, last in product(("0", "00"), _SPACES, ("0", "00"), _SPACES, ("0", "00")):
        yield f" {first}{one}{middle}{two}{last} "


def _leet_forms(word: str) -> set[str]:
    """A number word as the buffer shows it with digits for one of its letters, for all of a kind, or for all."""
    kinds = [letter for letter in "oieastbl" if letter in word]
    forms = {word.replace(letter, "0") for letter in kinds}
    forms |= {word[:at] + "0" + word[at + 1 :] for at, letter in enumerate(word) if letter in "oieastbl"}
    forms.add(word.translate(_ALL_LEET))
    return {form for form in forms if len(form) > 2 and form.strip("0")}  # noqa: PLR2004


def _glued_anchors(numerals: Numerals) -> Iterator[str]:
    """A number word with a figure right before or behind it."""
    for word, numeral in numerals.words.items():
        if word.isascii() and numeral.digits and not numeral.ordinary and len(word) > 2:  # noqa: PLR2004
            yield f" {word}0"
            yield f"0{word} "


def _open_anchors(numerals: Numerals) -> Iterator[str]:
    """Two digits in a row for scripts that write a digit as one character, else the words themselves."""
    for first, last in (_HAN, _HANGUL):
        short = [word for word in numerals.open if len(word) == 1 and first <= word <= last]
        yield from (one + space + two for one in short for two in short for space in ("", " "))
    yield from (word for word, numeral in numerals.open.items() if len(word) > 1 and not numeral.ordinary)
