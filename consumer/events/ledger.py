"""`backchannel.account-ledger`: an account's ledger, whole, one record an account. Internal changelog."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from consumer.events.vocabulary import WIRE, Count, Decision, Id, Kind, Millis, StandingName

MAX_CASES = 128
"""Cases a ledger keeps; the cheapest to forget go first (`strikes.ledger`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One judged message: the memory that it was judged, and the strike if there is one.

    `at` is the message's time, `judged` when it was decided, `expires` when the strike stops counting. A case is
    a strike exactly when its decision is `violation`. `policy` is the version the weight was set under.
    `actions` are the ids of the moderator actions already applied to it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    message_id: Id
    revision: Count
    decision: Decision
    at: Millis
    judged: Millis
    expires: Millis
    weight: Count
    kinds: Annotated[tuple[Kind, ...], Field(max_length=6)]
    policy: Id
    actions: Annotated[tuple[Id, ...], Field(max_length=64)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLedger:
    """Everything the judge remembers about one account.

    `standing` and `active` are what was last published, so that a change is noticed by comparison. `due` is the
    earliest instant at which the passing of time changes something, or none. `actions` are ids of applied
    actions that name no single message.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    cases: Annotated[tuple[Case, ...], Field(max_length=MAX_CASES)] = ()
    standing: StandingName = "good"
    active: Count = 0
    due: Millis | None = None
    actions: Annotated[tuple[Id, ...], Field(max_length=64)] = ()
