"""Pieces of messages put after one another, with the way back to the messages they come from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from consumer.detection.figures import figures_of
from consumer.detection.finding import Finding
from consumer.detection.lexicon import word_list

ENDS = " \t\n,!?;…"
"""What ends a message and is no part of a detail."""
CONFIRMING = word_list("fragments.toml", "confirming")
_MIN_CONFIRMING = 2
_ADDED = re.compile(
    r"(?:(?:and|then|now|plus|so|ok) ){0,2}(?:put|add|stick|append|slap|tack|throw|place|type)(?: an?| the)? "
    r"((?:@|at |dot )[^\s]{1,40}(?: dot [a-z]{2,6})?)"
    r"(?: (?:behind|after|to|onto|at the end|on the end|next|on)(?: (?:it|that|of it|of that|the end))?)?[ .,!]{0,3}",
    re.IGNORECASE,
)
"""What somebody is told to add to the piece before: "put @gmail behind it"."""
_MOST_TORN = 4
"""Pieces that one word is torn into."""
PLAIN_LETTERS = str.maketrans("013457@$!", "oieastasi")
"""Letters for the figures and signs in a name that is torn: "d1sc", "0rd"."""
_GLUE = frozenset("._@-/#")
"""Signs that belong to the word they stand beside."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a message that is read, and where it begins there."""

    text: str
    message_id: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Joined:
    """Pieces read as one text; `starts` are the places where they begin, `at` is the index of the message at hand."""

    text: str
    starts: tuple[int, ...]
    pieces: tuple[Piece, ...]
    at: int

    @property
    def span(self) -> tuple[int, int]:
        """The span of the message at hand."""
        return self.starts[self.at], self.starts[self.at] + len(self.pieces[self.at].text)

    @property
    def others(self) -> tuple[str, ...]:
        """The ids of the other messages."""
        return tuple(dict.fromkeys(p.message_id for index, p in enumerate(self.pieces) if index != self.at))

    def completed_by(self, finding: Finding) -> bool:
        """Whether a finding lies in the message at hand, at least in part."""
        return finding.start < self.span[1] and finding.end > self.span[0]

    def parts(self, finding: Finding) -> list[str]:
        """What a finding covers of each piece that it lies in."""
        covered = (
            piece.text[max(0, finding.start - start) : max(0, finding.end - start)]
            for piece, start in zip(self.pieces, self.starts, strict=True)
        )
        return [part for part in covered if part]

    def touched(self, finding: Finding) -> list[Piece]:
        """The pieces that a finding lies in."""
        return [
            piece
            for piece, start in zip(self.pieces, self.starts, strict=True)
            if finding.start < start + len(piece.text) and finding.end > start
        ]


def piece_of(text: str, message_id: str) -> Piece:
    """The part of a message that counts: its figures, or its words without what ends them."""
    figures = figures_of(text)
    if figures is not None:
        return Piece(figures.text, message_id, figures.start)
    stripped = text.strip()
    words = stripped.split(maxsplit=1)
    if len(words) > 1 and len(words[0]) > _MIN_CONFIRMING and words[0].rstrip(ENDS + ".").lower() in CONFIRMING:
        stripped = words[1]
    added = _ADDED.fullmatch(stripped)
    if added is not None:
        return Piece(added.group(1), message_id, text.index(stripped) + added.start(1))
    cut = stripped.rstrip(ENDS)
    if cut.endswith(".") and " " in cut:
        cut = cut.rstrip(".")
    return Piece(cut or stripped, message_id, text.index(stripped) if stripped else 0)


@dataclass(frozen=True, slots=True)
class Completed:
    """What a message completes, and the ids of the messages whose pieces are used up by it."""

    finding: Finding
    used: tuple[str, ...] = ()


def as_split(finding: Finding, ids: tuple[str, ...]) -> Finding:
    """A finding as one that other messages contribute to, of which it can be less sure."""
    techniques = tuple(dict.fromkeys((*finding.techniques, "split")))
    return replace(finding, techniques=techniques, message_ids=ids, confidence=min(finding.confidence, 0.85))


def is_cut(pieces: Sequence[Piece], prompts: int) -> bool:
    """Whether pieces look like one text cut anywhere: each but the first is one token, with a sign in one of them."""
    texts = [piece.text for piece in pieces[prompts + 1 :]]
    return bool(texts) and not any(" " in text for text in texts) and not all(map(str.isalpha, texts))


def glued(pieces: Sequence[Piece], at: int, prompts: int) -> Joined:
    """Pieces put together without any gap, but for what stands before them."""
    text, starts = "", []
    for index, piece in enumerate(pieces):
        if text and index == prompts:
            text += " "
        starts.append(len(text))
        text += piece.text
    return Joined(text, tuple(starts), tuple(pieces), at)


class Joiner:
    """Puts pieces together, with a space between unless a word was torn in two.

    `names` are words that people tear: "dis", "cord". `networks` stand apart from the user name after them.
    """

    def __init__(self, names: frozenset[str], networks: frozenset[str]) -> None:
        """Keep the words."""
        self._names = names
        self._networks = networks

    def join(self, pieces: Sequence[Piece], at: int) -> Joined:
        """The pieces as one text; `at` is the index of the message at hand."""
        text, starts = "", []
        within = self._within(pieces)
        for index, piece in enumerate(pieces):
            if text and piece.text and index not in within and not self._torn(text, piece.text):
                text += " "
            starts.append(len(text))
            text += piece.text
        return Joined(text, tuple(starts), tuple(pieces), at)

    def _within(self, pieces: Sequence[Piece]) -> set[int]:
        """The pieces that go on with the word before them, of a name torn in three or four: "sn", "ap", "chat"."""
        within: set[int] = set()
        for first in range(len(pieces) - 2):
            for last in range(first + 3, min(first + _MOST_TORN, len(pieces)) + 1):
                if "".join(piece.text for piece in pieces[first:last]).lower().translate(PLAIN_LETTERS) in self._names:
                    within.update(range(first + 1, last))
        return within

    def _torn(self, left: str, right: str) -> bool:
        """Whether the last word before and the first after are two halves of one."""
        head, tail = left.rsplit(maxsplit=1)[-1], right.split(maxsplit=1)[0]
        if len(tail) > 1 and tail[0] in _GLUE and tail[1].isalnum() and head[-1].isalnum():
            return tail[0] != "@" or ("." in tail and head.lower() not in self._networks)
        if head.lower() == "live:":
            return True  # how names on Skype begin
        if len(head) > 1 and head[-1] in _GLUE and tail[0].isalnum() and head[-2].isalnum():
            return True
        if head.find("@") > 0 and "." not in head[head.find("@") :] and "." in tail[1:]:
            return True
        return f"{head}{tail.rstrip(':')}".lower().translate(PLAIN_LETTERS) in self._names
