"""A worker with tracing on sends a span for each batch to whom OpenTelemetry's variables name, and works without it."""

import builtins
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from consumer.cli.errors import ExitCode, report
from consumer.events.topics import Role
from consumer.telemetry.tracing import TracingError, start_tracing
from consumer.traffic import TrafficItem
from tests.exactly_once.messages import message
from tests.exactly_once.site import Site, site

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
TRACE = f"00-{TRACE_ID}-b7ad6b7169203331-01".encode()


class Collector:
    """As much of an OpenTelemetry collector as keeps what it is sent."""

    def __init__(self) -> None:
        self.requests: list[ExportTraceServiceRequest] = []
        kept = self.requests

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kept.append(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def spans(self) -> list[Any]:
        """Every span so far."""
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    here = Collector()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", here.endpoint)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    yield here
    here.close()


def produce_traced(here: Site, item: TrafficItem) -> None:
    """Produce a message as a platform that traces does."""
    producer = here.producer()
    producer.produce(here.topic(Role.MESSAGE_EVENTS), item.value, item.key, headers=[("traceparent", TRACE)])
    assert producer.flush(20) == 0


@pytest.mark.kafka
def test_the_trace_of_a_message_leads_to_its_batches_and_to_its_verdict(
    kafka_bootstrap: str, tmp_path: Path, collector: Collector
) -> None:
    with site(kafka_bootstrap, tmp_path, 3, {"BACKCHANNEL_TRACING__ENABLED": "true"}) as here:
        worker = here.start("slot-7")
        produce_traced(here, message("an-account", 1))
        here.wait_until_idle()
        assert worker.stop() == 0, worker.text()
        (verdict,) = here.read(Role.FLAGGED_MESSAGES)
        assert dict(verdict.headers() or [])["traceparent"] == TRACE
    batches = [span for span in collector.spans() if span.name == "process batch"]
    linked = [span for span in batches if any(link.trace_id.hex() == TRACE_ID for link in span.links)]
    assert len(linked) == 2, "one for each hop"
    about = {each.key: each.value.string_value for each in collector.requests[0].resource_spans[0].resource.attributes}
    assert about["service.name"] == "backchannel"
    assert about["service.instance.id"] == "slot-7"
    assert not [request for request in collector.requests if b"stonepost" in request.SerializeToString()]


@pytest.mark.kafka
def test_a_collector_that_is_away_costs_nothing_but_its_spans(
    kafka_bootstrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    with site(kafka_bootstrap, tmp_path, 3, {"BACKCHANNEL_TRACING__ENABLED": "true"}) as here:
        worker = here.start("0")
        here.produce([message("an-account", 1)])
        here.wait_until_idle()
        assert worker.stop() == 0, worker.text()
        assert len(here.read(Role.FLAGGED_MESSAGES)) == 1


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:  # noqa: ANN401 - as the real one
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(TracingError, match=r"pip install 'backchannel\[tracing\]'") as raised:
        start_tracing("0")
    monkeypatch.undo()
    assert report(raised.value) is ExitCode.CONFIG


def test_spans_are_of_this_service_unless_the_operator_names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    monkeypatch.delenv("OTEL_SERVICE_NAME", raising=False)
    assert start_tracing("3").resource.attributes["service.name"] == "backchannel"  # type: ignore[attr-defined]
    monkeypatch.setenv("OTEL_SERVICE_NAME", "ours")
    assert start_tracing("3").resource.attributes["service.name"] == "ours"  # type: ignore[attr-defined]
