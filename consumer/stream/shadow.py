"""A second policy judged beside the one in force, into metrics only.

Every incident that is judged for the first time is judged once more by the shadow policy, on the same ledger, and the
ledger that comes of it is thrown away. So the answer is to "what would this verdict, and this standing, be if the
shadow took over now, with the strikes the account really has?". Needing no ledgers of its own it costs no memory, and
it is right from the first message after a restart. What it does not tell is where accounts would stand had the shadow
been in force all along: `backchannel backtest` does.
"""

from consumer.backtest.decided import decided, standing_after
from consumer.stages.judge import Judgement
from consumer.stream.result import Tally


def compare(live: Judgement, shadow: Judgement, tally: Tally) -> None:
    """Count what the shadow decided on an incident, and where that differs from the live judgement."""
    real, other = decided(live), decided(shadow)
    if real is None or other is None:
        return
    tally.shadow_verdicts[other] += 1
    if real != other:
        tally.shadow_differences[real, other] += 1
    stands, would_stand = standing_after(live), standing_after(shadow)
    if stands != would_stand:
        tally.shadow_standings[stands, would_stand] += 1
