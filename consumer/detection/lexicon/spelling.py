"""The words that addresses are spelled with: at, dot, underscore, the names of mail services, and talk about them.

They are kept apart from the roles of other phrases: they are too common to stand between those, and only the
reader of spelled addresses (`detection.spoken`) wants them.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import ClassVar

from pydantic import ConfigDict


class Sign(StrEnum):
    """What a word of a spelled address stands for. The value is its key in a language file's `[address]`."""

    AT = "at"
    WEAK_AT = "weak_at"  # also an ordinary word: "at"
    DOT = "dot"
    UNDERSCORE = "underscore"
    DASH = "dash"
    PLUS = "plus"
    SLASH = "slash"
    COLON = "colon"
    FILLER = "filler"  # may stand between the parts: then, followed by
    STRIP = "strip"  # the next word is to be left out of the address: "without the NOSPAM"
    PARTS = "parts"  # talks about the pieces of an address: "before the @", "you know the rest"
    FRONT = "front"  # the name of an address follows: "before the @ is"
    BACK = "back"  # its host follows: "place", "after it"
    SAME_NAME = "same_name"  # the name is one that the reader knows: "same username as here"
    SITE = "site"  # gives one's own site to be contacted
    ENCODED = "encoded"  # announces an encoded text
    ENDING = "ending"  # the last label of a host as it sounds, by label
    PROVIDER = "provider"  # a mail service, by host
    WEAK_PROVIDER = "weak_provider"  # a mail service whose name is an ordinary word
    AFTER_AT = "after_at"  # a mail service that is one only after an at
    BACKWARDS = "backwards"  # a mail service or a contact host written from right to left


SYMBOLS: Mapping[Sign, str] = {
    Sign.AT: "@",
    Sign.WEAK_AT: "@",
    Sign.DOT: ".",
    Sign.UNDERSCORE: "_",
    Sign.DASH: "-",
    Sign.PLUS: "+",
    Sign.SLASH: "/",
    Sign.COLON: ":",
}
"""What each spelled symbol is in an address."""

WORDS_OF_ADDRESSES = {
    sign.value: sign
    for sign in Sign
    if sign not in {Sign.ENDING, Sign.PROVIDER, Sign.WEAK_PROVIDER, Sign.AFTER_AT, Sign.BACKWARDS}
}
"""The keys of `[address]` in a language file."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One meaning of a word of addresses; `value` is the symbol it stands for, or a mail service's host."""

    sign: Sign
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A mail service as `providers.toml` describes it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    names: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    after_at: tuple[str, ...] = ()
    noun: bool = False


_MIN_SPLIT = 5
"""Shorter names are ordinary syllables once they are cut in two."""
_MIN_HALF = 2
_MIN_MISSPELT = 7
"""Letters of a name whose misspellings are hardly other words."""
_MIN_BARE = 5
"""Letters of a name that are left without its vowels: "dscrd", "tlgrm"."""
_MIN_FRAGMENT = 6
"""Shorter pieces of base64 occur by chance."""


def halves(names: list[str]) -> list[str]:
    """Single names cut in two by a space, at every place: "tele gram", "disc ord"."""
    return [
        f"{name[:cut]} {name[cut:]}"
        for name in names
        if isinstance(name, str) and len(name) >= _MIN_SPLIT and name.isascii() and name.isalpha()
        for cut in range(_MIN_HALF, len(name) - _MIN_HALF + 1)
    ]


def misspelt(names: Iterable[object]) -> list[str]:
    """Single long names with a letter left out, doubled or swapped with the next, or without two or all vowels."""
    found: dict[str, None] = {}
    for name in names:
        if not isinstance(name, str) or len(name) < _MIN_MISSPELT or not (name.isascii() and name.isalpha()):
            continue
        for at in range(1, len(name)):
            found[name[:at] + name[at + 1 :]] = None
            found[name[: at + 1] + name[at:]] = None
            found[name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]] = None
        vowels = [at for at in range(1, len(name)) if name[at] in "aeiou"]
        for first, second in combinations(vowels, 2):
            found[name[:first] + name[first + 1 : second] + name[second + 1 :]] = None
        bare = name[0] + "".join(char for char in name[1:] if char not in "aeiou")
        if len(bare) >= _MIN_BARE:
            found[bare] = None
        found.pop(name, None)
    return list(found)


def backwards(host: str, names: Iterable[str] = ()) -> list[str]:
    """A host, and the long names that are one word, written from right to left."""
    words = [name for name in names if len(name) >= _MIN_SPLIT and name.isascii() and name.isalpha()]
    return [host[::-1], *(word[::-1] for word in words)]


def base64_fragments(text: str) -> list[str]:
    """What the base64 of anything that contains this text must contain, one for each of the three alignments."""
    fragments = []
    for lead in range(3):
        whole = b64encode(b"\0" * lead + text.encode()).decode().rstrip("=")
        kept = whole[(lead * 8 + 5) // 6 : (lead + len(text)) * 8 // 6]
        if len(kept) >= _MIN_FRAGMENT:
            fragments.append(f"*{kept.lower()}*")
    return fragments
