# ruff: noqa: RUF001 - the ambiguous characters are the point
"""Disguises of the whole detail: turned round, encoded, or split over messages."""

import base64
import random
import re
from dataclasses import replace

from tests.evasions.obfuscator import Draft, Obfuscator, Stage

_UPSIDE_DOWN = str.maketrans("abcdefghijklmnopqrstuvwxyz._", "ɐqɔpǝɟƃɥıɾʞlɯuodbɹsʇnʌʍxʎz˙‾")


_WORK = (
    ("first sketch is up", "second sketch is up", "last sketch is up"),
    ("the banner is done", "the icons are done", "everything is delivered"),
    ("page one looks fine", "page two needs a title", "page three is perfect"),
)


def reversed_text(draft: Draft, rng: random.Random) -> Draft:
    """Backwards; numbers say so, addresses mostly do."""
    hint = rng.choice([" (read it backwards)", " reversed", " (backwards)"])
    silent = draft.detail.kind == "email" and rng.random() < 0.4
    return replace(draft, text=draft.text[::-1], after="" if silent else hint)


def upside_down(draft: Draft, rng: random.Random) -> Draft:
    """Turned by half a circle."""
    del rng
    return replace(draft, text=draft.text.lower().translate(_UPSIDE_DOWN)[::-1])


def base64_text(draft: Draft, rng: random.Random) -> Draft:
    """Base64, with or without the padding."""
    coded = base64.b64encode(draft.text.encode()).decode()
    return replace(draft, text=coded if rng.random() < 0.7 else coded.rstrip("="))


def split(draft: Draft, rng: random.Random) -> Draft:
    """Two to four messages of one sender, cut where a person would."""
    text = draft.text
    if draft.detail.kind == "email" and "@" in text:
        local, _, host = text.partition("@")
        pieces = rng.choice([(local, f"@{host}"), (f"{local}@", host), (local, "@", host)])
    elif draft.detail.kind == "phone" and (" " in text or any(char.isalpha() for char in text)):
        words = re.split(r"[ -]+", text)
        size = max(1, len(words) // rng.choice([2, 3]))
        pieces = tuple(" ".join(words[i : i + size]) for i in range(0, len(words), size))
    elif " " in text:
        words = text.split()
        cut = rng.randrange(1, len(words))
        pieces = (" ".join(words[:cut]), " ".join(words[cut:]))
    else:
        size = max(3, len(text) // rng.choice([2, 3]))
        pieces = tuple(text[i : i + size] for i in range(0, len(text), size))
    return replace(draft, pieces=pieces)


def split_in_talk(draft: Draft, rng: random.Random) -> Draft:
    """Three messages about the work, each with a piece; the last says what to do with them."""
    digits = re.sub(r"\D", "", draft.text)
    cuts = (len(digits) // 3 + 1, 2 * len(digits) // 3 + 1)
    groups = (digits[: cuts[0]], digits[cuts[0] : cuts[1]], digits[cuts[1] :])
    joint = rng.choice([", also {}", " and {}", " ({})", ". {}"])
    said = [f"{work}{joint.format(group)}" for work, group in zip(rng.choice(_WORK), groups, strict=True)]
    said[-1] += rng.choice(
        [". put the three together and call me", ", join them, that is my number", ". combine and ring"]
    )
    return replace(draft, pieces=tuple(said))


OBFUSCATORS = (
    Obfuscator("reversed", Stage.WHOLE, frozenset({"email", "phone"}), reversed_text),
    Obfuscator("upside_down", Stage.WHOLE, frozenset({"email"}), upside_down, alone=True),
    Obfuscator("base64", Stage.WHOLE, frozenset({"email", "phone", "link"}), base64_text, alone=True),
    Obfuscator("split_in_talk", Stage.WHOLE, frozenset({"phone"}), split_in_talk, alone=True),
    Obfuscator("split", Stage.WHOLE, frozenset({"email", "phone", "handle"}), split),
)
