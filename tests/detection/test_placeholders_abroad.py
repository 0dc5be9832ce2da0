"""Addresses that only show what an address looks like, in the words of other languages."""

import pytest

from consumer.detection import Detector


@pytest.mark.parametrize(
    "text",
    [
        "escribe usuario@ejemplo.com en ese campo",
        "der Platzhalter lautet name@beispiel.de",
        "met naam@voorbeeld.nl als voorbeeld",
        "wstaw nazwa@przyklad.pl w makiecie",
    ],
)
def test_a_placeholder_is_no_address(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()


@pytest.mark.parametrize(
    "text", ["escríbeme a rocio.vidal@ejemplo.com", "ở đây liên hệ bạn qua zalo nhé, cho mình xin số zalo đi bạn"]
)
def test_a_real_name_or_a_plain_request_still_counts(detector: Detector, text: str) -> None:
    assert detector.detect(text)


@pytest.mark.parametrize(
    "text",
    [
        "kya yahan apna number dena allowed hai?",
        "在这里留电话会不会违规",
        "여기서 번호 알려줘도 되나요?",
        "chia sẻ email ở đây có bị cấm không?",
    ],
)
def test_asking_what_is_allowed_is_no_request(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()
