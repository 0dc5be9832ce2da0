"""Conversation memory: how one message changes what is remembered, and what it completes.

Two things are remembered: who asked for which kind of detail, and messages that are nothing but a few digits.
A later message can answer the one and complete the other. Time is the messages' own, so a conversation replayed
or read late is judged like a live one.

Invariants: bounded in number and age; a message id enters once; unchanged memory is the same object.
"""

import re
from dataclasses import dataclass, replace

from consumer.detection.finding import Finding
from consumer.detection.handle import structured
from consumer.detection.phone import bare_number, joined_number
from consumer.detection.telephony import Fit, national
from consumer.detection.views import View, digits_view
from consumer.events.conversation import (
    MAX_FRAGMENT,
    MAX_FRAGMENTS,
    MAX_REQUESTS,
    ConversationMemory,
    Fragment,
    OpenRequest,
)
from consumer.events.message import MessageEvent
from consumer.events.vocabulary import to_millis

REQUEST_MILLIS = 60 * 60 * 1000
"""A bare word an hour after a question is more likely about something else."""
FRAGMENT_MILLIS = 15 * 60 * 1000
"""Whoever splits a number sends the pieces in one sitting; figures from longer ago are other figures."""

_FRAGMENT = re.compile(r"\s{0,4}(\+?[(]?[0-9][0-9 ().\-]{0,22})[\s.,!]{0,4}")
_MAX_BARE = 48
"""Code points of a message that is nothing but a detail, with a word or two around it."""
_NAME = re.compile(
    r"(?:(?:it'?s|its|sure|ok|okay|yes|here|yeah|ya|yep|hi)[ ,:]{1,3}){0,2}(@?[\w.\-]{3,33})[ .!)]{0,3}", re.IGNORECASE
)
_MIN_DIGITS, _MAX_DIGITS = 2, 12
"""Digits of a fragment: one alone is an answer, more are a whole number."""
_BY_NUMBER = frozenset({"whatsapp", "viber", "imo", "zalo"})
"""Networks whose accounts are telephone numbers."""
_OPENING = re.compile(r"[0-9]{3}")
"""In a first fragment: one or two digits are quantities far more often, and no anchor of the prefilter."""
_LETTER = re.compile(r"[^\W\d_]")


def fragment_of(digits: str) -> str | None:
    """The digits a message consists of, given its digits view; None if there is more in it, or fewer than two."""
    if len(digits) > _MAX_BARE:
        return None
    found = _FRAGMENT.fullmatch(digits)
    if found is None:
        return None
    count = sum(map(str.isdigit, found.group(1)))
    return found.group(1)[:MAX_FRAGMENT] if _MIN_DIGITS <= count <= _MAX_DIGITS else None


def opens(digits: str) -> bool:
    """Whether a message, given its digits view, may be the first piece of a split number: three digits in a row."""
    return fragment_of(digits) is not None and _OPENING.search(digits) is not None


def recalls(text: str) -> bool:
    """Whether a text that is no suspect can still answer, complete or end something remembered.

    Only a short one can be a bare detail, and only a question takes back what figures were sent so far.
    """
    return len(text) <= _MAX_BARE or "?" in text


@dataclass(slots=True)
class _Draft:
    """A memory being changed; `done` gives back the original object if nothing was."""

    before: ConversationMemory | None
    requests: tuple[OpenRequest, ...]
    fragments: tuple[Fragment, ...]

    def done(self) -> ConversationMemory | None:
        if not self.requests and not self.fragments:
            return None
        if self.before is not None and (self.requests, self.fragments) == (
            self.before.requests,
            self.before.fragments,
        ):
            return self.before
        return ConversationMemory(requests=self.requests, fragments=self.fragments)

    def knows(self, message_id: str) -> bool:
        return any(entry.message_id == message_id for entry in self.requests) or any(
            entry.message_id == message_id for entry in self.fragments
        )


def _aged(memory: ConversationMemory | None, at: int) -> _Draft:
    """The memory without what is too old; the newest time seen is now, so late messages age nothing wrongly."""
    if memory is None:
        return _Draft(None, (), ())
    now = max([at, *(entry.at for entry in memory.requests), *(entry.at for entry in memory.fragments)])
    return _Draft(
        memory,
        tuple(entry for entry in memory.requests if now - entry.at <= REQUEST_MILLIS),
        tuple(entry for entry in memory.fragments if now - entry.at <= FRAGMENT_MILLIS),
    )


def recall(
    event: MessageEvent, findings: tuple[Finding, ...], memory: ConversationMemory | None
) -> tuple[tuple[Finding, ...], ConversationMemory | None]:
    """The findings of a message together with what it completes, and the memory after it."""
    draft = _aged(memory, to_millis(event.sent_at))
    findings = _answer(event, findings, draft)
    if not draft.knows(event.message_id):
        findings = _assemble(event, findings, draft)
        _note_requests(event, findings, draft)
    return findings, draft.done()


def _answer(event: MessageEvent, findings: tuple[Finding, ...], draft: _Draft) -> tuple[Finding, ...]:
    """Tie details to the open requests of others, and see a bare detail as the answer it is."""
    asked = [request for request in draft.requests if request.asker != event.sender_id]
    if not asked:
        return findings
    answered: set[str] = set()
    tied = []
    for finding in findings:
        request = next((request for request in asked if _answers(finding, request)), None)
        if request is None:
            tied.append(finding)
            continue
        tied.append(replace(finding, message_ids=(*finding.message_ids, request.message_id)))
        answered.add(request.message_id)
    if not any(finding.intent == "provide" for finding in findings):
        for request in reversed(asked):
            bare = _bare_detail(event, request)
            if bare is not None:
                tied.append(bare)
                answered.add(request.message_id)
                break
    if answered:
        draft.requests = tuple(
            request
            for request in draft.requests
            if request.message_id not in answered or request.asker == event.sender_id
        )
    return tuple(tied)


def _answers(finding: Finding, request: OpenRequest) -> bool:
    by_number = finding.kind == "phone" and request.network in _BY_NUMBER
    return finding.intent == "provide" and (finding.kind == request.kind or by_number)


def _bare_detail(event: MessageEvent, request: OpenRequest) -> Finding | None:
    """The detail of the requested kind that the message consists of."""
    if len(event.text) > _MAX_BARE:
        return None
    view = digits_view(event.text)
    found = None
    if request.kind == "phone" or request.network in _BY_NUMBER:
        found = _bare_phone(view, event.locale)
    if found is None and request.kind == "handle":
        found = _bare_handle(view, request.network)
    return None if found is None else replace(found, network=request.network, message_ids=(request.message_id,))


def _bare_phone(view: View, locale: str | None) -> Finding | None:
    number = bare_number(view.text)
    if number is None:
        return None
    match = national(number.digits, locale)
    if match.fit is Fit.NONE and not number.plus:
        return None
    start, end = view.span(number.start, number.end)
    return Finding(kind="phone", intent="provide", start=start, end=end, confidence=0.9, value=match.number)


def _bare_handle(view: View, network: str | None) -> Finding | None:
    lead = len(view.text) - len(view.text.lstrip())
    name = _NAME.fullmatch(view.text, lead, len(view.text.rstrip()))
    if name is None or not (name.group(1).startswith("@") or structured(name.group(1).lower())):
        return None
    start, end = view.span(*name.span(1))
    value = f"{network}:{name.group(1).lstrip('@').lower()}"
    return Finding(kind="handle", intent="provide", start=start, end=end, confidence=0.88, value=value)


def _assemble(event: MessageEvent, findings: tuple[Finding, ...], draft: _Draft) -> tuple[Finding, ...]:
    """Add this message's digits to its sender's fragments, and see the number they make."""
    view = digits_view(event.text)
    text = fragment_of(view.text)
    if text is None or findings:
        _forget_answers(event, findings, draft)
        return findings
    at = to_millis(event.sent_at)
    begun = any(entry.sender == event.sender_id and not entry.spent for entry in draft.fragments)
    late = max((entry.at for entry in draft.fragments), default=at) - at > FRAGMENT_MILLIS
    if late or not (begun or opens(view.text)):
        return findings
    piece = Fragment(sender=event.sender_id, text=text, at=at, message_id=event.message_id)
    draft.fragments = tuple(sorted((*draft.fragments, piece), key=lambda entry: entry.at)[-MAX_FRAGMENTS:])
    completed = _completed(piece, draft.fragments, event.locale)
    if completed is None:
        return findings
    number, others = completed
    used = {event.message_id, *others}
    draft.fragments = tuple(replace(e, spent=True) if e.message_id in used else e for e in draft.fragments)
    first = view.text.index(text)
    start, end = view.span(first, first + len(text.rstrip(" .-()")))
    split = Finding(
        kind="phone", intent="provide", start=start, end=end, confidence=0.85, value=number,
        techniques=("split",), message_ids=others,
    )  # fmt: skip
    return (split,)


def _completed(
    piece: Fragment, fragments: tuple[Fragment, ...], locale: str | None
) -> tuple[str, tuple[str, ...]] | None:
    """The number that the last fragments of this sender make, and the other messages it came from."""
    own = [entry for entry in fragments if entry.sender == piece.sender and not entry.spent]
    for first in range(len(own) - 1):
        parts = own[first:]
        if piece not in parts:
            return None
        number = joined_number([part.text for part in parts], locale)
        if number is not None:
            return number, tuple(part.message_id for part in parts if part is not piece)
    return None


def _forget_answers(event: MessageEvent, findings: tuple[Finding, ...], draft: _Draft) -> None:
    """After a question by the other party, figures sent so far were answers to questions, not pieces."""
    asks_number = any(finding.intent == "request" for finding in findings)
    if "?" in event.text and not asks_number and _LETTER.search(event.text):
        kept = tuple(e for e in draft.fragments if e.sender == event.sender_id or e.spent)
        if len(kept) != len(draft.fragments):
            draft.fragments = kept


def _note_requests(event: MessageEvent, findings: tuple[Finding, ...], draft: _Draft) -> None:
    """Remember what was asked for."""
    at = to_millis(event.sent_at)
    new = {
        (finding.kind, finding.network): OpenRequest(
            kind=finding.kind, asker=event.sender_id, at=at, message_id=event.message_id, network=finding.network
        )
        for finding in findings
        if finding.intent == "request"
    }
    newest = max((entry.at for entry in draft.requests), default=at)
    if new and newest - at <= REQUEST_MILLIS:
        kept = sorted((*draft.requests, *new.values()), key=lambda entry: entry.at)
        draft.requests = tuple(kept[-MAX_REQUESTS:])
