"""Settings: file under environment, every name checked, no value shown."""

import socket
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from consumer.events.topics import BY_ROLE, Role
from consumer.settings import OWNED_OPTIONS, Settings, SettingsError, load_settings

SECRET = "correct horse battery staple"  # noqa: S105 - to be looked for in what must not show it
REFERENCE = resources.files("consumer") / "settings_reference.toml"


def settings_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path | None, env: Mapping[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as raised:
        load_settings(path, env)
    return raised.value.problems


def test_environment_goes_over_the_file_and_the_file_over_the_defaults(tmp_path: Path) -> None:
    path = settings_file(tmp_path, '[kafka]\nbootstrap = "file:1"\ngroup_id = "from-file"\n')
    settings = load_settings(path, {"BACKCHANNEL_KAFKA__BOOTSTRAP": "env:1", "BACKCHANNEL_LOG_LEVEL": "debug"})
    assert settings.kafka.bootstrap == "env:1"
    assert settings.kafka.group_id == "from-file"
    assert settings.kafka.start_from == "earliest"
    assert settings.log_level == "debug"


def test_the_file_may_be_named_by_the_environment(tmp_path: Path) -> None:
    path = settings_file(tmp_path, "[http]\nport = 1234\n")
    assert load_settings(None, {"BACKCHANNEL_CONFIG": str(path)}).http.port == 1234


def test_a_named_file_wins_over_the_one_in_the_environment(tmp_path: Path) -> None:
    path = settings_file(tmp_path, "[http]\nport = 1234\n")
    assert load_settings(path, {"BACKCHANNEL_CONFIG": str(tmp_path / "absent.toml")}).http.port == 1234


def test_nothing_is_read_from_the_real_environment_when_one_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKCHANNEL_HTTP__PORT", "1")
    assert load_settings(None, {}).http.port == 9464
    assert Settings().http.port == 9464
    assert load_settings(None).http.port == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[kafka]\nbootstrapp = 1\n", 'kafka.bootstrapp: unknown setting, did you mean "bootstrap"?'),
        ("[worker]\nmax-batch = 1\n", 'worker.max-batch: unknown setting, did you mean "max_batch"?'),
        ('loglevel = "info"\n', 'loglevel: unknown setting, did you mean "log_level"?'),
        ("[zzz]\na = 1\n", "zzz: unknown setting"),
    ],
)
def test_a_typo_in_the_file_is_an_error_that_names_the_right_word(tmp_path: Path, text: str, problem: str) -> None:
    assert problems(settings_file(tmp_path, text), {}) == (problem,)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("BACKCHANNEL_KAFKA__BOOTSTRAPS", "kafka.bootstraps (BACKCHANNEL_KAFKA__BOOTSTRAPS): unknown setting"),
        ("BACKCHANNEL_LOGLEVEL", 'BACKCHANNEL_LOGLEVEL: unknown setting, did you mean "log_level"?'),
        ("BACKCHANNEL_KAFKA_BOOTSTRAP", "BACKCHANNEL_KAFKA_BOOTSTRAP: unknown setting"),
        ("backchannel_loglevel", "backchannel_loglevel: unknown setting"),
        ("BACKCHANNEL_CONFIGS", "BACKCHANNEL_CONFIGS: unknown setting"),
        ("BACKCHANNEL_", "BACKCHANNEL_: unknown setting"),
    ],
)
def test_a_typo_in_the_environment_is_an_error(name: str, start: str) -> None:
    (problem,) = problems(None, {name: "x"})
    assert problem.startswith(start)


def test_names_reserved_for_tests_and_ci_are_not_settings() -> None:
    reserved = ["BACKCHANNEL_TEST_BOOTSTRAP", "BACKCHANNEL_REQUIRE_KAFKA", "BACKCHANNEL_CI_CACHE", "OTHER"]
    assert load_settings(None, dict.fromkeys(reserved, "1")) == Settings()


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    path = settings_file(tmp_path, "[http]\nport = 70000\n[worker]\nmax_batch = 0\n")
    told = problems(path, {"BACKCHANNEL_LOG_LEVEL": "loud", "BACKCHANNEL_NOPE": "1"})
    starts = ["BACKCHANNEL_NOPE", "worker.max_batch", "http.port", "log_level (BACKCHANNEL_LOG_LEVEL)"]
    assert [line.split(":")[0] for line in told] == starts


def test_an_empty_variable_counts_as_unset() -> None:
    assert load_settings(None, {"BACKCHANNEL_HTTP__PORT": "", "BACKCHANNEL_HASH_KEY": ""}) == Settings()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"[kafka\n", "not valid TOML"), (b"a = '\xff'\n", "not UTF-8")],
)
def test_a_file_that_cannot_be_understood_is_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    (problem,) = problems(path, {})
    assert str(path) in problem
    assert words in problem
    assert "\n" not in problem


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "absent.toml", {})
    assert "absent.toml: cannot be read: No such file" in problem


def test_secrets_reach_the_client_and_nothing_else() -> None:
    env = {
        "BACKCHANNEL_KAFKA__SASL_PASSWORD": SECRET,
        "BACKCHANNEL_KAFKA__SSL_KEY_PASSWORD": SECRET,
        "BACKCHANNEL_HASH_KEY": SECRET,
        "BACKCHANNEL_KAFKA__OPTIONS": f'{{"sasl.oauthbearer.client.secret": "{SECRET}"}}',
    }
    settings = load_settings(None, env)
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)
    options = settings.kafka.client_options()
    assert options["sasl.password"] == options["ssl.key.password"] == SECRET
    assert options["sasl.oauthbearer.client.secret"] == SECRET
    assert settings.required_hash_key() == SECRET.encode()


@pytest.mark.parametrize(
    "env",
    [
        {"BACKCHANNEL_KAFKA__OPTIONS": '{"sasl.password": "' + SECRET + '"}'},
        {"BACKCHANNEL_KAFKA__OPTIONS": '{"broken": "' + SECRET},
        {"BACKCHANNEL_KAFKA__OPTIONS__SASL__PASSWORD": SECRET},
        {"BACKCHANNEL_KAFKA": SECRET},
        {"BACKCHANNEL_HTTP__PORT": SECRET},
        {"BACKCHANNEL_LOG_LEVEL": SECRET},
        {"BACKCHANNEL_WORKER__OLDEST_SENT_AT": SECRET},
        {"BACKCHANNEL_KAFKA__GROUP_ID": SECRET},
    ],
)
def test_a_problem_never_shows_the_value_that_caused_it(env: Mapping[str, str]) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(None, env)
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    "text",
    [
        '[kafka.options]\n"security.protocol" = "SSL"\n',
        '[kafka.options]\nsecurity.protocol = "SSL"\n',
        '[kafka.options]\nsecurity_protocol = "SSL"\n',
    ],
)
def test_an_option_of_librdkafka_may_be_written_in_any_natural_way(tmp_path: Path, text: str) -> None:
    settings = load_settings(settings_file(tmp_path, text), {})
    assert settings.kafka.options == {"security.protocol": "SSL"}


def test_options_of_the_file_and_the_environment_add_up(tmp_path: Path) -> None:
    path = settings_file(tmp_path, '[kafka.options]\n"security.protocol" = "SSL"\n"ssl.ca.location" = "/ca"\n')
    settings = load_settings(path, {"BACKCHANNEL_KAFKA__OPTIONS__SECURITY_PROTOCOL": "SASL_SSL"})
    assert settings.kafka.options == {"security.protocol": "SASL_SSL", "ssl.ca.location": "/ca"}
    assert settings.kafka.client_options() == {
        "bootstrap.servers": "localhost:9092",
        "security.protocol": "SASL_SSL",
        "ssl.ca.location": "/ca",
    }


def test_options_keep_their_types(tmp_path: Path) -> None:
    text = '[kafka.producer_options]\n"linger.ms" = 5\n"sticky.partitioning.linger.ms" = 1.5\n"a.b" = false\n'
    options = load_settings(settings_file(tmp_path, text), {}).kafka.producer_options
    assert [(value, type(value)) for value in options.values()] == [(5, int), (1.5, float), (False, bool)]


@pytest.mark.parametrize("option", sorted(OWNED_OPTIONS))
@pytest.mark.parametrize("table", ["options", "consumer_options", "producer_options"])
def test_options_that_exactly_once_rests_on_are_refused(tmp_path: Path, table: str, option: str) -> None:
    path = settings_file(tmp_path, f'[kafka.{table}]\n"{option}" = "x"\n')
    (problem,) = problems(path, {})
    assert problem.startswith(f'kafka.{table}: librdkafka\'s "{option}" cannot be set here: ')


def test_the_slot_can_be_the_hosts_name() -> None:
    kafka = load_settings(None, {"BACKCHANNEL_KAFKA__SLOT": "hostname"}).kafka
    assert kafka.transactional_id == f"backchannel-{socket.gethostname()}"


def test_two_roles_cannot_share_a_topic() -> None:
    (problem,) = problems(None, {"BACKCHANNEL_TOPICS__ACCOUNT_EVENTS": "message-events"})
    assert problem == "topics: two roles share one topic name; each needs its own topic"


def test_topic_names_default_to_the_catalogue() -> None:
    assert Settings().topics.names() == {role: BY_ROLE[role].default_name for role in Role}


def test_the_loop_may_not_be_called_stalled_while_it_commits() -> None:
    env = {"BACKCHANNEL_HTTP__STALLED_AFTER_SECONDS": "15"}
    (problem,) = problems(None, env)
    assert problem == ("settings: http.stalled_after_seconds must be longer than kafka.transaction_timeout_ms")
    assert load_settings(None, env | {"BACKCHANNEL_HTTP__ENABLED": "false"}).http.stalled_after_seconds == 15


def test_the_hash_key_is_required_where_asked_for_and_never_short() -> None:
    with pytest.raises(SettingsError, match="hash_key: missing; set BACKCHANNEL_HASH_KEY"):
        Settings().required_hash_key()
    (problem,) = problems(None, {"BACKCHANNEL_HASH_KEY": "fifteen bytes.."})
    assert "at least 16 bytes" in problem


def test_a_time_without_a_zone_is_refused() -> None:
    (problem,) = problems(None, {"BACKCHANNEL_WORKER__OLDEST_SENT_AT": "2011-01-01T00:00:00"})
    assert "timezone" in problem
    zoned = load_settings(None, {"BACKCHANNEL_WORKER__OLDEST_SENT_AT": "2011-01-01T01:00:00+01:00"})
    assert zoned.worker.oldest_sent_at == datetime(2011, 1, 1, tzinfo=UTC)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().kafka.bootstrap = "elsewhere:9092"  # type: ignore[misc]


def test_the_reference_file_is_the_defaults() -> None:
    reference = tomllib.loads(REFERENCE.read_text(encoding="utf-8"))
    assert Settings(**reference) == Settings()


def test_the_reference_file_names_every_setting_in_its_table() -> None:
    """A setting with a default stands there with it, one without stands there as a `#: ` line."""
    text = REFERENCE.read_text(encoding="utf-8").replace("#: ", "")
    assert named(tomllib.loads(text)) == fields_of(Settings())


def named(table: Mapping[str, Any]) -> set[str]:
    """Dotted names of all keys; an options table counts as one key."""
    found: set[str] = set()
    for name, value in table.items():
        deeper = isinstance(value, Mapping) and not name.endswith("options")
        found |= {f"{name}.{inner}" for inner in named(value)} if deeper else {name}
    return found


def fields_of(model: BaseModel) -> set[str]:
    found: set[str] = set()
    for name in type(model).model_fields:
        value = getattr(model, name)
        found |= {f"{name}.{inner}" for inner in fields_of(value)} if isinstance(value, BaseModel) else {name}
    return found
