"""A statement of reasons says what was found, what it did, until when, and how to appeal; and fits its field."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from consumer.events.verdict import StrikeEffect
from consumer.events.vocabulary import MAX_NOTE, Intent, Kind
from consumer.policy.statement import Counting, Mention, Opening, Phrasebook, Statement
from tests.policy.rules import DEFAULT

EVERYTHING: tuple[Mention, ...] = tuple((kind, intent) for kind in get_args(Kind) for intent in get_args(Intent))
STRUCK = StrikeEffect(
    counted=True,
    weight=1,
    active_strikes=3,
    standing_before="warned",
    standing_after="restricted",
    expires_at=datetime(2031, 5, 30, 23, 59, tzinfo=UTC),
)


def english() -> dict[str, Any]:
    """A complete phrasebook of marked words, free to be changed."""
    return {
        "opening": {word: f"<{word}>" for word in get_args(Opening)},
        "rule": {word: f"<rule {word}>" for word in ("contact", "payment", "leaving")},
        "found": {
            "sentence": "found {found}",
            "exempted": "allowed {exempted}",
            "kinds": {kind: {word: f"{kind}/{word}" for word in ("any", *get_args(Intent))} for kind in get_args(Kind)},
        },
        "effect": {"counted": "until {expires}", "repeat": "again", "expired": "old", "none": "no strike"},
        "standing": {word: f"<{word} {{active}}>" for word in ("good", "warned", "restricted", "suspended")},
        "appeal": {"open": "<appeal>", "closed": "<rest>"},
    }


def test_violation_names_rules_findings_effect_and_appeal() -> None:
    statement = Statement(Phrasebook.model_validate(english()))
    said = statement.write("violation", (("phone", "request"), ("payment", "solicit")), ("email",), "counted", STRUCK)
    assert said == (
        "<violation> <rule contact> <rule payment> found phone/request, payment/solicit allowed email/any "
        "until 2031-05-30 <restricted 3> <appeal>"
    )


@pytest.mark.parametrize("opening", ["exempt", "overturned"])
def test_without_a_breach_no_rule_is_held_against_anyone(opening: Opening) -> None:
    statement = Statement(Phrasebook.model_validate(english()))
    said = statement.write(opening, (("email", None),), (), "none", STRUCK)
    assert said == f"<{opening}> found email/any no strike <restricted 3> <rest>"


@pytest.mark.parametrize("counting", get_args(Counting))
@pytest.mark.parametrize("opening", get_args(Opening))
def test_longest_statement_of_the_package_fits(opening: Opening, counting: Counting) -> None:
    said = DEFAULT.statement.write(opening, EVERYTHING, get_args(Kind), counting, STRUCK)
    assert len(said) <= MAX_NOTE
    assert "{" not in said


def broken(change: str) -> dict[str, Any]:
    phrases = english()
    match change:
        case "a kind is missing":
            del phrases["found"]["kinds"]["link"]
        case "an effect is missing":
            del phrases["effect"]["repeat"]
        case "an unknown field":
            phrases["effect"]["counted"] = "{until}"
        case "an open brace":
            phrases["standing"]["good"] = "{active"
        case "too long together":
            phrases["appeal"]["open"] = "x" * (MAX_NOTE - 100)
    return phrases


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("a kind is missing", "found.kinds lacks link"),
        ("an effect is missing", "effect lacks repeat"),
        ("an unknown field", "unknown field: 'until'"),
        ("an open brace", "'}'"),
        ("too long together", "2000 are allowed"),
    ],
)
def test_unusable_phrases_are_refused_when_loaded(change: str, reason: str) -> None:
    Phrasebook.model_validate(english())
    with pytest.raises(ValidationError, match=reason):
        Phrasebook.model_validate(broken(change))
