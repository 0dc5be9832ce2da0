"""Backchannel: finds contact exchange in marketplace messages and publishes verdicts, exactly once, on Kafka.

Rooms, from the bottom up (a room imports only from rooms above it in this list; `tests/test_architecture.py` holds it):

    events      the values on the wire, one model per topic, and how they are decoded and encoded
    detection   what a text contains: findings, with spans into the original
    policy      the rules document: thresholds, exemptions, the ladder, reasons
    strikes     an account's ledger and its standing
    stages      screen and judge, the two pure steps
    backtest    two policies over the same past: what changes, and for whom
    evaluation  how well labelled cases are found: counts, rates, calibration
    telemetry   metrics, health, logs
    stream      batches, state, and (in stream/kafka) everything that touches a broker
    traffic     seeded traffic that looks like a marketplace's; only commands use it
    settings    what an operator can set, from the environment and a file
    assembly    settings to a worker: where every room is put together
    cli         one file per command
    __main__    `python -m consumer`
"""

__version__ = "0.1.0"
