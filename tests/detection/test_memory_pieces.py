"""Details whose first piece is a plain word, references to a name told before, and figures that were asked for."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from consumer.detection import Detector, Observation
from consumer.events.conversation import ConversationMemory
from consumer.events.message import MessageEvent

START = datetime(2026, 2, 1, tzinfo=UTC)
DETECTOR = Detector.default()


def converse(messages: Iterable[str]) -> list[Observation]:
    """Send "A: text" messages one after another, as the worker does."""
    memory: ConversationMemory | None = None
    seen = []
    for number, written in enumerate(messages):
        sender, _, text = written.partition(": ")
        event = MessageEvent(
            message_id=f"m{number}", conversation_id="c", sender_id=sender, surface="inbox", text=text,
            sent_at=START + timedelta(seconds=20 * number),
        )  # fmt: skip
        seen.append(DETECTOR.observe(event, memory))
        memory = seen[-1].memory
    return seen


def told(seen: list[Observation]) -> dict[int, str]:
    return {
        number: f"{finding.kind}/{finding.intent}" for number, one in enumerate(seen) for finding in one.findings[:1]
    }


@pytest.mark.parametrize(
    ("messages", "kind"),
    [
        (["A: atelier", "A: at", "A: lumenfold.co"], "email"),
        (["A: kontakt", "B: hm", "A: [at]", "A: nordwerk[.]de"], "email"),
        (["A: tobiaswren", "A: @gmail.com"], "email"),
        (["A: nora.ink@", "B: @ what", "A: proton.me"], "email"),
        (["A: nora.ink@gm", "B: ?", "A: ail.com"], "email"),
        (["A: my studio is ferncove", "B: nice", "A: mail hello at that dot com"], "email"),
        (["A: my surname is okonjobell", "B: ok", "A: surname or rather same at outlook com"], "email"),
        (["A: there is an app with a paper plane", "B: telegram", "A: im nimbus_cuts on it"], "handle"),
        (["A: on ig", "B: name?", "A: hana.brush"], "handle"),
        (["A: you have insta right?", "B: yes", "A: look for mossy.frames"], "handle"),
        (["A: t.me", "A: /", "A: mossreel"], "link"),
        (["A: number coming", "A: 718", "A: 555", "A: 0166"], "phone"),
        (["A: write this one", "A: 7", "A: 7", "A: 0", "A: 0", "A: 900 123"], "phone"),
        (["A: 手机号", "A: 139", "A: 1055", "A: 0166"], "phone"),
        (["A: my digits", "A: first three 415", "B: k", "A: middle 555", "A: last four 0182"], "phone"),
        (["A: the logo is 415 kb", "A: the flyer is 555 kb", "A: the menu 0133. these make my phone"], "phone"),
    ],
)  # fmt: skip
def test_the_last_piece_gives_the_detail(messages: list[str], kind: str) -> None:
    seen = converse(messages)
    assert told(seen).get(len(messages) - 1) == f"{kind}/provide"


@pytest.mark.parametrize(
    "messages",
    [
        ["A: order number?", "B: 966778584"],
        ["A: which batch?", "B: 4155550133"],
        ["A: model number?", "B: 98110", "B: 55501"],
        ["A: domain for the sample mails?", "B: @fernhollow.com"],
        ["A: company is larkrow", "B: nice", "A: make it bold"],
        ["A: my name is hanna", "B: hi hanna", "A: i need that in gold"],
        ["A: mail app icon", "B: gmail?", "A: yes"],
        ["A: first code 415", "B: works", "A: second code 555", "B: works", "A: third 613"],
        ["A: hello", "A: at what time", "A: today"],
        ["A: at", "A: least", "A: two logos"],
    ],
)
def test_harmless_pieces_stay_silent(messages: list[str]) -> None:
    assert told(converse(messages)) == {}


def test_seeing_what_figures_are_is_no_request() -> None:
    seen = converse(["A: my cell", "A: 646", "A: 555 0177", "B: oh ur mobile haha"])
    assert told(seen) == {2: "phone/provide"}


def test_the_sender_of_a_question_answers_it_only_with_more_than_a_name() -> None:
    assert told(converse(["A: what's your discord?", "A: nord.pixel88"])) == {0: "handle/request"}
