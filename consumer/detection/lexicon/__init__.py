"""Language data: which words matter, and how they are read and checked.

`networks.toml` names the messaging and payment networks, `links.toml` the hosts whose links are a way to contact
someone; `handles.toml`, `payments.toml` and `confusables.toml` belong to one detector each or to the views; every
file in `languages/` is one language. Adding a language is adding a file.

A phrase is written as people type it; it is folded like a message before it is compared. It matches whole words;
a `*` at either end leaves that end open (`numara*`). Phrases in scripts without spaces are open at both ends.
"""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

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
    POLITE = "polite"
    JOIN = "join"  # may follow a plain request: or, and, then, here
    CALL = "call"  # the verb of using a telephone
    REFUSE = "refuse"
    RULES = "rules"  # talk about what is allowed
    WORK = "work"  # what is made or sold: the channel named beside it is its subject
    IGNORE = "ignore"  # a fixed phrase that hides the words in it
    NOT_PHONE = "not_phone"  # numbers near it are something else
    MOVE = "move"  # proposes to go somewhere
    OUTSIDE = "outside"  # a proposal to leave the platform, whole
    PAY = "pay"  # proposes to pay somebody


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
    """Folded patterns with their meanings, and the contact hosts by host name."""

    patterns: Mapping[str, tuple[Entry, ...]]
    hosts: Mapping[str, Host]


_HOST = TypeAdapter(Host)
_OPEN_SCRIPTS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI")
_LANGUAGE_ROLES = {role.value: role for role in Role if role not in {Role.NETWORK, Role.WEAK_NETWORK, Role.LINK}}


def _open(char: str) -> bool:
    return unicodedata.name(char, "").startswith(_OPEN_SCRIPTS)


def pattern_of(phrase: str) -> str:
    """The folded pattern a phrase is searched by, with a space at each closed end.

    Raises ValueError if nothing of the phrase is left after folding.
    """
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

    def add_all(self, source: str, phrases: object, entry: Entry) -> None:
        if not isinstance(phrases, list):
            raise LexiconError(f"{source}: a list of phrases is expected")
        for phrase in phrases:
            self.add(source, phrase, entry)
            if isinstance(phrase, str) and "'" in phrase:
                self.add(source, phrase.replace("'", ""), entry)

    def language(self, name: str, document: Mapping[str, object]) -> None:
        for key, phrases in document.items():
            if key not in _LANGUAGE_ROLES and key not in {"networks", "language"}:
                raise LexiconError(f"{name}: unknown key {key!r}; known: {', '.join(_LANGUAGE_ROLES)}, networks")
            if key in _LANGUAGE_ROLES:
                self.add_all(f"{name}: {key}", phrases, Entry(_LANGUAGE_ROLES[key]))
        networks = document.get("networks", {})
        if not isinstance(networks, dict):
            raise LexiconError(f"{name}: networks: a table of network = [names] is expected")
        for network, names in networks.items():
            self.add_all(f"{name}: networks.{network}", names, Entry(Role.NETWORK, network))

    def networks(self, name: str, document: Mapping[str, object]) -> None:
        roles = {"names": Role.NETWORK, "weak": Role.WEAK_NETWORK, "payment": Role.PAYMENT}
        for network, table in document.items():
            if not isinstance(table, dict):
                raise LexiconError(f"{name}: {network}: a table is expected")
            for key, phrases in table.items():
                if key not in roles:
                    raise LexiconError(f"{name}: {network}.{key}: unknown key; known: {', '.join(roles)}")
                self.add_all(f"{name}: {network}.{key}", phrases, Entry(roles[key], network))

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


def _parse(file: Traversable) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LexiconError(f"{file.name}: {error}") from error


def word_list(name: str, key: str) -> frozenset[str]:
    """A list of single words from a packaged file. Raises LexiconError if it is not one."""
    words = _parse(files("consumer.detection").joinpath("lexicon", name)).get(key)
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise LexiconError(f"{name}: {key}: a list of words is expected")
    return frozenset(words)


def load_lexicon(folder: Traversable | None = None) -> Lexicon:
    """The lexicon in a folder, by default the packaged one.

    Raises LexiconError, naming file and key, for a file that cannot be parsed, a key nobody knows, or a phrase
    of which nothing is left after folding.
    """
    root = folder or files("consumer.detection").joinpath("lexicon")
    reader = _Reader()
    reader.networks("networks.toml", _parse(root.joinpath("networks.toml")))
    reader.links("links.toml", _parse(root.joinpath("links.toml")))
    for file in sorted(root.joinpath("languages").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            reader.language(file.name, _parse(file))
    return Lexicon(reader.patterns, reader.hosts)
