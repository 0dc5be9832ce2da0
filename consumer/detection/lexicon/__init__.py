"""Language data: which words matter, and how they are read and checked.

`networks.toml` names the messaging and payment networks, `links.toml` the hosts whose links are a way to contact
someone; `handles.toml`, `payments.toml` and `confusables.toml` belong to one detector each or to the views; every
file in `languages/` is one language. Adding a language is adding a file.

A phrase is written as people type it; it is folded like a message before it is compared. It matches whole words;
a `*` at either end leaves that end open (`numara*`). Phrases in scripts without spaces are open at both ends.
`(send|give) (me|us|) your` is short for every choice of one alternative in each pair of brackets.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import product
from math import prod
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from consumer.detection.lexicon.numbers import Numeral, Numerals, collect, read_numbers
from consumer.detection.lexicon.spelling import (
    SYMBOLS,
    WORDS_OF_ADDRESSES,
    Provider,
    Sign,
    Spelling,
    backwards,
    base64_fragments,
    halves,
    misspelt,
)
from consumer.detection.views import LETTERS, words_of
from consumer.events.vocabulary import Kind


class Role(StrEnum):
    """What a phrase tells. The value is its key in a language file."""

    EMAIL = "email"  # noun: an e-mail address
    PHONE = "phone"  # noun: a telephone number
    NUMBER = "number"  # noun that is a telephone number only with help: number, line
    NETWORK = "network"  # a messaging network
    WEAK_NETWORK = "weak_network"  # a name or nickname that is also an ordinary word
    LINK = "link"  # the host of a contact link
    PAYMENT = "payment"  # a way to pay that the platform does not run
    ACCOUNT = "account"  # noun: id, user name, handle
    ASK = "ask"  # asks for the noun that follows
    PLACE = "place"  # asks to put the noun somewhere: a request, unless the place is a piece of work
    ASK_AFTER = "ask_after"  # asks for the noun before it
    HAVE = "have"  # asks whether there is one
    YOUR = "your"
    MY = "my"  # first person, or an invitation to get in touch
    FILL = "fill"  # may stand between asking and the noun
    POLITE = "polite"
    JOIN = "join"  # may follow a plain request: or, and, then, here
    CALL = "call"  # the verb of using a telephone
    REFUSE = "refuse"
    REFUSE_AFTER = "refuse_after"  # refuses what was said before it, in languages whose verb comes last
    RULES = "rules"  # talk about what is allowed
    WORK = "work"  # what is made or sold: the channel named beside it is its subject
    IGNORE = "ignore"  # a fixed phrase that hides the words in it
    NOT_PHONE = "not_phone"  # numbers near it are something else
    MOVE = "move"  # proposes to go somewhere
    OUTSIDE = "outside"  # a proposal to leave the platform, whole
    PAY = "pay"  # proposes to pay somebody
    GIVE = "give"  # the bare verb of asking for the noun that follows it at once
    ASKS_EMAIL = "asks_email"  # a request, whole; so the next three
    ASKS_PHONE = "asks_phone"
    ASKS_HANDLE = "asks_handle"
    ASKS_PAYMENT = "asks_payment"
    DO = "do"  # talking and dealing, which may be proposed to happen elsewhere
    AWAY = "away"  # elsewhere: with the one before, a proposal to leave
    DIRECT = "direct"  # by no platform: with paying, a proposal to pay outside
    DEAL = "deal"  # a proposal to pay outside the platform, whole
    MOVE_AFTER = "move_after"  # proposes to go to the network before it
    OFFER = "offer"  # offers to give the noun that follows
    THERE = "there"  # proposes to go where the message has just named
    SCRIPT = "script"  # words to be used in the work follow, after a colon
    SAME = "same"  # the user name is one that the reader knows
    VIA = "via"  # by way of the noun that follows
    ABOUT = "about"  # makes the noun that follows a topic
    OTHERS = "others"  # people who are not in the conversation
    BUT = "but"  # what follows is not what was refused or ruled out before
    SPELLING = "spelling"  # how a name is to be written: "no space", "all lowercase"
    SPLICE = "splice"  # how to put a number together: "remove the words", "the last five"
    DELIVERABLE = "deliverable"  # a thing that carries a number or an address as its content: a flyer, a menu
    BANK = "bank"  # announces an account number: a/c, account no, routing
    BACKWARDS = "backwards"  # says that something is to be read from its end
    ASSURE = "assure"  # says that nobody will notice: talk about the rules that is no warning


@dataclass(frozen=True, slots=True)
class Entry:
    """One meaning of a phrase; `value` is the network's name for networks and payments, else empty."""

    role: Role
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A host whose links are contact: `paths` that count (any, if empty), `skip` for first path parts that do not.

    `personal` hosts carry content as well: their links count only beside a first person or an invitation.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    host: str
    kind: Kind
    network: str
    paths: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    bare: bool = False
    personal: bool = False


class LexiconError(ValueError):
    """A lexicon file that cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Folded patterns with their meanings, the contact hosts by host name, and the number words."""

    patterns: Mapping[str, tuple[Entry, ...]]
    hosts: Mapping[str, Host]
    numerals: Numerals
    spelling: Mapping[str, tuple[Spelling, ...]] = field(default_factory=dict)
    by_role: Mapping[Role, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Sort the patterns by role, once for all who ask."""
        by_role: dict[Role, list[str]] = {role: [] for role in Role}
        for pattern, entries in self.patterns.items():
            for role in {entry.role for entry in entries} if len(entries) > 1 else (entries[0].role,):
                by_role[role].append(pattern)
        object.__setattr__(self, "by_role", {role: tuple(patterns) for role, patterns in by_role.items()})

    def having(self, *roles: Role) -> set[str]:
        """The patterns with one of these roles."""
        return {pattern for role in roles for pattern in self.by_role[role]}


_HOST = TypeAdapter(Host)
_PROVIDER = TypeAdapter(Provider)
_MAX_ALTERNATIVES = 600
"""Phrases that one may be short for: each costs memory in the automatons."""
_ALTERNATIVES = re.compile(r"[()]")
_OPEN_SCRIPTS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI")
_LANGUAGE_ROLES = {role.value: role for role in Role if role not in {Role.NETWORK, Role.WEAK_NETWORK, Role.LINK}}


@cache
def _open(char: str) -> bool:
    return unicodedata.name(char, "").startswith(_OPEN_SCRIPTS)


def alternatives(phrase: str) -> list[str]:
    """Every phrase that one with `(this|that)` in it is short for."""
    parts = [part.split("|") for part in _ALTERNATIVES.split(phrase)]
    if prod(map(len, parts)) > _MAX_ALTERNATIVES:
        raise ValueError(f"{phrase!r} is short for more than {_MAX_ALTERNATIVES} phrases")
    return ["".join(chosen) for chosen in product(*parts)]


def possessives(names: object) -> list[str]:
    """Names in Latin letters as they stand in "my skype's ada_l"."""
    return [f"{name}'s" for name in names if name.isascii() and name.isalpha()] if isinstance(names, list) else []


def pattern_of(phrase: str) -> str:
    """The folded pattern a phrase is searched by, with a space at each closed end.

    Raises ValueError if nothing of the phrase is left after folding.
    """
    if phrase.isascii() and phrase.replace(" ", "").isalpha():  # most of them: the folding of letters is their case
        return f" {phrase.lower() if '  ' not in phrase else ' '.join(phrase.lower().split())} ".replace("  ", " ")
    core = phrase.strip("*")
    folded = " ".join(words_of(core.translate(LETTERS)).split())
    if not folded:
        raise ValueError(f"{phrase!r} folds to nothing")
    left = "" if phrase.startswith("*") or _open(core[0]) else " "
    right = "" if phrase.endswith("*") or _open(core[-1]) else " "
    return f"{left}{folded}{right}"


class _Reader:
    """Collects patterns from the files."""

    def __init__(self) -> None:
        self.patterns: dict[str, tuple[Entry, ...]] = {}
        self.hosts: dict[str, Host] = {}
        self.numbers: list[tuple[str, Numeral]] = []
        self.spelling: dict[str, tuple[Spelling, ...]] = {}

    def add(self, source: str, phrase: object, entry: Entry) -> None:
        if not isinstance(phrase, str):
            raise LexiconError(f"{source}: every phrase is a string, not {phrase!r}")
        try:
            pattern = pattern_of(phrase)
        except ValueError as error:
            raise LexiconError(f"{source}: {error}") from error
        known = self.patterns.get(pattern, ())
        if entry not in known:
            self.patterns[pattern] = (*known, entry)

    @staticmethod
    def expanded(source: str, written: object) -> Sequence[object]:
        """The phrases that one is short for; what is none is left for `add` to report."""
        try:
            return alternatives(written) if isinstance(written, str) else [written]
        except ValueError as error:
            raise LexiconError(f"{source}: {error}") from error

    def add_all(self, source: str, phrases: object, entry: Entry) -> None:
        if not isinstance(phrases, list):
            raise LexiconError(f"{source}: a list of phrases is expected")
        for written in phrases:
            for phrase in self.expanded(source, written):
                self.add(source, phrase, entry)
                if isinstance(phrase, str) and "'" in phrase:
                    self.add(source, phrase.replace("'", ""), entry)

    def language(self, name: str, document: Mapping[str, object]) -> None:
        for key, phrases in document.items():
            if key not in _LANGUAGE_ROLES and key not in {"networks", "language", "numbers", "address"}:
                raise LexiconError(f"{name}: unknown key {key!r}; known: {', '.join(_LANGUAGE_ROLES)}, networks")
            if key in _LANGUAGE_ROLES:
                self.add_all(f"{name}: {key}", phrases, Entry(_LANGUAGE_ROLES[key]))
        numbers = document.get("numbers", {})
        if not isinstance(numbers, dict):
            raise LexiconError(f"{name}: numbers: a table of number = [words] is expected")
        try:
            self.numbers += read_numbers(numbers)
        except ValueError as error:
            raise LexiconError(f"{name}: numbers: {error}") from error
        self.addresses(name, document.get("address", {}))
        networks = document.get("networks", {})
        if not isinstance(networks, dict):
            raise LexiconError(f"{name}: networks: a table of network = [names] is expected")
        for network, names in networks.items():
            self.add_all(f"{name}: networks.{network}", names, Entry(Role.NETWORK, network))
            self.add_all(f"{name}: networks.{network}", possessives(names), Entry(Role.NETWORK, network))

    def networks(self, name: str, document: Mapping[str, object]) -> None:
        roles = {"names": Role.NETWORK, "weak": Role.WEAK_NETWORK, "payment": Role.PAYMENT}
        for network, table in document.items():
            if not isinstance(table, dict):
                raise LexiconError(f"{name}: {network}: a table is expected")
            for key, phrases in table.items():
                if key not in roles:
                    raise LexiconError(f"{name}: {network}.{key}: unknown key; known: {', '.join(roles)}")
                self.add_all(f"{name}: {network}.{key}", phrases, Entry(roles[key], network))
                if key != "weak":
                    self.add_all(f"{name}: {network}", halves(phrases), Entry(roles[key], network))
            if network in (table.get("payment") or ()):  # of what is named like a person: "iban's" is nobody's
                self.add_all(f"{name}: {network}", possessives([network]), Entry(Role.PAYMENT, network))
            if network in (table.get("names") or ()):
                self.add_all(f"{name}: {network}", misspelt([network]), Entry(Role.NETWORK, network))

    def addresses(self, name: str, table: object) -> None:
        if not isinstance(table, dict):
            raise LexiconError(f"{name}: address: a table of sign = [words] is expected")
        for key, words in table.items():
            if key not in WORDS_OF_ADDRESSES:
                raise LexiconError(f"{name}: address.{key}: unknown key; known: {', '.join(WORDS_OF_ADDRESSES)}")
            sign = WORDS_OF_ADDRESSES[key]
            self.spell_all(f"{name}: address.{key}", words, Spelling(sign, SYMBOLS.get(sign, "")))

    def spell_all(self, source: str, words: object, meaning: Spelling) -> None:
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            raise LexiconError(f"{source}: a list of words is expected")
        for word in words:
            for phrase in self.expanded(source, word):
                try:
                    pattern = pattern_of(str(phrase))
                except ValueError as error:
                    raise LexiconError(f"{source}: {error}") from error
                self.spelling[pattern] = tuple(dict.fromkeys((*self.spelling.get(pattern, ()), meaning)))

    def providers(self, name: str, document: Mapping[str, object]) -> None:
        for host, table in document.items():
            try:
                provider = _PROVIDER.validate_python(table)
            except ValidationError as error:
                raise LexiconError(f"{name}: {host}: {error.errors()[0]['msg']}") from error
            names = [*provider.names, *halves(list(provider.names))]
            self.spell_all(f"{name}: {host}", names, Spelling(Sign.PROVIDER, host))
            self.spell_all(f"{name}: {host}", provider.weak, Spelling(Sign.WEAK_PROVIDER, host))
            self.spell_all(f"{name}: {host}", provider.after_at, Spelling(Sign.AFTER_AT, host))
            self.spell_all(f"{name}: {host}", [host.replace(".", "")], Spelling(Sign.AFTER_AT, host))
            self.spell_all(f"{name}: {host}", base64_fragments(f"@{host}"), Spelling(Sign.ENCODED))
            self.spell_all(f"{name}: {host}", backwards(host, provider.names), Spelling(Sign.BACKWARDS, host))
            for noun in provider.names if provider.noun else ():
                for phrase in (noun, f"{noun} id", f"{noun} address", f"{noun} account"):
                    self.add(f"{name}: {host}", phrase, Entry(Role.EMAIL))

    def links(self, name: str, document: Mapping[str, object]) -> None:
        for host, table in document.items():
            if not isinstance(table, dict):
                raise LexiconError(f"{name}: {host}: a table is expected")
            try:
                self.hosts[host] = _HOST.validate_python({"host": host, **table})
            except ValidationError as error:
                keys = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
                raise LexiconError(f"{name}: {host}: {keys}: {error.errors()[0]['msg']}") from error
            self.add(f"{name}: {host}", host, Entry(Role.LINK, host))
            self.spell_all(f"{name}: {host}", backwards(host), Spelling(Sign.BACKWARDS, host))
            self.spell_all(f"{name}: {host}", base64_fragments(f"{host}/"), Spelling(Sign.ENCODED))


def _parse(file: Traversable) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LexiconError(f"{file.name}: {error}") from error


@cache
def _packaged(name: str) -> Mapping[str, object]:
    """A packaged file, read once: many modules take their words from the same one."""
    return _parse(files("consumer.detection").joinpath("lexicon", name))


def word_list(name: str, key: str) -> frozenset[str]:
    """A list of single words from a packaged file. Raises LexiconError if it is not one."""
    words = _packaged(name).get(key)
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise LexiconError(f"{name}: {key}: a list of words is expected")
    return frozenset(words)


def word_lists(name: str, key: str) -> Mapping[str, list[str]]:
    """A table of lists of words from a packaged file. Raises LexiconError if it is not one."""
    table = _packaged(name).get(key)
    if not isinstance(table, dict) or not all(isinstance(words, list) for words in table.values()):
        raise LexiconError(f"{name}: {key}: a table of lists is expected")
    return table


def word_table(name: str, key: str) -> Mapping[str, str]:
    """A table of texts by name from a packaged file. Raises LexiconError if it is not one."""
    table = _packaged(name).get(key)
    if not isinstance(table, dict) or not all(isinstance(text, str) and text for text in table.values()):
        raise LexiconError(f"{name}: {key}: a table of texts is expected")
    return table


def load_lexicon(folder: Traversable | None = None) -> Lexicon:
    """The lexicon in a folder, by default the packaged one.

    Raises LexiconError, naming file and key, for a file that cannot be parsed, a key nobody knows, or a phrase
    of which nothing is left after folding.
    """
    root = folder or files("consumer.detection").joinpath("lexicon")
    reader = _Reader()
    reader.networks("networks.toml", _parse(root.joinpath("networks.toml")))
    reader.links("links.toml", _parse(root.joinpath("links.toml")))
    reader.add_all("fragments.toml: spelling", sorted(word_list("fragments.toml", "spelling")), Entry(Role.SPELLING))
    if root.joinpath("providers.toml").is_file():
        reader.providers("providers.toml", _parse(root.joinpath("providers.toml")))
        for label, words in word_lists("addresses.toml", "sounds").items():
            reader.spell_all(f"addresses.toml: sounds.{label}", words, Spelling(Sign.ENDING, label))
    for file in sorted(root.joinpath("languages").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            reader.language(file.name, _parse(file))
    return Lexicon(reader.patterns, reader.hosts, collect(reader.numbers), reader.spelling)
