# ruff: noqa: RUF001
"""Asking and proposing as people do it in chat, in many languages, and the same words meant otherwise."""

import pytest

from consumer.detection import Detector
from consumer.detection.lexicon import LexiconError, alternatives, load_lexicon

ASKED = [
    ("could you pass me your discord tag", "handle"),
    ("can i add you on insta", "handle"),
    ("mind sharing your skype?", "handle"),
    ("do u hv whtsapp", "handle"),
    ("any social media where i can reach you?", "handle"),
    ("what's the best number to reach you on", "phone"),
    ("how do I reach you by phone?", "phone"),
    ("abeg drop your number", "phone"),
    ("I know it's against the rules but can I have your phone number", "phone"),
    ("type your number in words so it is not blocked", "phone"),
    ("where can I email you", "email"),
    ("what email should i send the files to", "email"),
    ("I can't open the archive here, can you give me your email?", "email"),
    ("share your bank details so i can transfer", "payment"),
    ("¿a qué número te puedo llamar?", "phone"),
    ("c'est quoi ton insta", "handle"),
    ("an welche Mail soll ich die Dateien schicken?", "email"),
    ("op welk nummer kan ik je bellen", "phone"),
    ("на какую почту отправить файлы?", "email"),
    ("hangi maile göndereyim", "email"),
    ("على أي رقم اتصل فيك", "phone"),
    ("apna no do na", "phone"),
    ("nomor yg bisa dihubungi berapa", "phone"),
    ("pahingi number", "phone"),
    ("bạn có zalo không", "handle"),
    ("留个电话吧", "phone"),
    ("인스타 있으세요?", "handle"),
]


@pytest.mark.parametrize(("text", "kind"), ASKED)
def test_asking_is_heard_however_it_is_worded(detector: Detector, text: str, kind: str) -> None:
    assert {(f.kind, f.intent) for f in detector.detect(text)} == {(kind, "request")}


PROPOSED = [
    ("i think discord would be easier", "off_platform"),
    ("why don't we just talk on WhatsApp", "off_platform"),
    ("let's take this conversation off fiverr", "off_platform"),
    ("open the file, my number is inside, text me there", "off_platform"),
    ("i dont like this chat, lets move somewhere else", "off_platform"),
    ("hire me outside and save the commission", "off_platform"),
    ("can we communicate outside", "off_platform"),
    ("pay me directly and i'll do it for less", "payment"),
    ("cancel the order and pay me on paypal", "payment"),
    ("do you take zelle? no fee that way", "payment"),
    ("podemos seguir por telegram?", "off_platform"),
    ("bora fechar por fora, sem taxa", "off_platform"),
    ("können wir auf whatsapp weiterschreiben", "off_platform"),
    ("whatsapptan konuşalım", "off_platform"),
    ("whatsapp pe baat karte hain", "off_platform"),
    ("카톡으로 얘기해요", "off_platform"),
    ("我们微信聊", "off_platform"),
    ("перешли бы, но давайте напрямую без биржи", "off_platform"),
]


@pytest.mark.parametrize(("text", "kind"), PROPOSED)
def test_proposals_are_heard_however_they_are_worded(detector: Detector, text: str, kind: str) -> None:
    found = {(f.kind, f.intent) for f in detector.detect(text)}
    assert (kind, "solicit") in found
    assert {intent for _, intent in found} == {"solicit"}


GIVEN = [
    ("add me on skype: live:kelpie.draws_2", "skype", "live:kelpie.draws_2"),
    ("kelpieprints is my telegram", "telegram", "kelpieprints"),
    ("you can find me as kelpieinks on instagram", "instagram", "kelpieinks"),
    ("find me on facebook as Renata Kelpie", "facebook", "Renata Kelpie"),
    ("fb: Renata Kelpie", "facebook", "Renata Kelpie"),
    ("telegram (kelpieprints)", "telegram", "kelpieprints"),
    ("the app with the ghost is best, I'm @kelpie99 there", "snapchat", "@kelpie99"),
    ("mon insta c'est kelpie.dessine", "instagram", "kelpie.dessine"),
    ("instagramım kelpie.cizer", "instagram", "kelpie.cizer"),
    ("mastodon @kelpie@mastodon.social", "mastodon", "@kelpie@mastodon.social"),
]


@pytest.mark.parametrize(("text", "network", "name"), GIVEN)
def test_a_name_is_found_whole(detector: Detector, text: str, network: str, name: str) -> None:
    found = detector.detect(text)
    assert [(f.kind, f.intent, f.network) for f in found] == [("handle", "provide", network)]
    assert text[found[0].start : found[0].end] == name


def test_the_same_name_as_here_is_a_name(detector: Detector) -> None:
    found = detector.detect("telegram, same username as here")
    assert [(f.kind, f.intent) for f in found] == [("handle", "provide")]


SILENT = [
    "a buyer asked me for my whatsapp, what should i do?",
    "He wanted to pay me outside fiverr so I reported him",
    "you asked if we can go to Skype: we can't, sorry",
    "no skype please, only here",
    "our customers contact us on whatsapp, make a landing page for it",
    "headline: Contact us on Telegram today",
    'popup copy: "Drop your email and get 10% off"',
    "translate 'send me your email' to German please",
    "users log in with the same username on discord",
    "is there a phone in the mockup?",
    "send me the files by email is not possible, the upload button is broken",
    "go direct to the point in the intro",
    "the deal is outside my budget",
    "we deal directly with manufacturers, put it on the about page",
    "is it easier for you in figma?",
    "I saw your gig on linkedin",
    "Post it on twitter for me twice a week",
    "add PayPal and Stripe to my store",
    "how do I withdraw to payoneer from fiverr?",
    "my insta is dying, can you grow it",
    "no puedo compartir mi número, va contra las reglas",
    "ich brauche einen whatsapp bot",
    "не могу дать номер, запрещено правилами",
    "numaramı veremem kurallara aykırı",
    "সাইটের বাইরে লেনদেন করি না ভাই",
    "외부 거래는 안 합니다, 여기서 결제해주세요",
    "不私下交易，请走平台下单",
    "メールアドレスは教えられません",
    "LINEスタンプ制作",
    "nahi de sakta bhai number, allowed nahi",
]


@pytest.mark.parametrize("text", SILENT)
def test_the_same_words_meant_otherwise_are_left_alone(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()


def test_a_proposal_that_only_leads_up_to_a_name_is_not_told_twice(detector: Detector) -> None:
    found = detector.detect("message me on telegram @kelpie_draws")
    assert [(f.kind, f.intent) for f in found] == [("handle", "provide")]


def test_short_forms_of_phrases() -> None:
    assert alternatives("(send|give) (me|us|) your") == [
        "send me your", "send us your", "send  your", "give me your", "give us your", "give  your"
    ]  # fmt: skip


def test_a_phrase_short_for_too_many_is_refused() -> None:
    many = "(" + "|".join("abcdefghijklmnopqrstuvwxyz") + ")"
    with pytest.raises(ValueError, match="more than"):
        alternatives(f"{many} {many}")


def test_every_language_asks_refuses_and_proposes() -> None:
    try:
        lexicon = load_lexicon()
    except LexiconError as error:  # pragma: no cover - tells which file
        pytest.fail(str(error))
    assert len(lexicon.patterns) > 10_000
