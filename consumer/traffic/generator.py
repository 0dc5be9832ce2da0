"""`Traffic`, the description, and the stream of records that its seed makes.

Invariant: equal descriptions yield equal records, whatever the machine and however often they are iterated;
`key_by` changes keys and nothing else, because keys have a source of randomness of their own.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import Final, Literal

from consumer.events.topics import Role
from consumer.traffic.garbage import FORMS, Parts
from consumer.traffic.item import Repeat, TrafficItem, Truth
from consumer.traffic.market import Conversation, Market
from consumer.traffic.phrasebook import load_phrasebook
from consumer.traffic.speech import Speech
from consumer.traffic.support import action_record, approval_record

KeyBy = Literal["conversation", "random"]

_BY_OFFENDERS: Final = 0.7
"""Share of the contact exchange that repeat offenders are behind."""
_ENDS: Final = 0.04
"""Probability that a message is its conversation's last."""
_MEMORY: Final = 64
"""Recent messages that may be sent again or edited."""
_PATIENCE: Final = 8
"""Contact messages that pass before one of them is appealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Endless marketplace traffic, lazily made; iterate it, or `take` some of it.

    `start` is the first message's time and `spacing` the mean time between messages.

    Shares of the steps the generator takes, each in [0, 1], zero switching the step off: `flagged` single
    messages that exchange contact; `splits` dialogues that spread a detail over several messages (2 to 5
    lines, taking turns with other conversations); `garbage` broken records; `duplicates` records sent
    again; `edits` new revisions; `actions` decisions by support on earlier messages.

    Other shares: `disguised` of the flagged that an ordinary detector may miss; `orders` of conversations
    on an order page; `approved` of the gigs with orders that support has decided on. `accounts` counts the
    ordinary accounts, `conversations` those open at once. `key_by` keys messages by conversation or at
    random.

    A gig's approval record comes before its first order's messages; who reads the topics separately keeps
    that order only by reading `gig_approvals` first.
    """

    seed: int
    start: datetime
    spacing: timedelta = timedelta(milliseconds=20)
    flagged: float = 0.05
    disguised: float = 0.15
    splits: float = 0.001
    garbage: float = 0.002
    duplicates: float = 0.004
    edits: float = 0.004
    actions: float = 0.002
    orders: float = 0.35
    approved: float = 0.4
    accounts: int = 20_000
    conversations: int = 512
    key_by: KeyBy = "conversation"

    def __post_init__(self) -> None:
        """Refuse a description that cannot be carried out (ValueError)."""
        shares = (self.flagged, self.splits, self.garbage, self.duplicates, self.edits, self.actions)
        if min(*shares, self.disguised, self.orders, self.approved) < 0 or sum(shares) > 1:
            raise ValueError("shares lie between 0 and 1, and those of the steps make 1 at most")
        if max(self.disguised, self.orders, self.approved) > 1:
            raise ValueError("shares lie between 0 and 1")
        if self.accounts < 2 or self.conversations < 1 or self.spacing < timedelta(0):  # noqa: PLR2004 - a pair
            raise ValueError("traffic needs two accounts, one conversation and a spacing that is not negative")
        if self.start.tzinfo is None:
            raise ValueError("start needs a time zone")

    def __iter__(self) -> Iterator[TrafficItem]:
        """Yield records for ever, from the beginning."""
        return _Stream(self).items()

    def take(self, messages: int) -> Iterator[TrafficItem]:
        """Yield records up to the `messages`-th on `message_events`, broken and repeated ones included."""
        if messages <= 0:
            return
        for item in self:
            yield item
            if item.topic_role is Role.MESSAGE_EVENTS:
                messages -= 1
                if messages == 0:
                    return


@dataclass(slots=True)
class _Sent:
    """A message that may be edited: `head` is its value up to the opening quote of the text."""

    conversation: Conversation
    side: int
    message_id: bytes
    head: bytes
    revision: int


class _Stream:
    """One pass over a description."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        tag = blake2b(str(traffic.seed).encode(), digest_size=4).hexdigest()
        self._rng = Random(f"{tag}/messages")
        self._key_rng = Random(f"{tag}/keys") if traffic.key_by == "random" else None
        phrasebook = load_phrasebook()
        self._market = Market(
            self._rng,
            phrasebook,
            tag,
            accounts=traffic.accounts,
            open_now=traffic.conversations,
            orders=traffic.orders,
            approved=traffic.approved,
        )
        self._speech = Speech(self._rng, phrasebook, disguised=traffic.disguised)
        self._prefix = b'{"message_id":"m-' + tag.encode() + b"-"
        self._number = 0
        self._actions = 0
        self._micros = 0
        self._second = -1
        self._second_text = b""
        self._spacing = 2 * (traffic.spacing // timedelta(microseconds=1))
        self._sent: deque[_Sent] = deque(maxlen=_MEMORY)
        self._records: deque[TrafficItem] = deque(maxlen=_MEMORY)
        self._flagged: deque[tuple[bytes, bytes]] = deque(maxlen=_MEMORY)

    def items(self) -> Iterator[TrafficItem]:
        """Yield records for ever."""
        traffic = self._traffic
        steps = (
            (traffic.flagged, self._contact),
            (traffic.splits, self._dialogue),
            (traffic.edits, self._edit),
            (traffic.duplicates, self._duplicate),
            (traffic.garbage, self._garbage),
            (traffic.actions, self._action),
        )
        bound = sum(share for share, _ in steps)
        random, chat, approvals = self._rng.random, self._chat, self._market.approvals
        while True:
            draw = random()
            item: TrafficItem | None = None
            if draw < bound:
                for share, step in steps:
                    draw -= share
                    if draw < 0:
                        item = step()
                        break
            # A step with nothing to work on yet, such as an edit at the very beginning, becomes chatter.
            item = item or chat()
            if approvals:
                yield from [approval_record(new, self._now()) for new in approvals]
                approvals.clear()
            yield item

    def _now(self) -> datetime:
        return self._traffic.start + timedelta(microseconds=self._micros)

    def _tick(self) -> bytes:
        """Let time pass; return it as RFC 3339 in UTC, to the millisecond."""
        self._micros += int(self._spacing * self._rng.random())
        if self._micros >= self._second + 1_000_000 or self._second < 0:
            now = self._now().astimezone(UTC)
            self._second = self._micros - now.microsecond
            self._second_text = now.strftime("%Y-%m-%dT%H:%M:%S").encode()
        return self._second_text + b".%03dZ" % ((self._micros - self._second) // 1_000)

    def _key(self, conversation: Conversation) -> bytes:
        if self._key_rng is None:
            return conversation.key
        return b"%016x" % self._key_rng.getrandbits(64)

    def _begin(self, conversation: Conversation, side: int) -> _Sent:
        self._number += 1
        start = self._prefix + b"%d" % self._number
        head = b'%b%b%b","text":"' % (start, conversation.heads[side], self._tick())
        return _Sent(conversation, side, start[15:], head, 0)

    def _say(self, conversation: Conversation, side: int, text: bytes, truth: Truth) -> TrafficItem:
        sent = self._begin(conversation, side)
        item = TrafficItem(Role.MESSAGE_EVENTS, self._key(conversation), sent.head + text + b'"}', truth)
        self._sent.append(sent)
        self._records.append(item)
        if truth.label == "contact" and not (truth.exempt or truth.disguised):
            self._flagged.append((sent.message_id, conversation.accounts[side]))
        return item

    def _chat(self) -> TrafficItem:
        random, conversations = self._rng.random, self._market.conversations
        slot = int(len(conversations) * random())
        conversation = conversations[slot]
        if conversation.script:
            return self._line(conversation)
        text, truth = self._speech.benign(conversation.locale)
        item = self._say(conversation, random() < 0.5, text, truth)  # noqa: PLR2004 - either side
        if random() < _ENDS:
            self._market.renew(slot)
        return item

    def _contact(self) -> TrafficItem:
        if self._rng.random() < _BY_OFFENDERS:
            conversation, side = self._market.offence(), 0
        else:
            conversation, side = self._rng.choice(self._market.conversations), self._rng.randrange(2)
        text, truth = self._speech.exchange(conversation, side)
        return self._say(conversation, side, text, truth)

    def _dialogue(self) -> TrafficItem | None:
        conversation = self._rng.choice(self._market.conversations)
        if conversation.script:
            return None
        dialogue = self._speech.dialogue()
        starts = self._rng.randrange(2)
        conversation.script.extend((starts ^ (line.by == "b"), line) for line in dialogue.lines)
        return self._line(conversation)

    def _line(self, conversation: Conversation) -> TrafficItem:
        side, line = conversation.script.popleft()
        text, truth = self._speech.line(conversation, line)
        return self._say(conversation, side, text, truth)

    def _edit(self) -> TrafficItem | None:
        if not self._sent:
            return None
        sent = self._rng.choice(self._sent)
        sent.revision += 1
        if self._rng.random() < self._traffic.flagged:
            text, truth = self._speech.exchange(sent.conversation, sent.side)
        else:
            text, truth = self._speech.benign(sent.conversation.locale)
        value = sent.head + text + b'","revision":%d}' % sent.revision
        return TrafficItem(Role.MESSAGE_EVENTS, self._key(sent.conversation), value, _again(truth, "edit"))

    def _duplicate(self) -> TrafficItem | None:
        if not self._records:
            return None
        item = self._rng.choice(self._records)
        return replace(item, truth=_again(item.truth, "duplicate"))

    def _garbage(self) -> TrafficItem:
        conversation = self._rng.choice(self._market.conversations)
        sent = self._begin(conversation, 0)
        sent_at = sent.head[-len(b'","text":"') - 24 : -len(b'","text":"')]
        text, _ = self._speech.benign(conversation.locale)
        reason, broken = self._rng.choice(FORMS)
        key, value = broken(Parts(self._key(conversation), sent.message_id, sent.head, sent_at, text))
        return TrafficItem(Role.MESSAGE_EVENTS, key, value, Truth(label="garbage", topic=reason))

    def _action(self) -> TrafficItem | None:
        if len(self._flagged) <= _PATIENCE:
            return None
        message_id, account = self._flagged.popleft()
        self._actions += 1
        return action_record(self._actions, message_id, account, self._now(), self._rng)


def _again(truth: Truth, repeat: Repeat) -> Truth:
    return replace(truth, repeat=repeat)
