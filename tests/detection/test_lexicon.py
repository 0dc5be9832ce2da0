"""The language data: complete, and a broken file says where."""

from pathlib import Path

import pytest

from consumer.detection import Detector
from consumer.detection.lexicon import LexiconError, load_lexicon, pattern_of
from consumer.detection.scorer import Scorer


def folder(tmp_path: Path, language: str = "", networks: str = "", links: str = "") -> Path:
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "eo.toml").write_text(language, "utf-8")
    (tmp_path / "networks.toml").write_text(networks, "utf-8")
    (tmp_path / "links.toml").write_text(links, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"language": "emial = ['retadreso']"}, r"eo\.toml.*'emial'"),
        ({"language": "email = 'retadreso'"}, r"eo\.toml: email"),
        ({"language": "email = [3]"}, r"eo\.toml: email"),
        ({"language": "email = ['...']"}, r"eo\.toml: email"),
        ({"language": "email = ["}, r"eo\.toml"),
        ({"networks": "[skype]\nnicks = ['s']"}, r"networks\.toml: skype\.nicks"),
        ({"links": "['x.org']\nkind = 'web'\nnetwork = 'x'"}, r"links\.toml: x\.org: kind"),
        ({"links": "['x.org']\nkind = 'link'\nnetwork = 'x'\npath = ['a']"}, r"links\.toml: x\.org: path"),
    ],
)
def test_a_broken_file_is_named_with_its_key(tmp_path: Path, files: dict[str, str], told: str) -> None:
    with pytest.raises(LexiconError, match=told):
        load_lexicon(folder(tmp_path, **files))


def test_a_language_is_added_by_a_file(tmp_path: Path) -> None:
    place = folder(tmp_path, language="email = ['retadreso']\nask = ['kio estas via']")
    detector = Detector(load_lexicon(place), Scorer.silent())
    assert [(f.kind, f.intent) for f in detector.detect("Kio estas via retadreso?")] == [("email", "request")]
    assert detector.detect("What is your email?") == ()


def test_open_ends_and_scripts_without_spaces() -> None:
    assert pattern_of("numara*") == " numara"
    assert pattern_of("E-Mail") == " e mail "
    assert pattern_of("邮箱") == "邮箱"
