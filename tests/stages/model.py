"""The judge held against the slow model, history by history: `python -m tests.stages.model --histories 10000`.

Ends with 1 at the first history on which they differ, and says by its seed which.
"""

import argparse
import sys
import time
from datetime import timedelta

from consumer.events.account import Incident
from consumer.events.ledger import AccountLedger
from consumer.events.moderation import ModeratorAction
from consumer.events.vocabulary import StandingName, to_millis
from consumer.stages.judge import Judgement, judge_action, judge_incident, judge_tick
from tests.policy.rules import ACCOUNT, START, approval, approvals
from tests.stages.histories import history
from tests.stages.retelling import Account, Message, Step, decisions, retell

APPROVALS = approvals(approval("email", approved_at=START.replace(year=START.year - 2)))
_PROGRESS = 500


class Difference(AssertionError):
    """The judge and the model disagree; the message says where and about what."""


def judge(step: Step, ledger: AccountLedger | None) -> Judgement:
    """The judge's answer to one step."""
    event, rules, now = step.event, step.rules.policy, step.now
    if isinstance(event, Incident):
        return judge_incident(event, ledger, APPROVALS if event.gig_id else None, rules, now)
    if isinstance(event, ModeratorAction):
        return judge_action(event, ledger, rules, now)
    return Judgement(ledger=None, outcome="unchanged") if ledger is None else judge_tick(ACCOUNT, ledger, rules, now)


class Reader:
    """Reads what is published, as a downstream service would."""

    def __init__(self) -> None:
        self.ledger: AccountLedger | None = None
        self.active = 0
        self.standing: StandingName = "good"

    def tick(self, step: Step) -> None:
        """Let every timer that is due by a step fire at its own time, as the worker does between batches."""
        while self.ledger is not None and self.ledger.due is not None and self.ledger.due <= to_millis(step.now):
            due = START + timedelta(milliseconds=self.ledger.due - to_millis(START))
            result = judge_tick(ACCOUNT, self.ledger, step.rules.policy, due)
            if result.outcome not in ("expiry", "forgotten"):
                raise Difference(f"a timer fired at {due} and came to {result.outcome!r}")
            self.take(result)

    def take(self, result: Judgement) -> None:
        """Follow the account's standing by what is published of it; nothing is published twice."""
        self.ledger = result.ledger
        if result.standing is not None:
            expect("the standing before", result.standing.previous, self.standing)
            told = (result.standing.active_strikes, result.standing.standing)
            if told == (self.active, self.standing):
                raise Difference(f"{told!r} was published again")
            self.active, self.standing = told


def expect(what: str, judged: object, modelled: object) -> None:
    """Raise Difference unless the judge says what the model says."""
    if judged != modelled:
        raise Difference(f"{what}: {judged!r} judged, {modelled!r} modelled")


def compare(steps: list[Step]) -> None:
    """Hold the judge against the model after every step of a history; raises Difference."""
    reader = Reader()
    for length, step in enumerate(steps, start=1):
        try:
            _compare_step(reader, steps, length)
        except Difference as why:
            raise Difference(f"step {length} of {len(steps)} under {step.rules.name!r}: {why}") from None


def _compare_step(reader: Reader, steps: list[Step], length: int) -> None:
    step = steps[length - 1]
    before = retell([*steps[: length - 1], Step(step.now, None, step.rules)])
    after = retell(steps[:length])
    reader.tick(step)
    held = reader.ledger
    result = judge(step, held)
    reader.take(result)
    expect("active", reader.active, after.active(step.now, step.rules))
    expect("standing", reader.standing, after.standing(step.now, step.rules))
    _compare_verdicts(result, step, before, after)
    if _facts(before) == _facts(after) and result.ledger is not held:
        raise Difference("nothing changed, and yet the ledger is another object")
    after.forget(step.now)  # what was kept only for a strike that a decision took apart
    cases = () if result.ledger is None else result.ledger.cases
    expect("the cases", {(case.message_id, case.revision): case.decision for case in cases}, decisions(after))


def _compare_verdicts(result: Judgement, step: Step, before: Account, after: Account) -> None:
    was, has = decisions(before), decisions(after)
    published = {(verdict.message_id, verdict.revision): verdict for verdict in result.verdicts}
    expect(
        "the verdicts",
        {place: verdict.decision for place, verdict in published.items()},
        {place: decision for place, decision in has.items() if was.get(place) != decision},
    )
    expect("verdicts once each", len(result.verdicts), len(published))
    new = {
        name
        for name, message in after.messages.items()
        if message.strike() is not None and before.messages.get(name, Message()).strike() is None
    }
    counted = {name for name in new if len(after.live(step.now)) > len(after.live(step.now, without=name))}
    expect("strikes made", {name for (name, _), verdict in published.items() if verdict.strike.counted}, counted)
    expect("struck", result.struck, bool(counted))
    for verdict in result.verdicts:
        expect("the verdict's total", verdict.strike.active_strikes, after.active(step.now, step.rules))
        expect("the standing before", verdict.strike.standing_before, before.standing(step.now, step.rules))
        expect("the standing after", verdict.strike.standing_after, after.standing(step.now, step.rules))


def _facts(account: Account) -> object:
    actions = {name: message.actions for name, message in account.messages.items()}
    return (decisions(account), actions, account.cleared, account.held)


def main() -> None:
    """Compare as many histories as asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.stages.model", description=__doc__)
    parser.add_argument("--histories", type=int, default=10_000, metavar="N", help="how many (default 10,000)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="the first one's seed (default 0)")
    asked = parser.parse_args()
    started = time.monotonic()
    steps = 0
    for seed in range(asked.seed, asked.seed + asked.histories):
        told = history(seed)
        steps += len(told)
        try:
            compare(told)
        except Difference as why:
            sys.exit(f"\nhistory of seed {seed} differs at {why}")
        done = seed - asked.seed + 1
        if done % _PROGRESS == 0 or done == asked.histories:
            print(f"\r{done:,} of {asked.histories:,} histories", end="", file=sys.stderr, flush=True)
    seconds = time.monotonic() - started
    print(f"\n{asked.histories:,} histories, {steps:,} steps, no difference, {seconds:.1f} s")


if __name__ == "__main__":
    main()
