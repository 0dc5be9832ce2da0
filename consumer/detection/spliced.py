"""Telephone numbers that have to be put together: pieces with words between, or read from the end.

Figures with words between are sizes and prices everywhere, so this looks only at messages that say how to put a
number together ("first 5: ... last 5: ...", "remove the words", "backwards"), and only at numbers that are valid.
"""

from collections.abc import Sequence
from itertools import pairwise

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role
from consumer.detection.lexicon.numbers import Part
from consumer.detection.numerals import Atom, runs, values
from consumer.detection.reading import Reading
from consumer.detection.surroundings import Surroundings, original_span
from consumer.detection.telephony import MAX_DIGITS, Fit, international, national

_MAX_ATOMS = 32
"""Pieces looked at; more are a table."""
_MAX_SPAN = 200
"""Characters that the pieces of one number spread over."""
_MIN_DIGITS = 9
_TOLD = 3
"""Words on how to put it together that make a number of all figures of a message without a word for telephones."""
_TOLD_BRIEFLY, _BRIEF = 2, 12
"""The same of a message of no more than so many words."""
_SIGNS = " -_.,/*()"
_GROUP = 3
"""Digits of one piece at least: sizes and counts have two, and a word behind each of them."""
_MIN_WORD = 4
"""Letters of a word between pieces that is no unit."""
_NOT_PIECE_BEFORE = frozenset("$€£¥₹₽#")
_NOT_PIECE_AFTER = frozenset("$€£¥₹₽%")


def find_spliced(reading: Reading, atoms: Sequence[Atom]) -> list[Finding]:
    """The number that a message says how to put together, and the numbers it says to read backwards."""
    found: list[Finding] = []
    parted = _parted(reading.written.text, atoms)
    if parted or reading.having(Role.SPLICE):
        found += _joined(reading, atoms, parted=parted)
    if reading.having(Role.BACKWARDS):
        found += _reversed(reading, atoms)
    return found


def _parted(letters: str, atoms: Sequence[Atom]) -> bool:
    """Whether one and the same word stands between the pieces: "0812 pizza 555 pizza 0149"."""
    told = [atom for atom in atoms[:_MAX_ATOMS] if not atom.doubtful]
    gaps = [letters[atom.end : after.start].strip(_SIGNS) for atom, after in pairwise(told)]
    word = gaps[0] if len(gaps) > 1 else ""
    grouped = any(len(atom.digits) >= _GROUP for atom in told)
    return grouped and len(word) >= _MIN_WORD and word.isalpha() and gaps.count(word) == len(gaps)


def _joined(reading: Reading, atoms: Sequence[Atom], *, parted: bool) -> list[Finding]:
    pieces = [atom for atom in atoms if _is_piece(reading.written.text, atom)][:_MAX_ATOMS]
    kept = [piece for piece, after in zip(pieces, (*pieces[1:], None), strict=False) if not _counts(piece, after)]
    brief = len(reading.words.split()) <= _BRIEF
    told = parted or sum(1 for _ in reading.of([Role.SPLICE])) >= (_TOLD_BRIEFLY if brief else _TOLD)
    best: Finding | None = None
    for first in range(len(kept)):
        for last in range(first + 2, len(kept) + 1):
            taken = kept[first:last]
            digits = "".join(values(taken))
            if len(digits) > MAX_DIGITS or taken[-1].end - taken[0].start > _MAX_SPAN:
                break
            if len(digits) < _MIN_DIGITS:
                continue
            finding = _splice(
                reading, taken, digits, counted=len(kept) < len(pieces), whole=told and len(taken) == len(kept)
            )
            if finding is not None and (best is None or finding.confidence > best.confidence):
                best = finding
    return [] if best is None else [best]


def _is_piece(letters: str, atom: Atom) -> bool:
    if atom.numeral is not None:
        return not atom.doubtful and atom.numeral.part is not Part.PLUS
    before, after = letters[max(0, atom.start - 1) : atom.start], letters[atom.end : atom.end + 1]
    return not atom.letters and before not in _NOT_PIECE_BEFORE and after not in _NOT_PIECE_AFTER


def _counts(atom: Atom, after: Atom | None) -> bool:
    """Whether an atom says how many digits the one after it has: the 5 of "first 5: 98110"."""
    if after is None or after.numeral is not None:
        return False
    count = "".join(values([atom]))
    return len(count) == 1 and int(count) == len(after.digits)


def _splice(reading: Reading, taken: Sequence[Atom], digits: str, *, counted: bool, whole: bool) -> Finding | None:
    around = Surroundings(reading, reading.written, taken[0].start, taken[-1].end)
    plus = reading.written.text[max(0, taken[0].start - 1) : taken[0].start] == "+"
    match = international(digits) if plus else national(digits, reading.locale)
    if (around.supported or whole) and match.fit < Fit.VALID:
        match = max(match, international(digits), key=lambda read: read.fit)
    told_long = len(digits) > _MIN_DIGITS + (not around.supported)
    sure = whole and len(digits) > _MIN_DIGITS and (digits[0] == "0" or plus or told_long)
    if (
        around.opposed
        or match.fit < (Fit.POSSIBLE if (counted and around.supported) or sure else Fit.VALID)
        or not (around.supported or counted or whole)
    ):
        return None
    if all(atom.digits.endswith("0") for atom in taken):
        return None
    start, end = original_span(reading, reading.written, taken[0].start, taken[-1].end)
    confidence = (0.85 if around.supported else 0.75) + 0.01 * match.fit
    return Finding(
        kind="phone", intent="provide", start=start, end=end, confidence=confidence, network=around.network,
        techniques=("interleaved",), value=match.number,
    )  # fmt: skip


def _reversed(reading: Reading, atoms: Sequence[Atom]) -> list[Finding]:
    found = []
    for run in runs(atoms[:_MAX_ATOMS], reading.written.text):
        digits = "".join(values(run.atoms))[::-1]
        if not _MIN_DIGITS <= len(digits) <= MAX_DIGITS:
            continue
        around = Surroundings(reading, reading.written, run.start, run.end)
        plus = reading.written.text[run.end : run.end + 1] == "+"
        match = international(digits) if plus else national(digits, reading.locale)
        if match.fit < Fit.VALID or (around.opposed and not around.supported):
            continue
        start, end = original_span(reading, reading.written, run.start, run.end)
        found.append(
            Finding(
                kind="phone", intent="provide", start=start, end=end, confidence=0.98, network=around.network,
                techniques=("reversed",), value=match.number,
            )
        )  # fmt: skip
    return found
