"""A slow, obviously right model of an account: everything that ever happened, gone through from the start.

It keeps no order, no totals and no timers, and shares no code with the judge. Messages are told from their contents,
whose meaning under each set of rules is written down beside them.
"""

from dataclasses import dataclass, field
from datetime import datetime

from consumer.events.account import Incident
from consumer.events.moderation import ModeratorAction
from consumer.events.vocabulary import Decision, Kind, StandingName
from tests.stages.variants import DOUBTFUL, Content, Variant, content_of

RANKS: tuple[StandingName, ...] = ("good", "warned", "restricted", "suspended")

Event = Incident | ModeratorAction | None
"""What happens: something judged, or only time going by."""


@dataclass(frozen=True)
class Step:
    """One event at an instant, under the rules that hold then."""

    now: datetime
    event: Event
    rules: Variant


@dataclass
class Revision:
    """One judged revision of a message."""

    decision: Decision
    content: Content
    sent: datetime
    judged: datetime
    talk: str
    rules: Variant

    @property
    def ends(self) -> datetime:
        """When its strike stops counting."""
        return self.sent + self.rules.window

    @property
    def kept(self) -> datetime:
        """Until when it is remembered by itself."""
        return max(self.ends, self.judged + self.rules.window)

    @property
    def weight(self) -> int:
        """What it weighs as a strike."""
        return max(self.rules.weights.get(kind, 1) for kind in self.content.kinds)

    @property
    def rank(self) -> int:
        """The rank of the standing that it brings at least."""
        return max(RANKS.index(self.rules.severe.get(kind, "good")) for kind in self.content.kinds)


@dataclass
class Message:
    """What was judged of a message, and the actions applied to it."""

    revisions: dict[int, Revision] = field(default_factory=dict)
    actions: set[str] = field(default_factory=set)

    def strike(self) -> Revision | None:
        """The lowest revision that is a violation."""
        struck = [number for number, each in self.revisions.items() if each.decision == "violation"]
        return self.revisions[min(struck)] if struck else None


@dataclass
class Account:
    """All that happened to an account and is not forgotten; `held` is a suspension that lasts."""

    messages: dict[str, Message] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    held: bool = False

    def strikes(self, without: str = "") -> list[list[str]]:
        """The names of the messages that are one strike together, the earliest first in each and among them."""
        left = {name: each.strike() for name, each in self.messages.items() if name != without}
        order = sorted((each.sent, name) for name, each in left.items() if each is not None)
        found: list[list[str]] = []
        while order:
            first = self.bearing(order[0][1])
            until = first.sent + first.rules.span
            together = [name for sent, name in order if sent <= until and self.bearing(name).talk == first.talk]
            together = together if first.rules.span else [order[0][1]]
            found.append(together)
            order = [each for each in order if each[1] not in together]
        return found

    def bearing(self, name: str) -> Revision:
        """The revision that bears a message's strike."""
        strike = self.messages[name].strike()
        assert strike is not None
        return strike

    def live(self, now: datetime, without: str = "") -> list[list[str]]:
        """The strikes in force."""
        return [names for names in self.strikes(without) if now < self.bearing(names[0]).ends]

    def active(self, now: datetime, rules: Variant) -> int:
        """The total weight in force."""
        total = 0
        kinds: set[Kind] = set()
        for place, names in enumerate(self.live(now)):
            gravest = max((self.bearing(name) for name in names), key=lambda each: (each.rank, each.weight))
            own = {kind for name in names for kind in self.bearing(name).content.kinds}
            weight = gravest.weight + (rules.same_kind_extra if own & kinds else 0)
            if place == 0 and rules.first_offence is not None and gravest.rank == 0:
                weight = min(gravest.weight, rules.first_offence)
            total += weight
            kinds |= own
        return total

    def standing(self, now: datetime, rules: Variant) -> StandingName:
        """The standing, a lasting suspension included."""
        return "suspended" if self.held else self.due_standing(now, rules)

    def due_standing(self, now: datetime, rules: Variant) -> StandingName:
        """The standing that the strikes in force alone amount to."""
        active = self.active(now, rules)
        rank = sum(active >= rung for rung in rules.rungs)
        ranks = [self.bearing(name).rank for names in self.live(now) for name in names]
        return RANKS[max([rank, *ranks])]

    def forget(self, now: datetime) -> None:
        """Drop what nothing can depend on any more: a message with all it is one strike with."""
        together = {name: names for names in self.strikes() for name in names}
        kept = {name: max(each.kept for each in message.revisions.values()) for name, message in self.messages.items()}
        self.messages = {
            name: message
            for name, message in self.messages.items()
            if now < max(kept[other] for other in together.get(name, [name]))
        }
        if not self.messages and not self.held:
            self.cleared = set()


def retell(history: list[Step]) -> Account:
    """The account after a history, from nothing."""
    account = Account()
    for step in history:
        account.forget(step.now)
        lifted = False
        if isinstance(step.event, Incident):
            tell_incident(account, step, step.event)
        elif isinstance(step.event, ModeratorAction):
            lifted = tell_action(account, step.event, step)
        suspended = account.due_standing(step.now, step.rules) == "suspended"
        account.held = step.rules.sticky and (suspended or (account.held and not lifted))
    return account


def tell_incident(account: Account, step: Step, event: Incident) -> None:
    """A message is judged unless this revision was, or support has set aside a newer one."""
    content = content_of(event)
    known = account.messages.get(event.message_id, Message())
    set_aside = any(n > event.revision and r.decision == "overturned" for n, r in known.revisions.items())
    decision = content.decision
    if content is DOUBTFUL and account.standing(step.now, step.rules) in step.rules.strict_with:
        decision = "violation"
    if decision is None or event.revision in known.revisions or set_aside:
        return
    known.revisions[event.revision] = Revision(
        decision, content, event.sent_at, step.now, event.conversation_id, step.rules
    )
    account.messages[event.message_id] = known


def tell_action(account: Account, action: ModeratorAction, step: Step) -> bool:
    """Apply support's decision; true if it is one that ends a lasting suspension."""
    if action.message_id is None:
        return _clear(account, action)
    known = account.messages.get(action.message_id)
    if known is None or action.action_id in known.actions:
        return False
    known.actions.add(action.action_id)
    lifted = False
    for each in known.revisions.values():
        if action.action == "confirm_review" and each.decision == "review":
            each.decision, each.rules, each.judged = "violation", step.rules, step.now
        elif action.outcome == "upheld" and each.decision in ("violation", "review"):
            each.decision = "overturned"
            lifted = True
    return lifted


def _clear(account: Account, action: ModeratorAction) -> bool:
    if action.action_id in account.cleared or not (account.messages or account.held):
        return False
    account.cleared.add(action.action_id)
    for message in account.messages.values():
        for each in message.revisions.values():
            if each.decision == "violation" and (each.sent <= action.at or each.judged <= action.at):
                each.decision = "overturned"
    return True


def decisions(account: Account) -> dict[tuple[str, int], Decision]:
    """What was decided, by message and revision."""
    return {
        (name, number): each.decision
        for name, message in account.messages.items()
        for number, each in message.revisions.items()
    }
