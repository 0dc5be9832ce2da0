"""E-mail addresses: local part, @, a host with a known suffix; as written properly, and as spelled out.

Whatever the disguise, the same rules decide in the end. Where the @ is a guess (a plain "at", a mail service without
its ending), more is asked for: a name that is no ordinary word, or talk of mail.
"""

import re
from collections.abc import Iterator

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role, word_list
from consumer.detection.reading import Reading, both_ends
from consumer.detection.spoken import Addresses, Written
from consumer.detection.suffixes import registrable

_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+/=?^_`{|}~-")
"""RFC 5322 atext and the dot, after folding."""
_HOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")
_AT = re.compile("@")
_MAX_LOCAL = 64
_MAX_HOST = 253
"""RFC 5321 4.5.3.1."""
_LEADING = "!#$%&'*+/=?^`{|}~-."
_RESERVED = frozenset({"example.com", "example.org", "example.net"})
"""Hosts that nobody has mail at (RFC 2606)."""
_PLACEHOLDER_HOSTS = frozenset(
    {"example.com", "example.org", "example.net", "domain.com", "company.com", "yourdomain.com", "mydomain.com",
     "email.com", "site.com", "website.com", "yoursite.com", "yourcompany.com", "test.com", "mail.example.com"}
)  # fmt: skip
_PLACEHOLDER_LOCALS = frozenset(
    {"you", "your", "yourname", "name", "user", "username", "email", "youremail", "your.email", "your.name", "someone",
     "john.doe", "johndoe", "jane.doe", "example", "test", "me", "info", "noreply", "no-reply", "firstname.lastname"}
)  # fmt: skip
_EXAMPLE_WORDS = word_list("addresses.toml", "example_words")
_EXAMPLE_LOCALS = word_list("addresses.toml", "example_locals")
_PARTS = re.compile("[._-]")
_GLUE_BEFORE = frozenset("/@\\")
_GLUE_AFTER = frozenset("@/(")
_NOT_MAIL = frozenset({"git", "root", "ubuntu", "ec2-user"})
"""Local parts of addresses that are not for mail: `git@github.com` names a repository, `root@host.net` a login."""
_NOT_NAMES = word_list("addresses.toml", "not_names")
_NOT_HOSTS = word_list("addresses.toml", "not_hosts")
_STRUCTURE = frozenset("._-+0123456789")
_OFFICES = word_list("addresses.toml", "offices")
"""Mailboxes that companies have, by words that are no names otherwise."""
_MIN_UNUSUAL, _MIN_DRAWN = 4, 3
_MIN_SENT = 7
"""Letters of a plain name that somebody is told to send to, where nothing else speaks of mail."""
_FURTHER = 12
"""Characters after a guessed address that tell whether the thought goes on."""


def shapes(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, position of @, and end of everything that has the shape of an address."""
    for at in both_ends([match.start() for match in _AT.finditer(text)]):
        start = at
        while start > 0 and at - start < _MAX_LOCAL and text[start - 1] in _LOCAL:
            start -= 1
        while start < at and text[start] in _LEADING:
            start += 1
        end = at + 1
        while end < len(text) and end - at <= _MAX_HOST and text[end] in _HOST:
            end += 1
        while end > at + 1 and text[end - 1] in ".-":
            end -= 1
        if start < at < end - 1 and "." in text[at + 1 : end] and text[at - 1] != ".":
            yield start, at, end


def is_placeholder(local: str, host: str) -> bool:
    """Whether an address only shows what an address looks like."""
    if host in _RESERVED:
        return True
    if host.partition(".")[0] in _EXAMPLE_WORDS:
        return not _EXAMPLE_LOCALS.isdisjoint(_PARTS.split(local)) or local in _PLACEHOLDER_LOCALS
    named = local in _PLACEHOLDER_LOCALS or local in _EXAMPLE_LOCALS
    if named and host.startswith("your"):
        return True
    return named and (host in _PLACEHOLDER_HOSTS or ".example" in f".{host}")


_ENDING_LEET = str.maketrans("013457", "oieast")


def plain_host(host: str) -> str:
    """The host with letters for the figures of its last label, where no ending is: `gmail.c0m`."""
    first, dot, last = host.rpartition(".")
    return host if last.isalpha() or not any(map(str.isalpha, last)) else f"{first}{dot}{last.translate(_ENDING_LEET)}"


def is_address(local: str, host: str) -> bool:
    """Whether a local part and a host make an address that somebody may have."""
    return local not in _NOT_MAIL and not is_placeholder(local, host) and registrable(host)


def _glued(letters: str, start: int, end: int) -> bool:
    """Whether what stands beside it makes it part of a URL, a path or code."""
    return letters[start - 1 : start] in _GLUE_BEFORE or letters[end : end + 1] in _GLUE_AFTER


def find_emails(reading: Reading) -> list[Finding]:
    """Every e-mail address, written or spelled, that is not a placeholder."""
    found = _written(reading) if "@" in reading.written.text else []
    for spoken in reading.addresses:
        found += _spelled(reading, spoken)
    return found


def _written(reading: Reading) -> list[Finding]:
    letters = reading.written.text
    found = []
    for start, at, end in both_ends(list(shapes(letters))):
        local, host = letters[start:at], plain_host(letters[at + 1 : end])
        if not is_address(local, host) or _glued(letters, start, end):
            continue
        origin, stop = reading.written.span(start, end)
        found.append(
            Finding(kind="email", intent="provide", start=origin, end=stop, confidence=0.98, value=f"{local}@{host}")
        )
    return found


def _spelled(reading: Reading, spoken: Addresses) -> list[Finding]:
    text = spoken.view.text
    found = []
    for start, at, end in both_ends(list(shapes(text))):
        local, host = text[start:at].strip("'"), plain_host(_cut(text[at + 1 : end]))
        stop = at + 1 + len(host)
        if not local or not is_address(local, host) or (_glued(text, start, stop) and not _after_weak(spoken, start)):
            continue
        confidence = _sureness(reading, spoken, (start, at, stop))
        if confidence > 0:
            first, last = spoken.view.span(start, stop)
            found.append(
                Finding(
                    kind="email", intent="provide", start=first, end=last, confidence=confidence,
                    value=f"{local}@{host}", techniques=tuple(_techniques(spoken, at, stop)),
                )
            )  # fmt: skip
    return found


def _after_weak(spoken: Addresses, start: int) -> bool:
    """Whether what stands before an address is an ordinary "at": "write me at nora at gmail dot com"."""
    return spoken.ats.get(start - 1) is Written.WEAK


def _cut(host: str) -> str:
    """The host without words that only follow it: `gmail.com.thanks`."""
    while host.count(".") > 1 and not registrable(host):
        host = host.rsplit(".", 1)[0]
    return host


def _sureness(reading: Reading, spoken: Addresses, place: tuple[int, int, int]) -> float:
    """How surely a spelled address is one; 0 for not."""
    start, at, end = place
    local = spoken.view.text[start:at]
    written, provider = spoken.ats.get(at, Written.TIGHT), at + 1 in spoken.providers
    if spoken.stripped:
        return 0.99
    if written is Written.TIGHT:
        return 0.95 if provider or spoken.spelled(at, end) else 0.93
    if _ordinary(spoken, place, written):
        return 0.0
    alone = written is not Written.WEAK and spoken.view.text.strip(" .!") == spoken.view.text[start:end]
    told = not _STRUCTURE.isdisjoint(local) or reading.having(Role.EMAIL)
    if provider:
        return _at_provider(reading, spoken, place, told=told)
    if spoken.spelled(at, end):
        return 0.9
    office = local in _OFFICES and written is not Written.WEAK
    drawn = office or (written is Written.STRONG and local.isalpha() and len(local) >= _MIN_DRAWN)
    offered = written is Written.LOOSE and reading.having(Role.MY)
    return 0.85 if told or drawn or offered or alone else 0.0


def _ordinary(spoken: Addresses, place: tuple[int, int, int], written: Written) -> bool:
    """Whether the words around a guessed @ are ordinary ones: "look at the dot", "3 @ some.shop"."""
    start, at, end = place
    local, first = spoken.view.text[start:at], spoken.view.text[at + 1 : end].split(".", 1)[0]
    if local in _NOT_NAMES and local not in _OFFICES:
        return True
    if at + 1 in spoken.providers:
        return False
    guessed = written >= Written.MENTION and (local.isdigit() or at + 1 in spoken.completed)
    return guessed or first in _NOT_HOSTS


def _at_provider(reading: Reading, spoken: Addresses, place: tuple[int, int, int], *, told: bool) -> float:
    """The confidence in an address at a mail service that is named after the @."""
    _, at, end = place
    if at + 1 not in spoken.completed or spoken.ats[at] in {Written.LOOSE, Written.STRONG}:
        return 0.93
    local = spoken.view.text[place[0] : at]
    sent = reading.having(Role.DO, Role.MOVE) and len(local) >= _MIN_SENT and _unusual(reading, local)
    return 0.85 if (told or reading.having(Role.MY) or sent) and _ends(reading, spoken, end) else 0.0


def _unusual(reading: Reading, local: str) -> bool:
    """Whether a plain word can be the name of a mailbox."""
    return len(local) >= _MIN_UNUSUAL and local not in reading.vocabulary


def _ends(reading: Reading, spoken: Addresses, end: int) -> bool:
    """Whether a clause ends here, but for a polite word."""
    rest = spoken.view.text[end : end + _FURTHER].lstrip(" '\")]")
    if not rest or not (rest[0].isalnum() or rest[0] in "@/"):
        return True
    at = reading.view.position(spoken.view.origin(end))
    return any(mark.role is Role.POLITE and at <= mark.start <= at + 1 for mark in reading.near(at, at + 1, 1))


def _techniques(spoken: Addresses, at: int, end: int) -> Iterator[str]:
    written = spoken.ats.get(at, Written.TIGHT)
    if spoken.stripped:
        yield "interleaved"
    if spoken.spelled(at, end) or written in {Written.STRONG, Written.WEAK}:
        yield "spelled"
    if written in {Written.LOOSE, Written.MENTION}:
        yield "spaced"
    if at + 1 in spoken.completed:
        yield "missing_ending"
