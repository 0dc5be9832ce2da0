"""Details told in named slots, labelled groups or apart from their network, and what only looks like them."""

import pytest

from consumer.detection import Detector
from consumer.detection.lexicon.spelling import misspelt
from tests.detection.talks import told

TOLD = {
    "mailbox: ines.fold, server is larkstudio [dot] de": ("email", "provide"),
    "Local part: tolva.k Domain: pm.me": ("email", "provide"),
    "part one 0918, part two 444, part three 0172": ("phone", "provide"),
    "insta, and the name is noor then underscore then frames": ("handle", "provide"),
    "the purple gamer chat, search for quillomatic": ("handle", "provide"),
    "dscrd: tallow.mint is my tag": ("handle", "provide"),
    "Überweise es auf DE89 3704 0044 0532 0130 00, Lena Roth": ("payment", "provide"),
    "shift to whatsapp?": ("off_platform", "solicit"),
    "give discord nick": ("handle", "request"),
}
SILENT = (
    "use ada.prints@example.com as the dummy in every fixture",
    "validate the test IBAN DE89 3704 0044 0532 0130 00 in the form",
    "part one is 20 pages, part two 30 pages, part three 12 pages",
    "whatsapp icon first, then add padding",
    "users log in with the same username on discord",
)


@pytest.mark.parametrize(("text", "label"), TOLD.items())
def test_a_detail_is_found_however_it_is_told(detector: Detector, text: str, label: tuple[str, str]) -> None:
    assert label in {(each.kind, each.intent) for each in detector.detect(text)}


@pytest.mark.parametrize("text", SILENT)
def test_the_same_words_about_work_are_left_alone(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()


def test_who_is_asked_and_asks_back_asks_for_nothing(detector: Detector) -> None:
    talk = [("A", "you can find me on insta"), ("A", "what is your insta?"), ("B", "which one")]
    assert told(detector, talk)[2] == set()


def test_words_that_lead_to_ones_own_name_ask_for_nothing(detector: Detector) -> None:
    assert told(detector, [("A", "wechat"), ("A", "id"), ("A", "lu_botan")])[1] == set()


def test_times_of_day_are_no_number(detector: Detector) -> None:
    talk = [("A", "bus times for the flyer"), ("A", "0715"), ("A", "0745"), ("A", "0820")]
    assert told(detector, talk)[1:] == [set(), set(), set()]


def test_a_size_is_no_user_name(detector: Detector) -> None:
    talk = [("A", "do you do viber stickers"), ("B", "yes 24 in a pack"), ("A", "size"), ("B", "490x490")]
    assert ("handle", "provide") not in told(detector, talk)[3]


def test_long_names_are_known_by_their_misspellings() -> None:
    assert {"dscrd", "disord", "discrod", "disscord"} <= set(misspelt(["discord"]))
    assert misspelt(["viber"]) == []
