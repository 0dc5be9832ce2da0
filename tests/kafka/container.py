"""Apache Kafka in a container: one node that is broker and controller, able to do transactions.

Works with the `apache/kafka` image, which testcontainers' own Kafka class does not support. The advertised
address must carry the host port, and Docker chooses that port only at start. So the container's first act is
to wait for its own address; `start` hands it over, and returns once a client on this side reaches the broker.
"""

import time
from typing import Final, Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from docker.errors import APIError, DockerException, ImageNotFound  # type: ignore[import-untyped]
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient

IMAGE: Final = "apache/kafka:4.1.1"

_CLIENT_PORT: Final = 9092
_ADDRESS_FILE: Final = "/tmp/advertised"  # noqa: S108  # inside the container, which is ours alone
_START: Final = f"""
until [ -e {_ADDRESS_FILE} ]; do sleep 0.1; done
export KAFKA_ADVERTISED_LISTENERS="CLIENT://$(cat {_ADDRESS_FILE}),BROKER://localhost:19092"
exec /etc/kafka/docker/run
"""
# The image takes its default properties or the environment's, never a mix, so these are all a node needs.
# Internal topics have one partition each: every partition costs start-up time.
_SETTINGS: Final = {
    "KAFKA_NODE_ID": "1",
    "KAFKA_PROCESS_ROLES": "broker,controller",
    "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
    "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER",
    "KAFKA_LISTENERS": f"CLIENT://:{_CLIENT_PORT},BROKER://:19092,CONTROLLER://:9093",
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CLIENT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "KAFKA_LOG_DIRS": "/var/lib/kafka/data",
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "1",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS": "1",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
}


class ApacheKafka(DockerContainer):
    """A broker for as long as the `with` block lasts; `bootstrap` is its address for clients on this host."""

    def __init__(self, image: str = IMAGE, *, ready_within: float = 60.0) -> None:
        super().__init__(image)
        self._ready_within = ready_within
        self.with_exposed_ports(_CLIENT_PORT)
        self.with_envs(**_SETTINGS)
        self.with_command(["sh", "-c", _START])

    @property
    def bootstrap(self) -> str:
        """`host:port`, as the broker advertises it."""
        return f"{self.get_container_host_ip()}:{self.get_exposed_port(_CLIENT_PORT)}"

    def start(self) -> Self:
        """Start the container, tell it its address, and wait until the broker answers there."""
        super().start()
        # Renamed into place, so the waiting shell never reads half an address.
        script = f'printf %s "$0" > {_ADDRESS_FILE}.new && mv {_ADDRESS_FILE}.new {_ADDRESS_FILE}'
        told = self.exec(["sh", "-c", script, self.bootstrap])
        if told.exit_code != 0:
            raise RuntimeError(f"the container did not take its address: {told.output.decode()}")
        self._await_broker()
        return self

    def _await_broker(self) -> None:
        # librdkafka logs every refused connection while the broker starts; nobody needs to read that.
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})
        deadline = time.monotonic() + self._ready_within
        while True:
            try:
                admin.list_topics(timeout=1.0)
            except KafkaException as error:
                self.reload()
                if self.status == "running" and time.monotonic() < deadline:
                    continue
                log = self.get_wrapped_container().logs(tail=40).decode()
                raise RuntimeError(f"{self.image} is not reachable ({self.status}):\n{log}") from error
            else:
                return


def why_unavailable(image: str = IMAGE) -> str | None:
    """Say in one line why no container of this image can run here; None when one can."""
    try:
        engine = DockerClient()
    except DockerException:
        return "no Docker engine answers"
    try:
        if not _obtain(engine, image):
            return f"the Docker engine has no image {image} and cannot pull it"
        # The reaper, which cleans up after killed test runs, is an image too. Tests can do without it.
        if not testcontainers_config.ryuk_disabled:
            testcontainers_config.ryuk_disabled = not _obtain(engine, testcontainers_config.ryuk_image)
    finally:
        engine.client.close()
    return None


def _obtain(engine: DockerClient, image: str) -> bool:
    images = engine.client.images
    try:
        images.get(image)
    except ImageNotFound:
        try:
            images.pull(image)
        except APIError:
            return False
    return True
