# ruff: noqa: N815 - the names are Kubernetes' own
"""The operators' resources as they may be written here: what these models do not know is refused.

Kubernetes itself drops unknown fields of such resources without a word. Fields and types are those of KEDA's
`scaledobjects.keda.sh` (v1alpha1) and Prometheus Operator's `servicemonitors` and `prometheusrules`
(monitoring.coreos.com/v1), as far as they are used, and of KEDA's documentation of the `kafka` scaler, whose metadata
are strings by definition.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

Duration = Annotated[str, StringConstraints(pattern=r"^([0-9]+[dhms])+$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=63)]
Whole = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*$")]
Switch = Literal["true", "false"]


class Strict(BaseModel):
    """No unknown field, no conversion: a number is a number and a string a string."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Metadata(Strict):
    """Of any resource."""

    name: Name
    labels: dict[str, str] = {}


class Selector(Strict):
    """By labels."""

    matchLabels: dict[str, str]


class Relabeling(Strict):
    """A label made from others."""

    sourceLabels: list[str]
    targetLabel: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_]\w*$")]


class Endpoint(Strict):
    """A port of the Service to scrape, by its name."""

    port: str
    path: Annotated[str, StringConstraints(pattern=r"^/")]
    interval: Duration
    scrapeTimeout: Duration
    relabelings: list[Relabeling] = []


class ServiceMonitorSpec(Strict):
    """What to scrape."""

    jobLabel: str
    selector: Selector
    endpoints: Annotated[list[Endpoint], Field(min_length=1)]


class ServiceMonitor(Strict):
    """Prometheus Operator's."""

    apiVersion: Literal["monitoring.coreos.com/v1"]
    kind: Literal["ServiceMonitor"]
    metadata: Metadata
    spec: ServiceMonitorSpec


class Recording(Strict):
    """A rule that keeps a series."""

    record: str
    expr: str
    labels: dict[str, str] = {}


class Alert(Strict):
    """A rule that fires; `for` is Python's word too."""

    alert: str
    expr: str
    labels: dict[str, str]
    annotations: dict[str, str]
    lasting: Annotated[Duration | None, Field(alias="for")] = None
    keep_firing_for: Duration | None = None


class Group(Strict):
    """Rules evaluated together."""

    name: Annotated[str, StringConstraints(min_length=1)]
    rules: list[Alert | Recording]
    interval: Duration | None = None


class PrometheusRuleSpec(Strict):
    """The content of rule files."""

    groups: list[Group]


class PrometheusRule(Strict):
    """Prometheus Operator's."""

    apiVersion: Literal["monitoring.coreos.com/v1"]
    kind: Literal["PrometheusRule"]
    metadata: Metadata
    spec: PrometheusRuleSpec


class KafkaLag(Strict):
    """Metadata of the `kafka` scaler."""

    bootstrapServers: str
    consumerGroup: str
    topic: str
    lagThreshold: Whole
    offsetResetPolicy: Literal["earliest", "latest"]
    allowIdleConsumers: Switch


class Trigger(Strict):
    """What is measured."""

    type: Literal["kafka"]
    metadata: KafkaLag


class Target(Strict):
    """What is scaled."""

    apiVersion: Literal["apps/v1"]
    kind: Literal["StatefulSet"]
    name: Name


class ScalingPolicy(Strict):
    """At most this many at a time; the HorizontalPodAutoscaler allows up to half an hour."""

    type: Literal["Pods", "Percent"]
    value: Annotated[int, Field(ge=1)]
    periodSeconds: Annotated[int, Field(ge=1, le=1_800)]


class Direction(Strict):
    """How it goes up, or down."""

    stabilizationWindowSeconds: Annotated[int, Field(ge=0, le=3_600)]
    policies: Annotated[list[ScalingPolicy], Field(min_length=1)]


class Behavior(Strict):
    """Both ways."""

    scaleUp: Direction
    scaleDown: Direction


class AutoscalerConfig(Strict):
    """What KEDA hands to the HorizontalPodAutoscaler it makes."""

    behavior: Behavior


class Advanced(Strict):
    """Of a ScaledObject."""

    horizontalPodAutoscalerConfig: AutoscalerConfig


class ScaledObjectSpec(Strict):
    """What is scaled, between which numbers, by what."""

    scaleTargetRef: Target
    minReplicaCount: Annotated[int, Field(ge=0)]
    maxReplicaCount: Annotated[int, Field(ge=1)]
    pollingInterval: Annotated[int, Field(ge=1)]
    cooldownPeriod: Annotated[int, Field(ge=0)]
    advanced: Advanced
    triggers: Annotated[list[Trigger], Field(min_length=1)]


class ScaledObject(Strict):
    """KEDA's."""

    apiVersion: Literal["keda.sh/v1alpha1"]
    kind: Literal["ScaledObject"]
    metadata: Metadata
    spec: ScaledObjectSpec


Custom = Annotated[ServiceMonitor | PrometheusRule | ScaledObject, Field(discriminator="kind")]
ADAPTER: TypeAdapter[ServiceMonitor | PrometheusRule | ScaledObject] = TypeAdapter(Custom)
KINDS = frozenset({"ServiceMonitor", "PrometheusRule", "ScaledObject"})


def validate(resource: dict[str, Any]) -> ServiceMonitor | PrometheusRule | ScaledObject:
    """Read a resource; pydantic's ValidationError tells what is wrong."""
    return ADAPTER.validate_python(resource)
