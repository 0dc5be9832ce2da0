"""Contact links: addresses that open a chat with a person, a room, or a call, and one's own site given to be contacted.

Links to content are not contact. Hosts are read in the text as it stands and in its address views, so a link that is
spelled out ("wa dot me slash …") meets the same rules.
"""

import re
from collections.abc import Iterator, Mapping

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Host, Role, word_list
from consumer.detection.lexicon.spelling import Sign
from consumer.detection.reading import Reading, both_ends
from consumer.detection.spoken import Addresses
from consumer.detection.suffixes import registrable
from consumer.detection.views import View

_URL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-._~/?#[]@!$&'()*+,;=%:")
_NAME = re.compile(r"(?<![\w.@-])[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9][a-z0-9-]{0,62}){1,8}(?![\w@])")
"""A dotted name; bounded, and it begins only where no name could have begun before, so a scan is linear."""
_MAX_URL = 2_000
_TRAILING = ".,;:!?)'\"*"
_PRODUCT_PATHS = frozenset({"", "docs", "api", "developers", "help", "about", "login", "download", "s", "share"})
_CONTENT_HOSTS = word_list("addresses.toml", "not_hosts")
_FILE_ENDINGS = tuple(word_list("handles.toml", "file_endings") - {".com", ".io", ".net", ".org"})
"""What files end in and sites hardly ever."""
_ORDINARY = word_list("addresses.toml", "not_names")
_MIN_LABEL = 4
_SHORT = 2
_SHORT_ENDINGS = frozenset({"io", "co", "ai", "tv", "eu", "uk", "de", "ru"})
"""Endings of two letters that are no word of a common language."""
_SITE_REACH = 60
"""Characters between a site and the words that give it to be contacted."""


class Links:
    """Finds the contact links of a lexicon."""

    def __init__(self, hosts: Mapping[str, Host]) -> None:
        """Keep the hosts by name."""
        self._hosts = hosts

    def find(self, reading: Reading) -> list[Finding]:
        """Every contact link of the text, as written and as spelled."""
        found = list(self._in(reading, reading.view, None)) if "." in reading.letters else []
        for spoken in reading.addresses:
            found += self._in(reading, spoken.view, spoken)
        return found

    def _in(self, reading: Reading, view: View, spoken: Addresses | None) -> Iterator[Finding]:
        text = view.text if spoken is None else spoken.without_weak()
        for match in both_ends(list(_NAME.finditer(text))):
            name = match.group().removeprefix("www.")
            host = self._host(name)
            if host is not None:
                link = _link(reading, view, match, host, name)
            elif spoken is not None and spoken.spelled(match.start(), match.end()):
                link = _own_site(reading, view, match, name, spelled=True)
            else:
                link = _own_site(reading, view, match, name, spelled=False)
            if link is not None:
                yield link

    def _host(self, name: str) -> Host | None:
        """The contact host that a name is, or is a part of."""
        while "." in name:
            if name in self._hosts:
                return self._hosts[name]
            name = name.split(".", 1)[1]
        return None


def _link(reading: Reading, view: View, match: re.Match[str], host: Host, name: str) -> Finding | None:
    text, end = view.text, match.end()
    stop = _url_end(text, end)
    parts = text[end:stop].lstrip("/").replace("?", "/").split("/")
    if not _counts(reading, host, text[end:stop], parts):
        return None
    value = f"{name}/{'/'.join(part for part in parts if part)}"
    return _finding(view, _scheme_start(text, match.start()), stop, host, value)


def _finding(view: View, start: int, stop: int, host: Host, value: str) -> Finding:
    origin, until = view.span(start, stop)
    return Finding(
        kind=host.kind, intent="provide", start=origin, end=until, confidence=0.6 if host.personal else 0.96,
        network=host.network, value=value,
    )  # fmt: skip


def _url_end(text: str, end: int) -> int:
    stop = end
    if text[end : end + 1] not in {"/", "?", "#", ":"}:
        return end
    while stop < len(text) and stop - end < _MAX_URL and text[stop] in _URL:
        stop += 1
    while stop > end and text[stop - 1] in _TRAILING:
        stop -= 1
    return stop


def _scheme_start(text: str, start: int) -> int:
    for scheme in ("https://", "http://"):
        if text.endswith(scheme, max(0, start - len(scheme)), start):
            return start - len(scheme)
    return start


def _counts(reading: Reading, host: Host, tail: str, parts: list[str]) -> bool:
    first = parts[0]
    if not tail.startswith("/") or first in _PRODUCT_PATHS:
        return host.bare
    if first in host.skip or (host.paths and first not in host.paths):
        return False
    if host.paths and not parts[1:]:
        return False
    return not host.personal or reading.having(Role.MY)


def _telling(name: str) -> bool:
    """Whether a spelled name is surely a host: its last label is no short word, its first one no ordinary one."""
    first, last = name.split(".", 1)[0], name.rsplit(".", 1)[1]
    return len(first) >= _MIN_LABEL and first not in _ORDINARY and (len(last) > _SHORT or last in _SHORT_ENDINGS)


def _own_site(reading: Reading, view: View, match: re.Match[str], name: str, *, spelled: bool) -> Finding | None:
    """A site that is nobody's but the sender's, where the message gives it to be contacted."""
    if name.endswith(_FILE_ENDINGS) and not spelled:
        return None
    if name.split(".", 1)[0] in _CONTENT_HOSTS or not registrable(name):
        return None
    start, stop = match.start(), _url_end(view.text, match.end())
    origin, until = view.span(_scheme_start(view.text, start), stop)
    first, last = reading.view.position(origin), reading.view.position(until)
    sites = [
        sign
        for sign in reading.signs
        if sign.sign is Sign.SITE and first - _SITE_REACH <= sign.end and sign.start <= last + _SITE_REACH
    ]
    if not sites and not (spelled and reading.having(Role.MY) and _telling(name)):
        return None
    return Finding(
        kind="link", intent="provide", start=origin, end=until, confidence=0.85 if spelled else 0.7, value=name,
        techniques=("spelled",) if spelled else (),
    )  # fmt: skip
