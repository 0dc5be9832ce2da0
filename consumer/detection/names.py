"""What a user name looks like.

A token that mixes letters with digits, dots or `_` is a user name rather than a word; a plain word is one only where
the text announces a name; two or three capitalised words are a person's or a studio's full name.
"""

import re

from consumer.detection.lexicon import word_list

TOKEN = re.compile(
    r"live:[\w.\-]{2,40}|@[^\W_][\w.\-]{0,40}(?:@[\w\-]{1,40}\.[\w.\-]{2,40})?|[^\W_][\w.\-]{1,40}(?:#\d{4})?"
    r"|@_?[\w.\-]{2,40}|_[\w.\-]{2,40}"
)
"""A token of the letters view that may be a name; Mastodon's names hold a second `@`. Every repetition is bounded."""
BY_FULL_NAME = frozenset({"facebook", "linkedin", "messenger"})
"""Networks where people are found by their names."""
FULL_NAME = re.compile(r"['\"]?([^\W\d_a-z][\w'\-]{1,24}(?: [^\W\d_a-z][\w'.\-]{0,24}){1,3})['\"]?(?=[\s.!,)]|$)")
"""Two to four words of the original text that begin with a capital or a letter without case."""
SOUGHT_NAME = re.compile(r"(?<!\w)([A-ZÀ-ÞА-ЯЁІЇЄ][\w'\-]{1,24}(?: [A-ZÀ-ÞА-ЯЁІЇЄ][\w'\-]{1,24}){1,3})(?!\w)")
"""Two to four capitalised words anywhere."""

TAGGED = re.compile(r"(?<![\w#.@/])[A-Za-z][\w.]{1,31}#[0-9]{4}(?![\w#])")
"""A name with its four figures, as Discord gave them."""
_SIZE = re.compile(r"[0-9]{1,5}x[0-9]{1,5}(?:px)?|v?[0-9]{1,5}(?:[.,][0-9]{1,5}){0,3}[a-z]{0,2}")
"""Sizes, versions, and figures with a unit: "1080x1920px", "v2.0", "1.2x"."""
NOT_NAMES = word_list("handles.toml", "not_names")
_FILE_ENDINGS = tuple(word_list("handles.toml", "file_endings"))
_MIN_NAME, _MAX_NAME = 3, 32
_MIN_PLAIN = 4
"""A plain word shorter than this is hardly a user name."""


def named(token: str) -> str:
    """The name in a token, without what introduces or ends it."""
    return token.lstrip("@").strip(".-_") if token.startswith("@") else token.strip(".-")


def mention(token: str) -> bool:
    """Whether a token is a name introduced by `@`."""
    return token.startswith("@") and len(named(token)) >= _MIN_NAME and named(token) not in NOT_NAMES


def structured(name: str) -> bool:
    """Whether a token looks like a user name rather than a word: it mixes letters with digits, dots or `_`."""
    core = name.lstrip("@").strip(".-").removeprefix("live:.cid.").removeprefix("live:")
    if not _MIN_NAME <= len(core) <= _MAX_NAME or core.endswith(_FILE_ENDINGS) or not any(map(str.isalpha, core)):
        return False
    if not any(char.isdigit() or char in "._#" for char in core):
        return name.startswith("live:")
    return not (core[0].isdigit() and core.lstrip("0123456789").isalpha()) and _SIZE.fullmatch(core) is None


def plain(token: str) -> bool:
    """Whether a token could be a name made of letters alone."""
    core = token.replace("-", "")
    return core.isalpha() and len(core) >= _MIN_PLAIN and token not in NOT_NAMES
