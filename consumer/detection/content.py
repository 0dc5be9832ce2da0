"""Details and proposals that are content of the work: what a flyer says, a voice reads, a comic figure shouts.

The words are not the author's own when a thing that carries text, or work on a text, introduces them with a colon, a
quotation mark or a verb of saying; or when the thing is named as the place they go on.
"""

import re

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role, word_list
from consumer.detection.marks import Mark
from consumer.detection.reading import Reading

_SAYING = word_list("content.toml", "saying")
_TREATING = word_list("content.toml", "treating")
_AMBIGUOUS = word_list("content.toml", "ambiguous")
_PLACING = word_list("content.toml", "placing")
_SENDING = word_list("content.toml", "sending")
_HANDING = word_list("content.toml", "handing")
_FINISHED = word_list("content.toml", "finished")
_INTRODUCING = re.compile(r"[:\"\u201c\u00ab]|(?<!\w)'(?=\w)")
"""A colon or an opening quotation mark."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_FAR = 420
"""Characters before a finding in which its introduction may stand: a voice-over text of a few sentences."""
_GAP = 60
"""Characters between a thing and the colon after it: "the label must list the importer:"."""
_AFTER = 48
"""Characters after a detail in which the thing it goes on may be named."""
_ARTICLES = frozenset({"the", "a", "an", "our", "my", "your", "his", "her", "their", "this", "that", "back", "front"})
_CARRYING = frozenset({Role.DELIVERABLE, Role.SCRIPT})
_MIN_WORDS = 2


def is_carried(reading: Reading, finding: Finding) -> bool:
    """Whether a finding is content of the work."""
    if finding.kind == "payment" and finding.intent == "provide" and not reading.having(Role.DELIVERABLE):
        return False
    start = reading.view.position(finding.start)
    end = reading.view.position(finding.end - 1) + 1
    return _introduced(reading, start) or _placed(reading, start, end)


def _introduced(reading: Reading, start: int) -> bool:
    """Whether a colon, a quotation mark or a verb says that the words before this position are carried."""
    first = max(0, start - _FAR, reading.letters.rfind("\n\n", 0, start))
    before = reading.letters[first:start]
    for sign in _INTRODUCING.finditer(before):
        at = first + sign.start()
        if sign.group() != ":" and not _open(reading, at, start):
            continue
        if _led(reading, at, start):
            return True
    return reading.having(Role.DELIVERABLE) and _said(reading, start)


def _open(reading: Reading, at: int, start: int) -> bool:
    """Whether the quotation that opens here is not closed before the position."""
    return not re.search(r"[\"\u201d\u00bb]|(?<=\w)'(?!\w)", reading.letters[at + 1 : start])


def _led(reading: Reading, sign: int, start: int) -> bool:
    """Whether a carrier of text, or work on a text, stands before the sign that introduces it."""
    lead = reading.letters[max(0, sign - _GAP) : sign]
    clause = re.split(r"[.!?;\n](?=\s)", lead)[-1]
    opens = sign - len(clause)
    if reading.letters[sign] == ":" and _own(reading, sign + 1, start):
        return False
    if any(mark.role is Role.BACKWARDS for mark in reading.near(opens, sign, 0)):
        return False  # "read it backwards:" is said to the reader
    words = _WORD.findall(clause)
    if not _TREATING.isdisjoint(words) and not _personal(reading, opens, sign):
        return True
    carriers = [mark for mark in reading.near(opens, sign, 0) if mark.role in _CARRYING and opens <= mark.start < sign]
    if not carriers or _personal(reading, carriers[0].end, sign):
        return False
    return any(not _ambiguous(reading, mark) for mark in carriers) or _told(reading, sign + 1, start)


def _ambiguous(reading: Reading, mark: Mark) -> bool:
    return mark.role is Role.SCRIPT and reading.letters[mark.start : mark.end] in _AMBIGUOUS


def _told(reading: Reading, first: int, start: int) -> bool:
    """Whether words that are no invitation stand between the sign and the finding."""
    return len(_WORD.findall(reading.letters[first:start])) >= _MIN_WORDS and not _personal(reading, first, start)


def _own(reading: Reading, first: int, start: int) -> bool:
    """Whether a later sentence than the one after the colon speaks for its author: "... email me the proof at"."""
    opens = reading.clause(start)[0]
    return opens > first and _personal(reading, opens, start)


def _personal(reading: Reading, first: int, last: int) -> bool:
    return any(mark.role is Role.MY and first <= mark.start < last for mark in reading.near(first, last, 0))


def _said(reading: Reading, start: int) -> bool:
    """Whether a verb stands between the thing and the finding in one sentence: "the sticker says DM ..."."""
    opens = reading.clause(start)[0]
    for mark in reading.near(opens, start, 0):
        if mark.role is Role.DELIVERABLE and opens <= mark.start and mark.end <= start:
            words = _WORD.findall(reading.letters[mark.end : start])
            saying = next((index for index, word in enumerate(words[:4]) if word in _SAYING), None)
            if saying is not None and not _FINISHED.isdisjoint(words[saying + 1 : saying + 3]):
                continue  # "the flyer is done, call me on ...": its author speaks
            if saying is not None and _HANDING.isdisjoint(words) and not _SENDING & set(words[: saying + 1]):
                return not _personal(reading, mark.end, start) or saying == 0
    return False


def _placed(reading: Reading, start: int, end: int) -> bool:
    """Whether the finding goes on a thing: "for the flyer: ...", "put this number on the poster"."""
    if not reading.having(Role.DELIVERABLE):
        return False
    opens, closes = reading.clause(start)[0], reading.clause(end)[1]
    for mark in reading.near(opens, min(closes, end + _AFTER), 0):
        if mark.role is not Role.DELIVERABLE or mark.start < opens:
            continue
        lead = _WORD.findall(reading.letters[max(opens, mark.start - 24) : mark.start])
        inside = set(_WORD.findall(reading.letters[mark.start : mark.end])[:1]) & _PLACING
        while lead and lead[-1] in _ARTICLES:
            lead.pop()
        if not inside and not (lead and lead[-1] in _PLACING):
            continue
        around = _WORD.findall(reading.letters[mark.end : start] if mark.end <= start else reading.letters[opens:start])
        if _SENDING.isdisjoint(around) and not _personal(reading, max(opens, start - _AFTER), start):
            return True
    return False
