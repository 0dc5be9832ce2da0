"""The learned scorer's quick way to ask its first model says what all features say."""

import pytest

from consumer.detection import Detector
from consumer.detection.concepts import concepts, features, stretches
from consumer.detection.scorer import Scorer
from tests.fuzz.texts import SAMPLES


def test_the_first_model_is_asked_without_making_features() -> None:
    detector, scorer = Detector.default(), Scorer.packaged()
    asked = 0
    for text in SAMPLES:
        reading = detector.read(text)
        for part in stretches(concepts(reading)):
            if part:
                seen = set(features(reading, part, scorer.known))
                assert scorer.contact(reading, part) == pytest.approx(scorer.logits(seen)[0])
                asked += 1
    assert asked >= len(SAMPLES) // 2
