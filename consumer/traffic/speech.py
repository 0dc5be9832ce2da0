"""What is said: texts ready for the wire, each with the truth about it."""

from random import Random
from typing import Final

import orjson

from consumer.traffic.item import Truth
from consumer.traffic.market import Conversation
from consumer.traffic.phrasebook import ContactTexts, Dialogue, Identity, Line, Phrasebook

_POOL: Final = 4_096
"""Filled benign bodies kept per language; with openers and closers that makes over a million messages."""


class Speech:
    """Makes texts: JSON strings without their quotes, in UTF-8. `disguised` is a share, as in `Traffic`."""

    def __init__(self, rng: Random, phrasebook: Phrasebook, *, disguised: float) -> None:
        self._rng = rng
        self._phrasebook = phrasebook
        self._hidden_share = disguised
        messages = phrasebook.contact.message
        self._plain = [texts for texts in messages if not texts.disguised]
        self._disguised = [texts for texts in messages if texts.disguised]
        self._pools = {locale: self._pool(locale) for locale in phrasebook.chatter}

    def benign(self, locale: str) -> tuple[bytes, Truth]:
        """A harmless message in one language."""
        random = self._rng.random
        openers, bodies, closers = self._pools[locale]
        body, truth = bodies[int(_POOL * random())]
        return openers[int(len(openers) * random())] + body + closers[int(len(closers) * random())], truth

    def exchange(self, conversation: Conversation, side: int) -> tuple[bytes, Truth]:
        """A message by which the account on that side gives its contact, or asks for some."""
        identity = conversation.identities[side]
        if identity is None:
            identity = conversation.identities[side] = self._phrasebook.identity(self._rng)
        hidden = self._rng.random() < self._hidden_share
        texts: ContactTexts = self._rng.choice(self._disguised if hidden else self._plain)
        template = self._rng.choice(texts.texts)
        network = identity.network if "{network}" in template else texts.network
        truth = Truth(
            label="contact",
            topic="message",
            kind=texts.kind,
            intent=texts.intent,
            network=network,
            disguised=hidden,
            exempt=texts.kind in conversation.allowed,
        )
        return self._text(template, identity), truth

    def dialogue(self) -> Dialogue:
        """Pick an exchange over several messages."""
        return self._rng.choice(self._phrasebook.contact.dialogue)

    def line(self, conversation: Conversation, line: Line) -> tuple[bytes, Truth]:
        """One line of a dialogue."""
        if line.kind is None:
            return self._text(line.text), Truth(label="benign", topic="dialogue")
        truth = Truth(
            label="contact",
            topic="dialogue",
            kind=line.kind,
            intent=line.intent,
            network=line.network,
            disguised=line.intent == "provide",
            exempt=line.kind in conversation.allowed,
        )
        return self._text(line.text), truth

    def _pool(self, locale: str) -> tuple[list[bytes], list[tuple[bytes, Truth]], list[bytes]]:
        chatter = self._phrasebook.chatter[locale]
        truths = {topic.name: Truth(label="benign", topic=topic.name) for topic in chatter.topic}
        topics = self._rng.choices(chatter.topic, [topic.weight for topic in chatter.topic], k=_POOL)
        bodies = [(self._body(self._rng.choice(topic.texts)), truths[topic.name]) for topic in topics]
        return (
            [self._text(text) for text in chatter.openers],
            bodies,
            [self._text(text) for text in chatter.closers],
        )

    def _body(self, template: str) -> bytes:
        text = self._text(template)
        return text if text.endswith((b".", b"?", b"!")) else text + self._rng.choice((b"", b".", b"."))

    def _text(self, template: str, identity: Identity | None = None) -> bytes:
        filled = self._phrasebook.fill(template, self._rng, identity.slots if identity else None)
        return orjson.dumps(filled)[1:-1]
