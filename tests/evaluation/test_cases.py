"""Reading labelled lines: what is understood, and what is refused."""

import json

import pytest

from consumer.evaluation import CaseError, parse_case
from consumer.evaluation.cases import Expectation


def line(**row: object) -> bytes:
    return json.dumps(row).encode()


def test_a_single_message() -> None:
    case = parse_case(
        line(id="x", text="hm", expect=[["email", "provide"]], alt=[["link", "provide"]], slice="s", lang="pl")
    )
    assert (case.name, case.group, case.language, case.messages) == ("x", "s", "pl", (("A", "hm"),))
    assert case.labels[0].expected == (Expectation("email", "provide"),)
    assert case.labels[0].accepted == (Expectation("link", "provide"),)


def test_kinds_alone_leave_the_intent_open() -> None:
    case = parse_case(line(text="hm", expect=["url", "phone"]))
    assert case.labels[0].expected == (Expectation("link", None), Expectation("phone", None))
    assert case.labels[0].expected[1].meets("phone", "request")


def test_a_conversation_labels_its_messages_by_index() -> None:
    talk = [{"sender": "A", "text": "one"}, {"sender": "B", "text": "two"}]
    case = parse_case(line(messages=talk, expect=[[1, "phone", "provide"]], alt=[[0, "phone", "request"]]))
    assert case.messages == (("A", "one"), ("B", "two"))
    assert (case.labels[0].expected, case.labels[0].accepted) == ((), (Expectation("phone", "request"),))
    assert case.labels[1].expected == (Expectation("phone", "provide"),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "not JSON"),
        (b"[1]", "text"),
        (line(expect=[]), "text"),
        (line(text="a", messages=[], expect=[]), "text"),
        (line(text="a"), "expect"),
        (line(text=3, expect=[]), "text"),
        (line(text="a", expect=[["email", "sell"]]), "expect"),
        (line(text="a", expect=[["pigeon", "provide"]]), "pigeon"),
        (line(messages=[], expect=[]), "messages"),
        (line(messages=[{"sender": "A", "text": "a"}], expect=[[1, "email", "provide"]]), "no message 1"),
        (line(messages=[{"sender": "A", "text": "a"}], expect=[[-1, "email", "provide"]]), "no message -1"),
    ],
)
def test_a_line_that_is_no_case_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(CaseError, match=reason):
        parse_case(content)


def test_the_reason_does_not_quote_the_text() -> None:
    with pytest.raises(CaseError) as raised:
        parse_case(line(text="my mail is zoe.q@mailbox.org", expect=[["email", "sell"]]))
    assert "zoe" not in str(raised.value)
