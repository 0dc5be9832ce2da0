"""What a client error means for us: the only place that reads librdkafka's flags.

The order of the questions follows librdkafka's documentation of the transactional producer: fatal first, then "must
abort", then "may be tried again". Whatever is none of these is treated as fatal, because nothing is known about it.
"""

from typing import Literal

from confluent_kafka import KafkaError, KafkaException

Reaction = Literal["retry", "abort", "stop"]


class BrokerError(Exception):
    """A broker problem, told in one line."""


class BrokerUnavailableError(BrokerError):
    """No broker answers."""


class TopicsError(BrokerError):
    """Topics are missing or set up in a way the worker cannot work with; `problems` has one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class RegistryError(BrokerError):
    """The schema registry does not give what it is asked for."""


class InputLostError(BrokerError):
    """Committed input offsets point to records the broker no longer has."""


class RestoreStalledError(BrokerError):
    """A changelog could not be read to its end in time."""


class BatchAbortedError(Exception):
    """The transaction was aborted: nothing of the batch happened, and it can be processed again."""


class FatalClientError(Exception):
    """A client can no longer be trusted, nor can what is in memory: the process must end."""


def reaction(error: KafkaError) -> Reaction:
    """Tell what to do about an error of a transactional call."""
    if error.fatal():
        return "stop"
    if error.txn_requires_abort():
        return "abort"
    if error.retriable():
        return "retry"
    return "stop"


def error_of(exception: KafkaException) -> KafkaError:
    """Return the KafkaError inside the exception."""
    error = exception.args[0]
    if not isinstance(error, KafkaError):
        raise TypeError(f"KafkaException without a KafkaError: {type(error).__name__}")
    return error


def describe(error: KafkaError) -> str:
    """Name and explain an error in one line."""
    return f"{error.name()}: {error.str()}".replace("\n", " ")
