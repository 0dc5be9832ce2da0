"""The generator itself: seeded, complete, and disguising what it says it does."""

import random

import phonenumbers
import pytest

from tests.evasions.details import SUBJECTS, subjects_of
from tests.evasions.generator import OBFUSCATORS, cases, pairs, plain
from tests.evasions.lookalikes import CLASSES, lookalikes
from tests.evasions.speech import SPEECHES

SEED = 11


@pytest.mark.parametrize("name", OBFUSCATORS)
def test_a_disguise_changes_the_detail_and_is_always_the_same(name: str) -> None:
    made = cases((name,), 12, SEED)
    assert len(made) >= 8
    assert made == cases((name,), 12, SEED)
    assert all(case.detail.written not in case.messages for case in made)
    assert all(0 <= case.start < case.end <= len(case.messages[-1]) for case in made)


def test_every_language_speaks_of_every_kind() -> None:
    assert len(SPEECHES) >= 20
    for speech in SPEECHES.values():
        assert {"email", "phone", "handle", "link", "payment"} <= subjects_of(speech)
        assert all("{}" in carrier for carriers in speech.carriers.values() for carrier in carriers)
        assert len(speech.digits) == 10


def test_every_language_is_used() -> None:
    spoken = {case.language for subject in ("email", "phone") for case in plain(subject, 200, SEED)}
    assert spoken == set(SPEECHES)


def test_phone_numbers_are_valid_in_their_country() -> None:
    for speech in SPEECHES.values():
        written = SUBJECTS["phone"](speech, random.Random(SEED)).written
        assert any(phonenumbers.is_valid_number(phonenumbers.parse(written, region)) for region in speech.regions), (
            written
        )


def test_pairs_put_words_before_letters() -> None:
    found = pairs()
    assert ("at_dot_words", "fullwidth") in found
    assert ("fullwidth", "at_dot_words") not in found
    assert all(cases(pair, 4, SEED) for pair in found[::9])


@pytest.mark.parametrize("name", CLASSES)
def test_lookalikes_are_filled_in(name: str) -> None:
    made = lookalikes(name, 3, SEED)
    assert len(made) >= len(CLASSES[name])
    assert not any("{n}" in text or "{price" in text or "\x01" in text for text in made)
