"""What a conversation remembers, for how long, and what comes of it."""

from datetime import UTC, datetime, timedelta

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from consumer.detection import Detector, Observation
from consumer.events.conversation import MAX_FRAGMENT, MAX_FRAGMENTS, MAX_REQUESTS, ConversationMemory
from consumer.events.message import MessageEvent

START = datetime(2026, 1, 1, tzinfo=UTC)
DETECTOR = Detector.default()


def event(sender: str, text: str, number: int, *, minutes: float | None = None, revision: int = 0) -> MessageEvent:
    return MessageEvent(
        message_id=f"m{number}", conversation_id="c", sender_id=sender, surface="inbox", text=text,
        sent_at=START + timedelta(minutes=number if minutes is None else minutes), revision=revision,
    )  # fmt: skip


def converse(*messages: tuple[str, str], memory: ConversationMemory | None = None) -> list[Observation]:
    seen = []
    for number, (sender, text) in enumerate(messages):
        if memory is None and not DETECTOR.suspects([text]):
            seen.append(Observation((), None))
            continue
        seen.append(DETECTOR.observe(event(sender, text, number), memory))
        memory = seen[-1].memory
    return seen


def kinds(observation: Observation) -> list[tuple[str, str]]:
    return [(finding.kind, finding.intent) for finding in observation.findings]


def test_number_split_by_one_sender_is_found_in_the_completing_message() -> None:
    seen = converse(("A", "99887"), ("B", "ok noted"), ("A", "413"), ("B", "?"), ("A", "08."))
    assert [kinds(one) for one in seen] == [[], [], [], [], [("phone", "provide")]]
    finding = seen[-1].findings[0]
    assert (finding.value, finding.start, finding.end) == ("+919988741308", 0, 2)
    assert finding.message_ids == ("m0", "m2")
    assert finding.techniques == ("split",)


def test_pieces_of_two_senders_are_not_one_number() -> None:
    assert not any(one.findings for one in converse(("A", "99887"), ("B", "41308")))


def test_figures_that_answer_questions_are_not_a_number() -> None:
    seen = converse(("A", "99887"), ("B", "and the second code?"), ("A", "41308"))
    assert not any(one.findings for one in seen)


def test_round_figures_are_not_a_number() -> None:
    seen = converse(("A", "1350"), ("A", "1080"), ("A", "720"), ("A", "2400"), ("A", "9800"))
    assert not any(one.findings for one in seen)


def test_bare_answers_are_tied_to_the_request() -> None:
    for asked, answer, kind, value in (
        ("what's your discord?", "it's nord.pixel88", "handle", "discord:nord.pixel88"),
        ("send me your number", "0302 4450771", "phone", "+923024450771"),
        ("your whatsapp?", "415 555 267", "phone", None),
        ("what's your email?", "sure, a.b@mail.org", "email", "a.b@mail.org"),
    ):
        seen = converse(("A", asked), ("B", answer))
        finding = seen[1].findings[0]
        assert (finding.kind, finding.intent, finding.message_ids) == (kind, "provide", ("m0",))
        assert value in {None, finding.value}
        assert seen[1].memory is None


def test_a_bare_name_answers_only_somebody_elses_request_for_a_handle() -> None:
    assert not converse(("A", "what's your discord?"), ("A", "nord.pixel88"))[1].findings
    assert not converse(("A", "what's your number?"), ("B", "nord.pixel88"))[1].findings
    assert not converse(("A", "what's your discord?"), ("B", "final_v3.psd"))[1].findings
    assert not converse(("A", "what's your discord?"), ("B", "sorry no"))[1].findings
    assert not converse(("B", "nord.pixel88"))[0].findings


def test_unchanged_memory_is_the_same_object() -> None:
    memory = converse(("A", "what's your discord?"))[0].memory
    assert memory is not None
    assert DETECTOR.observe(event("B", "why do you need it", 1), memory).memory is memory
    assert DETECTOR.observe(event("A", "what's your discord?", 0), memory).memory is memory


def test_memory_ages_out_by_message_time() -> None:
    asked = converse(("A", "what's your discord?"))[0].memory
    assert not DETECTOR.observe(event("B", "nord.pixel88", 1, minutes=61), asked).findings
    assert DETECTOR.observe(event("B", "hello", 1, minutes=61), asked).memory is None
    begun = converse(("A", "99887"))[0].memory
    assert not DETECTOR.observe(event("A", "41308", 1, minutes=16), begun).findings
    assert DETECTOR.observe(event("A", "41308", 1, minutes=14), begun).findings


def test_a_message_delivered_twice_changes_nothing() -> None:
    seen = converse(("A", "99887"), ("A", "41308"))
    assert seen[1].findings
    for number, text in ((0, "99887"), (1, "41308")):
        again = DETECTOR.observe(event("A", text, number), seen[1].memory)
        assert again.findings == ()
        assert again.memory is seen[1].memory


def test_a_piece_belongs_to_one_number() -> None:
    seen = converse(("A", "99887"), ("A", "41308"), ("A", "99887"), ("B", "ok"), ("A", "41308"))
    assert [len(one.findings) for one in seen] == [0, 1, 0, 0, 1]
    assert seen[4].findings[0].message_ids == ("m2",)


def test_late_messages_are_put_in_their_place() -> None:
    second = DETECTOR.observe(event("A", "41308", 5), None).memory
    seen = DETECTOR.observe(event("A", "99887", 1), second)
    assert [finding.value for finding in seen.findings] == ["+919988741308"]


def test_an_edit_takes_the_place_of_what_it_edits() -> None:
    begun = converse(("A", "99887"))[0].memory
    edited = DETECTOR.observe(event("A", "see you then", 0, revision=1), begun)
    assert edited == Observation((), None)
    changed = DETECTOR.observe(event("A", "99886", 0, revision=1), begun).memory
    assert [finding.value for finding in DETECTOR.observe(event("A", "41308", 1), changed).findings] == [
        "+919988641308"
    ]
    assert DETECTOR.observe(event("A", "99887", 0), changed).memory is changed, "an older revision changes nothing"


def test_what_is_kept_of_a_message_is_bounded() -> None:
    long = "first concept is done, tell me what you think of the colours and of the " + "very " * 6 + "big title. 98110"
    kept = DETECTOR.observe(event("A", long, 0), None).memory
    assert kept is not None
    assert kept.fragments[0].text == long[-MAX_FRAGMENT:]


messages = st.tuples(
    st.sampled_from(["A", "B"]),
    st.sampled_from(
        [
            "99887",
            "413",
            "08",
            "what's your email?",
            "your skype?",
            "number?",
            "nord.pixel88",
            "hm?",
            "ok",
            "no",
            "at",
            "gmail dot com",
            "call",
            "me",
            "insta",
            "my name, no space",
            "at gmail?",
            "yes",
            "width?",
            "pls just once",
        ]
    ),
    st.integers(0, 40),
    st.integers(-90, 90),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(messages, max_size=60))
def test_memory_is_bounded_ordered_and_travels(sent: list[tuple[str, str, int, int]]) -> None:
    memory: ConversationMemory | None = None
    adapter = TypeAdapter(ConversationMemory)
    for sender, text, number, minutes in sent:
        memory = DETECTOR.observe(event(sender, text, number, minutes=minutes), memory).memory
        if memory is None:
            continue
        assert memory.requests or memory.fragments
        assert len(memory.requests) <= MAX_REQUESTS
        assert len(memory.fragments) <= MAX_FRAGMENTS
        ids = [entry.message_id for entry in memory.fragments]
        assert len(ids) == len(set(ids))
        assert [entry.at for entry in memory.fragments] == sorted(entry.at for entry in memory.fragments)
        assert adapter.validate_json(orjson.dumps(memory)) == memory
        assert not any(entry.text in repr(entry) for entry in memory.fragments if len(entry.text) > 4)
