"""What `benchmarks/clusters.py` measured, as a table and a plot for the documentation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

Results = Mapping[str, Any]
WIDTH, LEFT, ROW, BAR = 760, 330, 34, 16
OURS, GOAL, INK, MUTED = "#0b6e6e", "#b3541e", "#1b2a38", "#6b7885"


WANTED = {"500": 2.0, "5,000": 2.0, "200,000": 150.0}
"""How many times faster than scikit-learn's ball tree we want to be at so many sites."""


def write_measured(results: Results, folder: Path) -> None:
    """Write ``clusters.md`` and ``clusters.svg`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "clusters.md").write_text(table(results), encoding="utf-8")
    (folder / "clusters.svg").write_text(plot(results), encoding="utf-8")


def comparisons(results: Results) -> list[tuple[str, Mapping[str, float], float | None]]:
    """What was compared: its name, the measurements, and the ratio that we want at least."""
    found: list[tuple[str, Mapping[str, float], float | None]] = []
    for name, measured in results.get("sklearn", {}).items():
        wanted = next(
            (ratio for size, ratio in WANTED.items() if f" {size} distinct" in name), None
        )
        found.append((name, measured, wanted))
    if "pypi" in results:
        found.append(
            (
                f"PyPI dbscan, {results['pypi']['points']:,.0f} distinct, unweighted",
                results["pypi"],
                1.0,
            )
        )
    if "points" in results.get("r", {}):
        found.append(
            (f"R dbscan, {results['r']['points']:,.0f} distinct, weights", results["r"], None)
        )
    return found


def table(results: Results) -> str:
    """The measurements as Markdown."""
    lines = [
        "<!-- Written by benchmarks/clusters.py: do not edit. -->",
        f"{results['processors']} processors, {results['points']:,} simulated points at {results['distinct']:,} places; load "
        f"of the machine {_loads(results)}; medians of {_runs(results)}. What is compared ran alternately.",
        "",
        "| | ours | other | ratio (clock) | ratio (processor) | wanted |",
        "|---|---|---|---|---|---|",
    ]
    for name, m, goal in comparisons(results):
        wanted = f"≥ {goal:g} ×" if goal else ""
        lines.append(
            f"| {name} | {_seconds(m['ours_s'])} | {_seconds(m['other_s'])} | {_ratio(m['ratio'])} × | "
            f"{_ratio(m['cpu_ratio'])} × | {wanted} |"
        )
    for key, most in (("duckdb", 1.6), ("sites", 2.5)):
        if key in results:
            m = results[key]
            lines.append(
                f"| end to end, {m['rows']:,} rows at {m['places']:,} places, against DuckDB's bare "
                f"`count(*) GROUP BY lat, lon` | {_seconds(m['ours_s'])} | {_seconds(m['other_s'])} | "
                f"{m['ours_over_lower_bound']:.2f} times its time | {m['ours_over_lower_bound_cpu']:.2f} times its time | "
                f"≤ {most:g} times |"
            )
    if "sweep" in results:
        m = results["sweep"]
        lines.append(
            f"| {m['combinations']:.0f} combinations of radius and threshold, against a single fit | {_seconds(m['ours_s'])} | "
            f"{_seconds(m['other_s'])} | {m['single_fits']:.1f} fits | {m['single_fits_cpu']:.1f} fits | ≤ 12 fits |"
        )
    return "\n".join([*lines, "", *_notes(results)]) + "\n"


def _notes(results: Results) -> list[str]:
    notes = []
    if "sklearn" in results:
        notes.append("Labels were equal to scikit-learn's at every size.")
    if "pypi" in results:
        m = results["pypi"]
        notes.append(
            f"PyPI `dbscan` missed {m['core_points_it_misses']:.0f} core points of those that the kernel found and had "
            f"{m['core_points_it_adds']:.0f} others."
        )
    if "points" in results.get("r", {}):
        m = results["r"]
        notes.append(
            f"R `dbscan` {m['version']} found {m['differences']:.0f} points to be noise, or not, that we did not."
        )
    elif "r" in results:
        notes.append(f"R `dbscan` was not compared: {results['r']['reason']}.")
    if "duckdb" in results:
        notes.append(
            "*End to end* is reading Parquet, finding clusters, fractional counting, ties, edges and ranking; its peak memory "
            f"was {results['duckdb']['peak_gb']:.1f} GB."
        )
    if "cold" in results:
        times = "; ".join(f"{name}: {seconds:.1f} s" for name, seconds in results["cold"].items())
        notes.append(
            f"First result of `ceyuan clusters`, process start and names included: {times}."
        )
    return notes


def _loads(results: Results) -> str:
    loads = [value for name, value in results.items() if name.endswith("_load")]
    return f"{min(loads):.0f} to {max(loads):.0f}" if loads else "not noted"


def _runs(results: Results) -> str:
    """How many runs the medians are of, and where there were fewer."""
    measured = [m for _, m, _ in comparisons(results)] + [
        results[n] for n in ("duckdb", "sweep") if n in results
    ]
    runs = sorted({int(m[k]) for m in measured for k in ("runs", "other_runs")})
    return " to ".join(str(n) for n in dict.fromkeys((runs[0], runs[-1]))) if runs else "none"


def _seconds(value: float) -> str:
    return f"{value:.1f} s" if value >= 1 else f"{value:.3f} s"


def _ratio(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def plot(results: Results) -> str:
    """How many times faster, by the processor and by the clock, on a logarithmic axis."""
    rows = comparisons(results)
    height = 64 + ROW * len(rows)
    top = max([10.0, *(max(m["ratio"], m["cpu_ratio"], goal or 1.0) for _, m, goal in rows)]) * 1.3

    def x(ratio: float) -> float:
        return LEFT + (WIDTH - LEFT - 70) * math.log10(max(ratio, 1.0)) / math.log10(top)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13">',
        "<title>How many times faster than others</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="24" fill="{INK}" font-weight="600">How many times faster (bar: by the clock; dot: by processor time; '
        "line: wanted)</text>",
    ]
    parts += [
        f'<line x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="36" y2="{height - 22}" stroke="#e3e8ec"/>'
        f'<text x="{x(tick):.1f}" y="{height - 6}" fill="{MUTED}" text-anchor="middle">{tick} ×</text>'
        for tick in (1, 3, 10, 30, 100, 300, 1000)
        if tick <= top
    ]
    for i, (name, m, goal) in enumerate(rows):
        y = 44 + ROW * i
        end = x(m["ratio"])
        parts += [
            f'<text x="{LEFT - 10}" y="{y + 13}" fill="{INK}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{LEFT}" y="{y}" width="{max(1.0, end - LEFT):.1f}" height="{BAR}" fill="{OURS}"/>',
            f'<circle cx="{x(m["cpu_ratio"]):.1f}" cy="{y + BAR / 2}" r="5" fill="#ffffff" stroke="{INK}" stroke-width="2"/>',
            f'<text x="{max(end, x(m["cpu_ratio"])) + 10:.1f}" y="{y + 13}" fill="{INK}">{_ratio(m["ratio"])} ×</text>',
        ]
        if goal:
            parts.append(
                f'<line x1="{x(goal):.1f}" x2="{x(goal):.1f}" y1="{y - 4}" y2="{y + BAR + 4}" stroke="{GOAL}" stroke-width="3"/>'
            )
    return "\n".join([*parts, "</svg>"]) + "\n"
