"""Screen and judge, the two pure steps: event to incident, and incident to verdict.

No Kafka, no clock, no I/O: input, state, policy and time come in as arguments; what to publish and remember
goes out.
"""
