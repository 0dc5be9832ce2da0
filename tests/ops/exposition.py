"""Which series a worker exposes."""

from prometheus_client.core import Metric

from consumer.telemetry.metrics import Metrics

AWAITED: frozenset[str] = frozenset()
"""Shown on dashboards and asked for by rules, but not exposed yet. A test fails while a name here is exposed."""

_SUFFIXES = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_sum", "_count"),
    "summary": ("_sum", "_count"),
    "info": ("_info",),
    "gauge": ("",),
}


def exposed() -> frozenset[str]:
    """The names of all series of a worker, labelled ones without a value yet among them."""
    return frozenset(name for family in Metrics.create().registry.collect() for name in _names(family))


def counters() -> frozenset[str]:
    """The names of series that only ever rise."""
    rising = {"counter", "histogram", "summary"}
    families = Metrics.create().registry.collect()
    return frozenset(name for family in families if family.type in rising for name in _names(family))


def _names(family: Metric) -> list[str]:
    return [family.name + suffix for suffix in _SUFFIXES[family.type]]
