"""A ladder, and cases with what a test leaves unsaid filled in. Times are in hours, windows are 100 hours."""

from consumer.events.ledger import Case
from consumer.events.vocabulary import Decision
from consumer.policy.ladder import Ladder

WINDOW = 100
LADDER = Ladder(rungs=((5, "suspended"), (3, "restricted"), (1, "warned")))


def case(
    message_id: str,
    decision: Decision = "violation",
    *,
    revision: int = 0,
    at: int = 0,
    judged: int | None = None,
    weight: int = 1,
) -> Case:
    return Case(
        message_id=message_id,
        revision=revision,
        decision=decision,
        at=at,
        judged=at if judged is None else judged,
        expires=at + WINDOW,
        weight=weight,
        kinds=("email",),
        policy="sha256:0123456789ab",
    )
