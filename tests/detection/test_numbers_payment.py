"""Accounts, wallets and names to pay to, and the same things as parts of the work."""

import pytest

from consumer.detection import Detector
from consumer.detection.wallets import luhn, valid_base58check, valid_bech32, valid_clabe, valid_iban

GIVEN = [
    ("my IBAN is NL91 ABNA 0417 1643 00, pay there", "bank", "NL91 ABNA 0417 1643 00"),
    ("CLABE 032180000118359719, mi cuenta", "bank", "032180000118359719"),
    ("UBL account 0109000278451 title Sana, send there", "bank", "0109000278451"),
    ("pilu.designs@oksbi", "upi", "pilu.designs@oksbi"),
    ("cashapp me: $pinecone_ink", "cashapp", "$pinecone_ink"),
    ("venmo @ridge-lane-3", "venmo", "@ridge-lane-3"),
    ("payoneer: pilu@outlook.com", "payoneer", "pilu@outlook.com"),
    ("btc bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "crypto", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ("my eth 0x52908400098527886e0f7030069857d2e4169ee7", "crypto", "0x52908400098527886e0f7030069857d2e4169ee7"),
]


@pytest.mark.parametrize(("text", "network", "spanned"), GIVEN)
def test_where_to_pay(detector: Detector, text: str, network: str, spanned: str) -> None:
    found = [f for f in detector.detect(text) if (f.kind, f.intent) == ("payment", "provide")]
    assert [text[f.start : f.end] for f in found] == [spanned]
    assert found[0].network == network


@pytest.mark.parametrize(
    "text",
    [
        "sample IBAN NL91 ABNA 0417 1643 00 for the form validation",
        "the token contract is 0x52908400098527886e0f7030069857d2e4169ee7",
        "account number field takes 13 digits like 0109000278451",
        "the $total variable of the cash app clone",
        "regex for upi like abc@upi",
        "IBAN NL91 ABNA 0417 1643 01",
    ],
)
def test_accounts_in_the_work(detector: Detector, text: str) -> None:
    assert [f for f in detector.analyse(text) if f.intent == "provide"] == []


def test_checksums() -> None:
    assert valid_iban("NL91 ABNA 0417 1643 00")
    assert not valid_iban("NL91 ABNA 0417 1643 01")
    assert valid_clabe("032180000118359719")
    assert not valid_clabe("032180000118359710")
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")
    assert valid_bech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    assert not valid_bech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5")
    assert valid_base58check("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2")
    assert not valid_base58check("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3")
