"""One account before the judge, and what support and the account itself do."""

from datetime import datetime, timedelta

from consumer.events.account import Incident
from consumer.events.approval import GigApprovals
from consumer.events.ledger import AccountLedger
from consumer.events.moderation import Action, ModeratorAction, Outcome
from consumer.events.vocabulary import StandingName
from consumer.policy import Policy
from consumer.stages.judge import Judgement, judge_action, judge_incident, judge_tick
from tests.policy.rules import ACCOUNT, DAY, DEFAULT, START, finding, incident

HOUR = timedelta(hours=1)
DOUBTFUL = finding(confidence=0.6)


def act(
    action: Action,
    message_id: str | None = "m1",
    outcome: Outcome | None = None,
    *,
    at: datetime = START + HOUR,
    action_id: str = "act-1",
) -> ModeratorAction:
    return ModeratorAction(
        action_id=action_id,
        action=action,
        account_id=ACCOUNT,
        actor="support:dana",
        at=at,
        message_id=message_id,
        outcome=outcome,
    )


UPHELD = act("appeal", outcome="upheld")
CLEAR = act("clear_account", None)
CONFIRM = act("confirm_review")


class Desk:
    """One account before the judge: keeps its ledger, and the standing a reader would see."""

    def __init__(self, rules: Policy = DEFAULT, gig: GigApprovals | None = None) -> None:
        self.rules = rules
        self.gig = gig
        self.ledger: AccountLedger | None = None
        self.seen: tuple[StandingName, int] = ("good", 0)

    def hear(
        self, event: Incident | ModeratorAction, now: datetime | None = None, *, breaker_open: bool = False
    ) -> Judgement:
        """Judge an incident at its own time, an action at its own, or either at `now`."""
        if isinstance(event, Incident):
            moment = now or event.sent_at
            result = judge_incident(event, self.ledger, self.gig, self.rules, moment, breaker_open=breaker_open)
        else:
            result = judge_action(event, self.ledger, self.rules, now or event.at)
        return self._keep(result)

    def wait(self, until: datetime) -> Judgement:
        """Let time pass for a known account."""
        assert self.ledger is not None
        return self._keep(judge_tick(ACCOUNT, self.ledger, self.rules, until))

    def _keep(self, result: Judgement) -> Judgement:
        self.ledger = result.ledger
        if result.standing is not None:
            self.seen = (result.standing.standing, result.standing.active_strikes)
        return result


def weekly(count: int) -> list[Incident]:
    """Messages that each strike, a week apart."""
    return [incident(message_id=f"w{week}", sent_at=START + 7 * week * DAY) for week in range(count)]
