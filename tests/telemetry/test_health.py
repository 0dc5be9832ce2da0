"""The health port answers truly, and never holds up the end."""

import http.client
import socket
import time
from collections.abc import Iterator, Mapping

import pytest
from prometheus_client.parser import text_string_to_metric_families

from consumer.telemetry.health import ORDER_HEADER, Health, HealthServer, _is_local
from consumer.telemetry.metrics import Metrics

LIMIT = 30.0


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Read the clock."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    return Health(stalled_after=LIMIT, clock=clock)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics.create()


@pytest.fixture
def server(health: Health, metrics: Metrics) -> Iterator[HealthServer]:
    with HealthServer(health, metrics.registry, host="127.0.0.1", port=0) as running:
        yield running


def ask(
    server: HealthServer, path: str, method: str = "GET", accept: str = "*/*", headers: Mapping[str, str] = {}
) -> tuple[int, str, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        connection.request(method, path, headers={"Accept": accept, **headers})
        response = connection.getresponse()
        return response.status, response.read().decode(), response.headers
    finally:
        connection.close()


def test_alive_while_the_loop_turns_and_dead_once_it_stalls(server: HealthServer, health: Health, clock: Clock) -> None:
    clock.now += LIMIT
    assert ask(server, "/livez")[0] == 200
    clock.now += 0.5
    status, body, _ = ask(server, "/livez")
    assert (status, body) == (503, "the loop last came round 30 s ago\n")
    health.beat()
    assert ask(server, "/livez")[0] == 200


def test_ready_only_while_the_worker_says_so(server: HealthServer, health: Health) -> None:
    assert ask(server, "/readyz")[:2] == (503, "starting\n")
    health.set_ready(ready=False, reason="restoring 3 partitions")
    assert ask(server, "/readyz")[:2] == (503, "restoring 3 partitions\n")
    health.set_ready(ready=True, reason="12 partitions")
    assert ask(server, "/readyz")[:2] == (200, "12 partitions\n")


def test_a_stalled_loop_is_not_ready_whatever_it_said_last(server: HealthServer, health: Health, clock: Clock) -> None:
    health.set_ready(ready=True, reason="running")
    clock.now += LIMIT + 1
    assert ask(server, "/readyz")[0] == 503


def test_metrics_are_those_of_the_registry(server: HealthServer, metrics: Metrics) -> None:
    metrics.strikes.inc(3)
    status, body, headers = ask(server, "/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain; version=")
    families = {family.name: family for family in text_string_to_metric_families(body)}
    assert families["backchannel_strikes"].samples[0].value == 3


def test_metrics_come_as_openmetrics_to_whom_asks_for_it(server: HealthServer) -> None:
    _, body, headers = ask(server, "/metrics", accept="application/openmetrics-text; version=1.0.0")
    assert headers["Content-Type"].startswith("application/openmetrics-text")
    assert body.endswith("# EOF\n")


def test_a_query_is_ignored_and_any_other_path_is_not_found(server: HealthServer) -> None:
    assert ask(server, "/livez?verbose=1")[0] == 200
    assert ask(server, "/livez/")[0] == 404
    assert ask(server, "/")[0] == 404


def test_head_gives_the_headers_alone(server: HealthServer) -> None:
    status, body, headers = ask(server, "/metrics", method="HEAD")
    assert (status, body) == (200, "")
    assert int(headers["Content-Length"]) > 1000


def test_nothing_can_be_changed_but_by_an_order(server: HealthServer) -> None:
    assert ask(server, "/livez", method="PUT")[0] == 501
    assert ask(server, "/livez", method="POST")[0] == 404


def test_an_order_is_taken_from_this_machine_with_its_header_only(health: Health, metrics: Metrics) -> None:
    given: list[str] = []
    orders = {"/stop/it": lambda: given.append("stop")}
    with HealthServer(health, metrics.registry, host="127.0.0.1", port=0, orders=orders) as server:
        assert ask(server, "/stop/it", method="POST")[0] == 403
        assert ask(server, "/stop/it", method="GET")[0] == 404
        assert ask(server, "/stop/that", method="POST", headers={ORDER_HEADER: "1"})[0] == 404
        assert given == []
        assert ask(server, "/stop/it", method="POST", headers={ORDER_HEADER: "1"})[0] == 202
        assert given == ["stop"]


@pytest.mark.parametrize(
    ("peer", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.7", False),
        ("::ffff:10.0.0.7", False),
        ("fe80::1%eth0", False),
    ],
)
def test_only_the_loopback_address_is_this_machine(*, peer: str, local: bool) -> None:
    assert _is_local(peer) is local


def test_a_silent_client_delays_neither_others_nor_the_end(health: Health, metrics: Metrics) -> None:
    server = HealthServer(health, metrics.registry, host="127.0.0.1", port=0).start()
    with socket.create_connection(("127.0.0.1", server.port)) as silent:
        silent.sendall(b"GET /livez HT")
        assert ask(server, "/livez")[0] == 200
        began = time.monotonic()
        server.close()
        # A handler waits 5 s for a client; the end must not wait for the handler.
        assert time.monotonic() - began < 3


def test_the_port_is_free_again_afterwards(health: Health, metrics: Metrics) -> None:
    with HealthServer(health, metrics.registry, host="127.0.0.1", port=0) as first:
        port = first.port
        ask(first, "/livez")
    with HealthServer(health, metrics.registry, host="127.0.0.1", port=port) as again:
        assert ask(again, "/livez")[0] == 200


def test_a_taken_port_is_an_error_at_once(server: HealthServer, health: Health, metrics: Metrics) -> None:
    with pytest.raises(OSError, match="in use"):
        HealthServer(health, metrics.registry, host="127.0.0.1", port=server.port)


def test_closing_what_never_started_is_harmless(health: Health, metrics: Metrics) -> None:
    HealthServer(health, metrics.registry, host="127.0.0.1", port=0).close()
