"""What finding clusters costs as points grow: processor time a point, from simulated files to ranked clusters.

Run: python benchmarks/growth.py [--points 100000 1000000 …] [--repeat 3] [--docs docs/methods/measured]

Writes growth.md and growth.svg. Processor time is taken, the median of runs, so that others on the machine disturb little.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ceyuan.clusters.run import Options, cluster_points
from ceyuan.clusters.simulation.world import ROW_GROUP, make_world, tables
from ceyuan.figures.charts import bars

FULL = 44_000_000
"""Points of the simulated world at scale 1."""

APART = 1_000_000_000
"""Between the numbers of records of two worlds."""


def write_points(path: Path, wanted: int) -> int:
    """About so many simulated points; of more than one world where that has too few, with records of their own."""
    worlds = -(-wanted // FULL)
    addresses = max(3_000, round(60_000 * (wanted / 1e6) ** 0.5)) // worlds
    points, writer = 0, None
    for number in range(worlds):
        world = make_world(wanted / FULL / worlds, addresses, 1 + number)
        writer = writer or pq.ParquetWriter(path, world.schema, compression="snappy")
        for table in tables(world):
            ids = pc.add(table["record_id"], number * APART)
            writer.write_table(
                table.set_column(0, table.schema.field(0), ids), row_group_size=ROW_GROUP
            )
            points += table.num_rows
    if writer:
        writer.close()
    return points


def measured(path: Path, scale: float, repeat: int) -> tuple[float, int]:
    """Processor seconds of a run, after one that warms up, and the number of places."""
    options = Options(min_weight=max(2.0, 4500 * scale), method="gii2023")
    places, taken = 0, []
    for _ in range(repeat + 1):
        begin = time.process_time()
        places = cluster_points(path, options=options).points.lat.size
        taken.append(time.process_time() - begin)
    return median(taken[1:]), places


def main() -> None:
    """Measure every size and write table and figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--points",
        type=int,
        nargs="+",
        default=[100_000, 1_000_000, 10_000_000, 44_000_000, 100_000_000],
    )
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--docs", type=Path, default=Path("docs/methods/measured"))
    given = parser.parse_args()
    lines = [
        "<!-- Written by benchmarks/growth.py: do not edit. -->",
        "",
        "| points | places | processor seconds | microseconds a point |",
        "|---:|---:|---:|---:|",
    ]
    names, each = [], []
    with tempfile.TemporaryDirectory() as folder:
        for wanted in given.points:
            scale = wanted / FULL
            path = Path(folder) / "points.parquet"
            points = write_points(path, wanted)
            took, places = measured(path, scale, given.repeat)
            lines.append(f"| {points:,} | {places:,} | {took:.2f} | {1e6 * took / points:.2f} |")
            names.append(f"{points:,}")
            each.append(1e6 * took / points)
            print(lines[-1], flush=True)
    given.docs.mkdir(parents=True, exist_ok=True)
    (given.docs / "growth.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    figure = bars(
        "What a point costs as points grow",
        names,
        np.array(each),
        "Microseconds of processor time a point",
    )
    figure.save(given.docs / "growth.svg")


if __name__ == "__main__":
    main()
