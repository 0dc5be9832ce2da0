"""Which accounts are linked by a shared detail, and which are not."""

from datetime import timedelta

from consumer.cli.linking import Links
from consumer.events.finding import PublishedFinding
from consumer.events.verdict import StrikeEffect, Verdict
from consumer.events.vocabulary import Decision
from tests.policy.rules import START

EFFECT = StrikeEffect(
    counted=False, weight=0, active_strikes=0, standing_before="good", standing_after="good", expires_at=None
)
ONE, OTHER = "1" * 64, "2" * 64


def verdict(
    account: str, message: str, *hashes: str | None, decision: Decision = "violation", revision: int = 0, day: int = 0
) -> Verdict:
    return Verdict(
        verdict_id=f"{account}-{message}-{revision}-{decision}",
        message_id=message,
        revision=revision,
        account_id=account,
        decision=decision,
        sent_at=START + timedelta(days=day),
        decided_at=START,
        strike=EFFECT,
        reasons="",
        policy_version="sha256:0",
        findings=tuple(
            PublishedFinding(kind="email", intent="provide", start=0, end=1, confidence=1.0, detail_hash=each)
            for each in hashes
        ),
    )


def linked(*verdicts: Verdict, least: int = 2) -> list[tuple[str, list[str]]]:
    links = Links()
    for each in verdicts:
        links.add(each)
    return [(group.detail_hash, list(group.accounts)) for group in links.groups(least)]


def test_accounts_that_share_a_detail_are_a_group() -> None:
    given = [verdict("a", "m1", ONE), verdict("b", "m2", ONE), verdict("b", "m3", ONE), verdict("c", "m4", OTHER)]
    assert linked(*given) == [(ONE, ["b", "a"])]
    assert linked(*given, least=3) == []


def test_requests_without_a_detail_link_nobody() -> None:
    assert linked(verdict("a", "m1", None), verdict("b", "m2", None)) == []


def test_an_overturned_message_links_nobody_whichever_verdict_is_read_first() -> None:
    struck, other = verdict("a", "m1", ONE), verdict("b", "m2", ONE)
    overturned = verdict("a", "m1", decision="overturned")
    assert linked(struck, overturned, other) == []
    assert linked(overturned, struck, other) == []


def test_an_edit_of_a_message_does_not_make_it_two() -> None:
    links = Links()
    for each in (verdict("a", "m1", ONE), verdict("a", "m1", ONE, revision=1), verdict("b", "m2", ONE, day=3)):
        links.add(each)
    (group,) = links.groups()
    assert (group.accounts, group.messages) == ({"a": 1, "b": 1}, 2)
    assert (group.first, group.last) == (START, START + timedelta(days=3))
