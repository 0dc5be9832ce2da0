"""Requests and proposals put together from words, and details that are content of the work."""

import pytest

from consumer.detection.detector import Detector

DETECTOR = Detector.default()


def acts(text: str) -> set[tuple[str, str]]:
    return {(finding.kind, finding.intent) for finding in DETECTOR.detect(text)}


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("which phone could my brother ring tomorrow?", ("phone", "request")),
        ("I want to cc you on it, which address?", ("email", "request")),
        ("any different way of contacting you?", ("handle", "request")),
        ("let us switch to another app", ("off_platform", "solicit")),
        ("I don't like going through the platform", ("off_platform", "solicit")),
        ("we could get around the commission", ("off_platform", "solicit")),
        ("may I bring you the cash when we meet", ("payment", "solicit")),
    ],
)
def test_what_is_put_together_from_words_is_heard(text: str, act: tuple[str, str]) -> None:
    assert act in acts(text)


@pytest.mark.parametrize(
    "text",
    [
        "I need your email signature design",
        "let's skip the website intro animation",
        "we decline to work outside the platform",
        "is there another way to cut the trailer?",
        "I dont work outside of fiverr, sorry",
    ],
)
def test_what_only_sounds_so_is_left_alone(text: str) -> None:
    assert acts(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Poster text: Rowan Bikes, 020 7946 0123, ride@rowanbikes.com",
        "proofread: 'Write to our office at desk@rowanbikes.com today'",
        "put our hotline 020 7946 0123 on the van sticker",
    ],
)
def test_what_the_work_carries_is_no_contact(text: str) -> None:
    assert acts(text) == set()


def test_the_author_of_the_work_can_still_give_a_contact() -> None:
    assert ("email", "provide") in acts("the flyer is nice, send the files to rowan.tate@gmail.com")
