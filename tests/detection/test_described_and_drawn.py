"""Contacts told in pictures and descriptions: drawn networks, services by description, spelled and swapped signs."""

import pytest

from consumer.detection import Detector


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the app with the paper plane, I'm tomas_weaves", "handle"),
        ("\U0001f47b: tomas_weaves", "handle"),
        ("\U0001f1ee \U0001f1ec tomas.weaves", "handle"),
        ("sur l'appli verte : tomas.tisse", "handle"),
        ("discord: tomas underscore weaves", "handle"),
        ("V i b e r: tom weaves", "handle"),
        ("tomas[@]fernloom[.]co", "email"),
        ("tomas\u2709gmail\U0001f535com", "email"),
        ("tomas/weaves/@/web/./de remove slashes", "email"),
        ("replace # with @: tomas.weaves#gmail.com", "email"),
        ("use my seller nick with hotmail after it", "email"),
        ("google's mail service, user tomas.weaves", "email"),
    ],
)
def test_a_described_or_drawn_contact_is_found(detector: Detector, text: str, kind: str) -> None:
    assert [finding.kind for finding in detector.detect(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "the plane lands at nine \u2708\ufe0f see you then",
        "happy halloween \U0001f47b the draft looks great",
        "make the logo a blue bird on a green bubble",
        "remove the slashes from the title please",
        "put a dot between the first name and the last name",
        "new mail icon \u2709 and a blue button \U0001f535 next to it",
    ],
)
def test_drawings_and_descriptions_that_give_no_contact_are_left_alone(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()


def test_a_name_that_the_reader_knows_has_no_value(detector: Detector) -> None:
    assert [finding.value for finding in detector.detect("gmail, same username as here")] == [None]
