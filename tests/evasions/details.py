"""Canonical details of every kind, as they are written when nothing is hidden. All invented."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers

from consumer.events.vocabulary import Intent, Kind
from tests.evasions.speech import LATIN_SCRIPT, Speech

_FIRST = (
    "tessa", "marvin", "ravi", "chloe", "bianca", "omar", "sunita", "kofi", "lina", "pavel", "jorge", "mika", "oksana",
    "cem", "hana", "diego", "wren", "ayesha", "tuan", "noor", "felix", "ingrid", "bayu", "carlo",
)  # fmt: skip
_SECOND = (
    "holloway", "okafor", "kumar", "tan", "ferro", "yusuf", "mehta", "mensah", "berg", "orlov", "maqueta", "roen",
    "sato", "ozan", "prado", "vance", "pixel", "draws", "studio", "motion", "inks", "edits", "vfx", "sound",
)  # fmt: skip
_HOSTS = (
    "gmail.com", "gmail.com", "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "protonmail.com",
    "aol.com", "zoho.com", "gmx.de", "mail.ru", "yandex.ru", "rediffmail.com", "live.com", "northpine.co",
    "driftwood.io", "inkhaus.studio",
)  # fmt: skip
PROVIDERS = frozenset({"gmail", "yahoo", "hotmail", "outlook", "icloud", "protonmail", "aol", "zoho", "gmx", "live"})
_NETWORKS = (
    "whatsapp", "telegram", "skype", "discord", "instagram", "snapchat", "wechat", "viber", "signal", "facebook",
    "line", "kakaotalk", "tiktok", "linkedin", "twitter", "zalo", "messenger",
)  # fmt: skip
_LINKS = (
    "t.me/{}", "wa.me/{}", "discord.gg/{}", "calendly.com/{}", "m.me/{}", "zoom.us/j/{}",
    "join.skype.com/invite/{}", "meet.google.com/{}", "snapchat.com/add/{}",
)  # fmt: skip
"""Hosts that hold nothing but contact: a profile on a site of content may be a portfolio."""
_UPI = ("okaxis", "okhdfcbank", "ybl", "paytm", "oksbi", "okicici", "upi", "ibl")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A detail to hide: `written` plainly, and the kinds a fair reader would call it."""

    kind: Kind
    intent: Intent
    written: str
    accepted: frozenset[Kind]
    network: str = ""


def _name(rng: random.Random, *, plain: bool = False) -> str:
    joint = rng.choice(["", "", ".", "_"])
    number = rng.choice(["", "", "", str(rng.randrange(2, 99))])
    name = f"{rng.choice(_FIRST)}{joint}{rng.choice(_SECOND)}"
    return name.replace("_", "").replace(".", "") if plain else name + number


def email(speech: Speech, rng: random.Random) -> Detail:
    """An address, mostly at a provider everybody knows."""
    del speech
    return Detail(
        kind="email",
        intent="provide",
        written=f"{_name(rng)}@{rng.choice(_HOSTS)}",
        accepted=frozenset({"email"}),
    )


def phone(speech: Speech, rng: random.Random) -> Detail:
    """A valid mobile number of the language's countries, with or without the country's code."""
    region = rng.choice(speech.regions)
    while True:
        example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        assert example is not None, region
        national = str(example.national_number)
        changed = national[:-4] + f"{rng.randrange(10_000):04}"
        number = phonenumbers.PhoneNumber(
            country_code=example.country_code,
            national_number=int(changed),
            italian_leading_zero=example.italian_leading_zero,
        )
        if phonenumbers.is_valid_number(number):
            break
    form = rng.choice([phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.NATIONAL])
    return Detail(
        kind="phone",
        intent="provide",
        written=phonenumbers.format_number(number, form),
        accepted=frozenset({"phone", "handle"}),
    )


def handle(speech: Speech, rng: random.Random) -> Detail:
    """A network and a name on it."""
    del speech
    network = rng.choice(_NETWORKS)
    joint = rng.choice([": ", " @", " is ", " id ", " - "])
    return Detail(
        kind="handle",
        intent="provide",
        written=f"{network}{joint}{_name(rng)}{rng.randrange(10, 99)}",
        accepted=frozenset({"handle", "link"}),
        network=network,
    )


def link(speech: Speech, rng: random.Random) -> Detail:
    """A link that opens a conversation."""
    del speech
    pattern = rng.choice(_LINKS)
    name = _name(rng, plain=True)
    if "wa.me" in pattern:
        name = f"1646555{rng.randrange(10_000):04}"
    elif "zoom" in pattern:
        name = str(rng.randrange(80_000_000_000, 89_999_999_999))
    elif "meet.google" in pattern:
        name = "".join(rng.choices("abcdefghkmnpqrst", k=10))
        name = f"{name[:3]}-{name[3:7]}-{name[7:]}"
    scheme = rng.choice(["", "https://"])
    return Detail(
        kind="link",
        intent="provide",
        written=scheme + pattern.format(name),
        accepted=frozenset({"link", "handle", "phone"}),
    )


def payment(speech: Speech, rng: random.Random) -> Detail:
    """A UPI id, an IBAN, a wallet or a payment page."""
    del speech
    made = rng.choice([_upi, _iban, _tron, _ether, _page])(rng)
    return Detail(
        kind="payment",
        intent="provide",
        written=made,
        accepted=frozenset({"payment", "email", "link"}),
    )


def request(speech: Speech, rng: random.Random) -> Detail:
    """A whole sentence that asks, in a language whose letters can be respelt."""
    kind = rng.choice(sorted(speech.asks))
    return Detail(
        kind=kind,
        intent="request",
        written=rng.choice(speech.asks[kind]),
        accepted=frozenset({"email", "phone", "handle", "off_platform"}),
    )


def proposal(speech: Speech, rng: random.Random) -> Detail:
    """A whole sentence that proposes to leave."""
    return Detail(
        kind="off_platform",
        intent="solicit",
        written=rng.choice(speech.leave),
        accepted=frozenset({"off_platform", "handle", "payment"}),
    )


def _upi(rng: random.Random) -> str:
    return f"{_name(rng)}@{rng.choice(_UPI)}"


def _iban(rng: random.Random) -> str:
    country, length = rng.choice([("DE", 18), ("NL", 0), ("ES", 20)])
    body = "".join(rng.choices("0123456789", k=length)) if length else "INGB" + "".join(rng.choices("0123456789", k=10))
    numeric = "".join(str(int(char, 36)) for char in f"{body}{country}00")
    plain = f"{country}{98 - int(numeric) % 97:02}{body}"
    return " ".join(plain[i : i + 4] for i in range(0, len(plain), 4)) if rng.random() < 0.5 else plain


def _tron(rng: random.Random) -> str:
    payload = b"\x41" + rng.randbytes(20)
    checked = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(checked), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return text


def _ether(rng: random.Random) -> str:
    return "0x" + rng.randbytes(20).hex()


def _page(rng: random.Random) -> str:
    return rng.choice(["paypal.me/{}", "ko-fi.com/{}", "cash.app/${}", "buymeacoffee.com/{}"]).format(
        _name(rng, plain=True)
    )


SUBJECTS: dict[str, Callable[[Speech, random.Random], Detail]] = {
    "email": email,
    "phone": phone,
    "handle": handle,
    "link": link,
    "payment": payment,
    "request": request,
    "proposal": proposal,
}
"""Everything that can be disguised, by name."""


def subjects_of(speech: Speech) -> frozenset[str]:
    """The subjects a language has sentences for: requests are respelt by Latin letters only."""
    lacking = set() if speech.language in LATIN_SCRIPT else {"request"}
    return frozenset(SUBJECTS) - lacking - (set() if speech.leave else {"proposal"})
