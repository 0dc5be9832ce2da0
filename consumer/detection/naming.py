"""The user name that somebody gives in short messages after a network was named.

A name counts when nothing else is likely to be meant: it is structured ("moss.reel"), a person's where people are found
by their names, or any unfamiliar word where every message before was a word or two that lead to it ("add" - "me" -
"discord" - "plumgasket"). Names are told in places as well: "begins with kiln" - "ends with andclover".
"""

import re
from collections.abc import Callable
from dataclasses import replace

from consumer.detection.familiar import is_familiar
from consumer.detection.figures import FILLER, ORDER, TRIM
from consumer.detection.finding import Finding
from consumer.detection.fragments import is_name
from consumer.detection.lexicon import Role, word_list
from consumer.detection.lexicon.spelling import Sign
from consumer.detection.marks import Mark
from consumer.detection.names import BY_FULL_NAME, structured
from consumer.detection.pieces import Completed, Joined, Joiner, Piece, as_split
from consumer.detection.reading import Reading
from consumer.events.conversation import MAX_FRAGMENT
from consumer.events.message import MessageEvent

_MAX_NAMING = 5
"""Pieces that lead to a user name: "tg", "is", "at", "sign"."""
BRIEF_NAME = 10
"""Words of a message beside which a name is believed."""
_BRIEF = 3
"""Words of a person's name, and of a part of a name told with its place."""
_SERVICES = frozenset({Sign.PROVIDER, Sign.WEAK_PROVIDER})
_TYPED = 2
"""Words of a message of somebody who sends a sentence word by word."""
_SURELY = 6
"""Letters of which an unfamiliar word has more that is a name behind nothing but a network."""
_TRAILING = word_list("fragments.toml", "trailing")
_LINKING = word_list("fragments.toml", "leading") | word_list("handles.toml", "linking") | {"i'm", "i", "im"}
_BEFORE_NAME = _LINKING | word_list("fragments.toml", "acknowledging") | word_list("fragments.toml", "laughter")
_SPELLING = word_list("fragments.toml", "spelling")
_NOT_NAMES = word_list("fragments.toml", "not_details") | FILLER
AROUND_NAME = " \t\n,!;:\"'()"
"""What may stand around a name that is all of a message."""
_PLAIN = re.compile(r"[a-z]{6,24}")
"""A plain word that may be a user name: longer than most words."""
_PART = re.compile(r"[._]?[^\W_][\w.\-]{1,23}")
"""A part of a name that is told with its place."""


class Namer:
    """Reads short messages as user names."""

    def __init__(self, reading: Callable[[str], Reading], joiner: Joiner) -> None:
        """Keep how texts are read and put together."""
        self._reading = reading
        self._joiner = joiner

    def named(self, event: MessageEvent, before: list[Piece]) -> Completed | None:
        """The user name that a message consists of, after pieces that only name a network."""
        if len(event.text) > MAX_FRAGMENT or "?" in event.text or not event.text.strip(AROUND_NAME):
            return None
        name = without_lead(event.text)
        pieces = before[-_MAX_NAMING:]
        if not pieces or any(len(piece.text.split()) > BRIEF_NAME for piece in pieces):
            return None
        joined = self._joiner.join(pieces, 0)
        reading = self._reading(joined.text)
        network = _network(reading)
        if network is None:
            return self._at_service(event, name, reading, pieces)
        if not (_is_user_name(name, network.value) or _typed_to(name, reading, network, joined)):
            return None
        if not (reading.having(Role.NETWORK, Role.MY, Role.VIA, Role.ACCOUNT) or name.startswith("@")):
            return None  # "line", "signal" and the like are other things as well
        return _given(event, name.lstrip("@").lower(), name, network.value, pieces)

    def _at_service(self, event: MessageEvent, name: str, reading: Reading, pieces: list[Piece]) -> Completed | None:
        """The mailbox that a message names after pieces that name its service: "its gmail" - "wrenhollow.audio"."""
        service = next((sign for sign in reversed(reading.signs) if sign.sign in _SERVICES), None)
        made_up = structured(name.lower()) and is_name(name)
        if service is None or " " in name or not (made_up or _is_unfamiliar(name, reading)):
            return None
        if "@" in name or reading.having(Role.WORK, Role.REFUSE, Role.RULES):
            return None
        found = _given(event, name.lower(), name, service.value, pieces)
        return replace(
            found, finding=replace(found.finding, kind="email", network=None, value=f"{name.lower()}@{service.value}")
        )

    def placed(self, event: MessageEvent, before: list[Piece]) -> Completed | None:
        """The name whose parts are told with their places: "my ig" - "begins with kiln" - "ends with andclover"."""
        last = _placed_part(event.text)
        if last is None:
            return None
        told = [(found, piece) for piece in before if (found := _placed_part(piece.text)) is not None]
        others = before[-_MAX_NAMING:]
        if not told or any(found[0] == last[0] for found, _ in told):
            return None
        named = [piece for _, piece in told]
        network = _network(self._reading(self._joiner.join(named, 0).text)) or _network(
            self._reading(self._joiner.join(others, 0).text)
        )
        if network is None:
            return None
        parts = sorted([*(found for found, _ in told), last])
        name = "".join(part for _, part in parts).lower()
        return _given(event, name, last[1], network.value, others)


def _given(event: MessageEvent, name: str, written: str, network: str, pieces: list[Piece]) -> Completed:
    start = event.text.index(written)
    finding = Finding(
        kind="handle", intent="provide", start=start, end=start + len(written), confidence=0.8, network=network,
        value=f"{network}:{name}",
    )  # fmt: skip
    ids = tuple(dict.fromkeys(piece.message_id for piece in pieces))
    return Completed(as_split(finding, ids), ids)


def _network(reading: Reading) -> Mark | None:
    """The last network that pieces name, unless they speak of work, refuse, or talk about the rules."""
    networks = list(reading.of({Role.NETWORK, Role.WEAK_NETWORK}))
    spoken_of = reading.having(Role.WORK, Role.REFUSE, Role.RULES)
    return networks[-1] if networks and not spoken_of else None


def says_more(text: str) -> bool:
    """Whether a message has words around a name: "im moss.reel there"."""
    return without_lead(text) != text.strip(AROUND_NAME)


def without_lead(text: str) -> str:
    """A message without the words that lead to a name or follow it: "im quillfox#1234", "moss.reel on it"."""
    words = text.strip(AROUND_NAME).split()
    while len(words) > 1 and words[-1].lower() in _TRAILING:
        words.pop()
    last = text.rfind(words[-1]) + len(words[-1]) if words else 0
    text = text[:last]
    if len(words) > 1 and all(word.lower().rstrip(".!,") in _BEFORE_NAME for word in words[:-1]):
        return words[-1]
    return text.strip(AROUND_NAME)


def _is_user_name(text: str, network: str) -> bool:
    """Whether a text is a user name: structured, or a person's name where people are found by it."""
    if " " not in text:
        return structured(text.lower()) or (text.startswith("@") and is_name(text))
    return network in BY_FULL_NAME and len(text.split()) <= _BRIEF and text.istitle()


def _typed_to(name: str, reading: Reading, network: Mark, joined: Joined) -> bool:
    """Whether any word would be a name here: it follows the network at once, and word by word the sender led there.

    Either the reader is told to add somebody, or the network was torn in two, or there is nothing but network and name.
    """
    word = name.lower()
    if not _PLAIN.fullmatch(word) or word in _NOT_NAMES or word in reading.vocabulary or is_familiar(word):
        return False
    if network.role is not Role.NETWORK or network.end < len(joined.text.rstrip()):
        return False
    if any(len(piece.text.split()) > _TYPED for piece in joined.pieces):
        return False
    torn = sum(network.start <= start < network.end for start in joined.starts) > 1
    alone = not joined.text[: network.start].strip() and len(word) > _SURELY
    return torn or alone or reading.having(Role.MY, Role.MOVE)


def _is_unfamiliar(name: str, reading: Reading) -> bool:
    """Whether a plain word can be the name of a mailbox that the sender speaks of."""
    word = name.lower()
    plain = _PLAIN.fullmatch(word) is not None and len(word) > _SURELY + 1 and word not in reading.vocabulary
    return plain and word not in _NOT_NAMES and not is_familiar(word)


def _placed_part(text: str) -> tuple[int, str] | None:
    """The place that the end of a message tells of a part of a name, and that part: "my ig starts with yuki"."""
    before, _, remark = text.rpartition(",")
    tokens = (before if remark.strip().lower() in _SPELLING else text).split()
    if len(tokens) <= 1:
        return None
    part = tokens[-1].rstrip(TRIM)
    lead: list[str] = []
    for token in reversed(tokens[-1 - _BRIEF : -1]):
        word = token.strip(TRIM).lower()
        if word not in ORDER and word not in FILLER and word not in _LINKING:
            break
        lead.insert(0, word)
    places = [ORDER[word] for word in lead if word in ORDER]
    if not places:
        return None
    return (places[0], part) if _PART.fullmatch(part) and not part.isdigit() and part.lower() not in ORDER else None
