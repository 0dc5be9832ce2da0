"""`account-standing`: where each account stands now, compacted, one record an account."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import ConfigDict

from consumer.events.vocabulary import WIRE, Count, Id, Instant, StandingName

Cause = Literal["verdict", "expiry", "appeal", "clear_account", "confirm_review"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStanding:
    """An account's standing after its latest change.

    Published whenever the standing or the number of active strikes changes, also when a strike merely expires.
    `next_expiry` is when the next active strike stops counting.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    account_id: Id
    standing: StandingName
    previous: StandingName
    active_strikes: Count
    as_of: Instant
    cause: Cause
    policy_version: Id
    next_expiry: Instant | None = None
