"""Is the worker alive, is it ready: the two answers an orchestrator asks for, and the port it asks on.

Alive means that the loop came round lately. A broker that is down does not stop the loop, so it does not fail
`/livez`: restarting the worker would not mend the broker. Ready means that the worker's partitions are
assigned and restored.

Orders to the worker arrive on the same port, by POST. Only a process of the same machine (or container) may give one:
the peer must be the loopback address, and must send a header that no web page can make a browser send.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socketserver import TCPServer
from typing import ClassVar, Self

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

_log = logging.getLogger(__name__)
_PLAIN = "text/plain; charset=utf-8"

ORDER_HEADER = "X-Backchannel-Order"
"""What every order carries, with any value."""
Orders = Mapping[str, Callable[[], None]]
"""What a POST to each path does; called from the server's threads."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no, and why."""

    ok: bool
    reason: str


class Health:
    """What the loop says of itself, for the server's threads to read; each write is atomic.

    `clock` counts seconds and never goes back. The loop is stalled when its last `beat` is older than
    `stalled_after` seconds; that must exceed what the loop may rightly block (a transaction's timeout).
    """

    __slots__ = ("_beat", "_clock", "_ready", "_stalled_after")

    def __init__(self, *, stalled_after: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stalled_after = stalled_after
        self._beat = clock()
        self._ready = Answer(ok=False, reason="starting")

    def beat(self) -> None:
        """Say that the loop came round."""
        self._beat = self._clock()

    def set_ready(self, ready: bool, reason: str) -> None:  # noqa: FBT001 - the flag is the subject
        """Say whether the worker's partitions are assigned and restored, and if not, what is missing."""
        self._ready = Answer(ready, reason)

    def live(self) -> Answer:
        """Whether the loop came round lately."""
        age = self._clock() - self._beat
        if age > self._stalled_after:
            return Answer(ok=False, reason=f"the loop last came round {age:.0f} s ago")
        return Answer(ok=True, reason="the loop is turning")

    def ready(self) -> Answer:
        """What `set_ready` said last, unless the loop is stalled."""
        live = self.live()
        return self._ready if live.ok else live


class HealthServer:
    """`/metrics`, `/livez` and `/readyz` on one port, answered by daemon threads of their own.

    `port` 0 takes any free port; `port` then tells which. OSError if the address cannot be had. A client that
    is slow, or never hangs up, does not delay `close`. `orders` are taken from this machine only.
    """

    def __init__(
        self, health: Health, registry: CollectorRegistry, *, host: str, port: int, orders: Orders | None = None
    ) -> None:
        self._server = _Server((host, port), health, registry, orders or {})
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="health", daemon=True
        )

    @property
    def port(self) -> int:
        """The port listened on."""
        return int(self._server.server_address[1])

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop listening and let the port go. Harmless if never started."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exit: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], health: Health, registry: CollectorRegistry, orders: Orders) -> None:
        self.health = health
        self.registry = registry
        self.orders = orders
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # HTTPServer would ask the name service for this host's name here: slow, and nobody needs it.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Log it: a client that hung up is not worth a traceback on standard error."""
        del request, client_address
        _log.warning("a health or metrics request failed", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5
    server_version = "backchannel"
    sys_version = ""
    _checks: ClassVar[dict[str, Callable[[Health], Answer]]] = {
        "/livez": Health.live,
        "/readyz": Health.ready,
    }

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            encode, content_type = choose_encoder(self.headers.get("Accept", ""))
            self._reply(HTTPStatus.OK, content_type, encode(self.server.registry))
        elif path in self._checks:
            answer = self._checks[path](self.server.health)
            status = HTTPStatus.OK if answer.ok else HTTPStatus.SERVICE_UNAVAILABLE
            self._reply(status, _PLAIN, f"{answer.reason}\n".encode())
        else:
            self._reply(HTTPStatus.NOT_FOUND, _PLAIN, b"only /metrics, /livez and /readyz\n")

    def do_POST(self) -> None:
        order = self.server.orders.get(self.path)
        if order is None:
            self._reply(HTTPStatus.NOT_FOUND, _PLAIN, b"no such order\n")
        elif not _is_local(self.client_address[0]) or ORDER_HEADER not in self.headers:
            self._reply(HTTPStatus.FORBIDDEN, _PLAIN, b"orders are taken from this machine only, with their header\n")
        else:
            order()
            self._reply(HTTPStatus.ACCEPTED, _PLAIN, b"accepted\n")

    def do_HEAD(self) -> None:
        self.do_GET()

    def _reply(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Stay silent: a probe every few seconds is not news."""


def _is_local(host: str) -> bool:
    address = ip_address(host.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
