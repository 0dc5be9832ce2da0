"""The marketplace the traffic comes from: accounts, gigs, orders and the conversations that are open now."""

from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Final

from consumer.events.vocabulary import Kind
from consumer.traffic.phrasebook import Identity, Line, Phrasebook

OFFENDERS: Final = 24
"""Accounts that are at it at any one time."""
MAX_OFFENCES: Final = 9
"""What an offender gets away with at most before a new account takes its place; suspension comes at five."""
_ALLOWED: Final[tuple[tuple[Kind, ...], ...]] = (
    ("email", "phone", "handle", "link"),
    ("email",),
    ("phone", "handle"),
    ("email", "link"),
)
_LOCALES: Final = ("en",) * 20 + ("es", "de", "fr", "pt")


@dataclass(slots=True)
class Conversation:
    """Two participants, a gig, maybe an order.

    `heads` are, for either sender, the fields of its messages that never change. `allowed` are the kinds that
    an approval in force covers here. `script` is what is left of a dialogue, with the side that speaks.
    """

    key: bytes
    heads: tuple[bytes, bytes]
    accounts: tuple[bytes, bytes]
    identities: list[Identity | None]
    allowed: frozenset[Kind]
    locale: str
    script: deque[tuple[int, Line]] = field(default_factory=deque)


@dataclass(slots=True)
class Offender:
    """An account that keeps exchanging contact; `left` is how often it still will."""

    account: bytes
    identity: Identity
    left: int


@dataclass(frozen=True, slots=True)
class NewApproval:
    """Support's decision on a gig that has just come up: its state and the kinds it names."""

    gig_id: bytes
    state: str
    kinds: tuple[Kind, ...]


class Market:
    """Invariant: slot `i` of `conversations`, for `i < OFFENDERS`, is offender `i`'s, who is side 0 there.

    A gig's approval is decided once, when its first order opens, and lands in `approvals` before any message
    of that order can be written.
    """

    def __init__(
        self,
        rng: Random,
        phrasebook: Phrasebook,
        tag: str,
        *,
        accounts: int,
        open_now: int,
        orders: float,
        approved: float,
    ) -> None:
        self._rng = rng
        self._phrasebook = phrasebook
        self._tag = tag
        self._accounts = accounts
        self._orders = orders
        self._approved = approved
        self._opened = 0
        self._newcomers = 0
        self._gigs: dict[int, frozenset[Kind]] = {}
        self.approvals: list[NewApproval] = []
        self._offenders = [self._new_offender() for _ in range(OFFENDERS)]
        self.conversations = [self._open(slot) for slot in range(OFFENDERS + open_now)]

    def renew(self, slot: int) -> Conversation:
        """End the conversation in `slot` and open another there."""
        self.conversations[slot] = conversation = self._open(slot)
        return conversation

    def offence(self) -> Conversation:
        """Pick an offender, the first ones most often, count the offence, and return where it happens."""
        slot = int(OFFENDERS * self._rng.random() ** 2)
        if self._offenders[slot].left == 0:
            self._offenders[slot] = self._new_offender()
            self.renew(slot)
        self._offenders[slot].left -= 1
        return self.conversations[slot]

    def _new_offender(self) -> Offender:
        self._newcomers += 1
        account = f"a-{self._tag}-n{self._newcomers}".encode()
        return Offender(account, self._phrasebook.identity(self._rng), self._rng.randint(1, MAX_OFFENCES))

    def _open(self, slot: int) -> Conversation:
        rng = self._rng
        self._opened += 1
        key = f"c-{self._tag}-{self._opened}".encode()
        identities: list[Identity | None] = [None, None]
        first = self._account()
        if slot < OFFENDERS:
            first = self._offenders[slot].account
            identities[0] = self._offenders[slot].identity
        second = self._account()
        while second == first:
            second = self._account()
        gig = rng.randrange(1 + self._accounts // 2)
        ordered = rng.random() < self._orders
        allowed = self._gig(gig) if ordered else frozenset[Kind]()
        locale = rng.choice(_LOCALES)
        place = b'","surface":"inbox"'
        if ordered:
            place = b'","surface":"order","order_id":"FO%d"' % (10_000 + self._opened)
        shared = place + f',"gig_id":"g-{self._tag}-{gig}","locale":"{locale}","sent_at":"'.encode()
        heads = (
            b'","conversation_id":"%b","sender_id":"%b","recipient_id":"%b' % (key, first, second) + shared,
            b'","conversation_id":"%b","sender_id":"%b","recipient_id":"%b' % (key, second, first) + shared,
        )
        return Conversation(key, heads, (first, second), identities, allowed, locale)

    def _account(self) -> bytes:
        return f"a-{self._tag}-{self._rng.randrange(self._accounts)}".encode()

    def _gig(self, number: int) -> frozenset[Kind]:
        known = self._gigs.get(number)
        if known is not None:
            return known
        allowed: frozenset[Kind] = frozenset()
        if self._rng.random() < self._approved:
            state = self._rng.choice(("in_force", "in_force", "in_force", "renewed", "expired", "revoked"))
            kinds = self._rng.choice(_ALLOWED)
            self.approvals.append(NewApproval(f"g-{self._tag}-{number}".encode(), state, kinds))
            if state in {"in_force", "renewed"}:
                allowed = frozenset(kinds)
        self._gigs[number] = allowed
        return allowed
