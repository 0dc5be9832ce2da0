# ruff: noqa: RUF001 - the ambiguous characters are the point
"""Disguises of the signs of an address: words and brackets for at and dot, parts renamed or left out."""

import random
import re
from dataclasses import replace

from tests.evasions.details import PROVIDERS
from tests.evasions.obfuscator import Draft, Obfuscator, Stage

_NICKNAMES = {
    "gmail": ("gee mail", "g mail", "g-mail", "gmaill", "gmial", "jee mail", "gemail", "google mail", "ji mail"),
    "hotmail": ("hot mail", "hot male", "hotmial", "h0tmail"),
    "yahoo": ("ya hoo", "yaho", "yahooo", "yahu"),
    "outlook": ("out look", "outlok", "outluk"),
    "icloud": ("i cloud", "eye cloud", "iclod"),
    "protonmail": ("proton mail", "proton"),
    "rediffmail": ("rediff mail",),
}
_NETWORK_NICKNAMES = {
    "whatsapp": ("wats app", "whats@pp", "whatsap", "watsapp", "w.app", "whtsapp", "what's app", "wa", "whatssap"),
    "telegram": ("tele gram", "tg", "telegrm", "t.gram", "teleg", "telgram"),
    "skype": ("sky pe", "skyp", "skpe", "s.kype"),
    "discord": ("disc", "dis cord", "discrd", "dc", "dizcord"),
    "instagram": ("insta", "ig", "i.g", "insta gram", "1nsta", "instagrm"),
    "snapchat": ("snap", "sc", "snap chat", "snapcht"),
    "wechat": ("we chat", "weixin", "w3chat", "wechatt"),
    "viber": ("vibr", "v1ber", "vyber"),
    "facebook": ("fb", "face book", "facebok", "f.b"),
    "messenger": ("mesenger", "fb messenger"),
    "kakaotalk": ("kakao", "katalk", "kakao talk"),
    "twitter": ("twiter", "twttr"),
    "tiktok": ("tik tok", "tictok"),
    "linkedin": ("linked in", "linkdin"),
}
_WRAPS = (
    "({})", "[{}]", "<{}>", "{{{}}}", "_{}_", "-{}-", "*{}*", "|{}|", " ({}) ", " [{}] ", '"{}"', "/{}/", "~{}~",
)  # fmt: skip
_AT_LOOKS = ("＠", "﹫", "(a)", "ⓐ", "(@)", "[@]", " @ ", "@@")
_DOT_LOOKS = ("。", "․", "·", "•", ",", "．", "(.)", "[.]", " . ", "..")


def _said(draft: Draft, rng: random.Random, wrap: str = " {} ") -> Draft:
    speech = draft.speech
    text = draft.text.replace("@", wrap.format(rng.choice(speech.at)))
    text = text.replace(".", wrap.format(rng.choice(speech.dot)))
    if rng.random() < 0.5 or draft.detail.kind == "link":
        for sign, word in speech.signs.items():
            text = text.replace(sign, f" {word} ")
    return replace(draft, text=re.sub(" {2,}", " ", text).strip())


def at_dot_words(draft: Draft, rng: random.Random) -> Draft:
    """`tessa arroba gmail punto com`, in the carrier's language."""
    return _said(draft, rng)


def bracketed(draft: Draft, rng: random.Random) -> Draft:
    """`tessa[at]gmail[dot]com`; English words, as people write them everywhere, or the language's."""
    wrap = rng.choice(_WRAPS)
    at, dot = ("at", "dot") if rng.random() < 0.6 else (draft.speech.at[0], draft.speech.dot[0])
    text = draft.text.replace("@", wrap.format(at))
    return replace(draft, text=text.replace(".", wrap.format(dot) if rng.random() < 0.8 else "."))


def at_the_rate(draft: Draft, rng: random.Random) -> Draft:
    """The Indian name of the sign."""
    name = rng.choice(["at the rate", "at d rate", "attherate", "at the rate of", "@the rate"])
    text = draft.text.replace("@", f" {name} ")
    return replace(draft, text=text.replace(".", " dot ") if rng.random() < 0.6 else text)


def glued_words(draft: Draft, rng: random.Random) -> Draft:
    """`tessaATgmailDOTcom`."""
    at, dot = rng.choice([("AT", "DOT"), ("At", "Dot"), ("_at_", "_dot_"), ("-at-", "-dot-")])
    return replace(draft, text=draft.text.replace("@", at).replace(".", dot))


def sign_lookalikes(draft: Draft, rng: random.Random) -> Draft:
    """Other signs for @ and the dot."""
    local, at, host = draft.text.partition("@")
    if not at:
        return replace(draft, text=draft.text.replace(".", rng.choice(_DOT_LOOKS)))
    return replace(draft, text=local + rng.choice(_AT_LOOKS) + host.replace(".", rng.choice(_DOT_LOOKS)))


def provider_nickname(draft: Draft, rng: random.Random) -> Draft:
    """`tessa@gee mail.com`."""
    local, _, host = draft.text.partition("@")
    provider, _, suffix = host.partition(".")
    if provider not in _NICKNAMES:
        return draft
    spelt = rng.choice(_NICKNAMES[provider])
    spaced = f"{local} @ {spelt} . {suffix}" if " " in spelt else f"{local}@{spelt}.{suffix}"
    return replace(draft, text=spaced)


def missing_at(draft: Draft, rng: random.Random) -> Draft:
    """`tessa gmail.com`."""
    local, _, host = draft.text.partition("@")
    if host.partition(".")[0] not in PROVIDERS:
        return draft
    return replace(draft, text=rng.choice([f"{local} {host}", f"{local} - {host}", f"{local}, {host}"]))


def missing_dot(draft: Draft, rng: random.Random) -> Draft:
    """`tessa@gmail com`, `tessa@gmail`."""
    local, _, host = draft.text.partition("@")
    provider, _, suffix = host.partition(".")
    if provider not in PROVIDERS:
        return draft
    return replace(draft, text=f"{local}@{provider}" + rng.choice([f" {suffix}", suffix, ""]))


def provider_and_name(draft: Draft, rng: random.Random) -> Draft:
    """`gmail: tessa`, the address told in two parts."""
    local, _, host = draft.text.partition("@")
    provider = host.partition(".")[0]
    if provider not in PROVIDERS - {"live"}:
        return draft
    text = rng.choice(["{p}: {n}", "{p} = {n}", "{n} on {p}", "{n} at {p}", "{p} id {n}", "{n} ({p})"])
    return replace(draft, text=text.format(p=provider, n=local))


def described(draft: Draft, rng: random.Random) -> Draft:
    """The parts named one after the other in a sentence."""
    local, _, host = draft.text.partition("@")
    provider, _, suffix = host.partition(".")
    text = rng.choice(
        [
            "it's {l}, then the at sign, then {p}, then dot {s}",
            "before the @ is {l}, after it {p}.{s}",
            "name ({l}) place ({p}) ending ({s})",
            "first part {l} second part {p}.{s} with the at in between",
            "{l} and then @ and then {p} dot {s}",
        ]
    )
    return replace(draft, text=text.format(l=local, p=provider, s=suffix))


def noise_word(draft: Draft, rng: random.Random) -> Draft:
    """A word to be taken out again."""
    word = rng.choice(["REMOVE", "NOSPAM", "DELETETHIS", "XYZ"])
    local, at, host = draft.text.partition("@")
    cut = rng.randrange(2, len(local))
    how = rng.choice(["remove {}", "without {}", "take out {}", "delete the {}"]).format(word)
    text = f"{local[:cut]}{word}{local[cut:]}{at}{rng.choice([word, ''])}{host}"
    return replace(draft, text=text, after=f" ({how})")


def network_nickname(draft: Draft, rng: random.Random) -> Draft:
    """`insta`, `wats app`, `tg`."""
    names = _NETWORK_NICKNAMES.get(draft.detail.network)
    return replace(draft, text=draft.text.replace(draft.detail.network, rng.choice(names), 1)) if names else draft


def hxxp(draft: Draft, rng: random.Random) -> Draft:
    """A link made unclickable."""
    text = draft.text.removeprefix("https://")
    scheme = rng.choice(["hxxps://", "https: //", "h t t p s://", "https:\\\\", "http colon slash slash "])
    return replace(draft, text=scheme + text)


_MAIL = frozenset({"email"})
_DOTTED = frozenset({"email", "link"})
OBFUSCATORS = (
    Obfuscator("provider_nickname", Stage.NAME, _MAIL, provider_nickname),
    Obfuscator("missing_at", Stage.NAME, _MAIL, missing_at),
    Obfuscator("missing_dot", Stage.NAME, _MAIL, missing_dot),
    Obfuscator("provider_and_name", Stage.NAME, _MAIL, provider_and_name),
    Obfuscator("described", Stage.NAME, _MAIL, described, alone=True),
    Obfuscator("noise_word", Stage.NAME, _MAIL, noise_word, alone=True),
    Obfuscator("network_nickname", Stage.NAME, frozenset({"handle"}), network_nickname),
    Obfuscator("hxxp", Stage.NAME, frozenset({"link"}), hxxp),
    Obfuscator("at_dot_words", Stage.SIGNS, _DOTTED, at_dot_words),
    Obfuscator("bracketed", Stage.SIGNS, _DOTTED, bracketed),
    Obfuscator("at_the_rate", Stage.SIGNS, _MAIL, at_the_rate),
    Obfuscator("glued_words", Stage.SIGNS, _MAIL, glued_words),
    Obfuscator("sign_lookalikes", Stage.SIGNS, _DOTTED, sign_lookalikes),
)
