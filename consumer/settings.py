"""Settings: a TOML file, then the environment over it, validated once at start and never changed.

Every name is checked: an unknown key in the file and an unknown `BACKCHANNEL_…` variable are errors, because
a setting that is silently ignored is worse than a worker that does not start. `settings_reference.toml`
beside this module explains every field to the operator.

Problems are told without the values that caused them: a value may be a password.
"""

import difflib
import os
import socket
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as SourceError

from consumer.events.topics import Role

PREFIX = "BACKCHANNEL_"
CONFIG_VARIABLE = "BACKCHANNEL_CONFIG"
RESERVED = (CONFIG_VARIABLE, "BACKCHANNEL_REQUIRE_", "BACKCHANNEL_TEST_", "BACKCHANNEL_CI_")
"""Names, or beginnings of names ending in `_`, that are not settings."""
MIN_HASH_KEY = 16
"""Bytes; a shorter key could be found by trying."""

Option = str | bool | int | float
"""What librdkafka takes as an option's value."""
TopicName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,249}$")]
"""What Kafka takes as a topic's name."""
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
Positive = Annotated[int, Field(gt=0, le=2**31 - 1)]

OWNED_OPTIONS: Mapping[str, str] = {
    "bootstrap.servers": "set kafka.bootstrap",
    "metadata.broker.list": "set kafka.bootstrap",
    "group.id": "set kafka.group_id",
    "group.protocol": "set kafka.group_protocol",
    "group.instance.id": "set kafka.static_membership",
    "transactional.id": "set kafka.group_id and kafka.slot",
    "transaction.timeout.ms": "set kafka.transaction_timeout_ms",
    "session.timeout.ms": "set kafka.session_timeout_ms",
    "auto.offset.reset": "set kafka.start_from",
    "sasl.password": "set kafka.sasl_password, which is never printed",
    "ssl.key.password": "set kafka.ssl_key_password, which is never printed",
    "enable.auto.commit": "exactly-once needs the worker's own value",
    "enable.auto.offset.store": "exactly-once needs the worker's own value",
    "enable.idempotence": "exactly-once needs the worker's own value",
    "isolation.level": "exactly-once needs the worker's own value",
}
"""librdkafka options that do not pass through, and what to do instead."""


class SettingsError(Exception):
    """The settings cannot be used; one line per problem in `problems`, none of them showing a value."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Section(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class KafkaSettings(Section):
    """The cluster, the group, and what every client is told.

    `options` reaches every librdkafka client, `consumer_options` and `producer_options` only those. They stay
    out of the repr: SASL and TLS options can be secrets.
    """

    bootstrap: Annotated[str, StringConstraints(min_length=1)] = "localhost:9092"
    group_id: Name = "backchannel"
    slot: Name = "0"
    group_protocol: Literal["classic", "consumer"] = "classic"
    static_membership: bool = False
    start_from: Literal["earliest", "latest"] = "earliest"
    session_timeout_ms: Positive = 45_000
    transaction_timeout_ms: Positive = 15_000
    sasl_password: SecretStr | None = None
    ssl_key_password: SecretStr | None = None
    options: Annotated[dict[str, Option], Field(repr=False)] = {}
    consumer_options: Annotated[dict[str, Option], Field(repr=False)] = {}
    producer_options: Annotated[dict[str, Option], Field(repr=False)] = {}

    @field_validator("slot")
    @classmethod
    def _named_by_host(cls, slot: str) -> str:
        return socket.gethostname() if slot == "hostname" else slot

    @field_validator("options", "consumer_options", "producer_options")
    @classmethod
    def _leave_ours_alone(cls, options: dict[str, Option]) -> dict[str, Option]:
        for name in options:
            if name in OWNED_OPTIONS:
                raise ValueError(f'librdkafka\'s "{name}" cannot be set here: {OWNED_OPTIONS[name]}')
        return options

    @property
    def transactional_id(self) -> str:
        """The producer's identity, stable per slot, so that a restarted worker fences its former self."""
        return f"{self.group_id}-{self.slot}"

    def client_options(self) -> dict[str, Option]:
        """Options for any librdkafka client, secrets in clear: for the composition root, never for a log."""
        merged: dict[str, Option] = {"bootstrap.servers": self.bootstrap, **self.options}
        if self.sasl_password is not None:
            merged["sasl.password"] = self.sasl_password.get_secret_value()
        if self.ssl_key_password is not None:
            merged["ssl.key.password"] = self.ssl_key_password.get_secret_value()
        return merged


class TopicSettings(Section):
    """The topics' names, and what `backchannel topics create` creates them with."""

    message_events: TopicName = "message-events"
    account_events: TopicName = "account-events"
    moderator_actions: TopicName = "moderator-actions"
    gig_approvals: TopicName = "gig-approvals"
    flagged_messages: TopicName = "flagged-messages"
    account_standing: TopicName = "account-standing"
    dead_letters: TopicName = "message-events.dead-letter"
    conversation_memory: TopicName = "backchannel.conversation-memory"
    account_ledger: TopicName = "backchannel.account-ledger"
    partitions: Annotated[int, Field(ge=1, le=10_000)] = 12
    replication_factor: Annotated[int, Field(ge=1, le=32)] = 1

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len(set(self.names().values())) < len(self.names()):
            raise ValueError("two roles share one topic name; each needs its own topic")
        return self

    def names(self) -> dict[Role, str]:
        """The configured name of every role."""
        return {role: self.name(role) for role in Role}

    def name(self, role: Role) -> str:
        """The configured name of one role."""
        name: str = getattr(self, role.value)
        return name


class WorkerSettings(Section):
    """The loop's sizes and patience."""

    max_batch: Annotated[int, Field(ge=1, le=100_000)] = 10_000
    max_work_ms: Positive = 250
    max_wait_ms: Positive = 100
    tick_ms: Positive = 1_000
    restore_stall_seconds: Positive = 180
    abort_attempts: Annotated[int, Field(ge=1, le=1_000)] = 8
    future_tolerance_seconds: Annotated[int, Field(ge=0, le=30 * 86_400)] = 600
    oldest_sent_at: Annotated[AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC))] = datetime(
        2010, 1, 1, tzinfo=UTC
    )


class HttpSettings(Section):
    """The port of /metrics, /livez and /readyz.

    Local by default: a container's deployment opens it on purpose with `host = "0.0.0.0"`.
    """

    enabled: bool = True
    host: Annotated[str, StringConstraints(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 9464
    stalled_after_seconds: Positive = 60


class SchemaRegistrySettings(Section):
    """Confluent's Schema Registry, for readers that expect its frame around published values. Off without a URL.

    `options` reaches the registry's client (TLS, for example) and stays out of the repr.
    """

    url: Annotated[str, StringConstraints(pattern=r"^(https?|mock)://")] | None = None
    credentials: SecretStr | None = None
    register_schemas: bool = True
    options: Annotated[dict[str, Option], Field(repr=False)] = {}


class TracingSettings(Section):
    """OpenTelemetry spans, one a batch; where they go is said by OpenTelemetry's own variables."""

    enabled: bool = False


class Settings(BaseSettings):
    """Everything that can be set. `Settings()`: the defaults; `load_settings` reads file and environment."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
    )

    kafka: KafkaSettings = KafkaSettings()
    topics: TopicSettings = TopicSettings()
    worker: WorkerSettings = WorkerSettings()
    http: HttpSettings = HttpSettings()
    schema_registry: SchemaRegistrySettings = SchemaRegistrySettings()
    tracing: TracingSettings = TracingSettings()
    policy_file: Path | None = None
    shadow_policy: Path | None = None
    hash_key: SecretStr | None = None
    event_source: Annotated[str, StringConstraints(min_length=1, max_length=200)] = "backchannel"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "json"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing behind the caller's back: `load_settings` passes in what file and environment say."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @field_validator("hash_key")
    @classmethod
    def _long_enough(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value().encode()) < MIN_HASH_KEY:
            raise ValueError(f"needs at least {MIN_HASH_KEY} bytes; `openssl rand -hex 32` makes a good one")
        return key

    @model_validator(mode="after")
    def _heartbeat_outlives_a_commit(self) -> Self:
        # A commit may block the loop for a whole transaction timeout; that is no reason to be killed.
        if self.http.enabled and self.http.stalled_after_seconds * 1_000 <= self.kafka.transaction_timeout_ms:
            raise ValueError("http.stalled_after_seconds must be longer than kafka.transaction_timeout_ms")
        return self

    def required_hash_key(self) -> bytes:
        """The key of the details' keyed hash; SettingsError if there is none."""
        if self.hash_key is None:
            problem = "hash_key: missing; set BACKCHANNEL_HASH_KEY to a secret that all workers share"
            raise SettingsError([f"{problem} (`openssl rand -hex 32` makes a good one)"])
        return self.hash_key.get_secret_value().encode()


class _Environment(EnvSettingsSource):
    """pydantic-settings' reading of variables, over a mapping that is handed in."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(Settings)
        self.env_vars = {name.lower(): value for name, value in variables.items() if value}


def load_settings(path: Path | None, env: Mapping[str, str] | None = None) -> Settings:
    """Read the file at `path`, or the one `BACKCHANNEL_CONFIG` names, and the environment over it.

    `env` is the process's environment unless given. An empty variable counts as unset. Raises SettingsError
    with one line per problem.
    """
    env = os.environ if env is None else env
    variables = {name: value for name, value in env.items() if _is_setting(name)}
    if path is None and env.get(CONFIG_VARIABLE):
        path = Path(env[CONFIG_VARIABLE])
    problems = list(_unknown_variables(variables))
    try:
        from_env = _Environment(variables)()
    except SourceError as error:
        # The message names the field and the source; the value is only in its cause.
        raise SettingsError([*problems, f"environment: {error}, which must be JSON"]) from None
    values = _merge(_plain_options(_read_file(path)), _plain_options(from_env))
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += [_line(detail, variables) for detail in error.errors(include_input=False, include_url=False)]
        raise SettingsError(problems) from None
    if problems:
        raise SettingsError(problems)
    return settings


def _is_setting(name: str) -> bool:
    if not name.upper().startswith(PREFIX):
        return False
    return not any(name == word or (word.endswith("_") and name.startswith(word)) for word in RESERVED)


def _unknown_variables(variables: Iterable[str]) -> Iterable[str]:
    # Only the first word is checked here: below it, pydantic refuses what a section does not know.
    for name in sorted(variables):
        first = name[len(PREFIX) :].split("__")[0].lower()
        if first not in Settings.model_fields:
            yield f"{name}: unknown setting{_suggestion(first, Settings.model_fields)}"


def _read_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([f"{path}: not UTF-8"]) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{path}: not valid TOML: {error}"]) from error


def _plain_options(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the clients' options the names the clients know.

    TOML reads an unquoted `security.protocol` as nested tables, and a variable's name cannot hold a dot, so
    both `{"security": {"protocol": …}}` and `security_protocol` mean `security.protocol`.
    """
    plain = dict(values)
    for section in ("kafka", "schema_registry"):
        given = plain.get(section)
        if isinstance(given, Mapping):
            plain[section] = {
                name: dict(_flat(value)) if name.endswith("options") and isinstance(value, Mapping) else value
                for name, value in given.items()
            }
    return plain


def _flat(options: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in options.items():
        full = above + name.replace("_", ".")
        if isinstance(value, Mapping):
            yield from _flat(value, full + ".")
        else:
            yield full, value


def _merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for name, value in over.items():
        below = merged.get(name)
        merged[name] = _merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def _line(detail: ErrorDetails, variables: Iterable[str]) -> str:
    place = [str(part) for part in detail["loc"]]
    name = ".".join(place) or "settings"
    variable = PREFIX + "__".join(place).upper()
    where = f"{name} ({variable})" if variable in {given.upper() for given in variables} else name
    if detail["type"] == "extra_forbidden":
        return f"{where}: unknown setting{_suggestion(place[-1], _known(place[:-1]))}"
    return f"{where}: {detail['msg'].removeprefix('Value error, ')}"


def _known(place: list[str]) -> Iterable[str]:
    if not place:
        return Settings.model_fields
    section = Settings.model_fields[place[0]].annotation
    return section.model_fields if isinstance(section, type) and issubclass(section, BaseModel) else ()


def _suggestion(given: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(given, known, n=1)
    return f', did you mean "{close[0]}"?' if close else ""
