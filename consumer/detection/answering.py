"""Answering: a detail tied to the request of another, and the bare detail that is the whole answer.

An answer is read as the question turned round: after "what's your discord?" the message "frost dot k" is read as
"my discord id is frost dot k", so that everything undone in a single message is undone here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from consumer.detection.familiar import is_familiar
from consumer.detection.finding import Finding
from consumer.detection.fragments import SIGNS, contributes, is_chatter, is_name
from consumer.detection.lexicon import Role, word_list, word_table
from consumer.detection.lexicon.spelling import Sign
from consumer.detection.names import BY_FULL_NAME, structured
from consumer.detection.reading import Reading
from consumer.events.conversation import OpenRequest
from consumer.events.message import MessageEvent

Analyse = Callable[[str, str | None], tuple[Finding, ...]]
"""Finds what one text holds: the text, and its locale."""

_WORDS_OF_ANSWER = 6
_FIGURES_OF_ANSWER = 6
_MAX_BARE = 64
"""Code points of a message that is nothing but a detail, with a word or two around it."""
_ACKNOWLEDGING = "|".join(sorted(map(re.escape, word_list("fragments.toml", "acknowledging"))))
_LEAD = re.compile(rf"\s{{0,4}}(?:(?:{_ACKNOWLEDGING})(?:[ ,:!.…]{{1,4}}|$)){{0,3}}", re.IGNORECASE)
"""What may stand before the detail of an answer; every repetition is bounded."""
_MAX_FULL_NAME = 4
_WORD = re.compile(r"\S+")
_SIGNED = frozenset({3, 5})
"""Words of a name with one or two signs spelled out: "frost dot byte"."""
_NAMED_IN_FULL = re.compile(
    r"\s{0,4}(?i:search(?: for)?|find|look for|look up|add|try|im|i'm|its|it's|under|as|name is|my name is|am)[ :]{1,2}"
    r"([^\W\d_a-z][\w'\-]{1,24}(?: [^\W\d_a-z][\w'\-]{1,24}){1,2})(?=[,.!(]|\s{0,3}$| -)"
)
"""A full name that an answer tells to look for: "search Ada Lovelace, the one with the bridge"."""
_FULL_NAME_FIRST = re.compile(
    r"([^\W\d_a-z][\w'\-]{1,24}(?: (?:& )?[^\W\d_a-z][\w'\-]{1,24}){1,3})(?=[,.!(]|\s{0,3}$| -)"
)
"""A full name with which an answer begins: "Ada Lovelace, the one with the bridge"."""
_AFTER = " \t\n.,!:;)(👍🙂😊"
_PLAIN = re.compile(r"[a-z]{6,24}")
"""A plain word that may be a user name: longer than most words of an answer."""
_BY_NUMBER = frozenset({"whatsapp", "viber", "imo", "zalo"})
"""Networks whose accounts are telephone numbers."""
_NOT_DETAILS = word_list("fragments.toml", "not_details")
_DENYING = word_list("fragments.toml", "denying")
_INSISTING = word_list("fragments.toml", "insisting")
_MAX_PLEA = 80
"""Code points of a message that only presses."""
_FURTHER = word_list("fragments.toml", "asking_further")
_HANDING_OVER = word_list("fragments.toml", "handing_over")
_ASIDES = word_list("fragments.toml", "around_asking")
"""What may stand around the words that ask on."""
_INQUIRING = word_list("fragments.toml", "inquiring")
_LAUGHTER = word_list("fragments.toml", "laughter")
_NUMBERS = word_list("fragments.toml", "asking_number")
_MOST_ASKED = 4
"""Words of a question behind others."""
_MAX_FURTHER = 40
"""Code points of a message that asks on."""
_LEADING = word_list("fragments.toml", "leading") | word_list("handles.toml", "linking")
"""Words before the name in an answer: "look for moss.reel"."""
_PROMPTS: Mapping[str, str] = word_table("fragments.toml", "prompts")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request turned round, to be read before its answer, and the request's message."""

    text: str
    message_id: str


def prompt(request: OpenRequest, names: Mapping[str, str]) -> Prompt | None:
    """What stands before an answer to this request when it is read; `names` are the networks as people call them."""
    unnamed = request.network is None and f"{request.kind}_unnamed" in _PROMPTS
    form = _PROMPTS.get(f"{request.kind}_unnamed" if unnamed else request.kind)
    if form is None:
        return None
    if "{network}" not in form:
        return Prompt(form, request.message_id)
    name = names.get(request.network or "")
    return None if name is None else Prompt(form.replace("{network}", name), request.message_id)


def answers(finding: Finding, request: OpenRequest) -> bool:
    """Whether a finding gives what the request asks for."""
    if finding.intent != "provide":
        return False
    by_number = finding.kind == "phone" and request.network in _BY_NUMBER
    pays = request.kind == "payment" and finding.kind in {"email", "phone"} and request.network is not None
    return finding.kind == request.kind or by_number or pays


def tied(finding: Finding, request: OpenRequest) -> Finding:
    """The finding as the answer it is: an address given for PayPal is a way to pay."""
    ids = (*finding.message_ids, request.message_id)
    if request.kind == "payment" and finding.kind != "payment":
        return replace(
            finding,
            kind="payment",
            network=request.network,
            value=f"{request.network}:{finding.value}",
            message_ids=ids,
        )
    return replace(finding, message_ids=ids)


def refuses(text: str, reading: Reading | None) -> bool:
    """Whether a message that gives nothing says no to what was asked."""
    words = [word for word in (token.strip(".,!") for token in text.lower().split()) if word and word[0].isalnum()]
    return (bool(words) and words[0] in _DENYING) or (
        reading is not None and reading.having(Role.REFUSE, Role.REFUSE_AFTER, Role.RULES)
    )


def insisted(event: MessageEvent, own: Sequence[OpenRequest]) -> Finding | None:
    """The request that the sender makes once more after a refusal: "pls, nobody will know"."""
    request = next((request for request in reversed(own) if request.refused), None)
    if request is None or len(event.text) > _MAX_PLEA or not pleads(event.text):
        return None
    return Finding(
        kind=request.kind, intent="request", start=0, end=len(event.text), confidence=0.6, network=request.network,
        message_ids=(request.message_id,),
    )  # fmt: skip


def asked_further(event: MessageEvent, asked: OpenRequest) -> Finding | None:
    """The question for what somebody said they have: "you have insta?" - "yes" - "under what name?".

    `asked` is the sender's own request that is open, or what stands for one: the network that the other has named.
    """
    if len(event.text) > _MAX_FURTHER or not (asks_on(event.text) or (not asked.refused and demands(event.text))):
        return None
    numbered = asked.kind == "handle" and not _NUMBERS.isdisjoint(event.text.lower().strip("?!. ").split())
    return Finding(
        kind="phone" if numbered else asked.kind, intent="request", start=0, end=len(event.text.rstrip()),
        confidence=0.8, network=None if numbered else asked.network, message_ids=(asked.message_id,),
    )  # fmt: skip


def asks_on(text: str) -> bool:
    """Whether a message, or what it says last, is nothing but a short question for a name, a number or the like."""
    return _asking(text) in _FURTHER or _asking(text.rpartition(",")[2]) in _FURTHER or _ends_asking(text)


def _ends_asking(text: str) -> bool:
    """Whether a message without a comma ends with such a question: "ill add you whats the name"."""
    words = _asking(text).split()
    return any(
        words[at] in _INQUIRING and " ".join(words[at:]) in _FURTHER for at in range(1, len(words) - 1)[-_MOST_ASKED:]
    )


def demands(text: str) -> bool:
    """Whether a message is nothing but the demand to hand something over: "ok send it"."""
    return _asking(text) in _HANDING_OVER


def _asking(text: str) -> str:
    """The words of a message without asides around them."""
    words = [word for word in (token.strip("?!.,:;¿¡ ") for token in text.lower().replace("'", "").split()) if word]
    while words and words[0] in _ASIDES:
        words.pop(0)
    while words and words[-1] in _ASIDES and " ".join(words) not in _FURTHER:
        words.pop()
    return " ".join(words)


def inquires(text: str) -> bool:
    """Whether a message is a question by its sign or by one of its words."""
    return "?" in text or not _INQUIRING.isdisjoint(text.lower().split())


def pleads(text: str) -> bool:
    """Whether a message presses for what was refused."""
    padded = f" {' '.join(text.lower().replace(',', ' ').replace('.', ' ').replace('!', ' ').split())} "
    return any(f" {phrase} " in padded for phrase in _INSISTING)


def bare_answer(
    event: MessageEvent, asked: Sequence[OpenRequest], analyse: Analyse, names: Mapping[str, str]
) -> tuple[Finding, OpenRequest] | None:
    """The detail that a short message consists of, and the newest request that it answers."""
    if len(event.text) > _MAX_BARE or "?" in event.text:
        return None
    named = _NAMED_IN_FULL.match(event.text) or _FULL_NAME_FIRST.match(event.text)
    if named is None and not (_brief(event.text) and contributes(event.text, ())):
        return None
    if is_chatter(event.text):
        return None
    word = event.text.strip(_AFTER).lower()
    if word in _NOT_DETAILS or word in _LAUGHTER:
        return None
    for request in reversed(asked):
        if request.refused and word.isalpha():
            continue  # "no" - "why" - "rules"
        found = _prompted(event, request, analyse, names) or _plain_name(event.text, request)
        if found is not None:
            return tied(found, request), request
    return None


def same_name(
    event: MessageEvent, asked: Sequence[OpenRequest], reading: Reading
) -> tuple[Finding, OpenRequest] | None:
    """The name that the reader knows, in answer to a request for one: "same as my seller name here"."""
    request = next((request for request in reversed(asked) if request.kind in {"email", "handle"}), None)
    if (
        request is None
        or request.network in _BY_NUMBER
        or len(event.text) > _MAX_BARE
        or "?" in event.text
        or reading.having(Role.REFUSE, Role.RULES)
    ):
        return None
    if not (reading.having(Role.SAME) or any(sign.sign is Sign.SAME_NAME for sign in reading.signs)):
        return None
    finding = Finding(
        kind=request.kind, intent="provide", start=0, end=len(event.text.rstrip()), confidence=0.75,
        network=request.network,
    )  # fmt: skip
    return tied(finding, request), request


def bare_mailbox(event: MessageEvent, asked: Sequence[OpenRequest]) -> tuple[Finding, OpenRequest] | None:
    """The name of a mailbox without its host, in answer to a request for an address: "yes, corinne.tapestry"."""
    request = next((request for request in reversed(asked) if request.kind == "email"), None)
    if request is None or request.refused or len(event.text) > _MAX_BARE or "?" in event.text:
        return None
    first, last = _span_of_answer(event.text)
    name = event.text[first:last].lower()
    if " " in name or not (structured(name) and is_name(name)):
        return None
    finding = Finding(kind="email", intent="provide", start=first, end=last, confidence=0.7)
    return tied(finding, request), request


def _brief(text: str) -> bool:
    """Whether a message has no more words than an answer: a sentence says something else, unless it holds figures."""
    first, last = _span_of_answer(text)
    return text.count(" ", first, last) < _WORDS_OF_ANSWER or sum(map(str.isdigit, text)) >= _FIGURES_OF_ANSWER


def _prompted(event: MessageEvent, request: OpenRequest, analyse: Analyse, names: Mapping[str, str]) -> Finding | None:
    """What the message gives when it is read after the question turned round."""
    lead = prompt(request, names)
    if lead is None:
        return None
    first, last = _span_of_answer(event.text)
    offset = len(lead.text) + 1
    for finding in analyse(f"{lead.text} {event.text[first:last]}", event.locale):
        if finding.start >= offset and answers(finding, request) and not _says_else(event.text[first:last]):
            return replace(finding, start=finding.start - offset + first, end=finding.end - offset + first)
    return None


def _says_else(text: str) -> bool:
    """Whether an answer begins with a word that is no detail, and goes on: "rules. just upload it here"."""
    words = text.lower().split()
    return len(words) > 1 and words[0].rstrip(_AFTER) in _NOT_DETAILS and words[0][-1:] in _AFTER


def _plain_name(text: str, request: OpenRequest) -> Finding | None:
    """The user name that a message is, in answer to a request for one: structured, or a word that is no answer."""
    first, last = _span_of_answer(text)
    techniques: tuple[str, ...] = ()
    words = text[first:last].lower().split()
    if request.kind != "handle" or not words:
        return None
    named = _led_to(text, first, last)
    if named is not None:
        first, last = named
        words = [text[first:last].lower()]
    if len(words) == 1 and structured(words[0]):
        name, confidence = words[0].lstrip("@"), 0.88
    elif len(words) == 1 and _PLAIN.fullmatch(words[0]) and words[0] not in _NOT_DETAILS and not is_familiar(words[0]):
        name, confidence = words[0], 0.6
    elif len(words) in _SIGNED and all(word in SIGNS for word in words[1::2]):
        name, techniques, confidence = "".join(SIGNS.get(word, word) for word in words), ("spelled",), 0.8
    elif request.network in BY_FULL_NAME and 1 < len(words) <= _MAX_FULL_NAME and text[first:last].istitle():
        name, confidence = " ".join(words), 0.6
    elif request.network in BY_FULL_NAME and (whole := _FULL_NAME_FIRST.match(text, first)) is not None:
        first, last = whole.span(1)
        name, confidence = whole.group(1).lower(), 0.6
    elif request.network in BY_FULL_NAME and (full := _NAMED_IN_FULL.match(text)) is not None:
        first, last = full.span(1)
        name, confidence = full.group(1).lower(), 0.6
    else:
        return None
    return Finding(
        kind="handle", intent="provide", start=first, end=last, confidence=confidence, network=request.network,
        techniques=techniques, value=f"{request.network}:{name}",
    )  # fmt: skip


def _led_to(text: str, first: int, last: int) -> tuple[int, int] | None:
    """The span of a structured name that nothing but leading words stand before: "look for moss.reel, same pic"."""
    for found in _WORD.finditer(text, first, last):
        word = found.group().strip(_AFTER).lower()
        if structured(word):
            start = text.index(found.group().strip(_AFTER), found.start())
            return start, start + len(word)
        if word not in _LEADING:
            return None
    return None


def _span_of_answer(text: str) -> tuple[int, int]:
    """The span of a message without the acknowledgement before and the punctuation after: "sure, its X :)"."""
    lead = _LEAD.match(text)
    first = lead.end() if lead else 0
    return first, max(first, len(text.rstrip(_AFTER)))
