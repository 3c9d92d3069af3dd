"""The hand-written side of the benchmark ``scale.py``: the same twenty indicators of the same stored records in plain Spark SQL.

Usage: ``python scale_by_hand.py WORKSPACE MASTER``. Prints the number of figures and their sum.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from spine import RATIOS, RECORD_INDICATORS

PERIODS = {"bench_document": "date_start", "bench_payment": "date", "account": "period_start"}


def main() -> None:
    """Open the stored records, ask for each indicator, and divide those that are ratios."""
    root, master = Path(sys.argv[1]), sys.argv[2]
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = (
        SparkSession.builder.master(master)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    _open(session, root)
    total: dict[str, dict[tuple[str, int], float]] = {}
    for name, type_, kind, where, value in RECORD_INDICATORS:
        year = f"year({PERIODS[kind]})"
        what = {"count": "count(*)", "sum": f"sum({value})", "distinct": str(value)}[type_]
        filtered = f"FROM {kind}" + (f" WHERE {where}" if where else "")
        together = "count(DISTINCT v)" if type_ == "distinct" else "sum(v)"
        leaf = f"SELECT place, {year} AS year, {what} AS v {filtered} GROUP BY ALL"
        rows = session.sql(
            f"SELECT ancestor, year, CAST({together} AS DOUBLE) AS v FROM ({leaf}) JOIN closure USING (place) GROUP BY ALL"
        ).collect()
        total[name] = {(row.ancestor, row.year): row.v for row in rows}
    found = [value for figures in total.values() for value in figures.values()]
    ratios = [_shares(total[top], total[bottom]) for _, top, bottom in RATIOS]
    print(len(ratios), "ratios")
    print(json.dumps([len(found), sum(found)]))
    session.stop()


def _shares(
    above: dict[tuple[str, int], float], below: dict[tuple[str, int], float]
) -> dict[tuple[str, int], float]:
    return {at: 100 * value / below[at] for at, value in above.items() if below.get(at)}


def _open(session: SparkSession, root: Path) -> None:
    """The stored records of each kind, and which place lies in which."""
    build = (root / "build" / "current").read_text(encoding="utf-8").strip()
    manifest = json.loads(
        (root / "build" / "builds" / build / "manifest.json").read_text(encoding="utf-8")
    )
    for kind in PERIODS:
        files = [
            (root / "build" / "store" / f"{part['key']}.parquet").as_uri()
            for part in manifest["parts"]
            if part["kind"] == kind
        ]
        session.read.parquet(*files).createOrReplaceTempView(kind)
    places = [
        line.split(",")[:3]
        for line in (root / "places.csv").read_text(encoding="utf-8").splitlines()[1:]
    ]
    closure = {(place, place) for place, *_ in places}
    closure |= {(place, parent) for place, _, parent in places if parent not in ("", "world")}
    session.createDataFrame(
        sorted(closure), "place STRING, ancestor STRING"
    ).createOrReplaceTempView("closure")


if __name__ == "__main__":
    main()
