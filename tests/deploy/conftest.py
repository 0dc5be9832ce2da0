"""The worker's image, built once for all tests that run it."""

import pytest

from tests.deploy.containers import base_images, compose_command, ran, require_images
from tests.deploy.test_compose import SERVICES


@pytest.fixture(scope="session")
def worker_image() -> str:
    """Name of the image, built by Compose from this tree."""
    require_images(*base_images())
    ran(*compose_command(), "build", "worker", patience=900)
    name: str = SERVICES["worker"]["image"]
    return name
