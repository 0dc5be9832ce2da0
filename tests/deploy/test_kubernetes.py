"""The Kubernetes manifests: accepted by strict schemas, and at one with settings, image, rules and each other."""

import copy
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from pydantic import ValidationError

from consumer import __version__
from consumer.events.topics import Role
from consumer.policy.loading import load_policy
from consumer.settings import CONFIG_VARIABLE, PREFIX, Settings, load_settings
from tests.deploy import custom_resources
from tests.deploy.test_compose import DOCKERFILE, ROOT

HERE = ROOT / "deploy/kubernetes"
BASE = HERE / "base"
PROMETHEUS_RULES = ROOT / "deploy/prometheus/rules"
RELEASES = ("1.29", "1.37")
"""The oldest Kubernetes looked at, and the newest whose schemas the validator has."""
Resource = dict[str, Any]


def resources(folder: Path) -> Iterator[Resource]:
    """What a kustomization names, its bases and components included, as it is written there."""
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    for name in [*kustomization.get("resources", []), *kustomization.get("components", [])]:
        path = folder / name
        if path.is_dir():
            yield from resources(path)
        else:
            yield from yaml.safe_load_all(path.read_text("utf-8"))


WRITTEN = list(resources(HERE))
BY_KIND: dict[str, Resource] = {each["kind"]: each for each in WRITTEN}
POD: Resource = BY_KIND["StatefulSet"]["spec"]["template"]
(WORKER,) = POD["spec"]["containers"]
NAME = "app.kubernetes.io/name"


def check(resource: Resource) -> None:
    """Raise where the resource has a field too many, one too few or one of the wrong type."""
    if resource["kind"] in custom_resources.KINDS:
        custom_resources.validate(resource)
        return
    for release in RELEASES:
        kubernetes_validate.validate(resource, release, strict=True)


def settings() -> Settings:
    """The worker's settings as a pod's container sees them."""
    given = {each["name"]: each.get("value", "from-elsewhere-from-elsewhere") for each in WORKER["env"]}
    assert given.pop(CONFIG_VARIABLE) == "/etc/backchannel/backchannel.toml"
    return load_settings(BASE / "backchannel.toml", given)


@pytest.mark.parametrize("resource", WRITTEN, ids=lambda each: each["kind"])
def test_a_strict_schema_accepts(resource: Resource) -> None:
    check(resource)


@pytest.mark.parametrize("resource", WRITTEN, ids=lambda each: each["kind"])
def test_a_strict_schema_refuses_a_field_it_does_not_know(resource: Resource) -> None:
    broken = copy.deepcopy(resource)
    broken.setdefault("spec", broken)["replicass"] = 3
    with pytest.raises((ValidationError, kubernetes_validate.ValidationError)):
        check(broken)


def test_everything_is_there_once_and_every_file_is_used() -> None:
    assert sorted(each["kind"] for each in WRITTEN) == sorted(BY_KIND)
    assert set(BY_KIND) == {
        "PodDisruptionBudget",
        "PrometheusRule",
        "ScaledObject",
        "Service",
        "ServiceAccount",
        "ServiceMonitor",
        "StatefulSet",
    }
    for folder in (BASE, HERE / "monitoring", HERE / "autoscaling"):
        named = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))["resources"]
        assert {path.name for path in folder.glob("*.yaml")} == {*named, "kustomization.yaml"}


def test_the_base_needs_no_operator() -> None:
    assert not {each["kind"] for each in resources(BASE)} & custom_resources.KINDS


def test_kustomize_renders_what_the_schemas_accept() -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("needs kubectl, which no Debian package brings in a version that knows components")
    ran = subprocess.run([kubectl, "kustomize", str(HERE)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    rendered = {each["kind"]: each for each in yaml.safe_load_all(ran.stdout)}
    assert set(rendered) == {*BY_KIND, "ConfigMap"}
    for each in rendered.values():
        check(each)
    worker = rendered["StatefulSet"]["spec"]
    assert "replicas" not in worker, "KEDA owns the number"
    (container,) = worker["template"]["spec"]["containers"]
    assert container["image"] == f"backchannel:{__version__}"
    mounted = [each["configMap"]["name"] for each in worker["template"]["spec"]["volumes"] if "configMap" in each]
    assert mounted == [rendered["ConfigMap"]["metadata"]["name"]]
    assert re.fullmatch(r"backchannel-\w+", mounted[0]), "a change of settings rolls the workers"
    assert set(rendered["ConfigMap"]["data"]) == {"backchannel.toml", "policy.toml"}


def test_the_image_is_the_one_of_this_version() -> None:
    (image,) = yaml.safe_load((BASE / "kustomization.yaml").read_text("utf-8"))["images"]
    assert (image["name"], image["newTag"]) == (WORKER["image"], __version__)


def test_settings_are_accepted_and_the_slot_is_the_pods_name() -> None:
    here = settings()
    (slot,) = (each for each in WORKER["env"] if each["name"] == f"{PREFIX}KAFKA__SLOT")
    assert slot["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}
    assert here.http.host == "0.0.0.0"  # noqa: S104 - inside its container
    assert {each["containerPort"] for each in WORKER["ports"]} == {here.http.port}


def test_secrets_come_from_the_secret_and_stand_nowhere_else() -> None:
    refs = {
        each["name"]: each["valueFrom"]["secretKeyRef"]
        for each in WORKER["env"]
        if "secretKeyRef" in each.get("valueFrom", {})
    }
    assert refs[f"{PREFIX}HASH_KEY"] == {"name": "backchannel", "key": "hash-key"}
    assert refs[f"{PREFIX}KAFKA__SASL_PASSWORD"]["optional"] is True
    assert "Secret" not in BY_KIND, "a secret in the repository is none"
    assert "hash_key" not in (BASE / "backchannel.toml").read_text("utf-8")


def test_the_policy_is_the_packages_own() -> None:
    policy = BASE / "policy.toml"
    assert str(settings().policy_file) == "/etc/backchannel/policy.toml"
    assert load_policy(policy).version == load_policy(None).version, "copy consumer/policy/default.toml over it"


def test_kubernetes_adds_no_variable_that_the_worker_would_refuse() -> None:
    assert POD["spec"]["enableServiceLinks"] is False
    assert POD["spec"]["automountServiceAccountToken"] is False


def test_the_pod_is_locked_down_and_runs_as_the_images_user() -> None:
    pod, container = POD["spec"]["securityContext"], WORKER["securityContext"]
    (user,) = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert (str(pod["runAsUser"]), str(pod["runAsGroup"])) == user
    assert pod["runAsNonRoot"] is True
    assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not {"hostNetwork", "hostPID", "hostIPC"} & POD["spec"].keys()
    mounts = {each["mountPath"]: each for each in WORKER["volumeMounts"]}
    assert set(mounts) == {"/etc/backchannel", "/tmp"}  # noqa: S108 - a mount inside the container
    assert mounts["/etc/backchannel"]["readOnly"] is True


def test_probes_ask_the_right_questions() -> None:
    paths = {name: WORKER[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    assert {name: get["path"] for name, get in paths.items()} == {
        "startup": "/livez",
        "liveness": "/livez",
        "readiness": "/readyz",
    }
    assert {get["port"] for get in paths.values()} == {WORKER["ports"][0]["name"]}


def test_memory_has_a_limit_and_the_processor_none() -> None:
    resources = WORKER["resources"]
    assert resources["requests"]["memory"] == resources["limits"]["memory"]
    assert "cpu" in resources["requests"]
    assert "cpu" not in resources["limits"], "throttling delays heartbeats"


def test_stopping_leaves_time_for_the_batch_and_its_commit() -> None:
    assert POD["spec"]["terminationGracePeriodSeconds"] * 1_000 > 2 * settings().kafka.transaction_timeout_ms


def test_selectors_find_the_pods_and_nobody_elses() -> None:
    labels = POD["metadata"]["labels"]
    selectors = [
        BY_KIND["StatefulSet"]["spec"]["selector"]["matchLabels"],
        BY_KIND["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        BY_KIND["Service"]["spec"]["selector"],
        *(each["labelSelector"]["matchLabels"] for each in POD["spec"]["topologySpreadConstraints"]),
    ]
    assert all(selector == labels == {NAME: "backchannel"} for selector in selectors)
    assert BY_KIND["StatefulSet"]["spec"]["serviceName"] == BY_KIND["Service"]["metadata"]["name"]
    assert POD["spec"]["serviceAccountName"] == BY_KIND["ServiceAccount"]["metadata"]["name"]


def test_prometheus_scrapes_the_port_under_the_job_the_rules_name() -> None:
    spec, service = BY_KIND["ServiceMonitor"]["spec"], BY_KIND["Service"]
    assert spec["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert [each["port"] for each in spec["endpoints"]] == [each["name"] for each in service["spec"]["ports"]]
    assert service["spec"]["ports"][0]["port"] == settings().http.port
    job = service["metadata"]["labels"][spec["jobLabel"]]
    named = set(re.findall(r'job="(\w+)"', json.dumps(BY_KIND["PrometheusRule"]).replace('\\"', '"')))
    assert named == {job}
    assert service["spec"]["publishNotReadyAddresses"] is True, "who restores must be seen"


def test_the_rules_are_those_of_prometheus() -> None:
    groups = [
        group
        for path in sorted(PROMETHEUS_RULES.glob("*.yml"))
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]
    ]
    assert BY_KIND["PrometheusRule"]["spec"]["groups"] == groups, "its first lines say how it is written anew"


def test_keda_measures_this_group_on_what_it_reads_and_stops_at_the_partitions() -> None:
    spec, here = BY_KIND["ScaledObject"]["spec"], settings()
    assert spec["maxReplicaCount"] == here.topics.partitions
    assert BY_KIND["StatefulSet"]["spec"]["replicas"] <= here.topics.partitions
    assert 2 <= spec["minReplicaCount"] < spec["maxReplicaCount"]
    triggers = [each["metadata"] for each in spec["triggers"]]
    assert {each["topic"] for each in triggers} == {
        here.topics.name(Role.MESSAGE_EVENTS),
        here.topics.name(Role.ACCOUNT_EVENTS),
    }
    for each in triggers:
        assert each["bootstrapServers"] == here.kafka.bootstrap
        assert each["consumerGroup"] == here.kafka.group_id
        assert each["offsetResetPolicy"] == here.kafka.start_from
        assert each["allowIdleConsumers"] == "false"
    target = spec["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("StatefulSet", BY_KIND["StatefulSet"]["metadata"]["name"])
