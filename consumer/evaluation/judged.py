"""One labelled message held against what was found in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from consumer.detection import Detector, Finding
from consumer.evaluation.cases import Case, Expectation, Label
from consumer.events.conversation import ConversationMemory
from consumer.events.message import MessageEvent
from consumer.policy import Policy

_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_PAUSE: Final = timedelta(seconds=20)
"""Between the messages of a labelled conversation, which tells no times: one sitting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A message with its label and findings.

    `counted` are the findings at or above the policy's threshold for review: the message is flagged if there are
    any. `strikes` tells whether one is a violation. `missing` are the expectations nothing stands for, `wrong` the
    counted findings nobody expects or accepts.
    """

    case: Case
    index: int
    label: Label
    findings: tuple[Finding, ...]
    counted: tuple[Finding, ...]
    strikes: bool
    missing: tuple[Expectation, ...]
    wrong: tuple[Finding, ...]

    @property
    def flagged(self) -> bool:
        """Whether anything is held against the message."""
        return bool(self.counted)

    @property
    def positive(self) -> bool:
        """Whether it should be."""
        return bool(self.label.expected)

    @property
    def harmless(self) -> bool:
        """Whether it must not be. A message with accepted findings only is neither."""
        return not self.label.expected and not self.label.accepted

    @property
    def excused(self) -> bool:
        """Whether it should have been flagged and was not, but another message stands for it."""
        return self.positive and not self.flagged and not self.missing

    @property
    def exact(self) -> bool:
        """Whether kinds and intents are right, counting what is accepted as right."""
        return not self.missing and not self.wrong

    def is_right(self, finding: Finding) -> bool:
        """Whether a finding is expected or accepted."""
        return _meets(finding, (*self.label.expected, *self.label.accepted))


def _meets(finding: Finding, wanted: Sequence[Expectation]) -> bool:
    return any(each.meets(finding.kind, finding.intent) for each in wanted)


class Judge:
    """Runs cases through a detector, with a policy's thresholds."""

    def __init__(self, detector: Detector, policy: Policy) -> None:
        self._detector = detector
        self._policy = policy

    def judge(self, case: Case) -> tuple[Judged, ...]:
        """Every message of a case, in order."""
        seen = zip(self._findings(case), case.labels, strict=True)
        judged = [self._judged(case, index, label, found) for index, (found, label) in enumerate(seen)]
        return tuple(_excused(judged))

    def _findings(self, case: Case) -> Iterator[tuple[Finding, ...]]:
        if len(case.messages) == 1:
            yield self._detector.detect(case.messages[0][1], case.language)
            return
        memory: ConversationMemory | None = None
        for index, (sender, text) in enumerate(case.messages):
            event = MessageEvent(
                message_id=f"m{index}",
                conversation_id="case",
                sender_id=sender,
                sent_at=_START + _PAUSE * index,
                surface="inbox",
                text=text,
                locale=case.language,
            )
            observed = self._detector.observe(event, memory)
            memory = observed.memory
            yield observed.findings

    def _judged(self, case: Case, index: int, label: Label, found: tuple[Finding, ...]) -> Judged:
        bounds = self._policy.bounds["good"]  # a label knows no account: a first offence is what is measured
        counted = tuple(each for each in found if each.confidence >= bounds[each.kind, each.intent][1])
        missing = [e for e in label.expected if not any(e.meets(one.kind, one.intent) for one in counted)]
        # An accepted finding may stand for an expected one: it is the same thing under another name.
        standing = sum(_meets(each, label.accepted) and not _meets(each, label.expected) for each in counted)
        return Judged(
            case=case,
            index=index,
            label=label,
            findings=found,
            counted=counted,
            strikes=any(each.confidence >= bounds[each.kind, each.intent][0] for each in counted),
            missing=tuple(missing[standing:]),
            wrong=tuple(each for each in counted if not _meets(each, (*label.expected, *label.accepted))),
        )


def _excused(judged: list[Judged]) -> list[Judged]:
    """A conversation's messages, where a message that is only accepted stands for one missed.

    A split detail may be seen a message early or late: the label then expects one place and accepts the other.
    """
    standing = sum(each.flagged and not each.positive and not each.harmless for each in judged)
    excused = []
    for each in judged:
        if standing and each.missing and not each.flagged:
            standing -= 1
            excused.append(replace(each, missing=()))
        else:
            excused.append(each)
    return excused
