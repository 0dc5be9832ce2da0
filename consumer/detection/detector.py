"""The detector: prefilter, detectors, overlaps, conversation memory, in that order."""

from collections.abc import Iterable, Sequence
from typing import Self

from consumer.detection import suffixes, telephony
from consumer.detection.email import find_emails
from consumer.detection.finding import Finding
from consumer.detection.handle import find_handles
from consumer.detection.leaving import find_leaving
from consumer.detection.lexicon import Lexicon, Role, load_lexicon
from consumer.detection.link import Links
from consumer.detection.marks import Marker
from consumer.detection.memory import recall, recalls
from consumer.detection.observation import Observation
from consumer.detection.payment import find_payments
from consumer.detection.phone import find_phones
from consumer.detection.prefilter import Prefilter
from consumer.detection.reading import Reading
from consumer.detection.request import find_requests
from consumer.events.conversation import ConversationMemory
from consumer.events.message import MessageEvent

DETECTOR_VERSION = "1"
"""Raised whenever the same text may be found to contain something else."""

MAX_FINDINGS = 128
"""Findings kept of one message, the first ones; a text that repeats itself a thousand times says nothing more."""

_NOTHING = Observation((), None)
_TOPICS = frozenset({Role.EMAIL, Role.PHONE, Role.NUMBER, Role.NETWORK, Role.WEAK_NETWORK, Role.PAYMENT})


class Detector:
    """Finds contact exchange. Holds only the lexicon: the same text and memory give the same answer for ever."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Build the automatons and load the metadata, so that no message waits for them."""
        self._prefilter = Prefilter(lexicon)
        self._marker = Marker(lexicon)
        self._links = Links(lexicon.hosts)
        telephony.warm_up()
        suffixes.warm_up()

    @classmethod
    def default(cls) -> Self:
        """The detector with the packaged lexicon. Raises LexiconError if a file of it is broken."""
        return cls(load_lexicon())

    def suspects(self, texts: Sequence[str]) -> list[int]:
        """Ascending indices of the texts that may contain a finding or start a memory."""
        return self._prefilter.suspects(texts)

    def detect(self, text: str, locale: str | None = None) -> tuple[Finding, ...]:
        """The findings of one text by itself, by start, without overlaps. `locale` is a BCP 47 tag."""
        return self.analyse(text, locale) if self._prefilter.suspect(text) else ()

    def analyse(self, text: str, locale: str | None = None) -> tuple[Finding, ...]:
        """What `detect` finds once the prefilter suspects a text; by the prefilter's invariant, the same."""
        reading = Reading(text, self._marker, locale)
        found: list[Finding] = []
        if "@" in reading.letters:
            found += find_emails(reading)
        if reading.having(Role.LINK):
            found += self._links.find(reading)
        if any(map(str.isdigit, reading.letters)):
            found += find_phones(reading)
        if not reading.roles.isdisjoint(_TOPICS):
            found += find_handles(reading)
            found += find_requests(reading)
        if reading.having(Role.PAYMENT):
            found += find_payments(reading)
        if reading.having(Role.OUTSIDE, Role.MOVE, Role.PAY):
            found += find_leaving(reading)
        return resolve(found)

    def recalls(self, text: str) -> bool:
        """Whether a text that is no suspect has to be observed when its conversation has a memory.

        If not, `observe` finds nothing and changes nothing but the memory's age, which any later look makes up for.
        """
        return recalls(text)

    def observe(
        self, event: MessageEvent, memory: ConversationMemory | None, *, suspect: bool | None = None
    ) -> Observation:
        """The findings of a message in its conversation, and the conversation's memory after it.

        The memory is None when there is nothing to remember, and the very same object when it did not change.
        `suspect` is what the prefilter said of the text, if it was asked.
        """
        if self._prefilter.suspect(event.text) if suspect is None else suspect:
            findings = self.analyse(event.text, event.locale)
        elif memory is None:
            return _NOTHING
        else:
            findings = ()
        findings, memory = recall(event, findings, memory)
        return Observation(findings, memory) if findings or memory is not None else _NOTHING


_RANK = {"provide": 0, "request": 1, "solicit": 2}


def resolve(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by start, without overlaps: details before requests before proposals, then the surer one."""
    taken: list[Finding] = []
    ranked = sorted(findings, key=lambda f: (_RANK[f.intent], -f.confidence, f.start - f.end, f.start))
    for finding in ranked[: 4 * MAX_FINDINGS]:
        if len(taken) == MAX_FINDINGS:
            break
        if all(finding.end <= other.start or finding.start >= other.end for other in taken):
            taken.append(finding)
    return tuple(sorted(taken, key=lambda finding: finding.start))
