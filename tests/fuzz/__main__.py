"""`python -m tests.fuzz --seconds N [--engine hypothesis|atheris]`: look for texts that break an invariant.

Hypothesis mixes generated evasions and odd characters and shrinks what it finds; atheris, where it is installed,
follows the coverage of the code. Either prints the breaking text as a Python literal and ends with 1.
"""

import argparse
import importlib
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.invariants import check_conversation, check_prefilter, check_text
from tests.fuzz.texts import SAMPLES, conversations, encodable, texts

_ROUND = settings(
    max_examples=500,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
)


def _checks(first: int) -> list[Callable[[], None]]:
    """The two properties, over examples of their own for every seed."""

    @seed(first)
    @_ROUND
    @given(texts)
    def any_text(text: str) -> None:
        check_text(text)
        check_prefilter(text)

    @seed(first)
    @_ROUND
    @given(conversations)
    def any_conversation(messages: list[tuple[str, str]]) -> None:
        check_conversation(messages)

    return [any_text, any_conversation]


def main() -> int:
    """Fuzz; return how it ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--engine", choices=["hypothesis", "atheris"], default="hypothesis")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    if options.engine == "atheris":
        _coverage_guided(options.seconds)
        return 0
    first = random.SystemRandom().randrange(1 << 30) if options.seed is None else options.seed
    return _generated(options.seconds, first)


def _generated(seconds: int, first: int) -> int:
    end, rounds = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        for check in _checks(first + rounds):
            try:
                check()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
                told = "\n".join([*getattr(error, "__notes__", []), f"{type(error).__name__}: {error}"])
                print(f"seed {first + rounds}:\n{told}", file=sys.stderr)
                return 1
        rounds += 1
        print(f"\r{rounds * 1000} examples, {max(0, end - time.monotonic()):.0f} s left", end="", flush=True)
    print(f"\nnothing found in {rounds * 1000} examples from seed {first}")
    return 0


def _coverage_guided(seconds: int) -> None:
    try:
        atheris: Any = importlib.import_module("atheris")
    except ImportError:
        sys.exit("atheris is not installed: pip install atheris, or --engine hypothesis")

    def one(data: bytes) -> None:
        try:
            text = data.decode("utf-8", "surrogatepass" if data[:1] == b"s" else "replace")
        except UnicodeDecodeError:
            return
        cut = len(text) // 2
        try:
            check_text(text)
            check_prefilter(text)
            pieces = (("a", text[:cut]), ("b", "ok"), ("a", text[cut:]))
            check_conversation([(sender, encodable(piece)) for sender, piece in pieces])
        except BaseException:
            print(f"the text: {text!r}", file=sys.stderr)
            raise

    with tempfile.TemporaryDirectory() as folder:
        for number, sample in enumerate(SAMPLES):
            (Path(folder) / f"sample-{number}").write_bytes(sample.encode("utf-8", "surrogatepass"))
        atheris.instrument_all()
        atheris.Setup([sys.argv[0], folder, f"-max_total_time={seconds}", "-max_len=600",
                       f"-artifact_prefix={tempfile.gettempdir()}/"], one)  # fmt: skip
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
