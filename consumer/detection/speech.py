"""What speaks against a request or a proposal: the same words in a refusal, a warning, a quotation, or as work.

Marketplace talk is full of channels nobody means to use: they are built, designed, translated, forbidden. Each
function here is one way of telling so; `meant` asks them all.
"""

import re
from collections.abc import Iterator

from consumer.detection.lexicon import Role, word_list
from consumer.detection.marks import Mark, words_between
from consumer.detection.matches import few
from consumer.detection.reading import Reading

_LOOK_AROUND = 6
"""How many marks before and after a noun are considered: keeps the work linear."""
_SCRIPT_REACH = 60
"""Characters before a colon in which it may say that the words of a script follow."""
_SPEAKER = re.compile(r"(?:^|[\n.!?)\"] ?)[A-Z][A-Z.]{1,16}(?: [A-Z]{1,12})?: ")
"""A speaker's name in capitals, as scripts write it."""
_TURNING = word_list("content.toml", "turning")
_TOPICS = frozenset({Role.WORK, Role.SCRIPT})


def neighbours(marks: list[Mark], index: int, step: int) -> Iterator[Mark]:
    """The nearest marks before (`step` -1) or after (`step` 1) the one at this index."""
    for offset in range(1, _LOOK_AROUND + 1):
        at = index + step * offset
        if not 0 <= at < len(marks):
            return
        yield marks[at]


def is_subject(reading: Reading, index: int) -> bool:
    """Whether the noun at this index is what the work is about: "email template", "bot de WhatsApp"."""
    noun = reading.marks[index]
    first, last = reading.clause(noun.start)
    for mark in neighbours(reading.marks, index, 1):
        if mark.role is Role.WORK and noun.end <= mark.start < last:
            return (
                words_between(reading.words, noun.end, mark.start) <= 1
                and "," not in reading.letters[noun.end : mark.start]
            )
    for before in neighbours(reading.marks, index, -1):
        if before.end <= noun.start and before.role is not Role.VIA:
            if before.role is not Role.WORK or before.start < first:
                return False
            return words_between(reading.words, before.end, noun.start) <= 1
    return False


def refused(reading: Reading, start: int, end: int) -> bool:
    """Whether the clause refuses before it names the detail, or the message talks about the rules.

    A "but" takes back what was said before it, and who says that nobody will notice does not warn.
    """
    if not reading.having(Role.RULES, Role.REFUSE, Role.REFUSE_AFTER):
        return False
    assured = reading.having(Role.ASSURE)
    turned = [mark.start for mark in reading.of([Role.BUT]) if mark.end <= start]
    turn = max(turned[-1] if turned else -1, _wish(reading, start))
    if not assured and any(mark.start > turn for mark in reading.of([Role.RULES])):
        return True
    first = max(reading.clause(start)[0], turn)
    if any(mark.role is Role.REFUSE for mark in reading.near(first, end, 0)):
        return True
    last = reading.clause(end)[1]
    return any(mark.role is Role.REFUSE_AFTER and mark.start >= start for mark in reading.near(end, last, 0))


def _wish(reading: Reading, start: int) -> int:
    """Where the wish that a position belongs to begins, if a comma sets it off: "I can't open it, can you ..."."""
    comma = reading.letters.rfind(",", max(0, start - _SCRIPT_REACH), start + 1)
    if comma < 0:
        return -1
    following = reading.letters[comma + 1 : comma + 16].split(maxsplit=1)
    return comma if following and following[0] in _TURNING else -1


def told_of_others(reading: Reading, start: int) -> bool:
    """Whether the clause speaks of people elsewhere: "customers chat with us on WhatsApp"."""
    if not reading.having(Role.OTHERS):
        return False
    first = reading.clause(start)[0]
    return any(mark.role is Role.OTHERS and mark.end <= start for mark in reading.near(first, start, 0))


def scripted(reading: Reading, start: int) -> bool:
    """Whether a colon before this position says that words for the work follow: "button text: message us"."""
    if not reading.having(Role.WORK, Role.SCRIPT):
        return False
    first = reading.letters.rfind("\n", 0, start) + 1
    colon = reading.letters.find(":", max(first, start - 4 * _SCRIPT_REACH), start)
    if colon < 0:
        return False
    return any(
        mark.role in _TOPICS and mark.end <= colon for mark in reading.near(max(first, colon - _SCRIPT_REACH), colon, 0)
    )


def staged(reading: Reading) -> bool:
    """Whether a text is a dialogue written out: "KAREN: Give me your number. TOM: In your dreams."."""
    return reading.text.count(":") > 1 and len(few(list(_SPEAKER.finditer(reading.text)))) > 1


def meant(reading: Reading, start: int, end: int) -> bool:
    """Whether the span says what its author wants: not refused, not forbidden, not of others, not quoted."""
    return not (
        refused(reading, start, end)
        or told_of_others(reading, start)
        or scripted(reading, start)
        or staged(reading)
        or reading.quoted(start, end)
    )
