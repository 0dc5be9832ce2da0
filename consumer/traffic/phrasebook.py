"""The texts: templates from the TOML files, and the grammar that fills their slots."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from consumer.events.vocabulary import Intent, Kind

_SLOT = re.compile(r"\{(\w+)\}")

Texts = Annotated[tuple[str, ...], Field(min_length=1)]
Grammar = Mapping[str, Texts]


@checked(frozen=True, slots=True, kw_only=True)
class Topic:
    """Benign messages about one thing; `weight` is relative to the language's other topics."""

    name: str
    weight: Annotated[int, Field(gt=0)]
    texts: Texts


@checked(frozen=True, slots=True, kw_only=True)
class Chatter:
    """One language's benign messages: opener + body + closer."""

    openers: Texts
    closers: Texts
    topic: Annotated[tuple[Topic, ...], Field(min_length=1)]


@checked(frozen=True, slots=True, kw_only=True)
class Network:
    """How people call a network, and how they write a handle of it."""

    says: Texts
    handle: str


@checked(frozen=True, slots=True, kw_only=True)
class ContactTexts:
    """Messages that exchange one kind of contact in one way."""

    kind: Kind
    intent: Intent
    texts: Texts
    network: str | None = None
    disguised: bool = False


@checked(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a dialogue; `by` is `a`, who starts, or `b`. Without `kind` it is harmless on its own."""

    by: Literal["a", "b"]
    text: str
    kind: Kind | None = None
    intent: Intent | None = None
    network: str | None = None


@checked(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """Contact exchanged over several messages of one conversation."""

    lines: Annotated[tuple[Line, ...], Field(min_length=2)]


@checked(frozen=True, slots=True, kw_only=True)
class Contact:
    """Everything of contact.toml."""

    network: Mapping[str, Network]
    message: tuple[ContactTexts, ...]
    dialogue: tuple[Dialogue, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """How one account can be reached: the slots that stay the same in all it writes."""

    network: str
    slots: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """All templates, checked: every slot they name can be filled. Randomness is an argument."""

    chatter: Mapping[str, Chatter]
    contact: Contact
    grammar: Grammar

    def fill(self, text: str, rng: Random, fixed: Mapping[str, str] | None = None) -> str:
        """Replace every slot, from `fixed` where it has one, else by a random form of the grammar."""
        if "{" not in text:
            return text

        def form(match: re.Match[str]) -> str:
            slot = match[1]
            if slot == "d":
                return str(rng.randrange(10))
            if fixed is not None and slot in fixed:
                return fixed[slot]
            return self.fill(rng.choice(self.grammar[slot]), rng, fixed)

        return _SLOT.sub(form, text)

    def identity(self, rng: Random) -> Identity:
        """Make up how an account can be reached."""
        name = rng.choice(sorted(self.contact.network))
        network = self.contact.network[name]
        slots = {slot: self.fill(f"{{{slot}}}", rng) for slot in ("email", "phone", "user")}
        slots["handle"] = self.fill(network.handle, rng, slots)
        slots["network"] = rng.choice(network.says)
        return Identity(name, slots)


def _texts(chatter: Mapping[str, Chatter], contact: Contact, grammar: Grammar) -> Sequence[str]:
    found = [form for forms in grammar.values() for form in forms]
    for language in chatter.values():
        found += [*language.openers, *language.closers]
        found += [text for topic in language.topic for text in topic.texts]
    found += [text for message in contact.message for text in message.texts]
    found += [line.text for dialogue in contact.dialogue for line in dialogue.lines]
    return [*found, *(network.handle for network in contact.network.values())]


@cache
def load_phrasebook() -> Phrasebook:
    """Read the TOML files of this package. ValueError when one breaks its shape or names an unknown slot."""
    read = {
        name: tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("chatter", "contact", "grammar")
    }
    chatter = TypeAdapter(dict[str, Chatter]).validate_python(read["chatter"])
    contact = TypeAdapter(Contact).validate_python(read["contact"])
    grammar = TypeAdapter(dict[str, Texts]).validate_python(read["grammar"])
    known = {*grammar, "d", "network", "handle"}
    unknown = {slot for text in _texts(chatter, contact, grammar) for slot in _SLOT.findall(text)} - known
    if unknown:
        raise ValueError(f"slots without a form in grammar.toml: {', '.join(sorted(unknown))}")
    return Phrasebook(chatter, contact, grammar)
