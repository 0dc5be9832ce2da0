"""Scenarios as they lie in a file, one JSON object a line, and as input records.

Steps: `op` is message, approve, revoke, request_approval, appeal or check; `now` is the clock when the step is
processed. A message has `sent_at` too, and may have a `revision`. `approve` counts when `by` is a role that may.
Expectations, one a step: `findings`, `exempt` and `struck` of a message (null is not asserted), and `active_strikes`
and `standing` of every user afterwards.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from consumer.events.approval import Approval, GigApprovals
from consumer.events.message import MessageEvent
from consumer.events.moderation import ModeratorAction

Record = MessageEvent | ModeratorAction | GigApprovals
"""What a step puts on a topic."""


@dataclass(frozen=True)
class Scenario:
    """A story about some users; `steps` and `expect` are of one length."""

    id: str
    title: str
    users: tuple[str, ...]
    steps: tuple[Mapping[str, Any], ...]
    expect: tuple[Mapping[str, Any], ...]


def load(path: Path) -> list[Scenario]:
    """The scenarios of a file. Raises ValueError for one whose steps and expectations do not pair up."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        scenario = Scenario(
            told["id"], told["title"], tuple(told["users"]), tuple(told["steps"]), tuple(told["expect"])
        )
        if len(scenario.steps) != len(scenario.expect):
            raise ValueError(f"{scenario.id}: {len(scenario.steps)} steps, {len(scenario.expect)} expectations")
        found.append(scenario)
    return found


def instant(told: str) -> datetime:
    """A time as the file has it: RFC 3339, with its zone."""
    return datetime.fromisoformat(told)


@dataclass
class Script:
    """Turns a scenario's steps into records, in order; remembers each gig's approvals, for their record is whole."""

    scenario: Scenario
    prefix: str = ""
    """Put before every id, so that scenarios can share topics."""
    _gigs: dict[str, GigApprovals] = field(default_factory=dict)
    _senders: dict[str, str] = field(default_factory=dict)

    def account(self, user: str) -> str:
        """The id of a user's account."""
        return self.prefix + user

    def play(self) -> Iterator[tuple[datetime, Record | None, Mapping[str, Any]]]:
        """Every step: the clock, the record to put in if there is one, and what must be so afterwards."""
        for number, (step, expected) in enumerate(zip(self.scenario.steps, self.scenario.expect, strict=True)):
            yield instant(step["now"]), self._record(number, step), expected

    def _record(self, number: int, step: Mapping[str, Any]) -> Record | None:
        match step["op"]:
            case "message":
                return self._message(step)
            case "approve":
                return self._approve(number, step)
            case "revoke":
                return self._revoke(step)
            case "appeal":
                return self._appeal(number, step)
            case "check" | "request_approval":  # asking support for an approval is not an event of any topic
                return None
        raise ValueError(f"{self.scenario.id}: unknown op {step['op']!r}")

    def _message(self, step: Mapping[str, Any]) -> MessageEvent:
        self._senders[step["message_id"]] = step["sender"]
        pair = sorted([step["sender"], step["recipient"]])
        return MessageEvent(
            message_id=self.prefix + step["message_id"],
            conversation_id=self.prefix + "-".join(pair),
            sender_id=self.account(step["sender"]),
            recipient_id=self.account(step["recipient"]),
            sent_at=instant(step["sent_at"]),
            surface=step["surface"],
            text=step["text"],
            gig_id=self._id(step.get("gig_id")),
            order_id=self._id(step.get("order_id")),
            locale=step.get("locale"),
            revision=step.get("revision", 0),
        )

    def _approve(self, number: int, step: Mapping[str, Any]) -> GigApprovals:
        gig = self.prefix + step["gig_id"]
        given = Approval(
            approval_id=f"{gig}-{number}",
            kinds=tuple(step["kinds"]),
            approved_at=instant(step["now"]),
            approved_by=step["by"],
            expires_at=instant(step["expires_at"]) if step.get("expires_at") else None,
        )
        return self._keep(GigApprovals(gig_id=gig, approvals=(*self._history(gig), given)))

    def _revoke(self, step: Mapping[str, Any]) -> GigApprovals:
        gig = self.prefix + step["gig_id"]
        now = instant(step["now"])
        ended = tuple(
            replace(each, revoked_at=now, revoked_by=step.get("by", "support")) if each.revoked_at is None else each
            for each in self._history(gig)
        )
        return self._keep(GigApprovals(gig_id=gig, approvals=ended))

    def _appeal(self, number: int, step: Mapping[str, Any]) -> ModeratorAction:
        sender = self._senders.get(step["message_id"], step.get("by", "nobody-known"))
        return ModeratorAction(
            action_id=f"{self.prefix}{self.scenario.id}-{number}",
            action="appeal",
            account_id=self.account(sender),
            actor="support",
            at=instant(step["now"]),
            message_id=self.prefix + step["message_id"],
            outcome=step["outcome"],
        )

    def _history(self, gig: str) -> tuple[Approval, ...]:
        known = self._gigs.get(gig)
        return known.approvals if known else ()

    def _keep(self, approvals: GigApprovals) -> GigApprovals:
        self._gigs[approvals.gig_id] = approvals
        return approvals

    def _id(self, told: str | None) -> str | None:
        return None if told is None else self.prefix + told
