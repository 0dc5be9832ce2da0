"""A policy is read whole or refused with one line that says where and why."""

from pathlib import Path

import pytest

from consumer.policy import PolicyError, load_policy
from consumer.policy.document import PolicyDocument
from consumer.policy.policy import content_version
from tests.policy.rules import DEFAULT, default_content

PACKAGED = Path(__file__).parents[2] / "consumer" / "policy" / "default.toml"


def written(folder: Path, old: str, new: str) -> Path:
    """The default policy with one piece of its text replaced."""
    text = PACKAGED.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = folder / "policy.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_default_policy_has_the_rules_promised() -> None:
    assert DEFAULT.window == 90 * 24 * 60 * 60 * 1000
    assert DEFAULT.ladder.rungs == ((5, "suspended"), (3, "restricted"), (1, "warned"))
    assert DEFAULT.exemptible == {"email", "phone", "handle", "link"}
    assert DEFAULT.approvers == {"support"}
    assert set(DEFAULT.weights.values()) == {1}


@pytest.mark.parametrize(
    ("old", "new", "at", "key", "reason"),
    [
        ("restricted = 3", "restricted = 1", "[ladder]", "ladder", "ascend"),
        ("restricted = 3\n", "", "[ladder]", "ladder.restricted", "required"),
        ("suspended = 5", "suspended = 129", "suspended = 129", "ladder.suspended", "60"),
        ("warned = 1", "warned = 0", "warned = 0", "ladder.warned", "greater than or equal to 1"),
        ("warned = 1", 'warned = "1"', 'warned = "1"', "ladder.warned", "integer"),
        ("warned = 1", "warned = 1\nbanned = 9", "banned = 9", "ladder.banned", "not permitted"),
        ("window_days = 90", "window_days = 0", "window_days = 0", "strikes.window_days", "greater than"),
        ("window_days = 90", "windw_days = 90", "[strikes]", "strikes.window_days", "required"),
        ("review = 0.50", "review = 0.90", "[thresholds]", "thresholds", "review must not be above"),
        ("violation = 0.80", "violation = 1.5", "violation = 1.5", "thresholds.violation", "less than or equal to 1"),
        ('"handle", "link"]', '"handle", "payment"]', "[exemption]", "exemption", "payment can never be exempt"),
        ('"handle", "link"]', '"handle", "handle"]', "kinds =", "exemption.kinds", "twice"),
        ('"gig", "profile"', '"gig", "forum"', "surfaces =", "surfaces.3", "forum"),
        ("payment = 1", "payment = 101", "payment = 101", "strikes.weights.payment", "less than or equal to 100"),
        ('language = "en"', 'language = "xx"', "[reasons]", "reasons", "languages lacks 'xx'"),
        ('["de", "en", "es", "fr"]', '["en", "xx"]', "languages =", "reasons.languages", "no statement of reasons"),
        ("same_kind_extra = 0", "same_kind_extra = -1", "same_kind_extra =", "strikes.same_kind_extra", "greater than"),
        ("span_seconds = 180", "span_seconds = 1.5", "span_seconds =", "strikes.merging.span_seconds", "integer"),
        ("sticky_suspension = false", "sticky_suspension = 0", "sticky_", "ladder.sticky_suspension", "boolean"),
        ("kinds = []", 'kinds = ["fax"]', "kinds =", "severe.kinds.0", "fax"),
        ('standing = "suspended"', 'standing = "warned"', "standing =", "severe.standing", "'restricted'"),
        ('review_on = ["order"]', 'review_on = ["forum"]', "review_on =", "deliverables.review_on.0", "forum"),
        ("max_violation_share = 0.90", "max_violation_share = 2", "max_v", "breaker.max_violation_share", "less than"),
        ("cool_down_seconds = 900", "cool_down_seconds = 0", "cool_down", "breaker.cool_down_seconds", "greater than"),
        ("enabled = true", "enabled = 1", "enabled =", "breaker.enabled", "boolean"),
        ('language = "en"', 'language = "../en"', "language =", "reasons.language", "match pattern"),
        (
            "[strikes]",
            '[[thresholds.overrides]]\nkind = "email"\nviolation = 0.9\nreview = 0.95\n\n[strikes]',
            "[[thresholds.overrides]]",
            "thresholds.overrides.0",
            "review must not be above",
        ),
    ],
)
def test_fault_is_named_with_line_and_key(tmp_path: Path, old: str, new: str, at: str, key: str, reason: str) -> None:
    path = written(tmp_path, old, new)
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    said = str(caught.value)
    place, _, rest = said.partition(", line ")
    number, _, fault = rest.partition(": ")
    assert place == str(path)
    assert path.read_text(encoding="utf-8").splitlines()[int(number) - 1].startswith(at)
    assert fault.startswith(f"{key}: ")
    assert reason in fault
    assert "\n" not in said


def test_several_faults_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path, "warned = 1\nrestricted = 3", "warned = 0\nrestricted = 0")
    with pytest.raises(PolicyError, match=r"ladder\.warned: .* \(and 1 more\)$"):
        load_policy(path)


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "warned = 1", "warned 1")
    line = path.read_text("utf-8").splitlines().index("warned 1") + 1
    with pytest.raises(PolicyError, match=rf"policy\.toml: is not TOML: .*line {line}\b"):
        load_policy(path)


def test_unreadable_files_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"absent\.toml: cannot be read: No such file"):
        load_policy(tmp_path / "absent.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'name = "caf\xe9"')
    with pytest.raises(PolicyError, match=r"latin\.toml: is not UTF-8 \(byte 11\)"):
        load_policy(latin)


def test_version_follows_content_and_not_layout(tmp_path: Path) -> None:
    surfaces = '["inbox", "order", "gig", "profile", "review"]'
    turned = '[ "review", "profile", "gig", "order", "inbox" ]  # all of them'
    assert load_policy(written(tmp_path, surfaces, turned)).version == DEFAULT.version
    assert load_policy(written(tmp_path, "violation = 0.80", "violation = 0.8")).version == DEFAULT.version
    assert load_policy(written(tmp_path, "window_days = 90", "window_days = 91")).version != DEFAULT.version


def test_version_is_a_short_hash() -> None:
    assert content_version(PolicyDocument.model_validate(default_content())) == DEFAULT.version
    digest = DEFAULT.version.removeprefix("sha256:")
    assert len(digest) == 12
    assert int(digest, 16) >= 0
