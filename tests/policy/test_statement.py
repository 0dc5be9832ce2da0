"""A statement of reasons says what was found, what it did, until when, and how to appeal; and fits its field."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from consumer.events.verdict import StrikeEffect
from consumer.events.vocabulary import MAX_NOTE, Intent, Kind
from consumer.policy.statement import MAX_EXCERPT, Counting, Mention, Opening, Phrasebook, Statement, excerpt_of
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
            "excerpt": "<{excerpt}>",
            "exempted": "allowed {exempted}",
            "kinds": {kind: {word: f"{kind}/{word}" for word in ("any", *get_args(Intent))} for kind in get_args(Kind)},
        },
        "lasting": "<lasting>",
        "effect": {
            "counted": "until {expires}",
            "merged": "with others",
            "repeat": "again",
            "expired": "old",
            "none": "no strike",
        },
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


@pytest.mark.parametrize("language", sorted(DEFAULT.statements.by_language))
@pytest.mark.parametrize("counting", get_args(Counting))
@pytest.mark.parametrize("opening", get_args(Opening))
def test_longest_statement_of_the_package_fits(opening: Opening, counting: Counting, language: str) -> None:
    statement = DEFAULT.statements.speaking(language)
    excerpt = "x" * MAX_EXCERPT
    said = statement.write(opening, EVERYTHING, get_args(Kind), counting, STRUCK, excerpt=excerpt, lasting=True)
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


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("de", "de"),
        ("es-419", "es"),
        ("FR_ca", "fr"),
        ("en-GB", "en"),
        ("ja", "en"),
        ("", "en"),
        ("-", "en"),
        (None, "en"),
    ],
)
def test_locale_of_the_message_chooses_the_language(locale: str | None, language: str) -> None:
    assert DEFAULT.statements.language(locale) == language


def test_languages_say_different_things_and_an_unknown_one_falls_back() -> None:
    told = {
        language: statement.write("violation", (("email", "provide"),), (), "counted", STRUCK)
        for language, statement in DEFAULT.statements.by_language.items()
    }
    assert len(set(told.values())) == len(told) == 4
    assert DEFAULT.statements.speaking("xx") is DEFAULT.statements.by_language["en"]
    # Nothing of one language was left standing in another.
    for language, statement in DEFAULT.statements.by_language.items():
        for opening in get_args(Opening):
            said = statement.write(opening, EVERYTHING, get_args(Kind), "merged", STRUCK, excerpt="?", lasting=True)
            others = [other for other in DEFAULT.statements.by_language if other != language]
            for other in others:
                same = DEFAULT.statements.by_language[other].write(opening, EVERYTHING, (), "merged", STRUCK)
                assert not {each for each in same.split(". ") if each in said}, (language, other)


def test_excerpt_and_a_lasting_suspension_are_told() -> None:
    statement = Statement(Phrasebook.model_validate(english()))
    said = statement.write(
        "violation", (("email", "provide"),), (), "merged", STRUCK, excerpt="at {x} ■■", lasting=True
    )
    assert said == (
        "<violation> <rule contact> found email/provide <at {x} ■■> with others <restricted 3> <lasting> <appeal>"
    )


@pytest.mark.parametrize(
    ("text", "start", "excerpt"),
    [
        ("write to ■■■■■ today", 9, "write to ■■■■■ today"),
        ("", 0, ""),
        (" \n\t ", 2, ""),
        ("one\nline\u202e please", 0, "one line please"),
        ("a" * 100 + " ■■■", 101, "…" + "a" * 23 + " ■■■"),
        ("■■■ " + "b" * 100, 0, "■■■ " + "b" * 74 + "…"),
    ],
)
def test_excerpt_is_a_short_line_around_the_place(text: str, start: int, excerpt: str) -> None:
    assert excerpt_of(text, start) == excerpt
    assert len(excerpt) <= MAX_EXCERPT
