"""Contact links: addresses that open a chat with a person, a room, or a call. Links to content are not contact."""

from collections.abc import Mapping

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Host, Role
from consumer.detection.marks import Mark
from consumer.detection.reading import Reading, both_ends

_URL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-._~/?#[]@!$&'()*+,;=%:")
_HOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")
_MAX_URL = 2_000
_MAX_HOST = 253
_TRAILING = ".,;:!?)'\"*"
_PRODUCT_PATHS = frozenset({"", "docs", "api", "developers", "help", "about", "login", "download", "s", "share"})


class Links:
    """Finds the contact links of a lexicon."""

    def __init__(self, hosts: Mapping[str, Host]) -> None:
        """Keep the hosts by name."""
        self._hosts = hosts

    def find(self, reading: Reading) -> list[Finding]:
        """Every contact link of the text."""
        links = (self._link(reading, mark) for mark in both_ends(list(reading.of([Role.LINK]))))
        return [link for link in links if link is not None]

    def _link(self, reading: Reading, mark: Mark) -> Finding | None:
        letters, host = reading.letters, self._hosts[mark.value]
        start = mark.start
        while start > 0 and mark.start - start < _MAX_HOST and letters[start - 1] in _HOST:
            start -= 1
        if start < mark.start and letters[mark.start - 1] != ".":
            return None
        name = letters[start : mark.end].removeprefix("www.")
        end = stop = mark.end
        while stop < len(letters) and stop - end < _MAX_URL and letters[stop] in _URL:
            stop += 1
        while stop > end and letters[stop - 1] in _TRAILING:
            stop -= 1
        parts = letters[end:stop].lstrip("/").replace("?", "/").split("/")
        if not self._counts(reading, host, letters[end:stop], parts):
            return None
        for scheme in ("https://", "http://"):
            if letters.endswith(scheme, 0, start):
                start -= len(scheme)
                break
        origin, until = reading.view.span(start, stop)
        value = f"{name}/{'/'.join(part for part in parts if part)}"
        return Finding(
            kind=host.kind, intent="provide", start=origin, end=until, confidence=0.6 if host.personal else 0.96,
            network=host.network, value=value,
        )  # fmt: skip

    @staticmethod
    def _counts(reading: Reading, host: Host, tail: str, parts: list[str]) -> bool:
        first = parts[0]
        if not tail.startswith("/") or first in _PRODUCT_PATHS:
            return host.bare
        if first in host.skip or (host.paths and first not in host.paths):
            return False
        if host.paths and not parts[1:]:
            return False
        return not host.personal or reading.having(Role.MY)
