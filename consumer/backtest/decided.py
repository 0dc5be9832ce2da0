"""What a judgement of an incident came to, in one word, so that two policies can be compared."""

from typing import Literal

from consumer.events.vocabulary import StandingName
from consumer.stages.judge import Judgement

Decided = Literal["violation", "review", "exempt", "allow"]
"""A first decision on an incident; `allow` publishes nothing."""

Label = Literal["contact", "harmless"]
"""What a person knows of a message: it exchanges contact, or there is nothing wrong with it."""


def decided(judgement: Judgement) -> Decided | None:
    """What was decided on an incident; none if this delivery decided nothing, because it had been judged before."""
    if judgement.outcome in {"duplicate", "settled"}:
        return None
    for verdict in judgement.verdicts:
        if verdict.decision != "overturned":
            return verdict.decision
    return "allow"


def standing_after(judgement: Judgement) -> StandingName:
    """The standing of the account after a judgement."""
    return "good" if judgement.ledger is None else judgement.ledger.standing
