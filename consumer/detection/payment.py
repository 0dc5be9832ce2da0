"""Where to pay outside the platform: payment addresses, bank accounts and wallets named as such.

Each form is checked by its own rules (ISO 13616 mod 97 for IBANs, Base58Check for TRON, a closed list of bank
suffixes for UPI), and counts only in a message that speaks of paying that way.
"""

import re
from collections.abc import Iterator
from hashlib import sha256

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role, word_list
from consumer.detection.reading import Reading, both_ends

_UPI = re.compile(r"([a-z0-9][a-z0-9.\-_]{1,63})@([a-z]{2,20})(?![\w.])")
_UPI_HANDLES = word_list("payments.toml", "upi")
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_MIN_IBAN, _MAX_IBAN = 15, 34
_TRON_BYTES = 25
"""A version byte, a 20-byte hash, a 4-byte checksum."""
_ETHEREUM = re.compile(r"\b0x[0-9a-fA-F]{40}\b")
_TRON = re.compile(r"\bT[1-9A-HJ-NP-Za-km-z]{33}\b")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def valid_iban(text: str) -> bool:
    """Whether the check digits of an IBAN are right (ISO 13616)."""
    plain = text.replace(" ", "")
    if not _MIN_IBAN <= len(plain) <= _MAX_IBAN:
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def valid_base58check(text: str) -> bool:
    """Whether a Base58Check string ends in the first four bytes of the double SHA-256 of the rest."""
    number = 0
    for char in text:
        number = number * 58 + _BASE58.index(char)
    raw = number.to_bytes(_TRON_BYTES, "big") if number < 1 << 8 * _TRON_BYTES else b""
    return len(raw) == _TRON_BYTES and sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def _spans(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Start, end, network and canonical value of every valid address in a digits view."""
    for match in _UPI.finditer(text.lower()):
        if match.group(2) in _UPI_HANDLES:
            yield match.start(), match.end(), "upi", match.group()
    for match in both_ends(list(_IBAN.finditer(text))):
        if valid_iban(match.group()):
            yield match.start(), match.end(), "bank", match.group().replace(" ", "")
    for match in _ETHEREUM.finditer(text):
        yield match.start(), match.end(), "crypto", match.group().lower()
    for match in both_ends(list(_TRON.finditer(text))):
        if valid_base58check(match.group()):
            yield match.start(), match.end(), "crypto", match.group()


def find_payments(reading: Reading) -> list[Finding]:
    """Every payment address in a message that names the way to pay just before it."""
    view = reading.digits
    found = []
    for start, end, network, value in both_ends(list(_spans(view.text))):
        origin, stop = view.span(start, end)
        position = reading.view.position(origin)
        if not any(mark.role is Role.PAYMENT for mark in reading.near(position - 30, position, 0)):
            continue
        if not _offered(reading, position):
            continue
        found.append(
            Finding(
                kind="payment", intent="provide", start=origin, end=stop, confidence=0.93, network=network,
                value=f"{network}:{value}",
            )
        )  # fmt: skip
    return found


def _offered(reading: Reading, position: int) -> bool:
    """Whether it is given to be used: by a first person, or as the first thing said."""
    first = max(0, position - 30)
    near = reading.near(first, position, 8)
    return any(mark.role in {Role.MY, Role.PAY} for mark in near) or not reading.letters[:first].strip()
