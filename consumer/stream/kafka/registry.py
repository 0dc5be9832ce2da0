"""Confluent's Schema Registry: which ids the schemas of the published topics have there.

Asked once, before the worker joins its group. Nothing asks it afterwards: the registry may be away while workers run.
Its client is an extra (`pip install backchannel[schema-registry]`), imported only where a registry is set.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from consumer.stream.kafka.errors import BrokerUnavailableError, RegistryError

if TYPE_CHECKING:
    from confluent_kafka.schema_registry import SchemaRegistryClient

_UNKNOWN: Final = 404


def connect(
    url: str, credentials: str | None, options: Mapping[str, str | bool | int | float]
) -> "SchemaRegistryClient":
    """Return a client; `credentials` are `user:password`. RegistryError if the extra or a setting is wrong.

    A URL that begins with `mock://` gives the client's own stand-in for a registry, empty and in this process.
    """
    try:
        from confluent_kafka.schema_registry import SchemaRegistryClient  # noqa: PLC0415 - only where it is wanted
    except ImportError as error:
        problem = (
            "schema_registry.url is set but its client is not installed: pip install 'backchannel[schema-registry]'"
        )
        raise RegistryError(problem) from error
    conf = {"url": url, **options, **({"basic.auth.user.info": credentials} if credentials else {})}
    try:
        return SchemaRegistryClient.new_client(conf)
    except ValueError as error:
        # Its words name the option and never quote a secret: they are about names and the URL's scheme.
        raise RegistryError(f"the schema registry's client does not take its settings: {error}") from error


def schema_ids(client: "SchemaRegistryClient", schemas: Mapping[str, str], *, register: bool) -> dict[str, int]:
    """Return the id of each topic's JSON Schema, registered under the subject `<topic>-value` or looked up there.

    `schemas` maps a topic to the schema's text. Raises RegistryError when the registry refuses (an incompatible
    change, no permission) or does not have it, BrokerUnavailableError when it does not answer.
    """
    return {topic: _id_of(client, f"{topic}-value", text, register=register) for topic, text in schemas.items()}


def _id_of(client: "SchemaRegistryClient", subject: str, text: str, *, register: bool) -> int:
    from confluent_kafka.schema_registry import Schema, SchemaRegistryError  # noqa: PLC0415 - as above

    schema = Schema(text, "JSON")
    try:
        number = (
            client.register_schema(subject, schema) if register else client.lookup_schema(subject, schema).schema_id
        )
    except SchemaRegistryError as error:
        if error.http_status_code == _UNKNOWN and not register:
            advice = "register schemas/v1 there, or set schema_registry.register_schemas"
            raise RegistryError(
                f"the schema registry does not have this version's schema of {subject}: {advice}"
            ) from error
        raise RegistryError(f"the schema registry refuses {subject}: {error.error_message}") from error
    except Exception as error:
        # Whatever HTTP library the client uses, its errors are not the client's own.
        raise BrokerUnavailableError(f"the schema registry does not answer: {type(error).__name__}") from error
    if number is None:
        raise RegistryError(f"the schema registry gave {subject} no id")
    return number
