"""Harmless messages that look like contact: `lookalikes.toml` and `talks.toml`, with made-up figures."""

import random
import re
import tomllib
import uuid
from collections.abc import Callable
from pathlib import Path

_HERE = Path(__file__).parent
CLASSES: dict[str, list[str]] = tomllib.loads((_HERE / "lookalikes.toml").read_text("utf-8"))
_TALKS: list[list[str]] = tomllib.loads((_HERE / "talks.toml").read_text("utf-8"))["talks"]
Talk = tuple[tuple[str, str], ...]
"""A conversation as (sender, text)."""
_FIELD = re.compile(r"\{(\w+)\}")


def _number(size: int) -> Callable[[random.Random], str]:
    return lambda rng: str(rng.randrange(10 ** (size - 1) if size > 1 else 0, 10**size))


def _hexadecimal(size: int) -> Callable[[random.Random], str]:
    return lambda rng: "".join(rng.choices("0123456789abcdef", k=size))


def _price(rng: random.Random) -> str:
    amount = rng.choice([rng.randrange(5, 99), rng.randrange(100, 999), rng.randrange(1000, 90_000)])
    written = rng.choice([str(amount), f"{amount:,}", f"{amount:,}".replace(",", "."), f"{amount},00", f"{amount}.50"])
    units = ("${}", "{} USD", "€{}", "{} €", "{}$", "£{}", "{} euros", "₹{}", "Rs {}", "{} dollars")
    return rng.choice(units).format(written)


def _date(rng: random.Random) -> str:
    year, month, day = rng.randrange(1990, 2031), rng.randrange(1, 13), rng.randrange(1, 29)
    forms = (
        f"{year}-{month:02}-{day:02}",
        f"{day:02}/{month:02}/{year}",
        f"{day}.{month}.{year}",
        f"{day:02}-{month:02}-{year}",
        f"{month}/{day}/{year % 100:02}",
        f"{year}/{month:02}/{day:02}",
        f"{day:02}.{month:02}.",
        f"{year}{month:02}{day:02}",
    )
    return rng.choice(forms)


def _isbn(rng: random.Random) -> str:
    body = "978" + "".join(rng.choices("0123456789", k=9))
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10
    full = f"{body}{check}"
    return rng.choice([full, f"{full[:3]}-{full[3]}-{full[4:8]}-{full[8:12]}-{full[12]}"])


def _ean(rng: random.Random) -> str:
    return _isbn(rng).replace("-", "")


_FILLERS: dict[str, Callable[[random.Random], str]] = {
    "d": _number(1),
    "n": lambda rng: str(rng.randrange(1, 100)),
    "nn": _number(2),
    "nnn": _number(3),
    "nnnn": _number(4),
    "nnnnn": _number(5),
    "big": lambda rng: _number(rng.randrange(8, 12))(rng),
    "year": lambda rng: str(rng.randrange(1990, 2031)),
    "price": _price,
    "date": _date,
    "time": lambda rng: f"{rng.randrange(24):02}:{rng.randrange(60):02}",
    "ymd": lambda rng: f"20{rng.randrange(10, 30)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}",
    "hms": lambda rng: f"{rng.randrange(24):02}{rng.randrange(60):02}{rng.randrange(60):02}",
    "epoch": lambda rng: str(rng.randrange(1_500_000_000, 1_900_000_000)),
    "code": lambda rng: "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=7)),
    "uuid": lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    "hex6": _hexadecimal(6),
    "hex8": _hexadecimal(8),
    "hex16": _hexadecimal(16),
    "hex32": _hexadecimal(32),
    "hex40": _hexadecimal(40),
    "isbn": _isbn,
    "ean": _ean,
    "lat": lambda rng: f"{rng.uniform(-80, 80):.{rng.randrange(4, 7)}f}",
    "lng": lambda rng: f"{rng.uniform(-170, 170):.{rng.randrange(4, 7)}f}",
}


def lookalike(template: str, rng: random.Random) -> str:
    """A sentence with its fields filled in; doubled braces stand for single ones."""
    held = template.replace("{{", "\x01").replace("}}", "\x02")
    return _FIELD.sub(lambda field: _FILLERS[field[1]](rng), held).replace("\x01", "{").replace("\x02", "}")


def lookalikes(name: str, rounds: int, seed: int) -> list[str]:
    """Every sentence of a class, some rounds of figures each (once, if it has none)."""
    rng = random.Random(f"{seed}:{name}")
    return [
        lookalike(template, rng) for template in CLASSES[name] for _ in range(rounds if _FIELD.search(template) else 1)
    ]


def talks(rounds: int, seed: int) -> list[Talk]:
    """Every harmless conversation, some rounds of figures each."""
    rng = random.Random(f"{seed}:talks")
    return [
        tuple((line[0], lookalike(line[3:], rng)) for line in template) for template in _TALKS for _ in range(rounds)
    ]
