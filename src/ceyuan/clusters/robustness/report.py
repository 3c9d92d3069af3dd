"""The report on robustness: tables, figures, and one page that shows them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ceyuan.clusters.arrays import Floats
from ceyuan.clusters.describe import Described
from ceyuan.clusters.full import count_full
from ceyuan.clusters.points.sources import SIMULATED_KEY
from ceyuan.clusters.ranking import METHODS, method_of
from ceyuan.clusters.robustness.base import FULL, RULES, rule_of
from ceyuan.clusters.robustness.study import Study, StudyPlan, study
from ceyuan.clusters.run import ClusterRun
from ceyuan.clusters.write import write_table
from ceyuan.figures.charts import heat_map, heat_table, rank_ranges
from ceyuan.figures.drawing import Drawing, short
from ceyuan.figures.page import PageSection, PageTable, page

SHOWN = 25
SIMULATED = "Simulated data: nothing here is about the world."
SUMMARY = ("p_exists", "p_first", "p_top100", "rank_p05", "rank_median", "rank_p95")


def write_report(
    run: ClusterRun,
    described: Described,
    folder: Path,
    plan: StudyPlan,
    tell: Callable[[str], None],
) -> tuple[dict[str, Path], list[PageSection]]:
    """Study a run and write ``robustness/``: tables, figures and ``index.html``.

    Args:
        run: the run.
        described: its clusters' names.
        folder: the run's folder.
        plan: how much to try.
        tell: is told what begins.

    Returns:
        The files by role, and what the page says, for other pages.
    """
    found = study(run, plan, tell)
    tell(statement(described, found, run))
    out = folder / "robustness"
    out.mkdir(exist_ok=True)
    files = {name: out / f"{name}.csv" for name in ("robustness", "first", "sweep")}
    write_table(
        files["robustness"], summary_rows(run, described, found), _columns("rule", *SUMMARY)
    )
    write_table(
        files["first"],
        first_rows(described, found, run),
        ("method", "cluster", "id", "name", "rank", "family", "p_first"),
    )
    write_table(
        files["sweep"],
        sweep_rows(described, found, run),
        (
            "radius_km",
            "min_weight",
            "clusters",
            "id",
            "name",
            *(f"rank_{r}" for r in found.families["sweep"].rules),
        ),
    )
    files["membership"] = out / "membership.parquet"
    write_membership(files["membership"], run, found)
    figures = draw(run, described, found)
    for name, own in figures.items():
        files[name] = own.save(out / f"{name}.svg")
    sections = _sections(run, described, found, figures)
    files["page"] = out / "index.html"
    flag = SIMULATED if run.points.simulated else ""
    lead = f"{run.n_clusters:,} clusters, ranked by {run.options.method}."
    text = page("How sure are these ranks?", lead, sections, flag)
    files["page"].write_text(text, encoding="utf-8")
    return {f"robustness_{role}": file for role, file in files.items()}, sections


def _columns(*more: str) -> tuple[str, ...]:
    return ("cluster", "id", "name", "family", "scenarios", *more, "simulated")


def summary_rows(run: ClusterRun, described: Described, found: Study) -> list[dict[str, Any]]:
    """One row for each cluster, family and rule."""
    rows = []
    for family in found.families.values():
        for rule in family.rules:
            summary = family.summary(rule)
            for c, row in enumerate(described.rows):
                values = {key: _number(summary[key][c]) for key in SUMMARY}
                head = {key: row[key] for key in ("cluster", "id", "name")}
                more = {"family": family.name, "scenarios": len(family.rank), "rule": rule}
                rows.append({**head, **more, **values, "simulated": run.points.simulated})
    return rows


def _number(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None


def first_rows(described: Described, found: Study, run: ClusterRun) -> list[dict[str, Any]]:
    """Is it first under every edition's method, and by full counts? One row for each, each family and cluster that ever is."""
    rows = []
    names = dict.fromkeys((*METHODS, run.options.method))
    placed = [(name, rule_of(name), run.rank_under(method_of(name))) for name in names]
    for name, rule, rank in (*placed, (FULL, FULL, count_full(run).rank)):
        for family in found.families.values():
            first = family.summary(rule)["p_first"]
            for c in np.flatnonzero((first > 0) | (rank == 1)).tolist():
                row = described.rows[c]
                head = {
                    "method": name,
                    "cluster": c,
                    "id": row["id"],
                    "name": row["name"],
                    "rank": int(rank[c]),
                }
                rows.append({**head, "family": family.name, "p_first": _number(first[c])})
    return rows


def statement(described: Described, found: Study, run: ClusterRun) -> str:
    """What can be said of the first place, over everything that is uncertain together; empty where there is no cluster."""
    family = found.families["combined"]
    if not run.n_clusters:
        return ""
    over = f"{len(family.rank)} draws over records, radius, threshold, weights of metrics and geocoding together"
    own, full = (
        _leaders(described, family.summary(rule)["p_first"])
        for rule in (rule_of(run.options.method), FULL)
    )
    return f"First under {run.options.method}: {own} of {over}; by full counts: {full}."


def _leaders(described: Described, first: Floats) -> str:
    """The clusters that are first most often."""
    order = np.argsort(-first, kind="stable")[:3]
    said = [
        f"{described.rows[c]['name']} in {first[c]:.0%}" for c in order.tolist() if first[c] > 0
    ]
    return ", ".join(said) or "none of these clusters"


def sweep_rows(described: Described, found: Study, run: ClusterRun) -> list[dict[str, Any]]:
    """The ranks of the first clusters at every radius and threshold."""
    swept = found.families["sweep"]
    rows = []
    for s, setting in enumerate(swept.settings):
        for c in range(min(SHOWN, run.n_clusters)):
            ranks = {
                f"rank_{rule}": _number(swept.rank[s, r, c]) for r, rule in enumerate(swept.rules)
            }
            rows.append(
                {
                    **setting,
                    "id": described.rows[c]["id"],
                    "name": described.rows[c]["name"],
                    **ranks,
                }
            )
    return rows


def write_membership(path: Path, run: ClusterRun, found: Study) -> None:
    """For each site: its cluster, the vote for it, and the other cluster with most votes."""
    own, other, votes = found.votes.shares()
    columns = {
        "lat": run.points.lat,
        "lon": run.points.lon,
        "cluster": run.cluster_of_site,
        "vote": own,
        "other_cluster": other,
        "other_vote": votes,
    }
    flag = {SIMULATED_KEY: b"true" if run.points.simulated else b"false"}
    pq.write_table(pa.table(columns).replace_schema_metadata(flag), path, compression="zstd")


def draw(run: ClusterRun, described: Described, found: Study) -> dict[str, Drawing]:
    """All figures by name."""
    flag = "SIMULATED data. " if run.points.simulated else ""
    shown = min(SHOWN, run.n_clusters)
    names = [short(row["name"]) for row in described.rows[:shown]]
    rule = rule_of(run.options.method)
    samples = found.families["bootstrap"].summary(rule)
    families = {"bootstrap": "sample", "sweep": "sweep", "combined": "all"}
    editions = dict(zip((*RULES, FULL), ("2017", "2018–24", "2025", "full"), strict=True))
    each = list(product(families, editions))
    first = np.stack(
        [found.families[family].summary(rule)["p_first"][:shown] for family, rule in each]
    )
    labels = [f"{editions[rule]} {families[family]}" for family, rule in each]
    note = f"{flag}Part of the scenarios in which it is first, by edition's method, and by full counts under the run's own"
    return {
        "first": heat_table(
            "Is it first under every edition's method?", names, labels, first.T, note
        ),
        "ranks": rank_ranges(
            f"Ranks under {run.options.method}",
            names,
            samples["rank_p05"][:shown],
            samples["rank_median"][:shown],
            samples["rank_p95"][:shown],
            f"{flag}Bootstrap over records: median and 5–95 %",
        ),
        "sweep": sweep_figure(run, described, found, rule, flag),
    }


def sweep_figure(
    run: ClusterRun, described: Described, found: Study, rule: str, flag: str
) -> Drawing:
    """The rank of the leading cluster over radius and threshold."""
    swept = found.families["sweep"]
    radii = sorted({s["radius_km"] for s in swept.settings})
    weights = sorted({s["min_weight"] for s in swept.settings})
    grid = np.full((len(weights), len(radii)), np.nan)
    if run.n_clusters:
        for s, setting in enumerate(swept.settings):
            place = weights.index(setting["min_weight"]), radii.index(setting["radius_km"])
            grid[place] = swept.rank[s, swept.rules.index(rule), 0]
    leader = short(described.rows[0]["name"]) if described.rows else "no cluster"
    note = f"{flag}Rows: threshold; columns: radius in km; empty: no such cluster"
    return heat_map(
        f"Rank of {leader}", [f"{w:g}" for w in weights], [f"{r:g}" for r in radii], grid, note
    )


def _sections(
    run: ClusterRun, described: Described, found: Study, figures: dict[str, Drawing]
) -> list[PageSection]:
    """What a page says of it."""
    method = run.options.method
    summary = found.families["bootstrap"].summary(rule_of(method))
    rows = described.rows[:100]
    heads = ("P(exists)", "P(first)", "P(top 100)", "5 %", "median", "95 %")
    columns: dict[str, list[object]] = {
        "rank": [row["rank"] for row in rows],
        "cluster": [row["name"] for row in rows],
    }
    for head, key in zip(heads, SUMMARY, strict=True):
        columns[head] = [_number(value) for value in summary[key][: len(rows)].tolist()]
    scenarios = ", ".join(
        f"{name}: {len(family.rank):,} scenarios" for name, family in found.families.items()
    )
    meaning = (
        "A cluster exists in a scenario if a cluster there has at least half of their united weight in common with it. "
        "Ranks are those of scenarios in which it exists; where it does not, it is neither first nor among the top 100."
    )
    return [
        PageSection(
            "What changes the ranks", [statement(described, found, run), meaning, *figures.values()]
        ),
        PageSection(f"Bootstrap over records, {method}", [PageTable(columns), f"{scenarios}."]),
    ]
