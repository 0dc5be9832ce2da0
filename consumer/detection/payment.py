"""Where to pay outside the platform: accounts, wallets, UPI addresses, and details named beside a way to pay.

An account number is everywhere in work on shops and banks; it counts only when it is given to be used: beside a
word for paying, by a first person, or as all there is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role, word_list
from consumer.detection.lexicon.numbers import folded, is_open
from consumer.detection.reading import MAX_LOOKS, Reading, both_ends
from consumer.detection.surroundings import is_content
from consumer.detection.wallets import COINS, Account, accounts, iban_shapes, luhn

_UPI = re.compile(r"(?<![a-z0-9.\-_])([a-z0-9][a-z0-9.\-_]{1,63})@([a-z]{2,20})(?![\w.])")
_UPI_HANDLES = word_list("payments.toml", "upi")
_UPI_SHORT = frozenset(
    {"upi", "sbi", "icici", "kotak", "citi", "hsbc", "airtel", "federal", "fam", "boi", "uco", "dbs"}
)
"""Suffixes that are names of companies or words too: they need a word for paying beside the address."""
_BANKS = word_list("payments.toml", "banks")
_NOT_GIVEN = word_list("payments.toml", "not_given")


_BANK_NAMES = frozenset(map(folded, _BANKS))
_SPACELESS_BANKS = tuple(sorted(filter(is_open, _BANK_NAMES)))


def _names_bank(window: str) -> bool:
    """Whether a piece of the words view names a bank, in one word or two."""
    words = window.split()
    if not _BANK_NAMES.isdisjoint(words) or any(f"{one} {two}" in _BANK_NAMES for one, two in pairwise(words)):
        return True
    return not window.isascii() and any(name in window for name in _SPACELESS_BANKS)


_NUMBER = re.compile(r"(?<![0-9A-Za-z@.$#/_])[0-9](?:[ \-]?[0-9]){6,19}(?![0-9A-Za-z@_%])")
"""An account number: 7 to 20 digits."""
_MIN_NUMBER = 7
_CASHTAG = re.compile(r"(?<![\w$])\$(?!cashtag|tag\b|name\b)[A-Za-z][A-Za-z0-9_]{2,19}(?![\w(\[.=])(?! {0,2}[=\[(])")
_TAG = re.compile(
    r"[ :=\-]{0,3}(?:(?:is|id|me|name|user|username|tag|at|account|on|handle|it's|its)[ :=\-]{1,3}){0,3}"
    r"(@[a-z][\w.\-]{2,30})"
)
_PIX_KEY = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2})"
    r"(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_CARD_DIGITS = 16
_SORT_CODE = re.compile(r"(?<!\d)\d\d-\d\d-\d\d[ ,;:/]{1,3}[a-z:. ]{0,8}$", re.IGNORECASE)
_UK_DIGITS = 8
"""British accounts have eight digits, behind a sort code of three pairs."""
_REACH = 40
"""Characters within which a word for paying says what a detail is for."""
_LABEL = 24
"""Letters and digits before a label that is still the first thing said."""
_ALONE = 6
"""Letters and digits beside a proven account that is all a message says."""
_BESIDE = 14
"""Characters between a bank's name and an account number right beside it."""
_WORDS_OF_PAYING = frozenset({Role.PAYMENT, Role.PAY, Role.BANK, Role.DEAL})
_BRIEF = 10
"""Words of a message that is little more than a wallet address."""
_CHANNELS = frozenset({Role.NETWORK, Role.WEAK_NETWORK})
_CHANNEL = 4
"""Characters between a network and the number that is there to be called."""
_PREFIXES = frozenset({"bc1", "ltc"})
_BY_PHONE = frozenset({"bank", "crypto", "western_union"})
"""Ways to pay that no telephone number is an account of."""


def find_payments(reading: Reading) -> list[Finding]:
    """Every account, wallet and payment name that is given to be used."""
    text = reading.digits.text
    found = [
        _finding(reading, item, 0.95 if item.proven else 0.9)
        for item in both_ends(list(accounts(text)))
        if _given(reading, item)
    ]
    found += [_finding(reading, item, 0.95) for item in both_ends(list(_upi(reading))) if not _content(reading, item)]
    found += [_finding(reading, item, 0.96) for item in _bank_numbers(reading)]
    if reading.having(Role.PAYMENT, Role.DEAL):
        found += [_finding(reading, item, 0.96) for item in _names(reading)]
    return found


def _finding(reading: Reading, item: Account, confidence: float) -> Finding:
    start, end = reading.digits.span(item.start, item.end)
    value = f"{item.network}:{item.value}"
    return Finding(
        kind="payment", intent="provide", start=start, end=end, confidence=confidence, network=item.network, value=value
    )


def _position(reading: Reading, item: Account) -> int:
    return reading.view.position(reading.digits.origin(item.start))


def _content(reading: Reading, item: Account) -> bool:
    """Whether an account is an example, or what a piece of work shows."""
    at = _position(reading, item)
    around = reading.words[max(0, at - _REACH) : at + item.end - item.start + _REACH]
    return not _NOT_GIVEN.isdisjoint(around.split()) or is_content(reading, reading.digits, item.start, item.end)


def _near(reading: Reading, start: int, end: int, roles: Iterable[Role]) -> bool:
    wanted = frozenset(roles)
    return any(mark.role in wanted for mark in reading.near(start, end, 0))


def _given(reading: Reading, item: Account) -> bool:
    """Whether an account that proves itself, or looks like a wallet, is given to be paid to."""
    at = _position(reading, item)
    before = reading.letters[max(0, at - _REACH) : at]
    if _content(reading, item) or _near(reading, max(0, at - _REACH), at, [Role.DELIVERABLE]):
        return False
    named = _near(reading, max(0, at - _REACH), at, _WORDS_OF_PAYING) or any(word in COINS for word in before.split())
    stop = at + item.end - item.start
    named = named or _near(reading, stop, stop + _REACH, [Role.PAY, Role.BANK])  # verbs come last in many languages
    opening = sum(map(str.isalnum, reading.letters[:at])) <= _LABEL
    first_person = _near(reading, max(0, at - _REACH), at, [Role.MY, Role.PAY])
    working = _near(reading, max(0, at - _REACH), at + _REACH, [Role.WORK]) and not first_person
    if item.network == "bank":
        if item.proven and sum(map(str.isalnum, reading.letters)) <= item.end - item.start + _ALONE:
            return True
        if item.proven and item.value[0].isalpha() and "?" not in reading.letters and not working:
            return True  # an IBAN with the right check digits is nobody's order number
        return named and not working and (first_person or opening)
    alone = len(reading.text.strip()) == item.end - item.start
    if item.proven and not working:
        return (
            alone
            or item.value[:3] in _PREFIXES
            or named
            or reading.having(Role.PAYMENT)
            or not COINS.isdisjoint(reading.words.split())
        )
    brief = item.value.startswith("0x") and len(reading.words.split()) <= _BRIEF
    return not working and (brief or (named and (first_person or opening or reading.having(Role.PAYMENT))))


def _upi(reading: Reading) -> Iterator[Account]:
    for match in _UPI.finditer(reading.digits.text.lower()) if "@" in reading.digits.text else ():
        if match.group(2) in _UPI_HANDLES:
            item = Account(match.start(), match.end(), "upi", match.group(), proven=True)
            at = _position(reading, item)
            if match.group(2) not in _UPI_SHORT or _near(reading, max(0, at - _REACH), at + _REACH, _WORDS_OF_PAYING):
                yield item


def _bank_numbers(reading: Reading) -> Iterator[Account]:
    """Numbers beside a bank's name, or with two signs that they are somebody's account."""
    if reading.figures < _MIN_NUMBER:
        return
    numbers = both_ends(list(_NUMBER.finditer(reading.digits.text)))
    ibans = list(iban_shapes(reading.digits.text)) if numbers else []
    for match in numbers:
        if any(start < match.end() and match.start() < end for start, end in ibans[-MAX_LOOKS:]):
            continue  # an IBAN is right as a whole or not at all
        digits = "".join(filter(str.isdigit, match.group()))
        item = Account(match.start(), match.end(), "bank", digits, proven=False)
        at = _position(reading, item)
        end = at + len(match.group())
        start, stop = max(0, at - _REACH), end + _REACH
        if _content(reading, item) or _near(reading, start, stop, [Role.WORK, Role.DELIVERABLE]):
            continue
        if any(mark.role in _CHANNELS for mark in reading.near(max(0, at - _CHANNEL), at, 0)):
            continue  # "my viber 067 ..." beside a card is a number to call
        banked = _names_bank(reading.words[start : stop + 2])
        beside = banked and _names_bank(reading.words[max(0, at - _BESIDE - 10) : end + _BESIDE])
        sorted_by_code = (
            _SORT_CODE.search(reading.digits.text, max(0, match.start() - _BESIDE), match.start()) is not None
        )
        labels = sum(mark.role is Role.BANK for mark in reading.near(start, stop, 0))
        payable = _near(reading, start, stop, [Role.PAY, Role.MY, Role.DEAL]) or _near(
            reading, start, at, [Role.PAYMENT]
        )
        card = len(digits) == _CARD_DIGITS and (luhn(digits) or labels > 0)
        labelled = labels > 1 or (labels == 1 and (banked or payable))
        british = sorted_by_code and len(digits) == _UK_DIGITS and (banked or labels > 0 or payable)
        if british or labelled or (beside and _short(reading, digits)) or (card and banked and payable):
            yield item


def _short(reading: Reading, digits: str) -> bool:
    """Whether a message is little more than a bank and a number long enough for an account."""
    return len(digits) >= 10 and len(reading.words.split()) <= 10  # noqa: PLR2004


def _names(reading: Reading) -> Iterator[Account]:
    """User names of payment services and keys of PIX, beside the service's name."""
    text = reading.digits.text
    for mark in both_ends(list(reading.of([Role.PAYMENT, Role.DEAL]))):
        cash = mark.value == "cashapp" or "cash" in reading.letters[mark.start : mark.end]
        first = max(0, mark.start - _REACH)
        origin, stop = reading.view.span(first, min(len(reading.letters), mark.end + 2 * _REACH))
        start, end = reading.digits.position(origin), reading.digits.position(stop - 1) + 1
        if cash:
            for tag in _CASHTAG.finditer(text, start, end):
                item = Account(*tag.span(), "cashapp", tag.group().lower(), proven=False)
                if not _content(reading, item):
                    yield item
        if mark.value == "pix":
            for key in _PIX_KEY.finditer(text, start, end):
                yield Account(*key.span(), mark.value, key.group().lower(), proven=False)
        name = _TAG.match(reading.letters, mark.end)
        if name is not None:
            opens, closes = reading.view.span(*name.span(1))
            span = reading.digits.position(opens), reading.digits.position(closes - 1) + 1
            yield Account(*span, mark.value or "payment", name.group(1).rstrip(".-"), proven=False)


def as_payments(reading: Reading, findings: Iterable[Finding]) -> list[Finding]:
    """The findings, where an address or a number named beside a way to pay is where to pay."""
    if not reading.having(Role.PAYMENT, Role.DEAL):
        return list(findings)
    return [_as_payment(reading, finding) for finding in findings]


def without_answered(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without requests for a way to pay that the text itself goes on to give: "skrill account a@b.c"."""
    kept = list(findings)
    given = [finding for finding in kept if (finding.kind, finding.intent) == ("payment", "provide")]
    return [
        finding for finding in kept
        if (finding.kind, finding.intent) != ("payment", "request")
        or not any(0 <= other.start - finding.end <= _BESIDE for other in given)
    ]  # fmt: skip


def _as_payment(reading: Reading, finding: Finding) -> Finding:
    if finding.intent != "provide" or finding.kind not in {"email", "phone"}:
        return finding
    start, end = reading.view.position(finding.start), reading.view.position(finding.end - 1) + 1
    best, network = _REACH + 1, ""
    rival = _REACH + 1
    # Another sentence is another matter: "My phone is X. Pay me by bank transfer" gives a number to call.
    first, last = reading.clause(start)
    for mark in reading.near(max(first, start - _REACH), min(last, end + _REACH), 0):
        if start < mark.end and mark.start < end:
            continue  # "a kofi.edits@gmail.com" is somebody called Kofi
        distance = max(mark.start - end, start - mark.end, 0)
        if mark.role in {Role.PAYMENT, Role.DEAL} and distance < best:
            best, network = distance, mark.value
        elif mark.role is Role.NETWORK or (mark.role is Role.CALL and " " in reading.letters[mark.start : mark.end]):
            rival = min(rival, distance)
    if best > _REACH or (finding.kind == "phone" and (rival < best or network in _BY_PHONE)):
        return finding
    return replace(finding, kind="payment", network=network or None, value=f"{network}:{finding.value}")
