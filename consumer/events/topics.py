"""The catalogue: every topic the worker reads or writes, what its records are, and how it must be set up."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from pydantic import TypeAdapter

from consumer.events.account import AccountEvent
from consumer.events.approval import GigApprovals
from consumer.events.conversation import ConversationMemory
from consumer.events.dead_letter import DeadLetter
from consumer.events.ledger import AccountLedger
from consumer.events.message import MessageEvent
from consumer.events.moderation import ModeratorAction
from consumer.events.standing import AccountStanding
from consumer.events.verdict import Verdict


class Role(StrEnum):
    """What a topic is for; its name is a setting."""

    MESSAGE_EVENTS = "message_events"
    ACCOUNT_EVENTS = "account_events"
    MODERATOR_ACTIONS = "moderator_actions"
    GIG_APPROVALS = "gig_approvals"
    FLAGGED_MESSAGES = "flagged_messages"
    ACCOUNT_STANDING = "account_standing"
    DEAD_LETTERS = "dead_letters"
    CONVERSATION_MEMORY = "conversation_memory"
    ACCOUNT_LEDGER = "account_ledger"


Cleanup = Literal["delete", "compact"]
Flow = Literal["in", "out", "internal"]
"""`in`: the platform writes, the worker reads. `out`: the worker writes, others read. `internal`: ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic.

    `record` names the model of its values, in `schemas/` too, and `adapter` reads and writes it; a dead
    letter's adapter is of its headers, its value being raw bytes. `key` says what the key is. `like` names
    the topic whose number of partitions it must share: state is kept beside the partition it belongs to.
    """

    role: Role
    default_name: str
    record: str
    adapter: TypeAdapter[Any]
    key: str
    cleanup: Cleanup
    flow: Flow
    description: str
    like: Role | None = None


def _catalogue() -> tuple[Topic, ...]:
    return (
        Topic(
            role=Role.MESSAGE_EVENTS,
            default_name="message-events",
            record="message-event",
            adapter=TypeAdapter(MessageEvent),
            key="any; conversation_id is best, because a detail split over messages is only seen together",
            cleanup="delete",
            flow="in",
            description="Messages and their edits, as the platform delivered them.",
        ),
        Topic(
            role=Role.ACCOUNT_EVENTS,
            default_name="account-events",
            record="account-event",
            adapter=TypeAdapter(AccountEvent),
            key="account_id",
            cleanup="delete",
            flow="internal",
            description="Incidents and moderator actions, brought together by account.",
        ),
        Topic(
            role=Role.MODERATOR_ACTIONS,
            default_name="moderator-actions",
            record="moderator-action",
            adapter=TypeAdapter(ModeratorAction),
            key="any; account_id is best, because it keeps an account's actions in order",
            cleanup="delete",
            flow="in",
            description="Support's decisions: appeals, clearings, reviews confirmed.",
        ),
        Topic(
            role=Role.GIG_APPROVALS,
            default_name="gig-approvals",
            record="gig-approvals",
            adapter=TypeAdapter(GigApprovals),
            key="gig_id",
            cleanup="compact",
            flow="in",
            description="Each gig's approvals for contact exchange; read whole by every worker.",
        ),
        Topic(
            role=Role.FLAGGED_MESSAGES,
            default_name="flagged-messages",
            record="verdict",
            adapter=TypeAdapter(Verdict),
            key="account_id",
            cleanup="delete",
            flow="out",
            description="The verdicts. Each appears once to a read_committed reader.",
        ),
        Topic(
            role=Role.ACCOUNT_STANDING,
            default_name="account-standing",
            record="account-standing",
            adapter=TypeAdapter(AccountStanding),
            key="account_id",
            cleanup="compact",
            flow="out",
            description="Each account's standing now.",
        ),
        Topic(
            role=Role.DEAD_LETTERS,
            default_name="message-events.dead-letter",
            record="dead-letter",
            adapter=TypeAdapter(DeadLetter),
            key="the rejected record's key",
            cleanup="delete",
            flow="out",
            description="Input that could not be processed: raw bytes; reason and origin in the headers.",
        ),
        Topic(
            role=Role.CONVERSATION_MEMORY,
            default_name="backchannel.conversation-memory",
            record="conversation-memory",
            adapter=TypeAdapter(ConversationMemory),
            key="conversation_id",
            cleanup="compact",
            flow="internal",
            like=Role.MESSAGE_EVENTS,
            description="Changelog of the conversations' memory, beside message-events.",
        ),
        Topic(
            role=Role.ACCOUNT_LEDGER,
            default_name="backchannel.account-ledger",
            record="account-ledger",
            adapter=TypeAdapter(AccountLedger),
            key="account_id",
            cleanup="compact",
            flow="internal",
            like=Role.ACCOUNT_EVENTS,
            description="Changelog of the accounts' ledgers, beside account-events.",
        ),
    )


TOPICS: tuple[Topic, ...] = _catalogue()
BY_ROLE: dict[Role, Topic] = {topic.role: topic for topic in TOPICS}
