"""What an obfuscator is, and when two of them go together."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from tests.evasions.details import Detail
from tests.evasions.speech import Speech


class Stage(IntEnum):
    """The order in which disguises are put on: words are chosen before their letters are changed."""

    NAME = 0
    """Another name for the provider, the network or a part left out."""
    SIGNS = 1
    """At and dot, or digits, as words."""
    LEET = 2
    SPACING = 3
    """What stands between the characters."""
    CHARACTERS = 4
    """Other characters that look the same."""
    WHOLE = 5
    """The whole detail turned, encoded or split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A detail on its way into a message: the text so far, what is said after it, or the pieces of a split."""

    detail: Detail
    speech: Speech
    text: str
    after: str = ""
    pieces: tuple[str, ...] = ()


Change = Callable[[Draft, random.Random], Draft]


@dataclass(frozen=True, slots=True)
class Obfuscator:
    """A named disguise for some subjects. `alone` ones make no sense over another disguise."""

    name: str
    stage: Stage
    subjects: frozenset[str]
    change: Change
    alone: bool = False

    def composes(self, later: "Obfuscator") -> bool:
        """Whether `later` can be put over this one."""
        return self.stage < later.stage and not self.alone and not later.alone and bool(self.subjects & later.subjects)
