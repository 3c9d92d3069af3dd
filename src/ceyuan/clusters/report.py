"""One illustrated page about a run: the map, the ranking, what was counted and what was left out, how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from ceyuan.clusters.arrays import Floats
from ceyuan.clusters.describe import Described
from ceyuan.clusters.run import ClusterRun
from ceyuan.figures.charts import bars, outline_map
from ceyuan.figures.drawing import Drawing
from ceyuan.figures.page import PageSection, PageTable, page

DOTS = 6_000
"""So many places are drawn at most; of more, evenly spread ones."""
LABELS, ROWS, BARS = 12, 50, 20


def report_page(
    run: ClusterRun, described: Described, said: Sequence[str], sure: Sequence[PageSection] = ()
) -> str:
    """The page, as HTML with everything inside.

    Args:
        run: the run.
        described: its clusters.
        said: what was read and what was left out, line by line.
        sure: sections on how sure the ranks are, where that was asked for.
    """
    options = run.options
    flag = "Simulated data: nothing here is about the world." if run.points.simulated else ""
    lead = (
        f"{run.n_clusters:,} clusters; a core point has a weight of {options.min_weight:g} within {options.radius_km:g} km. "
        f"Ranked by {options.method}."
    )
    names = [row["name"] for row in described.rows[:BARS]]
    score = np.array([row["score"] for row in described.rows[:BARS]], np.float64)
    ranking = bars(
        "Scores of the first clusters", names, score, "Sum of the shares of the world's records"
    )
    every = described.columns()
    table = PageTable(
        {name: every[name][:ROWS] for name in _columns(described) if set(every[name]) != {None}}
    )
    sections = [
        PageSection("Where they are", [cluster_map(run, described)]),
        PageSection("Ranking", [ranking, table]),
        PageSection("What was read, and what was left out", [tuple(said)]),
        *sure,
    ]
    return page("Innovation clusters", lead, sections, flag)


def cluster_map(run: ClusterRun, described: Described) -> Drawing:
    """Outlines of the clusters over the places of all points."""
    step = max(1, run.points.lat.size // DOTS)
    dots = np.stack([run.points.lon[::step], run.points.lat[::step]], axis=1)
    rows = described.rows[:LABELS]
    labels = [
        (float(row["lon"]), float(row["lat"]), f"{row['rank']} {row['name']}") for row in rows
    ]
    flag = "SIMULATED data. " if run.points.simulated else ""
    note = f"{flag}{run.n_clusters:,} clusters; dots are places of points. No land and no borders are drawn"
    return outline_map(
        "Clusters", dots, [_rings(shape) for shape in described.shapes], labels, note
    )


def _rings(shape: Any) -> list[Floats]:
    """The outer rings of an outline."""
    return [
        np.asarray(part.exterior.coords, np.float64)[:, :2] for part in shapely.get_parts(shape)
    ]


def _columns(described: Described) -> list[str]:
    """The columns of ``clusters.csv`` that say most."""
    kinds = [name for name in described.columns() if name.endswith("_share")]
    return [
        name
        for name in ("rank", "name", "score", *kinds, "population")
        if name in described.columns()
    ]
