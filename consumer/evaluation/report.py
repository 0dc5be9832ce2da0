"""All the figures of an evaluation, counted from judged messages."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from consumer.evaluation.calibration import Reliability, reliability
from consumer.evaluation.judged import Judged
from consumer.evaluation.rates import Rate, Tally, wilson

UNDISGUISED = "none"
UNKNOWN_LANGUAGE = "und"
"""BCP 47's own word for a language nobody stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The figures of some messages.

    `flagged` counts messages: flagged and should be, should be and not, flagged and must not be. A message that
    may be flagged or not counts in neither. `exact` is the share of positives whose kinds and intents are right.
    `false_alarms` is the share of harmless messages flagged, `false_strikes` of those that would strike.
    """

    messages: int
    harmless: int
    flagged: Tally
    exact: Rate
    false_alarms: Rate
    false_strikes: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole and its parts; groups are by name, in alphabetical order.

    `kinds` counts findings by "kind/intent" ("kind" for labels without intents). `techniques` tells how many
    findings with a disguise were right and wrong; labels do not name techniques, so nothing is known as missed.
    """

    total: Group
    slices: Mapping[str, Group]
    languages: Mapping[str, Group]
    kinds: Mapping[str, Tally]
    techniques: Mapping[str, Tally]
    calibration: Reliability


def report_of(judged: Iterable[Judged]) -> Report:
    """Count everything."""
    messages = list(judged)
    findings = [(each, found) for each in messages for found in each.findings if not _neutral(each)]
    return Report(
        total=_group(messages),
        slices=_groups(messages, lambda each: each.case.group),
        languages=_groups(messages, lambda each: each.case.language or UNKNOWN_LANGUAGE),
        kinds=_kinds(messages),
        techniques=_techniques(messages),
        calibration=reliability((found.confidence, each.is_right(found)) for each, found in findings),
    )


def _neutral(each: Judged) -> bool:
    """Whether the message may be flagged or not, so that neither proves anything."""
    return not each.positive and not each.harmless


def _group(messages: list[Judged]) -> Group:
    positives = [each for each in messages if each.positive]
    harmless = [each for each in messages if each.harmless]
    found = sum(each.flagged or each.excused for each in positives)
    alarms = sum(each.flagged for each in harmless)
    return Group(
        messages=len(messages),
        harmless=len(harmless),
        flagged=Tally(right=found, missed=len(positives) - found, wrong=alarms),
        exact=wilson(sum(each.exact for each in positives), len(positives)),
        false_alarms=wilson(alarms, len(harmless)),
        false_strikes=wilson(sum(each.strikes for each in harmless), len(harmless)),
    )


def _groups(messages: list[Judged], name: Callable[[Judged], str]) -> dict[str, Group]:
    grouped: defaultdict[str, list[Judged]] = defaultdict(list)
    for each in messages:
        grouped[name(each)].append(each)
    return {key: _group(grouped[key]) for key in sorted(grouped)}


def _kinds(messages: list[Judged]) -> dict[str, Tally]:
    counts: defaultdict[str, Tally] = defaultdict(Tally)
    for each in messages:
        for expected in each.label.expected:
            name = f"{expected.kind}/{expected.intent}" if expected.intent else expected.kind
            counts[name] += Tally(missed=1) if expected in each.missing else Tally(right=1)
        for found in each.wrong:
            counts[f"{found.kind}/{found.intent}"] += Tally(wrong=1)
    return dict(sorted(counts.items()))


def _techniques(messages: list[Judged]) -> dict[str, Tally]:
    counts: Counter[tuple[str, bool]] = Counter()
    for each in messages:
        for found in each.counted:
            for technique in found.techniques or (UNDISGUISED,):
                counts[technique, each.is_right(found)] += 1
    names = sorted({name for name, _ in counts})
    return {name: Tally(right=counts[name, True], wrong=counts[name, False]) for name in names}
