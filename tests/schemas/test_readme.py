"""What schemas/README.md promises of each topic is what the catalogue and the worker's headers say."""

import re
from pathlib import Path

import pytest

from consumer.events.asyncapi import EVENT_TYPES
from consumer.events.topics import TOPICS, Role, Topic

README = (Path(__file__).parents[2] / "schemas/README.md").read_text("utf-8")
HEADINGS = {"out": "## For subscribers", "in": "### What the platform writes", "internal": "### Nobody else's"}


def rows(heading: str) -> dict[str, list[str]]:
    """The table under a heading: cells by the topic in the first one."""
    section = re.split(r"^#+ ", README.partition(heading + "\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    cells = (line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `"))
    return {name.strip(" `"): [cell.strip() for cell in rest] for name, *rest in cells}


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.record)
def test_a_topic_stands_with_those_who_may_use_it_with_its_record_key_and_cleanup(topic: Topic) -> None:
    (found,) = [flow for flow, heading in HEADINGS.items() if topic.default_name in rows(heading)]
    assert found == topic.flow
    record, key, *_, kept = rows(HEADINGS[found])[topic.default_name]
    assert record == f"`{topic.record}`"
    assert key.replace("`", "").partition(";")[0] == topic.key.partition(";")[0]
    assert kept.startswith(f"`{topic.cleanup}`")


def test_event_types_are_told_of_the_topics_that_have_them() -> None:
    header, *body = (line for line in README.partition("\n## Headers\n")[2].splitlines() if line.startswith("| "))
    topics = [cell.strip(" `") for cell in header.strip("|").split("|")][1:]
    (types,) = [line.strip("|").split("|")[1:] for line in body if line.startswith("| `ce_type`")]
    told = {name: tuple(re.findall(r"`([^`]+)`", cell)) for name, cell in zip(topics, types, strict=True)}
    assert told == {each.default_name: EVENT_TYPES[each.role] for each in TOPICS if each.role in EVENT_TYPES}
    assert Role.DEAD_LETTERS not in EVENT_TYPES, "the text says that they are no CloudEvents"
