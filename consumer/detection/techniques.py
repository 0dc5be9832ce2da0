"""The names of the disguises that a finding was hidden by: what the policy's readers see beside it."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from consumer.detection.disguise import Disguise
from consumer.detection.finding import Finding

_MAX_LOOK = 512
"""Characters of a finding that are looked at; a disguise shows in fewer."""
_BLOCKS = (
    (0x1D400, 0x1D7FF, "mathematical"),
    (0xFF01, 0xFF5E, "fullwidth"),
    (0x2460, 0x24FF, "circled"),
    (0x2776, 0x2793, "circled"),
    (0x1F100, 0x1F1AD, "squared"),
    (0x1F1E6, 0x1F1FF, "squared"),
    (0x1D00, 0x1D7F, "small_caps"),
    (0x2070, 0x209C, "superscript"),
    (0x0300, 0x036F, "combining"),
    (0x20D0, 0x20FF, "combining"),
)
_SCRIPTS = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")


def _technique(char: str) -> str | None:
    code = ord(char)
    for first, last, name in _BLOCKS:
        if first <= code <= last:
            return name
    category = unicodedata.category(char)
    if category == "Cf":
        return "invisible"
    if category == "Nd":
        return "script_digits"
    return "homoglyph" if unicodedata.name(char, "").startswith(_SCRIPTS) else None


def _of_characters(text: str) -> Iterable[str]:
    """The disguises of single characters; letters of another script count only among Latin ones."""
    names = dict.fromkeys(filter(None, map(_technique, filter(lambda char: not char.isascii(), text))))
    if "homoglyph" in names and not any(char.isascii() and char.isalpha() for char in text):
        del names["homoglyph"]
    return names


def with_techniques(finding: Finding, text: str, disguises: Iterable[Disguise]) -> Finding:
    """The finding with what was undone inside its span added to its techniques."""
    stretch = text[finding.start : min(finding.end, finding.start + _MAX_LOOK)]
    undone = [d.technique for d in disguises if d.start < finding.end and d.end > finding.start]
    if stretch.isascii() and not undone:
        return finding
    names = dict.fromkeys([*finding.techniques, *undone, *(() if stretch.isascii() else _of_characters(stretch))])
    return replace(finding, techniques=tuple(names))
