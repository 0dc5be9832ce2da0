"""The judge against the slow model on random histories, and proof that the comparison sees a fault.

`python -m tests.stages.model` goes through as many histories as one has time for.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from consumer.events.account import Incident
from consumer.events.ledger import AccountLedger, Case
from consumer.strikes import ledger as ledgers
from consumer.strikes import standing as standings
from consumer.strikes.strike import Strike, bearers, strike_by, strike_by_all, strikes
from tests.stages.histories import history
from tests.stages.model import Difference, compare, judge
from tests.stages.retelling import Step
from tests.stages.variants import MERGING, PLAIN, SEVERE, STRICTER, Variant

HISTORIES = 1_500


@pytest.mark.parametrize("first", range(0, HISTORIES, 100))
def test_every_history_ends_as_the_model_says(first: int) -> None:
    for seed in range(first, first + 100):
        try:
            compare(history(seed))
        except Difference as why:
            pytest.fail(f"history of seed {seed} differs at {why}")


@pytest.mark.parametrize("rules", [PLAIN, MERGING, SEVERE, STRICTER], ids=lambda rules: rules.name)
def test_order_and_repetition_of_incidents_do_not_matter(rules: Variant) -> None:
    for seed in range(400):
        told = history(seed)
        random = Random(seed)
        now = max(step.now for step in told) + timedelta(days=random.randint(0, 40))
        incidents = [step.event for step in told if isinstance(step.event, Incident)]
        shuffled = [*incidents, *incidents]
        random.shuffle(shuffled)
        assert after(incidents, rules, now=Step(now, None, rules)) == after(shuffled, rules, now=Step(now, None, rules))


def after(incidents: Iterable[Incident], rules: Variant, now: Step) -> AccountLedger | None:
    """The ledger after incidents that all come at one instant."""
    ledger: AccountLedger | None = None
    for event in incidents:
        ledger = judge(replace(now, event=event, rules=rules), ledger).ledger
    return ledger


def unmerged(cases: Iterable[Case]) -> list[Strike]:
    """Every message a strike by itself."""
    return sorted(map(strike_by, bearers(cases)), key=lambda each: each.cases[0].at)


def rolling(cases: Iterable[Case]) -> list[Strike]:
    """Merging that goes on from message to message, instead of a span from the first."""
    found = strikes(cases)
    merged: list[Strike] = []
    for each in found:
        last = merged[-1].cases[-1] if merged else None
        if last is not None and last.talk == each.cases[0].talk and each.cases[0].at <= last.at + last.merges:
            merged[-1] = strike_by_all((*merged[-1].cases, *each.cases))
        else:
            merged.append(each)
    return merged


def counted_to_the_end(known: Iterable[Strike], *rest: object) -> standings.Tally:
    """A strike that still counts at the very instant it expires."""
    ladder, now = rest
    return standings.tally_of(known, ladder, now - 1)  # type: ignore[arg-type,operator]


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        pytest.param("strikes", unmerged, id="nothing is merged"),
        pytest.param("strikes", rolling, id="merging rolls on"),
        pytest.param("tally_of", counted_to_the_end, id="an instant too long"),
        pytest.param("lasts", lambda *_: False, id="suspension does not last"),
        pytest.param("bounded", lambda cases, _: cases[-3:], id="cases are lost"),
    ],
)
def test_a_broken_ledger_is_noticed(monkeypatch: pytest.MonkeyPatch, name: str, broken: Callable[..., object]) -> None:
    monkeypatch.setattr(ledgers, name, broken)
    assert any(differs(seed) for seed in range(HISTORIES))


def differs(seed: int) -> bool:
    try:
        compare(history(seed))
    except Difference:
        return True
    return False
