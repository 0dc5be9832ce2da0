"""E-mail addresses and contact links that are written backwards, or upside down.

A text read from its end is linear work; it is done only where something shows that it is worth it: an @ that begins no
address, the name of a mail service or a contact host spelled backwards, letters that are drawn upside down.
"""

from collections.abc import Callable
from dataclasses import replace

from consumer.detection.disguise import GLUED_ENDINGS
from consumer.detection.email import find_emails, is_address, shapes
from consumer.detection.finding import Finding
from consumer.detection.lexicon import word_table
from consumer.detection.lexicon.spelling import Sign
from consumer.detection.reading import Reading, both_ends

_TURNED = word_table("confusables.toml", "turned")
"""Letters drawn upside down, and the letters they are."""
_TURN = str.maketrans({ord(drawn): letter for letter, drawn_as in _TURNED.items() for drawn in drawn_as})
_TELLING = frozenset(char for drawn in _TURNED.values() for char in drawn if not char.isascii()) - {"\u0131"}
"""Letters that hardly occur but upside down; the dotless i is Turkish."""
_MIN_TELLING = 2
_COMMON_ENDINGS = frozenset(GLUED_ENDINGS)
"""Last labels that a backwards address must have: any label can end a word read backwards."""


def find_turned(reading: Reading, find_links: Callable[[Reading], list[Finding]]) -> list[Finding]:
    """Every address and contact link written backwards or upside down."""
    if not reading.text.isascii() and len(_TELLING.intersection(reading.text)) >= _MIN_TELLING:
        return _backwards(reading, reading.text.translate(_TURN), "upside_down", find_links)
    if any(sign.sign is Sign.BACKWARDS for sign in reading.signs):
        return _backwards(reading, reading.text, "reversed", find_links)
    return _shaped(reading) if "@" in reading.text else []


def _backwards(
    reading: Reading, text: str, technique: str, find_links: Callable[[Reading], list[Finding]]
) -> list[Finding]:
    """What is found in a text, as long as the original, when it is read from its end."""
    turned, size = reading.again(text[::-1]), len(text)
    return [
        replace(
            finding, start=size - finding.end, end=size - finding.start, confidence=min(finding.confidence, 0.9),
            techniques=(*finding.techniques, technique),
        )
        for finding in (*find_emails(turned), *find_links(turned))
    ]  # fmt: skip


def _shaped(reading: Reading) -> list[Finding]:
    """The addresses whose shape shows only from the end: "moc.oidutsadan@tcatnoc"."""
    turned, size = reading.written.text[::-1], len(reading.written.text)
    found = []
    for start, at, end in both_ends(list(shapes(turned))):
        local, host = turned[start:at], turned[at + 1 : end]
        if not is_address(local, host) or host.rsplit(".", 1)[1] not in _COMMON_ENDINGS:
            continue
        first, last = reading.written.span(size - end, size - start)
        found.append(
            Finding(
                kind="email", intent="provide", start=first, end=last, confidence=0.9, value=f"{local}@{host}",
                techniques=("reversed",),
            )
        )  # fmt: skip
    return found
