"""One span a batch, when tracing is on: how many records, what came of them, where the time went, and whose traces.

A batch holds records of many traces, so its span is the child of none. It links to the traces of the messages that
caused outputs, whose `traceparent` the outputs carry on unchanged: from a message's trace one finds the batch it was
judged in. Names follow OpenTelemetry's conventions for messaging. No text, no key and no account is in a span.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from consumer.stream.records import OutRecord
from consumer.stream.result import BatchResult

if TYPE_CHECKING:
    from opentelemetry.trace import Span, SpanContext, Tracer

MOST_LINKS: Final = 128
"""What OpenTelemetry keeps of a span's links unless told otherwise."""


class BatchSpan(Protocol):
    """What the loop tells of a batch."""

    def committed(self, result: BatchResult) -> None:
        """Tell that the batch's transaction was committed."""
        ...

    def aborted(self, result: BatchResult) -> None:
        """Tell that the batch's transaction was aborted, and the batch will come again."""
        ...


class Spans(Protocol):
    """Makes the spans of batches."""

    @contextmanager
    def batch(self) -> Iterator[BatchSpan]:
        """Cover one batch from processing to commit; an error that passes marks the span."""
        ...


class _Nothing:
    def committed(self, result: BatchResult) -> None:
        pass

    def aborted(self, result: BatchResult) -> None:
        pass


class NoSpans:
    """Tracing is off."""

    _nothing = _Nothing()

    @contextmanager
    def batch(self) -> Iterator[BatchSpan]:
        """Do nothing."""
        yield self._nothing


class BatchSpans:
    """Tracing is on; `group` is the consumer group."""

    def __init__(self, tracer: "Tracer", group: str) -> None:
        self._tracer = tracer
        self._fixed = {
            "messaging.system": "kafka",
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.consumer.group.name": group,
        }

    @contextmanager
    def batch(self) -> Iterator[BatchSpan]:
        """Begin a span that has no parent."""
        from opentelemetry.context import Context  # noqa: PLC0415 - an extra
        from opentelemetry.trace import SpanKind, Status, StatusCode  # noqa: PLC0415

        span = self._tracer.start_span(
            "process batch", context=Context(), kind=SpanKind.CONSUMER, attributes=self._fixed
        )
        try:
            yield _Recorded(span)
        except BaseException as error:
            # Its type alone: an unforeseen error's words may quote a message.
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise
        finally:
            span.end()


class _Recorded:
    def __init__(self, span: "Span") -> None:
        self._span = span

    def committed(self, result: BatchResult) -> None:
        self._describe("committed", result)
        for phase, seconds in result.tally.seconds.items():
            self._span.set_attribute(f"backchannel.seconds.{phase}", seconds)
        for context in _contexts(result.outputs):
            self._span.add_link(context)

    def aborted(self, result: BatchResult) -> None:
        from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415 - an extra

        self._describe("aborted", result)
        self._span.set_status(Status(StatusCode.ERROR, "transaction aborted"))

    def _describe(self, transaction: str, result: BatchResult) -> None:
        tally = result.tally
        self._span.set_attributes(
            {
                "messaging.batch.message_count": tally.records,
                "backchannel.transaction": transaction,
                "backchannel.partitions": len(result.offsets),
                "backchannel.outputs": len(result.outputs),
                "backchannel.verdicts": tally.verdicts.total(),
                "backchannel.dead_letters": tally.dead_letters.total(),
            }
        )


def _contexts(outputs: Iterable[OutRecord]) -> "Iterator[SpanContext]":
    """The traces that outputs carry on, each once and the first MOST_LINKS of them; what cannot be read is no trace."""
    from opentelemetry.trace import get_current_span  # noqa: PLC0415 - an extra
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

    read = TraceContextTextMapPropagator()
    seen: set[bytes] = set()
    for record in outputs:
        parent = next((value for name, value in record.headers if name == "traceparent"), None)
        if parent is None or parent in seen:
            continue
        seen.add(parent)
        context = get_current_span(read.extract({"traceparent": parent.decode("latin-1")})).get_span_context()
        if context.is_valid:
            yield context
        if len(seen) == MOST_LINKS:
            return
