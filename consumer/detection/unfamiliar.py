"""Characters that no view reads: counted, so that a new way to write a detail shows before it spreads.

A character is familiar when the letters view makes plain ASCII of it (or nothing, as of a joiner), when it belongs to a
script the world writes its languages in here, or when it is a symbol that is no letter in disguise. What remains is
what someone picks from a character table to get past a filter: Gothic letters, letters turned upside down, letters in
boxes, private-use signs.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from consumer.detection.views import LETTERS

WRITTEN = frozenset({
    "arabic", "armenian", "bengali", "bopomofo", "cjk", "cyrillic", "devanagari", "ethiopic", "georgian", "greek",
    "gujarati", "gurmukhi", "hangul", "hebrew", "hiragana", "ideographic", "kannada", "katakana", "katakana-hiragana",
    "khmer", "lao", "malayalam", "myanmar", "oriya", "sinhala", "tamil", "telugu", "thai", "tibetan",
})  # fmt: skip
"""Scripts of living languages, by the first word of their Unicode names. Latin is looked at more closely."""

_LATIN_END = 0x024F
"""The last code point of the Latin blocks that languages are written in; beyond lie phonetic and turned letters."""
_MANY_WORDS = frozenset({"old", "new", "linear", "early", "inscriptional", "meetei"})
"""First words of names that do not name a script by themselves."""
_MAX_MEMO = 65_536
_DISGUISES = ("LETTER", "DIGIT", "NUMBER", "CAPITAL", "SMALL")


def unfamiliar(texts: Iterable[str]) -> Counter[str]:
    """Count the characters of texts that no view reads, by script.

    A script is named by the first word of its Unicode names, in lower case; beside scripts there are `symbol`,
    `private_use` and `unassigned`. The values come from Unicode's own list: a few hundred at most, whatever is typed.
    """
    found: Counter[str] = Counter()
    for text in texts:
        if not text.isascii():
            for char in set(text) - _familiar:
                script = _script(char)
                if script is not None:
                    found[script] += text.count(char)
                elif len(_familiar) < _MAX_MEMO:
                    _familiar.add(char)
    return found


_familiar: set[str] = set()
"""Characters found familiar before: ordinary text is then done with in one subtraction of sets."""


def _script(char: str) -> str | None:
    """The script to count a character under, None for a familiar one."""
    if char.translate(LETTERS).isascii():
        return None
    category = unicodedata.category(char)
    if category == "Co":
        return "private_use"
    if category in {"Cn", "Cs"}:
        return "unassigned"
    name = unicodedata.name(char, "")
    if category[0] not in "LMN" or category == "No":
        return "symbol" if any(word in name for word in _DISGUISES) else None
    words = name.lower().split(" ")
    script = " ".join(words[:2]) if words[0] in _MANY_WORDS else words[0]
    if script == "latin":
        return script if ord(char) > _LATIN_END else None
    return None if script in WRITTEN else script or "unassigned"
