"""Requests: asking somebody for a contact detail, and what only looks like asking.

A request is a noun for a detail tied to words that ask. Refusals, talk about the rules, quotations and work on a
channel use the same nouns; they are told apart by what stands in the same clause.
"""

from collections.abc import Iterator

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role
from consumer.detection.marks import Mark, words_between
from consumer.detection.reading import Reading, both_ends
from consumer.events.vocabulary import Kind

_NOUNS: dict[Role, Kind] = {
    Role.EMAIL: "email",
    Role.PHONE: "phone",
    Role.NUMBER: "phone",
    Role.NETWORK: "handle",
    Role.WEAK_NETWORK: "handle",
    Role.PAYMENT: "payment",
}
_WEAK = frozenset({Role.NUMBER, Role.WEAK_NETWORK})
_LOOK_AROUND = 6
"""How many marks before and after a noun are considered: keeps the work linear."""
_ASK_GAP = 2
_ASK_AFTER_GAP = 4
_MAX_ADDRESS = 2
"""Words of address before a clause proper: "hey sir, your email?"."""
_MAX_AFTER = 8
"""Words after the noun of a plain question."""


def _neighbours(marks: list[Mark], index: int, step: int) -> Iterator[Mark]:
    for offset in range(1, _LOOK_AROUND + 1):
        at = index + step * offset
        if not 0 <= at < len(marks):
            return
        yield marks[at]


def is_subject(reading: Reading, index: int) -> bool:
    """Whether the noun at this index is what the work is about: "email template", "WhatsApp flow diagram"."""
    noun = reading.marks[index]
    for mark in _neighbours(reading.marks, index, 1):
        if mark.role is Role.WORK and mark.start >= noun.end:
            return words_between(reading.words, noun.end, mark.start) <= 1
    return False


def refused(reading: Reading, start: int, end: int) -> bool:
    """Whether the clause refuses before it names the detail, or the message talks about the rules."""
    if reading.having(Role.RULES):
        return True
    if not reading.having(Role.REFUSE):
        return False
    first = reading.clause(start)[0]
    return any(mark.role is Role.REFUSE for mark in reading.near(first, end, 0))


def _ends(reading: Reading, index: int) -> bool:
    """Whether nothing but polite words follows the noun in its clause, or a comma or "or" does."""
    noun = reading.marks[index]
    rest = reading.words[noun.end + 1 : reading.clause(noun.end)[1] + 1].split()
    if not rest or reading.letters[noun.end : noun.end + 1] in {",", "?"} or rest[0] in {"or", "and", "so", "o", "ou"}:
        return True
    polite = " ".join(rest)
    return any(
        mark.role in {Role.POLITE, Role.NUMBER, Role.ACCOUNT, Role.NETWORK, Role.WEAK_NETWORK}
        and words_between(reading.words, noun.end, mark.start) == 0
        for mark in _neighbours(reading.marks, index, 1)
        if mark.start >= noun.end
    ) or polite in {"for this", "then", "here", "there", "now"}


def _begins(reading: Reading, position: int) -> bool:
    """Whether this position opens its clause, but for a word or two of address."""
    first = reading.clause(position)[0]
    comma = reading.letters.rfind(",", first, position)
    return len(reading.letters[max(first, comma + 1) : position].split()) <= _MAX_ADDRESS


def _asked(reading: Reading, index: int) -> int | None:
    """Where the asking for the noun at this index begins, or None if it is not asked for."""
    noun = reading.marks[index]
    weak = noun.role in _WEAK
    first, last = reading.clause(noun.start)
    for mark in _neighbours(reading.marks, index, -1):
        if mark.start < first or mark.end >= noun.end:
            continue
        gap = words_between(reading.words, mark.end, max(mark.end, noun.start))
        if mark.role is Role.ASK and gap <= (0 if weak else _ASK_GAP) and (not weak or _ends(reading, index)):
            return mark.start
        if mark.role is Role.HAVE and gap <= 1 and not (weak and gap) and _ends_soon(reading, index):
            return mark.start
        if mark.role is Role.YOUR and gap <= 1 and _begins(reading, mark.start) and _ends(reading, index):
            return mark.start
    for mark in _neighbours(reading.marks, index, 1):
        if mark.role is Role.ASK_AFTER and noun.end <= mark.start < last:
            return noun.start if words_between(reading.words, noun.end, mark.start) <= _ASK_AFTER_GAP else None
    return None


def _ends_soon(reading: Reading, index: int) -> bool:
    noun = reading.marks[index]
    if noun.role in {Role.EMAIL, Role.PHONE}:
        return len(reading.words[noun.end + 1 : reading.clause(noun.end)[1] + 1].split()) <= _MAX_AFTER
    return _ends(reading, index)


def _noun_only(reading: Reading, index: int) -> bool:
    """Whether the message is the noun with a question mark or a polite word: "number?", "email pls"."""
    noun = reading.marks[index]
    if reading.words[: noun.start + 1].strip() or not _ends(reading, index):
        return False
    return reading.letters.rstrip().endswith("?") or any(
        mark.role is Role.POLITE for mark in reading.near(noun.end, noun.end + 1, 2)
    )


def find_requests(reading: Reading) -> list[Finding]:
    """Every request for a detail; the finding spans from the asking words to the noun."""
    found: list[Finding] = []
    for index in both_ends([index for index, mark in enumerate(reading.marks) if mark.role in _NOUNS]):
        noun = reading.marks[index]
        kind = _NOUNS[noun.role]
        start = _asked(reading, index)
        if start is None and _noun_only(reading, index):
            start = noun.start
        if start is None or is_subject(reading, index) or refused(reading, start, noun.end):
            continue
        if reading.quoted(start, noun.end):
            continue
        origin, stop = reading.view.span(min(start, noun.start), noun.end)
        network = noun.value or None
        if found and found[-1].end > origin:
            continue
        found.append(
            Finding(
                kind=kind, intent="request", start=origin, end=stop, network=network,
                confidence=0.75 if noun.role in _WEAK else 0.9,
            )
        )  # fmt: skip
    return found
