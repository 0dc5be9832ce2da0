"""Conversation memory: how one message changes what is remembered, and what it completes.

Two things are remembered: who asked for which kind of detail, and short messages that may be pieces of one. A later
message can answer the one (`answering`) and complete the other (`assembling`). Time is the messages' own, so a
conversation replayed or read late is judged like a live one.

Invariants: bounded in number and age; a message id enters once, and a higher revision of it takes its place; only a
message that the prefilter suspects starts a memory; unchanged memory is the same object.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from consumer.detection.answering import (
    Analyse,
    answers,
    asked_further,
    asks_on,
    bare_answer,
    bare_mailbox,
    inquires,
    insisted,
    prompt,
    refuses,
    same_name,
    tied,
)
from consumer.detection.assembling import Assembler
from consumer.detection.context import (
    asked_for_figures,
    follows,
    harmless,
    late,
    sole_network,
    supposes_detail,
    topic_of,
)
from consumer.detection.draft import FOLLOWERS, REQUEST_MILLIS, Draft, aged
from consumer.detection.figures import figures_of, is_trunked
from consumer.detection.finding import Finding
from consumer.detection.fragments import (
    asks_figures,
    contributes,
    ends_host,
    gathers,
    is_at_sign,
    kept,
    leads_on,
    opens,
    opens_by_figures,
    urges,
)
from consumer.detection.lexicon import Lexicon, Role
from consumer.detection.naming import says_more
from consumer.detection.numerals import NumeralReader
from consumer.detection.pieces import Completed, Joiner, Piece
from consumer.detection.reading import Reading
from consumer.events.conversation import (
    MAX_FRAGMENT,
    MAX_REQUESTS,
    ConversationMemory,
    Fragment,
    OpenRequest,
)
from consumer.events.message import MessageEvent
from consumer.events.vocabulary import to_millis

_LETTERS_OF_NAME = 5
"""Fewer letters make too many words that could be torn in two."""


_WORDS_ASKED_BACK = 2
"""Words of a question that only repeats what was asked for."""


def recalls(text: str) -> bool:
    """Whether a text that is no suspect can still answer, complete or end something remembered.

    Only a short one can be a piece or a bare detail, and only a question takes back what figures were sent so far.
    """
    return len(text) <= MAX_FRAGMENT or "?" in text


def _names(lexicon: Lexicon) -> Mapping[str, str]:
    """Networks and ways to pay by what people call them first."""
    found: dict[str, str] = {}
    for role in (Role.NETWORK, Role.WEAK_NETWORK, Role.PAYMENT):
        for pattern in lexicon.by_role[role]:
            for entry in lexicon.patterns[pattern]:
                if entry.role is role:
                    found.setdefault(entry.value, pattern.strip())
    return found


def _single_words(lexicon: Lexicon) -> frozenset[str]:
    """Names of networks and of mail that are one word, and so can be torn in two."""
    words = {pattern.strip() for pattern in lexicon.having(Role.NETWORK, Role.EMAIL, Role.PAYMENT)}
    return frozenset(word for word in words if " " not in word and len(word) >= _LETTERS_OF_NAME)


def _network_words(lexicon: Lexicon) -> frozenset[str]:
    """Names of networks that are one word."""
    return frozenset(map(str.strip, lexicon.having(Role.NETWORK, Role.WEAK_NETWORK)))


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What a message holds by itself. `learned`: the scorer alone says so, no rule does.

    `reading` is None for a message that the prefilter does not suspect: it starts nothing.
    """

    reading: Reading | None
    findings: tuple[Finding, ...]
    learned: bool = False


class Recall:
    """Changes memories and sees what messages complete; holds only how texts are read."""

    def __init__(
        self, lexicon: Lexicon, numerals: NumeralReader, reading: Callable[[str], Reading], analyse: Analyse
    ) -> None:
        """`reading` is how a text is read, `analyse` finds what it holds by itself."""
        self._analyse = analyse
        self._numerals = numerals
        self._number_words = frozenset(lexicon.numerals.words)
        self._names = _names(lexicon)
        self._networks = _network_words(lexicon)
        self._reading = reading
        self._assembler = Assembler(analyse, reading, numerals, Joiner(_single_words(lexicon), self._networks))

    def recall(
        self,
        event: MessageEvent,
        seen: FirstLook,
        memory: ConversationMemory | None,
    ) -> tuple[tuple[Finding, ...], ConversationMemory | None]:
        """The findings of a message together with what it completes, and the memory after it."""
        reading, findings = seen.reading, seen.findings
        draft = aged(memory, to_millis(event.sent_at))
        known = draft.revision_of(event.message_id)
        if known is not None and event.revision > known:
            draft.forget(event.message_id)
            known = None
        if _leads_on(event, seen) or _asks_back(event, findings, draft):
            findings = ()
        supposed: tuple[Finding, ...] = ()
        if memory is not None:
            if supposes_detail(event, findings, draft):
                supposed, findings = findings, ()
            findings = () if harmless(event, findings, draft) else findings
            findings = self._answered(event, reading, findings, draft)
        if known is None:
            # What the scorer alone makes of a piece gives way to the whole; what the rules find, and answers, do not.
            ruled = () if seen.learned and findings == seen.findings else findings
            if all(finding.intent == "request" for finding in ruled):
                findings = self._assembled(event, reading, ruled, draft) or findings
            findings = findings or (self._assembler.alone(event) if reading is not None else ())
            findings = findings or _mailbox_named(event, draft)
            self._note(event, reading, findings or supposed, draft)
        return findings, draft.done()

    def _answered(
        self, event: MessageEvent, reading: Reading | None, findings: tuple[Finding, ...], draft: Draft
    ) -> tuple[Finding, ...]:
        """Tie details to the open requests of others, and see a bare detail as the answer it is."""
        asked = [request for request in draft.requests if request.asker != event.sender_id]
        if not findings:
            again = insisted(event, [request for request in draft.requests if request.asker == event.sender_id])
            again = again or self._asked_further(event, draft)
            if again is not None:
                return (again,)
        if not asked:
            return findings
        done: set[str] = set()
        seen = []
        for finding in findings:
            request = next((request for request in asked if answers(finding, request)), None)
            seen.append(finding if request is None else tied(finding, request))
            if request is not None:
                done.add(request.message_id)
        if not findings:
            bare = bare_answer(event, asked, self._analyse, self._names)
            bare = bare or same_name(event, asked, reading or self._reading(event.text[:MAX_FRAGMENT]))
            if bare is not None:
                seen.append(bare[0])
                done.add(bare[1].message_id)
        if done:
            draft.requests = tuple(r for r in draft.requests if r.message_id not in done)
        elif not findings and refuses(event.text, reading or self._reading(event.text[:MAX_FRAGMENT])):
            draft.requests = tuple(replace(r, refused=True) if r in asked else r for r in draft.requests)
        return tuple(seen)

    def _asked_further(self, event: MessageEvent, draft: Draft) -> Finding | None:
        """A short question for what the other has said yes to, or for the name on the network they named."""
        own = [request for request in draft.requests if request.asker == event.sender_id]
        if own:
            return asked_further(event, own[-1])
        if draft.requests or not asks_on(event.text):
            return None  # who was asked and asks back wants to know what was meant
        for entry in reversed(draft.fragments[-FOLLOWERS:]):
            if entry.sender == event.sender_id and not (inquires(event.text) or "?" in entry.text):
                continue  # "wechat" - "id" - "xiao_lubo": the sender's own words lead to their own name
            topic = None if entry.spent else topic_of(self._reading(entry.text))
            if topic is not None:
                kind, network = topic
                return asked_further(
                    event,
                    OpenRequest(
                        kind=kind, asker=event.sender_id, at=entry.at, message_id=entry.message_id, network=network
                    ),
                )
        return None

    def _assembled(
        self, event: MessageEvent, reading: Reading | None, asked: tuple[Finding, ...], draft: Draft
    ) -> tuple[Finding, ...]:
        """What the message completes, whose pieces are used up by it; nothing if it completes nothing.

        `asked` is what the message requests: that stays, unless it names what the sender's own detail ends with.
        """
        if late(event, draft) or not (draft.fragments or draft.requests):
            return ()
        if reading is None and not (recalls(event.text) and contributes(event.text, self._number_words)):
            return ()
        completed = self._completed(event, draft)
        if completed is None:
            return ()
        if asked and (completed.finding.intent != "provide" or completed.finding.kind != asked[0].kind):
            return ()
        if completed.finding.intent == "provide":
            draft.spend(completed.used)
            answered = set(completed.finding.message_ids)
            draft.requests = tuple(r for r in draft.requests if r.message_id not in answered)
        return (completed.finding,)

    def _completed(self, event: MessageEvent, draft: Draft) -> Completed | None:
        if asked_for_figures(event, draft):
            return None
        theirs = [entry for entry in draft.fragments if entry.sender != event.sender_id and not entry.spent][-1:]
        return (
            self._continued(event, draft, theirs)
            or self._ended(event, draft)
            or (self._assembler.together(event, theirs[0]) if theirs and theirs[0].opens else None)
            or self._own_name(event, draft)
        )

    def _continued(self, event: MessageEvent, draft: Draft, theirs: list[Fragment]) -> Completed | None:
        """What the message makes of the sender's own pieces."""
        own = [entry for entry in draft.own(event.sender_id) if not entry.text.endswith("?")]
        asked = [request for request in draft.requests if request.asker != event.sender_id]
        if not own or not (asked or draft.begun(event.sender_id)):
            return None
        lead = prompt(asked[-1], self._names) if asked else None
        found = self._assembler.completed(event, own, lead)
        if found is None and lead is not None:
            found = self._assembler.completed(event, own, None)
        if found is None and theirs:
            found = self._assembler.confirmed(event, own, theirs[0])
        return found or self._assembler.referring(event, own)

    def _ended(self, event: MessageEvent, draft: Draft) -> Completed | None:
        """The end of a detail that was found without it, or of an address of which a message was the sign."""
        told = [entry for entry in draft.fragments if entry.sender == event.sender_id]
        if not told:
            return None
        for back, sign in enumerate(reversed(told[-FOLLOWERS:])):
            if sign.spent:
                break
            if is_at_sign(sign.text):
                return self._assembler.hosted(event, sign, told[len(told) - back :])
        if told[-1].spent and ends_host(event.text):
            return self._assembler.completed(event, told, None)
        return self._assembler.gone_on(event, told) if told[-1].spent else None

    def _own_name(self, event: MessageEvent, draft: Draft) -> Completed | None:
        """The user name after the sender's own question about the network: "you have insta?" - "im moss.reel"."""
        own = [r for r in draft.requests[-1:] if r.asker == event.sender_id and r.kind == "handle"]
        asked = [prompt(request, self._names) for request in own]
        spoken = [(entry.text, entry.message_id) for entry in draft.own(event.sender_id)[-1:] if entry.opens]
        if asked and says_more(event.text):
            spoken += [(lead.text, lead.message_id) for lead in asked if lead is not None]
        return next(filter(None, (self._assembler.named(event, Piece(*words)) for words in spoken)), None)

    def _note(self, event: MessageEvent, reading: Reading | None, findings: tuple[Finding, ...], draft: Draft) -> None:
        """Remember what was asked for and what may be a piece."""
        self._forget_answers(event, findings, draft)
        _note_requests(event, findings, draft, None if reading is None else sole_network(reading))
        if late(event, draft):
            return
        provides = any(finding.intent == "provide" for finding in findings)
        completing = any("split" in finding.techniques for finding in findings)
        proposes = all(finding.intent == "solicit" for finding in findings)
        begins = proposes and reading is not None and opens(event.text, reading, self._numerals)
        asks = not findings and reading is not None and asks_figures(event.text)
        begins = begins and not asked_for_figures(event, draft) and not (asks and event.text.endswith("?"))
        if completing or begins or asks or (not provides and follows(event, draft, plain=not findings)):
            draft.add(
                Fragment(
                    sender=event.sender_id, text=kept(event.text), at=to_millis(event.sent_at), opens=begins,
                    message_id=event.message_id, revision=event.revision, spent=provides,
                )
            )  # fmt: skip

    def _forget_answers(self, event: MessageEvent, findings: tuple[Finding, ...], draft: Draft) -> None:
        """After a question by the other party, figures and networks named so far were answers, not pieces."""
        if "?" not in event.text or urges(event.text) or any(finding.intent == "request" for finding in findings):
            return
        for sender in {entry.sender for entry in draft.fragments} - {event.sender_id}:
            own = draft.own(sender)
            if not any(gathers(entry.text) or is_trunked(entry.text) for entry in own):
                answered = {e.message_id for e in own if figures_of(e.text) is not None or self._names_network(e.text)}
                if answered:
                    draft.fragments = tuple(e for e in draft.fragments if e.message_id not in answered)

    def _names_network(self, text: str) -> bool:
        return not self._networks.isdisjoint(text.lower().split())


def _asks_back(event: MessageEvent, findings: tuple[Finding, ...], draft: Draft) -> bool:
    """Whether who is asked only wants to know what is meant: "your number?" - "mobile?"."""
    if not event.text.rstrip().endswith("?") or len(event.text.split()) > _WORDS_ASKED_BACK:
        return False
    asked = {request.kind for request in draft.requests if request.asker != event.sender_id}
    return bool(findings) and all(each.intent == "request" and each.kind in asked for each in findings)


def _mailbox_named(event: MessageEvent, draft: Draft) -> tuple[Finding, ...]:
    """The mailbox that a message names in answer to a request for an address, which is then answered."""
    named = bare_mailbox(event, [request for request in draft.requests if request.asker != event.sender_id])
    if named is None:
        return ()
    draft.requests = tuple(request for request in draft.requests if request is not named[1])
    return (named[0],)


def _leads_on(event: MessageEvent, seen: FirstLook) -> bool:
    """Whether what looks like a request only leads to the sender's own detail: "add me on viber -", "mobile 0301"."""
    if any(finding.intent == "provide" for finding in seen.findings):
        return seen.learned and leads_on(event.text)
    leads = leads_on(event.text)
    if any(finding.intent == "solicit" for finding in seen.findings):
        return seen.learned and leads
    leads_to_figures = opens_by_figures(event.text) and event.text.rstrip(" )").endswith(tuple("0123456789"))
    if seen.learned:
        return leads or leads_to_figures
    reading = seen.reading
    if reading is None or "?" in event.text or reading.having(Role.YOUR, Role.ASK):
        return False
    return leads_to_figures or (leads and (not event.text.isascii() or reading.having(Role.MY, Role.DO)))


def _note_requests(event: MessageEvent, findings: tuple[Finding, ...], draft: Draft, named: str | None) -> None:
    """Remember what was asked for; a user name whose network no rule tells is one of the network that is `named`."""
    if not findings:
        return
    at = to_millis(event.sent_at)
    new = {
        (finding.kind, finding.network): OpenRequest(
            kind=finding.kind, asker=event.sender_id, at=at, message_id=event.message_id,
            network=finding.network or (named if finding.kind == "handle" else None), revision=event.revision,
        )
        for finding in findings
        if finding.intent == "request"
    }  # fmt: skip
    newest = max((entry.at for entry in draft.requests), default=at)
    if new and newest - at <= REQUEST_MILLIS:
        kept_requests = sorted((*draft.requests, *new.values()), key=lambda entry: entry.at)
        draft.requests = tuple(kept_requests[-MAX_REQUESTS:])
