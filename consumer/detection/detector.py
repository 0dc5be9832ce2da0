"""The detector: prefilter, detectors, overlaps, conversation memory, in that order."""

import gc
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Self

from consumer.detection import suffixes, telephony
from consumer.detection.compositions import Compositions
from consumer.detection.content import is_carried
from consumer.detection.context import sole_network
from consumer.detection.disguise import Vocabulary
from consumer.detection.echoes import without_echoes
from consumer.detection.email import find_emails
from consumer.detection.encoded import find_encoded
from consumer.detection.explanation import AGAINST, Explanation, explain
from consumer.detection.finding import Finding
from consumer.detection.fragments import opens
from consumer.detection.handle import find_handles
from consumer.detection.leaving import LEAVING_ROLES, find_leaving
from consumer.detection.lexicon import Lexicon, Role, load_lexicon
from consumer.detection.link import Links
from consumer.detection.mailbox import find_mailboxes
from consumer.detection.marks import Marker
from consumer.detection.memory import FirstLook, Recall, recalls
from consumer.detection.numerals import NumeralReader
from consumer.detection.observation import Observation
from consumer.detection.payment import as_payments, find_payments, without_answered
from consumer.detection.phone import find_phones
from consumer.detection.prefilter import Prefilter
from consumer.detection.reading import Reading
from consumer.detection.request import REQUEST_ROLES, find_requests
from consumer.detection.scattered import find_scattered
from consumer.detection.scorer import Scorer
from consumer.detection.spelt import find_spelt
from consumer.detection.techniques import with_techniques
from consumer.detection.telephony import MIN_DIGITS
from consumer.detection.turned import find_turned
from consumer.detection.wholeness import is_piece, told_whole
from consumer.detection.windows import LONG, WINDOW, windows
from consumer.events.conversation import ConversationMemory
from consumer.events.message import MessageEvent

DETECTOR_VERSION = "5"
"""Raised whenever the same text may be found to contain something else."""

MAX_FINDINGS = 128
"""Findings kept of one message, the first ones; a text that repeats itself a thousand times says nothing more."""

DOUBTFUL = 0.2
"""Probability below which a finding is none."""
LEARNED = 0.65
"""Probability from which what the scorer alone holds of a text is a finding: false alarms weigh more than misses."""
SURE = 0.9
"""Confidence of the rules in a detail that is written as people write it."""

_CARRYING = re.compile('[:"]')
"""What words that are not the author's own stand behind."""
_NOTHING = Observation((), None)
_UNSEEN = FirstLook(None, ())
_DIGIT = re.compile("[0-9]")
_TOPICS = frozenset({Role.EMAIL, Role.PHONE, Role.NUMBER, Role.NETWORK, Role.WEAK_NETWORK, Role.PAYMENT})

_SPOKEN_OF = _TOPICS | REQUEST_ROLES | {Role.OUTSIDE, Role.DEAL, Role.AWAY, Role.ACCOUNT, Role.BANK, Role.SAME}
"""Without a word of contact, payment or leaving, or a hint of one, the scorer is not asked."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which would look again and again at what is there to stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Detector:
    """Finds contact exchange. Holds only the lexicon: the same text and memory give the same answer for ever."""

    def __init__(self, lexicon: Lexicon, scorer: Scorer) -> None:
        """Build the automatons and load the metadata, so that no message waits for them."""
        self._scorer = scorer
        self._compositions = Compositions(lexicon)
        vocabulary = Vocabulary(lexicon)
        self._prefilter = Prefilter(lexicon, self._compositions, vocabulary)
        self._marker = Marker(lexicon, vocabulary)
        self._numerals = NumeralReader(lexicon.numerals)
        self._links = Links(lexicon.hosts)
        self._recall = Recall(lexicon, self._numerals, self.read, self._pieced)
        telephony.warm_up()
        suffixes.warm_up()

    @classmethod
    @cache
    def default(cls) -> Self:
        """The detector with the packaged lexicon, the same one every time. LexiconError if a file of it is broken."""
        with _uncollected():
            return cls(load_lexicon(), Scorer.packaged())

    def suspects(self, texts: Sequence[str]) -> list[int]:
        """Ascending indices of the texts that may contain a finding or start a memory."""
        return self._prefilter.suspects(texts)

    def detect(self, text: str, locale: str | None = None) -> tuple[Finding, ...]:
        """The findings of one text by itself, by start, without overlaps. `locale` is a BCP 47 tag."""
        return self._seen(text, locale).findings if self._prefilter.suspect(text) else ()

    def analyse(self, text: str, locale: str | None = None) -> tuple[Finding, ...]:
        """What the rules find in a text, whether the prefilter suspects it or not: by its invariant, the same."""
        return self._findings(self.read(text, locale)) if len(text) <= LONG else self._in_windows(text, locale)

    def _pieced(self, text: str, locale: str | None) -> tuple[Finding, ...]:
        """What the rules find in pieces put together: few rows of pieces say anything, and the prefilter knows."""
        return self.analyse(text, locale) if self._prefilter.suspect(text) else ()

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
        if reading.figures >= MIN_DIGITS and _DIGIT.search(reading.letters) is not None:
            found += find_phones(reading)
        found += find_scattered(reading, self._numerals)
        if "@" in reading.letters or "#" in reading.letters or not reading.roles.isdisjoint(_TOPICS):
            found += find_handles(reading)
        if all(each.kind == "link" and "spelled" in each.techniques for each in found):
            found += find_spelt(reading, self._names)  # "tessa dot k gmail dot com" is a mailbox before it is a site
        if not reading.roles.isdisjoint(REQUEST_ROLES):
            found += find_requests(reading)
        found = as_payments(reading, found)
        found += find_payments(reading)
        if not reading.roles.isdisjoint(LEAVING_ROLES):
            found += find_leaving(reading)
        if not found:
            found = self._compositions.find(reading)
        if not found:
            return ()
        if reading.having(Role.DELIVERABLE, Role.SCRIPT) or ":" in reading.letters or '"' in reading.letters:
            found = [finding for finding in found if not is_carried(reading, finding)]
        return tuple(
            with_techniques(finding, reading.text, reading.disguises)
            for finding in resolve(without_answered(without_echoes(found, reading.text)))
        )

    def explain(self, text: str, locale: str | None = None) -> Explanation:
        """What `detect` finds in a text, with the steps that led there."""
        reading = self.read(text, locale)
        suspected = self._prefilter.suspect(text)
        findings = self.detect(text, locale)
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

    def _seen(self, text: str, locale: str | None) -> FirstLook:
        """A suspect as it is read, a long one at its beginning, and what it holds by itself."""
        if len(text) > LONG:
            return FirstLook(self.read(text[:WINDOW], locale), self._in_windows(text, locale))
        reading = self.read(text, locale)
        ruled = self._findings(reading)
        return FirstLook(reading, self._weighed(reading, ruled), learned=not ruled)

    def _weighed(self, reading: Reading, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """The findings with their probabilities, and what the scorer sees where the rules see nothing."""
        if not found:
            spoken_of = not reading.roles.isdisjoint(_SPOKEN_OF) or self._compositions.hints(reading)
            if not spoken_of or is_piece(reading.text.strip()) or _is_path(reading.text.strip()):
                return ()
        if found and _plainly_given(reading, found):
            return found
        weighed = self._scorer.weigh(reading, found, LEARNED)
        if not found:
            return tuple(_of_network(reading, each) for each in weighed if told_whole(reading, each))
        return resolve(each for each in weighed if each.confidence >= DOUBTFUL)

    def observe(
        self, event: MessageEvent, memory: ConversationMemory | None, *, suspect: bool | None = None
    ) -> Observation:
        """The findings of a message in its conversation, and the conversation's memory after it.

        The memory is None when there is nothing to remember, and the very same object when it did not change.
        `suspect` is what the prefilter said of the text, if it was asked.
        """
        if self._prefilter.suspect(event.text) if suspect is None else suspect:
            seen = self._seen(event.text, event.locale)
        elif memory is None:
            return _NOTHING
        else:
            seen = _UNSEEN
        findings, memory = self._recall.recall(event, seen, memory)
        return Observation(findings, memory) if findings or memory is not None else _NOTHING


_SPEAKING_AGAINST = AGAINST - {Role.ABOUT}
"""What makes a written detail doubtful; "for" and "to" do not."""


def _is_path(text: str) -> bool:
    """Whether a text is a path and nothing else: "src/mail/send.py"."""
    return " " not in text and "/" in text


def _plainly_given(reading: Reading, found: Iterable[Finding]) -> bool:
    """Whether details are given and no word speaks against them: there is nothing to weigh."""
    given = all(each.intent == "provide" and each.confidence >= SURE for each in found)
    return given and reading.roles.isdisjoint(_SPEAKING_AGAINST) and not _CARRYING.search(reading.letters)


def _of_network(reading: Reading, learned: Finding) -> Finding:
    """What the scorer alone sees, with the one network that the text names."""
    return replace(learned, network=sole_network(reading)) if learned.kind == "handle" else learned


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
