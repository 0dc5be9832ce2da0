"""The prefilter hides nothing of the corpus: what the rules find in a message of a person, it suspects."""

import json
from pathlib import Path

from consumer.detection import Detector

_CORPUS = Path(__file__).parent


def _texts() -> list[str]:
    rows = [json.loads(line) for file in sorted(_CORPUS.glob("*.jsonl")) for line in file.open(encoding="utf-8")]
    texts = [row["text"] for row in rows if "text" in row]
    return list(dict.fromkeys(texts + [each["text"] for row in rows for each in row.get("messages", ())]))


def test_what_is_found_is_suspected() -> None:
    detector, texts = Detector.default(), _texts()
    suspects = set(detector.suspects(texts))
    hidden = [text for place, text in enumerate(texts) if place not in suspects and detector.analyse(text)]
    assert len(texts) > len(suspects)
    assert hidden == []
