"""What must hold of every text and every conversation, whatever is in it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

import orjson

from consumer.detection import Detector, Finding, mask
from consumer.events.conversation import ConversationMemory
from consumer.events.message import MessageEvent

DETECTOR: Final = Detector.default()
_START: Final = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MAX_MEMORY: Final = 64 * 1024
"""Bytes of a conversation's memory as JSON; it is a record of a changelog, not a log."""


def _fit(text: str, findings: Sequence[Finding]) -> None:
    assert all(0 <= each.start < each.end <= len(text) for each in findings), findings
    assert all(0 < each.confidence <= 1 for each in findings), findings
    assert all(one.end <= two.start for one, two in pairwise(findings)), findings


def check_text(text: str, locale: str | None = None) -> None:
    """One text: no exception, spans that fit, a mask of the same length, and nothing from what is no suspect."""
    _fit(text, DETECTOR.analyse(text, locale))
    findings = DETECTOR.detect(text, locale)
    _fit(text, findings)
    masked = mask(text, findings)
    assert len(masked) == len(text)
    for finding in findings:
        if finding.intent == "provide":
            assert all(char == "■" or char.isspace() for char in masked[finding.start : finding.end])
    if not DETECTOR.suspects([text]):
        assert findings == ()
        assert DETECTOR.observe(_event("a", text, 0), None).memory is None


def check_prefilter(text: str) -> None:
    """One text: the prefilter does not hide what would be found in it."""
    assert not is_hidden(text), DETECTOR.analyse(text)


def is_hidden(text: str) -> bool:
    """Whether something would be found in a text that the prefilter lets pass."""
    return not DETECTOR.suspects([text]) and DETECTOR.analyse(text) != ()


def check_conversation(messages: Sequence[tuple[str, str]]) -> None:
    """Messages as (sender, text): no exception, spans that fit, a bounded memory, and no change by a second reading."""
    memory: ConversationMemory | None = None
    for place, (sender, text) in enumerate(messages):
        event = _event(sender, text, place)
        suspect = bool(DETECTOR.suspects([text]))
        seen = DETECTOR.observe(event, memory)
        _fit(text, seen.findings)
        assert all(message_id != event.message_id for each in seen.findings for message_id in each.message_ids)
        if not suspect and memory is None:
            assert (seen.findings, seen.memory) == ((), None)
        if not suspect and not DETECTOR.recalls(text):
            assert seen.findings == (), seen.findings
        if seen.memory is not None:
            assert len(orjson.dumps(seen.memory)) <= MAX_MEMORY
        memory = seen.memory


def _event(sender: str, text: str, place: int) -> MessageEvent:
    return MessageEvent(
        message_id=f"m{place}",
        conversation_id="c",
        sender_id=sender,
        sent_at=_START + timedelta(seconds=20 * place),
        surface="inbox",
        text=text,
    )
