"""Networks drawn instead of named: a ghost for Snapchat, a paper plane for Telegram.

Emblems are signs of the letters view; a drawing is no more than a hint, so each stands for a weak name.
"""

import re
from collections.abc import Iterator

from consumer.detection.lexicon import word_table

_EMBLEMS = word_table("handles.toml", "emblems")
"""The network by the emoji that is drawn for it."""
_DRAWN_AT = "\u2709\U0001f4e7\U0001f4e8\U0001f4e9\U0001f48c\U0001f300\U0001f40c\U0001f412\U0001f4ee\U0001f4ea\U0001f4eb"
"""What is drawn for an @ (`spoken`)."""
_HEARTS = "\u2764\u2665\u2763\U0001f49a\U0001f49b\U0001f499\U0001f9e1\U0001f495\U0001f497\U0001f493"
_WECHAT = re.compile(f"[\u8587\u5fae\u5a01v][{_HEARTS}]")
"""WeChat's "wei xin" with a heart for "xin", as both sound alike in Chinese."""
DRAWN = frozenset(_EMBLEMS) | frozenset(_HEARTS) | frozenset(_DRAWN_AT)
"""Characters that the prefilter looks at once more."""
_DRAWN = re.compile(f"[{''.join(_EMBLEMS)}]")
_NAMED = re.compile(
    f"[{''.join(DRAWN)}][^\\w@\\n]{{0,8}}(?:(?:[^\\W_]{{1,8}}[ :]{{1,2}}){{0,3}})"
    f"(?:@\\w|[^\\W_]{{1,24}}[._#\\d]\\w|_\\w)"
    f"|[{_DRAWN_AT}][\ufe0f ]{{0,2}}[A-Za-z0-9\\-]{{2,24}}[ \ufe0f]?[^\\w\\s]"
    f"|[\u8587\u5fae\u5a01vV][{_HEARTS}]"
)
"""An emblem and a user name soon after it; every repetition is bounded."""


def names_drawn(text: str) -> bool:
    """Whether a text has an emblem with a user name after it."""
    return _NAMED.search(text) is not None


def emblems(letters: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and network of every emblem in a letters view."""
    if letters.isascii():
        return
    for match in _DRAWN.finditer(letters):
        yield match.start(), match.end(), _EMBLEMS[match.group()]
    for match in _WECHAT.finditer(letters):
        yield match.start(), match.end(), "wechat"
