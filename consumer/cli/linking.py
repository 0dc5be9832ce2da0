"""Accounts that gave the same contact detail, told from the keyed hashes in the verdicts. No Kafka here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consumer.events.verdict import Verdict
from consumer.events.vocabulary import Kind

Place = tuple[str, str, int]
"""Account, message and revision: what one incident is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Accounts that share a detail. `accounts` maps each to its number of messages, busiest first."""

    detail_hash: str
    kinds: tuple[Kind, ...]
    accounts: dict[str, int]
    messages: int
    first: datetime
    last: datetime


class Links:
    """Gathers verdicts in any order; a message whose verdict was overturned links nobody."""

    def __init__(self) -> None:
        self._overturned: set[Place] = set()
        self._by_incident: dict[Place, tuple[str, ...]] = {}
        self._sent: dict[Place, datetime] = {}
        self._kinds: dict[str, set[Kind]] = {}

    def add(self, verdict: Verdict) -> None:
        """Take one verdict."""
        place = (verdict.account_id, verdict.message_id, verdict.revision)
        if verdict.decision == "overturned":
            self._overturned.add(place)
            return
        hashes = []
        for finding in verdict.findings:
            if finding.detail_hash is not None:
                hashes.append(finding.detail_hash)
                self._kinds.setdefault(finding.detail_hash, set()).add(finding.kind)
        if hashes:
            self._by_incident[place] = tuple(dict.fromkeys(hashes))
            self._sent[place] = verdict.sent_at

    def groups(self, min_accounts: int = 2) -> list[Group]:
        """The groups of at least so many accounts, the largest first."""
        details: dict[str, list[Place]] = {}
        for place, hashes in self._by_incident.items():
            if place not in self._overturned:
                for detail in hashes:
                    details.setdefault(detail, []).append(place)
        found = [
            self._group(detail, places)
            for detail, places in details.items()
            if len({account for account, _, _ in places}) >= min_accounts
        ]
        return sorted(found, key=lambda group: (-len(group.accounts), -group.messages, group.detail_hash))

    def _group(self, detail: str, places: Iterable[Place]) -> Group:
        messages = {(account, message) for account, message, _ in places}
        counts: dict[str, int] = {}
        for account, _ in messages:
            counts[account] = counts.get(account, 0) + 1
        sent = [self._sent[place] for place in places]
        return Group(
            detail_hash=detail,
            kinds=tuple(sorted(self._kinds[detail])),
            accounts=dict(sorted(counts.items(), key=lambda each: (-each[1], each[0]))),
            messages=len(messages),
            first=min(sent),
            last=max(sent),
        )
