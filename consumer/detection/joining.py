"""Joining figures: the telephone number that pieces sent one after another make.

People answer questions with figures all day: widths, prices, ids, page numbers. So pieces without any word for what
they are count only in the shapes that hardly anything else has; where such a word was said, any valid number counts.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from consumer.detection.telephony import MAX_DIGITS, Fit, international, national

SURE_DIGITS = 9
"""Digits that pieces must come to: fewer are sizes, prices and times."""
_NORTH_AMERICAN = frozenset({(3, 3, 4), (3, 7), (6, 4)})
"""How the ten digits of a North American number are cut."""
_DECIMALS = re.compile(r"[0-9],[0-9]{1,2}$")
"""The end of a price: "415,50"."""
_SHORT = (4, 4)
"""How eight digits are cut where numbers are that short."""
_NINES = frozenset({(3, 3, 3), (3, 2, 2, 2)})
"""How nine digits are cut in most of Europe."""
_EVEN = 2
"""Pieces of which more run evenly by intent."""
_CUT = 3
_TEN = 10
_INDIAN_MOBILE = "6789"
"""First digits of Indian mobile numbers, which are cut anywhere."""


def digits_of(figure: str) -> str:
    """The digits alone."""
    return "".join(filter(str.isdigit, figure))


def number_of(figures: Sequence[str], locale: str | None, *, cued: bool) -> str | None:
    """The telephone number that figures make when put together, in E.164 with `+`; None if they hardly make one.

    `cued`: something said that a number is being given.
    """
    pieces = [digits_of(figure) for figure in figures]
    digits = "".join(pieces)
    shape = tuple(map(len, pieces))
    least = _TEN if digits.startswith("0") else SURE_DIGITS  # with a trunk prefix there is more to come
    enough = least <= len(digits) <= MAX_DIGITS or (cued and shape == _SHORT and digits[0] != "0")
    if not enough or not all(pieces) or any(_DECIMALS.search(figure) for figure in figures):
        return None
    plus = figures[0].startswith(("+", "(+"))
    if plus:
        match = international(digits)
        if match.fit is Fit.POSSIBLE and len(digits) <= _TEN:
            return None  # a country code and too little after it: there is more to come
    elif digits.startswith("00"):
        match = international(digits[2:])
    else:
        match = national(digits, locale)
        if len(digits) > _TEN and digits[0] not in "01" and len(pieces) >= _CUT and match.fit < Fit.VALID:
            abroad = international(digits)  # its plus was left out
            plus = abroad.fit >= Fit.VALID
            match = abroad if plus else match
    if match.fit is Fit.POSSIBLE and len(digits) >= _TEN and (cued or plus or _trunked(pieces)):
        return match.number
    if match.fit < Fit.VALID:
        return None
    return match.number if cued or plus or _hardly_else(pieces, match.fit, locale) else None


def _is_time(piece: str) -> bool:
    """Whether four figures are a time of day: "0715"."""
    return len(piece) == len("0715") and piece[:2] < "24" and piece[2:] < "60"


def _is_row(pieces: list[str]) -> bool:
    """Whether figures run evenly, as house numbers do: "415" - "417" - "419"."""
    figures = [int(piece) for piece in pieces]
    return len(figures) > _EVEN and len({two - one for one, two in pairwise(figures)}) == 1


def _trunked(pieces: list[str]) -> bool:
    """Whether pieces begin with a trunk prefix and are cut in three or more: sizes and ids have no leading zero."""
    times = all(map(_is_time, pieces))
    return pieces[0][0] == "0" and pieces[0][:2] != "00" and len(pieces) >= _CUT and not times


def _hardly_else(pieces: list[str], fit: Fit, locale: str | None) -> bool:
    """Whether the pieces are hardly sizes, prices or ids."""
    if _trunked(pieces) and not all(piece.endswith("0") for piece in pieces):
        return True
    prefixed = tuple(map(len, pieces)) in _NINES | _NORTH_AMERICAN  # "600" may be where a number begins
    if any(piece.endswith("00") for piece in pieces[prefixed:]) or all(piece[-1] in "05" for piece in pieces):
        return False
    if all(map(_is_time, pieces)) or _is_row(pieces):
        return False
    digits = "".join(pieces)
    if locale is not None or (fit >= Fit.PREFIXED and digits[0] == "0"):
        return True
    if len(digits) != _TEN:
        return fit >= Fit.PREFIXED or tuple(map(len, pieces)) in _NINES
    return len(pieces) > _CUT or digits[0] in _INDIAN_MOBILE or tuple(map(len, pieces)) in _NORTH_AMERICAN
