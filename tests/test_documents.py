"""The documents lead somewhere: every main folder has one, every link in them arrives, every folder is told of."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAIN = ("consumer", "deploy", "schemas", "tests")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def documents() -> list[Path]:
    """Every Markdown file that belongs to the project."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = told.stdout.splitlines() if told.returncode == 0 else []
    return sorted(ROOT / name for name in names) or sorted(ROOT.glob("*.md"))


def anchors(document: Path) -> set[str]:
    """The anchors that GitHub makes of a document's headings."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", document.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("folder", MAIN)
def test_a_main_folder_says_what_lives_there(folder: str) -> None:
    assert (ROOT / folder / "README.md").is_file()


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_arrives(document: Path) -> None:
    for target in _LINK.findall(_FENCE.sub("", document.read_text("utf-8"))):
        if re.match(r"\w+://", target):
            continue
        path, _, anchor = target.partition("#")
        reached = (document.parent / path).resolve() if path else document
        assert reached.exists(), target
        assert reached.is_relative_to(ROOT), target
        assert not anchor or anchor in anchors(reached), target


@pytest.mark.parametrize("folder", ["consumer", "tests"])
def test_every_room_is_told_of(folder: str) -> None:
    told = set(_LINK.findall((ROOT / folder / "README.md").read_text("utf-8")))
    rooms = {path.parent.name for path in (ROOT / folder).glob("*/__init__.py")}
    assert {room for room in rooms if not any(each.split("/")[0] == room for each in told)} == set()
