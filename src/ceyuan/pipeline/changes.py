"""What changed between two builds: figures added, gone and changed, each with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ceyuan.engine import Engine, parquet

_KEY = ("indicator", "place", "period", "breakdown", "source", "status")
_SAID = ("value", "bound", "modality")
"""What may change of an observation; one source may state several of a place and period, as a target beside an outcome."""


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
        engine.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {_observations(folder)}")
    # What both builds say is set aside first, each as often as both have it; only the rest can have changed.
    engine.run(f"CREATE OR REPLACE TEMP TABLE old_rest AS {_rest('old_build', 'new_build')}")
    engine.run(f"CREATE OR REPLACE TEMP TABLE new_rest AS {_rest('new_build', 'old_build')}")
    matched = _same((*_KEY, "rest"), "n", "o")
    either = ", ".join(
        f"coalesce(n.{k}, o.{k}) AS {k}"
        for k in ("indicator", "place", "period", "breakdown", "unit")
    )
    rows = engine.rows(
        f"SELECT CASE WHEN o.indicator IS NULL THEN 'added' WHEN n.indicator IS NULL THEN 'gone' ELSE 'changed' END, "
        f"{either}, o.value, n.value, CASE WHEN n.version IS NULL OR o.version IS NULL THEN '' "
        "WHEN n.version <> o.version THEN 'its definition changed' "
        "WHEN n.query <> o.query THEN 'its computation changed' ELSE 'its records or inputs changed' END "
        f"FROM new_rest AS n FULL JOIN old_rest AS o ON {matched} "
        f"ORDER BY 2, 3, 4, 5, n.rest, o.rest{f' LIMIT {limit}' if limit else ''}"
    )
    return [Change(r[0], r[1], r[2], r[3], r[4], r[6], r[7], r[5], r[8]) for r in rows]


def _observations(folder: Path) -> str:
    """SQL for a build's observations with what they were made by, equal ones numbered."""
    equal = ", ".join((*_KEY, *_SAID))
    made_by = f"SELECT id, version, query FROM {parquet(folder / 'lineage.parquet')}"
    return (
        f"SELECT o.*, l.version, l.query, row_number() OVER (PARTITION BY {equal}) AS equal_one "
        f"FROM {parquet(folder / 'observations.parquet')} AS o JOIN ({made_by}) AS l ON l.id = o.lineage"
    )


def _rest(own: str, other: str) -> str:
    """SQL for what the other build does not say, numbered within its place and period: first with first is what changed."""
    same = _same((*_KEY, *_SAID, "equal_one"), "own", "other")
    numbered = f"row_number() OVER (PARTITION BY {', '.join(_KEY)} ORDER BY modality, value, bound)"
    return (
        f"SELECT own.*, {numbered} AS rest FROM {own} AS own ANTI JOIN {other} AS other ON {same}"
    )


def _same(columns: Iterable[str], one: str, other: str) -> str:
    return " AND ".join(f"{one}.{c} IS NOT DISTINCT FROM {other}.{c}" for c in columns)
