"""`moderator-actions`: what support decided about an account."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import ConfigDict

from consumer.events.vocabulary import WIRE, Actor, Id, Instant, Note

Action = Literal["appeal", "clear_account", "confirm_review"]
Outcome = Literal["pending", "rejected", "upheld"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratorAction:
    """Support's decision, addressed to one account.

    `appeal`: the account contests the verdict on `message_id`; only the outcome `upheld` changes anything: the
    strike goes, the ladder is recomputed, a corrected verdict and the new standing are published.
    `clear_account`: every strike goes. `confirm_review`: a person read the message and calls it a violation.
    `action_id` makes the action idempotent, `actor` says who answers for it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WIRE

    type: Literal["action"] = "action"
    action_id: Id
    action: Action
    account_id: Id
    actor: Actor
    at: Instant
    message_id: Id | None = None
    outcome: Outcome | None = None
    reason: Note | None = None

    def __post_init__(self) -> None:
        """Refuse an action that names too little to be carried out (ValueError)."""
        if self.action != "clear_account" and self.message_id is None:
            raise ValueError(f"{self.action} needs a message_id")
        if (self.action == "appeal") != (self.outcome is not None):
            raise ValueError("outcome belongs to an appeal, and every appeal has one")
