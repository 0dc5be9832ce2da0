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
    "random unicode": lambda n: "".join(map(chr, random.Random(7).choices(range(32, 0xD7FF), k=n))),
}


def _best(work: Callable[[], object]) -> float:
    """The shortest of a few runs, in seconds."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
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
    print(f"detect, flagged, median     {_each(_FLAGGED, detector.detect):8.1f} us")
    observed = _each(("98110", "I like my phone", "which phone?"), lambda text: detector.observe(_event(text), None))
    print(f"observe, short, median      {observed:8.1f} us (with making the event)")
    for path in paths:
        texts = [json.loads(line)["text"] for line in Path(path).read_text("utf-8").splitlines()]
        share = len(detector.suspects(texts)) / len(texts)
        print(f"{Path(path).stem:27} {_prefilter(detector, texts):8.2f} us a message, {share:.2%} suspects")
    print(f"\nadversarial texts of {SIZE} code points: ms, growth from half the size, prefilter ms")
    for name, make in _ADVERSARIAL.items():
        half, whole = make(SIZE // 2), make(SIZE)
        short = _best(lambda text=half: detector.analyse(text))  # type: ignore[misc]
        long = _best(lambda text=whole: detector.analyse(text))  # type: ignore[misc]
        first = _best(lambda text=whole: detector.suspects([text]))  # type: ignore[misc]
        print(f"  {name:16} {long * 1e3:8.1f} {long / short:6.2f} {first * 1e3:8.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
