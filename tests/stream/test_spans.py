"""The span of a batch: what it says when the batch is committed, aborted or fails, and that it tells nothing else."""

from collections import Counter
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from consumer.stream.records import OutRecord
from consumer.stream.result import BatchResult
from consumer.stream.spans import MOST_LINKS, BatchSpans, NoSpans
from consumer.strikes.breaker import Breaker
from tests.stream.world import ACCOUNTS, MESSAGES, POLICY, TRACE, FakeRecord, World, message, second_hop

TEXT = "give ana@example.org"


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    """Where the spans of the test end up."""
    kept = InMemorySpanExporter()
    yield kept
    kept.shutdown()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> BatchSpans:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return BatchSpans(provider.get_tracer("test"), "a-group")


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    (span,) = exporter.get_finished_spans()
    return span


def traced(number: int) -> OutRecord:
    """An output that carries on the trace of that number."""
    return OutRecord("t", b"k", b"v", [("traceparent", f"00-{number:032x}-{number:016x}-01".encode())])


def test_a_committed_batch_says_how_much_it_was_and_where_the_time_went(
    spans: BatchSpans, exporter: InMemorySpanExporter
) -> None:
    world = World()
    first = world.commit({MESSAGES: [FakeRecord(message(TEXT).value(), _headers=[TRACE])]})
    with spans.batch() as span:
        result = world.process({ACCOUNTS: second_hop(first)})
        span.committed(result)
    told = only(exporter)
    assert (told.name, told.kind, told.parent) == ("process batch", SpanKind.CONSUMER, None)
    attributes = dict(told.attributes or {})
    assert attributes["messaging.system"] == "kafka"
    assert attributes["messaging.consumer.group.name"] == "a-group"
    assert attributes["messaging.batch.message_count"] == 1
    assert attributes["backchannel.verdicts"] == 1
    assert attributes["backchannel.transaction"] == "committed"
    assert attributes["backchannel.seconds.judge"] > 0  # type: ignore[operator]
    (link,) = told.links
    assert f"{link.context.trace_id:032x}" == TRACE[1].split(b"-")[1].decode()
    assert told.status.status_code is StatusCode.UNSET
    assert "ana" not in told.to_json()


def test_an_aborted_batch_is_an_error_without_links(spans: BatchSpans, exporter: InMemorySpanExporter) -> None:
    with spans.batch() as span:
        span.aborted(BatchResult(Breaker(POLICY.breaker), outputs=[traced(1)]))
    told = only(exporter)
    assert told.status.status_code is StatusCode.ERROR
    assert dict(told.attributes or {})["backchannel.transaction"] == "aborted"
    assert not told.links


def test_an_error_marks_the_span_by_its_type_and_never_by_its_words(
    spans: BatchSpans, exporter: InMemorySpanExporter
) -> None:
    with pytest.raises(ValueError, match="ana"), spans.batch():
        raise ValueError(TEXT)
    told = only(exporter)
    assert dict(told.attributes or {})["error.type"] == "ValueError"
    assert told.status.status_code is StatusCode.ERROR
    assert "ana" not in told.to_json()


def test_each_trace_is_linked_once_and_no_more_than_are_kept(spans: BatchSpans, exporter: InMemorySpanExporter) -> None:
    outputs = [traced(number) for number in range(1, MOST_LINKS + 20) for _ in range(2)]
    with spans.batch() as span:
        span.committed(BatchResult(Breaker(POLICY.breaker), outputs=outputs))
    linked = Counter(link.context.trace_id for link in only(exporter).links)
    assert linked == Counter(range(1, MOST_LINKS + 1))


@pytest.mark.parametrize(
    "header", [b"", b"00-zz-1-01", b"\xff\xfe", b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01"], ids=str
)
def test_a_trace_that_cannot_be_read_is_left_out(
    spans: BatchSpans, exporter: InMemorySpanExporter, header: bytes
) -> None:
    with spans.batch() as span:
        span.committed(
            BatchResult(Breaker(POLICY.breaker), outputs=[OutRecord("t", None, b"v", [("traceparent", header)])])
        )
    assert not only(exporter).links


def test_without_tracing_nothing_happens_and_errors_pass() -> None:
    with NoSpans().batch() as span:
        span.committed(BatchResult(Breaker(POLICY.breaker)))
    with pytest.raises(KeyError), NoSpans().batch():
        raise KeyError
