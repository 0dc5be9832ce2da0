"""Addresses, numbers, names and links: what is found, where exactly, and what is left alone."""

from itertools import pairwise

import pytest

from consumer.detection import Detector, mask


def fullwidth(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


GIVEN = [
    ("write to maria.lopez@mailbox.org today", "email", None, "maria.lopez@mailbox.org", "maria.lopez@mailbox.org"),
    ("Mail:Kim+Jobs@Studio-Nord.co.uk.", "email", None, "Kim+Jobs@Studio-Nord.co.uk", "kim+jobs@studio-nord.co.uk"),
    ("<a href=mailto:x.y@posteo.de>", "email", None, "x.y@posteo.de", "x.y@posteo.de"),
    ("пишите на почту olena@ukr.net", "email", None, "olena@ukr.net", "olena@ukr.net"),
    (fullwidth("john@gmail.com"), "email", None, fullwidth("john@gmail.com"), "john@gmail.com"),
    ("jo\u200bhn@gm\u00adail.com ok", "email", None, "jo\u200bhn@gm\u00adail.com", "john@gmail.com"),
    ("j\u043ehn@gm\u0430il.com", "email", None, "j\u043ehn@gm\u0430il.com", "john@gmail.com"),
    ("call me on +44 7911 123456", "phone", None, "+44 7911 123456", "+447911123456"),
    ("(415) 555-2671", "phone", None, "(415) 555-2671", "+14155552671"),
    ("ring 0049 151 23456789 after six", "phone", None, "0049 151 23456789", "+4915123456789"),
    ("my number is 020 7946 0958", "phone", None, "020 7946 0958", "+442079460958"),
    ("رقمي ٠٥٥١٢٣٤٥٦٧", "phone", None, "٠٥٥١٢٣٤٥٦٧", None),
    ("whatsapp +91 98200 12345", "phone", "whatsapp", "+91 98200 12345", "+919820012345"),
    ("my telegram is @nordic_pixel", "handle", "telegram", "@nordic_pixel", "telegram:nordic_pixel"),
    ("discord: nordpixel", "handle", "discord", "nordpixel", "discord:nordpixel"),
    ("skype id - nord.pixel88", "handle", "skype", "nord.pixel88", "skype:nord.pixel88"),
    ("find me as @nordpixel on insta", "handle", "instagram", "@nordpixel", "instagram:nordpixel"),
    ("https://t.me/nordpixel", "link", "telegram", "https://t.me/nordpixel", "t.me/nordpixel"),
    ("chat: wa.me/4915123456789.", "link", "whatsapp", "wa.me/4915123456789", "wa.me/4915123456789"),
    ("come in: discord.gg/aBcD12", "link", "discord", "discord.gg/aBcD12", None),
    ("https://us04web.zoom.us/j/123456789?pwd=x", "link", "zoom", None, None),
    ("book at calendly.com/nordpixel/30min", "link", "calendly", "calendly.com/nordpixel/30min", None),
    ("tip: paypal.me/nordpixel", "payment", "paypal", "paypal.me/nordpixel", None),
    ("my upi nord@okaxis", "payment", "upi", "nord@okaxis", "upi:nord@okaxis"),
    (
        "IBAN: GB82 WEST 1234 5698 7654 32",
        "payment",
        "bank",
        "GB82 WEST 1234 5698 7654 32",
        "bank:GB82WEST12345698765432",
    ),
]


@pytest.mark.parametrize(("text", "kind", "network", "spanned", "value"), GIVEN)
def test_detail_is_found_where_it_stands(
    detector: Detector, text: str, kind: str, network: str | None, spanned: str | None, value: str | None
) -> None:
    found = [f for f in detector.detect(text) if f.kind == kind and f.intent == "provide"]
    assert len(found) == 1
    assert found[0].network == network
    if spanned is not None:
        assert text[found[0].start : found[0].end] == spanned
    if value is not None:
        assert found[0].value == value


SILENT = [
    # a plain word and no first person: too little to say so
    "add you@example.com as the placeholder",
    "clone git@github.com:acme/site.git first",
    "use node.js and lodash@4.17.21",
    "@media (min-width: 900px) { body { color: red } }",
    "the build is 10.14.6.1203 and the host 192.168.100.200",
    "our budget is $12,500 to 15,000 for 2,400,000 views",
    "due 2026-03-14 10:30, or 14.03.2026 at the latest",
    "export at 3840 2160 and 1920 1080 please",
    "invoice 0048812234567 is paid",
    "order number 415 555 2671 is late",
    "tracking 9400111899223197428490",
    "uuid 123e4567-e89b-12d3-a456-426614174000",
    "card 4111 1111 1111 1111 is a test card",
    "epoch 1711929600 in utc",
    "scores 12 15 21 30 44 52 60",
    "1500 1800 2200 per month",
    "isbn 978 3 16 148410 0",
    "the telegram bot @here mention looks off",
    "a discord.js bot and a slack app",
    "instagram story covers, 5 pieces",
    "portfolio: https://www.behance.net/nordpixel",
    "like https://instagram.com/p/Cx1y2z",
    "docs at https://core.telegram.org/bots/api",
    "zoom us a bit closer to the logo",
    "the form must refuse GB82 WEST 1234 5698 7654 33",
    "zip is 90210-1234",
]


@pytest.mark.parametrize("text", SILENT)
def test_harmless_text_is_left_alone(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()


def test_many_details_are_bounded_and_disjoint(detector: Detector) -> None:
    text = "x@y.org, +44 7911 123456; " * 2000
    found = detector.detect(text)
    assert 2 <= len(found) <= 128
    assert all(one.end <= two.start for one, two in pairwise(found))


def test_mask_hides_the_detail_and_keeps_the_length(detector: Detector) -> None:
    text = "tel +44 7911 123456 or a.b@mail.org — what's your email?"
    masked = mask(text, detector.detect(text))
    assert len(masked) == len(text)
    assert masked == "tel ■■■ ■■■■ ■■■■■■ or ■■■■■■■■■■■■ — what's your email?"


def test_repr_tells_no_detail(detector: Detector) -> None:
    finding = detector.detect("a.b@mail.org")[0]
    assert finding.value == "a.b@mail.org"
    assert "mail" not in repr(finding).replace("email", "")
