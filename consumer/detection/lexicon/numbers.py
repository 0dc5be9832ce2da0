"""Number words: how a language says digits, tens and hundreds when somebody reads a telephone number out.

A language file has a table `numbers`: the words of a value under the value (`numbers.7 = ["seven"]`, up to 900),
and under names
`double`, `triple`, `quadruple` (the digit after it is said that often), `hundred` (times a hundred),
`ten_times` (times ten: "puluh"), `between` (words that may stand between digits: "then", "dash"), `plus` (the sign
before a country code), `glue` (joins unit and ten into one word: "einundzwanzig"), `glue_after` (joins ten and unit
into one word: "trentadue"), `and_prefix` (joins a ten to the unit said before it: Arabic "و"), and `ordinary` (those of
the words above that are also ordinary words: they never begin a number, and never make one by themselves), and
`sounds_like` (ordinary words that merely sound like
one: "to", "for", "ate"; one or two of them among numbers mean what they say), and `run_together` (words of digits that
are also written two or three as one: "sixfoursix").
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from itertools import product
from typing import NamedTuple

from consumer.detection.views import LETTERS, words_of

_OPEN_FROM = "\u2e80"
"""Scripts from here on (Han, kana, Hangul) are written without spaces between number words."""
_UNITS = range(1, 10)
_TENS = range(20, 100, 10)


class Part(Enum):
    """What a number word does to the number said so far."""

    VALUE = auto()
    HUNDRED = auto()
    TEN = auto()
    REPEAT = auto()
    BETWEEN = auto()
    PLUS = auto()
    AND_TEN = auto()
    FIGURES = auto()


class Numeral(NamedTuple):
    """One number word. `ordinary`: it is also an ordinary word. `sounds`: it only sounds like the number.

    `figures` are the digits of words run together.
    """

    part: Part
    value: int
    ordinary: bool = False
    sounds: bool = False
    figures: str = ""

    @property
    def digits(self) -> int:
        """At most how many digits it adds to what is said."""
        if self.part is Part.VALUE:
            return len(str(self.value))
        if self.part is Part.REPEAT:
            return self.value - 1
        if self.part is Part.FIGURES:
            return len(self.figures)
        return {Part.HUNDRED: 2, Part.TEN: 1, Part.AND_TEN: 1}.get(self.part, 0)

    @property
    def rare(self) -> bool:
        """Whether it is seldom said but in numbers read out: what the prefilter looks for."""
        if self.ordinary or self.part is Part.BETWEEN:
            return False
        return self.part is not Part.VALUE or self.value == 0 or self.value >= 5  # noqa: PLR2004


_NAMED = {
    "double": Numeral(Part.REPEAT, 2),
    "triple": Numeral(Part.REPEAT, 3),
    "quadruple": Numeral(Part.REPEAT, 4),
    "hundred": Numeral(Part.HUNDRED, 100),
    "ten_times": Numeral(Part.TEN, 10),
    "between": Numeral(Part.BETWEEN, 0),
    "plus": Numeral(Part.PLUS, 0),
}
_OTHER = frozenset({"glue", "glue_after", "and_prefix", "ordinary", "sounds_like", "run_together", "plural"})
_SEVERAL = (2, 3, 4)
"""How often a digit is said to stand in a number: "three fives"."""
_RUN = (2, 3)
"""Words of a digit each that are run together."""
_MAX_VALUE = 900


@dataclass(frozen=True, slots=True)
class Numerals:
    """Number words by their folded form. `words` stand alone, `phrases` are several words, `open` need no spaces."""

    words: Mapping[str, Numeral]
    phrases: Mapping[tuple[str, ...], Numeral]
    open: Mapping[str, Numeral]


def is_open(word: str) -> bool:
    """Whether a word is of a script written without spaces."""
    return word[:1] >= _OPEN_FROM


def folded(word: str) -> str:
    """A word as it stands in a folded text; empty if nothing is left."""
    return " ".join(words_of(word.translate(LETTERS)).split())


def read_numbers(table: Mapping[str, object]) -> list[tuple[str, Numeral]]:
    """The number words of one language. Raises ValueError, naming the key, for a table that is not as said above."""
    lists = {key: _words(key, value) for key, value in table.items()}
    sounds = {folded(word) for word in lists.get("sounds_like", ())}
    ordinary = {folded(word) for word in lists.get("ordinary", ())} | sounds
    values: dict[int, list[str]] = {}
    found: list[tuple[str, Numeral]] = []
    for key, words in lists.items():
        if key in _OTHER:
            continue
        if key not in _NAMED:
            if not (key.isdecimal() and int(key) <= _MAX_VALUE):
                raise ValueError(f"{key!r} is neither a number up to {_MAX_VALUE} nor one of {', '.join(_NAMED)}")
            values[int(key)] = words
        meaning = _NAMED.get(key) or Numeral(Part.VALUE, int(key))
        found += [
            (word, meaning._replace(ordinary=word in ordinary, sounds=word in sounds)) for word in map(folded, words)
        ]
    found += _glued(values, lists.get("glue", ()), lists.get("glue_after", ()))
    found += _run_together(values, lists.get("run_together", ()))
    found += _several(values, lists.get("plural", ()))
    for prefix in lists.get("and_prefix", ()):
        found += [
            (folded(prefix + word), Numeral(Part.AND_TEN, ten)) for ten in _TENS for word in values.get(ten, ())
        ]  # fmt: skip
    return [(word, numeral) for word, numeral in found if word]


def _words(key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ValueError(f"{key}: a list of words is expected")
    return value


def _glued(values: Mapping[int, list[str]], before: Iterable[str], after: Iterable[str]) -> list[tuple[str, Numeral]]:
    """Tens and units written as one word, unit first ("einundzwanzig") or ten first ("trentadue")."""
    pairs = [
        (ten + unit, ten_word, unit_word)
        for ten in _TENS for unit in _UNITS
        for ten_word in values.get(ten, ()) for unit_word in values.get(unit, ())
    ]  # fmt: skip
    glued = [(unit + joint + ten, value) for joint in before for value, ten, unit in pairs]
    glued += [(ten + joint + unit, value) for joint in after for value, ten, unit in pairs]
    return [(folded(word), Numeral(Part.VALUE, value)) for word, value in glued]


def _run_together(values: Mapping[int, list[str]], words: Iterable[str]) -> Iterator[tuple[str, Numeral]]:
    """Rows of digit words as one word: "sixfour", "sixfoursix"."""
    digits = [(word, str(value)) for word in words for value, names in values.items() if word in names]
    for size in _RUN:
        for row in product(digits, repeat=size):
            figures = "".join(digit for _, digit in row)
            yield folded("".join(word for word, _ in row)), Numeral(Part.FIGURES, 0, figures=figures)


def _several(values: Mapping[int, list[str]], plurals: Iterable[str]) -> Iterator[tuple[str, Numeral]]:
    """A digit said to stand there two to four times: "three fives"; a plural is given as "5 fives"."""
    for plural in plurals:
        digit, _, word = plural.partition(" ")
        if not (len(digit) == 1 and digit.isdecimal() and word):
            raise ValueError(f"plural: {plural!r} is no digit and a word for several of it")
        for count in _SEVERAL:
            for times in values.get(count, ()):
                yield folded(f"{times} {word}"), Numeral(Part.FIGURES, 0, figures=digit * count)


def collect(words: Iterable[tuple[str, Numeral]]) -> Numerals:
    """All languages' number words together. A word that two languages use is ordinary if it is so in one of them."""
    single: dict[str, Numeral] = {}
    phrases: dict[tuple[str, ...], Numeral] = {}
    spaceless: dict[str, Numeral] = {}
    for word, numeral in words:
        parts = tuple(word.split())
        if len(parts) > 1:
            phrases.setdefault(parts, numeral)
            continue
        target = spaceless if is_open(word) else single
        known = target.setdefault(word, numeral)
        if numeral.ordinary and not known.ordinary:
            target[word] = known._replace(ordinary=True, sounds=known.sounds or numeral.sounds)
    return Numerals(single, phrases, spaceless)
