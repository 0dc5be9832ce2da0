"""`python -m tests.training [FILE ...]`: learn the scorer's weights and write them where the detector reads them.

Without files, every part of the corpus that may be tuned on is read. The same corpus gives the same file.
"""

import re
import sys
from collections import Counter
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

import consumer.detection
from consumer.detection import Detector
from consumer.detection.concepts import TOLD
from consumer.detection.lexicon import load_lexicon
from consumer.detection.scorer import Scorer
from consumer.evaluation.cases import INTENTS, KINDS
from tests.training.model import LEAST, SEED, Fitted, fitted, matrix, scale
from tests.training.samples import Class, Sample, feature_names, generated, samples_of

_CORPUS = Path(__file__).parents[1] / "corpus"
_LEXICON = Path(consumer.detection.__file__).with_name("lexicon")
_TARGET = _LEXICON / "scorer.json"
_FAMILIAR = _LEXICON / "familiar.toml"
_WORD = re.compile(r"(?<![\w@.#/-])[a-z]{4,24}(?![\w@#/-])")
_OFTEN = 3
"""Messages without a finding in which a word must stand to be familiar: fewer may be an echo of somebody's name."""
_HEAD = "# Written by `python -m tests.training`; what it is for stands in familiar.py.\n"
_FEWEST = 30
"""Positive samples below which a class is not learned."""
_THRESHOLDS = (0.3, 0.5, 0.65, 0.8, 0.9)


def main() -> None:
    """Train, report what unseen messages got, write."""
    files = [Path(name) for name in sys.argv[1:]] or sorted(_CORPUS.glob("tune*.jsonl"))
    samples = [*samples_of(files), *generated(SEED)]
    detector = Detector(load_lexicon(), Scorer.silent())
    names = [feature_names(detector, each) for each in samples]
    vectorizer, table = matrix(names)
    classes: list[Class] = [(kind, intent) for kind in KINDS for intent in INTENTS]
    frequent = [each for each in classes if sum(s.holds(each) is True for s in samples) >= _FEWEST]
    learned = [fitted(each, table, samples) for each in (None, *frequent)]
    _report(learned, samples)
    _together(learned[0], samples, [any(name.startswith(TOLD) for name in each) for each in names])
    _FAMILIAR.write_text(_HEAD + _words(samples), "utf-8")
    _TARGET.write_bytes(_packed(learned, list(vectorizer.get_feature_names_out())))
    Console().print(f"{len(samples)} messages, {table.shape[1]} features, {_TARGET.stat().st_size // 1024} KiB")


def _words(samples: list[Sample]) -> str:
    """The words of messages that hold nothing, as a file of the lexicon."""
    texts = (s.text.lower() for s in samples if not (s.label.expected or s.label.accepted))
    seen = Counter(word for text in texts for word in set(_WORD.findall(text)))
    words = sorted(word for word, count in seen.items() if count >= _OFTEN)
    rows = (", ".join(f'"{word}"' for word in words[at : at + 12]) for at in range(0, len(words), 12))
    return "words = [\n" + "".join(f"  {row},\n" for row in rows) + "]\n"


def _packed(learned: list[Fitted], names: list[str]) -> bytes:
    """The file: the models' classes and biases, and each feature's models and weights in turn, the first always."""
    weights: dict[str, list[float]] = {}
    for index, model in enumerate(learned):
        for at in abs(model.weights).argsort()[::-1]:
            if index and abs(model.weights[at]) < LEAST:
                break
            weight = float(model.weights[at]) * scale(names[at])
            weights.setdefault(names[at], []).extend((index, round(weight, 3)))
    table = {
        "classes": [model.name for model in learned[1:]],
        "biases": [round(model.bias, 3) for model in learned],
        "weights": dict(sorted(weights.items())),
    }
    return orjson.dumps(table)


def _report(learned: list[Fitted], samples: list[Sample]) -> None:
    table = Table("class", "messages", *[f"recall / false at {each}" for each in _THRESHOLDS])
    harmless = [not (s.label.expected or s.label.accepted) for s in samples]
    for model in learned:
        wanted = [s.holds(model.name) is True for s in samples]
        cells = []
        for threshold in _THRESHOLDS:
            over = model.unseen >= threshold
            right = sum(a and b for a, b in zip(over, wanted, strict=True))
            false = sum(a and b for a, b in zip(over, harmless, strict=True))
            cells.append(f"{right / sum(wanted):.3f} / {false}")
        table.add_row("/".join(model.name or ("any",)), str(sum(wanted)), *cells)
    Console(width=140).print(table)


def _together(model: Fitted, samples: list[Sample], ruled: list[bool]) -> None:
    """Whether messages are flagged at all: by the rules, and by the first model at a threshold."""
    table = Table("single messages", "recall", "false")
    rows: list[tuple[str, list[bool]]] = [("rules alone", ruled)]
    for threshold in _THRESHOLDS:
        over = [bool(each >= threshold) for each in model.unseen]
        rows.append((f"weighed, at {threshold}", over))
    for name, flagged in rows:
        wanted = [hit for hit, s in zip(flagged, samples, strict=True) if s.alone and s.label.expected]
        harmless = [hit for hit, s in zip(flagged, samples, strict=True) if not (s.label.expected or s.label.accepted)]
        table.add_row(name, f"{sum(wanted)} of {len(wanted)}", f"{sum(harmless)} of {len(harmless)}")
    Console(width=140).print(table)


main()
