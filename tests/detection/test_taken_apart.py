"""Names and addresses taken apart with signs and words, plain questions in other tongues, and their harmless twins."""

import pytest

from consumer.detection import Detector
from consumer.detection.lexicon.spelling import misspelt
from tests.detection.talks import told

TOLD = {
    "gm + ail, the name is tolva.kern": ("email", "provide"),
    "gee + mail, tolva.kern": ("email", "provide"),
    "insta + gram: tolva.kern": ("handle", "provide"),
    "tele plus gram, my nick is tolva_kern": ("handle", "provide"),
    "ines.fold (hi) @ (yes) web (thanks) . de": ("email", "provide"),
    "inesSPAMfold@SPAMweb.de take the spam out": ("email", "provide"),
    "ignore the word pasta: 0812 pasta 555 pasta 0149": ("phone", "provide"),
    "önce 0533 sonra 555 en son 01 62, cepten ara": ("phone", "provide"),
    "telegram @ tolvakern": ("handle", "provide"),
    "insta: tolva(dot)and(dot)kern": ("handle", "provide"),
    "protonmail - tolvakern": ("email", "provide"),
    "twitter dm works, @tolva_kern": ("handle", "provide"),
    "yahoo, name part is tolva_kern": ("email", "provide"),
    "tolva.kern seznam cz": ("email", "provide"),
    "votre numéro de téléphone ?": ("phone", "request"),
    "il tuo numero di telefono?": ("phone", "request"),
    "ваш номер телефона?": ("phone", "request"),
    "пойдём в вк, там удобнее": ("off_platform", "solicit"),
}
SILENT = (
    "outlook plus calendar sync, both in the mockup",
    "the zoom at 1.2x, then v2.0 of the intro",
    "take the trash out of frame in scene 2",
    "12 mm then 15 mm then 18 mm holes",
    "see you @ noon for the review",
    "put the logo (big) and the tagline (small) on the card",
    "numéro de téléphone à corriger sur la carte",
)


@pytest.mark.parametrize(("text", "label"), TOLD.items())
def test_what_is_taken_apart_is_put_together(detector: Detector, text: str, label: tuple[str, str]) -> None:
    assert label in {(each.kind, each.intent) for each in detector.detect(text)}


@pytest.mark.parametrize("text", SILENT)
def test_its_harmless_twin_is_left_alone(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()


def test_a_word_of_a_script_is_no_disguise_among_its_own(detector: Detector) -> None:
    russian, mixed = detector.read("пойдём в вк, там удобнее"), detector.read("my \u0442elegram is tolva")
    assert not russian.disguised(9, 11)
    assert mixed.disguised(3, 11)


def test_names_without_two_vowels_are_misspelt() -> None:
    assert "telgrm" in misspelt(["telegram"])
    assert "instgrm" in misspelt(["instagram"])


def test_a_refusal_in_plain_words_does_not_end_the_asking(detector: Detector) -> None:
    talk = [
        ("a", "do you have Skype?"),
        ("b", "we cant do that here"),
        ("a", "come on, just the name"),
        ("b", "alright, tolva.kern"),
    ]
    assert told(detector, talk) == [{("handle", "request")}, set(), {("handle", "request")}, {("handle", "provide")}]


def test_the_number_is_asked_for_after_the_network_was_agreed(detector: Detector) -> None:
    talk = [("a", "possible to whatsapp you?"), ("b", "yes no problem"), ("a", "what number")]
    assert told(detector, talk)[2] == {("phone", "request")}


def test_halves_over_messages_are_one_number_and_one_name(detector: Detector) -> None:
    assert told(detector, [("a", "98200"), ("b", "sure"), ("a", "other half 55547")])[2] == {("phone", "provide")}
    assert told(detector, [("a", "zéro six"), ("a", "55 50"), ("a", "14 90")])[2] == {("phone", "provide")}
    assert told(detector, [("a", "discord"), ("a", "tolva"), ("a", "#2217")])[2] == {("handle", "provide")}
    assert told(detector, [("a", "98200"), ("b", "sure"), ("a", "and 55547 views")])[2] == set()


def test_the_host_and_the_name_may_come_in_other_messages(detector: Detector) -> None:
    talk = [("a", "contato"), ("a", "arroba"), ("a", "serraazul ponto com ponto br")]
    assert told(detector, talk)[2] == {("email", "provide")}
    talk = [("a", "i use the yahoo one"), ("b", "for what"), ("a", "tolva.kern goes before it")]
    assert told(detector, talk)[2] == {("email", "provide")}
