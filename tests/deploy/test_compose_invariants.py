"""What holds for every service of the compose file: the specification, and how services fit together."""

import copy
import json
import re
from importlib import resources
from pathlib import PurePosixPath
from typing import Any

import jsonschema
import pytest

from tests.deploy.containers import compose_command, ran
from tests.deploy.test_compose import COMPOSE, ROOT, SERVICES

CONDITIONS = {"service_completed_successfully", "service_healthy", "service_started"}
DURATION = re.compile(r"([0-9]+(ms|s|m|h))+")
each_service = pytest.mark.parametrize("name", sorted(SERVICES))


SPECIFICATION: dict[str, Any] = json.loads(
    (resources.files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json").read_text("utf-8")
)
"""The Compose Specification's own JSON Schema, as check-jsonschema carries it along."""


def objections(document: dict[str, Any]) -> list[str]:
    """What the specification has against a compose file."""
    found = jsonschema.validators.validator_for(SPECIFICATION)(SPECIFICATION).iter_errors(document)
    return [f"{'.'.join(map(str, each.absolute_path))}: {each.message}" for each in found]


def test_the_compose_specification_accepts_the_file() -> None:
    assert objections(COMPOSE) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("services", "worker", "depend_on"), ["kafka"]),
        (("services", "worker", "healthchecks"), {}),
        (("services", "kafka", "healthcheck", "retries"), ["many"]),
        (("services", "kafka", "ports"), "9092"),
        (("volume",), {}),
    ],
    ids=lambda each: ".".join(each) if isinstance(each, tuple) else "",
)
def test_the_compose_specification_refuses_what_is_wrong(path: tuple[str, ...], value: object) -> None:
    broken = copy.deepcopy(COMPOSE)
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert objections(broken)


@each_service
def test_a_service_says_what_it_runs_and_what_happens_when_it_ends(name: str) -> None:
    service = SERVICES[name]
    assert service.keys() >= {"image", "restart"}
    health = service.get("healthcheck", {})
    durations = [health[key] for key in ("interval", "timeout", "start_period") if key in health]
    # The specification only says that they are text.
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
