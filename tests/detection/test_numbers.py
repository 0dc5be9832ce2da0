"""Telephone numbers in every dress, and the figures that only look like one."""

import pytest

from consumer.detection import Detector

SPELLED = [
    ("en", "ring me: two one two, double five five, oh one nine eight", "+12125550198"),
    ("en", "thirty one, oh six, fifty five, fifty five, twelve is my number", "+13106555512"),
    ("en", "my cell: eight 0 five triple five 01 seven two", "+18055550172"),
    ("en", "numb3r: s1x f0ur f1ve, five five five, zero one n1ne nine", "+16455550199"),
    ("es", "anota: seis uno dos, treinta y cuatro, cincuenta y seis, setenta y ocho", "+34612345678"),
    ("pt", "me chama: onze, nove oito sete meia cinco, quatro três dois um", "+5511987654321"),
    ("fr", "zéro six, soixante-douze, quatre-vingt-onze, dix-huit, vingt-trois", "+33672911823"),
    ("de", "null eins sieben sechs, zweiundvierzig, einundneunzig, siebenundsechzig, acht acht", "+49176"),
    ("it", "tre quattro otto, uno due tre, quattro cinque sei sette", ""),
    ("nl", "nul zes, zevenentwintig, achtendertig, negenenveertig, vijftig", ""),
    ("pl", "sześćset dwa, sto trzy, czterysta dwadzieścia jeden", "+48602103421"),
    ("ru", "восемь девятьсот два сто двадцать три сорок пять шестьдесят семь", "+79021234567"),
    ("uk", "нуль дев'яносто сім сто двадцять три сорок п'ять шістдесят сім", "+380971234567"),
    ("tr", "sıfır beş yüz otuz üç iki yüz on dört elli altı yetmiş sekiz", "+905332145678"),  # noqa: RUF001
    ("ar", "صفر خمسة صفر واحد اثنين ثلاثة أربعة خمسة ستة سبعة", ""),
    ("hi", "नौ आठ छह सात पांच एक तीन दो एक शून्य", "+919867513210"),
    ("hi-Latn", "nau saat chhe shunya double teen ek paanch aath do", "+919760331582"),
    ("bn", "শূন্য এক আট এক দুই তিন চার পাঁচ ছয় সাত আট", "+8801812345678"),
    ("id", "nol delapan satu tiga, empat lima enam, tujuh delapan sembilan", ""),
    ("tl", "zero nuwebe uno otso, dalawang singko uno, kwatro tres dos uno", "+639185514321"),
    ("vi", "không chín sáu, bảy một hai, ba bốn năm sáu", ""),
    ("zh", "幺五九二六五三五八九七", ""),
    ("ja", "ゼロキュウゼロ、イチニサンヨン、ゴロクナナハチ", ""),
    ("ko", "공일공 이삼사오 육칠팔구", "+821023456789"),
]


@pytest.mark.parametrize(("language", "text", "value"), SPELLED)
def test_spelled_numbers_of_every_language(detector: Detector, language: str, text: str, value: str) -> None:
    found = [f for f in detector.detect(text, language) if f.kind == "phone"]
    assert len(found) == 1
    assert found[0].intent == "provide"
    assert "spelled" in found[0].techniques
    assert found[0].value is not None
    assert found[0].value.startswith(value)


HIDDEN = [
    ("6 1 7 5 5 5 0 1 6 4", "spaced", "6 1 7 5 5 5 0 1 6 4"),
    ("ping 2*1*2*5*5*5*0*1*8*8 ok", "spaced", "2*1*2*5*5*5*0*1*8*8"),
    ("0\n3\n1\n2\n5\n5\n5\n0\n1\n7\n7", "spaced", "0\n3\n1\n2\n5\n5\n5\n0\n1\n7\n7"),
    ("call 305/555/0166 after lunch", "separated", "305/555/0166"),
    ("my mobile 98🔥20🔥55🔥51🔥43", "separated", "98🔥20🔥55🔥51🔥43"),
    ("text 7l8 555 Ol33", "leet", "7l8 555 Ol33"),
    ("O3l2 5SS Ol77 is my cell", "leet", "O3l2 5SS Ol77"),
    ("cell 7z1z8z5z5z5z0z1z3z3", "interleaved", "7z1z8z5z5z5z0z1z3z3"),
    ("20 (skip) 25 (skip) 55 (skip) 01 (skip) 64, remove the words, my mobile", "interleaved", None),
    ("first 3: 718, last 7: 5550133, ring me", "interleaved", "718, last 7: 5550133"),
    ("0312 then 555 then 0177, call", "interleaved", "0312 then 555 then 0177"),
    ("read this backwards 3310 555 817", "reversed", "3310 555 817"),
    ("my no is ⑦⑧⑨⓪①②③④⑤⑥", "unicode_digits", "⑦⑧⑨⓪①②③④⑤⑥"),
    ("7️⃣1️⃣8️⃣5️⃣5️⃣5️⃣0️⃣1️⃣3️⃣3️⃣ call", "unicode_digits", "7️⃣1️⃣8️⃣5️⃣5️⃣5️⃣0️⃣1️⃣3️⃣3️⃣"),
]


@pytest.mark.parametrize(("text", "technique", "spanned"), HIDDEN)
def test_disguised_numbers(detector: Detector, text: str, technique: str, spanned: str | None) -> None:
    found = [f for f in detector.detect(text) if f.kind == "phone"]
    assert len(found) == 1
    assert technique in found[0].techniques
    if spanned is not None:
        assert text[found[0].start : found[0].end] == spanned


HARMLESS = [
    "one two three four five six seven, that is how many scenes I count",
    "uno dos tres cuatro cinco seis siete ocho",
    "ten, nine, eight, seven, six, five, four, three, two, one, launch",
    "three logos, four banners, six icons, seven posts and eight reels",
    "twenty twenty three to twenty twenty four",
    "two hundred and fifty to three hundred words each",
    "2 7 6 9 5 1 4 3 8 is the first sudoku row",
    "1 0 0 1 1 0 1 1 0 1",
    "38 40 42 44 46 48 in stock",
    "12,100 / 9,900 / 8,100 / 6,600 searches",
    "25/12/2019 until 13/01/2020",
    "the mask is (000) 000-0000",
    "put 718-555-0133 on the flyer",
    "the poster reads: call 718 555 0133",
    "dummy number for the mockup: 202 555 0111",
    "7f2c4e91-10ab-4d55-8c01-55ab90ef7712",
    "4 5 5 4 3 5 5 4 5 are the scores",
    "order no 7185550133 has not arrived",
    "заказ номер 4471-2210",
    "注文番号は7185550133です",
    "二零二三年十二月二十五日",
    "1990s, 2000s and 2010s looks",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_figures_are_left_alone(detector: Detector, text: str) -> None:
    assert detector.analyse(text) == ()


def test_the_author_of_a_flyer_can_still_give_a_number(detector: Detector) -> None:
    assert [f.kind for f in detector.detect("flyer is done, call me on 718 555 0133")] == ["phone"]
