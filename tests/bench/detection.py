# ruff: noqa: RUF001 - the ambiguous characters are the point
"""What detection costs: `python -m tests.bench.detection [FILE.jsonl ...]`.

Prints figures and tests nothing: time on a shared machine is no basis for a verdict. Files are JSON lines with a
`text`; for each, the share of suspects and the cost of the prefilter a message are printed.
"""

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from consumer.detection import Detector
from consumer.events.message import MessageEvent

BATCH = 500
ROUNDS = 5
SIZE = 65_536
LONG_BAR_MS, CLEAN_BAR_US, FLAGGED_BAR_US = 20.0, 3.0, 100.0
"""Budgets of a text of 64 KiB, a clean message in a batch, and the median flagged message."""
GROWTH_BAR = 2.6
"""Linear work doubles with the text; a little more is the machine's noise and caches."""

_CLEAN = (
    "hi, thanks for the quick delivery, the colours look great on the banner",
    "can you make the second slide a bit darker and the title a bit larger please",
    "sure, I will send the revised version tomorrow morning, hope that works for you",
    "the 3 pages look good, I only need the footer changed and one more icon set",
    "how long would it take to write 5 articles of about 800 words on gardening",
    "perfect, I will place the order now and leave a review when it is done",
)
_FLAGGED = (
    "here is my address: maria.lopez@mailbox.org, send the files there",
    "text me at 646 555 0173 when you are ready to start",
    "my telegram is @paperkite_studio, much faster there",
    "what's your email? I will send the brief over",
    "let us talk on whatsapp, it is easier for both of us",
    "join here: https://t.me/paperkite_studio",
)
_DISGUISED = (
    "my mail is tessa dot quill at the rate gmail dot com",
    "m y  m a i l  i s  t e s s a @ g m a i l . c o m",
    "call me: six four six, five five five, zero one seven three",
    "wh4ts4pp me 6*4*6*5*5*5*0*1*7*3",
    "ｔｅｓｓａ．ｑｕｉｌｌ＠ｇｍａｉｌ．ｃｏｍ",
    "tessa.quill [at] gee mail [dot] com, write there",
    "dGVzc2EucXVpbGxAZ21haWwuY29t",
    "moc.liamg@lliuq.asset read it backwards",
)
_LONG_CLEAN = " ".join(_CLEAN) + " "
_ADVERSARIAL: dict[str, Callable[[int], str]] = {
    "a.": lambda n: ("a." * n)[: n - 1] + "@",
    "a@": lambda n: ("a@" * n)[:n],
    "a@b.c ": lambda n: ("a@b.co " * n)[:n],
    "digits": lambda n: ("1234567890" * n)[:n],
    "digit space": lambda n: ("1 " * n)[:n],
    "(1) ": lambda n: ("(1)--" * n)[:n],
    "phone list": lambda n: ("646 555 0173, " * n)[:n],
    "skype ": lambda n: ("skype " * n)[:n],
    "your email ": lambda n: ("your email " * n)[:n],
    "what's your ": lambda n: ("what's your " * n)[:n],
    "skype no mark": lambda n: ("my skype is a_b1 " * n)[:n],
    "t.me": lambda n: ("t.me" * n)[:n],
    "t.me/a ": lambda n: ("t.me/ab " * n)[:n],
    "pay me ": lambda n: ("pay me paypal " * n)[:n],
    "quotes": lambda n: ("'your email' \" " * n)[:n],
    "spaces": lambda n: (" " * n)[:n],
    "iban": lambda n: ("my iban GB82WEST12345698765432 " * n)[:n],
    "zero width": lambda n: ("a\u200b" * n)[:n],
    "cyrillic": lambda n: ("дай почту " * n)[:n],
    "mixed scripts": lambda n: ("\u0435m\u0430il 电话號碼 " * n)[:n],
    "a dot b at c ": lambda n: ("a dot b at c " * n)[:n],
    "at dot ": lambda n: ("at dot " * n)[:n],
    "at ": lambda n: ("at " * n)[:n],
    "[at](dot)": lambda n: ("[at](dot)" * n)[:n],
    "gmail ": lambda n: ("gmail " * n)[:n],
    "x gee mail com ": lambda n: ("x gee mail com " * n)[:n],
    "number words": lambda n: ("one two three " * n)[:n],
    "double triple ": lambda n: ("double triple " * n)[:n],
    "ninety nine ": lambda n: ("ninety nine hundred " * n)[:n],
    "devanagari words": lambda n: ("नौ आठ सात शून्य " * n)[:n],
    "chinese digits": lambda n: ("一三八零" * n)[:n],
    "digit and word": lambda n: ("1 two 3 four " * n)[:n],
    "digits in words": lambda n: ("41 (no) 55 ok " * n)[:n],
    "a line each": lambda n: ("a\n" * n)[:n],
    "digit a line": lambda n: ("1\n" * n)[:n],
    "spaced letters": lambda n: ("g m a i l " * n)[:n],
    "dashed letters": lambda n: ("g-m-a-i-l-" * n)[:n],
    "leet": lambda n: ("wh4t5 y0ur 3m41l " * n)[:n],
    "base64": lambda n: ("dGVzc2FAZ21haWwuY29t" * n)[:n],
    "base64 words": lambda n: ("dGVzc2FAZ21haWwuY29t " * n)[:n],
    "hex": lambda n: ("deadbeef01" * n)[:n],
    "moc.liamg@": lambda n: ("moc.liamg@asset " * n)[:n],
    "upside down": lambda n: ("ɯoɔ˙lıɐɯƃ@ɐ " * n)[:n],
    "((((": lambda n: "(" * n,
    "()": lambda n: ("()" * n)[:n],
    "....": lambda n: "." * n,
    "@@@@": lambda n: "@" * n,
    "++++": lambda n: "+" * n,
    "0000": lambda n: "0" * n,
    "keycaps": lambda n: ("1\ufe0f\u20e3" * n)[:n],
    "combining": lambda n: ("a" + "\u0301" * 30) * (n // 31),
    "mathematical": lambda n: ("\U0001d422\U0001d427 " * n)[:n],
    "homoglyph mail": lambda n: ("\u0430@gm\u0430il.c\u043em " * n)[:n],
    "urls": lambda n: ("https://a.b.c/d?e=f&g " * n)[:n],
    "dots in a word": lambda n: ("a.b.c.d.e.f " * n)[:n],
    "eth": lambda n: ("0x697a26a1aa92ec52ed74a46762976204f1fe9e54 " * n)[:n],
    "base58": lambda n: ("TUu9GWc6UjWStckPZGeSyuZBV3T4XVjLUv " * n)[:n],
    "refusals": lambda n: ("sorry I can't share my email " * n)[:n],
    "clean chat": lambda n: (_LONG_CLEAN * (n // len(_LONG_CLEAN) + 1))[:n],
    "random unicode": lambda n: "".join(map(chr, random.Random(7).choices(range(32, 0xD7FF), k=n))),
}


def _best(work: Callable[[], object]) -> float:
    """The shortest of a few runs, in seconds of this process's own time: others on the machine do not count."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def _prefilter(detector: Detector, texts: list[str]) -> float:
    """Microseconds a message in batches."""
    batches = [texts[first : first + BATCH] for first in range(0, len(texts), BATCH)]
    return _best(lambda: [detector.suspects(batch) for batch in batches]) / len(texts) * 1e6


def _each(texts: tuple[str, ...], work: Callable[[str], object]) -> float:
    """The median of the texts' costs, in microseconds."""
    return statistics.median(_best(lambda text=text: [work(text) for _ in range(200)]) / 200 * 1e6 for text in texts)  # type: ignore[misc]


def _event(text: str) -> MessageEvent:
    return MessageEvent(
        message_id="m", conversation_id="c", sender_id="a", sent_at=datetime(2026, 1, 1, tzinfo=UTC),
        surface="inbox", text=text,
    )  # fmt: skip


def main(paths: list[str]) -> None:
    """Print every figure."""
    start = time.perf_counter()
    detector = Detector.default()
    print(f"build                       {(time.perf_counter() - start) * 1e3:8.0f} ms")
    print(f"prefilter, clean            {_prefilter(detector, list(_CLEAN) * 1000):8.2f} us a message")
    print(f"detect, flagged, median     {_each(_FLAGGED, detector.detect):8.1f} us (budget {FLAGGED_BAR_US:.0f})")
    print(f"detect, disguised, median   {_each(_DISGUISED, detector.detect):8.1f} us")
    observed = _each(("98110", "I like my phone", "which phone?"), lambda text: detector.observe(_event(text), None))
    print(f"observe, short, median      {observed:8.1f} us (with making the event)")
    for path in paths:
        texts = [json.loads(line)["text"] for line in Path(path).read_text("utf-8").splitlines()]
        share = len(detector.suspects(texts)) / len(texts)
        cost = _prefilter(detector, texts)
        note = "" if cost <= CLEAN_BAR_US else f"  above {CLEAN_BAR_US:.0f} us"
        print(f"{Path(path).stem:27} {cost:8.2f} us a message, {share:.2%} suspects{note}")
    _print_long(detector)


def _print_long(detector: Detector) -> None:
    print(f"\nadversarial texts of {SIZE} code points: ms, growth from half the size, prefilter ms")
    worst, worst_name, above = 0.0, "", 0
    for name, make in _ADVERSARIAL.items():
        half, whole = make(SIZE // 2), make(SIZE)
        short = _best(lambda text=half: detector.analyse(text))  # type: ignore[misc]
        long = _best(lambda text=whole: detector.analyse(text))  # type: ignore[misc]
        first = _best(lambda text=whole: detector.suspects([text]))  # type: ignore[misc]
        notes = [] if long * 1e3 <= LONG_BAR_MS else [f"above {LONG_BAR_MS:.0f} ms"]
        notes += [] if long / short <= GROWTH_BAR else ["more than linear"]
        print(f"  {name:16} {long * 1e3:8.1f} {long / short:6.2f} {first * 1e3:8.1f}  {', '.join(notes)}")
        above += long * 1e3 > LONG_BAR_MS
        if long > worst:
            worst, worst_name = long, name
    told = f"{above} above {LONG_BAR_MS:.0f} ms; the worst: {worst_name!r}, {worst * 1e3:.1f} ms"
    print(f"{len(_ADVERSARIAL)} shapes, {told}")


if __name__ == "__main__":
    main(sys.argv[1:])
