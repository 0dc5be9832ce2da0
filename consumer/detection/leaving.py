"""Proposals to leave the platform, or to pay around it, without a detail.

Some phrases say it whole ("outside Fiverr", "pay me directly"). Others propose a way, which counts only tied to a
network or a way of paying that the platform does not run.
"""

from collections.abc import Iterator
from typing import NamedTuple

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role
from consumer.detection.marks import Mark, words_between
from consumer.detection.reading import Reading, both_ends
from consumer.detection.speech import is_subject, meant
from consumer.events.vocabulary import Kind

_NETWORKS = frozenset({Role.NETWORK, Role.WEAK_NETWORK})
_PAYMENTS = frozenset({Role.PAYMENT, Role.DIRECT})
_DOING = frozenset({Role.DO})
_NAMED = frozenset({Role.NETWORK, Role.WEAK_NETWORK, Role.EMAIL, Role.PHONE, Role.NUMBER})
_WHOLE: dict[Role, Kind] = {Role.OUTSIDE: "off_platform", Role.DEAL: "payment"}
LEAVING_ROLES = frozenset(
    {Role.OUTSIDE, Role.DEAL, Role.MOVE, Role.MOVE_AFTER, Role.PAY, Role.THERE, Role.OFFER, Role.AWAY, Role.VIA}
)
"""Without a mark of one of these there is no proposal."""

_LOOK = 6
"""Marks looked at to either side for the network."""
_GAPS = {Role.MOVE: 2, Role.MOVE_AFTER: 3, Role.PAY: 4, Role.OFFER: 2, Role.AWAY: 4, Role.VIA: 4}
"""Words that may stand between a proposal and what it names."""
_SHORT = 2
"""Letters of a proposal that stands next to its network or proposes nothing: "skype me"."""


class _Proposal(NamedTuple):
    start: int
    end: int
    kind: Kind
    network: str | None
    confidence: float


def find_leaving(reading: Reading) -> list[Finding]:
    """Every proposal to leave ("outside Fiverr", "talk on WhatsApp") or to pay outside ("pay me on PayPal")."""
    found: list[Finding] = []
    for index in both_ends([index for index, mark in enumerate(reading.marks) if mark.role in LEAVING_ROLES]):
        for proposal in _proposals(reading, index):
            if not meant(reading, proposal.start, proposal.end):
                continue
            start, end = reading.view.span(proposal.start, proposal.end)
            found.append(
                Finding(
                    kind=proposal.kind, intent="solicit", start=start, end=end, confidence=proposal.confidence,
                    network=proposal.network,
                )
            )  # fmt: skip
    return found


def _proposals(reading: Reading, index: int) -> Iterator[_Proposal]:
    """What the mark at this index proposes, if anything."""
    mark = reading.marks[index]
    if mark.role in _WHOLE:
        yield _Proposal(mark.start, mark.end, _WHOLE[mark.role], None, 0.8)
    elif mark.role is Role.THERE:
        if any(other.role in _NAMED and not is_subject(reading, at) for at, other in _before(reading, index)):
            yield _Proposal(mark.start, mark.end, "off_platform", None, 0.7)
    elif mark.role is Role.VIA:
        target, doing = _after(reading, index, _NETWORKS, 0), _ahead(reading, index, _DOING)
        if target is not None and doing is not None:
            yield _over(doing, target, "off_platform", 0.75)
    else:
        target = _target(reading, index)
        if target is not None:
            kind: Kind = "payment" if mark.role is Role.PAY else "off_platform"
            yield _over(mark, target, kind, 0.6 if mark.role is Role.OFFER else 0.8)


def _target(reading: Reading, index: int) -> Mark | None:
    """What the proposal at this index is tied to."""
    role = reading.marks[index].role
    if role is Role.AWAY:
        return _ahead(reading, index, _DOING)
    if role is Role.MOVE_AFTER:
        return _ahead(reading, index, _NETWORKS)
    if role is Role.PAY:
        return _after(reading, index, _PAYMENTS) or _ahead(reading, index, _PAYMENTS)
    return _after(reading, index, _NETWORKS if role is Role.MOVE else _NAMED)


def _over(mark: Mark, target: Mark, kind: Kind, confidence: float) -> _Proposal:
    return _Proposal(min(mark.start, target.start), max(mark.end, target.end), kind, target.value or None, confidence)


def _before(reading: Reading, index: int) -> Iterator[tuple[int, Mark]]:
    first = max(0, index - _LOOK)
    return ((at, reading.marks[at]) for at in range(index - 1, first - 1, -1))


def _after(reading: Reading, index: int, wanted: frozenset[Role], gap: int | None = None) -> Mark | None:
    """The network that the proposal at this index goes on to name, if it is not what the work is about."""
    mark = reading.marks[index]
    last = reading.clause(mark.start)[1]
    for at in range(index + 1, min(index + 1 + _LOOK, len(reading.marks))):
        other = reading.marks[at]
        if other.role in wanted and mark.start < other.start < last and mark.end <= other.end:
            reach = 0 if other.role is Role.WEAK_NETWORK else _GAPS[mark.role] if gap is None else gap
            near = words_between(reading.words, mark.end, max(mark.end, other.start)) <= reach
            return other if near and not is_subject(reading, at) else None
    return None


def _ahead(reading: Reading, index: int, wanted: frozenset[Role]) -> Mark | None:
    """The network that was named before the proposal at this index."""
    mark = reading.marks[index]
    first = reading.clause(mark.start)[0]
    for at, other in _before(reading, index):
        if other.role in wanted and first <= other.start < mark.start and other.end < mark.end:
            reach = 0 if mark.end - mark.start <= _SHORT else _GAPS[mark.role]
            near = words_between(reading.words, other.end, max(other.end, mark.start)) <= reach
            near = near and (reach > 0 or "," not in reading.letters[other.end : mark.start])
            return other if near and not is_subject(reading, at) else None
    return None
