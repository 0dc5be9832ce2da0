"""Requests and proposals, in many languages, and what only sounds like them."""

import pytest

from consumer.detection import Detector

ASKED = [
    ("What is your email address?", "email", None),
    ("could you send me your e-mail please", "email", None),
    ("whats ur skype", "handle", "skype"),
    ("do you have telegram?", "handle", "telegram"),
    ("r u on discord", "handle", "discord"),
    ("may I have your mobile number", "phone", None),
    ("hey sir, your phone number please", "phone", None),
    ("number?", "phone", None),
    ("what number should I call?", "phone", None),
    ("just put your email in the next message", "email", None),
    ("your insta?", "handle", "instagram"),
    ("drop your ig pls", "handle", "instagram"),
    ("¿cuál es tu correo?", "email", None),
    ("me passa seu whatsapp", "handle", "whatsapp"),
    ("quel est votre numéro de téléphone ?", "phone", None),
    ("wie ist deine Handynummer?", "phone", None),
    ("qual è la tua mail?", "email", None),
    ("wat is je telefoonnummer?", "phone", None),
    ("podaj numer telefonu", "phone", None),
    ("скинь свой номер телефона", "phone", None),
    ("дайте ваш телеграм", "handle", "telegram"),
    ("який ваш номер телефону?", "phone", None),
    ("mail adresini alabilir miyim", "email", None),
    ("ممكن رقم الهاتف", "phone", None),
    ("अपना नंबर दीजिए", "phone", None),
    ("apna whatsapp number bhejo", "handle", "whatsapp"),
    ("আপনার ফোন নম্বর দিন", "phone", None),
    ("boleh minta no hp kak", "phone", None),
    ("ano email mo po", "email", None),
    ("cho mình xin số điện thoại", "phone", None),
    ("你的微信是多少", "handle", "wechat"),
    ("メールアドレスを教えてください", "email", None),
    ("카톡 알려주세요", "handle", "kakaotalk"),
]


@pytest.mark.parametrize(("text", "kind", "network"), ASKED)
def test_request_is_heard(detector: Detector, text: str, kind: str, network: str | None) -> None:
    found = [f for f in detector.detect(text) if f.intent == "request"]
    assert [(f.kind, f.network) for f in found] == [(kind, network)]
    assert found[0].value is None


PROPOSED = [
    ("let's talk on WhatsApp", "off_platform", "whatsapp"),
    ("we could work outside Fiverr and save the fee", "off_platform", None),
    ("can you pay me via PayPal", "payment", "paypal"),
    ("lo hacemos fuera de la plataforma", "off_platform", None),
    ("das regeln wir außerhalb der Plattform", "off_platform", None),
]


@pytest.mark.parametrize(("text", "kind", "network"), PROPOSED)
def test_proposal_is_heard(detector: Detector, text: str, kind: str, network: str | None) -> None:
    assert {(f.kind, f.intent, f.network) for f in detector.detect(text)} == {(kind, "solicit", network)}


SILENT = [
    # refusals and rules
    "sorry, I can't give my email, it is against the terms",
    "please don't send me your phone number",
    "no need to talk on WhatsApp, the inbox is fine",
    "never work outside Fiverr, they ban people for it",
    "Fiverr does not allow sharing your email",
    "is it allowed to send your number here?",
    # the channel is what the work is about
    "what's your WhatsApp bot price",
    "send me your email template",
    "do you have a phone mockup",
    "send me the 3 email drafts please",
    "add your email to the form",
    "какой номер заказа?",
    "ada template email?",
    "bạn có làm bot telegram không",
    "有电话图标吗",
    "is there a phone in the picture?",
    "thanks for your email!",
    "I got your email",
    "my telegram channel has 5k members",
    "I need your email signature design",
    "do you have experience with Telegram bots?",
    "what is your Instagram marketing rate?",
    "your discord server banner looks great",
    # quotations
    'the popup that says "send me your email" is too big',
    # other meanings of the words
    "what is your number for ten pages?",
    "the number of words is 500, what is your price?",
    "what's the line height?",
    "zoom in on the logo please",
    "send me the files when you can",
    "can I get a discount?",
    "I will pay you via the order",
    "мне нужен бот для телеграм канала",
    "¿tienes plantilla de correo?",
    "hast du eine Vorlage für das Formular?",
]


@pytest.mark.parametrize("text", SILENT)
def test_what_only_sounds_like_a_request_is_left_alone(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()


def test_refusing_does_not_hide_giving(detector: Detector) -> None:
    found = detector.detect("I can't share my email here, but it is a.b@mail.org")
    assert [(f.kind, f.intent) for f in found] == [("email", "provide")]


def test_work_named_in_the_next_sentence_does_not_hide_asking(detector: Detector) -> None:
    found = detector.detect("what's your email? Form follows.")
    assert [(f.kind, f.intent) for f in found] == [("email", "request")]


def test_refusing_one_channel_does_not_hide_asking_for_another(detector: Detector) -> None:
    found = detector.detect("I don't use Skype. What's your Telegram?")
    assert [(f.kind, f.intent, f.network) for f in found] == [("handle", "request", "telegram")]
