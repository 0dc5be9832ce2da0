"""Judging and counting, with a detector whose findings are written into the texts."""

from collections.abc import Sequence
from typing import cast, get_args

import pytest

from consumer.detection import Detector, Finding, Observation
from consumer.evaluation import Judge, Judged, report_of
from consumer.evaluation.cases import Case, Expectation, Label
from consumer.events.conversation import ConversationMemory
from consumer.events.message import MessageEvent
from consumer.events.vocabulary import Intent, Kind
from consumer.policy import load_policy

Wanted = Sequence[tuple[Kind, Intent]]


class _Told:
    """Finds what a text tells it to: `email/provide/0.9 link/provide/0.3`."""

    def detect(self, text: str, locale: str | None = None) -> tuple[Finding, ...]:
        del locale
        return tuple(self._finding(word) for word in text.split() if "/" in word)

    def observe(self, event: MessageEvent, memory: ConversationMemory | None) -> Observation:
        return Observation(self.detect(event.text), memory)

    @staticmethod
    def _finding(word: str) -> Finding:
        kind, intent, confidence, *techniques = word.split("/")
        assert kind in get_args(Kind)
        return Finding(
            kind=cast("Kind", kind),
            intent=cast("Intent", intent),
            start=0,
            end=1,
            confidence=float(confidence),
            techniques=tuple(techniques),
        )


JUDGE = Judge(cast("Detector", _Told()), load_policy(None))


def expectations(wanted: Wanted) -> tuple[Expectation, ...]:
    return tuple(Expectation(kind, intent) for kind, intent in wanted)


def talk(*messages: tuple[str, Wanted, Wanted], group: str = "s", language: str | None = None) -> tuple[Judged, ...]:
    return JUDGE.judge(
        Case(
            name="x",
            group=group,
            language=language,
            messages=tuple(("A", text) for text, _, _ in messages),
            labels=tuple(Label(expectations(expected), expectations(accepted)) for _, expected, accepted in messages),
        )
    )


def single(text: str, expected: Wanted = (), accepted: Wanted = ()) -> Judged:
    (judged,) = talk((text, expected, accepted))
    return judged


def test_right_wrong_and_missing() -> None:
    right = single("email/provide/0.9", [("email", "provide")])
    assert (right.flagged, right.exact, right.missing, right.wrong) == (True, True, (), ())
    other = single("phone/provide/0.9", [("email", "provide")])
    assert (other.flagged, other.exact, len(other.missing), len(other.wrong)) == (True, False, 1, 1)
    silent = single("nothing", [("email", "provide")])
    assert (silent.flagged, silent.exact, len(silent.missing)) == (False, False, 1)


def test_an_accepted_finding_stands_beside_or_in_place_of_one_expected() -> None:
    accepted: Wanted = [("handle", "provide")]
    assert single("handle/provide/0.9", [("phone", "provide")], accepted).exact
    assert single("handle/provide/0.9 phone/provide/0.9", [("phone", "provide")], accepted).exact
    two = single("handle/provide/0.9", [("phone", "provide"), ("email", "provide")], accepted)
    assert len(two.missing) == 1


@pytest.mark.parametrize(
    ("confidence", "flagged", "strikes"), [(0.49, False, False), (0.5, True, False), (0.9, True, True)]
)
def test_a_finding_counts_from_the_threshold_for_review(confidence: float, *, flagged: bool, strikes: bool) -> None:
    judged = single(f"email/provide/{confidence}")
    assert (judged.flagged, judged.strikes) == (flagged, strikes)


def test_a_split_detail_seen_a_message_late_is_found_where_the_label_allows() -> None:
    phone: Wanted = [("phone", "provide")]
    judged = talk(("98110", phone, []), ("phone/provide/0.9", [], phone), ("ok", [], []))
    total = report_of(judged).total
    assert (total.flagged.right, total.flagged.missed, total.flagged.wrong, total.harmless) == (1, 0, 0, 1)
    judged = talk(("98110", phone, []), ("ok", [], phone))
    assert report_of(judged).total.flagged.missed == 1


def test_the_report_counts_messages_kinds_techniques_and_languages() -> None:
    judged = [
        *talk(("email/provide/0.9/leet", [("email", "provide")], []), group="a", language="pl"),
        *talk(("", [("email", "provide")], []), group="a"),
        *talk(("phone/provide/0.6/leet", [], []), group="b"),
        *talk(("", [], []), group="b"),
    ]
    report = report_of(judged)
    flagged = report.total.flagged
    assert (flagged.right, flagged.missed, flagged.wrong, report.total.harmless) == (1, 1, 1, 2)
    assert (report.total.false_alarms.value, report.total.false_strikes.value) == (0.5, 0.0)
    assert (report.slices["a"].flagged.recall.value, report.slices["b"].false_alarms.value) == (0.5, 0.5)
    assert set(report.languages) == {"pl", "und"}
    mail, phone, leet = report.kinds["email/provide"], report.kinds["phone/provide"], report.techniques["leet"]
    assert (mail.right, mail.missed, mail.wrong, phone.wrong) == (1, 1, 0, 1)
    assert (leet.right, leet.wrong) == (1, 1)
    assert sum(each.count for each in report.calibration.bins) == 2
