"""The first hop: message events to incidents, with the conversation's memory.

Almost every message is clean, so the clean path does the least: a native reader, one native prefilter over all texts of
the slice, one look-up among the conversations that have a memory.
"""

import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from time import perf_counter

from consumer.detection.unfamiliar import unfamiliar
from consumer.events.account import Incident
from consumer.events.conversation import ConversationMemory
from consumer.events.decode import Rejected, TimeBounds
from consumer.events.message import MessageEvent
from consumer.events.received import ReceivedMessage, receive, same_zone
from consumer.stages.screen import Screener, Screening
from consumer.stream.outputs import Outputs, trace_of
from consumer.stream.records import Partition, Record
from consumer.stream.result import BatchResult, Tally
from consumer.stream.state import Overlay
from consumer.stream.stores import Store

log = logging.getLogger(__name__)

Message = ReceivedMessage | MessageEvent
"""A message that was let in; the few that the native reader left to pydantic are events already."""


class ScreenHop:
    """Screens slices of `message-events`; `changelog` is the topic of the conversations' memory."""

    def __init__(self, screener: Screener, outputs: Outputs, changelog: str, bounds: TimeBounds) -> None:
        self._screener = screener
        self._outputs = outputs
        self._changelog = changelog
        self._bounds = bounds

    def run(
        self,
        partition: Partition,
        records: Sequence[Record],
        forgotten: Sequence[str],
        store: Store[ConversationMemory],
        result: BatchResult,
        now: datetime,
    ) -> None:
        """Process one partition's slice, and forget the conversations that have fallen silent."""
        started = perf_counter()
        messages, kept = self._decode(partition, records, result, now)
        decoded = perf_counter()
        memory = store.overlay()
        for conversation in forgotten:
            memory.put(conversation, None)
        self._screen(partition, messages, kept, memory, result)
        result.stage(store, memory, self._changelog, partition.number)
        result.tally.seconds["decode"] += decoded - started
        result.tally.seconds["screen"] += perf_counter() - decoded

    def _decode(
        self, partition: Partition, records: Sequence[Record], result: BatchResult, now: datetime
    ) -> tuple[list[Message], list[Record]]:
        """Return the readable messages and the records they came in; the rest become dead letters."""
        messages: list[Message] = []
        kept: list[Record] = []
        latest = same_zone(self._bounds.latest(now))
        oldest = same_zone(self._bounds.oldest)
        for record in records:
            value = record.value()
            try:
                if value is None or record.key() is None:
                    raise _empty(value)
                message, sent_at = receive(value)
                if not oldest <= sent_at <= latest:
                    self._bounds.check(sent_at, latest)
            except Rejected as why:
                self._set_aside(partition, record, why, result)
            else:
                messages.append(message)
                kept.append(record)
        return messages, kept

    def _screen(
        self,
        partition: Partition,
        messages: Sequence[Message],
        records: Sequence[Record],
        memory: Overlay[ConversationMemory],
        result: BatchResult,
    ) -> None:
        texts = [message.text for message in messages]
        result.tally.unfamiliar.update(unfamiliar(texts))
        suspects = self._suspects(partition, texts)
        recalls = self._screener.recalls
        looked_at = flagged = failed = 0
        for index in _candidates(messages, suspects, memory):
            message = messages[index]
            conversation = message.conversation_id
            suspect = index in suspects
            if not suspect and (conversation not in memory or not (message.revision or recalls(message.text))):
                continue  # an edit always counts: it may take back a piece that is remembered
            looked_at += 1
            record = records[index]
            remembered = memory.get(conversation)
            screening = self._tried(partition, record, message, remembered, suspect, result)
            if screening is None:
                failed += 1
                continue
            if screening.memory is not remembered:
                memory.put(conversation, screening.memory)
            if screening.incident is not None:
                flagged += 1
                _count(screening.incident, result.tally)
                result.outputs.append(self._outputs.incident(screening.incident, trace_of(record)))
        outcomes = result.tally.events
        outcomes["clean"] += len(messages) - looked_at
        outcomes["cleared"] += looked_at - flagged - failed
        outcomes["flagged"] += flagged

    def _suspects(self, partition: Partition, texts: Sequence[str]) -> set[int]:
        """Ask the prefilter; if it fails on the batch, suspect every text, so that only the culprit is set aside."""
        try:
            return set(self._screener.suspects(texts))
        except Exception:
            log.exception("the prefilter failed", extra={"topic": partition.topic, "partition": partition.number})
            return set(range(len(texts)))

    def _tried(
        self,
        partition: Partition,
        record: Record,
        message: Message,
        remembered: ConversationMemory | None,
        suspect: bool,  # noqa: FBT001 - what the prefilter said
        result: BatchResult,
    ) -> Screening | None:
        """Screen one message; None if the detector failed on it, and it was set aside.

        A text that makes the detector raise is a defect of ours. It must not stop the worker at this offset for ever,
        nor pass for clean: it is counted, logged with its place, and kept as a dead letter.
        """
        try:
            event = message.event() if isinstance(message, ReceivedMessage) else message
            return self._screener.screen(event, remembered, _appended(record), suspect=suspect)
        except Exception as error:
            place = {"topic": partition.topic, "partition": partition.number, "offset": record.offset()}
            log.exception("a message could not be screened", extra=place)
            why = Rejected("processing_failed", f"the detector failed with {type(error).__name__}")
            self._set_aside(partition, record, why, result)
            return None

    def _set_aside(self, partition: Partition, record: Record, why: Rejected, result: BatchResult) -> None:
        result.outputs.append(self._outputs.dead_letter(partition, record, why))
        result.tally.events["dead_letter"] += 1
        result.tally.dead_letters[why.reason] += 1


def _candidates(
    messages: Sequence[Message], suspects: AbstractSet[int], memory: Overlay[ConversationMemory]
) -> list[int]:
    """Return the indices of the suspects, and of all messages whose conversation has a memory or may get one here."""
    begun = {messages[index].conversation_id for index in suspects}
    held = memory.table.keys()
    return [
        index
        for index, message in enumerate(messages)
        if index in suspects or (talk := message.conversation_id) in begun or talk in held
    ]


def _empty(value: bytes | None) -> Rejected:
    if value is None:
        return Rejected("null_value", "the record has no value")
    return Rejected("null_key", "the record has no key")


def _appended(record: Record) -> datetime:
    return datetime.fromtimestamp(max(0, record.timestamp()[1]) / 1000, UTC)


def _count(incident: Incident, tally: Tally) -> None:
    for finding in incident.findings:
        tally.findings[finding.kind, finding.intent] += 1
        tally.techniques.update(finding.techniques)
        if finding.network is not None:
            tally.networks[finding.network, finding.intent] += 1
