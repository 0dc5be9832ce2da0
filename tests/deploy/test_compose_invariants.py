"""What holds for every service of the compose file, whichever are added: known words, known neighbours, no way out."""

import re
from pathlib import PurePosixPath
from typing import Any

import pytest

from tests.deploy.containers import compose_command, ran
from tests.deploy.test_compose import COMPOSE, ROOT, SERVICES

TOP = {"services", "volumes"}
SERVICE = {
    "build",
    "cap_drop",
    "command",
    "depends_on",
    "environment",
    "healthcheck",
    "image",
    "ports",
    "profiles",
    "read_only",
    "restart",
    "security_opt",
    "stop_grace_period",
    "tmpfs",
    "volumes",
}
"""Those words of the Compose Specification that are used here; Compose itself refuses what it does not know, late."""
HEALTHCHECK = {"disable", "interval", "retries", "start_period", "test", "timeout"}
CONDITIONS = {"service_completed_successfully", "service_healthy", "service_started"}
DURATION = re.compile(r"([0-9]+(ms|s|m|h))+")
each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def test_the_top_has_known_words_only() -> None:
    assert {key for key in COMPOSE if not key.startswith("x-")} == TOP
    assert all(value == {} for value in COMPOSE["volumes"].values())


@each_service
def test_a_service_has_known_words_only(name: str) -> None:
    service = SERVICES[name]
    assert service.keys() <= SERVICE
    assert service.keys() >= {"image", "restart"}
    health = service.get("healthcheck", {})
    assert health.keys() <= HEALTHCHECK
    durations = [health[key] for key in ("interval", "timeout", "start_period") if key in health]
    for each in [*durations, *([service["stop_grace_period"]] if "stop_grace_period" in service else [])]:
        assert DURATION.fullmatch(each), each


@each_service
def test_every_value_of_the_environment_is_text(name: str) -> None:
    # YAML reads true, 1 and 0x10 as what they look like; Compose versions differ in what they make of that.
    assert all(isinstance(value, str) for value in SERVICES[name].get("environment", {}).values())


@each_service
def test_it_waits_for_services_that_exist_and_can_fulfil_the_condition(name: str) -> None:
    for other, wanted in SERVICES[name].get("depends_on", {}).items():
        assert wanted.keys() == {"condition"}
        assert wanted["condition"] in CONDITIONS
        waited = SERVICES[other]
        if wanted["condition"] == "service_healthy":
            assert "test" in waited["healthcheck"]
        if wanted["condition"] == "service_completed_successfully":
            assert waited["restart"] == "no"
        # A service behind a profile is not there when the profile is off.
        assert set(waited.get("profiles", [])) <= set(SERVICES[name].get("profiles", []))


def test_nobody_waits_in_a_circle() -> None:
    left = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    while left:
        free = {name for name, waits in left.items() if not waits & left.keys()}
        assert free, f"these wait for each other: {sorted(left)}"
        left = {name: waits for name, waits in left.items() if name not in free}


@each_service
def test_it_gets_volumes_that_are_declared_and_of_the_repository_only_to_read(name: str) -> None:
    for volume in SERVICES[name].get("volumes", []):
        source, place, *mode = volume.split(":")
        assert PurePosixPath(place).is_absolute()
        if source.startswith("./"):
            assert (ROOT / source).exists(), source
            assert mode == ["ro"], volume
        else:
            assert source in COMPOSE["volumes"], f"{source} is neither a volume nor of the repository"


def test_every_volume_is_used() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert COMPOSE["volumes"].keys() <= used


@each_service
def test_an_image_is_pinned_or_built_here(name: str) -> None:
    service: dict[str, Any] = SERVICES[name]
    tag = service["image"].rpartition(":")[2]
    if "build" in service:
        assert tag == "local"
        assert (ROOT / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    else:
        assert re.fullmatch(r"v?\d+\.\d+\.\d+", tag)


def test_compose_itself_reads_the_file() -> None:
    ran(*compose_command(), "--profile", "traffic", "config", "--quiet")
