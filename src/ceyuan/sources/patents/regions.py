"""Positions of regions: what REGPAT and PATSTAT name by a code has no coordinates of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ceyuan.sources.accounts import FileAccount, TableAccount
from ceyuan.sources.outputs import ReaderRun
from ceyuan.sources.tables import ForeignColumns, load_table, numbered, position_checks, sort_out

_LAYOUT = ForeignColumns(
    {
        "code": ["code", "reg_code", "nuts_id", "nuts", "id"],
        "lat": ["lat", "latitude"],
        "lon": ["lon", "lng", "longitude"],
    },
    {},
)
REGIONS_NOTE = "positions are those of regions: every contributor of a region stands at one point"


def load_regions(
    run: ReaderRun, paths: Sequence[Path]
) -> tuple[TableAccount, tuple[FileAccount, ...]]:
    """Read tables of region codes with a position each into ``regions`` (code in capitals, lat, lon).

    Raises:
        CeyuanError: what reading files can raise; ``missing-column`` without code, latitude and longitude.
    """
    loaded = load_table(run, "raw_regions", paths, _LAYOUT)
    query = (
        "SELECT * REPLACE (upper(code) AS code), raw_regions.rowid AS _row, "
        f"{numbered('raw_regions', 'upper(code)')} FROM raw_regions"
    )
    checks = [
        ("code IS NULL", "missing-value", "'no code'"),
        ("lat IS NULL AND lon IS NULL", "missing-value", "'no position'"),
        *position_checks(),
        ("_number > 1", "duplicate-key", "'the region ' || code || ' stands in an earlier row'"),
    ]
    return sort_out(run, loaded, query, checks, "regions"), loaded.files


def regions_without_position(
    run: ReaderRun, contributors: str, column: str, shown: int = 20
) -> str | None:
    """A sentence on regions of contributors that have no position, the most frequent ones named; None if there are none.

    Args:
        run: the run.
        contributors: a relation with one row for each contributor.
        column: its column of region codes, in capitals.
        shown: how many codes are named.
    """
    rows = run.engine.rows(
        f"SELECT c.{column}, count(*) AS n FROM {contributors} AS c ANTI JOIN regions ON regions.code = c.{column} "
        f"WHERE c.{column} IS NOT NULL GROUP BY ALL ORDER BY n DESC, 1"
    )
    if not rows:
        return None
    named = ", ".join(f"{code} ({count:,})" for code, count in rows[:shown]) + (
        " …" if len(rows) > shown else ""
    )
    return f"{sum(n for _, n in rows):,} contributors of {len(rows):,} regions have no position: {named}"
