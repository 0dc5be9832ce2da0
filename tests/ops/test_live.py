"""A real Prometheus scrapes real workers under traffic, and every panel of every dashboard has something to show."""

import itertools
import math
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from consumer.traffic import Traffic, TrafficItem
from tests.exactly_once.messages import message
from tests.exactly_once.site import Site, site
from tests.ops.dashboards import DASHBOARDS, ROOT, annotations, filled_in, load, panels
from tests.ops.exposition import AWAITED
from tests.ops.prometheus import Prometheus
from tests.ops.promql import selectors
from tests.ops.rules import CONFIG, RULES
from tests.ops.tools import free_ports, tool

pytestmark = pytest.mark.kafka

STRANGE = "kontakt \U00010330\U00010331\U00010332"
"""Three Gothic letters, which no view reads."""
PIECES = ("99887", "413", "08.")
"""A telephone number over three messages."""
DEFAULT_POLICY = ROOT / "consumer" / "policy" / "default.toml"
PER_SECOND = 250.0
RATE_INTERVAL = "15s"
SHOWN = "1m"
PATIENCE = 90.0
"""Seconds until every panel has shown something; it takes about 25."""


def policy_for_everyone(folder: Path) -> Path:
    """The default policy with thresholds so high that traffic brings violations, reviews and near misses."""
    text = DEFAULT_POLICY.read_text("utf-8")
    strict = re.sub(r"^violation = .*$", "violation = 0.89", text, count=1, flags=re.MULTILINE)
    strict = re.sub(r"^review = .*$", "review = 0.82", strict, count=1, flags=re.MULTILINE)
    assert strict != text
    path = folder / "policy.toml"
    path.write_text(strict, encoding="utf-8")
    return path


def lively() -> Iterator[TrafficItem]:
    """Endless traffic with everything in it that a panel shows."""
    made = Traffic(seed=5, start=datetime.now(UTC), flagged=0.3, disguised=0.4, splits=0.01, garbage=0.02, actions=0.03)
    for number, item in enumerate(made):
        yield item
        if number % 40 == 0:
            yield message("visitor", number, STRANGE)
            yield from (message(f"splitter-{number}", place, piece) for place, piece in enumerate(PIECES))


@contextmanager
def flowing(here: Site) -> Iterator[None]:
    """Produce traffic until the block ends."""
    stopped = threading.Event()
    thread = threading.Thread(
        target=here.produce, args=(itertools.takewhile(lambda _: not stopped.is_set(), lively()), PER_SECOND)
    )
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(60)


@contextmanager
def watching(folder: Path, ports: list[int]) -> Iterator[Prometheus]:
    """Run Prometheus with the shipped configuration: quicker, and with addresses in place of names."""
    own_port, *workers = ports
    config = yaml.safe_load(CONFIG.read_text("utf-8"))
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(path) for path in RULES]
    (job,) = (each for each in config["scrape_configs"] if each["job_name"] == "backchannel")
    del job["dns_sd_configs"]
    job["static_configs"] = [{"targets": [f"127.0.0.1:{port}" for port in workers]}]
    config["scrape_configs"] = [job]
    written = folder / "prometheus.yml"
    written.write_text(yaml.safe_dump(config), encoding="utf-8")
    command = [
        tool("prometheus", "prometheus"),
        f"--config.file={written}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{own_port}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            here = Prometheus(own_port)
            deadline = time.monotonic() + 30
            while not here.ready():
                assert process.poll() is None, (folder / "prometheus.log").read_text("utf-8")[-2000:]
                assert time.monotonic() < deadline, "Prometheus did not become ready"
                time.sleep(0.2)
            yield here
        finally:
            process.terminate()
            process.wait(30)


def queries() -> list[tuple[str, str]]:
    """Every panel's queries, ready to ask; those that ask for what is not exposed yet are left out."""
    return [
        (str(panel), filled_in(expression, rate_interval=RATE_INTERVAL, shown=SHOWN))
        for path in DASHBOARDS
        for panel in panels(load(path))
        for expression in panel.expressions
        if not {each.metric for each in selectors(expression)} & AWAITED
    ]


def shown(prometheus: Prometheus, query: str) -> str | None:
    """What a panel would show: the number of series and one finite value; none if there is no such value."""
    result = prometheus.ask("query", query=query)["result"]
    finite = [each for each in result if math.isfinite(float(each["value"][1]))]
    if not finite:
        return None
    first = max(finite, key=lambda each: abs(float(each["value"][1])))
    labels = ", ".join(f"{name}={value}" for name, value in first["metric"].items() if name not in {"job", "__name__"})
    return f"{len(result):3} series, {float(first['value'][1]):>12.4f}  {labels}"


def test_every_panel_shows_data(kafka_bootstrap: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tool("prometheus", "prometheus")
    ports = free_ports(3)
    policy = policy_for_everyone(tmp_path)
    overrides = {"BACKCHANNEL_POLICY_FILE": str(policy)}
    if not AWAITED:
        overrides["BACKCHANNEL_SHADOW_POLICY"] = str(DEFAULT_POLICY)
    with (
        site(kafka_bootstrap, tmp_path, 4, overrides) as here,
        flowing(here),
        watching(tmp_path, ports) as prometheus,
    ):
        for slot, port in (("a", ports[1]), ("b", ports[2])):
            here.overrides = {**overrides, "BACKCHANNEL_HTTP__PORT": str(port)}
            worker = here.start(slot)
            # The second one joins a group at work, so there is a rebalance and a restore to be seen.
            time.sleep(6)
            assert worker.process.poll() is None, here.logs()
        if not AWAITED:
            _change(policy)
        values: dict[str, str] = {}
        missing = queries()
        deadline = time.monotonic() + PATIENCE
        while missing and time.monotonic() < deadline:
            time.sleep(2)
            for place, query in missing:
                value = shown(prometheus, query)
                if value is not None:
                    values[f"{place} | {query}"] = f"{place:62} {value}"
            missing = [(place, query) for place, query in missing if f"{place} | {query}" not in values]
        with capsys.disabled():
            print("\n" + "\n".join(values.values()))
        assert missing == [], here.logs()
        _check_the_rest(prometheus)


def _change(policy: Path) -> None:
    """Edit the policy's file, which running workers read again."""
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("review = 0.82", "review = 0.83", 1), encoding="utf-8")


def _check_the_rest(prometheus: Prometheus) -> None:
    """Annotations can be asked for, variables have choices, and rules evaluate; quiet is no fault in either."""
    for path in DASHBOARDS:
        dashboard = load(path)
        for each in annotations(dashboard):
            prometheus.ask("query", query=filled_in(each["expr"], rate_interval=RATE_INTERVAL, shown=SHOWN))
        for each in dashboard["templating"]["list"]:
            if each["type"] == "query":
                asked = re.fullmatch(r"label_values\((.+), (\w+)\)", each["query"]["query"])
                assert asked is not None
                series = prometheus.ask(
                    "series", **{"match[]": filled_in(asked[1], rate_interval=RATE_INTERVAL, shown=SHOWN)}
                )
                assert all(one[asked[2]] for one in series)
                assert series
    groups = prometheus.ask("rules")["groups"]
    wrong = {rule["name"]: rule["lastError"] for group in groups for rule in group["rules"] if rule.get("lastError")}
    assert wrong == {}
