"""A short run of the fuzzer with every test run; `python -m tests.fuzz` runs as long as wanted.

The short run takes the same texts every time, so that it keeps what holds from being lost; it is no proof that the
invariants hold everywhere. That the prefilter hides nothing does not hold everywhere yet (`0;AT;0。1L`): here it may
hide no more of the sample than it does now (`[fuzz]` of the evasions' `floors.toml`), the long run allows none.
"""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.evasions.floors import FLOORS
from tests.evasions.speech import SPEECHES
from tests.fuzz.invariants import check_conversation, check_text, is_hidden
from tests.fuzz.texts import conversations, texts

_RUN = settings(max_examples=800, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@_RUN
@given(texts)
def test_any_text(text: str) -> None:
    check_text(text)


def test_the_prefilter_hides_no_more_than_is_known() -> None:
    hidden: set[str] = set()

    @settings(_RUN, phases=(Phase.generate,))
    @given(texts)
    def collect(text: str) -> None:
        if is_hidden(text):
            hidden.add(text)

    collect()
    assert len(hidden) <= FLOORS["fuzz"]["hidden"], hidden


@settings(_RUN, max_examples=200)
@given(texts, st.sampled_from([*SPEECHES, "xx", "", "en-US-x-odd", "zh-Hant-TW"]))
def test_any_locale(text: str, locale: str) -> None:
    check_text(text, locale)


@settings(_RUN, max_examples=300)
@given(conversations)
def test_any_conversation(messages: list[tuple[str, str]]) -> None:
    check_conversation(messages)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4095, 4096, 4097, 16_383, 65_536])
@pytest.mark.parametrize(
    "unit", ["a", "0", " ", "\n", "@", ".", "é", "\u0301", "字", "🔥", "\ud800", "a@b.co ", "zero "]
)
def test_any_length(unit: str, size: int) -> None:
    check_text((unit * size)[:size])
