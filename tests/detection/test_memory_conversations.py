"""Conversations as people have them: details in pieces, bare answers, two people at one address, and harmless ones."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from consumer.detection import Detector, Observation
from consumer.events.conversation import ConversationMemory
from consumer.events.message import MessageEvent

START = datetime(2026, 1, 1, tzinfo=UTC)
DETECTOR = Detector.default()


def converse(messages: Iterable[str]) -> list[Observation]:
    """Send "A: text" messages one after another, as the worker does: nothing unsuspected starts a memory."""
    memory: ConversationMemory | None = None
    seen = []
    for number, written in enumerate(messages):
        sender, _, text = written.partition(": ")
        event = MessageEvent(
            message_id=f"m{number}", conversation_id="c", sender_id=sender, surface="inbox", text=text,
            sent_at=START + timedelta(seconds=25 * number),
        )  # fmt: skip
        seen.append(DETECTOR.observe(event, memory))
        memory = seen[-1].memory
    return seen


def told(seen: list[Observation]) -> dict[int, str]:
    return {
        number: f"{finding.kind}/{finding.intent}" for number, one in enumerate(seen) for finding in one.findings[:1]
    }


@pytest.mark.parametrize(
    ("messages", "value", "begun"),
    [
        (["A: you get me on", "A: 07911", "A: 123", "B: cool", "A: 456"], "7911123456", ("m1", "m2")),
        (["A: first 97220", "A: then 41", "B: ok", "A: last 308"], "9722041308", ("m0", "m1")),
        (["A: +44", "A: 7911", "A: 123456"], "7911123456", ("m0", "m1")),
        (["A: mi numero", "A: 612 34", "A: 56 78"], "612345678", ("m1",)),
        (["A: three one two", "B: hm", "A: five five five", "A: oh one four seven"], "3125550147", ("m0", "m2")),
        (["A: call", "A: me", "A: on", "A: 212", "A: 555", "A: 0147"], "2125550147", ("m3", "m4")),
        (
            ["A: sketch one done, also 97220", "B: lovely", "A: sketch two, also 41", "B: better",
             "A: all sent, also 308. join the numbers and call me"],
            "9722041308", ("m0", "m2"),
        ),
        (["A: five one two", "B: sorry?", "A: typing on a bus", "A: five double five", "A: zero one three six"],
         "5125550136", ("m0", "m3")),
        (["A: 303", "A: 555", "B: and?", "A: 0158. evenings are good"], "3035550158", ("m0", "m1")),
        (["A: ruf mich an unter +43", "A: 664", "A: 122698"], "43664122698", ("m0", "m1")),
        (["A: part1: 0333", "A: part2: 555", "A: part3: 0149"], "3335550149", ("m0", "m1")),
        (["A: margins fixed. 646", "B: nice", "A: page 9 too. 555", "B: great", "A: all sent. 0183, thats me"],
         "6465550183", ("m0", "m2")),
    ],
)  # fmt: skip
def test_a_number_in_pieces_is_found_in_the_last_one(messages: list[str], value: str, begun: tuple[str, ...]) -> None:
    seen = converse(messages)
    assert told(seen) == {len(messages) - 1: "phone/provide"}
    finding = seen[-1].findings[0]
    assert finding.value is not None
    assert finding.value.endswith(value)
    assert "split" in finding.techniques
    assert set(begun) <= set(finding.message_ids)
    text = messages[-1].partition(": ")[2]
    assert any(char.isalnum() for char in text[finding.start : finding.end])


@pytest.mark.parametrize(
    ("messages", "value"),
    [
        (["A: carla dot mendes", "A: at", "A: outlook dot com"], "carla.mendes@outlook.com"),
        (["A: pixel.omar", "B: ?", "A: @", "A: yahoo.com"], "pixel.omar@yahoo.com"),
        (["A: lea.bauer", "A: klammeraffe", "A: web punkt de"], "lea.bauer@web.de"),
        (["A: write me at", "B: one sec", "A: tom underscore k", "A: at gmail dot com"], "tom_k@gmail.com"),
        (["A: can i have your email", "B: sure", "B: hanna", "B: @", "B: kiln.studio"], "hanna@kiln.studio"),
        (["A: escríbeme a kofi.vfx@", "A: gmail.com"], "kofi.vfx@gmail.com"),
        (["A: hello[at]", "A: fenwickaudio", "A: .co.uk"], "hello@fenwickaudio.co.uk"),
    ],
)
def test_an_address_in_pieces_is_found_in_the_last_one(messages: list[str], value: str) -> None:
    seen = converse(messages)
    assert told(seen)[len(messages) - 1] == "email/provide"
    assert seen[-1].findings[0].value == value


@pytest.mark.parametrize(
    ("messages", "asked"),
    [
        (["A: do you have skype?", "B: yes", "A: under what name?"], "handle/request"),
        (["A: telegram or discord?", "B: discord", "A: ok name?"], "handle/request"),
        (["A: Vous avez une adresse mail ?", "B: Oui.", "A: Laquelle ?"], "email/request"),
        (["A: is it ok to mail you", "B: yeah", "A: address?"], "email/request"),
        (["A: got whatsapp?", "B: yep", "A: number?"], "phone/request"),
    ],
)
def test_a_short_question_asks_on_for_what_was_said_to_be_there(messages: list[str], asked: str) -> None:
    assert told(converse(messages))[len(messages) - 1] == asked


@pytest.mark.parametrize(
    "messages", [["A: logo ready?", "B: yes", "A: name?"], ["A: font?", "B: sure", "A: which one"]]
)
def test_a_short_question_about_the_work_asks_for_nothing(messages: list[str]) -> None:
    assert told(converse(messages)) == {}


def test_what_the_scorer_makes_of_a_piece_gives_way_to_the_whole() -> None:
    assert told(converse(["A: mera email hai hana.yusuf", "A: protonmail.com"])) == {1: "email/provide"}
    assert told(converse(["A: mi ig", "A: es", "A: barro.y.luz"])) == {2: "handle/provide"}


def test_laughter_and_a_reason_are_no_answers() -> None:
    assert told(converse(["A: give insta", "B: no", "A: why", "B: rules"])) == {0: "handle/request"}
    assert told(converse(["A: your telegram?", "B: hahaha"])) == {0: "handle/request"}


def test_two_people_put_one_address_together() -> None:
    for last in ("yes", "yes dot com"):
        seen = converse(["A: ana.lopes", "B: at gmail, right?", f"A: {last}"])
        assert told(seen) == {2: "email/provide"}
        assert seen[2].findings[0].value == "ana.lopes@gmail.com"
        assert seen[2].findings[0].message_ids == ("m0", "m1")


def test_a_service_supposed_is_no_request_for_an_address() -> None:
    seen = converse(["A: petra.novak", "B: gmail?", "A: yep"])
    assert told(seen) == {2: "email/provide"}
    assert told(converse(["B: email?"])) == {0: "email/request"}


def test_the_end_of_a_host_belongs_to_the_address_before_it() -> None:
    seen = converse(["A: tom.kiln", "A: @", "A: outlook", "A: .com"])
    assert told(seen)[3] == "email/provide"
    assert seen[3].findings[0].value == "tom.kiln@outlook.com"
    assert 1 not in told(converse(["A: tom.kiln", "A: dot com"]))


@pytest.mark.parametrize(
    ("messages", "value"),
    [
        (["A: insta", "A: is", "A: nova", "A: _draws12"], "instagram:nova_draws12"),
        (["A: telegram", "A: @mira_k"], "telegram:mira_k"),
        (["A: skype", "B: ?", "A: live:petra.v"], "skype:live:petra.v"),
        (["A: my snap", "A: jess.art22"], "snapchat:jess.art22"),
        (["A: ig", "A: kilo_beats"], "instagram:kilo_beats"),
    ],
)
def test_a_name_in_pieces_is_tied_to_its_network(messages: list[str], value: str) -> None:
    seen = converse(messages)
    assert told(seen)[len(messages) - 1] == "handle/provide"
    assert seen[-1].findings[0].value == value


@pytest.mark.parametrize(
    ("question", "answer", "kind", "value"),
    [
        ("whats your skype", "its live:anders.k", "handle", "skype:live:anders.k"),
        ("your discord?", "frost dot byte", "handle", "discord:frost.byte"),
        ("ur snap?", "lurkingmaple", "handle", "snapchat:lurkingmaple"),
        ("your fb name?", "Amara Nwosu", "handle", "facebook:amara nwosu"),
        ("send your whatsapp", "0302 4450771", "phone", "+923024450771"),
        ("what's your number", "nine eight one one zero five five five two one", "phone", "+919811055521"),
        ("ur upi id?", "neha.arts@ybl", "payment", "upi:neha.arts@ybl"),
        ("what's your paypal", "clara@kiln.studio", "payment", "paypal:clara@kiln.studio"),
    ],
)
def test_an_answer_is_read_with_its_question(question: str, answer: str, kind: str, value: str) -> None:
    seen = converse([f"A: {question}", f"B: {answer}"])
    finding = seen[1].findings[0]
    assert (finding.kind, finding.intent, finding.value) == (kind, "provide", value)
    assert finding.message_ids == ("m0",)


@pytest.mark.parametrize(
    "answer", ["why", "tomorrow", "sorry cant share", "no, let's talk here", "for what?", "nope :)"]
)
def test_what_gives_nothing_is_no_answer(answer: str) -> None:
    assert 1 not in told(converse(["A: whats your discord", f"B: {answer}"]))


def test_pleading_after_a_refusal_asks_once_more() -> None:
    refused = ["A: can i get your number", "B: nope"]
    assert told(converse([*refused, "A: just this once please"]))[2] == "phone/request"
    assert 2 not in told(converse([*refused, "A: ok no problem"]))
    assert 2 not in told(converse(["A: can i get your number", "B: one moment", "A: just this once please"]))


@pytest.mark.parametrize(
    ("messages", "found"),
    [
        (["A: lets", "A: deal", "A: off", "A: upwork"], "off_platform/solicit"),
        (["A: move", "A: to", "A: telegram"], "off_platform/solicit"),
        (["A: whats", "A: ur", "A: insta"], "handle/request"),
        (["A: send", "A: me", "A: your", "A: number"], "phone/request"),
    ],
)
def test_one_word_a_message_is_read_as_a_sentence(messages: list[str], found: str) -> None:
    assert told(converse(messages)) == {len(messages) - 1: found}


@pytest.mark.parametrize(
    "messages",
    [
        ["A: width?", "B: 1350", "A: height?", "B: 1085", "A: depth", "B: 977"],
        ["A: order ids please", "B: 98213", "B: 75812", "B: 90417"],
        ["A: the codes are", "A: 98110", "A: 55521"],
        ["A: revenue q1?", "B: 98110", "A: q2?", "B: 55521"],
        ["A: sales per month?", "B: jan 415", "B: feb 555", "B: mar 267"],
        ["A: what's the file called", "B: logo_final.ai", "A: and the folder", "B: brand_v2"],
        ["A: which app is it for", "B: telegram", "A: bot name?", "B: helper_bot"],
        ["A: 3", "A: reels", "A: for", "A: insta"],
        ["A: discord", "A: bot", "A: in python"],
        ["A: call it", "A: phoenix", "A: v2"],
        ["A: add", "A: more", "A: contrast"],
        ["A: scores?", "B: 21-19", "B: 21-17", "B: 15-21"],
        ["A: one concept", "A: two revisions", "A: three files"],
        ["A: font name", "B: open_sans", "A: second", "B: roboto.mono"],
        ["A: what time works", "B: 9", "B: or 930", "B: or 1015"],
        ["A: user for the demo login?", "B: demo_user1", "A: pass", "B: test1234"],
        ["A: batch no on label?", "B: 0803", "A: expiry", "B: 11 / 2027"],
        ["A: chapter 1: 1204", "A: chapter 2: 988", "A: chapter 3: 1511"],
    ],
)
def test_harmless_talk_stays_silent(messages: list[str]) -> None:
    assert told(converse(messages)) == {}
