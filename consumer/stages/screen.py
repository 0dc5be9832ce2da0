"""The first pure stage: a message and its conversation's memory make an incident, or nothing.

Invariant: the clear value of a detail ends here. It goes into the keyed hash and nowhere else; the incident carries
spans, kinds, the hash and the masked text.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consumer.detection import DETECTOR_VERSION, Detector, Finding, mask
from consumer.events.account import Incident
from consumer.events.conversation import ConversationMemory
from consumer.events.finding import PublishedFinding
from consumer.events.ids import incident_id
from consumer.events.message import MessageEvent


@dataclass(frozen=True, slots=True)
class Screening:
    """What one message came to: its incident if any, and what the conversation is to remember.

    `memory` is the very object passed in when nothing changed, and None when there is nothing (left) to remember.
    """

    incident: Incident | None
    memory: ConversationMemory | None


class Screener:
    """Screens messages with one detector and one hash key (`hash_key`: bytes, kept secret)."""

    def __init__(self, detector: Detector, hash_key: bytes) -> None:
        self._detector = detector
        self._keyed = hmac.new(hash_key, digestmod="sha256")

    def suspects(self, texts: Sequence[str]) -> list[int]:
        """Ascending indices of the texts that have to be screened; the others are clean unless remembered."""
        return self._detector.suspects(texts)

    def recalls(self, text: str) -> bool:
        """Whether a text that is no suspect has to be screened when its conversation is remembered."""
        return self._detector.recalls(text)

    def screen(
        self,
        event: MessageEvent,
        memory: ConversationMemory | None,
        received_at: datetime,
        *,
        suspect: bool | None = None,
    ) -> Screening:
        """Screen one message; `received_at` is when its record was appended, `suspect` what `suspects` said of it."""
        observed = self._detector.observe(event, memory, suspect=suspect)
        if not observed.findings:
            return Screening(None, observed.memory)
        return Screening(self._incident(event, observed.findings, received_at), observed.memory)

    def _incident(self, event: MessageEvent, findings: Sequence[Finding], received_at: datetime) -> Incident:
        return Incident(
            incident_id=incident_id(event.sender_id, event.message_id, event.revision),
            account_id=event.sender_id,
            message_id=event.message_id,
            revision=event.revision,
            conversation_id=event.conversation_id,
            sent_at=event.sent_at,
            received_at=received_at,
            surface=event.surface,
            findings=tuple(self._published(finding) for finding in findings[:256]),
            masked_text=mask(event.text, findings),
            detector_version=DETECTOR_VERSION,
            recipient_id=event.recipient_id,
            gig_id=event.gig_id,
            order_id=event.order_id,
            locale=event.locale,
        )

    def _published(self, finding: Finding) -> PublishedFinding:
        return PublishedFinding(
            kind=finding.kind,
            intent=finding.intent,
            start=finding.start,
            end=finding.end,
            confidence=finding.confidence,
            network=finding.network,
            techniques=finding.techniques,
            detail_hash=None if finding.value is None else self._hash(finding.value),
            message_ids=finding.message_ids,
        )

    def _hash(self, value: str) -> str:
        keyed = self._keyed.copy()
        keyed.update(value.encode("utf-8", "surrogatepass"))
        return keyed.hexdigest()
