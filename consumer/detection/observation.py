"""What comes of looking at one message."""

from dataclasses import dataclass

from consumer.detection.finding import Finding
from consumer.events.conversation import ConversationMemory


@dataclass(frozen=True, slots=True)
class Observation:
    """The findings of a message, and what its conversation remembers afterwards (None: nothing)."""

    findings: tuple[Finding, ...]
    memory: ConversationMemory | None
