"""Every dashboard keeps the rules of Grafana's dashboard-linter, and asks only for what a worker exposes.

The rules are those of github.com/grafana/dashboard-linter (docs/index.md), written anew here because the tool is a Go
program; each test names the rules it stands for.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ops.dashboards import DASHBOARDS, GRAFANA, Panel, annotations, expressions, filled_in, load, panels
from tests.ops.exposition import AWAITED, counters, exposed
from tests.ops.promql import Selector, selectors
from tests.ops.tools import promtool

UNITS = frozenset({"none", "short", "percentunit", "s", "bytes", "cps"})
"""Units in use, all of them ids that Grafana knows."""
RATES = frozenset({"rate", "irate", "increase"})
ALL = [panel for path in DASHBOARDS for panel in panels(load(path))]
QUERIES = list(expressions())
EACH_DASHBOARD = pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
EACH_PANEL = pytest.mark.parametrize("panel", ALL, ids=str)
EACH_QUERY = pytest.mark.parametrize("query", [query for _, query in QUERIES], ids=[place for place, _ in QUERIES])


def variables(path: Path) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in load(path)["templating"]["list"]}


def test_the_two_dashboards_are_there() -> None:
    assert {load(path)["title"] for path in DASHBOARDS} == {"Backchannel / Worker", "Backchannel / Trust & safety"}
    assert len({load(path)["uid"] for path in DASHBOARDS}) == len(DASHBOARDS)


@EACH_DASHBOARD
def test_the_data_source_is_chosen_by_the_reader(path: Path) -> None:
    """template-datasource-rule."""
    chosen = variables(path)["datasource"]
    assert (chosen["type"], chosen["query"], chosen["label"]) == ("datasource", "prometheus", "Data source")


@EACH_DASHBOARD
@pytest.mark.parametrize("name", ["job", "instance"])
def test_jobs_and_instances_are_chosen_by_the_reader(path: Path, name: str) -> None:
    """template-job-rule, template-instance-rule, template-label-promql-rule, template-on-time-change-reload-rule."""
    chosen = variables(path)[name]
    assert chosen["type"] == "query"
    assert chosen["label"] == name.title()
    assert chosen["datasource"]["uid"] == "${datasource}"
    assert chosen["multi"] is True
    assert chosen["includeAll"] is True
    assert chosen["allValue"] == ".+"
    assert chosen["refresh"] == 2, "choices must be read again when the time range changes"
    asked = re.fullmatch(r"label_values\((.+), (\w+)\)", chosen["query"]["query"])
    assert asked is not None
    assert asked[2] == name
    assert {each.metric for each in selectors(asked[1])} <= exposed()
    assert name == "job" or 'job=~"$job"' in asked[1]


@EACH_DASHBOARD
def test_it_is_edited_in_the_repository_and_nowhere_else(path: Path) -> None:
    """uneditable-dashboard."""
    dashboard = load(path)
    assert dashboard["editable"] is False
    assert "id" not in dashboard, "an id belongs to one Grafana; the uid is what links hold on to"
    assert dashboard["description"]


@EACH_DASHBOARD
def test_panels_have_ids_of_their_own_and_do_not_overlap(path: Path) -> None:
    bodies = load(path)["panels"]
    assert len({body["id"] for body in bodies}) == len(bodies)
    taken: set[tuple[int, int]] = set()
    for body in bodies:
        at = body["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not taken & cells, body["title"]
        assert at["x"] + at["w"] <= 24, body["title"]
        taken |= cells


@EACH_PANEL
def test_a_panel_says_what_it_shows(panel: Panel) -> None:
    """panel-title-description-rule, panel-no-targets-rule, panel-datasource-rule, panel-units-rule."""
    body = panel.body
    assert panel.title
    assert re.search(r"\w\.$", body["description"]), "a description is at least one sentence"
    assert panel.expressions
    assert {body["datasource"]["uid"], *(each["datasource"]["uid"] for each in body["targets"])} == {"${datasource}"}
    assert body["fieldConfig"]["defaults"]["unit"] in UNITS
    refs = [each["refId"] for each in body["targets"]]
    assert len(set(refs)) == len(refs)


@EACH_DASHBOARD
def test_titles_are_not_repeated(path: Path) -> None:
    titles = [(panel.title, panel.body["type"]) for panel in panels(load(path))]
    assert len(set(titles)) == len(titles)


@EACH_QUERY
def test_a_query_is_of_the_chosen_jobs_and_instances(query: str) -> None:
    """target-job-rule, target-instance-rule."""
    found = list(selectors(query))
    assert found
    for each in found:
        assert {'job=~"$job"', 'instance=~"$instance"'} <= each.matchers, each


@EACH_QUERY
def test_a_counter_is_asked_for_its_rise_over_a_fitting_time(query: str) -> None:
    """target-counter-agg-rule, target-rate-interval-rule."""
    rising = counters() | {name for name in AWAITED if name.endswith("_total")}
    for each in selectors(query):
        assert (each.metric in rising) == (each.function in RATES), each
        if each.function in RATES:
            assert each.window in {"$__rate_interval", "$__range"}, each
        if each.function in {"rate", "irate"}:
            assert each.window == "$__rate_interval", each


@EACH_QUERY
def test_a_query_asks_only_for_what_a_worker_exposes(query: str) -> None:
    assert {each.metric for each in selectors(query)} <= exposed() | AWAITED


def test_what_is_awaited_is_not_there_yet() -> None:
    assert AWAITED & exposed() == set(), "take these names out of AWAITED"


def test_every_metric_is_on_a_dashboard() -> None:
    shown = {each.metric for _, query in QUERIES for each in selectors(query)}
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in exposed() if name.startswith("backchannel_")}
    known = {re.sub(r"_(bucket|sum|count)$", "", name) for name in shown}
    assert families - known == set()


def test_prometheus_accepts_every_query(tmp_path: Path) -> None:
    """target-promql-rule."""
    rules = [
        {"record": f"query:{number}", "expr": filled_in(query, rate_interval="1m", shown="1h")}
        for number, (_, query) in enumerate(QUERIES)
    ]
    asked = tmp_path / "queries.yml"
    asked.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}), encoding="utf-8")
    assert f"{len(QUERIES)} rules found" in promtool("check", "rules", asked)


def test_the_selectors_are_read_as_prometheus_reads_them() -> None:
    """The checks above rest on this reading, so it is held against an expression with everything in it."""
    query = 'sum by (job, up) (rate(backchannel_a_total{job=~"$job", k!="up{x"}[5m])) / on (up) (time() - up > 0)'
    assert list(selectors(query)) == [
        Selector("backchannel_a_total", frozenset({'job=~"$job"', 'k!="up{x"'}), "5m", "rate"),
        Selector("up", frozenset(), None, None),
    ]


def test_annotations_are_queries_on_the_chosen_data_source() -> None:
    for path in DASHBOARDS:
        for each in annotations(load(path)):
            assert each["datasource"]["uid"] == "${datasource}"
            assert each["titleFormat"]


def test_grafana_is_told_where_the_dashboards_are() -> None:
    provisioning = GRAFANA / "provisioning"
    (provider,) = yaml.safe_load((provisioning / "dashboards" / "backchannel.yml").read_text("utf-8"))["providers"]
    assert provider["type"] == "file"
    assert provider["allowUiUpdates"] is False
    (source,) = yaml.safe_load((provisioning / "datasources" / "prometheus.yml").read_text("utf-8"))["datasources"]
    assert source["type"] == "prometheus"
    assert source["isDefault"] is True
    scraped = yaml.safe_load((GRAFANA.parent / "prometheus" / "prometheus.yml").read_text("utf-8"))
    assert source["jsonData"]["timeInterval"] == scraped["global"]["scrape_interval"]
