"""Which language a person is told the reasons in: that of the message, if the policy offers it."""

from collections.abc import Mapping
from dataclasses import dataclass

from consumer.policy.statement import Statement


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements of reasons by language; `fallback` is one of them."""

    by_language: Mapping[str, Statement]
    fallback: str

    def language(self, locale: str | None) -> str:
        """The language to use for a message of a locale (BCP 47, as `pt-BR` or `es_MX`): what it begins with."""
        if locale is None:
            return self.fallback
        spoken = locale.replace("_", "-").partition("-")[0].lower()
        return spoken if spoken in self.by_language else self.fallback

    def speaking(self, language: str) -> Statement:
        """The statement in a language; in the one to fall back on if the policy no longer offers that."""
        return self.by_language.get(language) or self.by_language[self.fallback]
