"""What counts as a character that no view reads, and that ordinary writing never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.detection.unfamiliar import unfamiliar
from consumer.detection.views import LETTERS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\U00010330\U00010331 and \U00010332", {"gothic": 3}),
        ("\u13a0\u13a1", {"cherokee": 2}),
        ("\U00010300", {"old italic": 1}),
        ("\ue000 \uf8ff", {"private_use": 2}),
        ("\U000105c0", {"unassigned": 1}),
        ("\ua7fa", {"latin": 1}),
        ("\u2ca0\u2ca1 \u13a0", {"coptic": 2, "cherokee": 1}),
    ],
)
def test_what_is_picked_from_a_character_table_is_counted_by_script(text: str, found: dict[str, int]) -> None:
    assert unfamiliar([text]) == found
    # A second look is answered from memory, and must say the same.
    assert unfamiliar([text, "plain", text]) == {script: 2 * count for script, count in found.items()}


@pytest.mark.parametrize(
    "text",
    [
        "plain ASCII, 100 %",
        "na\u00efve fa\u00e7ade, stra\u00dfe, \u0142\u00f3d\u017a, s\u00f8ster, \u0111\u01b0\u1eddng",
        "\u043f\u0440\u0438\u0432\u0435\u0442, \u03b3\u03b5\u03b9\u03b1",
        "\u05e9\u05dc\u05d5\u05dd, \u0645\u0631\u062d\u0628\u0627",
        "\u0928\u092e\u0938\u094d\u0924\u0947 \u09b9\u09cd\u09af\u09be\u09b2\u09cb \u0bb5\u0ba3\u0b95\u0bcd",
        "\u4f60\u597d \u3053\u3093\u306b\u3061\u306f \u30ab\u30bf\u30ab\u30ca\u30fc",
        "\uc548\ub155 \u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
        "\U0001f600 \u2764\ufe0f \u00bd \u20ac \u2122 \u2022 \u2192 \u201cquoted\u201d \u2026",
        "\U0001d400\U0001d401 \uff41\uff42 \u24d0 \u0661\u0662\u0663",
    ],
)
def test_ordinary_writing_and_disguises_that_views_undo_are_not_counted(text: str) -> None:
    assert unfamiliar([text]) == {}


@given(st.text())
def test_nothing_that_folds_to_ascii_is_counted_and_names_are_closed(text: str) -> None:
    found = unfamiliar([text])
    strange = [char for char in text if not char.translate(LETTERS).isascii()]
    assert sum(found.values()) <= len(strange)
    assert all(script.replace(" ", "").replace("-", "").replace("_", "").isalnum() for script in found)
