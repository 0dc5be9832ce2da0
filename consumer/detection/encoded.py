"""Details in base64: looked for where a host or figures show through the code, or decoding or mail is spoken of."""

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role
from consumer.detection.lexicon.spelling import Sign
from consumer.detection.reading import Reading, both_ends

_CODE = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{8,400}={0,2}(?![A-Za-z0-9+/_-])")
"""A token of the base64 alphabets of RFC 4648, at most 400 characters; every repetition is bounded."""
_FIGURES = re.compile(
    r"(?<![A-Za-z0-9+/_-])(?:[I-P][CDSTijyz][AEIMQUYcgkosw048][\w+/-]){3,60}[I-P][A-Za-z0-9]{1,2}", re.ASCII
)
"""What base64 makes of figures and the signs between them (U+0020 to U+003F): three characters of four are of few."""
_FIRST = ("kc", "kd", "kz", "md", "mt", "mj", "mz", "nd", "nt", "nj", "nz", "od", "ot")
"""What base64 makes of "(+", "(0", "+0" and of two figures, in small letters."""
_THIRD = "aeimquycgkosw0"
_NUMBERED = frozenset({Role.PHONE, Role.NUMBER, Role.CALL, Role.MOVE, Role.NETWORK, Role.WEAK_NETWORK})
"""Figures in base64 are read only where a number is spoken of: ids of interfaces are written so, too."""
_URL_SAFE = str.maketrans("-_", "+/")
_MAX_CODES = 16
"""Tokens of a text that are decoded: each is read like a message of its own."""


def find_encoded(reading: Reading, findings_of: Callable[[Reading], list[Finding]]) -> list[Finding]:
    """Every token that is the base64 of a text with a detail in it; `findings_of` reads the decoded text."""
    announced = reading.having(Role.EMAIL) or any(sign.sign is Sign.ENCODED for sign in reading.signs)
    if not announced and not (shows_figures(reading.text) and not reading.roles.isdisjoint(_NUMBERED)):
        return []
    found = []
    for match in both_ends(list(_CODE.finditer(reading.text)))[:_MAX_CODES]:
        plain = _decoded(match.group())
        details = [] if plain is None else findings_of(reading.again(plain))
        for detail in details:
            if detail.value is not None:
                techniques = (*detail.techniques, "base64")
                found.append(replace(detail, start=match.start(), end=match.end(), techniques=techniques))
                break
    return found


def figure_anchors() -> tuple[str, ...]:
    """How every word in base64 begins that `shows_figures`, as the prefilter's buffer holds it."""
    return tuple(f" {first}{third}" for first in _FIRST for third in _THIRD)


def shows_figures(text: str) -> bool:
    """Whether a word of a text is the base64 of a number."""
    return _FIGURES.search(text) is not None


def _decoded(code: str) -> str | None:
    """The text that a token is the base64 of, or None if it is that of no text."""
    plain = code.rstrip("=").translate(_URL_SAFE)
    if len(plain) % 4 == 1:
        return None
    try:
        text = b64decode(plain + "=" * (-len(plain) % 4)).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
