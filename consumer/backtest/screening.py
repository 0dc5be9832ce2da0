"""Messages to incidents, with the conversations' memory: the worker's first hop without its batches."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from consumer.events.account import Incident
from consumer.events.conversation import ConversationMemory
from consumer.events.message import MessageEvent
from consumer.stages.screen import Screener

ROTATION = timedelta(hours=2)
"""A conversation is forgotten after one to two of these without a change; its memory matters for less."""


class Screening:
    """Screens messages in the order they are given; `now` never goes back."""

    def __init__(self, screener: Screener) -> None:
        self._screener = screener
        self._fresh: dict[str, ConversationMemory] = {}
        self._idle: dict[str, ConversationMemory] = {}
        self._rotate_at: datetime | None = None

    def suspects(self, texts: Sequence[str]) -> set[int]:
        """Indices of the texts that may contain something; asked for many at once because that is cheap."""
        return set(self._screener.suspects(texts))

    def incident(self, event: MessageEvent, now: datetime, *, suspect: bool) -> Incident | None:
        """The incident a message makes, none if it is clean; `suspect` is what `suspects` said of it."""
        self._forget(now)
        conversation = event.conversation_id
        remembered = self._fresh.get(conversation) or self._idle.get(conversation)
        if not suspect and (remembered is None or not self._screener.recalls(event.text)):
            return None
        screened = self._screener.screen(event, remembered, event.sent_at, suspect=suspect)
        if screened.memory is not remembered:
            self._idle.pop(conversation, None)
            self._fresh.pop(conversation, None)
            if screened.memory is not None:
                self._fresh[conversation] = screened.memory
        return screened.incident

    def _forget(self, now: datetime) -> None:
        if self._rotate_at is None:
            self._rotate_at = now + ROTATION
        elif now >= self._rotate_at:
            self._idle, self._fresh = self._fresh, {}
            self._rotate_at = now + ROTATION
