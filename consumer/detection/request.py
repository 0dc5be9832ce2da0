"""Requests: asking somebody for a contact detail, and what only looks like asking.

A request is a noun for a detail tied to words that ask, or a phrase that asks by itself ("where can I email you").
What only sounds like one is told apart in `speech`.
"""

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role, word_list
from consumer.detection.marks import Mark, words_between
from consumer.detection.reading import Reading, both_ends
from consumer.detection.speech import is_subject, meant, neighbours
from consumer.detection.views import letters_view
from consumer.events.vocabulary import Kind

_NOUNS: dict[Role, Kind] = {
    Role.EMAIL: "email",
    Role.PHONE: "phone",
    Role.NUMBER: "phone",
    Role.NETWORK: "handle",
    Role.WEAK_NETWORK: "handle",
    Role.PAYMENT: "payment",
}
_WHOLE: dict[Role, Kind] = {
    Role.ASKS_EMAIL: "email",
    Role.ASKS_PHONE: "phone",
    Role.ASKS_HANDLE: "handle",
    Role.ASKS_PAYMENT: "payment",
}
REQUEST_ROLES = frozenset({*_NOUNS, *_WHOLE})
"""Without a mark of one of these there is no request."""

_WEAK = frozenset({Role.NUMBER, Role.WEAK_NETWORK})
_MAY_FOLLOW = frozenset({Role.POLITE, Role.JOIN, Role.NUMBER, Role.ACCOUNT, Role.NETWORK, Role.WEAK_NETWORK})
_MAY_LEAD = frozenset({Role.POLITE, Role.JOIN})
_FILLING = frozenset({Role.YOUR, Role.POLITE, Role.FILL})
"""Words between asking and noun that do not count."""
_FILLING_WEAK = frozenset({Role.YOUR, Role.POLITE})
""" "Give me a number" asks for any figure."""
_TOPICAL = frozenset({Role.VIA, Role.ABOUT})
_NUMBERS = frozenset({Role.NUMBER, Role.ASKS_PHONE})
_ASK_GAP = 2
"""Words between asking and noun: "give me your agency's direct line"."""
_ASK_AFTER_GAP = 4
"""Words between noun and asking, in languages whose verb comes last."""
_MEANT_FOR = tuple(letters_view(word).text for word in sorted(word_list("content.toml", "meant_for")))
_FOR_REACH = 12
"""Characters behind a noun in which it is said to be what something is for."""
_MAX_AFTER = 8
"""Words after the noun of a plain question."""


def find_requests(reading: Reading) -> list[Finding]:
    """Every request for a detail; the finding spans from the asking words to the noun."""
    found: list[Finding] = []
    for index in both_ends([index for index, mark in enumerate(reading.marks) if mark.role in REQUEST_ROLES]):
        noun = reading.marks[index]
        start = noun.start if noun.role in _WHOLE else _start(reading, index)
        if start is None or not meant(reading, start, noun.end):
            continue
        origin, stop = reading.view.span(min(start, noun.start), noun.end)
        if found and (found[-1].end > origin or (noun.role in _NUMBERS and _of_network(reading, index))):
            continue
        found.append(
            Finding(
                kind=_NOUNS.get(noun.role) or _WHOLE[noun.role], intent="request", start=origin, end=stop,
                network=noun.value or None, confidence=0.75 if noun.role in _WEAK else 0.9,
            )
        )  # fmt: skip
    return found


def _start(reading: Reading, index: int) -> int | None:
    """Where the asking for the noun at this index begins, or None if it is not asked for."""
    noun = reading.marks[index]
    if is_subject(reading, index) or _by_way(reading, index):
        return None
    if any(word in reading.letters[noun.end : noun.end + _FOR_REACH] for word in _MEANT_FOR):
        return None  # "I need three posts for Instagram", where the "for" comes last
    if noun.role is Role.NUMBER and _of_network(reading, index):
        return None
    start = _asked_before(reading, index)
    if start is None:
        start = _asked_after(reading, index)
    return noun.start if start is None and _noun_only(reading, index) else start


def _by_way(reading: Reading, index: int) -> bool:
    """Whether the noun is a way of paying with its preposition: "by Wise"."""
    noun = reading.marks[index]
    return noun.role is Role.PAYMENT and any(
        mark.role is Role.VIA and (mark.start == noun.start or mark.end == noun.start - 1)
        for mark in reading.near(noun.start, noun.start + 1, 8)
    )


def _gap(reading: Reading, end: int, start: int, filling_roles: frozenset[Role] = _FILLING) -> int:
    """The words between two positions, but for those that may stand there."""
    if start <= end:
        return 0
    between = (mark for mark in reading.near(end, start, 0) if mark.role in filling_roles)
    filling = sum(mark.end <= start and len(reading.letters[mark.start : mark.end].split()) for mark in between)
    return max(0, words_between(reading.words, end, start) - filling)


def _asked_before(reading: Reading, index: int) -> int | None:
    noun = reading.marks[index]
    first = reading.clause(noun.start)[0]
    for mark in neighbours(reading.marks, index, -1):
        if mark.start < first or mark.end >= noun.end:
            continue
        if any(map(str.isdigit, reading.letters[mark.end : noun.start])):
            return None  # "send me the 3 email drafts": a count, not somebody's address
        if mark.role in _TOPICAL and mark.end <= noun.start and not _gap(reading, mark.end, noun.start):
            return None  # "send me the files by email": a way, not a thing
        if _asks(reading, mark, index):
            return mark.start
    return None


def _asks(reading: Reading, mark: Mark, index: int) -> bool:
    """Whether the words at this mark ask for the noun after them."""
    noun = reading.marks[index]
    weak = noun.role in _WEAK
    gap = _gap(reading, mark.end, noun.start, _FILLING_WEAK if weak else _FILLING)
    if mark.role is Role.ASK:
        return gap <= (0 if weak else _ASK_GAP) and (not weak or _ends(reading, index))
    if mark.role is Role.PLACE:
        return gap <= _ASK_GAP and not weak and not _placed_in_work(reading, index)
    if mark.role is Role.HAVE:
        return gap <= (0 if weak else 1) and _ends_soon(reading, index) and not _shown_in_work(reading, index)
    if mark.role is Role.GIVE:
        return gap == 0 and _begins(reading, mark.start) and _ends(reading, index, strictly=True)
    return mark.role is Role.YOUR and gap <= 1 and _begins(reading, mark.start) and _ends(reading, index)


def _asked_after(reading: Reading, index: int) -> int | None:
    noun = reading.marks[index]
    last = reading.clause(noun.start)[1]
    for mark in neighbours(reading.marks, index, 1):
        if mark.role is Role.ASK_AFTER and noun.end < mark.end and mark.start < last:
            gap = _gap(reading, noun.end, mark.start)
            return noun.start if gap <= _ASK_AFTER_GAP and not _placed_in_work(reading, index) else None
    return None


def _placed_in_work(reading: Reading, index: int) -> bool:
    """Whether the noun is to be put into what is made: "add your email to the form"."""
    noun = reading.marks[index]
    last = reading.clause(noun.start)[1]
    following = neighbours(reading.marks, index, 1)
    return any(mark.role is Role.WORK and noun.end <= mark.start < last for mark in following)


def _shown_in_work(reading: Reading, index: int) -> bool:
    """Whether the noun is a thing in what is made: "is there a phone in the picture?"."""
    noun = reading.marks[index]
    following = (mark for mark in neighbours(reading.marks, index, 1) if mark.start >= noun.end)
    placed = any(mark.role is Role.VIA and not words_between(reading.words, noun.end, mark.start) for mark in following)
    return placed and _placed_in_work(reading, index)


def _ends(reading: Reading, index: int, *, strictly: bool = False) -> bool:
    """Whether the plain question ends with the noun at this index, but for polite words.

    Unless `strictly`, joining words or another noun may follow too.
    """
    noun = reading.marks[index]
    end = reading.clause(noun.end)[1]
    if not reading.words[noun.end + 1 : end + 1].strip() or reading.letters[noun.end : noun.end + 1] == ",":
        return True
    return any(
        (mark.role is Role.POLITE if strictly else mark.role in _MAY_FOLLOW)
        and not words_between(reading.words, noun.end, max(noun.end, mark.start))
        for mark in neighbours(reading.marks, index, 1)
        if mark.end > noun.end
    )


def _ends_soon(reading: Reading, index: int) -> bool:
    noun = reading.marks[index]
    if noun.role in _WEAK:
        return _ends(reading, index)
    return len(reading.words[noun.end + 1 : reading.clause(noun.end)[1] + 1].split()) <= _MAX_AFTER


_MAX_GREETING = 16
"""Words before a request that may still be a greeting."""


def _begins(reading: Reading, position: int) -> bool:
    """Whether this position opens its clause, but for a greeting."""
    first = reading.clause(position)[0]
    first = max(first, reading.letters.rfind(",", first, position) + 1)
    words = len(reading.words[first + 1 : position + 1].split())
    if not words or words > _MAX_GREETING:
        return not words
    greeting = [mark for mark in reading.near(first, position, 0) if mark.role in _MAY_LEAD and mark.end <= position]
    return words <= sum(len(reading.letters[mark.start : mark.end].split()) for mark in greeting)


def _of_network(reading: Reading, index: int) -> bool:
    """Whether a number is that of the network named just before it: "your WhatsApp number" asks one thing."""
    noun = reading.marks[index]
    return any(
        mark.role in {Role.NETWORK, Role.WEAK_NETWORK} and not words_between(reading.words, mark.end, noun.start)
        for mark in neighbours(reading.marks, index, -1)
        if mark.end <= noun.start
    )


def _noun_only(reading: Reading, index: int) -> bool:
    """Whether the message is the noun with a question mark or a polite word: "number?", "email pls"."""
    noun = reading.marks[index]
    start = _start_of_noun(reading, index)
    if not _ends(reading, index) or not _begins(reading, start):
        return False
    if reading.clause(start)[0] > 0 or reading.letters[:start].strip().endswith(","):
        return noun.role not in _WEAK and reading.letters[noun.end : noun.end + 2].strip() == "?"
    if len(reading.words.split()) > _MAX_AFTER:
        return False
    if reading.letters.rstrip().endswith("?"):
        return True
    return any(noun.role not in _WEAK and mark.role is Role.POLITE for mark in reading.near(noun.end, noun.end + 1, 2))


def _start_of_noun(reading: Reading, index: int) -> int:
    """Where the noun begins, together with one of its kind that runs into it: "tu numero" and "numero de telefono"."""
    noun = reading.marks[index]
    before = neighbours(reading.marks, index, -1)
    overlapping = (mark.start for mark in before if mark.role is noun.role and mark.end > noun.start)
    return min((*overlapping, noun.start))
