"""Proposals to leave the platform, or to pay around it, without a detail."""

from consumer.detection.finding import Finding
from consumer.detection.lexicon import Role
from consumer.detection.marks import words_between
from consumer.detection.reading import Reading, both_ends
from consumer.detection.request import is_subject, refused

_PROPOSALS = frozenset({Role.OUTSIDE, Role.MOVE, Role.PAY})
_NETWORKS = frozenset({Role.NETWORK, Role.WEAK_NETWORK})


def find_leaving(reading: Reading) -> list[Finding]:
    """Every proposal to leave ("outside Fiverr", "talk on WhatsApp") or to pay outside ("pay me on PayPal")."""
    found = []
    for index in both_ends([index for index, mark in enumerate(reading.marks) if mark.role in _PROPOSALS]):
        mark = reading.marks[index]
        if mark.role is Role.OUTSIDE:
            span, kind, network = (mark.start, mark.end), "off_platform", None
        elif mark.role in {Role.MOVE, Role.PAY}:
            target = _target(reading, index)
            if target is None:
                continue
            span = (mark.start, target[1])
            kind, network = ("payment" if mark.role is Role.PAY else "off_platform"), target[2]
        else:
            continue
        if refused(reading, span[0], span[1]) or reading.quoted(*span):
            continue
        origin, stop = reading.view.span(*span)
        found.append(
            Finding(
                kind="payment" if kind == "payment" else "off_platform", intent="solicit", start=origin, end=stop,
                confidence=0.8, network=network,
            )
        )  # fmt: skip
    return found


def _target(reading: Reading, index: int) -> tuple[int, int, str] | None:
    """The network that the proposal at this index names, if it is not what the work is about."""
    mark = reading.marks[index]
    wanted = _NETWORKS if mark.role is Role.MOVE else frozenset({Role.PAYMENT})
    for offset, other in enumerate(reading.marks[index + 1 : index + 6], index + 1):
        gap = 1 if mark.role is Role.MOVE else 3
        if other.role in wanted and other.start >= mark.end and other.start < reading.clause(mark.start)[1]:
            near = words_between(reading.words, mark.end, other.start) <= gap
            return (other.start, other.end, other.value) if near and not is_subject(reading, offset) else None
    return None
