"""What a detector finds in a conversation."""

from datetime import UTC, datetime, timedelta

from consumer.detection import Detector, Finding
from consumer.events.conversation import ConversationMemory
from consumer.events.message import MessageEvent


def told(detector: Detector, talk: list[tuple[str, str]]) -> list[set[tuple[str, str]]]:
    """Kinds and intents found in each message of a conversation, twenty seconds apart."""
    return [{(each.kind, each.intent) for each in findings} for findings in observed(detector, talk)]


def observed(detector: Detector, talk: list[tuple[str, str]]) -> list[tuple[Finding, ...]]:
    """What is found in each message of a conversation, twenty seconds apart."""
    memory: ConversationMemory | None = None
    found: list[tuple[Finding, ...]] = []
    for number, (sender, text) in enumerate(talk):
        event = MessageEvent(
            message_id=f"m{number}", conversation_id="c", sender_id=sender, surface="inbox", text=text,
            sent_at=datetime(2026, 1, 5, 10, tzinfo=UTC) + timedelta(seconds=20 * number),
        )  # fmt: skip
        seen = detector.observe(event, memory)
        memory = seen.memory
        found.append(seen.findings)
    return found
