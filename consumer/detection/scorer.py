"""The learned scorer: how sure a finding is, and what is meant where no rule speaks.

Logistic models over the features of `concepts` and the findings of the rules, trained by `python -m tests.training` on
the project's own labelled corpus and kept in `lexicon/scorer.json`: one tells whether a message exchanges contact at
all, one for each kind and intent tells which it is. They weigh what the rules found against the words around it, so
that confidences are probabilities; and they see requests and proposals worded as no list of phrases foresees. Details
are the rules' to find.

Invariant: the scorer is asked only about texts that the prefilter suspects.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import NamedTuple, Self, cast

import orjson

from consumer.detection.concepts import TOLD, Concept, Feature, concepts, features, parts, stretches, told
from consumer.detection.finding import Finding
from consumer.detection.lexicon import LexiconError
from consumer.detection.reading import Reading
from consumer.events.vocabulary import Intent, Kind

_FILE = "scorer.json"
TYPICAL = 16
"""Features of a message of usual length. A longer one has more words of every sort, and means no more by them."""
_WHOLE = 4
"""Concepts of a message that gives a detail by itself."""
_FIGURES = "number"
_UNTOLD = -0.35
"""What a concept costs a span, as a logit: words that say little of a finding are not part of it."""


class _Weighed(NamedTuple):
    """A stretch of a message, its features, and the logits: of any contact exchange, then of each class."""

    part: Sequence[Concept]
    seen: AbstractSet[Feature]
    logits: list[float]


@dataclass(frozen=True, slots=True)
class Scorer:
    """The models. `classes` are (kind, intent); `biases` and the indices of `weights` count the first model as 0.

    `weights` maps a feature to (model, weight) pairs, and `known` holds the names that its features are made of.
    """

    classes: tuple[tuple[Kind, Intent], ...]
    biases: tuple[float, ...]
    weights: Mapping[str, tuple[tuple[int, float], ...]]
    known: frozenset[str]

    @classmethod
    def packaged(cls) -> Self:
        """The scorer shipped with the lexicon. Raises LexiconError if its file is broken."""
        try:
            table = orjson.loads(files("consumer.detection").joinpath("lexicon", _FILE).read_bytes())
            classes = tuple((cast("Kind", kind), cast("Intent", intent)) for kind, intent in table["classes"])
            biases = tuple(map(float, table["biases"]))
            weights = {name: tuple(zip(row[::2], row[1::2], strict=True)) for name, row in table["weights"].items()}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LexiconError(f"{_FILE}: {error}") from error
        return cls(
            classes,
            biases,
            weights,
            frozenset(name for feature in weights if not feature.startswith(TOLD) for name in parts(feature)),
        )

    @classmethod
    def silent(cls) -> Self:
        """A scorer that has learned nothing and leaves the rules alone."""
        return cls((), (), {}, frozenset())

    def weigh(self, reading: Reading, found: Sequence[Finding], least: float) -> tuple[Finding, ...]:
        """The findings of the rules with their probabilities; without any, what is meant if it is `least` probable.

        The findings themselves where nothing was learned or there are no words to weigh.
        """
        weighed = self._weighed(reading, found)
        if weighed is None:
            return tuple(found)
        probability = round(1 / (1 + math.exp(-weighed.logits[0])), 3)
        if found:
            return tuple(replace(each, confidence=probability) for each in found)
        return (self._likeliest(reading, weighed, probability),) if probability >= least else ()

    def _weighed(self, reading: Reading, found: Iterable[Finding]) -> _Weighed | None:
        """The stretch of a message in which contact exchange is likeliest."""
        row = concepts(reading)
        if not row or not self.biases:
            return None
        rules = set(told(found))
        best: _Weighed | None = None
        for part in stretches(row):
            seen = set(features(reading, part, self.known))
            logits = self._logits(seen, rules)
            if best is None or logits[0] > best.logits[0]:
                best = _Weighed(part, seen, logits)
        return best

    def _logits(self, seen: AbstractSet[Feature], rules: Iterable[str]) -> list[float]:
        """The models' logits: words together count as much as those of a message of usual length."""
        logits = list(self.biases)
        weights = self.weights
        names = {feature[0] for feature in seen}.intersection(weights)
        loudness = math.sqrt(TYPICAL / max(1, len(names)))
        for name in names:
            for index, weight in weights[name]:
                logits[index] += weight * loudness
        for name in rules:
            for index, weight in weights.get(name, ()):
                logits[index] += weight
        return logits

    def _likeliest(self, reading: Reading, weighed: _Weighed, probability: float) -> Finding:
        """The class that a message without findings is likeliest of, where most speaks for it.

        Where a detail stands in words that no rule reads is not known, so all of them count as giving it.
        """
        index = max(self._possible(weighed), key=weighed.logits.__getitem__)
        kind, intent = self.classes[index - 1]
        part = weighed.part
        said = (part[0].start, part[-1].end) if intent == "provide" else self._span(index, part, weighed.seen)
        start, end = reading.view.span(*said)
        return Finding(kind=kind, intent=intent, start=start, end=end, confidence=probability)

    def _possible(self, weighed: _Weighed) -> Iterable[int]:
        """The classes a message can be of: a brief one, or a phone without figures, may be a piece of a detail."""
        whole = len(weighed.part) >= _WHOLE
        for index, (kind, intent) in enumerate(self.classes, 1):
            if intent != "provide" or (
                whole and (kind != "phone" or any(name == _FIGURES for name, _, _ in weighed.seen))
            ):
                yield index

    def _span(self, index: int, part: Sequence[Concept], seen: AbstractSet[Feature]) -> tuple[int, int]:
        """The run of concepts that speaks most for a model: Kadane's maximum, each concept at a small cost."""
        gains: dict[int, float] = defaultdict(float)
        for name, first, last in seen:
            weight = next((weight for each, weight in self.weights.get(name, ()) if each == index), 0.0)
            for at in range(first, last + 1):
                gains[at] += weight / (last - first + 1)
        total, start = 0.0, 0
        best = (-math.inf, 0, 0)
        for at in range(len(part)):
            if total <= 0:
                total, start = 0.0, at
            total += gains[at] + _UNTOLD
            best = max(best, (total, start, at))
        return part[best[1]].start, part[best[2]].end
