"""One worker's world without Kafka: records by hand, a detector that obeys the text, and stores to commit to.

The detector's commands, so that a test decides what is found:

    give ADDRESS    an e-mail address is given
    ask NETWORK     a handle is asked for, and the conversation remembers it
    bare NAME       nothing by itself, and nothing to the prefilter; an answer when a handle was asked for
    hush            the conversation forgets
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import orjson

from consumer.detection import Detector, Finding, Observation
from consumer.events.approval import GigApprovals
from consumer.events.conversation import ConversationMemory, OpenRequest
from consumer.events.decode import TimeBounds
from consumer.events.message import MessageEvent
from consumer.events.topics import Role
from consumer.events.vocabulary import to_millis
from consumer.policy import load_policy
from consumer.stages.screen import Screener
from consumer.stream.batch import BatchProcessor
from consumer.stream.judging import JudgeHop
from consumer.stream.outputs import Outputs, OutputTopics
from consumer.stream.ownership import Owned
from consumer.stream.records import OutRecord, Partition, Slices
from consumer.stream.result import BatchResult
from consumer.stream.routing import RouteHop
from consumer.stream.rules import Rules
from consumer.stream.screening import ScreenHop
from consumer.stream.stores import LedgerStore, MemoryStore

NOW = datetime(2031, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
POLICY = load_policy(None)
SOURCE = "/backchannel/test"
MEMORY_LOG = "memory-log"
LEDGER_LOG = "ledger-log"
MESSAGES = Partition("messages", 4)
ACCOUNTS = Partition("accounts", 7)
ACTIONS = Partition("actions", 1)
ROLES = {
    MESSAGES.topic: Role.MESSAGE_EVENTS,
    ACCOUNTS.topic: Role.ACCOUNT_EVENTS,
    ACTIONS.topic: Role.MODERATOR_ACTIONS,
}
TOPICS = OutputTopics(
    account_events=ACCOUNTS.topic, flagged_messages="flagged", account_standing="standing", dead_letters="dead"
)
BOUNDS = TimeBounds(oldest=NOW - 365 * DAY, tolerance=timedelta(minutes=5))
TRACE = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")


@dataclass(frozen=True, slots=True)
class FakeRecord:
    """What a hop reads of a consumed record."""

    _value: bytes | None
    _key: bytes | None = b"k"
    _offset: int = 0
    _timestamp: tuple[int, int] = (1, to_millis(NOW) - 500)
    _headers: list[tuple[str, bytes | None]] | None = None

    def key(self) -> bytes | None:
        """The key."""
        return self._key

    def value(self) -> bytes | None:
        """The value."""
        return self._value

    def offset(self) -> int:
        """The offset."""
        return self._offset

    def timestamp(self) -> tuple[int, int]:
        """Kind and milliseconds."""
        return self._timestamp

    def headers(self) -> list[tuple[str, bytes | None]] | None:
        """The headers, if any."""
        return self._headers


@dataclass(slots=True)
class ObedientDetector:
    """Finds what the text commands; `observed` lists the message ids it was shown."""

    observed: list[str] = field(default_factory=list)

    def suspects(self, texts: Sequence[str]) -> list[int]:
        """Suspect every command but `bare`."""
        return [index for index, text in enumerate(texts) if text.partition(" ")[0] in {"give", "ask", "hush", "fail"}]

    def recalls(self, text: str) -> bool:
        """Every text may complete what is remembered."""
        del text
        return True

    def observe(
        self, event: MessageEvent, memory: ConversationMemory | None, *, suspect: bool | None = None
    ) -> Observation:
        """Obey, and note the message."""
        del suspect
        self.observed.append(event.message_id)
        command, _, detail = event.text.partition(" ")
        match command:
            case "give":
                return Observation((_found("email", "provide", event, detail.strip().lower()),), memory)
            case "ask":
                return Observation((_found("handle", "request", event, None),), _asked(event, memory))
            case "bare" if memory is not None:
                return Observation((_found("handle", "provide", event, f"telegram:{detail}"),), None)
            case "fail":
                raise IndexError(detail)
            case "hush":
                return Observation((), None)
            case _:
                return Observation((), memory)


def _found(kind: Any, intent: Any, event: MessageEvent, value: str | None) -> Finding:  # noqa: ANN401 - a literal
    start = event.text.index(" ") + 1
    end = len(event.text)
    return Finding(kind=kind, intent=intent, start=start, end=end, confidence=0.95, value=value, techniques=("spaced",))


def _asked(event: MessageEvent, memory: ConversationMemory | None) -> ConversationMemory:
    request = OpenRequest(
        kind="handle", asker=event.sender_id, at=to_millis(event.sent_at), message_id=event.message_id
    )
    return ConversationMemory(requests=(*(memory.requests if memory else ()), request)[-8:])


@dataclass(slots=True)
class World:
    """A processor and what it owns; `commit` is what the loop does after a transaction."""

    approvals: dict[str, GigApprovals] = field(default_factory=dict)
    rules: Rules = field(default_factory=lambda: Rules(POLICY))
    detector: ObedientDetector = field(default_factory=ObedientDetector)
    memories: MemoryStore = field(default_factory=MemoryStore)
    ledgers: LedgerStore = field(default_factory=LedgerStore)
    owned: Owned = field(default_factory=lambda: Owned(ROLES))
    processor: BatchProcessor = field(init=False)

    def __post_init__(self) -> None:
        self.owned.add(MESSAGES, 100, self.memories)
        self.owned.add(ACCOUNTS, 200, self.ledgers)
        self.owned.add(ACTIONS, 300, None)
        outputs = Outputs(TOPICS, SOURCE)
        screener = Screener(cast("Detector", self.detector), b"a key for tests")
        self.processor = BatchProcessor(
            self.rules,
            ScreenHop(screener, outputs, MEMORY_LOG, BOUNDS),
            JudgeHop(self.rules, self.approvals, outputs, LEDGER_LOG),
            RouteHop(outputs),
        )

    def process(
        self, slices: Slices, due: Mapping[Partition, Sequence[str]] | None = None, now: datetime = NOW
    ) -> BatchResult:
        """Process a batch without committing it."""
        return self.processor.process(slices, due or {}, self.owned, now)

    def commit(
        self, slices: Slices, due: Mapping[Partition, Sequence[str]] | None = None, now: datetime = NOW
    ) -> BatchResult:
        """Process a batch and take over what it changed."""
        result = self.process(slices, due, now)
        result.merge()
        self.owned.positions.update(result.offsets)
        return result

    def entries(self) -> dict[str, dict[str, bytes]]:
        """Everything committed, as bytes."""
        return {"memories": dict(self.memories.table.items()), "ledgers": dict(self.ledgers.table.items())}


def content(text: str = "hello", number: int = 0, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """A message event before it is encoded; `fields` go over the defaults."""
    return {
        "message_id": f"m{number}",
        "conversation_id": "talk-1",
        "sender_id": "seller-7",
        "sent_at": (NOW - timedelta(seconds=5)).isoformat(),
        "surface": "inbox",
        "text": text,
        **fields,
    }


def message(text: str = "hello", number: int = 0, **fields: Any) -> FakeRecord:  # noqa: ANN401 - any JSON
    """A readable message record whose offset and message id come from `number`."""
    return FakeRecord(orjson.dumps(content(text, number, **fields)), _offset=100 + number)


def action(name: str = "clear_account", **fields: Any) -> FakeRecord:  # noqa: ANN401 - any JSON
    """A moderator's action."""
    value = {
        "action_id": "act-1",
        "action": name,
        "account_id": "seller-7",
        "actor": "support:dana",
        "at": NOW.isoformat(),
        **fields,
    }
    return FakeRecord(orjson.dumps({"type": "action", **value}), _offset=fields.get("offset", 300))


def second_hop(first: BatchResult, start: int = 200) -> list[FakeRecord]:
    """What the broker would deliver on account-events of a batch's outputs."""
    mine = outputs_to(first, ACCOUNTS.topic)
    return [FakeRecord(out.value, out.key, start + index, _headers=list(out.headers)) for index, out in enumerate(mine)]


def outputs_to(result: BatchResult, topic: str) -> list[OutRecord]:
    """The batch's outputs to one topic, in order."""
    return [out for out in result.outputs if out.topic == topic]


def loaded(out: OutRecord) -> dict[str, Any]:
    """The JSON of an output."""
    assert out.value is not None
    value: dict[str, Any] = orjson.loads(out.value)
    return value


def headers_of(out: OutRecord) -> dict[str, str]:
    """An output's headers as text; every name at most once."""
    names = [name for name, _ in out.headers]
    assert len(names) == len(set(names))
    return {name: value.decode() for name, value in out.headers}
