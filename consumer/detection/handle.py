"""User names given together with the network they belong to.

A name alone is nobody's contact, and a network alone is a topic. The two count together when the text ties them:
an `@`, a colon, "my … is", "id", or nothing but the two. "Same name as here" is a name, too.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role, word_list
from consumer.detection.marks import Mark, words_between
from consumer.detection.names import (
    BY_FULL_NAME,
    FULL_NAME,
    SOUGHT_NAME,
    TAGGED,
    TOKEN,
    mention,
    named,
    plain,
    structured,
)
from consumer.detection.reading import Reading, both_ends
from consumer.detection.speech import meant, scripted

_GAP = re.compile(r"[^\w@\n?!,.]{0,12}(?:\.\.\.? ?|, ?)?")
"""What may stand between two tokens: any signs, emoji included."""
_LONE = re.compile(r"[^\W\d_](?!\w)")
"""A word of one letter: "e", "c'"."""
_ENDING = re.compile(r"[a-z]{0,16}")
_INFLECTIONS = word_list("handles.toml", "inflections")
_TYING = frozenset(":=>\u2192\u00bb\u27a1\U0001f449(")
"""Signs that give a name to what stands before them."""
_DASHES = frozenset({"-", "--", "\u2013", "\u2014"})
_REACH = 48
"""Characters after the network in which the name must begin."""
_LINKING = word_list("handles.toml", "linking")
_NAMING = word_list("handles.toml", "naming")
_ANNOUNCING = word_list("handles.toml", "announcing")
_LEADING = word_list("handles.toml", "leading")
_BEING = word_list("handles.toml", "being")
_SEEKING = word_list("handles.toml", "seeking")
_CLAIMING = word_list("handles.toml", "claiming")
_PLACES = frozenset({"there", "here", "too", "on it", "over there", "on there"})
"""What may follow a name that ends its clause."""
_GLUE = frozenset(".-/_")
_CAMEL = re.compile("[a-z][A-Z][a-z]")
_NETWORKS = frozenset({Role.NETWORK, Role.WEAK_NETWORK})
_TITLE = re.compile(
    rf"(?<!\w)(?i:{'|'.join(sorted(map(re.escape, word_list('handles.toml', 'titling')), key=len, reverse=True))})"
    r"[ :]{1,3}['\"]?([^\W\d_a-z][\w'\-]{1,24}(?: [^\W\d_a-z][\w'\-]{1,24}){1,4})(?=[\s.!,)'\"]|$)"
)
"""A word for a name, and two to five capitalised words after it; every repetition is bounded."""
_MAX_LINKING = 5
_UNLEET = str.maketrans("013457$!", "oieasts" + "i")
"""Letters of linking words behind a disguised network: "7e1egram 1d"."""
_BRIEF = 4
"""Words of a message that is nothing but a network and a name."""
_SAME_GAP = 8
"""Words between a network and "same name as here"."""
_NUMBERED = {"qq": re.compile(r"[1-9]\d{4,10}(?!\d)"), "zoom": re.compile(r"\d{3}[ -]?\d{3,4}[ -]?\d{4}(?!\d)")}
"""Networks whose accounts or rooms are figures: QQ's have 5 to 11, Zoom's 9 to 11."""


class _Name(NamedTuple):
    """A span of the letters view that holds a name, and how surely."""

    start: int
    end: int
    confidence: float


def find_handles(reading: Reading) -> list[Finding]:
    """Every user name tied to a network, and every one that somebody is told to write to."""
    found: list[Finding] = []
    networks = [mark for mark in both_ends(list(reading.of(_NETWORKS))) if not _blocked(reading, mark)]
    for mark in networks:
        if _subject(reading, mark):
            continue
        ways = (_same, _numbered, _before, _after, _sought, _titled, _behind_at, _apart)
        name = next(filter(None, (way(reading, mark) for way in ways)), None)
        if name is not None:
            found.append(_finding(reading, name, mark.value))
    if not found and "#" in reading.letters:
        found += _tagged(reading)
    if not found and "@" in reading.letters:
        found += _mentioned(reading, networks)
        found += [_finding(reading, _Name(*one.span(), 0.95), "matrix") for one in _MATRIX.finditer(reading.letters)]
    return found


def _finding(reading: Reading, name: _Name, network: str | None) -> Finding:
    origin, stop = reading.view.span(name.start, name.end)
    return Finding(
        kind="handle", intent="provide", start=origin, end=stop, confidence=name.confidence, network=network,
        value=f"{network or 'handle'}:{named(reading.letters[name.start : name.end])}",
    )  # fmt: skip


def _ending(letters: str, end: int) -> str:
    """What stands right behind a network's name, in the same word."""
    found = _ENDING.match(letters, end)
    return "" if found is None else found.group()


def _blocked(reading: Reading, mark: Mark) -> bool:
    """Whether the network's name is part of a longer word (`discord.js`, "Skypeak")."""
    letters = reading.letters
    ending = _ending(letters, mark.end)
    if ending and ending not in _INFLECTIONS:
        return True
    if letters[mark.end : mark.end + 1] in _GLUE and letters[mark.end + 1 : mark.end + 2].isalnum():
        return letters[mark.end] != "-"
    if mark.start > 0 and letters[mark.start - 1] == "/":
        before = letters[max(0, mark.start - _REACH) : mark.start - 1].rsplit(" ", 1)[-1]
        return not before.isalpha()  # a path, but for "Twitter/X"
    return mark.start > 0 and letters[mark.start - 1] in ".#@_"


def _subject(reading: Reading, mark: Mark) -> bool:
    """Whether the very next word says that the network is what the work is about."""
    near = reading.near(mark.end, mark.end + 1, 2)
    if any(other.role is Role.WORK and other.start >= mark.end for other in near):
        return True
    return scripted(reading, mark.start)


def _same(reading: Reading, mark: Mark) -> _Name | None:
    """A name that the reader knows: "same name as here"."""
    if not reading.having(Role.SAME) or ("?" in reading.letters and reading.having(Role.YOUR)):
        return None  # "is your name here the one you use on Instagram?"
    for other in reading.near(mark.start, mark.end, 2 * _REACH):
        if other.role is not Role.SAME:
            continue
        first, last = (mark, other) if mark.start < other.start else (other, mark)
        if words_between(reading.words, first.end, max(first.end, last.start)) <= _SAME_GAP and meant(
            reading, first.start, last.end
        ):
            return _Name(first.start, max(first.end, last.end), 0.8)
    return None


def _numbered(reading: Reading, mark: Mark) -> _Name | None:
    shape = _NUMBERED.get(mark.value)
    if shape is None:
        return None
    position, linked = mark.end, 0
    while linked <= _MAX_LINKING:
        gap = _GAP.match(reading.letters, position)
        position = gap.end() if gap else position
        number = shape.match(reading.letters, position)
        if number is not None:
            return _Name(number.start(), number.end(), 0.98)
        word = TOKEN.match(reading.letters, position)
        if word is None or not (word.group() in _LINKING or word.group() == "meeting" or not word.group().isascii()):
            return None
        position, linked = word.end(), linked + 1
    return None


_TIED_BEFORE = re.compile(
    r"(@?[\w.\-#]{3,40})['\")]{0,2} {0,2}"
    r"(?:(on|in|at|over|via|en|no|auf|sur|su|op|na|b|y|is|=|:) {0,2}(?:my |the |our )?|[(/|,\-] ?)$"
)
"""A name and what ties it to the network after it; `b` and `y` are the folded Cyrillic prepositions."""


def _before(reading: Reading, mark: Mark) -> _Name | None:
    """The name in "@name on network", "name is my network", "name (network)"."""
    first = max(reading.clause(mark.start)[0], mark.start - _REACH)
    found = _TIED_BEFORE.search(reading.letters[first : mark.start])
    if found is None:
        return None
    token, tie = found.group(1), found.group(2)
    name = _Name(first + found.start(1), first + found.end(1), 0.93)
    marked = token.startswith("@") or structured(token)
    if tie is None:
        brief = len(reading.words.split()) <= _BRIEF
        return name if marked and brief and mark.role is Role.NETWORK else None
    mine = found.group().endswith(("my ", "our "))
    if tie in {"is", "=", ":"}:
        return name if mine and (marked or plain(token)) else None
    if mark.role is Role.WEAK_NETWORK and tie not in {"on", "via"}:
        return None
    if marked:
        return name
    before = reading.letters[first : name.start].split()
    led = bool(before) and before[-1] in _CLAIMING
    return name._replace(confidence=0.8) if led and plain(token) and not _known(reading, name) else None


class _Tie:
    """What follows a network: the words that link, and the first token that could be the name."""

    __slots__ = ("announced", "dash", "disguised", "end", "naming", "sign", "start", "token", "words")

    def __init__(self, reading: Reading, mark: Mark) -> None:
        letters, position = reading.letters, mark.end
        self.disguised = reading.disguised(mark.start, mark.end)
        _, stop = reading.clause(mark.end)
        limit = min(stop, mark.end + _REACH)
        self.words = 0
        self.naming = self.sign = self.dash = self.announced = False
        self.token = ""
        self.start = self.end = position
        position = mark.end + len(_ending(letters, mark.end))  # the rest of an inflected name: "instagramim"
        self.naming = position > mark.end
        while position < limit:
            gap = _GAP.match(letters, position, limit)
            position = gap.end() if gap else position
            self.sign = self.sign or (gap is not None and not _TYING.isdisjoint(gap.group()))
            self.dash = self.dash or (gap is not None and gap.group().strip() in _DASHES)
            token = TOKEN.match(letters, position, stop) if position < limit else None
            if token is None:
                token = _LONE.match(letters, position, limit)
            if token is None:
                return
            word = token.group() if not self.disguised else token.group().translate(_UNLEET)
            if (word not in _LINKING and word.isascii()) or self.words >= _MAX_LINKING:
                word = token.group()
                self.start, self.end, self.token = token.start(), token.start() + len(word.rstrip(".-")), word
                return
            self.naming = self.naming or word in _NAMING or not word.isascii()
            self.announced = self.announced or word in _ANNOUNCING
            self.words += 1
            position = token.end()


def _after(reading: Reading, mark: Mark) -> _Name | None:
    """The name that follows its network."""
    tie = _Tie(reading, mark)
    if not tie.token:
        return None
    full = _full_name(reading, mark, tie)
    if full is not None:
        return full
    confidence = _tied(reading, mark, tie)
    if (
        confidence == 0
        or reading.letters[tie.end : tie.end + 1] == "@"
        or ("@" in tie.token[1:] and not tie.token.startswith("@"))
    ):
        return None
    return _Name(tie.start, tie.end, confidence)


def _tied(reading: Reading, mark: Mark, tie: _Tie) -> float:
    """How surely the token after the network is the name there; 0 for not at all."""
    token, weak = tie.token, mark.role is Role.WEAK_NETWORK and not tie.disguised
    if mention(token):
        return 0.95
    if token.startswith("live:") and structured(token):
        return 0.96
    described = reading.letters.count(" ", mark.start, mark.end)
    described += 2 * (reading.letters[mark.end : mark.end + 1] == ")")
    brief = len(reading.words.split()) <= _BRIEF + described + token.count(".")
    first_person = reading.having(Role.MY)
    if structured(token):
        invited = first_person or reading.having(Role.DO, Role.MOVE, Role.MOVE_AFTER)
        naming = tie.naming or reading.letters[mark.start : mark.end].endswith((" id", " account"))
        tied = (naming or tie.sign) and (invited or tie.sign or tie.announced or not weak)
        next_to = tie.words == 0 and (
            (invited and (not weak or tie.dash)) or (tie.dash and not weak and _is_all(reading, mark, tie))
        )
        return 0.92 if tied else 0.85 if first_person or brief or next_to else 0.0
    return _tied_plain(reading, mark, tie, brief=brief, first_person=first_person)


def _is_all(reading: Reading, mark: Mark, tie: _Tie) -> bool:
    """Whether a network and a name are all there is behind a colon or a comma, and nothing is said of work."""
    before = reading.letters[: mark.start].rstrip()
    ends = not reading.letters[tie.end :].strip(" .!)")
    return ends and before[-1:] in {":", ",", ""} and not reading.having(Role.WORK, Role.DELIVERABLE)


def _tied_plain(reading: Reading, mark: Mark, tie: _Tie, *, brief: bool, first_person: bool) -> float:
    """The same for a token of letters alone: it must end its clause and be announced."""
    token = tie.token
    rest = reading.letters[tie.end : reading.clause(tie.end)[1]].strip(" .!,)\"'")
    joined = any(other.role is Role.JOIN and other.start >= mark.end for other in reading.near(mark.end, tie.end, 0))
    if rest.isalpha() and token.isalpha() and reading.disguised(mark.start, mark.end) and not joined:
        tie.end, rest = tie.end + 1 + len(rest), ""  # a name of two words beside a disguised network
    listed = tie.sign and tie.naming and reading.letters[tie.end : tie.end + 1] == ","
    ending = not rest or listed or (first_person and tie.naming and rest in _PLACES)
    if not (
        (plain(token) or tie.end > tie.start + len(token))
        and ending
        and not _known(reading, _Name(tie.start, tie.end, 0.0))
    ):
        return 0.0
    if reading.disguised(mark.start, mark.end):
        return 0.0 if joined else 0.85
    origin = reading.view.origin(tie.start)
    if tie.naming and tie.words and _CAMEL.search(reading.text, origin, origin + len(token)) is not None:
        return 0.8  # "facebook page is BrassKettleStudio"
    if tie.announced and reading.having(Role.MOVE):
        return 0.75
    if first_person and (tie.naming or tie.sign) and (tie.words > 1 or tie.sign or tie.announced):
        return 0.8
    return 0.75 if brief and (tie.sign or tie.announced) and len(token) > _BRIEF else 0.0


def _full_name(reading: Reading, mark: Mark, tie: _Tie) -> _Name | None:
    """A name of several capitalised words, announced as one: "fb -> Ada Prints", "LinkedIn: Ada Lovelace"."""
    if not (tie.sign or tie.naming):
        return None
    origin = reading.view.origin(tie.start)
    found = FULL_NAME.match(reading.text, origin, origin + 2 * _REACH)
    if found is None:
        return None
    brief = len(reading.words.split()) <= _BRIEF + 1
    heading = tie.sign and not tie.words and not reading.letters[: mark.start].strip()
    if not (brief or heading or reading.having(Role.MY)) or (heading and reading.having(Role.WORK)):
        return None
    name = _Name(tie.start, reading.view.position(found.end(1) - 1) + 1, 0.8)
    return None if _known(reading, name._replace(end=name.start + 1)) else name


def _sought(reading: Reading, mark: Mark) -> _Name | None:
    """A full name to be searched for on the network: "search Ada Prints on Facebook"."""
    first = max(0, mark.start - _REACH)
    words = reading.letters[first : mark.end + _REACH].replace('"', " ").replace(":", " ").split()
    if _SEEKING.isdisjoint(words):
        return None
    start, end = reading.view.span(first, min(mark.end + _REACH, len(reading.letters)))
    for found in SOUGHT_NAME.finditer(reading.text, start, end):
        name = _Name(reading.view.position(found.start(1)), reading.view.position(found.end(1) - 1) + 1, 0.75)
        if not _known(reading, name._replace(end=name.start + 1)) and meant(reading, first, name.end):
            return name
    return None


def _titled(reading: Reading, mark: Mark) -> _Name | None:
    """A full name that a word announces somewhere behind the network: "add me on facebook, the name is Ada Prints"."""
    if mark.value not in BY_FULL_NAME:
        return None
    start, end = reading.view.span(mark.end - 1, min(mark.end + 2 * _REACH, len(reading.letters)))
    for found in _TITLE.finditer(reading.text, start, end):
        name = _Name(reading.view.position(found.start(1)), reading.view.position(found.end(1) - 1) + 1, 0.75)
        if not _known(reading, name._replace(end=name.start + 1)) and meant(reading, mark.start, name.end):
            return name
    return None


_BEHIND_AT = re.compile(r"[ :,(\-=>\u2192\u27a1]{0,4}@ ([a-z_][\w.\-]{3,32})(?=[\s.,!)]|$)")


def _behind_at(reading: Reading, mark: Mark) -> _Name | None:
    """The name behind an @ that stands by itself: "telegram @ saffronloop"."""
    found = _BEHIND_AT.match(reading.letters, mark.end)
    if found is None:
        return None
    token = found.group(1).rstrip(".-")
    name = _Name(found.start(1), found.start(1) + len(token), 0.85)
    ends = not reading.letters[name.end : reading.clause(name.end)[1]].strip(" .!,)")
    bare = ends and mark.role is Role.NETWORK and plain(token) and token not in reading.vocabulary
    return name if (structured(token) or bare) and not _known(reading, name) else None


_LED = re.compile(
    r"(?<![\w.])(add|find|type|search|search for|look for|look up|user|username|nick|nickname|tag|handle|my id|i'm|im"
    r"|i am|called|named|under|ask for)(?: is| there| there is|:| user| username| the user)?"
    r"[ :'\"]{1,3}(@?[a-z][\w.\-]{3,32})(?=[\s,!)'\"]|$)"
)
"""A name and what leads to it, somewhere in a message that names a network."""
_TO_PLAIN = frozenset({"search for", "look for", "look up", "user", "username", "nick", "nickname", "tag", "handle"})
"""What leads to a name of letters alone: work has things to add and to find."""
_LONG_PLAIN = 6


def _apart(reading: Reading, mark: Mark) -> _Name | None:
    """The name that is told in another part of the message: "the purple gamer chat, search for vectorcactus"."""
    first, last = max(0, mark.start - 2 * _REACH), mark.end + 2 * _REACH
    for found in _LED.finditer(reading.letters, first, last):
        lead, token = found.group(1), found.group(2).rstrip(".-")
        name = _Name(found.start(2), found.start(2) + len(token), 0.8)
        inside = name.start < mark.end and name.end > mark.start
        fits = structured(token) or (
            lead in _TO_PLAIN and plain(token) and len(token) >= _LONG_PLAIN and token not in reading.vocabulary
        )
        if fits and not inside and not _known(reading, name) and meant(reading, found.start(), name.end):
            return name if mark.role is Role.NETWORK or reading.having(Role.MY, Role.MOVE) else None
    return None


def _known(reading: Reading, name: _Name) -> bool:
    """Whether a token is a word of the lexicon that tells something else."""
    speaking = {Role.CALL, Role.REFUSE, Role.SCRIPT, Role.HAVE, Role.POLITE}
    telling = speaking | {Role.WORK, Role.NOT_PHONE, *_NETWORKS, Role.EMAIL, Role.PHONE}
    return any(
        mark.start < name.end and mark.end > name.start and mark.role in telling
        for mark in reading.near(name.start, name.end, 40)
    )


_MATRIX = re.compile(r"(?<![\w.@/])@[a-z0-9][a-z0-9._=\-]{1,32}:[a-z0-9\-]{2,40}(?:\.[a-z0-9\-]{2,30}){1,3}(?![\w@])")
"""An account of Matrix: "@nora:matrix.org"."""
_MENTION = re.compile(r"(?<![\w.@/])@[a-z0-9_][\w.\-]{2,40}(?![\w@])")
_MAX_MENTIONS = 8


def _tagged(reading: Reading) -> Iterator[Finding]:
    """A name with four figures behind its sign, where the reader is told to add it: "add me: nora#4410"."""
    if not reading.having(Role.MY, Role.MOVE) or reading.having(Role.WORK, Role.REFUSE, Role.RULES):
        return
    tag = TAGGED.search(reading.letters)
    if tag is not None and len(reading.words.split()) <= 2 * _BRIEF and not _known(reading, _Name(*tag.span(), 0.0)):
        yield _finding(reading, _Name(*tag.span(), 0.85), "discord")


def _mentions(letters: str) -> Iterator[tuple[int, int]]:
    for count, found in enumerate(_MENTION.finditer(letters)):
        if count == _MAX_MENTIONS:
            return
        if mention(found.group()):
            yield found.start(), found.start() + len(found.group().rstrip(".-"))


def _mentioned(reading: Reading, networks: list[Mark]) -> Iterator[Finding]:
    """Names with an `@` that the author claims or tells somebody to write to, whatever network was named before."""
    for start, end in _mentions(reading.letters):
        first = max(0, start - _REACH)
        words = reading.letters[first:start].replace(",", " ").split()[-2:]
        if scripted(reading, start) or not meant(reading, start, end):
            continue
        network = next((mark.value for mark in reversed(networks) if mark.end <= start), None)
        being = bool(words) and words[-1] in _BEING and network is not None
        led = bool(words) and words[-1] in _LEADING and (words[-1] != "me" or words[0] in _LEADING - {"me"})
        inviting = network is not None and reading.having(Role.DO) and not reading.letters[end:].strip(" .!)")
        if led or being or (inviting and not reading.having(Role.WORK)):
            yield _finding(reading, _Name(start, end, 0.85 if network else 0.7), network)
