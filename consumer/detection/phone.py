"""Telephone numbers written in digits.

A run of digits and plain separators is a candidate; what stands around it, how it is grouped and whether it fits
a numbering plan decide. Most numbers in a marketplace are prices, dates, sizes and ids: a number that merely
could be a telephone number is one only with a word for it, or when it is the whole message.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from consumer.detection.finding import Finding
from consumer.detection.reading import Reading, both_ends
from consumer.detection.surroundings import Surroundings, alone, digit_techniques, is_content, original_span
from consumer.detection.telephony import MAX_DIGITS, MIN_DIGITS, Fit, Match, international, national

_RUN = re.compile(r"[0-9+(][0-9 ().\-]*")
"""One class repeated, so a scan is linear."""
_BREAK = re.compile(r"  | [.\-] ?|[.\-] |\n|\.\.|--|-\.|\.-")
"""Inside a run, what separates two numbers."""
_GROUP = re.compile(r"[0-9]+")
DATE = re.compile(
    r"(?:19|20)\d\d[-. ](?:0?[1-9]|1[0-2])[-. ](?:0?[1-9]|[12]\d|3[01])(?![ .-]?\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])[-. ](?:0?[1-9]|1[0-2])[-. ](?:19|20)?\d\d(?![ .-]?\d)"
)
"""A date: no candidate that begins like one is a telephone number."""

_GLUE_BEFORE = frozenset("$€£¥₹₽₺₴₦#_/=@.,\\&%*~^<-")
_GLUE_AFTER = frozenset("$€£¥₹₽₺₴₦_/=%:@\\*^°")
_QUOTES = frozenset("'\"")
_COLONS = frozenset(":'")
_POINTS = frozenset(".,")
_MAX_GROUPS = 6
_COUNTED = "01234567890"
"""What is typed where any number will do."""
_DECIMAL = 2
"""Groups of a decimal fraction."""
_IP_PARTS = 4
_OTHER_SHAPES = frozenset({(5, 4), (3, 2, 4), (4, 4, 4, 4), (8, 6)})
"""Groups of other numbers: ZIP+4, US social security, payment card, timestamp."""
_PHONE_SHAPES = frozenset({(3, 3, 4), (5, 5), (3, 7)})
"""Groups that ten digits are written in for a telephone and hardly for anything else."""
_SURE_DIGITS = 9
"""Fewer digits are a telephone number only beside a word for one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number's digits, their groups, and its span in the digits view."""

    start: int
    end: int
    digits: str
    groups: tuple[int, ...]
    plus: bool


def _candidate(text: str, start: int, end: int) -> Candidate | None:
    while end > start and text[end - 1] not in "0123456789":
        end -= 1
    while start < end and text[start] in " .-)":
        start += 1
    groups = _GROUP.findall(text[start:end])
    digits = "".join(groups)
    if not MIN_DIGITS <= len(digits) <= MAX_DIGITS:
        return None
    return Candidate(start, end, digits, tuple(map(len, groups)), text[start] == "+" or text[start : start + 2] == "(+")


def candidates(text: str) -> Iterator[Candidate]:
    """The runs of 7 to 15 digits in a digits view, each cut where one number ends and the next begins."""
    for run in _RUN.finditer(text):
        if run.end() - run.start() < MIN_DIGITS:
            continue
        start = run.start()
        for cut in [*(m.span() for m in _BREAK.finditer(text, run.start(), run.end())), (run.end(), run.end())]:
            if cut[0] - start >= MIN_DIGITS:
                found = _candidate(text, start, cut[0])
                if found is not None:
                    yield found
            start = cut[1]


def _glued(text: str, candidate: Candidate) -> bool:
    """Whether the characters beside it make it part of something else: a price, a path, a word, a time."""
    return _glued_before(text, candidate.start) or _glued_after(text, candidate.end)


def _glued_before(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    if (before.isalnum() and before.isascii()) or before in _GLUE_BEFORE:
        return True
    if before in _QUOTES and text[start - 2 : start - 1] == "(" and text[start - 3 : start - 2].isalnum():
        return True  # the argument of a call: "is_phone('...')"
    return before in _COLONS and text[start - 2 : start - 1].isdigit()


def _glued_after(text: str, end: int) -> bool:
    after, beyond = text[end : end + 1], text[end + 1 : end + 2]
    if after in _GLUE_AFTER or (after.isalnum() and after.isascii()):
        return True
    return (after == "-" and beyond.isalnum()) or (after in _POINTS and beyond.isdigit())


def _misshapen(text: str, candidate: Candidate) -> bool:
    """Whether its own shape says date, IP address, version, decimal, list or round figures."""
    span, groups = text[candidate.start : candidate.end], candidate.groups
    if DATE.match(span.lstrip("(")) or len(set(candidate.digits)) == 1 or candidate.digits in _COUNTED:
        return True
    return not candidate.plus and (
        _dotted(span, groups) or _round(span, groups) or len(groups) > _MAX_GROUPS
        or groups.count(1) > 1 or groups in _OTHER_SHAPES or _stepped(span)
    )  # fmt: skip


def _dotted(span: str, groups: tuple[int, ...]) -> bool:
    """A decimal fraction, a version or an IP address."""
    if "." not in span or " " in span or "-" in span:
        return False
    return len(groups) <= _DECIMAL or min(groups) == 1 or (len(groups) == _IP_PARTS and max(groups) < _IP_PARTS)


def _round(span: str, groups: tuple[int, ...]) -> bool:
    """A list of round figures."""
    return len(groups) > _DECIMAL and all(part.endswith("00") for part in _GROUP.findall(span))


def _stepped(span: str) -> bool:
    """A row of sizes or steps: 36-38-40-42."""
    figures = [int(part) for part in _GROUP.findall(span)]
    return len(figures) > _DECIMAL + 1 and len({two - one for one, two in pairwise(figures)}) == 1


def _regrouped(text: str, candidate: Candidate, match: Match, around: Surroundings) -> bool:
    """Whether groups of the author's own ("my number is 08.02.12.35.36.4") are led to by a word for a telephone."""
    span = text[candidate.start : candidate.end]
    if not around.led or around.opposed or len(candidate.groups) <= _DECIMAL or len(candidate.digits) < _SURE_DIGITS:
        return False
    listed = DATE.match(span) or _round(span, candidate.groups) or _stepped(span)
    return not listed and max(match.fit, international(candidate.digits).fit) >= Fit.VALID


def _read(candidate: Candidate, locale: str | None) -> Match:
    if candidate.plus:
        return international(candidate.digits)
    if candidate.digits.startswith("00"):
        return international(candidate.digits[2:])
    return national(candidate.digits, locale)


def _shaped(candidate: Candidate) -> bool:
    """Whether it is grouped the way telephone numbers are."""
    groups = candidate.groups
    return 1 < len(groups) <= _MAX_GROUPS and len(candidate.digits) >= _SURE_DIGITS and min(groups) > 1


def _confidence(candidate: Candidate, match: Match, around: Surroundings, *, alone: bool, foreign: bool) -> float:
    """How sure we are, 0 for not a telephone number. Set by hand, to be calibrated on labelled data."""
    if match.fit is Fit.NONE or around.opposed:
        return 0.0
    if candidate.plus:
        return 0.97 if match.fit >= Fit.PREFIXED else 0.9 if around.supported or alone else 0.6
    if around.supported:
        cut_off = candidate.digits[0] == "0" and len(candidate.digits) < _SURE_DIGITS  # there is more to come
        return 0.0 if cut_off else 0.95 if match.fit >= Fit.VALID else 0.8
    if len(candidate.digits) < _SURE_DIGITS or match.fit < Fit.VALID:
        return 0.0
    if alone or foreign:  # nobody writes a price in raised or circled figures
        return 0.9
    return _unaided(candidate, match)


def _unaided(candidate: Candidate, match: Match) -> float:
    """The confidence in a valid number amid other words none of which speaks of telephones."""
    trunk = match.fit >= Fit.PREFIXED and candidate.digits[0] == "0"
    if _shaped(candidate):
        return 0.75 if trunk or candidate.groups in _PHONE_SHAPES else 0.0
    return 0.65 if trunk and match.fit is Fit.MOBILE and len(candidate.groups) == 1 else 0.0


def _decorated(char: str) -> bool:
    """Whether a digit is one in a shape of its own, not the digit of a script: raised, lowered, circled, fullwidth."""
    return char.isdigit() and not char.isascii() and unicodedata.normalize("NFKC", char).isascii()


def find_phones(reading: Reading) -> list[Finding]:
    """Every telephone number written in digits."""
    view = reading.digits
    found = []
    for candidate in both_ends(list(candidates(view.text))):
        if _glued(view.text, candidate):
            continue
        around = Surroundings(reading, view, candidate.start, candidate.end)
        match = _read(candidate, reading.locale)
        if _misshapen(view.text, candidate) and not _regrouped(view.text, candidate, match, around):
            continue
        start, end = original_span(reading, view, candidate.start, candidate.end)
        techniques = digit_techniques(reading.text[start:end])
        confidence = _confidence(
            candidate,
            match,
            around,
            alone=alone(view.text, candidate.start, candidate.end),
            foreign=bool(techniques) and any(map(_decorated, reading.text[start:end])),
        )
        if confidence > 0 and not is_content(reading, view, candidate.start, candidate.end):
            found.append(
                Finding(
                    kind="phone", intent="provide", start=start, end=end, confidence=confidence,
                    network=around.network, value=match.number,
                    techniques=techniques,
                )
            )  # fmt: skip
    return found


def bare_number(text: str) -> Candidate | None:
    """The number a digits view consists of, if it is one number with at most a word or two around it."""
    for candidate in candidates(text):
        if (
            alone(text, candidate.start, candidate.end)
            and not _glued(text, candidate)
            and not _misshapen(text, candidate)
        ):
            return candidate
    return None


def joined_number(fragments: list[str], locale: str | None) -> str | None:
    """The number that fragments make when put together, if it is surely one; in E.164 with `+`.

    Figures in a row are sizes and prices far more often, and those are round: a joined number must be a valid one
    of 9 digits or more, with no piece in full hundreds and not every piece a multiple of five.
    """
    pieces = ["".join(filter(str.isdigit, fragment)) for fragment in fragments]
    digits = "".join(pieces)
    if not _SURE_DIGITS <= len(digits) <= MAX_DIGITS:
        return None
    if any(piece.endswith("00") for piece in pieces) or all(piece[-1] in "05" for piece in pieces):
        return None
    if fragments[0].startswith("+"):
        match = international(digits)
    elif digits.startswith("00"):
        match = international(digits[2:])
    else:
        match = national(digits, locale)
    return match.number if match.fit >= Fit.VALID else None
