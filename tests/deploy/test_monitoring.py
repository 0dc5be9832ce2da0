"""The compose file's Prometheus and Grafana find the worker, the rules, each other and the dashboards."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.test_compose import COMPOSE, ROOT, SERVICES, settings

PROMETHEUS: dict[str, Any] = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
PROVISIONING = ROOT / "deploy/grafana/provisioning"


def mounts(service: str) -> dict[str, str]:
    """What is mounted where: by place in the container, without the mode."""
    split = (volume.split(":") for volume in SERVICES[service]["volumes"])
    return {place: source for source, place, *_ in split}


def in_container(service: str, place: str) -> Path:
    """The file of the repository that a path in the container is."""
    for mounted, source in mounts(service).items():
        if place.startswith(mounted) and source.startswith("./"):
            return ROOT / source / place.removeprefix(mounted).lstrip("/")
    raise AssertionError(f"{place} is not mounted from the repository")


@pytest.mark.parametrize("service", ["prometheus", "grafana"])
def test_images_are_pinned_and_locked_down(service: str) -> None:
    body = SERVICES[service]
    assert re.fullmatch(r"(prom/prometheus:v|grafana/grafana:)\d+\.\d+\.\d+", body["image"])
    assert body["read_only"] is True
    assert body["cap_drop"] == ["ALL"]
    assert "profiles" not in body, "one command brings up everything but traffic"


@pytest.mark.parametrize("service", ["prometheus", "grafana"])
def test_they_keep_data_in_a_volume_and_read_the_repository_only(service: str) -> None:
    named = [volume for volume in SERVICES[service]["volumes"] if not volume.startswith("./")]
    assert [volume.split(":")[0] for volume in named] == [f"{service}-data"]
    assert f"{service}-data" in COMPOSE["volumes"]
    assert all(volume.endswith(":ro") for volume in SERVICES[service]["volumes"] if volume.startswith("./"))


def test_prometheus_is_given_its_configuration_and_rules() -> None:
    (flag,) = (each for each in SERVICES["prometheus"]["command"] if each.startswith("--config.file="))
    config = in_container("prometheus", flag.partition("=")[2])
    assert config == ROOT / "deploy/prometheus/prometheus.yml"
    assert all(list(config.parent.glob(pattern)) for pattern in PROMETHEUS["rule_files"])


def test_prometheus_finds_every_replica_of_the_worker() -> None:
    (job,) = (each for each in PROMETHEUS["scrape_configs"] if each["job_name"] == "backchannel")
    (found,) = job["dns_sd_configs"]
    assert found["names"] == ["worker"]
    assert found["names"][0] in SERVICES
    assert found["port"] == settings("worker").http.port


def test_grafana_finds_prometheus_and_the_dashboards() -> None:
    (source,) = yaml.safe_load((PROVISIONING / "datasources/prometheus.yml").read_text("utf-8"))["datasources"]
    assert source["url"] == "http://prometheus:9090"
    assert "prometheus" in SERVICES
    (provider,) = yaml.safe_load((PROVISIONING / "dashboards/backchannel.yml").read_text("utf-8"))["providers"]
    folder = in_container("grafana", provider["options"]["path"])
    assert {path.name for path in folder.glob("*.json")} == {"worker.json", "trust-and-safety.json"}
    assert in_container("grafana", "/etc/grafana/provisioning") == PROVISIONING
    home = SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert in_container("grafana", home).is_file()


def test_each_waits_for_what_it_reads_and_says_when_it_is_ready() -> None:
    assert SERVICES["prometheus"]["depends_on"] == {"worker": {"condition": "service_started"}}
    assert SERVICES["grafana"]["depends_on"] == {"prometheus": {"condition": "service_healthy"}}
    for service, path in (("prometheus", "9090/-/ready"), ("grafana", "3000/api/health")):
        assert SERVICES[service]["healthcheck"]["test"][-1] == f"http://localhost:{path}"
