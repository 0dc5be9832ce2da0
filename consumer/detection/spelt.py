"""User names whose signs are spelled: "discord: pale dot lantern", "insta nora underscore draws".

The words for signs become the signs, and the text is read once more; only a name that has such a sign in it counts.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role
from consumer.detection.lexicon.spelling import SYMBOLS, Sign
from consumer.detection.reading import Reading

_SIGNS = frozenset({Sign.AT, Sign.DOT, Sign.UNDERSCORE, Sign.DASH, Sign.COLON})
_CHANNELS = frozenset({Role.NETWORK, Role.WEAK_NETWORK, Role.EMAIL})
_TELLING = frozenset({Sign.FRONT, Sign.PROVIDER, Sign.WEAK_PROVIDER, Sign.AFTER_AT})
"""What tells of a mailbox where no word does."""
_GAPS_BEFORE, _GAPS_AFTER = " ,([{<", " ,)]}>"
_THEN = "(?:and )?(?:then|after that|next|followed by|luego|puis|dann|poi)"
_THEN_BEFORE = re.compile(f"[ ,]{{1,2}}(?:{_THEN}|und|y|and)$")
_THEN_AFTER = re.compile(f"{_THEN}[ ,]{{1,2}}")
_REACH = 20
"""Characters before a sign in which a word that leads to it stands."""
_MAX_SIGNS = 12
"""Signs of a message that are written out: a name has one or two."""


def find_spelt(reading: Reading, find: Callable[[Reading], list[Finding]]) -> list[Finding]:
    """What `find` finds once spelled signs are written as signs, if one of them is part of it."""
    if reading.roles.isdisjoint(_CHANNELS) and not any(sign.sign in _TELLING for sign in reading.signs):
        return []
    written, origins, places = _written_out(reading)
    if not places:
        return []
    found = []
    for finding in find(reading.again(written)):
        if finding.intent == "provide" and any(finding.start <= place < finding.end - 1 for place in places):
            start, end = origins[finding.start], origins[finding.end - 1] + 1
            found.append(replace(finding, start=start, end=end, techniques=(*finding.techniques, "spelled")))
    return found


def _widened(text: str, start: int, end: int, done: int) -> tuple[int, int]:
    """The span of a sign with the spaces around it, and the "then" that parts it from the name."""
    while start > done and text[start - 1] in _GAPS_BEFORE:
        start -= 1
    while end < len(text) and text[end] in _GAPS_AFTER:
        end += 1
    before = _THEN_BEFORE.search(text, max(done, start - _REACH), start)
    after = _THEN_AFTER.match(text, end)
    return before.start() if before is not None else start, after.end() if after is not None else end


def _written_out(reading: Reading) -> tuple[str, list[int], list[int]]:
    """The text with signs for words, the origin of each of its characters, and where the signs stand in it."""
    text, done = reading.text, 0
    pieces: list[str] = []
    origins: list[int] = []
    places: list[int] = []
    for sign in [sign for sign in reading.signs if sign.sign in _SIGNS][:_MAX_SIGNS]:
        start, end = reading.view.span(sign.start, sign.end)
        start, end = _widened(text, start, end, done)
        if start < done or start == 0 or end >= len(text):
            continue
        pieces += (text[done:start], SYMBOLS[sign.sign])
        origins += (*range(done, start), start)
        places.append(len(origins) - 1)
        done = end
    pieces.append(text[done:])
    origins += range(done, len(text))
    return "".join(pieces), origins, places
