"""How much of what is generated the detector finds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from consumer.detection import Detector, Finding
from consumer.events.conversation import ConversationMemory
from consumer.events.message import MessageEvent
from tests.evasions.generator import Case

SINGLE_BAR, PAIR_BAR = 0.97, 0.90
"""Recall that each disguise, and every two composed, must reach."""
FALSE_BAR = 0.005
"""Share of look-alikes that may be flagged."""
REVIEW = 0.5
"""The default policy's threshold for review: findings below it are ignored."""
_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass(slots=True)
class Cell:
    """One line or one field of the matrix."""

    names: tuple[str, ...]
    count: int = 0
    caught: int = 0
    missed: list[Case] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """The share found."""
        return self.caught / self.count if self.count else 1.0


def findings_of(detector: Detector, messages: tuple[str, ...], chatter: str = "") -> tuple[Finding, ...]:
    """What is found in the last message, after the others of the same sender and the other side's chatter."""
    if len(messages) == 1:
        return _counted(detector.detect(messages[0]))
    return observed(detector, _talk(messages, chatter))[-1]


def _talk(messages: tuple[str, ...], chatter: str) -> list[tuple[str, str]]:
    talk = [("a", text) for text in messages]
    if chatter:
        talk = [each for message in talk for each in (message, ("b", chatter))][:-1]
    return talk


def observed(detector: Detector, talk: Iterable[tuple[str, str]]) -> list[tuple[Finding, ...]]:
    """What is found in each message of a conversation."""
    memory: ConversationMemory | None = None
    findings = []
    for place, (sender, text) in enumerate(talk):
        event = MessageEvent(
            message_id=f"m{place}",
            conversation_id="c",
            sender_id=sender,
            surface="inbox",
            text=text,
            sent_at=_START + timedelta(seconds=15 * place),
        )
        seen = detector.observe(event, memory)
        memory = seen.memory
        findings.append(_counted(seen.findings))
    return findings


def _counted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(found for found in findings if found.confidence >= REVIEW)


def is_caught(case: Case, findings: Iterable[Finding]) -> bool:
    """Whether a finding of an accepted kind with the right intent touches the detail."""
    return any(
        finding.kind in case.detail.accepted
        and (finding.intent == case.detail.intent or case.detail.intent != "provide")
        and finding.start < case.end
        and finding.end > case.start
        for finding in findings
    )


def is_caught_early(detector: Detector, case: Case) -> bool:
    """Whether a split detail is found in an earlier message, where it can seem to end: "ay@aol.co" before "m"."""
    earlier = observed(detector, _talk(case.messages, case.chatter))[:-1]
    return any(
        finding.kind in case.detail.accepted and finding.intent == case.detail.intent
        for findings in earlier
        for finding in findings
    )


def measured(detector: Detector, names: tuple[str, ...], cases: Iterable[Case]) -> Cell:
    """A cell with its figures. What is split alone must be found in the last message, what is disguised besides in any.

    A cut disguise often reads as whole before its last piece has come, and then its incident has come as well.
    """
    cell = Cell(names)
    for case in cases:
        cell.count += 1
        if is_caught(case, findings_of(detector, case.messages, case.chatter)) or (
            len(names) > 1 and is_caught_early(detector, case)
        ):
            cell.caught += 1
        else:
            cell.missed.append(case)
    return cell
