"""AsyncAPI's own parser reads the document, finds every channel and operation in it, and objects to nothing."""

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

from consumer.events.asyncapi import asyncapi_document
from consumer.events.topics import Role
from tests.ops.tools import missing, tool

PROGRAM = Path(__file__).with_name("parse_asyncapi.js")
ERROR, WARNING = 0, 1


def parsed(document: dict[str, Any]) -> dict[str, Any]:
    """What the parser makes of a document; without the parser the test is skipped, or fails where it must be there."""
    node = tool("node", "nodejs")
    if subprocess.run([node, "-e", 'require.resolve("@asyncapi/parser")'], capture_output=True, check=False).returncode:
        missing("needs the npm package @asyncapi/parser in NODE_PATH (.ci/prepare installs it and tells where)")
    ran = subprocess.run(
        [node, str(PROGRAM)], input=json.dumps(document), capture_output=True, text=True, timeout=120, check=True
    )
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def objections(answer: dict[str, Any]) -> list[str]:
    """Errors and warnings; hints, such as that there is a newer AsyncAPI, are neither."""
    return [each["message"] for each in answer["said"] if each["severity"] <= WARNING]


def test_the_parser_accepts_the_document_and_sees_all_of_it() -> None:
    document = asyncapi_document()
    answer = parsed(document)
    assert objections(answer) == []
    assert set(answer["channels"]) == {role.value for role in Role}
    assert set(answer["operations"]) == set(document["operations"])


def test_the_parser_refuses_a_document_that_is_wrong() -> None:
    broken = copy.deepcopy(asyncapi_document())
    broken["operations"]["send_flagged_messages"]["action"] = "shout"
    answer = parsed(broken)
    assert objections(answer)
    assert answer["channels"] is None
