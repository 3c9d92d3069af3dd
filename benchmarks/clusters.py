"""Clusters beside scikit-learn, PyPI dbscan, R dbscan and DuckDB, in one run on one machine; ratios of medians of five.

Run: python benchmarks/clusters.py [--docs docs/methods/measured] [--repeat 5] [--scale 1.0] [--skip pypi …]

Writes clusters.json, clusters.md and clusters.svg into the folder, which the documentation shows. R is compared where it is
there with its package (Debian: r-base-core, r-cran-dbscan).

Wall-clock and processor time are both taken: on a machine that is used by others the second is the fairer one. What is
compared runs alternately. The points are simulated.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ceyuan.clusters.amounts import Amounts, ones
from ceyuan.clusters.counting import row_weights, site_weights
from ceyuan.clusters.dbscan import dbscan_sites
from ceyuan.clusters.geometry import EARTH_RADIUS_KM, unit_vectors
from ceyuan.clusters.kernel.index import Index
from ceyuan.clusters.points.read import read_points
from ceyuan.clusters.points.table import PointTable
from ceyuan.clusters.robustness.scenarios import sweep
from ceyuan.clusters.robustness.study import RADIUS_FACTORS, THRESHOLD_FACTORS
from ceyuan.clusters.run import Options, cluster_points
from ceyuan.clusters.simulation.world import ROW_GROUP, make_world, tables, write_world
from clusters_measured import write_measured

RADIUS = 15.0


def clocked(task: Callable[[], object]) -> tuple[float, float]:
    """Wall-clock and processor seconds of a task."""
    wall, cpu = time.perf_counter(), time.process_time()
    task()
    return time.perf_counter() - wall, time.process_time() - cpu


def compare(
    repeat: int, ours: Callable[[], object], other: Callable[[], object], other_repeat: int = 0
) -> dict[str, float]:
    """Medians of both, taken alternately, and the ratios other / ours."""
    mine, theirs = [], []
    for i in range(repeat):
        mine.append(clocked(ours))
        if i < (other_repeat or repeat):
            theirs.append(clocked(other))
    wall, cpu = (median(t[k] for t in mine) for k in range(2))
    other_wall, other_cpu = (median(t[k] for t in theirs) for k in range(2))
    return {
        "ours_s": wall, "other_s": other_wall, "ratio": other_wall / wall, "ours_cpu_s": cpu, "other_cpu_s": other_cpu,
        "cpu_ratio": other_cpu / cpu, "runs": repeat, "other_runs": len(theirs),
    }  # fmt: skip


def against_scikit_learn(
    points: PointTable, weight: Amounts, repeat: int
) -> dict[str, dict[str, float]]:
    """Ball tree, haversine, weights: 500 to 200 thousand distinct coordinates; the labels must be equal."""
    from sklearn.cluster import DBSCAN  # noqa: PLC0415

    found = {}
    rng = np.random.default_rng(1)
    for n in (500, 5_000, 50_000, 100_000, 200_000):
        if n > points.lat.size:
            continue
        pick = np.sort(rng.choice(points.lat.size, n, replace=False))
        lat, lon, w = points.lat[pick], points.lon[pick], weight.take(pick)
        threshold = max(2, round(4500 * w.total() / 44e6))
        x = np.radians(np.c_[lat, lon])
        model = DBSCAN(
            eps=RADIUS / EARTH_RADIUS_KM,
            min_samples=threshold,
            metric="haversine",
            algorithm="ball_tree",
        )
        labels, _ = dbscan_sites(lat, lon, w, RADIUS, threshold, "first", engine="compiled")
        result = compare(
            repeat,
            lambda: dbscan_sites(lat, lon, w, RADIUS, threshold, "first", engine="compiled"),  # noqa: B023
            lambda: model.fit(x, sample_weight=w.floats()),  # noqa: B023
        )
        if not (model.labels_ == labels).all():
            raise SystemExit(f"labels differ from scikit-learn's at {n}")
        found[f"scikit-learn ball tree, {n:,} distinct"] = result
        print(n, result, flush=True)
    return found


def against_pypi(points: PointTable, repeat: int) -> dict[str, float]:
    """PyPI dbscan (Wang, Gu, Shun 2020) on chords of up to 3 million distinct points, unweighted."""
    from dbscan import DBSCAN  # noqa: PLC0415

    pick = np.random.default_rng(2).permutation(points.lat.size)[:3_000_000]
    lat, lon = points.lat[pick], points.lon[pick]
    xyz, each = unit_vectors(lat, lon), ones(pick.size)
    chord, threshold = (
        2 * np.sin(RADIUS / EARTH_RADIUS_KM / 2),
        max(2, round(4500 * pick.size / 44e6)),
    )
    result = compare(
        repeat,
        lambda: dbscan_sites(lat, lon, each, RADIUS, threshold, "nearest", engine="compiled"),
        lambda: DBSCAN(xyz, eps=chord, min_samples=threshold),
    )
    _, core = dbscan_sites(lat, lon, each, RADIUS, threshold, "nearest", engine="compiled")
    _, theirs = DBSCAN(xyz, eps=chord, min_samples=threshold)
    result["points"] = pick.size
    result["core_points_it_misses"] = int((core & ~theirs).sum())
    result["core_points_it_adds"] = int((theirs & ~core).sum())
    return result


R_SCRIPT = """
suppressMessages(library(dbscan))
a <- commandArgs(trailingOnly = TRUE); n <- as.integer(a[2]); runs <- as.integer(a[5])
x <- matrix(readBin(a[1], "double", 3 * n), ncol = 3, byrow = TRUE)
w <- readBin(a[6], "double", n)
for (i in seq_len(runs)) {
  t <- system.time(found <- dbscan(x, eps = as.numeric(a[3]), minPts = as.numeric(a[4]), weights = w))
  cat("time", t[["elapsed"]], t[["user.self"]] + t[["sys.self"]], "\\n")
}
writeBin(as.integer(found$cluster), a[7])
cat("version", as.character(packageVersion("dbscan")), "\\n")
"""
R_POINTS = 200_000


def against_r(points: PointTable, weight: Amounts, repeat: int, folder: Path) -> dict[str, object]:
    """R's dbscan on chords, with weights; it is another process, so the two run one after the other."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return {"reason": "there is no R on the machine"}
    pick = np.sort(np.random.default_rng(3).permutation(points.lat.size)[:R_POINTS])
    lat, lon, w = points.lat[pick], points.lon[pick], weight.take(pick)
    chord, threshold = (
        2 * np.sin(RADIUS / EARTH_RADIUS_KM / 2),
        max(2, round(4500 * w.total() / 44e6)),
    )
    files = [folder / name for name in ("xyz.bin", "weight.bin", "labels.bin", "dbscan.R")]
    unit_vectors(lat, lon).astype(np.float64).tofile(files[0])
    w.floats().tofile(files[1])
    files[3].write_text(R_SCRIPT, encoding="utf-8")
    # The first run loads the compiled code, too.
    labels, _ = dbscan_sites(lat, lon, w, RADIUS, threshold, "first", engine="compiled")
    ours = [
        clocked(lambda: dbscan_sites(lat, lon, w, RADIUS, threshold, "first", engine="compiled"))
        for _ in range(repeat)
    ]
    arguments = [
        str(files[0]),
        str(pick.size),
        f"{chord:.17g}",
        str(threshold),
        str(repeat),
        str(files[1]),
        str(files[2]),
    ]
    done = subprocess.run(
        [rscript, str(files[3]), *arguments], check=False, capture_output=True, text=True
    )
    if done.returncode:
        return {
            "reason": "its package dbscan is not there"
            if "no package" in done.stderr
            else done.stderr[-200:]
        }
    said = [line.split() for line in done.stdout.splitlines()]
    times = [(float(words[1]), float(words[2])) for words in said if words[0] == "time"]
    theirs = np.fromfile(files[2], np.int32)
    (mine, cpu), (other, other_cpu) = (
        [median(t[k] for t in runs) for k in range(2)] for runs in (ours, times)
    )
    return {
        "ours_s": mine, "other_s": other, "ratio": other / mine, "ours_cpu_s": cpu, "other_cpu_s": other_cpu,
        "cpu_ratio": other_cpu / cpu, "runs": len(ours), "other_runs": len(times), "points": int(pick.size),
        "differences": int(((labels < 0) != (theirs == 0)).sum()), "version": next(w[1] for w in said if w[0] == "version"),
    }  # fmt: skip


def against_duckdb(path: Path, repeat: int, threshold: float = 4500.0) -> dict[str, float]:
    """End to end (Parquet to ranked clusters with shares and ties) against DuckDB's bare group-by of the same file."""
    connection = duckdb.connect()
    connection.sql(f"SET threads = {len(os.sched_getaffinity(0))}")
    connection.sql("SET preserve_insertion_order = false")
    query = (
        f"SELECT count(*), max(c) FROM (SELECT lat, lon, count(*) AS c FROM '{path}' GROUP BY 1, 2)"
    )
    options = Options(min_weight=threshold, method="gii2023")
    found = cluster_points(path, options=options)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    result = compare(
        repeat,
        lambda: cluster_points(path, options=options),
        lambda: connection.sql(query).fetchall(),
    )
    result["ours_over_lower_bound"] = 1 / result["ratio"]
    result["ours_over_lower_bound_cpu"] = 1 / result["cpu_ratio"]
    result["peak_gb"] = peak
    result["rows"], result["places"] = found.points.n_rows, found.points.lat.size
    return result


def write_sites(folder: Path, scale: float) -> Path:
    """Five million rows of which five in six stand at a coordinate of their own, as where addresses are geocoded one by one."""
    path = folder / "sites.parquet"
    world = make_world(5 / 44 * scale, round(60_000 * scale))
    rng = np.random.default_rng(4)
    with pq.ParquetWriter(path, world.schema, compression="snappy") as writer:
        for table in tables(world):
            moves = np.round(
                rng.normal(0.0, 0.01, (2, table.num_rows)) * (rng.random(table.num_rows) < 5 / 6), 6
            )
            for axis, name in enumerate(("lat", "lon")):
                column = table.schema.get_field_index(name)
                moved = np.clip(
                    table[name].to_numpy() + moves[axis], -90 * (axis + 1), 90 * (axis + 1)
                )
                table = table.set_column(column, table.schema.field(column), pa.array(moved))  # noqa: PLW2901
            writer.write_table(table, row_group_size=ROW_GROUP)
    return path


def sweep_against_fit(
    points: PointTable, weight: Amounts, scale: float, repeat: int
) -> dict[str, float]:
    """200 combinations of radius and threshold against single fits."""
    radii = [RADIUS * f for f in RADIUS_FACTORS]
    thresholds = [max(1, round(4500 * scale * f)) for f in THRESHOLD_FACTORS]

    def swept() -> None:
        for _ in sweep(points.lat, points.lon, weight, radii, thresholds):
            pass

    def single() -> None:
        index = Index.build(points.lat, points.lon, weight, RADIUS)
        index.fit(index.aim(RADIUS), max(1, round(4500 * scale)), "nearest")

    single()
    result = compare(repeat, single, swept)
    result["combinations"] = len(radii) * len(thresholds)
    result["single_fits"] = result["ratio"]
    result["single_fits_cpu"] = result["cpu_ratio"]
    return result


def cold_start(folder: Path) -> dict[str, float]:
    """Seconds to the first result on a small file in a fresh process: without compiled code, and with it."""
    write_world(make_world(0.0003, addresses=3500), folder / "small.parquet")
    write_world(make_world(0.01, addresses=30_000), folder / "medium.parquet")
    found = {}
    for name, points in (("small", 5), ("medium", 45)):
        cache = folder / f"cache_{name}"
        for state in ("fresh machine", "second run"):
            command = [
                str(Path(sys.executable).parent / "ceyuan"),
                "clusters",
                str(folder / f"{name}.parquet"),
            ]
            options = ["--min-weight", str(points), "--out", str(folder / "out")]
            environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
            begin = time.perf_counter()
            subprocess.run([*command, *options], check=True, capture_output=True, env=environment)
            found[f"{name} file, {state}"] = time.perf_counter() - begin
    return found


def main() -> None:
    """Measure what is asked for and write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--docs", type=Path, default=Path(__file__).parents[1] / "docs" / "methods" / "measured"
    )
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--addresses", type=int, default=3_100_000)
    parser.add_argument(
        "--skip",
        nargs="*",
        default=[],
        choices=["duckdb", "sites", "sklearn", "pypi", "r", "sweep", "cold"],
    )
    chosen = parser.parse_args()
    earlier = chosen.docs / "clusters.json"
    kept = json.loads(earlier.read_text(encoding="utf-8")) if earlier.is_file() else {}
    results: dict[str, object] = {"simulated": True, "processors": len(os.sched_getaffinity(0))}
    # What is skipped keeps what an earlier run measured of it.
    results |= {
        name: value for name, value in kept.items() if name.removesuffix("_load") in chosen.skip
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "points.parquet"
        results["points"] = write_world(make_world(chosen.scale, chosen.addresses), path)
        steps: dict[str, Callable[[], object]] = {
            "duckdb": lambda: against_duckdb(path, chosen.repeat)
        }
        points = read_points(path)
        weight = site_weights(points, row_weights(points))
        results["distinct"] = int(points.lat.size)
        steps |= {
            "sweep": lambda: sweep_against_fit(points, weight, chosen.scale, chosen.repeat),
            "sites": lambda: against_duckdb(
                write_sites(folder, chosen.scale), chosen.repeat, 4500 * chosen.scale * 5 / 44
            ),
            "pypi": lambda: against_pypi(points, chosen.repeat),
            "sklearn": lambda: against_scikit_learn(points, weight, chosen.repeat),
            "r": lambda: against_r(points, weight, chosen.repeat, folder),
            "cold": lambda: cold_start(folder),
        }
        for step, measure in steps.items():
            if step not in chosen.skip:
                results[step] = measure()
                results[f"{step}_load"] = os.getloadavg()[0]
                print(step, json.dumps(results[step], indent=1), flush=True)
    write_measured(results, chosen.docs)
    (chosen.docs / "clusters.json").write_text(
        json.dumps(results, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
