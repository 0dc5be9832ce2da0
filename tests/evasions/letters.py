# ruff: noqa: RUF001 - the ambiguous characters are the point
"""Disguises letter by letter: leet, spacing, other characters that look the same, invisible ones."""

import random
from collections.abc import Callable
from dataclasses import replace

from tests.evasions.obfuscator import Change, Draft, Obfuscator, Stage

_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "l": "1", "b": "8"}
_HOMOGLYPHS = {
    "a": "аɑα", "c": "сϲ", "e": "еҽ", "o": "оοօ", "p": "рρ", "x": "хх", "y": "уү", "i": "іı", "s": "ѕ", "h": "һ",
    "j": "ј", "d": "ԁ", "n": "ո", "u": "սυ", "v": "ν", "k": "к", "m": "м", "t": "т", "g": "ɡ", "l": "ӏ", "w": "ԝ",
    "A": "АΑ", "B": "ВΒ", "C": "С", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "K": "КΚ", "M": "МΜ", "O": "ОΟ", "P": "РΡ",
    "T": "ТΤ", "W": "Ԝ", "X": "ХΧ", "Y": "ΥҮ",
}  # fmt: skip
_SMALL_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ")
_RAISED = str.maketrans("abcdefghijklmnoprstuvwxyz0123456789", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ⁰¹²³⁴⁵⁶⁷⁸⁹")
_MATH_LETTERS = (0x1D400, 0x1D468, 0x1D5A0, 0x1D5D4, 0x1D608, 0x1D63C, 0x1D670, 0x1D56C, 0x1D4D0)
"""Alphabets without holes: capitals from here, small letters 26 further."""
_MATH_DIGITS = (0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6)
_ENCLOSED = ((0x24D0, "a"), (0x24B6, "A"), (0x1F130, "A"), (0x1F150, "A"), (0x1F170, "A"), (0x249C, "a"))
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u2062\u200e\ufe0f"
_COMBINING = "\u0301\u0336\u0332\u0307\u0323\u035c\u0300\u0338"


def _each(change: Callable[[str, random.Random], str]) -> Change:
    def over(draft: Draft, rng: random.Random) -> Draft:
        return replace(draft, text="".join(change(char, rng) for char in draft.text))

    return over


def leet(draft: Draft, rng: random.Random) -> Draft:
    """Digits for letters, in a number of places that leaves it readable."""
    share = rng.choice([0.3, 0.5, 0.8])
    text = "".join(
        rng.choice(_LEET[c.lower()]) if c.lower() in _LEET and rng.random() < share else c for c in draft.text
    )
    if draft.detail.intent == "provide":  # "@" and "$" are no letters in an address or a name
        text = "".join(
            old if new in "@!$" and old not in "@!$" else new for old, new in zip(draft.text, text, strict=True)
        )
    return replace(draft, text=text)


def homoglyph(char: str, rng: random.Random) -> str:
    """Letters of other scripts that look Latin."""
    return rng.choice(_HOMOGLYPHS[char]) if char in _HOMOGLYPHS and rng.random() < 0.7 else char


def fullwidth(char: str, rng: random.Random) -> str:
    """The wide forms for East Asian type; the space stays."""
    del rng
    return chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char


def mathematical(draft: Draft, rng: random.Random) -> Draft:
    """Bold, script, monospace: the alphabets made for formulas."""
    base, zero = rng.choice(_MATH_LETTERS), rng.choice(_MATH_DIGITS)

    def styled(char: str) -> str:
        if "a" <= char <= "z":
            return chr(base + 26 + ord(char) - ord("a"))
        if "A" <= char <= "Z":
            return chr(base + ord(char) - ord("A"))
        return chr(zero + int(char)) if char in "0123456789" else char

    return replace(draft, text="".join(map(styled, draft.text)))


def enclosed(draft: Draft, rng: random.Random) -> Draft:
    """Circled, squared and bracketed letters."""
    base, first = rng.choice(_ENCLOSED)

    def ringed(char: str) -> str:
        return chr(base + ord(char.lower()) - ord("a")) if char.isascii() and char.isalpha() else char

    del first
    return replace(draft, text="".join(map(ringed, draft.text)))


def styled_capitals(draft: Draft, rng: random.Random) -> Draft:
    """Small capitals, or raised letters."""
    return replace(draft, text=draft.text.lower().translate(rng.choice([_SMALL_CAPITALS, _RAISED])))


def invisible(char: str, rng: random.Random) -> str:
    """Characters that take no room."""
    return char + rng.choice(_INVISIBLE) if rng.random() < 0.5 and char.isascii() else char


def combining(draft: Draft, rng: random.Random) -> Draft:
    """A mark over, under or through the letters."""
    mark, share = rng.choice(_COMBINING), rng.choice([0.4, 1.0])
    return replace(
        draft, text="".join(c + mark if c.isascii() and c.isalnum() and rng.random() < share else c for c in draft.text)
    )


def capitals(char: str, rng: random.Random) -> str:
    """Random capitals."""
    return char.upper() if rng.random() < 0.5 else char


def spaced(draft: Draft, rng: random.Random) -> Draft:
    """A space after every letter; words stay apart by more."""
    words = draft.text.split(" ")
    return replace(draft, text=rng.choice(["   ", "  "]).join(" ".join(word) for word in words if word))


def spaced_signs(draft: Draft, rng: random.Random) -> Draft:
    """Spaces around @ and dots."""
    pad = rng.choice([" ", "  "])
    text = draft.text
    for sign in "@./":
        if rng.random() < 0.9:
            text = text.replace(sign, pad + sign + pad)
    return replace(draft, text=text)


def punctuated(draft: Draft, rng: random.Random) -> Draft:
    """A sign between all characters."""
    sign = rng.choice("-*|~,/+")
    return replace(draft, text=" ".join(sign.join(word) for word in draft.text.split(" ") if word))


def lines(draft: Draft, rng: random.Random) -> Draft:
    """One character a line."""
    del rng
    return replace(draft, text="\n" + "\n".join(draft.text.replace(" ", "")) + "\n")


_ADDRESS = frozenset({"email", "handle", "link"})
_SENTENCES = frozenset({"request", "proposal"})
_TEXT = _ADDRESS | _SENTENCES
_ALL = _TEXT | {"phone", "payment"}
OBFUSCATORS = (
    Obfuscator("leet", Stage.LEET, frozenset({"email", "handle"}) | _SENTENCES, leet),
    Obfuscator("spaced", Stage.SPACING, frozenset({"email", "handle", "link"}) | _SENTENCES, spaced),
    Obfuscator("spaced_signs", Stage.SPACING, frozenset({"email", "link"}), spaced_signs),
    Obfuscator("punctuated", Stage.SPACING, frozenset({"email"}) | _SENTENCES, punctuated),
    Obfuscator("lines", Stage.SPACING, frozenset({"email", "phone"}), lines),
    Obfuscator("capitals", Stage.CHARACTERS, _TEXT - {"link"}, _each(capitals)),
    Obfuscator("homoglyph", Stage.CHARACTERS, _TEXT, _each(homoglyph)),
    Obfuscator("fullwidth", Stage.CHARACTERS, _ALL, _each(fullwidth)),
    Obfuscator("mathematical", Stage.CHARACTERS, _ALL, mathematical),
    Obfuscator("enclosed", Stage.CHARACTERS, _TEXT, enclosed),
    Obfuscator("styled_capitals", Stage.CHARACTERS, _TEXT, styled_capitals),
    Obfuscator("invisible", Stage.CHARACTERS, _ALL, _each(invisible)),
    Obfuscator("combining", Stage.CHARACTERS, _ALL, combining),
)
