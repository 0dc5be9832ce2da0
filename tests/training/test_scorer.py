"""What the trainer learns is what the worker weighs."""

import math
from pathlib import Path

import pytest

from consumer.detection import Detector
from consumer.detection.concepts import TOLD, concepts, features, stretches
from consumer.detection.lexicon import load_lexicon
from consumer.detection.scorer import Scorer
from consumer.evaluation.cases import Expectation, Label
from tests.training.model import fitted, matrix, scale
from tests.training.samples import Sample, feature_names

_SOLICITS = Label((Expectation("off_platform", "solicit"),))


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(load_lexicon(), Scorer.silent())


def sample(index: int, text: str, *, harmful: bool) -> Sample:
    return Sample(f"case {index}", text, "en", _SOLICITS if harmful else Label(), alone=True)


def test_a_class_is_told_from_its_words_on_messages_not_seen(detector: Detector) -> None:
    things = (
        "banner",
        "logo",
        "intro",
        "flyer",
        "script",
        "mockup",
        "header",
        "footer",
        "song",
        "poster",
        "site",
        "map",
    )
    told = [sample(i, f"let us settle the {thing} privately, no order", harmful=True) for i, thing in enumerate(things)]
    told += [sample(50 + i, f"the {thing} is in the order, thank you", harmful=False) for i, thing in enumerate(things)]
    _, table = matrix([feature_names(detector, each) for each in told])
    model = fitted(None, table, told)
    assert min(model.unseen[: len(things)]) > 0.5 > max(model.unseen[len(things) :])


def test_the_worker_computes_what_the_trainer_learned(detector: Detector) -> None:
    scorer = Scorer.packaged()
    text = "my cousin knows a quieter place where the two of us could talk, no fees there"
    names = [name for name in feature_names(detector, sample(0, text, harmful=True)) if name in scorer.weights]
    loudness = math.sqrt(16 / sum(not name.startswith(TOLD) for name in names))
    weights = {name: dict(scorer.weights[name])[0] for name in names}
    logit = scorer.biases[0] + sum(w * (1 if n.startswith(TOLD) else loudness) for n, w in weights.items())
    found = scorer.weigh(detector.read(text), detector.analyse(text), 0.0001)
    assert found[0].confidence == pytest.approx(1 / (1 + math.exp(-logit)), abs=0.001)


def test_every_feature_of_the_packaged_scorer_can_be_seen() -> None:
    scorer = Scorer.packaged()
    assert len(scorer.biases) == len(scorer.classes) + 1
    assert all(math.isfinite(weight) for row in scorer.weights.values() for _, weight in row)
    assert all(index < len(scorer.biases) for row in scorer.weights.values() for index, _ in row)


def test_a_long_text_costs_a_bounded_number_of_features(detector: Detector) -> None:
    reading = detector.read("talk to me outside of here, no fees " * 400)
    seen = sum(1 for part in stretches(concepts(reading)) for _ in features(reading, part, Scorer.packaged().known))
    assert seen < 10_000


def test_a_finding_of_the_rules_counts_for_more_than_a_word() -> None:
    assert scale(f"{TOLD}email/provide") > scale("mail")


def test_no_corpus_that_is_only_measured_is_learned_from() -> None:
    source = Path(__file__).with_name("__main__.py").read_text("utf-8")
    assert 'glob("tune*.jsonl")' in source
