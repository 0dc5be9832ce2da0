"""Reading a policy from its file, and saying exactly what is wrong with a bad one."""

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from consumer.policy.document import PolicyDocument
from consumer.policy.languages import Statements
from consumer.policy.lines import line_of
from consumer.policy.policy import Policy, compile_policy
from consumer.policy.statement import Phrasebook, Statement

_Document = TypeVar("_Document", bound=BaseModel)
_PACKAGED = resources.files("consumer.policy")


class PolicyError(ValueError):
    """A policy that cannot be used; one line with the file, the line, the key and what is wrong."""


def load_policy(path: Path | None) -> Policy:
    """The policy in `path`, or the packaged default if `path` is none.

    Raises PolicyError for a file that cannot be read, is not TOML, or breaks a rule of `document`.
    """
    source = path if path is not None else _PACKAGED / "default.toml"
    document, text = _read(source, PolicyDocument)
    spoken = {language: _statement(language, source, text) for language in document.reasons.languages}
    return compile_policy(document, Statements(spoken, document.reasons.language))


def _statement(language: str, source: Path | Traversable, text: str) -> Statement:
    """The packaged statement of a language that the policy in `source` names."""
    phrases_file = _PACKAGED / "reasons" / f"{language}.toml"
    if not phrases_file.is_file():
        where = _place(source, text, ("reasons", "languages"))
        raise PolicyError(f"{where}: reasons.languages: no statement of reasons in {language!r}")
    phrases, _ = _read(phrases_file, Phrasebook)
    return Statement(phrases)


def _read(source: Path | Traversable, model: type[_Document]) -> tuple[_Document, str]:
    try:
        text = source.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(f"{source}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{source}: is not UTF-8 (byte {error.start})") from error
    try:
        content: dict[str, Any] = tomllib.loads(text)
        return model.model_validate(content), text
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{source}: is not TOML: {error}") from error
    except ValidationError as error:
        raise PolicyError(_explain(error, source, text)) from error


def _explain(error: ValidationError, source: Path | Traversable, text: str) -> str:
    """Name the first fault in the order of the document, and count the others."""
    faults = error.errors(include_url=False, include_context=False)
    first = faults[0]
    key = ".".join(str(part) for part in first["loc"]) or "the whole file"
    what = first["msg"].removeprefix("Value error, ")
    given = f", given {first['input']!r}" if isinstance(first["input"], str | int | float) else ""
    others = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{_place(source, text, first['loc'])}: {key}: {what}{given}{others}"


def _place(source: Path | Traversable, text: str, key: tuple[str | int, ...]) -> str:
    line = line_of(text, key)
    return f"{source}, line {line}" if line else str(source)
