"""Recomputes every output from the input with the pure stages, and compares.

Nothing of the stream room takes part: records are decoded, screened and judged one by one, in their partition's order,
with plain dictionaries as state. What depends on when a worker happened to do its work (the instant of a decision) is
left out of the comparison; everything else must be equal, and must be there exactly once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from confluent_kafka import Message

from consumer.detection import Detector
from consumer.events.account import Incident
from consumer.events.approval import GigApprovals
from consumer.events.conversation import ConversationMemory
from consumer.events.dead_letter import header_fields
from consumer.events.decode import Rejected, decode_account_event, decode_action, decode_approvals, decode_message
from consumer.events.encode import encode
from consumer.events.ledger import AccountLedger, encode_ledger
from consumer.events.message import MessageEvent
from consumer.events.topics import Role
from consumer.policy import load_policy
from consumer.stages.judge import judge_action, judge_incident
from consumer.stages.screen import Screener
from consumer.stream.records import Record
from tests.exactly_once.site import HASH_KEY, Site

Json = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What a verified site holds, for further assertions."""

    incidents: int
    verdicts: Counter[str]
    strikes: dict[str, int]
    standing: dict[str, str]
    dead_letters: Counter[str]


def verify(site: Site) -> Found:
    """Assert that the site's outputs are what its inputs come to, each exactly once."""
    rejected = _check_first_hop(site) | _check_routing(site)
    verdicts, ledgers, refused = _check_second_hop(site)
    letters = Counter(
        (fields["origin_topic"], int(fields["origin_partition"]), int(fields["origin_offset"]), fields["reason"])
        for fields in (header_fields(cast("Record", each).headers() or []) for each in site.read(Role.DEAD_LETTERS))
    )
    assert letters == Counter(rejected | refused), "dead letters differ"
    standing = {_key(each): _value(each)["standing"] for each in site.read(Role.ACCOUNT_STANDING)}
    for account, ledger in ledgers.items():
        assert standing.get(account, "good") == ledger.standing
    return Found(
        incidents=len(site.read(Role.ACCOUNT_EVENTS)),
        verdicts=Counter(each["decision"] for each in verdicts),
        strikes={account: ledger.active for account, ledger in ledgers.items() if ledger.active},
        standing={account: name for account, name in standing.items() if name != "good"},
        dead_letters=Counter(reason for *_, reason in letters.elements()),
    )


def _check_first_hop(site: Site) -> set[tuple[str, int, int, str]]:
    screener = Screener(Detector.default(), HASH_KEY.encode())
    memories: dict[tuple[int, str], ConversationMemory] = {}
    expected: list[Json] = []
    rejected: set[tuple[str, int, int, str]] = set()
    for message in site.read(Role.MESSAGE_EVENTS):
        try:
            event = _event(message, site)
        except Rejected as why:
            rejected.add((*_place(message), why.reason))
            continue
        where = (message.partition() or 0, event.conversation_id)
        memory = memories.get(where)
        looked_at = event.revision or screener.recalls(event.text)
        if not screener.suspects([event.text]) and (memory is None or not looked_at):
            continue
        screening = screener.screen(event, memory, datetime.fromtimestamp(message.timestamp()[1] / 1000, UTC))
        if screening.memory is None:
            memories.pop(where, None)
        else:
            memories[where] = screening.memory
        if screening.incident is not None:
            expected.append(_json(screening.incident))
    actual = [value for each in site.read(Role.ACCOUNT_EVENTS) if (value := _value(each))["type"] == "incident"]
    _same("incidents", actual, expected)
    kept = _last(site.read(Role.CONVERSATION_MEMORY))
    assert kept == {(number, key): _json(memory) for (number, key), memory in memories.items()}, "memories differ"
    return rejected


def _event(message: Message, site: Site) -> MessageEvent:
    if message.value() is not None and message.key() is None:
        raise Rejected("null_key", "")
    event = decode_message(message.value())
    if event.sent_at < site.settings.worker.oldest_sent_at:
        raise Rejected("sent_too_long_ago", "")
    if event.sent_at > datetime.now(UTC):
        raise Rejected("sent_in_future", "")
    return event


def _check_routing(site: Site) -> set[tuple[str, int, int, str]]:
    expected: list[Json] = []
    rejected: set[tuple[str, int, int, str]] = set()
    for message in site.read(Role.MODERATOR_ACTIONS):
        try:
            expected.append(_json(decode_action(message.value())))
        except Rejected as why:
            rejected.add((*_place(message), why.reason))
    actual = [value for each in site.read(Role.ACCOUNT_EVENTS) if (value := _value(each))["type"] == "action"]
    _same("actions", actual, expected)
    return rejected


def _check_second_hop(site: Site) -> tuple[list[Json], dict[str, AccountLedger], set[tuple[str, int, int, str]]]:
    policy = load_policy(site.settings.policy_file)
    approvals = _approvals(site)
    ledgers: dict[str, AccountLedger] = {}
    numbers: dict[str, set[int]] = defaultdict(set)
    expected: list[Json] = []
    refused: set[tuple[str, int, int, str]] = set()
    now = datetime.now(UTC)
    for message in site.read(Role.ACCOUNT_EVENTS):
        event = decode_account_event(message.value())
        account = event.account_id
        numbers[account].add(message.partition() or 0)
        ledger = ledgers.get(account)
        if isinstance(event, Incident):
            judgement = judge_incident(event, ledger, approvals.get(event.gig_id or ""), policy, now)
        else:
            judgement = judge_action(event, ledger, policy, now)
        if judgement.refusal is not None:
            refused.add((*_place(message), "refused_action"))
        expected += [_json(verdict) for verdict in judgement.verdicts]
        if judgement.ledger is None:
            ledgers.pop(account, None)
        else:
            ledgers[account] = judgement.ledger
    assert all(len(each) == 1 for each in numbers.values()), "an account's events lie in several partitions"
    actual = [_value(each) for each in site.read(Role.FLAGGED_MESSAGES)]
    ids = Counter(each["verdict_id"] for each in actual)
    assert not [each for each, count in ids.items() if count > 1], "a verdict was published twice"
    _same("verdicts", map(_timeless, actual), map(_timeless, expected))
    kept = {key: _timeless(value) for (_, key), value in _last(site.read(Role.ACCOUNT_LEDGER)).items()}
    encoded = {key: orjson.loads(encode_ledger(ledger)) for key, ledger in ledgers.items()}
    assert kept == {key: _timeless(ledger) for key, ledger in encoded.items()}, "ledgers differ"
    return actual, ledgers, refused


def _approvals(site: Site) -> dict[str, GigApprovals]:
    by_gig: dict[str, GigApprovals] = {}
    for message in site.read(Role.GIG_APPROVALS):
        try:
            approvals = decode_approvals(message.value())
        except Rejected:
            continue
        by_gig[approvals.gig_id] = approvals
    return by_gig


def _timeless(value: Json) -> Json:
    """Return a verdict or a ledger without the instants that depend on when the worker got to it."""
    rest = {name: part for name, part in value.items() if name not in {"decided_at", "due"}}
    if "cases" in rest:
        rest["cases"] = [{name: part for name, part in case.items() if name != "judged"} for case in rest["cases"]]
    return rest


def _last(messages: list[Message]) -> dict[tuple[int, str], Json]:
    entries: dict[tuple[int, str], Json] = {}
    for message in messages:
        where = (message.partition() or 0, _key(message))
        if message.value() is None:
            entries.pop(where, None)
        else:
            entries[where] = _value(message)
    return entries


def _counted(values: Iterable[Json]) -> Counter[bytes]:
    return Counter(orjson.dumps(value, option=orjson.OPT_SORT_KEYS) for value in values)


def _same(what: str, actual: Iterable[Json], expected: Iterable[Json]) -> None:
    """Assert that two collections hold the same values, each as often."""
    there, wanted = _counted(actual), _counted(expected)
    missing, surplus = wanted - there, there - wanted
    assert not missing, f"{missing.total()} of {wanted.total()} {what} are missing, such as {next(iter(missing))!r}"
    known = sum(value in wanted for value in surplus)
    assert not surplus, (
        f"{surplus.total()} {what} are too many, {len(surplus)} different ones, {known} of them expected once,"
        f" such as {next(iter(surplus))!r}"
    )


def _json(value: object) -> Json:
    loaded: Json = orjson.loads(encode(value))
    return loaded


def _value(message: Message) -> Json:
    loaded: Json = orjson.loads(message.value() or b"null")
    return loaded


def _key(message: Message) -> str:
    return (message.key() or b"").decode()


def _place(message: Message) -> tuple[str, int, int]:
    return message.topic() or "", message.partition() or 0, message.offset() or 0
