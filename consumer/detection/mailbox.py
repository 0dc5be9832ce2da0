"""Addresses told without being written: a mail service and the name there.

"My gmail is zara.builds", "everything before the @ is 'wes.harrow', after it comes outlook", "the red M mail, same
username as here". The service comes from the lexicon with its nicknames; the name must be tied to it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role, word_list
from consumer.detection.lexicon.spelling import Sign
from consumer.detection.reading import Reading, both_ends
from consumer.detection.speller import Spelled
from consumer.detection.suffixes import registrable

_TOKEN = re.compile(r"[^\W_](?:'[^\W_]|[\w.\-+]){0,40}")
_GAP = re.compile(r"[ :=\->\u2192(\"'*,|~\n]{0,6}")
_ENDING = re.compile(r"(?:[ ]?\.[ ]?|[ ])([a-z]{2,3})(?![a-z0-9])")
_BEFORE = re.compile(
    r"(?<![a-z0-9_.+\-])@?([a-z0-9][a-z0-9_.\-+]{2,40})([ ,(\-|:\u2192>+]{1,5})"
    r"((?:(?:on|at|in|over|via|is|en|no|auf|sur|su|bei|na|then|and then|a|with|the|my|el|la|il|le|\u0438|y|and|e"
    r"|et|und|dann"
    r"|poi|puis|luego|plus|and then add|add|followed by|before|ve|chez|w|u|da|do|de|b|lo|that)[ ]){0,3})$"
)
"""A name and what parts it from the service after it; looked for in a stretch of bounded length."""
_SLOT = re.compile(r"[ :=\"'(\[*\n]{1,4}(?:is[ ])?([\"'(\[]{0,2})([a-z0-9][a-z0-9_.\-+]{2,32})")
_HOST = re.compile(
    r"[ :=\"'(\[*\n]{1,4}(?:is )?([a-z0-9][a-z0-9\-]{1,40})(?: ?[\[(]? ?dot ?[\])]? ?|\.)([a-z]{2,6})(?![a-z0-9])"
)
_OFFICES = word_list("addresses.toml", "offices")
_PART = ("part", "part is", "half", "half is", "piece", "piece is", "side", "side is")
"""What ends a word for the name of an address that speaks of its pieces: "name part is"."""
_QUOTED = re.compile(r"[(\[\"'`<*]{1,2}([a-z0-9][a-z0-9_.\-+]{2,32})[)\]\"'`>*]{1,2}")
_TOLD = re.compile(r"(?::|=|(?:^|[ ])(?:is|es|est|ist|name|user|username)[ ])[ \"'(]{0,3}([a-z0-9][a-z0-9_.\-+]{3,32})")
"""A word that is told to be something: after a colon or a verb."""
_NAME = re.compile(r"(?<![a-z0-9_.+\-])[a-z0-9][a-z0-9_.\-+]{2,32}")
_TIES = frozenset(":=>\u2192")
_DASHES = frozenset({"-", "\u2013", "\u2014", "/", "|", "~"})
_PARTING = frozenset(",(-|:\u2192>+")
_LINKING = word_list("addresses.toml", "linking")
_ENDINGS = word_list("addresses.toml", "endings")
_NOT_NAMES = word_list("addresses.toml", "not_names") | word_list("handles.toml", "not_names")
_FILE_ENDINGS = tuple(word_list("handles.toml", "file_endings"))
_STRUCTURE = frozenset("._-+0123456789")
_MIN_NAME, _MIN_PLAIN = 3, 5
_MIN_LONG = 8
"""Letters of a plain word that is hardly anything but a name, where a whole host follows it."""
_MAX_SERVICES = 16
"""Mail services of one text that are looked at; each is compared with every other sign."""
_LEADING = (Role.EMAIL, Role.MY, Role.DO, Role.PAY, Role.MOVE)
"""What leads up to an address without its @: whose it is, or that something is sent or written there."""
_MAX_LINKING = 5
_BRIEF = 6
"""Words of a message that says hardly more than a service and a name."""
_REACH = 48
_SLOT_GAP = 8
"""Characters between "after the @ is" and the service."""


class _Place(NamedTuple):
    """Where an address is told, in the letters view, the name, and how sure that is."""

    start: int
    end: int
    name: str
    confidence: float


def find_mailboxes(reading: Reading) -> list[Finding]:
    """Every mail service tied to a name."""
    services = [sign for sign in reading.signs if sign.sign in {Sign.PROVIDER, Sign.WEAK_PROVIDER, Sign.AFTER_AT}]
    found = []
    half = _MAX_SERVICES // 2
    for service in services if len(services) <= _MAX_SERVICES else services[:half] + services[-half:]:
        if service.start and reading.letters[service.start - 1] in "@./" and not _host_alone(reading, service):
            continue
        place = _place(reading, service)
        if place is not None:
            found.append(_finding(reading, service, place))
    return found or _hosted(reading)


def _host_alone(reading: Reading, service: Spelled) -> bool:
    """Whether a host stands behind an @ without a name, which is told elsewhere: "ends in @icloud.com"."""
    before = reading.letters[max(0, service.start - 2) : service.start]
    return before in {"@", " @"} and _has(reading, Sign.FRONT)


def _hosted(reading: Reading) -> list[Finding]:
    """Name and host in named slots, where the host is no mail service's: "user: x, server: larkstudio [dot] de"."""
    fronts = [sign for sign in reading.signs if sign.sign is Sign.FRONT]
    for back in (sign for sign in reading.signs if sign.sign is Sign.BACK and fronts):
        written = _HOST.match(reading.letters, back.end)
        host = "" if written is None else f"{written.group(1)}.{written.group(2)}"
        if written is None or not registrable(host):
            continue
        for front in fronts[:_MAX_SERVICES]:
            slot = _SLOT.match(reading.letters, front.end)
            name = "" if slot is None else slot.group(2).rstrip(".-")
            fits = slot is not None and slot.end() <= back.start
            if fits and (_is_made_up(name) or _is_unusual(reading, name) or name in _OFFICES):
                start, end = reading.view.span(front.start, written.end())
                return [
                    Finding(
                        kind="email", intent="provide", start=start, end=end, confidence=0.85, value=f"{name}@{host}",
                        techniques=("missing_at",),
                    )
                ]  # fmt: skip
    return []


def _place(reading: Reading, service: Spelled) -> _Place | None:
    if service.sign is Sign.AFTER_AT and not reading.having(Role.EMAIL):
        return _before(reading, service) if _ending(reading, service) > service.end else None
    ways = (_slotted, _after, _before, _described)
    return next(filter(None, (way(reading, service) for way in ways)), None)


def _finding(reading: Reading, service: Spelled, place: _Place) -> Finding:
    origin, stop = reading.view.span(place.start, place.end)
    value = f"{place.name}@{service.value}" if place.name else None
    plain = reading.letters[service.start : service.end] == service.value.split(".")[0]
    return Finding(
        kind="email", intent="provide", start=origin, end=stop, confidence=place.confidence, value=value,
        techniques=("missing_at",) if plain else ("missing_at", "provider_nickname"),
    )  # fmt: skip


def _is_made_up(token: str) -> bool:
    """Whether a token looks like a name somebody made: letters mixed with digits, dots or `_`."""
    token = token.strip(".-")
    if len(token) < _MIN_NAME or token.endswith(_FILE_ENDINGS) or not any(map(str.isalpha, token)):
        return False
    return not _STRUCTURE.isdisjoint(token) and not (token[0].isdigit() and token.lstrip("0123456789").isalpha())


def _is_unusual(reading: Reading, token: str) -> bool:
    """Whether a plain word can be a name: it is long enough, and no word of the lexicon."""
    return (
        len(token) >= _MIN_PLAIN and token.isalpha() and token.isascii()
        and token not in _NOT_NAMES and token not in reading.vocabulary
    )  # fmt: skip


def _told(reading: Reading, service: Spelled) -> bool:
    """Whether the message speaks of the sender, or of mail in other words than the service's name."""
    return any(
        mark.role is Role.MY or (mark.role is Role.EMAIL and (mark.end <= service.start or mark.start >= service.end))
        for mark in reading.of((Role.MY, Role.EMAIL))
    )


def _sent(reading: Reading) -> bool:
    """Whether somebody is told to write or to send something."""
    return reading.having(Role.DO, Role.MY, Role.EMAIL, Role.PAY, Role.MOVE)


def _ending(reading: Reading, service: Spelled) -> int:
    """Where the service ends together with its ending, if that follows."""
    match = _ENDING.match(reading.letters, service.end)
    if match is None or match.group(1) not in {*_ENDINGS, service.value.rsplit(".", 1)[1]}:
        return service.end
    return match.end()


def _after(reading: Reading, service: Spelled) -> _Place | None:
    """The name that follows the service: "gmail: thefontnerd", "my yahoo id is mo.rashid"."""
    letters, position = reading.letters, _ending(reading, service)
    limit = min(len(letters), position + _REACH)
    tied, words = False, 0
    while position < limit:
        gap = _GAP.match(letters, position)
        position = gap.end() if gap else position
        tied = tied or (gap is not None and not _TIES.isdisjoint(gap.group()))
        token = _TOKEN.match(letters, position)
        if token is None:
            return None
        word = token.group().rstrip(".-")
        if word not in _LINKING or words >= _MAX_LINKING:
            stop = token.start() + len(word)
            if letters[stop : stop + 1] == "@" or word in _NOT_NAMES:
                return None
            confidence = _tied(reading, service, word, stop, tied=tied, words=words)
            return _Place(service.start, stop, word, confidence) if confidence else None
        words, position = words + 1, token.end()
    return None


def _tied(reading: Reading, service: Spelled, word: str, stop: int, *, tied: bool, words: int) -> float:
    weak, told = service.sign is Sign.WEAK_PROVIDER, _told(reading, service)
    if _is_made_up(word):
        if (tied or words or told) and (told or tied or not weak):
            return 0.9
        return 0.75 if not weak and len(reading.words.split()) <= _BRIEF else 0.0
    if not _is_unusual(reading, word):
        return 0.0
    alone = not weak and _is_all(reading, service, word, stop)
    if alone or ((told or _sent(reading)) and len(word) >= _MIN_LONG and (words or tied)):
        return 0.75
    if not (tied or words) or not (told or (tied and not weak)):
        return 0.0
    rest = reading.letters[stop : reading.clause(stop)[1]].strip(" .!,)'\"").split()
    return 0.8 if len(rest) <= 1 + 2 * told or _has(reading, Sign.PARTS) else 0.0


def _is_all(reading: Reading, service: Spelled, word: str, stop: int) -> bool:
    """Whether a message is nothing but a service and, behind a dash, a word: "protonmail - oldquarry".

    Behind a service in disguise no dash is needed.
    """
    between = reading.letters[service.end : stop - len(word)].strip()
    parted = between in _DASHES or (not between and reading.disguised(service.start, service.end))
    return parted and not (reading.letters[: service.start].strip() or reading.letters[stop:].strip(" .!"))


def _before(reading: Reading, service: Spelled) -> _Place | None:
    """The name that comes before the service: "zara.builds on gmail", "mika.roen gmail com"."""
    first = max(0, service.start - _REACH)
    found = _BEFORE.search(reading.letters, first, service.start)
    if found is None:
        return None
    name, end, told = found.group(1).rstrip(".-"), _ending(reading, service), _told(reading, service)
    parted = end > service.end or bool(found.group(3)) or not _PARTING.isdisjoint(found.group(2))
    whole = end > service.end and len(name) >= _MIN_LONG
    if _is_made_up(name):
        if service.sign is not Sign.PROVIDER and not (told or parted):
            return None
    elif not (
        _is_unusual(reading, name) and (((told or whole) and parted) or (_sent(reading) and len(name) >= _MIN_LONG))
    ):
        return None
    if service.sign is Sign.AFTER_AT and not reading.having(*_LEADING):
        return None
    return _Place(found.start(1), end, name, 0.85)


def _slotted(reading: Reading, service: Spelled) -> _Place | None:
    """Name and service in named slots: "name (x) place (y)", "before the @ is x, after it y"."""
    backs = [s for s in reading.signs if s.sign is Sign.BACK and 0 < service.start - s.end <= _SLOT_GAP]
    if not backs:
        return None
    for front in (sign for sign in reading.signs if sign.sign is Sign.FRONT):
        slot = _SLOT.match(reading.letters, front.end)
        if slot is None or (slot.end() > backs[-1].start and front.start < service.end):
            continue
        name = slot.group(2).rstrip(".-")
        if slot.group(1) or _is_made_up(name) or _is_unusual(reading, name):
            start = min(slot.start(2), service.start)
            return _Place(start, max(slot.end(2), service.end), name, 0.9)
    return None


def _described(reading: Reading, service: Spelled) -> _Place | None:
    """The service named in one place and the name in another, by talk about the pieces of an address."""
    same = next(_of(reading, Sign.SAME_NAME), None)
    parts = (
        _has(reading, Sign.PARTS)
        or _has(reading, Sign.AT)
        or any(reading.letters[sign.start : sign.end].endswith(_PART) for sign in _of(reading, Sign.FRONT))
    )
    if same is not None and (service.sign is Sign.PROVIDER or parts):
        return _Place(min(same.start, service.start), max(same.end, service.end), "", 0.85)
    return _anywhere(reading, service) if parts else None


def _anywhere(reading: Reading, service: Spelled) -> _Place | None:
    """A quoted word, a word that is told to be something, or a made-up one, in that order."""
    letters = reading.letters
    for pattern in (_QUOTED, _TOLD, _NAME):
        for match in both_ends(list(pattern.finditer(letters))):
            group = 0 if pattern is _NAME else 1
            name = match.group(group).rstrip(".-")
            start, end = match.start(group), match.start(group) + len(name)
            if start < service.end and end > service.start:
                continue
            fits = name not in _NOT_NAMES if pattern is _QUOTED else _is_made_up(name)
            if fits or (pattern is _TOLD and _is_unusual(reading, name)):
                return _Place(min(start, service.start), max(end, service.end), name, 0.85)
    return None


def _has(reading: Reading, sign: Sign) -> bool:
    return next(_of(reading, sign), None) is not None


def _of(reading: Reading, sign: Sign) -> Iterator[Spelled]:
    return (other for other in reading.signs if other.sign is sign)
