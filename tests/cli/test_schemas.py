"""`schemas write` and `schemas check`."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import run

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    directory = tmp_path / "schemas"
    assert run("schemas", "write", str(directory)).code == 0
    return directory


def edit(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    change(schema)
    path.write_text(json.dumps(schema), encoding="utf-8")


def test_what_is_written_passes_the_check(written: Path) -> None:
    ran = run("schemas", "check", str(written))
    assert (ran.code, ran.out) == (0, b"")


def test_an_edited_a_missing_and_a_left_over_file_are_told_apart(written: Path) -> None:
    edit(written / "v1" / "verdict.schema.json", lambda schema: schema.update(title="Edited"))
    (written / "examples" / "message-event.json").unlink()
    (written / "v1" / "old.schema.json").write_text("{}")
    ran = run("schemas", "check", str(written))
    told = ran.out.decode()
    assert ran.code == 1
    assert f"{written}/v1/verdict.schema.json: differs" in told
    assert "Edited" in told
    assert f"{written}/examples/message-event.json: missing" in told
    assert f"{written}/v1/old.schema.json: no model makes this file" in told
    assert "backchannel schemas write" in ran.err


def test_writing_again_mends_everything_and_leaves_the_published_alone(written: Path) -> None:
    edit(written / "v1" / "verdict.schema.json", lambda schema: schema.update(title="Edited"))
    (written / "v1" / "old.schema.json").write_text("{}")
    kept = written / "published" / "v1" / "gone.schema.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("{}")
    assert run("schemas", "write", str(written)).code == 0
    assert run("schemas", "check", str(written)).code == 0
    assert kept.exists()


def test_a_break_of_the_published_version_fails_the_check(written: Path) -> None:
    published = written / "published" / "v1" / "verdict.schema.json"
    published.parent.mkdir(parents=True)
    shutil.copy(written / "v1" / "verdict.schema.json", published)

    def required_before(schema: dict[str, object]) -> None:
        assert isinstance(schema["required"], list)
        schema["required"].append("gig_id")

    edit(published, required_before)
    ran = run("schemas", "check", str(written))
    assert ran.code == 1
    assert ran.out.decode() == "verdict: gig_id: needed by the reader, not always written\n"


def test_a_directory_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    assert run("schemas", "check", str(tmp_path / "absent")).code == 2
