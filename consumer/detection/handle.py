"""User names given together with the network they belong to.

A name alone is nobody's contact, and a network alone is a topic. The two count together when the text ties them:
an `@`, a colon, "my … is", "id", or nothing but the two.
"""

import re

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role, word_list
from consumer.detection.marks import Mark
from consumer.detection.reading import Reading, both_ends

_TOKEN = re.compile(r"live:[\w.\-]{2,40}|@?[^\W_][\w.\-]{1,40}(?:#\d{4})?|@_?[\w.\-]{2,40}|_[\w.\-]{2,40}")
_GAP = re.compile(r"[ :=\->\u2192(\"'*]*")
_REACH = 48
"""Characters after the network in which the name must begin."""

_LINKING = word_list("handles.toml", "linking")
_NAMING = word_list("handles.toml", "naming")
_ANNOUNCING = word_list("handles.toml", "announcing")
_NOT_NAMES = word_list("handles.toml", "not_names")
_FILE_ENDINGS = tuple(word_list("handles.toml", "file_endings"))
_GLUE = frozenset(".-/_")
_NETWORKS = frozenset({Role.NETWORK, Role.WEAK_NETWORK})


_MIN_NAME, _MAX_NAME = 3, 32
_MIN_PLAIN = 4
"""A plain word shorter than this is hardly a user name."""
_MAX_LINKING = 5
_BRIEF = 4
"""Words of a message that is nothing but a network and a name."""


def structured(name: str) -> bool:
    """Whether a token looks like a user name rather than a word: it mixes letters with digits, dots or `_`."""
    core = name.lstrip("@").strip(".-").removeprefix("live:.cid.").removeprefix("live:")
    if not _MIN_NAME <= len(core) <= _MAX_NAME or core.endswith(_FILE_ENDINGS) or not any(map(str.isalpha, core)):
        return False
    if not any(char.isdigit() or char in "._" for char in core):
        return False
    return not (core[0].isdigit() and core.lstrip("0123456789").isalpha())


def _named(token: str) -> str:
    return token.lstrip("@").strip(".-_") if token.startswith("@") else token.strip(".-")


def _blocked(reading: Reading, mark: Mark) -> bool:
    """Whether the network's name is part of a longer word (`discord.js`) or the subject of work."""
    letters = reading.letters
    if letters[mark.end : mark.end + 1] in _GLUE and letters[mark.end + 1 : mark.end + 2].isalnum():
        return True
    return mark.start > 0 and letters[mark.start - 1] in "./#@_"


class _After:
    """What follows a network: the words that link, and the first token that could be the name."""

    __slots__ = ("announced", "colon", "end", "naming", "start", "token", "words")

    def __init__(self, reading: Reading, mark: Mark) -> None:
        letters, position = reading.letters, mark.end
        _, stop = reading.clause(mark.end)
        limit = min(stop, mark.end + _REACH)
        self.words = 0
        self.naming = self.colon = self.announced = False
        self.token = ""
        self.start = self.end = position
        while True:
            gap = _GAP.match(letters, position, limit)
            position = gap.end() if gap else position
            self.colon = self.colon or (gap is not None and not {":", "=", ">", "→"}.isdisjoint(gap.group()))
            token = _TOKEN.match(letters, position, stop) if position < limit else None
            if token is None:
                return
            word = token.group()
            if (word not in _LINKING and word.isascii()) or self.words >= _MAX_LINKING:
                self.start, self.end, self.token = token.start(), token.start() + len(word.rstrip(".-")), word
                return
            self.naming = self.naming or word in _NAMING or not word.isascii()
            self.announced = self.announced or word in _ANNOUNCING
            self.words += 1
            position = token.end()


def _tied_after(reading: Reading, mark: Mark, after: _After) -> float:
    """How surely the token after the network is the name there; 0 for not at all."""
    token = after.token
    weak = mark.role is Role.WEAK_NETWORK
    if token.startswith("@") and len(_named(token)) >= _MIN_NAME:
        return 0.95
    tied = after.naming or after.colon
    first_person = reading.having(Role.MY)
    if structured(token):
        if tied and (first_person or after.colon or after.announced or not weak):
            return 0.92
        brief = len(reading.words.split()) <= _BRIEF
        return 0.85 if first_person or (brief and not weak) else 0.0
    ending = not reading.letters[after.end : reading.clause(after.end)[1]].strip(" .!,)")
    plain = token.isalpha() and len(token) >= _MIN_PLAIN and token not in _NOT_NAMES and not _is_known(reading, after)
    if plain and ending and tied and first_person and (after.words > 1 or after.colon):
        return 0.8
    return 0.0


def _is_known(reading: Reading, after: _After) -> bool:
    """Whether the token is a word of the lexicon: then it is not a name."""
    return any(mark.start < after.end and mark.end > after.start for mark in reading.near(after.start, after.end, 40))


_BEFORE = re.compile(r"(@?[\w.\-]{3,40}) (on|in|at|over|via|en|no|auf|sur|su|в|в) (?:my |the )?$")


def _tied_before(reading: Reading, mark: Mark) -> tuple[int, int, str] | None:
    """The name in "@name on network"."""
    first = max(reading.clause(mark.start)[0], mark.start - _REACH)
    found = _BEFORE.search(reading.letters[first : mark.start])
    if found is None or not (found.group(1).startswith("@") or structured(found.group(1))):
        return None
    if mark.role is Role.WEAK_NETWORK and found.group(2) not in {"on", "via"}:
        return None
    return first + found.start(1), first + found.end(1), found.group(1)


def _finding(reading: Reading, start: int, end: int, network: str, confidence: float) -> Finding:
    origin, stop = reading.view.span(start, end)
    name = _named(reading.letters[start:end])
    return Finding(
        kind="handle", intent="provide", start=origin, end=stop, confidence=confidence, network=network,
        value=f"{network}:{name}",
    )  # fmt: skip


def _subject(reading: Reading, mark: Mark) -> bool:
    """Whether the very next word says that the network is what the work is about."""
    near = reading.near(mark.end, mark.end + 1, 2)
    return any(other.role is Role.WORK and other.start >= mark.end for other in near)


def find_handles(reading: Reading) -> list[Finding]:
    """Every user name tied to a network."""
    if not reading.having(Role.NETWORK, Role.WEAK_NETWORK):
        return []
    found = []
    for mark in both_ends(list(reading.of(_NETWORKS))):
        if _blocked(reading, mark) or _subject(reading, mark):
            continue
        before = _tied_before(reading, mark)
        if before is not None:
            found.append(_finding(reading, before[0], before[1], mark.value, 0.93))
            continue
        after = _After(reading, mark)
        confidence = _tied_after(reading, mark, after) if after.token else 0.0
        if confidence > 0 and "@" not in after.token[1:] and reading.letters[after.end : after.end + 1] != "@":
            found.append(_finding(reading, after.start, after.end, mark.value, confidence))
    return found
