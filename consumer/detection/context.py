"""What the talk before says of a message: whether its figures were asked for, whether it goes on, what it is about."""

from collections.abc import Mapping

from consumer.detection.answering import pleads
from consumer.detection.draft import FOLLOWERS, FRAGMENT_MILLIS, Draft
from consumer.detection.figures import figures_of, is_trunked
from consumer.detection.finding import Finding
from consumer.detection.fragments import asks_figures, gathers, is_chatter, supposes, urges
from consumer.detection.lexicon import Role, word_list
from consumer.detection.marks import Mark
from consumer.detection.reading import Reading
from consumer.events.conversation import MAX_FRAGMENT
from consumer.events.message import MessageEvent
from consumer.events.vocabulary import Kind, to_millis

_GUARD_MILLIS = 5 * 60 * 1000
"""How long what is sent is taken to answer a question: figures one for figures, pieces one for a detail."""
_MAX_SUPPOSITION = 48
"""Code points of a question that supposes a part of the other's detail."""
_JOINTS = frozenset("/-_")
_BRIEF = 3
"""Words of a piece of an answer."""
_RECOGNISING = word_list("fragments.toml", "recognising")
_TOPICS: Mapping[Role, Kind] = {
    Role.NETWORK: "handle", Role.EMAIL: "email", Role.PHONE: "phone", Role.CALL: "phone", Role.PAYMENT: "payment",
}  # fmt: skip
"""What a short question asks for once a word of this role was said."""


def topic_of(reading: Reading) -> tuple[Kind, str | None] | None:
    """The way of contact that a remembered message speaks of last, and its network; None if it is work or refused."""
    if reading.having(Role.WORK, Role.REFUSE):
        return None
    for mark in reversed(reading.marks):
        if mark.role is Role.EMAIL and reading.having(Role.MY):
            return None  # "did you get my mail": a letter, not an address
        if mark.role in _TOPICS and not _in_name(reading.letters, mark):
            return _TOPICS[mark.role], mark.value or None
    return None


def sole_network(reading: Reading) -> str | None:
    """The network that a text names, if it is one."""
    named = {mark.value for mark in reading.of((Role.NETWORK,))}
    return named.pop() if len(named) == 1 else None


def _in_name(letters: str, mark: Mark) -> bool:
    """Whether a word is a part of a path or a file's name: "feature/email-queue"."""
    beside = letters[max(0, mark.start - 1) : mark.start] + letters[mark.end : mark.end + 1]
    return not _JOINTS.isdisjoint(beside)


def _all(findings: tuple[Finding, ...], kind: str, intent: str) -> bool:
    return bool(findings) and all((finding.kind, finding.intent) == (kind, intent) for finding in findings)


def harmless(event: MessageEvent, findings: tuple[Finding, ...], draft: Draft) -> bool:
    """Whether the talk before shows that figures are no number, or that a number is not asked for."""
    if _all(findings, "phone", "provide"):
        return asked_for_figures(event, draft)
    return _all(findings, "phone", "request") and _recognises(event, draft)


def _recognises(event: MessageEvent, draft: Draft) -> bool:
    """Whether somebody sees what the figures just sent are, rather than asks for them: "oh your mobile haha"."""
    last = draft.fragments[-1:]
    sent = bool(last) and last[0].sender != event.sender_id and figures_of(last[0].text) is not None
    words = event.text.split()
    if "?" in event.text:
        return sent and len(words) == 1
    return sent and words[0].strip(",.!").lower() in _RECOGNISING


def late(event: MessageEvent, draft: Draft) -> bool:
    """Whether the message is older than all that is remembered."""
    if not draft.fragments:
        return False
    return max(entry.at for entry in draft.fragments) - to_millis(event.sent_at) > FRAGMENT_MILLIS


def supposes_detail(event: MessageEvent, findings: tuple[Finding, ...], draft: Draft) -> bool:
    """Whether what looks like a request supposes how the other's detail goes on: "mira.k" - "at gmail, right?"."""
    supposed = all(finding.intent == "request" and finding.kind in {"email", "handle"} for finding in findings)
    if not findings or not supposed or not supposes(event.text):
        return False
    return any(entry.opens and entry.sender != event.sender_id for entry in draft.fragments[-FOLLOWERS:])


def asked_for_figures(event: MessageEvent, draft: Draft) -> bool:
    """Whether the last words before these figures say what they are: "order ids please", "my invoice no"."""
    if not draft.fragments or figures_of(event.text) is None:
        return False
    if any(gathers(entry.text) or is_trunked(entry.text) for entry in draft.own(event.sender_id)):
        return False
    at = to_millis(event.sent_at)
    before = [entry for entry in draft.fragments if 0 <= at - entry.at <= _GUARD_MILLIS and not figures_of(entry.text)]
    return bool(before) and asks_figures(before[-1].text) and not pleads(before[-1].text)


def follows(event: MessageEvent, draft: Draft, *, plain: bool) -> bool:
    """Whether a message that opens nothing is kept: after one of its sender that does, or supposing what is meant."""
    if not draft.fragments and not draft.requests:
        return False
    if len(event.text) > MAX_FRAGMENT or is_chatter(event.text):
        return False
    at = to_millis(event.sent_at)
    asked = any(r.asker != event.sender_id and abs(at - r.at) <= _GUARD_MILLIS for r in draft.requests)
    if plain and (draft.begun(event.sender_id) or (asked and len(event.text.split()) <= _BRIEF)):
        return True
    supposes = event.text.rstrip().endswith("?") and len(event.text) <= _MAX_SUPPOSITION and not urges(event.text)
    return supposes and any(entry.opens for entry in draft.fragments[-FOLLOWERS:])
