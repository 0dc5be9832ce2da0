"""The compose file and the image fit the project: names, addresses, order of start, and nothing open to the world."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from consumer.settings import CONFIG_VARIABLE, PREFIX, Settings, load_settings
from tests.kafka.container import IMAGE

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")


def filled_in(text: str) -> str:
    """What Compose makes of a text where the user has set no variable."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def environment(name: str) -> dict[str, str]:
    """The service's variables as the container sees them."""
    return {key: filled_in(value) for key, value in SERVICES[name]["environment"].items()}


def ports(name: str) -> list[str]:
    """The service's published ports."""
    return [filled_in(port) for port in SERVICES[name].get("ports", [])]


def image_environment() -> dict[str, str]:
    return dict(re.findall(rf"({PREFIX}\w+)=(\S+)", DOCKERFILE))


def settings(name: str) -> Settings:
    given = image_environment() | environment(name)
    assert CONFIG_VARIABLE not in given
    return load_settings(None, given)


def test_the_services_are_there() -> None:
    assert set(SERVICES) == {"kafka", "topics", "worker", "traffic", "prometheus", "grafana"}
    assert OURS == ["topics", "traffic", "worker"]
    assert SERVICES["traffic"]["profiles"] == ["traffic"]
    assert "profiles" not in SERVICES["worker"]


def test_kafka_is_the_version_the_tests_run_against() -> None:
    assert SERVICES["kafka"]["image"] == IMAGE
    assert re.fullmatch(r"apache/kafka:\d+\.\d+\.\d+", IMAGE)


def test_ports_are_published_on_the_loopback_interface_only() -> None:
    assert all(port.startswith("127.0.0.1:") for name in SERVICES for port in ports(name))
    assert ports("kafka") == ["127.0.0.1:9092:9092"]
    assert ports("prometheus") == ["127.0.0.1:9090:9090"]
    assert ports("grafana") == ["127.0.0.1:3000:3000"]


def test_worker_can_be_scaled() -> None:
    worker = SERVICES["worker"]
    assert "container_name" not in worker
    assert "hostname" not in worker
    # A fixed port on the host would stop the second replica.
    assert worker["ports"] == [f"127.0.0.1::{settings('worker').http.port}"]
    assert environment("worker")["BACKCHANNEL_KAFKA__SLOT"] == "hostname"


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting_and_reaches_kafka(name: str) -> None:
    bootstrap = settings(name).kafka.bootstrap
    kafka = SERVICES["kafka"]["environment"]
    assert f"INTERNAL://{bootstrap}" in kafka["KAFKA_ADVERTISED_LISTENERS"].split(",")


def test_worker_has_a_hash_key_and_answers_outside_its_container() -> None:
    worker = settings("worker")
    assert worker.required_hash_key()
    assert worker.http.host == "0.0.0.0"  # noqa: S104 - inside its container
    assert worker.http.stalled_after_seconds > 0


def test_listeners_are_the_advertised_ones_on_the_same_ports() -> None:
    kafka = environment("kafka")

    def named(variable: str) -> dict[str, str]:
        return dict(re.findall(r"(\w+)://[^,]*:(\d+)", kafka[variable]))

    listeners = named("KAFKA_LISTENERS")
    assert set(named("KAFKA_ADVERTISED_LISTENERS").items()) < set(listeners.items())
    mapped = dict(pair.split(":") for pair in kafka["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))
    assert set(mapped) == set(listeners)
    assert ports("kafka") == [f"127.0.0.1:{listeners['EXTERNAL']}:{listeners['EXTERNAL']}"]
    # Whichever port the host publishes, this one is the same inside.
    assert f"/dev/tcp/kafka/{listeners['INTERNAL']}" in SERVICES["kafka"]["healthcheck"]["test"][-1]


def test_a_port_of_the_host_can_be_chosen_and_kafka_advertises_it() -> None:
    advertised = SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    assert advertised.endswith("EXTERNAL://localhost:${KAFKA_PORT:-9092}")
    assert SERVICES["kafka"]["ports"] == ["127.0.0.1:${KAFKA_PORT:-9092}:9092"]
    assert SERVICES["prometheus"]["ports"] == ["127.0.0.1:${PROMETHEUS_PORT:-9090}:9090"]
    assert SERVICES["grafana"]["ports"] == ["127.0.0.1:${GRAFANA_PORT:-3000}:3000"]


def test_one_broker_is_enough_for_offsets_and_transactions() -> None:
    kafka = SERVICES["kafka"]["environment"]
    for variable in (
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR",
    ):
        assert kafka[variable] == "1"
    assert settings("topics").topics.replication_factor == 1


def test_start_is_in_order() -> None:
    healthy = {"condition": "service_healthy"}
    done = {"condition": "service_completed_successfully"}
    assert "healthcheck" in SERVICES["kafka"]
    assert SERVICES["topics"]["depends_on"] == {"kafka": healthy}
    assert SERVICES["topics"]["restart"] == "no"
    for name in ("worker", "traffic"):
        assert SERVICES[name]["depends_on"] == {"kafka": healthy, "topics": done}


@pytest.mark.parametrize("name", OURS)
def test_our_containers_are_locked_down(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - a mount inside the container
    assert "privileged" not in service
    (user,) = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)


def test_stopping_leaves_time_for_the_batch_and_its_commit() -> None:
    grace = int(SERVICES["worker"]["stop_grace_period"].removesuffix("s"))
    assert grace * 1_000 > settings("worker").kafka.transaction_timeout_ms


def test_older_tools_can_read_both_files() -> None:
    # Compose before version 2 refuses a file with a name; Docker's classic builder has none of the others.
    assert "name" not in COMPOSE
    assert not re.search(r"^\s*RUN --|^\s*(COPY|ADD) .*--(chmod|link)|<<", DOCKERFILE, re.MULTILINE)


def test_the_builder_gets_what_the_image_is_built_from_and_no_more() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        source.removeprefix("./")
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for source in line.split()
    }
    assert "*" in ignored
    assert copied == allowed
