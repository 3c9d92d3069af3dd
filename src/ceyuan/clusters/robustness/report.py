"""The report on robustness: tables, figures, and one page that shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ceyuan.clusters.describe import Described
from ceyuan.clusters.points.sources import SIMULATED_KEY
from ceyuan.clusters.ranking import METHODS, method_of
from ceyuan.clusters.robustness.base import RULES, rule_of
from ceyuan.clusters.robustness.figures import heat_map, heat_table, rank_ranges
from ceyuan.clusters.robustness.study import Plan, Study, study
from ceyuan.clusters.run import ClusterRun
from ceyuan.clusters.write import write_table

SHOWN = 25
SUMMARY = ("p_exists", "p_first", "p_top100", "rank_p05", "rank_median", "rank_p95")


def write_report(
    run: ClusterRun,
    described: Described,
    folder: Path,
    replications: int,
    seed: int,
    tell: Callable[[str], None],
) -> dict[str, Path]:
    """Study a run and write ``robustness/``: tables, figures and ``index.html``.

    Args:
        run: the run.
        described: its clusters' names.
        folder: the run's folder.
        replications: see :class:`ceyuan.clusters.robustness.study.Plan`.
        seed: the same.
        tell: is told what begins.

    Returns:
        The files by role.
    """
    found = study(run, Plan(replications, seed), tell)
    tell(statement(described, found, run))
    out = folder / "robustness"
    out.mkdir(exist_ok=True)
    files = {name: out / f"{name}.csv" for name in ("robustness", "first", "sweep")}
    write_table(files["robustness"], summary_rows(run, described, found), _columns("rule", *SUMMARY))
    write_table(files["first"], first_rows(described, found, run), ("method", "cluster", "id", "name", "rank", "family", "p_first"))  # fmt: skip  # noqa: E501
    write_table(files["sweep"], sweep_rows(described, found, run), ("radius_km", "min_weight", "clusters", "id", "name", *(f"rank_{r}" for r in found.families["sweep"].rules)))  # fmt: skip  # noqa: E501
    files["membership"] = out / "membership.parquet"
    write_membership(files["membership"], run, found)
    figures = draw(run, described, found)
    for name, svg in figures.items():
        files[name] = out / f"{name}.svg"
        files[name].write_text(svg, encoding="utf-8")
    files["page"] = out / "index.html"
    files["page"].write_text(page(run, described, found, figures), encoding="utf-8")
    return {f"robustness_{role}": file for role, file in files.items()}


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
    """Is it first under every edition's method? One row for each method, family and cluster that ever is."""
    rows = []
    for name in dict.fromkeys((*METHODS, run.options.method)):
        rule, rank = rule_of(name), run.rank_under(method_of(name))
        for family in found.families.values():
            first = family.summary(rule)["p_first"]
            for c in np.flatnonzero((first > 0) | (rank == 1)).tolist():
                row = described.rows[c]
                head = {"method": name, "cluster": c, "id": row["id"], "name": row["name"], "rank": int(rank[c])}
                rows.append({**head, "family": family.name, "p_first": _number(first[c])})
    return rows


def statement(described: Described, found: Study, run: ClusterRun) -> str:
    """What can be said of the first place, over everything that is uncertain together; empty where there is no cluster."""
    family, rule = found.families["combined"], rule_of(run.options.method)
    first = family.summary(rule)["p_first"]
    if not first.size:
        return ""
    order = np.argsort(-first, kind="stable")[:3]
    said = ", ".join(f"{described.rows[c]['name']} in {first[c]:.0%}" for c in order.tolist() if first[c] > 0)
    over = f"{len(family.rank)} draws over records, radius, threshold, weights of metrics and geocoding together"
    return f"First under {run.options.method}: {said or 'none of these clusters'} of {over}."


def sweep_rows(described: Described, found: Study, run: ClusterRun) -> list[dict[str, Any]]:
    """The ranks of the first clusters at every radius and threshold."""
    swept = found.families["sweep"]
    rows = []
    for s, setting in enumerate(swept.settings):
        for c in range(min(SHOWN, run.n_clusters)):
            ranks = {f"rank_{rule}": _number(swept.rank[s, r, c]) for r, rule in enumerate(swept.rules)}
            rows.append({**setting, "id": described.rows[c]["id"], "name": described.rows[c]["name"], **ranks})
    return rows


def write_membership(path: Path, run: ClusterRun, found: Study) -> None:
    """For each site: its cluster, the vote for it, and the other cluster with most votes."""
    own, other, votes = found.votes.shares()
    columns = {
        "lat": run.points.lat, "lon": run.points.lon, "cluster": run.cluster_of_site, "vote": own,
        "other_cluster": other, "other_vote": votes,
    }  # fmt: skip
    flag = {SIMULATED_KEY: b"true" if run.points.simulated else b"false"}
    pq.write_table(pa.table(columns).replace_schema_metadata(flag), path, compression="zstd")


def draw(run: ClusterRun, described: Described, found: Study) -> dict[str, str]:
    """All figures by name."""
    flag = "SIMULATED data. " if run.points.simulated else ""
    shown = min(SHOWN, run.n_clusters)
    names = [short(row["name"]) for row in described.rows[:shown]]
    rule = rule_of(run.options.method)
    samples = found.families["bootstrap"].summary(rule)
    first = np.stack([found.families[f].summary(r)["p_first"][:shown] for f in ("bootstrap", "sweep") for r in RULES])
    labels = [f"{r} {f}" for f in ("sample", "sweep") for r in ("2017", "2018–24", "2025")]
    note = f"{flag}Part of the scenarios in which the cluster is first, by edition's method"
    return {
        "first": heat_table("Is it first under every edition's method?", names, labels, first.T, note),
        "ranks": rank_ranges(
            f"Ranks under {run.options.method}", names, samples["rank_p05"][:shown], samples["rank_median"][:shown],
            samples["rank_p95"][:shown], f"{flag}Bootstrap over records: median and 5–95 %",
        ),
        "sweep": sweep_figure(run, described, found, rule, flag),
    }  # fmt: skip


def sweep_figure(run: ClusterRun, described: Described, found: Study, rule: str, flag: str) -> str:
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
    return heat_map(f"Rank of {leader}", [f"{w:g}" for w in weights], [f"{r:g}" for r in radii], grid, note)


def short(name: str) -> str:
    """A name that fits a figure."""
    return name if len(name) <= 32 else name[:31] + "…"


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>How sure are these ranks?</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;color:#1b2a38;max-width:70rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;font-size:14px}}th,td{{padding:.2rem .6rem;border-bottom:1px solid #d9e0e6;
text-align:right}}th:nth-child(2),td:nth-child(2){{text-align:left}}svg{{max-width:100%;height:auto}}
.flag{{background:#1b2a38;color:#fff;padding:.5rem 1rem;font-weight:bold}}</style></head><body>
<h1>How sure are these ranks?</h1>{flag}
<p><strong>{statement}</strong></p>
<p>{clusters} clusters, radius {radius:g} km, threshold {weight:g}, method {method}. A cluster <em>exists</em> in a
scenario if a cluster there has at least half of their united weight in common with it. Ranks are those of scenarios in
which it exists; where it does not, it is neither first nor among the top 100.</p>
{figures}
<h2>Bootstrap over records, {method}</h2>
<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
<p>{scenarios}. All numbers are in the tables beside this page.</p>
</body></html>
"""


def page(run: ClusterRun, described: Described, found: Study, figures: dict[str, str]) -> str:
    """One HTML page that opens from disk, with the figures inside."""
    rule = rule_of(run.options.method)
    summary = found.families["bootstrap"].summary(rule)
    head = ("rank", "cluster", "P(exists)", "P(first)", "P(top 100)", "5 %", "median", "95 %")
    rows: list[Sequence[str]] = []
    for c, row in enumerate(described.rows[:100]):
        chances = [f"{summary[k][c]:.0%}" for k in SUMMARY[:3]]
        quantiles = ["–" if not np.isfinite(summary[k][c]) else f"{summary[k][c]:.0f}" for k in SUMMARY[3:]]
        rows.append([str(row["rank"]), row["name"], *chances, *quantiles])
    cells = "".join("<tr>" + "".join(f"<td>{escape(v)}</td>" for v in row) + "</tr>" for row in rows)
    return PAGE.format(
        flag='<p class="flag">Simulated data: nothing here is about the world.</p>' if run.points.simulated else "",
        statement=escape(statement(described, found, run)),
        clusters=run.n_clusters, radius=run.options.radius_km, weight=run.options.min_weight,
        method=run.options.method, figures="".join(f"<figure>{svg}</figure>" for svg in figures.values()),
        head="".join(f"<th>{h}</th>" for h in head), rows=cells,
        scenarios=", ".join(f"{name}: {len(f.rank):,} scenarios" for name, f in found.families.items()),
    )  # fmt: skip
