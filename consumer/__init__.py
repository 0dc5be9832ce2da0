"""Backchannel: finds contact exchange in marketplace messages and publishes verdicts, exactly once, on Kafka.

Rooms, from the bottom up (a room imports only from rooms above it in this list; `tests/test_architecture.py` holds it):

    events      the values on the wire, one model per topic, and how they are decoded and encoded
    detection   what a text contains: findings, with spans into the original
    policy      the rules document: thresholds, exemptions, the ladder, reasons
    strikes     an account's ledger and its standing
    stages      screen and judge, the two pure steps
    telemetry   metrics, health, logs
    stream      batches, state, and (in stream/kafka) everything that touches a broker
    cli         one file per command; the composition root
"""

__version__ = "0.1.0"
