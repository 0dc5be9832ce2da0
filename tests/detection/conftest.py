"""What every test of the room starts from."""

import pytest

from consumer.detection import Detector


@pytest.fixture(scope="session")
def detector() -> Detector:
    """The packaged detector; it holds no state, so one is enough."""
    return Detector.default()
