# ruff: noqa: RUF001 - letters that look like others are what is tested
"""Addresses and links in disguise: what is found, that its place is exact, and what only looks like one."""

import base64

import pytest

from consumer.detection import Detector, mask

SPELLED = [
    ("mail lena dot kraft at posteo dot de", "lena.kraft@posteo.de"),
    ("it is hugo_sketch at the rate of outlook dot com", "hugo_sketch@outlook.com"),
    ("mi correo es lupita punto diaz arroba yahoo punto com punto mx", "lupita.diaz@yahoo.com.mx"),
    ("meu email joao underline silva arroba uol ponto com ponto br", "joao_silva@uol.com.br"),
    ("mon mail: claire point dubois arobase orange point fr", "claire.dubois@orange.fr"),
    ("schreib an timo punkt weber klammeraffe gmx punkt de", "timo.weber@gmx.de"),
    ("la mia mail luca chiocciola libero punto it", "luca@libero.it"),
    ("pisz na kasia kropka grafik małpa wp kropka pl", "kasia.grafik@wp.pl"),
    ("моя почта ivan собака mail точка ру", "ivan@mail.ru"),
    ("пошта olena крапка art собачка ukr крапка net", "olena.art@ukr.net"),
    ("postam ayse nokta cizim kuyruklu a hotmail nokta com", "ayse.cizim@hotmail.com"),
    ("e-mail: pieter apenstaartje ziggo punt nl", "pieter@ziggo.nl"),
    ("email budi titik desain at gmail titik com", "budi.desain@gmail.com"),
    ("我的邮箱 xiaoming艾特qq点com", "xiaoming@qq.com"),
    ("メールは tanaka アットマーク gmail ドット com です", "tanaka@gmail.com"),
    ("이메일은 minsu 골뱅이 naver 닷 com", "minsu@naver.com"),
    ("मेरा ईमेल rahul एट द रेट gmail डॉट com", "rahul@gmail.com"),
    ("بريدي ahmed.art آت gmail دوت com", "ahmed.art@gmail.com"),
    ("kate[at]kateworks[dot]com", "kate@kateworks.com"),
    ("kate -at- kateworks -dot- com", "kate@kateworks.com"),
    ("kate _ at _ kateworks _ dot _ com", "kate@kateworks.com"),
    ("it's kate, then dot, then art, then the at symbol, then gmail, then dot com", "kate.art@gmail.com"),
    ("sam99 @ gmail . com", "sam99@gmail.com"),
    ("sam99 at gmail com", "sam99@gmail.com"),
    ("sam99@gmailcom", "sam99@gmail.com"),
    ("sam99 gmail.com", "sam99@gmail.com"),
    ("sam99 at hot male dot com", "sam99@hotmail.com"),
    ("nora.k⒜gmail.com".replace("⒜", "ⓐ"), "nora.k@gmail.com"),
    ("noraATnorthpineDOTco", "nora@northpine.co"),
    ("nora99atgmaildotcom", "nora99@gmail.com"),
    ("s a m . k @ g m a i l . c o m", "sam.k@gmail.com"),
    ("s-a-m-k-@-g-m-a-i-l-.-c-o-m", "samk@gmail.com"),
    ("\n".join("samk@gmail.com"), "samk@gmail.com"),
    ("em@il me: nora at gm@il d0t c0m", "nora@gmail.com"),
    ("moc.kooltuo@yelah.t", "t.haley@outlook.com"),
    ("read it backwards: moc tod liamg ta 77nhoj", "john77@gmail.com"),
    ("noraXX.kind@XXgmail.com without the XX", "nora.kind@gmail.com"),
    ("decode " + base64.b64encode(b"tom@driftwood.io").decode(), "tom@driftwood.io"),
    (base64.b64encode(b"say hi to nora.kind@gmail.com").decode(), "nora.kind@gmail.com"),
]


@pytest.mark.parametrize(("text", "address"), SPELLED)
def test_a_disguised_address_is_read(detector: Detector, text: str, address: str) -> None:
    found = [f for f in detector.detect(text) if f.kind == "email" and f.intent == "provide"]
    assert [f.value for f in found] == [address]
    assert found[0].confidence >= 0.75


TOLD = [
    ("my gmail is nova.fern", "nova.fern@gmail.com"),
    ("hotm@il: nora_kind", "nora_kind@hotmail.com"),
    ("yahoo id: mo.rashid", "mo.rashid@yahoo.com"),
    ("nova.fern22 on gmail", "nova.fern22@gmail.com"),
    ("hit me on gmail, i'm nova.fern there", "nova.fern@gmail.com"),
    ("first part is nova.fern22, second part is gmail, usual ending", "nova.fern22@gmail.com"),
    ("before the @ it says 'nova.fern', after the @ comes 'outlook'", "nova.fern@outlook.com"),
    ("name (nova.fern) place (gee mail) ending (com)", "nova.fern@gmail.com"),
    ("the red M mail, same name as here", None),  # the name is elsewhere, so there is no value
]


@pytest.mark.parametrize(("text", "value"), TOLD)
def test_a_service_and_a_name_are_an_address(detector: Detector, text: str, value: str | None) -> None:
    found = [f for f in detector.detect(text) if f.kind == "email" and f.intent == "provide"]
    assert [f.value for f in found] == [value]


LINKS = [
    ("wa dot me slash 15551234567", "wa.me/15551234567", "wa dot me slash 15551234567"),
    ("t . me / novafern", "t.me/novafern", "t . me / novafern"),
    ("we can talk at discord[.]gg/aB3x", "discord.gg/ab3x", "discord[.]gg/aB3x"),
    ("book a call: calendly dot com slash novafern", "calendly.com/novafern", "calendly dot com slash novafern"),
    ("http colon slash slash t dot me slash novafern", "t.me/novafern", None),
    ("message me: t·me/novafern", "t.me/novafern", "t·me/novafern"),
    ("my site is novafern dot studio, write me there", "novafern.studio", "novafern dot studio"),
    ("see novafern.studio and use the contact form there", "novafern.studio", "novafern.studio"),
]


@pytest.mark.parametrize(("text", "value", "spanned"), LINKS)
def test_a_disguised_link_is_read(detector: Detector, text: str, value: str, spanned: str | None) -> None:
    found = [f for f in detector.detect(text) if f.kind == "link"]
    assert [f.value for f in found] == [value]
    assert spanned is None or text[found[0].start : found[0].end] == spanned


WORDS = [
    ("g1ve m3 y0ur numb3r", "phone", "leet"),
    ("what is your w.h.a.t.s.a.p.p", "handle", "spaced"),
    ("let's talk on w h a t s a p p", "off_platform", "spaced"),
    ("p a y m e o n p a y p a l", "payment", "spaced"),
    ("whаt's yоur еmаil?", "email", "homoglyph"),
    ("𝗴𝗶𝘃𝗲 𝗺𝗲 𝘆𝗼𝘂𝗿 𝗲𝗺𝗮𝗶𝗹", "email", "mathematical"),
]


@pytest.mark.parametrize(("text", "kind", "technique"), WORDS)
def test_disguised_words_are_words_again(detector: Detector, text: str, kind: str, technique: str) -> None:
    found = detector.detect(text)
    assert [f.kind for f in found] == [kind]
    assert technique in found[0].techniques


SILENT = [
    "look at the dot on the i, and at the dash",
    "the dot com boom was at its peak",
    "let us meet at gmail office",
    "our friend works at yahoo",
    "gee, male and female icons please",
    "it is a hot, male, sporty model",
    "ssh deploy@10.0.0.4 and clone git@github.com:acme/app.git",
    "npm i @nestjs/core lodash@4.17.21",
    "5 pcs @ 99 cents, see you @ 5pm",
    "read it at medium.com/@someone/how-to",
    "sans dot net developer needed",
    "buy it at amazon dot com",
    "el punto es que no me gusta",
    "собака на логотипе, точка",
    "spell it out: W E L C O M E",
    "mp4, h264, 3d, 100mg, b2b, 1st and 2nd",
    "gmail: redesign the icon please",
    "an outlook for next year",
    "our website shop.acme.com needs a new header",
    "the contact page needs a map",
    "polka dot me a dress",
    "no space between letters, same name as on the banner",
]


@pytest.mark.parametrize("text", SILENT)
def test_what_only_looks_like_an_address_is_left_alone(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()


def test_the_place_of_a_spelled_address_is_exact(detector: Detector) -> None:
    text = "hey — kate (at) kateworks (dot) com, ok?"
    (found,) = detector.detect(text)
    assert text[found.start : found.end] == "kate (at) kateworks (dot) com"
    assert mask(text, [found]) == "hey — ■■■■ ■■■■ ■■■■■■■■■ ■■■■■ ■■■, ok?"
    assert "spelled" in found.techniques


def test_names_with_figures_keep_them(detector: Detector) -> None:
    (found,) = detector.detect("j0hn.sm1th@gmail.com")
    assert found.value == "j0hn.sm1th@gmail.com"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("write to hello [at] fenwickaudio.com", "hello@fenwickaudio.com"),
        ("studio[at]fenwickaudio.co.uk", "studio@fenwickaudio.co.uk"),
        ("contact(at)larkstudio.de", "contact@larkstudio.de"),
        ("bookings @ larkstudio.de", "bookings@larkstudio.de"),
        ("kim[at]larkstudio.de", "kim@larkstudio.de"),
    ],
)
def test_a_companys_mailbox_is_an_address_however_plain_its_name(detector: Detector, text: str, address: str) -> None:
    assert [(found.kind, found.value) for found in detector.analyse(text)] == [("email", address)]


@pytest.mark.parametrize("text", ["meet me @ cafe.com", "look (at) fiverr.com", "support at fiverr.com told me so"])
def test_a_plain_word_before_a_site_is_no_mailbox(detector: Detector, text: str) -> None:
    assert detector.analyse(text) == ()
