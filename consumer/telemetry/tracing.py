"""Where spans go: OpenTelemetry's SDK, which is an extra, set up by its own standard variables.

`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_TRACES_SAMPLER`, `OTEL_SERVICE_NAME` and the like mean here what they mean
everywhere. A collector that is away costs nothing but its spans: they are sent from a thread, out of a bounded queue.
"""

import os
from typing import TYPE_CHECKING, Final

from consumer import __version__

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

_SERVICE: Final = "OTEL_SERVICE_NAME"


class TracingError(Exception):
    """Spans are wanted and cannot be made."""


def start_tracing(instance: str) -> "Tracer":
    """Return a tracer that sends spans by OTLP over HTTP, `instance` being this worker's name among its kind.

    Raises TracingError when the extra is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        problem = "tracing.enabled is set but OpenTelemetry is not installed: pip install 'backchannel[tracing]'"
        raise TracingError(problem) from error
    told = {"service.version": __version__, "service.instance.id": instance}
    if not os.environ.get(_SERVICE):
        told["service.name"] = "backchannel"
    provider = TracerProvider(resource=Resource.create(told))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("backchannel", __version__)
