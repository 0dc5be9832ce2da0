"""The direction of imports, and what may be used where: read from the source, so nothing has to be run.

The order of the rooms is the one told in the docstring of `consumer`, so that the two cannot drift apart.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import consumer

ROOT = Path(consumer.__file__).parent
PURE = ("events", "detection", "policy", "strikes", "stages", "backtest", "evaluation")
"""Rooms without Kafka, clock or I/O: time and everything else is an argument."""
IMPURE_MODULES = frozenset(
    {
        "asyncio",
        "confluent_kafka",
        "http",
        "logging",
        "os",
        "prometheus_client",
        "random",
        "requests",
        "secrets",
        "socket",
        "subprocess",
        "threading",
        "time",
        "urllib",
        "uuid",
    }
)
CLOCKS = frozenset({"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"})
KAFKA_USERS = (
    "consumer.stream.kafka",
    "consumer.assembly",
    "consumer.cli.traffic",
    "consumer.cli.demo",
    "consumer.cli.showcase",
    "consumer.cli.errors",
)
"""Who may import the client. Of the commands, `traffic` and `demo` produce input as a platform would, `showcase` reads
verdicts as a subscriber would, and `errors` turns what the client raises into exit codes."""
MAX_LINES = 450


@dataclass(frozen=True, slots=True)
class Module:
    """One source file; `imports` are absolute names, `from` imports with what they name."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def room(self) -> str:
        """The first name below the package, empty for the package itself."""
        return self.name.partition(".")[2].partition(".")[0]

    def imports(self) -> Iterator[str]:
        """Every imported name, wherever in the file it is imported, also for type checking only."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name}: relative imports hide the room they reach into"
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parsed(path: Path) -> Module:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, path, ast.parse(path.read_text(encoding="utf-8")))


MODULES = [parsed(path) for path in sorted(ROOT.rglob("*.py"))]
NAMES = [module.name for module in MODULES]


def rooms() -> list[str]:
    """The rooms in the order told by the package, lowest first."""
    found: list[str] = re.findall(r"^    (\w+)  +\S", consumer.__doc__ or "", re.MULTILINE)
    return found


def room_of(imported: str) -> str | None:
    """The room of ours that an imported name belongs to; none for a stranger or the package's own names."""
    parts = imported.split(".")
    if parts[0] != "consumer" or len(parts) == 1:
        return None
    return parts[1] if parts[1] in rooms() or (ROOT / parts[1]).exists() else None


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_the_package_tells_the_place_of_every_room_once() -> None:
    told = rooms()
    actual = {module.room for module in MODULES} - {""}
    assert sorted(told) == sorted(actual)
    assert told[: len(PURE)] == list(PURE)


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_a_room_imports_only_from_rooms_before_it(module: Module) -> None:
    order = rooms()
    reached = {room for name in module.imports() if (room := room_of(name)) is not None}
    if module.room == "":
        assert reached == set(), "every room reads the version here, so the package itself can import none"
        return
    place = order.index(module.room)
    later = {room for room in reached if order.index(room) > place}
    assert later == set()


def clock_readings(tree: ast.AST) -> Iterator[str]:
    """Calls of anything named like a clock, and `datetime.now` handed on without a call."""
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and is_date_type(node.value)]
    for node in (*called, *named):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            yield ast.unparse(node)


def is_date_type(node: ast.expr) -> bool:
    return ast.unparse(node).rpartition(".")[2] in {"datetime", "date"}


@pytest.mark.parametrize("module", [each for each in MODULES if each.room in PURE], ids=lambda each: each.name)
def test_the_domain_has_no_kafka_no_clock_and_no_io(module: Module) -> None:
    assert {name for name in module.imports() if name.partition(".")[0] in IMPURE_MODULES} == set()
    assert set(clock_readings(module.tree)) == set()


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_only_the_brokers_side_imports_the_client(module: Module) -> None:
    uses = any(within(name, "confluent_kafka") for name in module.imports())
    assert not uses or any(within(module.name, user) for user in KAFKA_USERS)


def test_everyone_who_may_import_the_client_does() -> None:
    """A name left on the list would be a door left open."""
    users = {module.name for module in MODULES if any(within(name, "confluent_kafka") for name in module.imports())}
    assert [allowed for allowed in KAFKA_USERS if not any(within(user, allowed) for user in users)] == []


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_generated_traffic_is_for_commands_only(module: Module) -> None:
    uses = any(within(name, "consumer.traffic") for name in module.imports())
    assert not uses or module.room in {"traffic", "cli"}


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_every_module_says_what_it_is_for_and_fits_one_reading(module: Module) -> None:
    assert ast.get_docstring(module.tree)
    assert len(module.path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_every_folder_of_code_is_a_package() -> None:
    """Without an `__init__.py` a folder would have no docstring, and would be left out of the wheel's room order."""
    folders = {path.parent for path in ROOT.rglob("*.py")}
    assert {
        folder.relative_to(ROOT).as_posix() for folder in folders if not (folder / "__init__.py").is_file()
    } == set()
