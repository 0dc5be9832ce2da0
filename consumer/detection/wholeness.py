"""Whether a message says what it says by itself, or is a piece of what several messages say together.

The learned scorer weighs words. "mera email mikaholloway" weighs as much as a whole address, and "mi ig" as much as a
question; but the host comes in the next message, and the name. What the scorer alone holds of such a message is left to
the memory, which puts the pieces together.
"""

from consumer.detection.finding import Finding
from consumer.detection.fragments import begins
from consumer.detection.lexicon import Role, word_list
from consumer.detection.lexicon.spelling import Sign
from consumer.detection.reading import Reading

PROPOSED = 0.84
"""Probability from which a proposal that the scorer alone sees is one: ordinary talk is full of its words. On 3,000
rows nobody had learned from, going from 0.88 to 0.8 found 7 proposals more and raised no false alarm; but campers who
share firewood (CaSiNo) come to 0.83."""
PROPOSED_BY_NAME = 0.7
"""The same where a way of contact or payment is named: on rows nobody had learned from, going from 0.85 to here found
18 proposals more of 230, and raised one false alarm more of 190."""
GIVEN = 0.7
"""The same of a detail, which the rules do not see: of those rows, 31 with a detail and none without came to this."""

_UNFINISHED = frozenset("@:=")
"""What a message ends with that goes on in the next."""
_TRAILING = " ,-"
"""What may stand after a piece."""
_LEADING_ON = word_list("handles.toml", "naming")
"""Words that a name follows: "my insta is"."""
_CHANNELS = frozenset({Role.NETWORK, Role.WEAK_NETWORK, Role.EMAIL, Role.PHONE, Role.ACCOUNT})
_NAMED = frozenset({Role.NETWORK, Role.EMAIL, Role.PHONE, Role.PAYMENT})
_ASKING = (
    Role.ASK, Role.ASK_AFTER, Role.HAVE, Role.YOUR, Role.GIVE, Role.PLACE,
    Role.ASKS_EMAIL, Role.ASKS_PHONE, Role.ASKS_HANDLE, Role.ASKS_PAYMENT,
)  # fmt: skip
_PLEASE = frozenset({"pls", "plz", "please"})
_WANTING = (Role.ASK, Role.GIVE, Role.YOUR)
"""Words of somebody who wants a name, where a message ends with the word for one: "give discord nick"."""
_HOSTING = frozenset({Sign.AT, Sign.PROVIDER, Sign.WEAK_PROVIDER, Sign.AFTER_AT})
_LONG = 8
"""Words of a message that says a thing whole: pieces are sent in fewer."""
_BRIEF = 3
"""Words of a message that may be a piece if nothing in it asks."""
_LAST_MARKS = 4
"""Marks that can end with the text: a word means a few things at most."""


def is_piece(text: str) -> bool:
    """Whether a message, stripped, goes on in the next or ends what another began."""
    return text[-1:] in _UNFINISHED or (text[:1] == "@" and not text[1:2].isalnum()) or text[:3].lower() == "at "


def told_whole(reading: Reading, finding: Finding) -> bool:
    """Whether what the scorer alone holds of a message stands by itself, and is sure enough."""
    match finding.intent:
        case "solicit":
            named = not reading.roles.isdisjoint(_NAMED)
            return finding.confidence >= (PROPOSED_BY_NAME if named else PROPOSED) and not _one_word(reading)
        case "request":
            return _asked_whole(reading) and (reading.having(*_WANTING) or not _leads_on(reading))
        case _:
            whole = finding.confidence >= GIVEN and _given_whole(reading, finding)
            return whole and (_long(reading) or not _leads_on(reading))


def _long(reading: Reading) -> bool:
    """Whether a message has more words than a piece, and no figures at its end that others may go on with."""
    return len(reading.words.split()) > _LONG and not _ends_with_figure(reading)


def _one_word(reading: Reading) -> bool:
    """Whether a message is one word and no question: an answer about the work as likely as a proposal."""
    return "?" not in reading.letters and reading.letters.isascii() and " " not in reading.letters.strip()


def _asked_whole(reading: Reading) -> bool:
    """Whether somebody asks: not "mobile starts with 0917", which goes on, nor "mi ig", which may."""
    if _ends_with_figure(reading):
        return False
    asked = "?" in reading.letters or not _PLEASE.isdisjoint(reading.words.split())
    return asked or reading.words.count(" ") > _BRIEF + 1 or reading.having(*_ASKING)


def _ends_with_figure(reading: Reading) -> bool:
    """Whether other messages may go on with the figures that this one ends with."""
    return reading.letters.rstrip(" .)")[-1:].isdigit()


def _given_whole(reading: Reading, finding: Finding) -> bool:
    """Whether a detail is there: an address with its host, and not only the channel, named at the end."""
    if finding.kind == "email" and "@" not in reading.letters:
        hosted = any(sign.sign in _HOSTING for sign in reading.signs)
        if not hosted and not _long(reading):
            return False
    end = len(reading.letters.rstrip())
    return not any(mark.role in _CHANNELS and mark.end >= end for mark in reading.marks[-_LAST_MARKS:])


def _leads_on(reading: Reading) -> bool:
    """Whether a message ends with a name or figures, or leads to one, that another message may go on with."""
    return begins(reading.text.rstrip(_TRAILING)) or reading.words.rstrip().rpartition(" ")[2] in _LEADING_ON
