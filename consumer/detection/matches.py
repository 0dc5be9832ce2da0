"""How many matches of an automaton are looked at: enough for any message that a person reads."""

from typing import TypeVar

_Item = TypeVar("_Item")

MAX_MATCHES = 2_048
"""Words of the lexicon in one text. A text of 64 KiB that is made of them tells no more in its middle."""


def few(items: list[_Item]) -> list[_Item]:
    """The items, or the first and the last of them if there are more than `MAX_MATCHES`."""
    half = MAX_MATCHES // 2
    return items if len(items) <= MAX_MATCHES else items[:half] + items[-half:]
