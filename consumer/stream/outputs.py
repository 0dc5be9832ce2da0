"""Values to records: which topic, which key, which headers.

Headers follow CloudEvents 1.0 in Kafka's binary mode (the value is the event's data); `traceparent` and `tracestate`
(W3C Trace Context) are passed on from the record that caused the output.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consumer import __version__
from consumer.events.account import Incident
from consumer.events.dead_letter import HEADER_PREFIX, DeadLetter
from consumer.events.decode import Rejected
from consumer.events.encode import encode
from consumer.events.framing import PLAIN
from consumer.events.moderation import ModeratorAction
from consumer.events.standing import AccountStanding
from consumer.events.verdict import Verdict
from consumer.stream.records import Headers, OutRecord, Partition, Record

MAX_DEAD_LETTER = 960_000
"""Bytes of an unprocessable value that are kept. With its key and headers the record stays under the 1,000,000 bytes
that librdkafka takes by default (`message.max.bytes`), and so under the 1,048,588 of a broker: a dead letter that could
not be produced would stop the worker, and the next one, and the next."""
MAX_DEAD_LETTER_KEY = 32_000
"""Bytes of its key that are kept."""
MAX_TRACE = 512
"""Bytes of a trace header that is passed on; W3C asks for at least that much of `tracestate`."""

TRUNCATED_HEADER = HEADER_PREFIX + "truncated_from"
"""On a dead letter whose value was cut: how many bytes the original has. Its origin says where the rest is."""

_TRACE = ("traceparent", "tracestate")


@dataclass(frozen=True, slots=True)
class OutputTopics:
    """Names of the topics the worker writes."""

    account_events: str
    flagged_messages: str
    account_standing: str
    dead_letters: str


@dataclass(frozen=True, slots=True)
class Frames:
    """What stands in front of published values, for readers that look their schema up in a registry."""

    verdict: bytes = PLAIN
    standing: bytes = PLAIN


def trace_of(record: Record) -> Headers:
    """Return the trace context of a consumed record, to be passed on: each header once, the first of its name."""
    headers = record.headers()
    if not headers:
        return []
    trace: dict[str, bytes] = {}
    for name, value in headers:
        if name in _TRACE and value is not None and len(value) <= MAX_TRACE:
            trace.setdefault(name, value)
    return list(trace.items())


class Outputs:
    """Makes the records of one worker; `source` is its CloudEvents source."""

    def __init__(self, topics: OutputTopics, source: str, frames: Frames | None = None) -> None:
        self._topics = topics
        self._frames = frames or Frames()
        self._incident = self._fixed("backchannel.incident.v1", source)
        self._action = self._fixed("backchannel.moderator-action.v1", source)
        self._verdict = self._fixed("backchannel.verdict.v1", source)
        self._standing = self._fixed("backchannel.account-standing.v1", source)

    def incident(self, incident: Incident, trace: Headers) -> OutRecord:
        """Address an incident to its account."""
        headers = [
            ("ce_id", incident.incident_id.encode()),
            ("ce_time", _rfc3339(incident.received_at)),
            *self._incident,
            *trace,
        ]
        return OutRecord(self._topics.account_events, incident.account_id.encode(), encode(incident), headers)

    def action(self, action: ModeratorAction, trace: Headers) -> OutRecord:
        """Address a moderator's action to its account."""
        headers = [
            ("ce_id", action.action_id.encode()),
            ("ce_time", _rfc3339(action.at)),
            *self._action,
            *trace,
        ]
        return OutRecord(self._topics.account_events, action.account_id.encode(), encode(action), headers)

    def verdict(self, verdict: Verdict, trace: Headers) -> OutRecord:
        """Publish a verdict."""
        headers = [
            ("ce_id", verdict.verdict_id.encode()),
            ("ce_time", _rfc3339(verdict.decided_at)),
            *self._verdict,
            *trace,
        ]
        value = self._frames.verdict + encode(verdict)
        return OutRecord(self._topics.flagged_messages, verdict.account_id.encode(), value, headers)

    def standing(self, standing: AccountStanding, trace: Headers) -> OutRecord:
        """Publish an account's standing."""
        as_of = _rfc3339(standing.as_of)
        # One instant can bring several changes of one account; each leaves another number of strikes or standing.
        change = f"{standing.account_id}@{as_of.decode()}/{standing.standing}/{standing.active_strikes}"
        headers = [("ce_id", change.encode()), ("ce_time", as_of), *self._standing, *trace]
        value = self._frames.standing + encode(standing)
        return OutRecord(self._topics.account_standing, standing.account_id.encode(), value, headers)

    def dead_letter(self, partition: Partition, record: Record, why: Rejected) -> OutRecord:
        """Set aside a record that cannot be processed: its raw bytes, the reason, and where it came from."""
        letter = DeadLetter(
            reason=why.reason,
            detail=why.detail,
            origin_topic=partition.topic,
            origin_partition=partition.number,
            origin_offset=record.offset(),
            origin_timestamp=max(0, record.timestamp()[1]),
            worker_version=__version__,
        )
        headers = [*letter.headers(), *trace_of(record)]
        key, value = record.key(), record.value()
        if key is not None and len(key) > MAX_DEAD_LETTER_KEY:
            key = key[:MAX_DEAD_LETTER_KEY]
        if value is not None and len(value) > MAX_DEAD_LETTER:
            headers.append((TRUNCATED_HEADER, str(len(value)).encode()))
            value = value[:MAX_DEAD_LETTER]
        return OutRecord(self._topics.dead_letters, key, value, headers)

    @staticmethod
    def _fixed(event_type: str, source: str) -> Headers:
        return [
            ("ce_type", event_type.encode()),
            ("ce_source", source.encode()),
            ("ce_specversion", b"1.0"),
            ("content-type", b"application/json"),
        ]


def changelog(topic: str, partition: int, changes: Sequence[tuple[str, bytes | None]]) -> list[OutRecord]:
    """Records of a store's changes, to the changelog partition with the number of the input partition."""
    return [OutRecord(topic, key.encode(), value, [], partition) for key, value in changes]


def _rfc3339(instant: datetime) -> bytes:
    return instant.isoformat().encode()
