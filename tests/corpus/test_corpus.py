"""The labelled corpus is well formed, broad enough, and its two parts share nothing.

The format and the label conventions are in this folder's README.md.
"""

import json
import os
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]

HERE = Path(__file__).parent
PARTS = ("tune", "held", "hard")
KINDS = {"email", "phone", "handle", "link", "payment", "off_platform"}
INTENTS = {"provide", "request", "solicit"}
LANGUAGES = {
    "en",
    "es",
    "pt",
    "fr",
    "de",
    "it",
    "nl",
    "pl",
    "ru",
    "uk",
    "tr",
    "ar",
    "hi",
    "hi-Latn",
    "ur-Latn",
    "bn",
    "id",
    "tl",
    "vi",
    "zh",
    "ja",
    "ko",
}
# A number in Persian digits needs no Persian elsewhere; `und` is a row whose language nobody stated.
WELCOME = {"fa", "bn-Latn", "und", "el", "ro", "sw", "cs", "sv", "he", "da", "no", "fi", "hu", "th"}
OFFENDING = {
    "plain-en",
    "plain-multilingual",
    "obf-words",
    "obf-spacing",
    "obf-leet",
    "obf-unicode",
    "obf-spelled-digits",
    "obf-split-in-message",
    "request",
    "solicit",
    "payment",
}
HARMLESS = {
    "digits",
    "work-subject",
    "policy-talk",
    "code",
    "links-ok",
    "smalltalk",
    "multilingual-benign",
    "names-handles-ok",
    "near-miss",
    "deliverable",
    "benign-digits",
    "benign-mixed",
    "benign-scheduling",
}
CONVERSATIONS = {
    "split-phone",
    "split-email",
    "split-handle",
    "interleaved",
    "handle-answer",
    "yes-no-then-contact",
    "request-declined",
    "one-word-typers",
    "solicit",
    "payment",
    "benign-digits",
    "benign-scheduling",
    "benign-mixed",
    "names",
    "policy-talk",
    "work-subject",
}
SINGLE_KEYS = {"id", "text", "expect", "slice", "lang"}
CONVERSATION_KEYS = {"id", "messages", "expect", "slice"}


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def parts() -> dict[str, list[Row]]:
    return {part: [row for file in sorted(HERE.glob(f"{part}*.jsonl")) for row in read(file)] for part in PARTS}


@pytest.fixture(scope="module")
def rows(parts: dict[str, list[Row]]) -> list[Row]:
    return [row for part in PARTS for row in parts[part]]


def body(row: Row) -> str:
    """What the row says, so that two rows differing only in case, width or spacing are the same."""
    said = row["text"] if "text" in row else "\n".join(m["text"] for m in row["messages"])
    return " ".join(unicodedata.normalize("NFC", said).casefold().split())


def is_label(label: list[Any]) -> bool:
    kind, intent = label
    return kind in KINDS and intent in INTENTS


def complaints(row: Row) -> list[str]:
    """Everything wrong with one row's shape; empty when it is valid."""
    keys = set(row) - {"alt"}
    labels = [*row.get("expect", []), *row.get("alt", [])]
    if "messages" in row:
        found = [] if keys == CONVERSATION_KEYS else [f"keys {sorted(keys)}"]
        senders = {m.get("sender") for m in row["messages"]}
        texts = [m.get("text") for m in row["messages"]]
        found += [] if senders <= {"A", "B"} else [f"senders {senders}"]
        found += [] if all(texts) and len(texts) > 1 else ["a message is empty or alone"]
        found += [] if all(0 <= i < len(texts) and is_label(rest) for i, *rest in labels) else ["a label"]
        found += [] if row["slice"] in CONVERSATIONS else [f"slice {row['slice']}"]
    else:
        found = [] if keys == SINGLE_KEYS else [f"keys {sorted(keys)}"]
        found += [] if row["text"].strip() else ["empty text"]
        found += [] if row["lang"] in LANGUAGES | WELCOME else [f"language {row['lang']}"]
        found += [] if all(map(is_label, labels)) else ["a label"]
        found += [] if row["slice"] in (HARMLESS if not row["expect"] else OFFENDING) else [f"slice {row['slice']}"]
    if len({tuple(label) for label in labels}) != len(labels):
        found.append("a label twice")
    if row.get("alt") == []:
        found.append("an empty alt")
    return found


def test_every_row_is_valid(rows: list[Row]) -> None:
    assert {row["id"]: wrong for row in rows if (wrong := complaints(row))} == {}


def test_a_bad_row_is_noticed() -> None:
    good = {"id": "x", "text": "call me", "expect": [], "slice": "near-miss", "lang": "en"}
    assert complaints(good) == []
    changes: tuple[Row, ...] = (
        {"expect": [["mail", "provide"]]},
        {"lang": "xx"},
        {"slice": "request"},
        {"text": " "},
        {"alt": []},
    )
    assert all(complaints(good | change) for change in changes)


def test_ids_are_unique(rows: list[Row]) -> None:
    assert [i for i, n in Counter(row["id"] for row in rows).items() if n > 1] == []


def test_nothing_is_said_twice(rows: list[Row]) -> None:
    assert [said for said, n in Counter(map(body, rows)).items() if n > 1] == []


def test_there_are_enough_rows_and_enough_harmless_ones(parts: dict[str, list[Row]], rows: list[Row]) -> None:
    assert len(rows) >= 1500
    for part in PARTS:
        assert sum(not row["expect"] for row in parts[part]) >= 0.4 * len(parts[part])


def test_what_is_measured_has_every_slice_and_what_is_tuned_on_every_language_too(parts: dict[str, list[Row]]) -> None:
    singles = {part: [row for row in parts[part] if "text" in row] for part in PARTS}
    talks = {part: [row for row in parts[part] if "messages" in row] for part in PARTS}
    assert {row["slice"] for row in singles["tune"]} == OFFENDING | HARMLESS
    assert {row["slice"] for row in singles["held"]} >= (OFFENDING | HARMLESS) - {"deliverable", *CONVERSATIONS}
    assert {row["lang"] for row in singles["tune"] if row["expect"]} >= LANGUAGES
    assert {row["lang"] for row in singles["tune"] if not row["expect"]} >= LANGUAGES
    assert len({row["lang"] for row in singles["held"]}) > 20
    assert {row["slice"] for row in talks["tune"]} == CONVERSATIONS
    assert len(talks["tune"]) >= 500
    assert len(talks["held"]) >= 120


def test_no_row_is_one_of_the_shared_samples(rows: list[Row]) -> None:
    """The shared samples measure too; a row taken from them would be counted twice."""
    folder = Path(os.environ.get("BACKCHANNEL_SAMPLES", HERE.parents[2] / "shared" / "eval"))
    files = [folder / "single.jsonl", folder / "conversations.jsonl"]
    if not all(file.exists() for file in files):
        pytest.skip("no shared samples beside the project")
    shared = {body(row) for file in files for row in read(file)}
    assert [row["id"] for row in rows if body(row) in shared] == []
