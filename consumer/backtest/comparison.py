"""Both policies over one past, side by side."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from consumer.backtest.decided import Decided, Label
from consumer.backtest.report import AccountChange, Report, SideReport
from consumer.backtest.side import Side
from consumer.events.account import Incident
from consumer.events.approval import GigApprovals
from consumer.events.moderation import ModeratorAction
from consumer.policy import Policy


@dataclass(slots=True)
class Comparison:
    """Feed it the past in order; then ask for the report."""

    before: Side
    after: Side
    messages: int = 0
    incidents: int = 0
    actions: int = 0
    labelled: int = 0
    changed: Counter[tuple[Decided, Decided]] = field(default_factory=Counter)
    _approvals: dict[str, GigApprovals] = field(default_factory=dict)
    _differs: dict[str, str] = field(default_factory=dict)
    _first: datetime | None = None
    _last: datetime | None = None

    @classmethod
    def of(cls, old: Policy, new: Policy) -> "Comparison":
        """Compare a policy with the one that is to replace it."""
        return cls(Side(old), Side(new))

    def approve(self, gig_id: str, approvals: GigApprovals | None) -> None:
        """Replace what is known of a gig's approvals; none forgets the gig."""
        if approvals is None:
            self._approvals.pop(gig_id, None)
        else:
            self._approvals[gig_id] = approvals

    def clean(self, now: datetime, label: Label | None = None) -> None:
        """Count a message without findings."""
        self._count(now, label)
        if label == "contact":
            self.before.misses += 1
            self.after.misses += 1

    def incident(self, incident: Incident, now: datetime, label: Label | None = None) -> None:
        """Judge an incident on both sides at the time it was judged, or would have been."""
        self._count(now, label)
        self.incidents += 1
        approvals = None if incident.gig_id is None else self._approvals.get(incident.gig_id)
        old = self.before.incident(incident, approvals, now, label)
        new = self.after.incident(incident, approvals, now, label)
        account = incident.account_id
        if old is not None and new is not None and old != new:
            self.changed[old, new] += 1
            self._differs.setdefault(account, incident.message_id)
        elif self.before.standing(account) != self.after.standing(account):
            self._differs.setdefault(account, incident.message_id)

    def action(self, action: ModeratorAction, now: datetime) -> None:
        """Apply what support decided at the time, on both sides."""
        self._see(now)
        self.actions += 1
        self.before.action(action, now)
        self.after.action(action, now)

    def report(self) -> Report:
        """What there is to tell once all is fed; every account is settled at the last instant seen."""
        if self._last is not None:
            self.before.settle(self._last)
            self.after.settle(self._last)
        changes = filter(None, map(self._change, self.before.accounts() | self.after.accounts()))
        return Report(
            messages=self.messages,
            incidents=self.incidents,
            actions=self.actions,
            labelled=self.labelled,
            first=self._first,
            last=self._last,
            before=SideReport.of(self.before),
            after=SideReport.of(self.after),
            changed=dict(self.changed),
            accounts=tuple(sorted(changes, key=lambda change: change.order)),
        )

    def _change(self, account: str) -> AccountChange | None:
        change = AccountChange(
            account_id=account,
            worst_before=self.before.worst_of(account),
            worst_after=self.after.worst_of(account),
            now_before=self.before.standing(account),
            now_after=self.after.standing(account),
            active_before=self.before.active(account),
            active_after=self.after.active(account),
            message_id=self._differs.get(account),
        )
        same = change.worst_before == change.worst_after and change.now_before == change.now_after
        return None if same else change

    def _count(self, now: datetime, label: Label | None) -> None:
        self._see(now)
        self.messages += 1
        self.labelled += label is not None

    def _see(self, now: datetime) -> None:
        self._first = now if self._first is None else min(self._first, now)
        self._last = now if self._last is None else max(self._last, now)
