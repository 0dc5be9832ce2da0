"""Telephone metadata: which digits can be a subscriber's number, in which country.

The numbering plans are those of Google's libphonenumber as the `phonenumbers` package ships them. A number is
checked against the national patterns directly: the package's own parser costs tens of microseconds a region.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from phonenumbers import PhoneMetadata
from phonenumbers.phonenumberutil import COUNTRY_CODE_TO_REGION_CODE, region_codes_for_country_code

MIN_DIGITS = 7
"""Fewer digits are extensions and short codes."""
MAX_DIGITS = 15
"""ITU-T E.164: at most 15 digits, country code included."""

_REGION = 2
"""Letters of a region in a locale (ISO 3166-1 alpha-2)."""

COMMON_REGIONS = (
    "US", "IN", "GB", "PK", "BD", "NG", "PH", "VN", "ID", "EG", "UA", "RU", "TR", "BR", "MX", "ES", "FR", "DE", "IT",
    "NL", "PL", "SA", "AE", "IR", "KE", "GH", "ZA", "LK", "NP", "MA", "DZ", "AR", "CO", "MY", "TH", "JP", "KR", "CN",
    "AU", "PT",
)  # fmt: skip
"""Where a number without a country code is looked for, in this order: the markets whose people use such platforms
most, plans that demand much before plans that allow nearly anything. A guess, but always the same one, so that two
accounts that give one number are linked."""

_LANGUAGE_REGIONS = {
    "en": ("US", "GB"), "es": ("ES", "MX", "AR", "CO"), "pt": ("BR", "PT"), "fr": ("FR", "MA"), "de": ("DE",),
    "it": ("IT",), "nl": ("NL",), "pl": ("PL",), "ru": ("RU",), "uk": ("UA",), "tr": ("TR",), "ar": ("SA", "EG"),
    "hi": ("IN",), "ur": ("PK",), "bn": ("BD",), "id": ("ID",), "tl": ("PH",), "fil": ("PH",), "vi": ("VN",),
    "zh": ("CN",), "ja": ("JP",), "ko": ("KR",), "fa": ("IR",),
}  # fmt: skip


_WRITTEN_WITHOUT_TRUNK = frozenset({"39", "52", "55", "86"})
"""Country codes whose trunk prefix 0 is not part of a number as people write it: Italy, Mexico, Brazil, China."""


class Fit(IntEnum):
    """How well digits fit a numbering plan."""

    NONE = 0
    POSSIBLE = 1  # the length is right
    VALID = 2  # a number of a known range, written without its trunk prefix
    PREFIXED = 3  # a number of a known range with country code or trunk prefix
    MOBILE = 4  # the same, in a range of mobile telephones


@dataclass(frozen=True, slots=True)
class Match:
    """The best reading of some digits; `number` is E.164 with `+`, or the bare digits if no country fits."""

    fit: Fit
    number: str


class _Plan:
    """One region's numbering plan, compiled."""

    __slots__ = ("code", "lengths", "mobile", "trunk", "trunk_required", "valid")

    def __init__(self, metadata: PhoneMetadata) -> None:
        self.code = str(metadata.country_code)
        general = metadata.general_desc
        self.lengths = frozenset(general.possible_length if general else ())
        # Indian mobile numbers fit almost any ten digits and are written without the 0 that others begin with
        self.trunk: str = "" if self.code == "91" else metadata.national_prefix or ""
        described = [metadata.mobile, metadata.fixed_line, metadata.toll_free]
        patterns = {desc.national_number_pattern for desc in described if desc and desc.national_number_pattern}
        self.valid = re.compile("|".join(f"(?:{pattern})" for pattern in sorted(patterns)) or r"(?!)")
        mobile = metadata.mobile.national_number_pattern if metadata.mobile else None
        self.mobile = re.compile(mobile or r"(?!)")
        self.trunk_required = self.trunk == "0" and self.code not in _WRITTEN_WITHOUT_TRUNK

    def fit(self, national: str) -> Fit:
        """How well a national significant number fits; at most 15 digits, so the match is bounded."""
        if len(national) not in self.lengths:
            return Fit.NONE
        return Fit.VALID if self.valid.fullmatch(national) else Fit.POSSIBLE


@lru_cache(maxsize=300)
def _plan(region: str) -> _Plan | None:
    metadata = PhoneMetadata.metadata_for_region(region, None)
    return None if metadata is None else _Plan(metadata)


def warm_up() -> None:
    """Load the plans of the common regions, so that no message waits for them."""
    for region in COMMON_REGIONS:
        _plan(region)


@lru_cache(maxsize=256)
def regions_for(locale: str | None) -> tuple[str, ...]:
    """The regions to try, those of the locale (`pt-BR`, `hi_IN`, `de`) first."""
    if locale is None:
        return COMMON_REGIONS
    language, *rest = locale.replace("_", "-").split("-")
    named = tuple(part.upper() for part in rest if len(part) == _REGION and _plan(part.upper()) is not None)
    first = (*named, *_LANGUAGE_REGIONS.get(language.lower(), ()))
    return (*first, *(region for region in COMMON_REGIONS if region not in first))


def international(digits: str) -> Match:
    """The reading of digits that begin with a country code."""
    for size in (1, 2, 3):
        code = digits[:size]
        if code.isdigit() and int(code) in COUNTRY_CODE_TO_REGION_CODE:
            national = digits[size:]
            fit = max((_fit_in(region, national) for region in _regions_of(int(code))), default=Fit.NONE)
            if fit is Fit.NONE and national.startswith("0"):
                national = national[1:]
                fit = max((_fit_in(region, national) for region in _regions_of(int(code))), default=Fit.NONE)
            return Match(Fit.PREFIXED if fit is Fit.VALID else fit, f"+{code}{national}")
    return Match(Fit.NONE, digits)


def _regions_of(code: int) -> list[str]:
    return [region for region in region_codes_for_country_code(code) if region != "001"]


def _fit_in(region: str, national: str) -> Fit:
    plan = _plan(region)
    return Fit.NONE if plan is None else plan.fit(national)


@lru_cache(maxsize=1024)
def national(digits: str, locale: str | None = None) -> Match:
    """The best reading of digits without `+`: with trunk prefix, without, or with a bare country code."""
    best = Match(Fit.NONE, digits)
    for region in regions_for(locale):
        plan = _plan(region)
        if plan is None:
            continue
        found = _read(plan, digits)
        if found.fit > best.fit:
            best = found
            if best.fit is Fit.MOBILE:
                break
    return best


def _read(plan: _Plan, digits: str) -> Match:
    if plan.trunk and digits.startswith(plan.trunk):
        rest = digits[len(plan.trunk) :]
        fit = plan.fit(rest)
        if fit is Fit.VALID and plan.mobile.fullmatch(rest):
            return Match(Fit.MOBILE, f"+{plan.code}{rest}")
        if fit is Fit.VALID:
            return Match(Fit.PREFIXED, f"+{plan.code}{rest}")
    if digits.startswith(plan.code) and len(digits) > len(plan.code) + 6:
        rest = digits[len(plan.code) :]
        if plan.mobile.fullmatch(rest):
            return Match(Fit.MOBILE, f"+{plan.code}{rest}")
    fit = plan.fit(digits)
    if fit is Fit.VALID and plan.trunk_required:
        fit = Fit.POSSIBLE
    return Match(fit, f"+{plan.code}{digits}" if fit is Fit.VALID else digits)
