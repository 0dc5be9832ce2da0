"""Details that come word by word, in turns, or in a dress of their own; and what looks like them and is harmless."""

import pytest

from consumer.detection import Detector
from tests.detection.talks import observed, told

REVIEW = 0.5
"""The default policy ignores what is less sure."""
HANDLE, PHONE, EMAIL = ("handle", "provide"), ("phone", "provide"), ("email", "provide")

TALKS = {
    "a name begun and ended": (["my ig", "begins with tolva", "ends with andkern"], HANDLE, "instagram:tolvaandkern"),
    "a name ended and begun": (["my ig", "ends with andkern", "begins with tolva"], HANDLE, "instagram:tolvaandkern"),
    "word by word": (["add", "me", "discord", "tolvakern"], HANDLE, "discord:tolvakern"),
    "a network torn in three": (["sn", "ap", "chat", "tolvakern"], HANDLE, "snapchat:tolvakern"),
    "a network torn in leet": (["d1sc", "0rd", "tolva_kern"], HANDLE, "discord:tolva_kern"),
    "nothing but network and name": (["discord", "tolvakern"], HANDLE, "discord:tolvakern"),
    "live": (["skype", "live:", "tolvakern"], HANDLE, "skype:live:tolvakern"),
    "a mailbox after its service": (["its gmail", "and before that", "tolva.kern"], EMAIL, "tolva.kern@gmail.com"),
    "behind an at in words": (["my mail starts with t.kern", "then the a in a circle", "tutanota.com"], EMAIL, None),
    "cut anywhere": (["you can mail tolva_ke", 'rn"at"li', 've"dot"com'], EMAIL, "tolva_kern@live.com"),
    "cut in brackets": (["call me (0)(5)(0)(1", ")(2)(3)(4)(", "4)(1)(2)(1)"], PHONE, None),
    "an area code": (["area code 503", "then 555", "then 0177"], PHONE, "+15035550177"),
    "lines": (["1st line 97000", "2nd line 55", "3rd line 514"], PHONE, None),
    "to be written down": (["anota", "55", "5550", "1892"], PHONE, None),
    "a trunk prefix": (["my number is 0712 555", "348"], PHONE, "+380712555348"),
    "joined at last": (["cover bhej diya, 97110", "reel bhi, 55538", "dono number jod ke call karna"], PHONE, None),
    "ends that are read out": (
        ["one more revision pls, six four six", "bigger font, five five five", "and darker bg, zero one seven one"],
        PHONE, "+16465550171",
    ),
    "the place that is left": (["last four 0142", "middle 555", "312"], PHONE, "+13125550142"),
    "a part behind its network": (["my ig first half: tolva", "second half: kern"], HANDLE, "instagram:tolvakern"),
    "spoken behind a cue": (["zadzwoń do mnie cztery osiem pięć jeden", "trzy cztery sześć osiem osiem"], PHONE, None),
}  # fmt: skip
"""The messages of one sender, of which the last completes a detail and no other holds one; and its value."""


@pytest.mark.parametrize("name", TALKS)
def test_only_the_last_piece_completes(detector: Detector, name: str) -> None:
    texts, expected, value = TALKS[name]
    *before, last = observed(detector, [("A", text) for text in texts])
    assert [(found.kind, found.intent) for found in last] == [expected]
    assert value in {None, last[0].value}
    assert not any(before)


def test_nothing_follows_a_piece(detector: Detector) -> None:
    assert told(detector, [("A", "мой номер page one looks fine, also 7771"), ("A", "")]) == [set(), set()]


def test_a_number_goes_on_that_seemed_complete(detector: Detector) -> None:
    spelled = ["il mio numero è tre uno due", "tre quattro cinque", "cinque cinque nove", "quattro"]
    for texts in (["携帯:090-12", "34-851", "8"], spelled):
        assert told(detector, [("A", text) for text in texts])[-1] == {PHONE}, texts


def test_a_number_read_out_behind_a_plus_waits_for_its_end(detector: Detector) -> None:
    texts = ["plus two five four", "seven one two", "triple five", "oh eight oh"]
    assert told(detector, [("A", text) for text in texts]) == [set(), set(), set(), {PHONE}]


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("whats ur gmail", "same as my seller name here", EMAIL),
        ("which address do you check most, gmail?", "yes, tolva.kern", EMAIL),
        ("what are you called on facebook", "Tolva Kern Prints, the one with the bridge", HANDLE),
        ("do u have your own site w a contact form i can write to", "tolvakern dot studio", ("link", "provide")),
    ],
)
def test_answers(detector: Detector, question: str, answer: str, expected: tuple[str, str]) -> None:
    assert told(detector, [("A", question), ("B", answer)])[1] == {expected}


@pytest.mark.parametrize(
    "talk",
    [
        [("A", "give me ur snap"), ("B", "\U0001f602 no"), ("A", "y"), ("B", "rules. just upload the photos here")],
        [("A", "votes for logo a?"), ("B", "415"), ("A", "b?"), ("B", "388"), ("A", "c?"), ("B", "127")],
        [("A", "house numbers for the plaques"), ("A", "415"), ("A", "417"), ("A", "419")],
        [("A", "ja, Nr. 2291"), ("B", "stimmt die Summe?"), ("A", "ja, 415,50")],
        [("A", "repo branch?"), ("B", "feature/email-queue"), ("A", "tag?")],
        [("A", "order refs i need fixed"), ("A", "88401"), ("A", "77215")],
        [("A", "insta"), ("A", "stories")],
        [("A", "qual seu número"), ("B", "celular?")],
        [("A", "did you get my mail"), ("B", "which one")],
        [("A", "path?"), ("B", "src/mail/send.py")],
    ],
    ids=[
        "a refusal",
        "votes",
        "a row",
        "a price",
        "a path",
        "references",
        "familiar",
        "asked back",
        "a letter",
        "a file",
    ],
)
def test_harmless_talk(detector: Detector, talk: list[tuple[str, str]]) -> None:
    assert not any(told(detector, talk)[1:])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what's ur in$ta", ("handle", "request")),
        ("add me on $kype: tolva.kern", HANDLE),
        ("my sky9e n4me is tolva.kern", HANDLE),
        ("add me, 11nkedin - tolva_kern7", HANDLE),
        ("te le gr am : tolva_kern", HANDLE),
        ("numaram OSol 234 37 |7", PHONE),
        ("whats your e  m  a  i  l hun", ("email", "request")),
        ("a\u200b b\u200b o\u200b u\u200b t my e\u200b m a\u200b i\u200b l: tolva @ kernhaus . de", EMAIL),
        ("me chama no whatsapp", ("off_platform", "solicit")),
        ("je préfère telegram pour parler", ("off_platform", "solicit")),
        ("envoie ça sur tolvakerner gmx.de stp", EMAIL),
        ("before the @ is tolva_kern, after it kernhaus.de", EMAIL),
        ("my no: 803 banana 555 banana 0192, no bananas", PHONE),
        ("search 'Tolva Kern Films' on f b and hit message", HANDLE),
        ("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", ("payment", "provide")),
        ("matrix, @tolva:kernhaus.org", HANDLE),
        ("whats your skype, mine is tolva.kern", ("handle", "request")),
        ("area code 917, middle part is three fives, last four 0138", PHONE),
        ("contact me through my website www.tolvakern-voice.com please", ("link", "provide")),
        ("my mail is tolva dot kern gmail dot com", EMAIL),
        ("tolva|@|kernhaus|.|studio", EMAIL),
        ("my handle is at-symbol tolvakern on the gram", HANDLE),
        ("Ruf mich einfach an: 0151 55501827", PHONE),
        ("purple gamer app, look for user tolvakern", HANDLE),
        ("300 here, 240 if we skip fiverr", ("off_platform", "solicit")),
        ("add me: tolva#4410", HANDLE),
        ("my site has a contact form, use that: tolvakern.co", ("link", "provide")),
        ("lemme get your info so we can talk properly", ("handle", "request")),
        ("89265550118 это не артикул, это мой сотовый", PHONE),
    ],
)
def test_a_dress_of_its_own(detector: Detector, text: str, expected: tuple[str, str]) -> None:
    assert expected in {(found.kind, found.intent) for found in detector.detect(text)}


@pytest.mark.parametrize(
    "text",
    [
        "wireframe for Skypeak Hiking Co.",
        "KAREN: Give me your number. TOM: In your dreams.",
        "pin the map at 53.47981, -2.24452 and zoom level 14",
        "assert is_phone('(555) 010-0199') is False",
        "sorry no whatsapp here",
        "just 123 456 789",
        "my direct competitor charges half, how come?",
        "podaj numer strony z błędem, poprawię od ręki",
        "fix issue#4410 in my repo",
        "मुझे इंस्टाग्राम के लिए तीन पोस्ट चाहिए",
        "বিজনেস কার্ডে ফোন নম্বরটা বড় করে দিন",
    ],
)
def test_the_same_words_of_other_things(detector: Detector, text: str) -> None:
    assert not [found for found in detector.detect(text) if found.confidence >= REVIEW]
