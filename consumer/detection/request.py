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
_MAY_FOLLOW = frozenset({Role.POLITE, Role.JOIN, Role.NUMBER, Role.ACCOUNT, Role.NETWORK, Role.WEAK_NETWORK})
_MAY_LEAD = frozenset({Role.POLITE, Role.JOIN})
_LOOK_AROUND = 6
"""How many marks before and after a noun are considered: keeps the work linear."""
_ASK_GAP = 2
"""Words between asking and noun: "give me your agency's direct line"."""
_ASK_AFTER_GAP = 4
"""Words between noun and asking, in languages whose verb comes last."""
_MAX_AFTER = 8
"""Words after the noun of a plain question."""


def _neighbours(marks: list[Mark], index: int, step: int) -> Iterator[Mark]:
    for offset in range(1, _LOOK_AROUND + 1):
        at = index + step * offset
        if not 0 <= at < len(marks):
            return
        yield marks[at]


def is_subject(reading: Reading, index: int) -> bool:
    """Whether the noun at this index is what the work is about: "email template", "bot de WhatsApp"."""
    noun = reading.marks[index]
    first, last = reading.clause(noun.start)
    for mark in _neighbours(reading.marks, index, 1):
        if mark.role is Role.WORK and noun.end <= mark.start < last:
            return words_between(reading.words, noun.end, mark.start) <= 1
    before = reading.marks[index - 1] if index else noun
    if before.role is not Role.WORK or not first <= before.start < before.end <= noun.start:
        return False
    return words_between(reading.words, before.end, noun.start) <= 1


def _placed_in_work(reading: Reading, index: int) -> bool:
    """Whether the noun is to be put into what is made: "add your email to the form"."""
    noun = reading.marks[index]
    last = reading.clause(noun.start)[1]
    following = _neighbours(reading.marks, index, 1)
    return any(mark.role is Role.WORK and noun.end <= mark.start < last for mark in following)


def refused(reading: Reading, start: int, end: int) -> bool:
    """Whether the clause refuses before it names the detail, or the message talks about the rules."""
    if reading.having(Role.RULES):
        return True
    if not reading.having(Role.REFUSE):
        return False
    first = reading.clause(start)[0]
    return any(mark.role is Role.REFUSE for mark in reading.near(first, end, 0))


def _ends(reading: Reading, index: int) -> bool:
    """Whether the plain question ends with the noun at this index, but for polite or joining words, or another noun."""
    noun = reading.marks[index]
    end = reading.clause(noun.end)[1]
    if not reading.words[noun.end + 1 : end + 1].strip() or reading.letters[noun.end : noun.end + 1] == ",":
        return True
    return any(
        mark.role in _MAY_FOLLOW and not words_between(reading.words, noun.end, max(noun.end, mark.start))
        for mark in _neighbours(reading.marks, index, 1)
        if mark.end > noun.end
    )


def _begins(reading: Reading, position: int) -> bool:
    """Whether this position opens its clause, but for a greeting."""
    first = reading.clause(position)[0]
    first = max(first, reading.letters.rfind(",", first, position) + 1)
    greeting = [mark for mark in reading.near(first, position, 0) if mark.role in _MAY_LEAD and mark.end <= position]
    greeted = sum(len(reading.letters[mark.start : mark.end].split()) for mark in greeting)
    return len(reading.letters[first:position].split()) <= greeted


def _asked(reading: Reading, index: int) -> int | None:
    """Where the asking for the noun at this index begins, or None if it is not asked for."""
    before = _asked_before(reading, index)
    return _asked_after(reading, index) if before is None else before


def _asked_before(reading: Reading, index: int) -> int | None:
    noun = reading.marks[index]
    first = reading.clause(noun.start)[0]
    for mark in _neighbours(reading.marks, index, -1):
        if mark.start < first or mark.end >= noun.end:
            continue
        if any(map(str.isdigit, reading.letters[mark.end : noun.start])):
            return None  # "send me the 3 email drafts": a count, not somebody's address
        if _asks(reading, mark, index):
            return mark.start
    return None


def _asks(reading: Reading, mark: Mark, index: int) -> bool:
    """Whether the words at this mark ask for the noun after them."""
    noun = reading.marks[index]
    weak = noun.role in _WEAK
    gap = words_between(reading.words, mark.end, max(mark.end, noun.start))
    if mark.role is Role.ASK:
        return gap <= (0 if weak else _ASK_GAP) and (not weak or _ends(reading, index))
    if mark.role is Role.PLACE:
        return gap <= _ASK_GAP and not weak and not _placed_in_work(reading, index)
    if mark.role is Role.HAVE:
        return gap <= (0 if weak else 1) and _ends_soon(reading, index)
    return mark.role is Role.YOUR and gap <= 1 and _begins(reading, mark.start) and _ends(reading, index)


def _asked_after(reading: Reading, index: int) -> int | None:
    noun = reading.marks[index]
    last = reading.clause(noun.start)[1]
    for mark in _neighbours(reading.marks, index, 1):
        if mark.role is Role.ASK_AFTER and noun.end < mark.end and mark.start < last:
            gap = words_between(reading.words, noun.end, max(noun.end, mark.start))
            return noun.start if gap <= _ASK_AFTER_GAP else None
    return None


def _ends_soon(reading: Reading, index: int) -> bool:
    noun = reading.marks[index]
    if noun.role is Role.EMAIL:
        return len(reading.words[noun.end + 1 : reading.clause(noun.end)[1] + 1].split()) <= _MAX_AFTER
    return _ends(reading, index)


def _of_network(reading: Reading, index: int) -> bool:
    """Whether a number is that of the network named just before it: "your WhatsApp number" asks one thing."""
    noun = reading.marks[index]
    return any(
        mark.role in {Role.NETWORK, Role.WEAK_NETWORK} and not words_between(reading.words, mark.end, noun.start)
        for mark in _neighbours(reading.marks, index, -1)
        if mark.end <= noun.start
    )


def _noun_only(reading: Reading, index: int) -> bool:
    """Whether the message is the noun with a question mark or a polite word: "number?", "email pls"."""
    noun = reading.marks[index]
    if reading.words[: noun.start + 1].strip() or not _ends(reading, index):
        return False
    return reading.letters.rstrip().endswith("?") or any(
        noun.role not in _WEAK and mark.role is Role.POLITE for mark in reading.near(noun.end, noun.end + 1, 2)
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
        if noun.role is Role.NUMBER and _of_network(reading, index):
            continue
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
