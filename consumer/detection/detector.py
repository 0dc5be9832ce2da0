"""The detector: prefilter, detectors, overlaps, conversation memory, in that order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Self

from consumer.detection import suffixes, telephony
from consumer.detection.compositions import Compositions
from consumer.detection.content import is_carried
from consumer.detection.disguise import Vocabulary
from consumer.detection.email import find_emails
from consumer.detection.encoded import find_encoded
from consumer.detection.explanation import Explanation, explain
from consumer.detection.finding import Finding
from consumer.detection.fragments import opens
from consumer.detection.handle import find_handles, without_echoes
from consumer.detection.leaving import LEAVING_ROLES, find_leaving
from consumer.detection.lexicon import Lexicon, Role, load_lexicon
from consumer.detection.link import Links
from consumer.detection.mailbox import find_mailboxes
from consumer.detection.marks import Marker
from consumer.detection.memory import Recall, recalls
from consumer.detection.numerals import NumeralReader
from consumer.detection.observation import Observation
from consumer.detection.payment import as_payments, find_payments, without_answered
from consumer.detection.phone import find_phones
from consumer.detection.prefilter import Prefilter
from consumer.detection.reading import Reading
from consumer.detection.request import REQUEST_ROLES, find_requests
from consumer.detection.scattered import find_scattered
from consumer.detection.spelt import find_spelt
from consumer.detection.techniques import with_techniques
from consumer.detection.turned import find_turned
from consumer.detection.windows import LONG, WINDOW, windows
from consumer.events.conversation import ConversationMemory
from consumer.events.message import MessageEvent

DETECTOR_VERSION = "1"
"""Raised whenever the same text may be found to contain something else."""

MAX_FINDINGS = 128
"""Findings kept of one message, the first ones; a text that repeats itself a thousand times says nothing more."""

_NOTHING = Observation((), None)
_DIGIT = re.compile("[0-9]")
_TOPICS = frozenset({Role.EMAIL, Role.PHONE, Role.NUMBER, Role.NETWORK, Role.WEAK_NETWORK, Role.PAYMENT})


class Detector:
    """Finds contact exchange. Holds only the lexicon: the same text and memory give the same answer for ever."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Build the automatons and load the metadata, so that no message waits for them."""
        self._compositions = Compositions(lexicon)
        vocabulary = Vocabulary(lexicon)
        self._prefilter = Prefilter(lexicon, self._compositions, vocabulary)
        self._marker = Marker(lexicon, vocabulary)
        self._numerals = NumeralReader(lexicon.numerals)
        self._links = Links(lexicon.hosts)
        self._recall = Recall(lexicon, self._numerals, self.read, self.analyse)
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
        return self._findings(self.read(text, locale)) if len(text) <= LONG else self._in_windows(text, locale)

    def _in_windows(self, text: str, locale: str | None) -> tuple[Finding, ...]:
        """The findings of a text that is too long to be read whole."""
        return resolve(
            replace(finding, start=start + finding.start, end=start + finding.end)
            for start, window in windows(text, self._prefilter.suspects)
            for finding in self._findings(self.read(window, locale))
        )

    def read(self, text: str, locale: str | None = None) -> Reading:
        """The text as the detectors see it."""
        return Reading(text, self._marker, locale)

    def _names(self, reading: Reading) -> list[Finding]:
        """The user names and mailboxes of a text whose signs were spelled."""
        return [*find_handles(reading), *find_mailboxes(reading)]

    def _details(self, reading: Reading) -> list[Finding]:
        """The addresses, links and numbers of a text that was hidden in another."""
        return [*find_emails(reading), *self._links.find(reading), *find_phones(reading)]

    def _findings(self, reading: Reading) -> tuple[Finding, ...]:
        found: list[Finding] = []
        found += find_emails(reading)
        found += find_mailboxes(reading)
        found += find_turned(reading, self._links.find)
        found += find_encoded(reading, self._details)
        found += self._links.find(reading)
        if _DIGIT.search(reading.letters) is not None:
            found += find_phones(reading)
        found += find_scattered(reading, self._numerals)
        if "@" in reading.letters or not reading.roles.isdisjoint(_TOPICS):
            found += find_handles(reading)
            if not found:
                found += find_spelt(reading, self._names)
        if not reading.roles.isdisjoint(REQUEST_ROLES):
            found += find_requests(reading)
        found = as_payments(reading, found)
        found += find_payments(reading)
        if not reading.roles.isdisjoint(LEAVING_ROLES):
            found += find_leaving(reading)
        if not found:
            found = self._compositions.find(reading)
        if reading.having(Role.DELIVERABLE, Role.SCRIPT) or ":" in reading.letters or '"' in reading.letters:
            found = [finding for finding in found if not is_carried(reading, finding)]
        return tuple(
            with_techniques(finding, reading.text, reading.disguises)
            for finding in resolve(without_answered(without_echoes(found)))
        )

    def explain(self, text: str, locale: str | None = None) -> Explanation:
        """What `detect` finds in a text, with the steps that led there."""
        reading = self.read(text, locale)
        suspected = self._prefilter.suspect(text)
        findings = self.analyse(text, locale) if suspected else ()
        return explain(
            reading,
            findings,
            suspected=suspected,
            remembered=suspected and not findings and opens(text, reading, self._numerals),
        )

    def recalls(self, text: str) -> bool:
        """Whether a text that is no suspect has to be observed when its conversation has a memory.

        If not, `observe` finds nothing and changes nothing but the memory's age, which any later look makes up for.
        """
        return recalls(text)

    def _seen(self, event: MessageEvent) -> tuple[Reading, tuple[Finding, ...]]:
        """A suspect as it is read, a long one at its beginning, and what it holds by itself."""
        if len(event.text) > LONG:
            return self.read(event.text[:WINDOW], event.locale), self._in_windows(event.text, event.locale)
        reading = self.read(event.text, event.locale)
        return reading, self._findings(reading)

    def observe(
        self, event: MessageEvent, memory: ConversationMemory | None, *, suspect: bool | None = None
    ) -> Observation:
        """The findings of a message in its conversation, and the conversation's memory after it.

        The memory is None when there is nothing to remember, and the very same object when it did not change.
        `suspect` is what the prefilter said of the text, if it was asked.
        """
        if self._prefilter.suspect(event.text) if suspect is None else suspect:
            reading, findings = self._seen(event)
        elif memory is None:
            return _NOTHING
        else:
            reading, findings = None, ()
        findings, memory = self._recall.recall(event, reading, findings, memory)
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
