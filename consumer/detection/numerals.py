"""Digits in any dress: figures, figures with look-alike letters, number words of every language, and mixtures.

A text is read as atoms (a group of figures, a number word), atoms that follow each other closely make a run, and a
run says digits: "ninety eight eleven oh five" is 981105. What a run of digits means is not decided here.

Cost: one look at each word; a text holds at most `MAX_ATOMS` atoms for this module, the first and the last ones.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from consumer.detection.lexicon import word_list
from consumer.detection.lexicon.numbers import Numeral, Numerals, Part, is_open

MAX_ATOMS = 1024
"""No number a person gives has more than thirty; the bound keeps a text of 64 KiB made of digits cheap."""
_MAX_WORD, _HALF_WORD = 4096, 2048
_MIN_LETTERS = 3
"""Letters between figures from which on they are separators, even if they look like figures."""
MAX_GAP = 5
"""Characters other than letters and digits that may stand between two atoms of a run: " --- ", an emoji."""
_REMARK = re.compile(r"[^\w()]{0,4}[(\[{<][^()\[\]{}<>0-9]{1,24}[)\]}>][^\w()]{0,4}")
_MAX_REMARK = 34
"""A remark between digits, to be left out: "41 (ignore this) 55"."""
_MAX_PHRASE = 4
"""Words of the longest number phrase: "quatre vingt dix sept"."""
_LOOKALIKES = str.maketrans("olisbzq", "0115829")
_LEET = (str.maketrans("0134578", "oieastb"), str.maketrans("013457", "oleast"))
"""Digits that stand for letters in a number word: "s3ven", "f1ve"."""
_LEET_WORDS = frozenset({"oo", "ooo", "ol", "lo", "oi", "io"})
_LETTERS_OF_DIGITS = "olisbzq"
_MAX_LETTERS_OF_DIGITS = 4
_ORDINARY = word_list("fragments.toml", "lookalike_words")
_LATIN = re.compile(r"[0-9a-z]+")
_FIGURE = re.compile(r"[0-9]")
_MOST_A_CHARACTER, _MOST_LEET = 10, 10
"""More digits than one character says, and than a number word that is written with figures says."""
_NO_LETTER = re.compile(r"[^a-z ]")
_LETTER_BETWEEN = re.compile(r"(?:[0-9]{1,5}[a-z]){2,40}[0-9]{0,5}")
"""Figures with single letters between; bounded and without overlap between the classes, so a match is linear."""
_GLUED = re.compile(r"[0-9]+|[a-z]+")
_FULL = 10
_SCORE_SLOT = 100


class Atom(NamedTuple):
    """A piece of a number: its span in the letters view, its figures or the word it is.

    `lookalike`: letters stand for some of its digits; `guessed`: for all of them. `letters`: the letters that were
    between its digits.
    """

    start: int
    end: int
    digits: str
    numeral: Numeral | None = None
    lookalike: bool = False
    letters: str = ""
    guessed: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether it may be an ordinary word."""
        if self.numeral is None:
            return self.guessed
        return self.numeral.ordinary or self.numeral.part is Part.BETWEEN


@dataclass(frozen=True, slots=True)
class Run:
    """Atoms that follow each other closely, and the texts between them."""

    atoms: tuple[Atom, ...]
    gaps: tuple[str, ...]

    @property
    def start(self) -> int:
        """Its first position in the letters view."""
        return self.atoms[0].start

    @property
    def end(self) -> int:
        """One past its last position in the letters view."""
        return self.atoms[-1].end

    @property
    def spelled(self) -> int:
        """How many of its atoms are number words that are hardly anything else."""
        return sum(atom.numeral is not None and not atom.doubtful for atom in self.atoms)


class NumeralReader:
    """Finds the atoms of a text: compiled once from the number words of all languages."""

    def __init__(self, numerals: Numerals) -> None:
        """Prepare the tables; nothing is read later."""
        self._words = numerals.words
        self._phrases = numerals.phrases
        self._leads = frozenset(phrase[0] for phrase in numerals.phrases)
        self._most = dict.fromkeys(_LEET_WORDS, 3)
        for word, numeral in numerals.words.items():
            self._most[word] = max(self._most.get(word, 0), numeral.digits)
        for phrase, numeral in numerals.phrases.items():
            self._most[phrase[0]] = max(self._most.get(phrase[0], 0), numeral.digits)
        self._known = _LEET_WORDS.union(numerals.words, self._leads)
        self._open = numerals.open
        written = sorted(numerals.open, key=lambda word: (-len(word), word))
        self._open_word = re.compile("|".join(map(re.escape, written)) or r"(?!)")

    def knows(self, word: str) -> bool:
        """Whether a word of Latin letters may be an atom, or begin one."""
        return word in self._known

    def at_most(self, words: str) -> int:
        """A number of digits that the atoms of these words together do not exceed: cheaper than to read them."""
        if not words.isascii():
            return len(words) * _MOST_A_CHARACTER
        parts = words.split()
        most = sum([self._most[word] for word in parts if word in self._most])
        if _FIGURE.search(words) is not None:
            for word in parts:
                if word.isdecimal():
                    most += len(word)
                elif not word.isalpha() and _FIGURE.search(word) is not None:
                    most += len(word) + _MOST_LEET
                elif _only_lookalikes(word):
                    most += len(word)
        return most

    def atoms(self, words: str) -> list[Atom]:
        """The atoms of a text given as padded words (`views.words_of`), in order."""
        parts = words.split(" ")
        if words.isascii() and _NO_LETTER.search(words) is None and self._known.isdisjoint(parts):
            return []
        known = self._known
        places: list[tuple[int, int]] = []
        position = -1
        for index, word in enumerate(parts):
            if word and (
                word in known
                or not word.isalpha()
                or (not word.isascii() and is_open(word))
                or (_only_lookalikes(word) and (word not in _ORDINARY or _amid_leet(parts, index)))
                or (len(word) == 1 and word in _LETTERS_OF_DIGITS and _amid_digits(parts, index))
            ):
                places.append((index, position))
            position += len(word) + 1
        if len(places) > MAX_ATOMS:
            places = places[: MAX_ATOMS // 2] + places[-MAX_ATOMS // 2 :]
        found: list[Atom] = []
        taken = -1
        for index, position in places:
            if index <= taken:
                continue
            word = parts[index]
            further = self._phrase(parts, index, position, found) if word in self._leads else 0
            taken = index + further
            if not further:
                found += self._word(word, position)
        return found[: MAX_ATOMS // 2] + found[-MAX_ATOMS // 2 :] if len(found) > MAX_ATOMS else found

    def _phrase(self, parts: Sequence[str], index: int, position: int, found: list[Atom]) -> int:
        """Add the longest number phrase that begins here; the number of further parts it takes, 0 if there is none."""
        taken = [parts[index]]
        best: tuple[int, int, Numeral] | None = None
        end = position + len(parts[index])
        at = index + 1
        while at < len(parts) and len(taken) < _MAX_PHRASE and at - index <= 2 * _MAX_PHRASE:
            end += 1 + len(parts[at])
            if parts[at]:
                taken.append(parts[at])
                numeral = self._phrases.get(tuple(taken))
                if numeral is not None:
                    best = (at - index, end, numeral)
            at += 1
        if best is None:
            return 0
        found.append(Atom(position, best[1], "", best[2]))
        return best[0]

    def _word(self, word: str, position: int) -> Iterable[Atom]:  # noqa: PLR0911 - one line a form
        end = position + len(word)
        numeral = self._words.get(word)
        if numeral is not None:
            return (Atom(position, end, "", numeral),)
        if word.isdecimal():
            return (Atom(position, end, word),)
        if not word.isascii():
            return self._mixed(word, position)
        for table in _LEET:
            numeral = self._words.get(word.translate(table))
            if numeral is not None and not numeral.ordinary:
                return (Atom(position, end, "", numeral, lookalike=True),)
        if _LETTER_BETWEEN.fullmatch(word):
            figures, letters = "".join(filter(str.isdigit, word)), "".join(filter(str.isalpha, word))
            if len(letters) >= _MIN_LETTERS or word.translate(_LOOKALIKES).isalpha():
                return (Atom(position, end, figures, letters=letters),)
        plain = word.translate(_LOOKALIKES)
        if plain.isdecimal() and (len(plain) > 1 or word.isalpha()):
            return (Atom(position, end, plain, lookalike=True, guessed=word.isalpha()),)
        return self._glued(word, position)

    def _glued(self, word: str, position: int) -> Iterable[Atom]:
        """The atoms of a word that is nothing but figures and number words: "four0four"."""
        atoms = []
        for part in _GLUED.finditer(word):
            numeral = self._words.get(part.group())
            if numeral is None and not part.group().isdecimal():
                return ()
            digits = "" if numeral is not None else part.group()
            atoms.append(Atom(position + part.start(), position + part.end(), digits, numeral))
        return atoms if len(atoms) > 1 else ()

    def _mixed(self, word: str, position: int) -> Iterator[Atom]:
        """The atoms inside a word of a script without spaces; a lone one among letters is part of a word."""
        if len(word) > _MAX_WORD:  # no script writes such words; the ends are as good as all of it
            yield from self._mixed(word[:_HALF_WORD], position)
            yield from self._mixed(word[-_HALF_WORD:], position + len(word) - _HALF_WORD)
            return
        latin = [(m.start(), m.end(), None) for m in _LATIN.finditer(word)]
        spoken = [(m.start(), m.end(), self._open[m.group()]) for m in self._open_word.finditer(word)]
        for start, end, numeral in sorted([*spoken, *latin], key=lambda piece: piece[0]):
            if numeral is not None:
                yield Atom(position + start, position + end, "", numeral)
            elif not word[start:end].isalpha():
                yield from self._word(word[start:end], position + start)


def _only_lookalikes(word: str) -> bool:
    """Whether a word is nothing but letters that look like digits: "OSol", "lZ"."""
    return not word.strip(_LETTERS_OF_DIGITS) and 1 < len(word) <= _MAX_LETTERS_OF_DIGITS


def _amid_digits(parts: Sequence[str], index: int) -> bool:
    """Whether the words to both sides are one character each that says a digit, and one of them does so plainly."""
    sides = [*parts[max(0, index - 1) : index], *parts[index + 1 : index + 2]]
    told = [side for side in sides if side]
    if not told or not all(len(side) == 1 and side.translate(_LOOKALIKES).isdecimal() for side in told):
        return False
    return any(map(str.isdecimal, told))


def _amid_leet(parts: Sequence[str], index: int) -> bool:
    """Whether the words to both sides are figures, one of them with a letter for a digit: "+38O SO I23"."""
    sides = [*parts[index - 1 : index], *parts[index + 1 : index + 2]]
    plain = [side.translate(_LOOKALIKES).isdecimal() for side in sides]
    return len(plain) > 1 and all(plain) and not all(map(str.isdecimal, sides)) and not any(map(str.isalpha, sides))


def runs(atoms: Sequence[Atom], letters: str) -> Iterator[Run]:
    """The atoms in runs: what stands between two atoms of a run holds no letter, no digit, and is short."""
    taken: list[Atom] = []
    gaps: list[str] = []
    for atom in atoms:
        if taken:
            gap = letters[taken[-1].end : atom.start]
            if not _close(gap):
                yield Run(tuple(taken), tuple(gaps))
                taken, gaps = [], []
            else:
                gaps.append(gap)
        taken.append(atom)
    if taken:
        yield Run(tuple(taken), tuple(gaps))


def _close(gap: str) -> bool:
    """Whether what stands between two atoms is short and says nothing, or is a remark in brackets."""
    if len(gap) <= MAX_GAP and not any(map(str.isalnum, gap)):
        return True
    return len(gap) <= _MAX_REMARK and _REMARK.fullmatch(gap) is not None


def trimmed(run: Run, *, head: bool = True, tail: bool = True, sounds: bool = True) -> Run | None:
    """The run without words at its ends that say no digit, and without ordinary words there if asked.

    An "oh" at the front stays. `sounds`: also without words that merely sound like a number.
    """
    first, last = 0, len(run.atoms)
    while first < last and run.atoms[first].doubtful and not _kept(run.atoms[first], ordinary=head, sounds=sounds):
        first += 1
    while (
        last > first and run.atoms[last - 1].doubtful and not _kept(run.atoms[last - 1], ordinary=tail, sounds=sounds)
    ):
        last -= 1
    return Run(run.atoms[first:last], run.gaps[first : max(first, last - 1)]) if first < last else None


def _kept(atom: Atom, *, ordinary: bool, sounds: bool) -> bool:
    if atom.numeral is None:
        return not ordinary
    if sounds and atom.numeral.sounds:
        return False
    return _is_zero(atom) or (not ordinary and _digits(atom) == 1)


def _digits(atom: Atom) -> int:
    return len(atom.digits) if atom.numeral is None else atom.numeral.digits


def _is_zero(atom: Atom) -> bool:
    return atom.numeral is not None and atom.numeral.part is Part.VALUE and atom.numeral.value == 0


def values(atoms: Iterable[Atom], *, compose: bool = True) -> list[str]:
    """The numbers that atoms say, as digits.

    With `compose`, hundreds, tens and units that follow each other are one number ("fifty five" is 55); without, each
    stands for itself, as when a number is read in pieces ("nine hundred, eight, one": 90081).
    """
    speech = _Speech(compose)
    for atom in atoms:
        speech.hear(atom)
    return speech.end()


class _Speech:
    """A number being said. `slot`: what may still be added to the current value, as a power of ten."""

    __slots__ = ("_compose", "_current", "_repeat", "_said", "_slot")

    def __init__(self, compose: bool) -> None:  # noqa: FBT001 - private
        self._compose = compose
        self._said: list[str] = []
        self._current: int | None = None
        self._slot = 0
        self._repeat = 1

    def hear(self, atom: Atom) -> None:
        numeral = atom.numeral
        if numeral is None:
            self._figures(atom.digits)
        elif numeral.part is Part.FIGURES:
            self._figures(numeral.figures)
        elif numeral.part is Part.VALUE:
            self._value(numeral.value)
        elif numeral.part is Part.REPEAT:
            self._flush()
            self._repeat = numeral.value
        elif numeral.part in {Part.HUNDRED, Part.TEN}:
            self._times(numeral.value)
        elif numeral.part is Part.AND_TEN:
            self._and_ten(numeral.value)

    def end(self) -> list[str]:
        self._flush()
        return self._said

    def _flush(self) -> None:
        if self._current is not None:
            self._said.append(str(self._current))
        self._current, self._slot = None, 0

    def _figures(self, digits: str) -> None:
        self._flush()
        self._said.append(digits * self._repeat if len(digits) == 1 else digits)
        self._repeat = 1

    def _value(self, value: int) -> None:
        if self._repeat > 1 and value < _FULL:
            self._said.append(str(value) * self._repeat)
            self._repeat = 1
            return
        self._repeat = 1
        if self._compose and self._current is not None and 0 < value < self._slot:
            self._current += value
            self._slot = _slot(value)
            return
        self._flush()
        self._current, self._slot = value, _slot(value)

    def _times(self, factor: int) -> None:
        if self._current is None or not 0 < self._current < _FULL:
            self._flush()
            self._current = 1
        self._current *= factor
        self._slot = factor

    def _and_ten(self, ten: int) -> None:
        if self._current is not None and 0 < self._current < _FULL:
            self._current += ten
            self._slot = 0
        else:
            self._value(ten)


def _slot(value: int) -> int:
    """What may be added to a value: units to tens, anything below a hundred to hundreds."""
    if value >= _SCORE_SLOT and value % _SCORE_SLOT == 0:
        return _SCORE_SLOT
    return _FULL if value >= _FULL and value % _FULL == 0 else 0
