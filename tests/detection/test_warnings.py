"""Who warns of leaving the platform, forbids it, refuses or reports it proposes nothing, in every language."""

import pytest

from consumer.detection import Detector

WARNINGS = (
    "please pay nothing outside the platform",
    "nothing should be paid outside fiverr",
    "bitte nichts außerhalb der Plattform bezahlen, das ist nicht erlaubt",
    "por favor no pagues fuera de la plataforma, no está permitido",
    "nunca pagues por fuera de fiverr",
    "ne payez rien en dehors de la plateforme, c est interdit",
    "nie płać poza platformą, to niedozwolone",
    "не платите вне платформы, это запрещено",
    "пожалуйста, ничего не переводите мимо платформы",
    "per favore niente pagamenti fuori piattaforma",
    "betaal niets buiten het platform om, dat mag niet",
    "platform d\u0131ş\u0131nda ödeme yapmay\u0131n lütfen",
    "não pague nada por fora da plataforma",
    "не платіть поза платформою",
    "请不要在平台外付款\uff0c这是不允许的",
    "プラットフォーム外での支払いはしないでください",
    "플랫폼 밖에서 결제하지 마세요",
    "لا تدفع خارج المنصة من فضلك",
    "platform ke bahar payment mat karna, allowed nahi hai",
    "प्लेटफॉर्म के बाहर भुगतान न करें",
    "প্ল্যাটফর্মের বাইরে পেমেন্ট করবেন না",
    "jangan bayar di luar platform ya, dilarang",
    "huwag magbayad sa labas ng platform po",
    "đừng thanh toán ngoài nền tảng nhé, không được phép",
)
REFUSALS = (
    "bitte schick mir keine Telefonnummer, das ist hier nicht erlaubt",
    "пожалуйста, не присылайте номер телефона, это запрещено",
    "ne m envoyez pas votre numéro svp",
    "电话请不要发\uff0c平台不允许",
    "電話番号は送らないでください",
    "কৃপয়া নম্বর পাঠাবেন না",
    "ich nutze kein whatsapp für die arbeit",
    "non uso whatsapp per lavoro",
    "我不用微信谈工作",
    "업무에는 카톡 안 써요",
    "kaam ke liye whatsapp use nahi karta",
)
REPORTS = (
    "Er wollte, dass ich ihm das Geld direkt überweise. Hab ich natürlich nicht gemacht",
    "mi aveva proposto un bonifico diretto ma ho detto di no, non voglio rischiare l'account",
    "een koper vroeg of hij me via Tikkie kon betalen, heb ik geweigerd",
)
DEFIANCE = {
    "las reglas son una tontería, arreglémoslo por fuera de fiverr": ("off_platform", "solicit"),
    "die Regeln sind doch Quatsch, lass uns das außerhalb von Fiverr abwickeln": ("off_platform", "solicit"),
    "regole o non regole, spostiamoci su WhatsApp che qui non ci capiamo": ("off_platform", "solicit"),
    "głupi ten regulamin, dogadajmy się poza platformą": ("off_platform", "solicit"),
    "why not pay outside fiverr? its cheaper": ("off_platform", "solicit"),
}


@pytest.mark.parametrize("text", [*WARNINGS, *REFUSALS, *REPORTS])
def test_nothing_is_proposed(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()


@pytest.mark.parametrize("text", DEFIANCE)
def test_who_mocks_the_rule_proposes(detector: Detector, text: str) -> None:
    assert DEFIANCE[text] in {(found.kind, found.intent) for found in detector.detect(text)}
