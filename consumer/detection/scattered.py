"""Telephone numbers in disguise: spelled out, spaced out, with letters for digits, with other things between.

What `phone` does not see because it is not simply written in figures. A disguise is itself a sign: nobody
spells a price "nine eight one one zero". But people do count, list sizes and say years, so a row that runs
evenly, holds hardly any different digits or is named as something else is left alone.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role
from consumer.detection.lexicon.numbers import Part
from consumer.detection.numerals import Atom, NumeralReader, Run, runs, trimmed, values
from consumer.detection.reading import Reading, both_ends
from consumer.detection.spliced import find_spliced
from consumer.detection.surroundings import Surroundings, alone, is_content, original_span
from consumer.detection.telephony import MAX_DIGITS, MIN_DIGITS, Fit, Match, international, national
from consumer.detection.views import words_of

_PLAIN = frozenset(" ().-")
"""Separators of numbers that are simply written."""
_BAR = "|"
_APART = frozenset({" . ", " - ", ". ", " ."})
_DOUBLED = ("--", "..", "  ")
_SURE_DIGITS = 9
"""Fewer digits are a telephone number only beside a word for one."""
_LONG_DIGITS = 10
_CODE = 1
"""Groups among single digits: the code of a country is written together."""
_MIN_DISTINCT = 3
_SPELLED = 5
"""Number words in a row that are hardly counting."""
_MIN_ROW = 5
"""Values that must run evenly to be a row and no telephone number."""
_MAX_FIGURE_GROUPS = 10
_SOUNDS = 2
"""Words that sound like numbers ("to", "for", "ate") from which on they are meant as such."""
_DATES = ([2, 2, 4], [1, 2, 4], [1, 1, 4], [2, 2, 2])
_COORDINATES = re.compile(r"[0-9]{1,3}\.[0-9]{2,8}[^0-9]{1,4}[0-9]{1,3}\.[0-9]{2,8}")
"""Latitude and longitude."""
_THOUSAND = 3
"""Digits of a group in a long figure: 10,415,550."""
_LEET = re.compile(r"[0-9][oli|]|[oli|][0-9]")
_LEET_OF_NUMBER = re.compile(r"[0-9][olisbzq|]|[olisbzq|][0-9]")
"""The same where a word for a telephone leads to it: "1990s" and "B2" are common elsewhere."""
_PHONE_SHAPES = frozenset({(3, 3, 4), (5, 5), (3, 7), (4, 3, 4), (4, 7)})


def find_scattered(reading: Reading, reader: NumeralReader) -> list[Finding]:
    """Every telephone number in disguise."""
    text = reading.written.text
    words = reading.words if reading.view is reading.written else words_of(text)
    if reader.at_most(words) < MIN_DIGITS:
        return []
    atoms = reader.atoms(words)
    if sum(map(_digits_of, atoms)) < MIN_DIGITS:
        return []
    found = find_spliced(reading, atoms)
    found += _in_runs(reading, atoms, text)
    if _BAR in text:  # a bar separates, or stands for a one
        barred = text.replace(_BAR, "l")
        found += _in_runs(reading, reader.atoms(words_of(barred)), barred)
    return found


def _in_runs(reading: Reading, atoms: Sequence[Atom], text: str) -> list[Finding]:
    findings = (_read_run(reading, run) for run in both_ends(list(runs(atoms, text))))
    return [finding for finding in findings if finding is not None]


def _digits_of(atom: Atom) -> int:
    return len(atom.digits) if atom.numeral is None else atom.numeral.digits


def _read_run(reading: Reading, run: Run) -> Finding | None:
    """The best reading of a run: with or without the doubtful words at its ends, composed or word by word."""
    best: _Reading | None = None
    seen: set[tuple[int, int]] = set()
    cuts = [trimmed(run)]
    if any(atom.guessed for atom in run.atoms):
        cuts.append(trimmed(run, head=False, tail=False))
    if run.spelled:
        cuts = [
            trimmed(run, tail=False),
            *cuts,
            trimmed(run, head=False, tail=False),
            trimmed(run, head=False, tail=False, sounds=False),
        ]
    for cut in cuts:
        if cut is None or (cut.start, cut.end) in seen or sum(map(_digits_of, cut.atoms)) < MIN_DIGITS:
            continue
        seen.add((cut.start, cut.end))
        if _row(values(cut.atoms, compose=False)):
            continue
        technique = disguise(cut)
        if technique is None:
            continue
        for compose in (True, False):
            found = _judge(reading, cut, values(cut.atoms, compose=compose), technique)
            if found is not None and (best is None or found.better(best)):
                best = found
    return None if best is None else best.finding


class _Reading(NamedTuple):
    """One way to read a run."""

    finding: Finding
    fit: Fit

    def better(self, other: "_Reading") -> bool:
        """Surer, or of a better known range."""
        return (self.finding.confidence, self.fit) > (other.finding.confidence, other.fit)


def disguise(run: Run) -> str | None:  # noqa: PLR0911 - one line a disguise
    """How the digits of a run are hidden; None if they are simply written, or merely listed."""
    if run.spelled:
        return "spelled" if _tells_digits(run) else None
    if any(atom.numeral is not None and atom.numeral.part is Part.BETWEEN for atom in run.atoms):
        return "interleaved"
    if any(atom.letters for atom in run.atoms) or any(map(str.isalpha, "".join(run.gaps))):
        return "interleaved"
    if any(atom.lookalike for atom in run.atoms):
        return "leet"
    if len(run.atoms) >= MIN_DIGITS and sum(len(atom.digits) > 1 for atom in run.atoms) <= _CODE:
        return "spaced"
    if any(gap in _APART or not _PLAIN.issuperset(gap) or any(two in gap for two in _DOUBLED) for gap in run.gaps):
        return "separated"
    return None


def _tells_digits(run: Run) -> bool:
    """Whether a run has what the prefilter seeks: a word seldom said but in numbers, three figures or groups in a row.

    Ten digits of one to four alone are a count: "one two three four".
    """
    in_row = 0
    for atom in run.atoms:
        in_row = in_row + 1 if atom.numeral is None else 0
        if in_row == _THOUSAND or (len(atom.digits) >= _THOUSAND if atom.numeral is None else atom.numeral.rare):
            return True
    return False


def _judge(reading: Reading, run: Run, said: list[str], technique: str) -> _Reading | None:
    digits = "".join(said)
    if not MIN_DIGITS <= len(digits) <= MAX_DIGITS or len(set(digits)) < _MIN_DISTINCT:
        return None
    around = Surroundings(reading, reading.written, run.start, run.end)
    if around.opposed or _row(said) or (_glued(reading.written.text, run) and not around.supported):
        return None
    match = _match(reading, run, digits)
    if around.supported and match.fit < Fit.VALID:
        match = max(match, international(digits), key=lambda read: read.fit)
    confidence = _confidence(reading, run, digits, match, around, technique)
    if confidence <= 0 or is_content(reading, reading.written, run.start, run.end):
        return None
    start, end = original_span(reading, reading.written, run.start, run.end)
    finding = Finding(
        kind="phone", intent="provide", start=start, end=end, confidence=confidence, network=around.network,
        techniques=(technique,), value=match.number,
    )  # fmt: skip
    return _Reading(finding, match.fit)


def _row(said: Iterable[str]) -> bool:
    """Whether the values run evenly (1 2 3 4 5, 10 20 30), as in counting and lists."""
    written = list(said)
    if any(len(value) > MAX_DIGITS for value in written):
        return False  # no row, and more than Python makes a number of
    numbers = [int(value) for value in written]
    steps = {two - one for one, two in pairwise(numbers)}
    if len(numbers) >= _MIN_ROW and len(steps) == 1:
        return True
    return sorted(numbers) == list(range(1, len(numbers) + 1))


_GLUE = frozenset("$€£¥₹₽#%/:=_\\")


def _glued(letters: str, run: Run) -> bool:
    return letters[run.start - 1 : run.start] in _GLUE or letters[run.end : run.end + 1] in _GLUE


def _match(reading: Reading, run: Run, digits: str) -> Match:
    first = run.atoms[0]
    said = first.numeral is not None and first.numeral.part is Part.PLUS
    if said or reading.written.text[max(0, run.start - 2) : run.start].strip(" (").endswith("+"):
        return international(digits)
    if digits.startswith("00"):
        return international(digits[2:])
    return national(digits, reading.locale)


def _confidence(reading: Reading, run: Run, digits: str, match: Match, around: Surroundings, technique: str) -> float:  # noqa: PLR0911 - a list of cases
    """How sure we are, 0 for not a telephone number. Set by hand, to be calibrated on labelled data."""
    if technique == "spelled":
        return _spelled(reading, run, digits, match, around)
    told = around.led and match.fit >= Fit.VALID and len(digits) >= _SURE_DIGITS
    if _ruled_out(reading, run, technique, supported=around.supported, told=told):
        return 0.0
    if any(atom.numeral is not None for atom in run.atoms):
        return 0.85 if around.supported and match.fit >= Fit.VALID and len(digits) >= _SURE_DIGITS else 0.0
    if around.supported:
        sure = match.fit >= Fit.POSSIBLE and (technique != "separated" or len(digits) >= _SURE_DIGITS)
        return 0.9 if sure else 0.55 if len(digits) >= _SURE_DIGITS else 0.0
    if len(digits) < _SURE_DIGITS or (technique == "spaced" and len(set(digits)) <= _MIN_DISTINCT):
        return 0.0
    if alone(reading.written.text, run.start, run.end):
        return 0.85 if match.fit >= Fit.VALID or (technique != "separated" and len(digits) >= _LONG_DIGITS) else 0.0
    return _unaided(digits, match, technique, tuple(len(atom.digits) for atom in run.atoms))


def _ruled_out(reading: Reading, run: Run, technique: str, *, supported: bool, told: bool) -> bool:
    """Whether a disguise is none: an id, a model name, a list. `told`: a word for a telephone leads to a valid one."""
    if technique == "interleaved":
        return not _meant(reading, run)
    if technique == "leet" and all(atom.end - atom.start == 1 for atom in run.atoms):
        return not supported  # "O 5 O 1 2 3 4": nothing stands beside a letter
    if technique == "leet":
        return not _clearly_leet(reading.written.text, run, _LEET_OF_NUMBER if told else _LEET)
    if technique != "separated":
        return False
    commas = not supported and any("," in gap for gap in run.gaps)
    return commas or len(run.atoms) > _MAX_FIGURE_GROUPS or _listed(reading, run, supported=supported, told=told)


def _clearly_leet(letters: str, run: Run, leet: re.Pattern[str]) -> bool:
    """Whether a letter for a digit stands beside a figure in a group."""
    return any(atom.lookalike and leet.search(letters, atom.start, atom.end) for atom in run.atoms)


def _meant(reading: Reading, run: Run) -> bool:
    """Whether what stands between digits is there to be left out: always the same letter, or said so. Else it is an id.

    A remark in brackets is one, if the figures are more than sizes in brackets.
    """
    if reading.having(Role.SPLICE):
        return True
    letters = {letter for atom in run.atoms for letter in atom.letters}
    remarked = any(map(str.isalpha, "".join(run.gaps)))
    return len(letters) <= 1 and (not remarked or any(len(atom.digits) >= _THOUSAND for atom in run.atoms))


def _unaided(digits: str, match: Match, technique: str, lengths: tuple[int, ...]) -> float:
    """The confidence in a number amid other words none of which speaks of telephones."""
    if match.fit < Fit.VALID or len(digits) < _LONG_DIGITS:
        return 0.0
    if technique == "spaced":
        return 0.8
    return 0.7 if lengths in _PHONE_SHAPES else 0.0


def _spelled(reading: Reading, run: Run, digits: str, match: Match, around: Surroundings) -> float:
    if around.supported:
        return 0.92 if match.fit >= Fit.POSSIBLE else 0.8
    if len(digits) < MIN_DIGITS or run.spelled < 2:  # noqa: PLR2004 - "two of the 1200 x 628 ads"
        return 0.0
    if 0 < sum(atom.numeral is not None and atom.numeral.sounds for atom in run.atoms) < _SOUNDS or _ranged(run):
        return 0.0
    if len(digits) >= _SURE_DIGITS and match.fit >= Fit.POSSIBLE:
        return 0.9 if run.spelled >= _SPELLED or match.fit >= Fit.VALID else 0.7
    if run.spelled >= _SPELLED and alone(reading.written.text, run.start, run.end):
        return 0.7
    return 0.8 if len(digits) >= _LONG_DIGITS and run.spelled >= _SPELLED else 0.0


def _ranged(run: Run) -> bool:
    """Whether numbers are told from and to: "zero to one, one to ten, ten to a hundred"."""
    said = [(atom.numeral, "".join(values([atom], compose=False))) for atom in run.atoms]
    sounding = [at for at, (numeral, _) in enumerate(said) if numeral is not None and numeral.sounds]
    ends = [(said[at - 1][1], said[at + 1][1]) for at in sounding if 0 < at < len(said) - 1]
    rising = all(one.isdecimal() and two.isdecimal() and int(one) < int(two) for one, two in ends)
    return len(ends) > 1 and rising


def _listed(reading: Reading, run: Run, *, supported: bool, told: bool) -> bool:
    """Whether figures stand in a list, a price, a time or a date rather than in a number."""
    sizes = [len(atom.digits) for atom in run.atoms]
    marks = {gap.strip() for gap in run.gaps}
    if marks == {"/"} and sorted(sizes) in _DATES:
        return True
    if all(atom.digits.endswith("0") for atom in run.atoms) or ("=" in marks and not supported):
        return True
    if ":" in marks:
        return not told
    if any("," in mark for mark in marks) and _COORDINATES.search(reading.written.text, run.start, run.end) is not None:
        return True
    thousands = all(size == _THOUSAND for size in sizes[1:])
    return thousands and not marks.isdisjoint({",", "."})
