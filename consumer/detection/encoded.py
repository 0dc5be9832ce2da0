"""Details in base64. Looked at only where a known host shows through the code, or the text speaks of decoding."""

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace

from consumer.detection.finding import Finding
from consumer.detection.lexicon.spelling import Sign
from consumer.detection.reading import Reading, both_ends

_CODE = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{8,400}={0,2}(?![A-Za-z0-9+/_-])")
"""A token of the base64 alphabets of RFC 4648, at most 400 characters; every repetition is bounded."""
_URL_SAFE = str.maketrans("-_", "+/")
_MAX_CODES = 16
"""Tokens of a text that are decoded: each is read like a message of its own."""


def find_encoded(reading: Reading, findings_of: Callable[[Reading], list[Finding]]) -> list[Finding]:
    """Every token that is the base64 of a text with a detail in it; `findings_of` reads the decoded text."""
    if not any(sign.sign is Sign.ENCODED for sign in reading.signs):
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
