"""E-mail addresses as they are written properly: local part, @, a host with a known suffix."""

from collections.abc import Iterator

from consumer.detection.finding import Finding
from consumer.detection.reading import Reading, both_ends
from consumer.detection.suffixes import registrable

_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+/=?^_`{|}~-")
"""RFC 5322 atext and the dot, after folding."""
_HOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")
_MAX_LOCAL = 64
_MAX_HOST = 253
"""RFC 5321 4.5.3.1."""
_LEADING = "!#$%&'*+/=?^`{|}~-."
_PLACEHOLDER_HOSTS = frozenset(
    {"example.com", "example.org", "example.net", "domain.com", "company.com", "yourdomain.com", "mydomain.com",
     "email.com", "site.com", "website.com", "yoursite.com", "yourcompany.com", "test.com", "mail.example.com"}
)  # fmt: skip
_PLACEHOLDER_LOCALS = frozenset(
    {"you", "your", "yourname", "name", "user", "username", "email", "youremail", "your.email", "your.name", "someone",
     "john.doe", "johndoe", "jane.doe", "example", "test", "me", "info", "noreply", "no-reply", "firstname.lastname"}
)  # fmt: skip
_GLUE_BEFORE = frozenset("/@\\")
_GLUE_AFTER = frozenset("@/(")
_NOT_MAIL = frozenset({"git", "root", "ubuntu", "ec2-user"})
"""Local parts of addresses that are not for mail: `git@github.com` names a repository, `root@host.net` a login."""


def _addresses(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, position of @, and end of everything that has the shape of an address."""
    at = text.find("@")
    while at >= 0:
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
        at = text.find("@", at + 1)


def is_placeholder(local: str, host: str) -> bool:
    """Whether an address only shows what an address looks like."""
    return local in _PLACEHOLDER_LOCALS and (host in _PLACEHOLDER_HOSTS or ".example" in f".{host}")


def _glued(letters: str, start: int, end: int) -> bool:
    """Whether what stands beside it makes it part of a URL, a path or code."""
    return letters[start - 1 : start] in _GLUE_BEFORE or letters[end : end + 1] in _GLUE_AFTER


def find_emails(reading: Reading) -> list[Finding]:
    """Every well-formed e-mail address that is not a placeholder."""
    letters = reading.letters
    found = []
    for start, at, end in both_ends(list(_addresses(letters))):
        local, host = letters[start:at], letters[at + 1 : end]
        if local in _NOT_MAIL or is_placeholder(local, host) or not registrable(host):
            continue
        if _glued(letters, start, end):
            continue
        origin, stop = reading.view.span(start, end)
        found.append(
            Finding(kind="email", intent="provide", start=origin, end=stop, confidence=0.98, value=f"{local}@{host}")
        )
    return found
