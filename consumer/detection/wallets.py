"""Account numbers and wallet addresses that prove themselves: each form is checked by its own rule.

Sources: ISO 13616 (IBAN), the CLABE rule of Mexico's banks, the ABA routing number, Base58Check as in Bitcoin,
BIP 173 and 350 (bech32), the address formats of Ethereum, TRON and Solana.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from consumer.detection.lexicon import word_list

_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ \-]?[A-Za-z0-9]{4}){2,7}(?:[ \-]?[A-Za-z0-9]{1,3})?(?![A-Za-z0-9])"
)
_MIN_IBAN, _MAX_IBAN = 15, 34
_PREFIXES = (" 0x", " bc0q", " bc0p", " ltc0q")
COINS = word_list("payments.toml", "coins")
_IBAN_HEAD = re.compile(r"[0-9]{2}(?<=[A-Za-z]{2}[0-9]{2})")
_CLABE_DIGITS, _MIN_BASE58, _MIN_BECH32, _ETHEREUM_SIZE = 18, 26, 14, 42
"""Without words of such lengths, or so many figures, there is no account of a form."""
_LONG_TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{26}")
_CLABE = re.compile(r"(?<![0-9])[0-9](?:[ \-]?[0-9]){17}(?![0-9])")
_CLABE_WEIGHTS = (3, 7, 1) * 6
_ETHEREUM = re.compile(r"(?<![0-9A-Za-z])0x[0-9a-fA-F]{40}(?![0-9A-Za-z])")
_BASE58_RUN = re.compile(r"(?<![0-9A-Za-z])[1-9A-HJ-NP-Za-km-z]{26,44}(?![0-9A-Za-z])")
_BECH32_RUN = re.compile(r"(?<![0-9A-Za-z])(?:bc|ltc|tb)1[02-9ac-hj-np-z]{11,71}(?![0-9A-Za-z])", re.IGNORECASE)
_BASE58 = {char: value for value, char in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
_BECH32 = {char: value for value, char in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_BECH32_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CHECKS = frozenset({1, 0x2BC830A3})
_CHECKED_BYTES = 25
"""A version byte, a 20-byte hash, a 4-byte checksum."""
_MAX_ACCOUNTS = 64
"""Accounts of one form that are checked; a message has one or two."""
_KEY_BYTES = 32
"""A Solana address is a bare public key."""


class Account(NamedTuple):
    """An account or wallet in a digits view. `proven`: it has a checksum, and that is right."""

    start: int
    end: int
    network: str
    value: str
    proven: bool


def accounts(text: str) -> Iterator[Account]:
    """Every account number and wallet address of a digits view, in no order; linear in its length."""
    figures = figures_in(text)
    longest = max(map(len, text.split()), default=0)
    if figures and _IBAN_HEAD.search(text) is not None:
        yield from _ibans(text)
    if figures >= _CLABE_DIGITS:
        for match in _some(_CLABE, text):
            if valid_clabe(_plain(match.group())):
                yield Account(*match.span(), "bank", _plain(match.group()), proven=True)
    if longest >= _ETHEREUM_SIZE:
        for match in _some(_ETHEREUM, text):
            yield Account(*match.span(), "crypto", match.group().lower(), proven=False)
    if longest >= _MIN_BECH32 and figures:
        for match in _some(_BECH32_RUN, text):
            if valid_bech32(match.group()):
                yield Account(*match.span(), "crypto", match.group().lower(), proven=True)
    if longest >= _MIN_BASE58:
        yield from _keys(text)


def figures_in(text: str) -> int:
    """How many ASCII figures a text has."""
    return sum(map(text.count, "0123456789"))


def _ibans(text: str) -> Iterator[Account]:
    for match in _some(_IBAN, text):
        written = match.group()
        while not valid_iban(written) and " " in written:
            written = written.rsplit(" ", 1)[0]  # the last groups may be the words that follow
        if valid_iban(written):
            yield Account(match.start(), match.start() + len(written), "bank", _plain(written).upper(), proven=True)


def _keys(text: str) -> Iterator[Account]:
    for match in _some(_BASE58_RUN, text):
        raw = _base58(match.group())
        if len(raw) == _CHECKED_BYTES and _checked(raw):
            yield Account(*match.span(), "crypto", match.group(), proven=True)
        elif len(raw) == _KEY_BYTES and any(map(str.isdigit, match.group())):
            yield Account(*match.span(), "crypto", match.group(), proven=False)


def wallet_anchors() -> tuple[str, ...]:
    """What the prefilter looks for: how addresses begin, as its buffer shows them, and the words for coins."""
    return (*_PREFIXES, *(f" {coin.translate(str.maketrans('123456789', '000000000'))} " for coin in sorted(COINS)))


def has_token(text: str) -> bool:
    """Whether a text holds a word long enough for a wallet address."""
    return max(map(len, text.split()), default=0) >= _MIN_BASE58 and _LONG_TOKEN.search(text) is not None


def is_token(text: str) -> bool:
    """Whether a text is nothing but a word that may be a wallet address."""
    return len(text) >= _MIN_BASE58 and " " not in text and has_token(text)


def _some(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """The matches of a pattern, or the first and the last ones of too many."""
    matches = list(pattern.finditer(text))
    return matches if len(matches) <= _MAX_ACCOUNTS else matches[: _MAX_ACCOUNTS // 2] + matches[-_MAX_ACCOUNTS // 2 :]


def iban_shapes(text: str) -> Iterator[tuple[int, int]]:
    """The spans of what looks like an IBAN, right or not."""
    return (match.span() for match in _some(_IBAN, text))


def _plain(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def valid_iban(text: str) -> bool:
    """Whether the check digits of an IBAN are right (ISO 13616)."""
    plain = _plain(text)
    if not _MIN_IBAN <= len(plain) <= _MAX_IBAN:
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def valid_clabe(digits: str) -> bool:
    """Whether the last digit of a CLABE is the one its rule gives: weights 3, 7, 1, each product modulo 10."""
    total = sum(int(digit) * weight % 10 for digit, weight in zip(digits[:-1], _CLABE_WEIGHTS, strict=False))
    return (10 - total % 10) % 10 == int(digits[-1])


def luhn(digits: str) -> bool:
    """Whether the check digit of a payment card is right (ISO 7812)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def valid_base58check(text: str) -> bool:
    """Whether a Base58Check string ends in the first four bytes of the double SHA-256 of the rest."""
    raw = _base58(text)
    return len(raw) == _CHECKED_BYTES and _checked(raw)


def _base58(text: str) -> bytes:
    number = 0
    for char in text:
        number = number * 58 + _BASE58[char]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _checked(raw: bytes) -> bool:
    return sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def valid_bech32(text: str) -> bool:
    """Whether the checksum of a bech32 or bech32m string is right (BIP 173, BIP 350)."""
    plain = text.lower()
    prefix, _, data = plain.partition("1")
    values = [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]
    check = 1
    for value in (*values, *(_BECH32[char] for char in data)):
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_BECH32_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check in _BECH32_CHECKS
