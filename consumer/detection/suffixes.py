"""Which dotted names can be hosts: the public-suffix list, as packaged, never fetched."""

import re
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)

_MAX_HOST, _MAX_LABEL = 253, 63
"""RFC 1035 2.3.4, as text."""
RESERVED = frozenset({"example", "test", "invalid", "localhost", "local"})
"""Names nobody can own: RFC 2606 and RFC 6762."""


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


def warm_up() -> None:
    """Read the list, so that no message waits for it."""
    _suffixes()


@lru_cache(maxsize=4096)
def registrable(host: str) -> bool:
    """Whether a lower-case host name ends in a known public suffix and has a name before it."""
    labels = host.split(".")
    if len(host) > _MAX_HOST or not labels[1:] or labels[-1] in RESERVED:
        return False
    if not all(0 < len(label) <= _MAX_LABEL and _LABEL.fullmatch(label) for label in labels):
        return False
    return _suffixes().privatesuffix(host) is not None


@lru_cache(maxsize=4096)
def is_suffix(name: str) -> bool:
    """Whether a lower-case name is itself a public suffix: `com`, `co.uk`."""
    return bool(_suffixes().is_public(name))
