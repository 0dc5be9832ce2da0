"""`backchannel.account-ledger`: an account's ledger, whole, one record an account. Internal changelog.

A worker keeps the encoded ledgers of all its accounts in memory, so what has its default value is left out.
"""

from dataclasses import MISSING, dataclass, fields
from operator import attrgetter
from typing import Annotated, Any, ClassVar

import orjson
from pydantic import ConfigDict, Field, StringConstraints

from consumer.events.vocabulary import WIRE, Count, Decision, Id, Kind, Millis, StandingName

MAX_CASES = 128
"""Cases a ledger keeps; the cheapest to forget go first (`strikes.ledger`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One judged message: the memory that it was judged, and the strike if there is one.

    `at` is the message's time, `judged` when it was decided (or a person confirmed it), `expires` when the strike stops
    counting. A case is a strike exactly when its decision is `violation`. `policy` is the version the weight was set
    under. `actions` are the ids of the moderator actions already applied to it.

    `talk` is a digest of the conversation (`ids.talk_digest`), and `merges` for how many milliseconds from `at` on
    later strikes of the same conversation are merged into this one. `floor` is the standing this strike brings at
    least. `language` is the one that the account was told the reasons in.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    message_id: Id
    decision: Decision
    at: Millis
    judged: Millis
    expires: Millis
    weight: Count
    kinds: Annotated[tuple[Kind, ...], Field(max_length=6)]
    policy: Id
    revision: Count = 0
    talk: Annotated[str, StringConstraints(max_length=16)] = ""
    merges: Count = 0
    floor: StandingName = "good"
    language: Annotated[str, StringConstraints(max_length=8)] = ""
    actions: Annotated[tuple[Id, ...], Field(max_length=64)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLedger:
    """Everything the judge remembers about one account.

    `standing` and `active` are what was last published, so that a change is noticed by comparison, and a suspension
    that is to last is remembered. `due` is the
    earliest instant at which the passing of time changes something, or none. `actions` are ids of applied
    actions that name no single message.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    cases: Annotated[tuple[Case, ...], Field(max_length=MAX_CASES)] = ()
    standing: StandingName = "good"
    active: Count = 0
    due: Millis | None = None
    actions: Annotated[tuple[Id, ...], Field(max_length=64)] = ()


def _optional(model: type) -> tuple[tuple[str, object], ...]:
    return tuple((field.name, field.default) for field in fields(model) if field.default is not MISSING)


_NEEDED = tuple(field.name for field in fields(Case) if field.default is MISSING)
_OPTIONAL = _optional(Case)
_needed = attrgetter(*_NEEDED)
_optionals = attrgetter(*(name for name, _ in _OPTIONAL))
_TABLE = _optional(AccountLedger)


def encode_ledger(ledger: AccountLedger) -> bytes:
    """A ledger as JSON, short; `due` is always there, because it is read without the rest."""
    told: dict[str, Any] = {name: value for name, default in _TABLE if (value := getattr(ledger, name)) != default}
    if ledger.cases:
        told["cases"] = [_told(case) for case in ledger.cases]
    told["due"] = ledger.due
    return orjson.dumps(told)


def _told(case: Case) -> dict[str, Any]:
    told: dict[str, Any] = dict(zip(_NEEDED, _needed(case), strict=True))
    for (name, default), value in zip(_OPTIONAL, _optionals(case), strict=True):
        if value != default:
            told[name] = value
    return told
