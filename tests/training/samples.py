"""Labelled messages as the scorer learns from them."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from consumer.detection import Detector
from consumer.detection.concepts import concepts, features, stretches, told
from consumer.evaluation import parse_case
from consumer.evaluation.cases import Expectation, Label
from consumer.events.vocabulary import Intent, Kind
from tests.evasions.details import SUBJECTS
from tests.evasions.generator import OBFUSCATORS, cases, plain
from tests.evasions.lookalikes import CLASSES, lookalikes

_EACH = 24
"""Generated messages of each disguise and of each sort of look-alike."""
Class = tuple[Kind, Intent]
Model = Class | None
"""What a model tells: one class, or (None) any contact exchange at all."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A message of a labelled case, and whether it is all of the case."""

    case: str
    text: str
    language: str | None
    label: Label
    alone: bool

    def holds(self, wanted: Model) -> bool | None:
        """Whether the message is of a class, or of any; None where the label accepts it and does not ask for it.

        None too for a detail in a conversation, which other messages may have made one.
        """
        if wanted is None:
            return self._any()
        if any(each.meets(*wanted) for each in self.label.expected):
            return True if self.alone or wanted[1] != "provide" else None
        return None if any(each.meets(*wanted) for each in self.label.accepted) else False

    def _any(self) -> bool | None:
        if not self.label.expected:
            return None if self.label.accepted else False
        return True if self.alone or any(each.intent != "provide" for each in self.label.expected) else None


def samples_of(files: Iterable[Path]) -> Iterator[Sample]:
    """Every message of files of labelled cases."""
    for file in files:
        for line in file.read_bytes().splitlines():
            if line.strip():
                case = parse_case(line)
                if len(case.messages) > 1 and any(_gives(label) for label in case.labels):
                    continue  # its messages are pieces, and what they are only the others tell
                for (_, text), label in zip(case.messages, case.labels, strict=True):
                    yield Sample(f"{file.stem}/{case.name}", text, case.language, label, len(case.messages) == 1)


def generated(seed: int) -> Iterator[Sample]:
    """Disguised details and harmless look-alikes, so that the scorer trusts the rules where words are unreadable."""
    rng = random.Random(f"{seed}:training")
    found = [each for name in OBFUSCATORS for each in cases((name,), _EACH, seed)]
    found += [each for subject in SUBJECTS for each in plain(subject, _EACH, seed)]
    for case in found:
        if len(case.messages) == 1:
            kinds = sorted(case.detail.accepted, key=lambda kind: kind != case.detail.kind)
            expected = tuple(Expectation(kind, case.detail.intent) for kind in kinds)
            label = Label(expected[:1], expected[1:])
            yield Sample(f"evasion/{case.messages[0]}", case.messages[0], None, label, alone=True)
    for name in CLASSES:
        texts = lookalikes(name, 2, seed)
        for text in rng.sample(texts, min(_EACH, len(texts))):
            yield Sample(f"{name}/{text}", text, None, Label(), alone=True)


def _gives(label: Label) -> bool:
    return any(each.intent == "provide" for each in (*label.expected, *label.accepted))


class _Anything:
    """Knows every name."""

    def __contains__(self, name: object) -> bool:
        return True


def feature_names(detector: Detector, sample: Sample) -> set[str]:
    """The features of a message's first stretch (labelled messages have one) and of what the rules find in it."""
    reading = detector.read(sample.text, sample.language)
    row = next(stretches(concepts(reading)))
    names = {name for name, _, _ in features(reading, row, _Anything())} if row else set()
    return names.union(told(detector.detect(sample.text, sample.language)))
