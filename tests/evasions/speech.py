"""What people write around details, in every language of `speech.toml`."""

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumer.events.vocabulary import Kind

_FILE = Path(__file__).with_name("speech.toml")
LATIN_SCRIPT = frozenset({"en", "es", "pt", "fr", "de", "it", "nl", "id", "tl", "hi-Latn", "ur-Latn"})
"""Languages written in plain Latin letters, whose sentences can be respelt letter by letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One language: carrier sentences with a {} by kind, the names of signs and digits, requests by kind."""

    language: str
    regions: tuple[str, ...]
    carriers: dict[Kind, tuple[str, ...]]
    at: tuple[str, ...]
    dot: tuple[str, ...]
    signs: dict[str, str]
    digits: tuple[tuple[str, ...], ...]
    repeats: dict[int, str]
    asks: dict[Kind, tuple[str, ...]]
    leave: tuple[str, ...]

    def digit(self, value: str, rng: random.Random) -> str:
        """A digit as said."""
        return rng.choice(self.digits[int(value)])


def _speech(language: str, table: dict[str, Any], english: dict[str, Any]) -> Speech:
    kinds: tuple[Kind, ...] = ("email", "phone", "handle", "link", "payment")
    signs = {"_": "underscore", "-": "dash", "/": "slash"}
    return Speech(
        language=language,
        regions=tuple(table["regions"]),
        carriers={kind: tuple(table.get(kind, english[kind])) for kind in kinds},
        at=tuple(table["at"]),
        dot=tuple(table["dot"]),
        signs={sign: table[key] for sign, key in signs.items()},
        digits=tuple(tuple(words.split("|")) for words in table["digits"]),
        repeats={count: table[key] for count, key in ((2, "double"), (3, "triple")) if key in table},
        asks={kind: tuple(table[f"ask_{kind}"]) for kind in kinds[:3]},
        leave=tuple(table.get("leave", ())),
    )


_TABLES = tomllib.loads(_FILE.read_text("utf-8"))
SPEECHES: dict[str, Speech] = {language: _speech(language, table, _TABLES["en"]) for language, table in _TABLES.items()}
