"""Numbers in groups of one's own, pieces that tell their places, signs for words; and their harmless twins."""

import pytest

from consumer.detection import Detector
from tests.detection.talks import observed, told

TOLD = {
    "my number is 08.02.12.35.36.4": ("phone", "provide"),
    "call me on 08--12--34--73--09": ("phone", "provide"),
    "my mobile: 090:512:351:11": ("phone", "provide"),
    "+44 . 7 7 0 0 . 9 0 0 . 7 1 2": ("phone", "provide"),
    "my number is KzMzIDYgMTIgMzQgMzEgNzg": ("phone", "provide"),
    "number's four0four five5five zero1two8": ("phone", "provide"),
    "what's ur #": ("phone", "request"),
    "what \uff03 do i text if the stream drops": ("phone", "request"),
    "beni ekle, instagram - tolva_kern": ("handle", "provide"),
    "add me, sign41 @tolvakern": ("handle", "provide"),
    "t e l e g r a m \u2192 @ t o l v a k": ("handle", "provide"),
    "send it to Barclays, 20-11-09, 31940277": ("payment", "provide"),
    "Wire to DE64 5001 0517 0415 5501 47, holder Mattis Rehberg": ("payment", "provide"),
    "write to us over at t, then dot, then me, slash, hollowpine_dev": ("link", "provide"),
    "venmo's @tolva-kern": ("payment", "provide"),
}
SILENT = (
    "zero to one, one to ten, ten to a hundred: three chapters",
    "what # is the order",
    "your #1 fan",
    "the build is 08.02.12.35",
    "I got my ribs broken the other day",
    "auflage 2.500 stk, din lang, abgabe is der 14.02.",
    "need a zap that pushes typeform rows to a sheet",
    "token: MTIzNDU2Nzg5MA==",
    "delivery 11-02-26, order 40918275",
)
SPLIT = {
    "places": (["last four 0187", "middle 555", "front 773"], ("phone", "provide")),
    "parts": (["part one 0806, dont save yet", "part two 555", "part three 0174, done"], ("phone", "provide")),
    "shares": (["1/3 : 0345", "2/3 : 555", "3/3 : 0126"], ("phone", "provide")),
    "read out with its trunk": (
        ["z\u00e9ro six", "douze", "cinquante-cinq", "z\u00e9ro un", "quarante"],
        ("phone", "provide"),
    ),
    "letter by letter": (["t o l v a", "k e r n", "at outlook dot com"], ("email", "provide")),
    "added": (["tolva.kern", "put @gmail behind it"], ("email", "provide")),
    "host alone": (["et i\u015fareti", "gmail nokta com"], ("email", "provide")),
}


@pytest.mark.parametrize("text", TOLD)
def test_told(detector: Detector, text: str) -> None:
    assert TOLD[text] in {(found.kind, found.intent) for found in detector.detect(text)}


@pytest.mark.parametrize("text", SILENT)
def test_silent(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()


@pytest.mark.parametrize("pieces", SPLIT.values(), ids=SPLIT)
def test_the_last_piece_completes(detector: Detector, pieces: tuple[list[str], tuple[str, str]]) -> None:
    texts, expected = pieces
    *before, last = told(detector, [("A", text) for text in texts])
    assert last == {expected}
    assert not any(before)


@pytest.mark.parametrize(
    "pieces",
    [["last four 0187", "middle 555", "front 773"], ["3/3 0187", "1/3 773", "2/3 555"]],
    ids=["words", "shares"],
)
def test_pieces_are_put_where_they_are_said_to_belong(detector: Detector, pieces: list[str]) -> None:
    (found,) = observed(detector, [("A", piece) for piece in pieces])[-1]
    assert found.value == "+17735550187"


@pytest.mark.parametrize("question", ["send it", "ok drop it", "whats your user"])
def test_handing_over_after_a_yes(detector: Detector, question: str) -> None:
    found = told(detector, [("A", "u have insta?"), ("B", "yes"), ("A", question)])
    assert found[2] == {("handle", "request")}


def test_sending_a_file_is_no_request(detector: Detector) -> None:
    assert told(detector, [("A", "is the draft done?"), ("B", "yes"), ("A", "send it")]) == [set(), set(), set()]
