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
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import NamedTuple, Self, cast

import orjson

from consumer.detection.concepts import TOLD, Concept, Feature, concepts, features, parts, stretches, told, whole
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
    """A stretch of a message, and the logit of any contact exchange in it."""

    part: Sequence[Concept]
    logit: float


@dataclass(frozen=True, slots=True)
class Scorer:
    """The models. `classes` are (kind, intent); `biases` and the indices of `weights` count the first model as 0.

    `weights` maps a feature to (model, weight) pairs, and `known` holds the names that its features are made of.
    `alone` and `pairs` are what the features weigh in the first model, those that pair names by the first name and then
    by the second: every suspect is asked of it, and few of the others.
    """

    classes: tuple[tuple[Kind, Intent], ...]
    biases: tuple[float, ...]
    weights: Mapping[str, tuple[tuple[int, float], ...]]
    known: frozenset[str]
    alone: Mapping[str, float] = field(init=False)
    pairs: Mapping[str, Mapping[str, float]] = field(init=False)

    def __post_init__(self) -> None:
        """Lay out the first model."""
        alone: dict[str, float] = {}
        pairs: dict[str, dict[str, float]] = defaultdict(dict)
        for name, row in self.weights.items():
            weight = next((weight for index, weight in row if index == 0), 0.0)
            first, _, second = name.partition(" ")
            alone[name] = weight
            if second:
                pairs[first][second] = weight
        object.__setattr__(self, "alone", alone)
        object.__setattr__(self, "pairs", dict(pairs))

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
        probability = round(1 / (1 + math.exp(-weighed.logit)), 3)
        if found:
            return tuple(replace(each, confidence=probability) for each in found)
        return (self._likeliest(reading, weighed.part, probability),) if probability >= least else ()

    def _weighed(self, reading: Reading, found: Iterable[Finding]) -> _Weighed | None:
        """The stretch of a message in which contact exchange is likeliest."""
        row = concepts(reading)
        if not row or not self.biases:
            return None
        rules = sum(self.alone.get(name, 0.0) for name in set(told(found)))
        weighed = [_Weighed(part, self.contact(reading, part) + rules) for part in stretches(row)]
        return max(weighed, key=lambda one: one.logit)

    def contact(self, reading: Reading, part: Sequence[Concept]) -> float:
        """The logit of the first model of a stretch: what `logits` says of all `features`, without making them."""
        alone, pairs = self.alone, self.pairs
        heard: dict[str | tuple[int, str], float] = {}
        after = [pairs["^"]] if "^" in pairs else []  # what may follow the names before
        for _, _, names in part:
            for name in names:
                if name in alone:
                    heard[name] = alone[name]
                for seconds in after:
                    if name in seconds:
                        heard[id(seconds), name] = seconds[name]
            after = [pairs[name] for name in names if name in pairs]
        for seconds in after:
            if "$" in seconds:
                heard[id(seconds), "$"] = seconds["$"]
        for name in whole(reading, part):
            if name in alone:
                heard[name] = alone[name]
        return self.biases[0] + math.fsum(heard.values()) * _loudness(len(heard))

    def logits(self, seen: AbstractSet[Feature]) -> list[float]:
        """The models' logits where no rule found anything: words together count as much as those of a usual message."""
        logits = list(self.biases)
        weights = self.weights
        names = {feature[0] for feature in seen}.intersection(weights)
        loudness = _loudness(len(names))
        for name in names:
            for index, weight in weights[name]:
                logits[index] += weight * loudness
        return logits

    def _likeliest(self, reading: Reading, part: Sequence[Concept], probability: float) -> Finding:
        """The class that a message without findings is likeliest of, where most speaks for it.

        Where a detail stands in words that no rule reads is not known, so all of them count as giving it.
        """
        seen = set(features(reading, part, self.known))
        index = max(self._possible(part, seen), key=self.logits(seen).__getitem__)
        kind, intent = self.classes[index - 1]
        said = (part[0][0], part[-1][1]) if intent == "provide" else self._span(index, part, seen)
        start, end = reading.view.span(*said)
        return Finding(kind=kind, intent=intent, start=start, end=end, confidence=probability)

    def _possible(self, part: Sequence[Concept], seen: AbstractSet[Feature]) -> Iterable[int]:
        """The classes a message can be of: a brief one, or a phone without figures, may be a piece of a detail."""
        enough = len(part) >= _WHOLE
        for index, (kind, intent) in enumerate(self.classes, 1):
            if intent != "provide" or (enough and (kind != "phone" or any(name == _FIGURES for name, _, _ in seen))):
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
        return part[best[1]][0], part[best[2]][1]


def _loudness(count: int) -> float:
    """What each of so many features counts: together as much as those of a message of usual length."""
    return math.sqrt(TYPICAL / max(1, count))
