"""The judge against a slow, obviously right model: everything that ever happened, gone through from the start.

The model keeps no order, no totals and no timers; it walks the whole history again for every question. Histories
mix new messages, edits, redeliveries, late and future messages, appeals, confirmations, clearings and long pauses.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from consumer.events.account import Incident
from consumer.events.ledger import AccountLedger
from consumer.events.moderation import Action, ModeratorAction, Outcome
from consumer.events.vocabulary import Decision, StandingName, to_millis
from consumer.stages.judge import Judgement, judge_action, judge_incident, judge_tick
from tests.policy.rules import ACCOUNT, START, approval, approvals, finding, incident, on_order_page, policy

WINDOW = timedelta(days=30)
WEIGHTS = {"email": 1, "payment": 3, "off_platform": 2}
RULES = policy(
    strikes={"window_days": 30, "weights": dict.fromkeys(("phone", "handle", "link"), 1) | WEIGHTS},
    ladder={"warned": 2, "restricted": 4, "suspended": 7},
)
APPROVALS = approvals(approval("email", approved_at=START - timedelta(days=400)))
CONTENTS: tuple[tuple[Incident, Decision | None, int], ...] = (
    (incident(finding("email")), "violation", 1),
    (incident(finding("payment", "solicit")), "violation", 3),
    (incident(finding("off_platform", "solicit"), finding("email")), "violation", 2),
    (incident(finding("email", confidence=0.6)), "review", 0),
    (on_order_page(finding("email")), "exempt", 0),
    (incident(finding("email", confidence=0.1)), None, 0),
)
"""Messages, and what the rules make of each: the decision and the weight of its strike."""

Step = tuple[datetime, Incident | ModeratorAction | None]


@dataclass
class Revision:
    """One judged revision of a message."""

    decision: Decision
    weight: int
    sent: datetime
    judged: datetime
    ends: datetime


@dataclass
class Message:
    """What was judged of a message, and the actions applied to it."""

    revisions: dict[int, Revision] = field(default_factory=dict)
    actions: set[str] = field(default_factory=set)

    def strike(self) -> Revision | None:
        """The lowest revision that is a violation."""
        struck = [number for number, each in self.revisions.items() if each.decision == "violation"]
        return self.revisions[min(struck)] if struck else None

    def forgotten(self, now: datetime) -> bool:
        """Whether nothing about any revision can matter any more."""
        return all(now >= max(each.ends, each.judged + WINDOW) for each in self.revisions.values())


@dataclass
class Account:
    """All that happened to an account and is not forgotten."""

    messages: dict[str, Message] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)

    def active(self, now: datetime) -> int:
        """The total weight of the strikes in force."""
        strikes = [message.strike() for message in self.messages.values()]
        return sum(strike.weight for strike in strikes if strike is not None and now < strike.ends)


def standing(active: int) -> StandingName:
    return "suspended" if active >= 7 else "restricted" if active >= 4 else "warned" if active >= 2 else "good"


def content(event: Incident) -> tuple[Decision | None, int]:
    return next(
        (decision, weight)
        for each, decision, weight in CONTENTS
        if each.findings == event.findings and each.surface == event.surface
    )


def retell(history: list[Step]) -> Account:
    """The account after a history, from nothing."""
    account = Account()
    for now, event in history:
        account.messages = {name: each for name, each in account.messages.items() if not each.forgotten(now)}
        if not account.messages:
            account.cleared = set()
        if isinstance(event, Incident):
            tell_incident(account, event, now)
        elif isinstance(event, ModeratorAction):
            tell_action(account, event)
    return account


def tell_incident(account: Account, event: Incident, now: datetime) -> None:
    decision, weight = content(event)
    known = account.messages.get(event.message_id, Message())
    set_aside = any(n > event.revision and r.decision == "overturned" for n, r in known.revisions.items())
    if decision is None or event.revision in known.revisions or set_aside:
        return
    judged = Revision(decision, weight, event.sent_at, now, event.sent_at + WINDOW)
    known.revisions[event.revision] = judged
    account.messages[event.message_id] = known


def tell_action(account: Account, action: ModeratorAction) -> None:
    if action.message_id is None:
        if account.messages and action.action_id not in account.cleared:
            account.cleared.add(action.action_id)
            for message in account.messages.values():
                for each in message.revisions.values():
                    if each.decision == "violation" and (each.sent <= action.at or each.judged <= action.at):
                        each.decision = "overturned"
        return
    known = account.messages.get(action.message_id)
    if known is None or action.action_id in known.actions:
        return
    known.actions.add(action.action_id)
    for each in known.revisions.values():
        if action.action == "confirm_review" and each.decision == "review":
            each.decision, each.weight = "violation", 1
        elif action.outcome == "upheld" and each.decision in ("violation", "review"):
            each.decision = "overturned"


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Up to 16 steps; a revision redelivered is the same incident again, an action redelivered the same action."""
    steps = draw(
        st.lists(
            st.tuples(
                st.sampled_from((0, 0, 1, 24, 9 * 24, 29 * 24, 30 * 24, 61 * 24)),
                st.sampled_from(("message",) * 6 + ("appeal", "appeal", "confirm_review", "clear_account", "pause")),
                st.integers(0, 3),
                st.integers(0, 2),
                st.integers(0, 23),
            ),
            min_size=1,
            max_size=16,
        )
    )
    now = START
    said: dict[str, Incident | ModeratorAction] = {}
    history: list[Step] = []
    for hours, kind, message, revision, choice in steps:
        now += timedelta(hours=hours)
        match kind:
            case "pause":
                history.append((now, None))
            case "message":
                name = f"m{message}.{revision}"
                history.append((now, said.setdefault(name, _message(now, message, revision, choice))))
            case _:
                event = _action(now, kind, message, choice % 4)
                history.append((now, said.setdefault(event.action_id, event)))
    return history


def _message(now: datetime, message: int, revision: int, choice: int) -> Incident:
    shape, _, _ = CONTENTS[choice % 6]
    late = (timedelta(), timedelta(days=20), timedelta(days=30), -timedelta(days=2))[choice // 6]
    return replace(
        shape,
        incident_id=f"inc-{message}-{revision}",
        message_id=f"m{message}",
        revision=revision,
        sent_at=now - late,
        received_at=now,
    )


def _action(now: datetime, kind: str, message: int, choice: int) -> ModeratorAction:
    outcomes: tuple[Outcome, ...] = ("upheld", "upheld", "pending", "rejected")
    action: Action = "appeal" if kind == "appeal" else "confirm_review" if kind == "confirm_review" else "clear_account"
    about_account = action == "clear_account"
    return ModeratorAction(
        action_id=f"{kind}-{choice}" if about_account else f"{kind}-{message}-{choice}",
        action=action,
        account_id=ACCOUNT,
        actor="support:dana",
        at=now,
        message_id=None if about_account else f"m{message}",
        outcome=outcomes[choice] if action == "appeal" else None,
    )


def judge(event: Incident | ModeratorAction | None, ledger: AccountLedger | None, now: datetime) -> Judgement:
    if isinstance(event, Incident):
        return judge_incident(event, ledger, APPROVALS if event.gig_id else None, RULES, now)
    if isinstance(event, ModeratorAction):
        return judge_action(event, ledger, RULES, now)
    return Judgement(ledger=ledger, outcome="unchanged") if ledger is None else judge_tick(ACCOUNT, ledger, RULES, now)


class Reader:
    """Reads what is published, as a downstream service would, and holds each piece against the model."""

    def __init__(self) -> None:
        self.ledger: AccountLedger | None = None
        self.active = 0
        self.standing: StandingName = "good"

    def tick(self, now: datetime) -> None:
        """Let every timer that is due by `now` fire at its own time, as the worker does between batches."""
        while self.ledger is not None and self.ledger.due is not None and self.ledger.due <= to_millis(now):
            due = START + timedelta(milliseconds=self.ledger.due - to_millis(START))
            result = judge_tick(ACCOUNT, self.ledger, RULES, due)
            assert result.outcome in ("expiry", "forgotten")
            self.take(result)

    def take(self, result: Judgement) -> None:
        """Follow the account's standing by what is published of it."""
        self.ledger = result.ledger
        if result.standing is not None:
            assert result.standing.previous == self.standing
            assert (result.standing.active_strikes, result.standing.standing) != (self.active, self.standing)
            self.active, self.standing = result.standing.active_strikes, result.standing.standing


def decisions(account: Account) -> dict[tuple[str, int], Decision]:
    return {
        (name, number): each.decision
        for name, message in account.messages.items()
        for number, each in message.revisions.items()
    }


@settings(max_examples=2_000, deadline=None)
@given(histories())
def test_every_history_ends_as_the_model_says(history: list[Step]) -> None:
    reader = Reader()
    for length, (now, event) in enumerate(history, start=1):
        before = retell([*history[: length - 1], (now, None)])
        after = retell(history[:length])
        reader.tick(now)
        held = reader.ledger
        result = judge(event, held, now)
        reader.take(result)

        assert reader.active == after.active(now)
        assert reader.standing == standing(after.active(now))
        cases = () if result.ledger is None else result.ledger.cases
        assert {(case.message_id, case.revision): case.decision for case in cases} == decisions(after)

        was, has = decisions(before), decisions(after)
        changed = {place: decision for place, decision in has.items() if was.get(place) != decision}
        published = {(verdict.message_id, verdict.revision): verdict for verdict in result.verdicts}
        assert {place: verdict.decision for place, verdict in published.items()} == changed
        assert len(published) == len(result.verdicts)
        struck = {name for name, each in after.messages.items() if (s := each.strike()) and now < s.ends}
        new = {name for name in struck if before.messages.get(name, Message()).strike() is None}
        assert {name for (name, _), verdict in published.items() if verdict.strike.counted} == new
        assert result.struck == bool(new)
        for verdict in result.verdicts:
            assert verdict.strike.active_strikes == after.active(now)
            assert verdict.strike.standing_before == standing(before.active(now))
            assert verdict.strike.standing_after == standing(after.active(now))
        if (was, [each.actions for each in before.messages.values()], before.cleared) == (
            has,
            [each.actions for each in after.messages.values()],
            after.cleared,
        ):
            assert result.ledger is held


@settings(max_examples=300, deadline=None)
@given(histories(), st.randoms(use_true_random=False), st.integers(0, 40))
def test_order_and_repetition_of_incidents_do_not_matter(history: list[Step], random: Random, days: int) -> None:
    incidents = [event for _, event in history if isinstance(event, Incident)]
    now = max(at for at, _ in history) + timedelta(days=days)
    shuffled = [*incidents, *incidents]
    random.shuffle(shuffled)

    def after(events: list[Incident]) -> AccountLedger | None:
        ledger: AccountLedger | None = None
        for event in events:
            ledger = judge(event, ledger, now).ledger
        return ledger

    assert after(incidents) == after(shuffled)
