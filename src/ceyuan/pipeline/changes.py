"""What changed between two builds: figures added, gone and changed, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ceyuan.engine import Engine, parquet

_KEY = "indicator, place, period, breakdown, source, status"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two builds.

    Attributes:
        what: ``added``, ``gone`` or ``changed``.
        indicator, place, period, breakdown: which observation.
        old, new: its values; None where there was or is none.
        unit: their unit.
        reason: the definition changed, Ceyuan computes it differently, or its records or inputs changed.
    """

    what: Literal["added", "gone", "changed"]
    indicator: str
    place: str
    period: str
    breakdown: str
    old: float | None
    new: float | None
    unit: str
    reason: str


def compare(engine: Engine, old: Path, new: Path, limit: int | None = None) -> list[Change]:
    """Differences between the observations of two build folders, ordered by indicator, place and period.

    Args:
        engine: where to compare.
        old: folder of the earlier build.
        new: folder of the later one.
        limit: at most so many.
    """
    for name, folder in (("old_build", old), ("new_build", new)):
        entries = parquet(folder / "lineage.parquet")
        engine.run(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT o.*, l.version, l.query FROM "
            f"{parquet(folder / 'observations.parquet')} AS o JOIN {entries} AS l ON l.id = o.lineage"
        )
    matched = " AND ".join(
        f"n.{k.strip()} IS NOT DISTINCT FROM o.{k.strip()}" for k in _KEY.split(",")
    )
    either = ", ".join(
        f"coalesce(n.{k}, o.{k}) AS {k}"
        for k in ("indicator", "place", "period", "breakdown", "unit")
    )
    differs = "n.value IS DISTINCT FROM o.value OR n.bound <> o.bound OR n.modality <> o.modality"
    rows = engine.rows(
        f"SELECT CASE WHEN o.indicator IS NULL THEN 'added' WHEN n.indicator IS NULL THEN 'gone' ELSE 'changed' END, "
        f"{either}, o.value, n.value, CASE WHEN n.version IS NULL OR o.version IS NULL THEN '' "
        "WHEN n.version <> o.version THEN 'its definition changed' "
        "WHEN n.query <> o.query THEN 'its computation changed' ELSE 'its records or inputs changed' END "
        f"FROM new_build AS n FULL JOIN old_build AS o ON {matched} "
        f"WHERE n.indicator IS NULL OR o.indicator IS NULL OR {differs} "
        f"ORDER BY 2, 3, 4, 5{f' LIMIT {limit}' if limit else ''}"
    )
    return [Change(r[0], r[1], r[2], r[3], r[4], r[6], r[7], r[5], r[8]) for r in rows]
