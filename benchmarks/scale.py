"""As records grow: the same workspace asked of DuckDB and of Apache Spark, beside hand-written Spark SQL over the same files.

Run: ``make bench-scale`` or ``python benchmarks/scale.py [--records 1000000 10000000] [--runs 3] [--docs FOLDER]``.

For each number of records the simulated workspace of ``spine.py`` is read into its store once; what is compared comes after that:
the figures of twenty indicators. ``scale_by_hand.py`` asks the same of the same Parquet files with nothing between it and Spark.
All sides are whole processes on this machine's processors (Spark's with ``local[2]``), Java's start included; their figures must
be equal. Writes scale.md, scale_plan.md (``scale_plan.py``) and scale.json into the folder, which the documentation shows.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

import openalex_points
from process_tree import timed_tree
from scale_plan import plan
from spine import compare_figures, write_workspace

COMMAND = str(Path(sys.executable).with_name("ceyuan"))
SPARK = "local[2]"
SAID = "<!-- Written by benchmarks/scale.py: do not edit. -->\n\n"


@dataclass(frozen=True)
class Side:
    """What one side took: medians over runs.

    Attributes:
        clock, processor: seconds, Java's among them.
        memory: peak of all its processes together in GiB.
    """

    clock: float
    processor: float
    memory: float


@dataclass(frozen=True)
class Measured:
    """One number of records.

    Attributes:
        records: how many.
        stored: bytes of the store.
        cold: reading and computing from nothing with DuckDB.
        duckdb, spark, by_hand: computing the figures of stored records.
    """

    records: int
    stored: int
    cold: Side
    duckdb: Side
    spark: Side
    by_hand: Side


def main() -> None:
    """Measure each number of records, print it, and write it down."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, nargs="+", default=[1_000_000, 10_000_000])
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--works", type=int, default=100_000, help="of OpenAlex, made points of")
    arguments.add_argument("--docs", type=Path)
    options = arguments.parse_args()
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}
    measured = []
    for records in options.records:
        with tempfile.TemporaryDirectory(prefix="ceyuan-bench-") as folder:
            measured.append(measure(Path(folder), records, options.runs))
        print(_row(measured[-1]), flush=True)
    works = works_a_second(options.works)
    texts = {"scale.md": _table(measured), "scale_plan.md": SAID + plan(measured, works)}
    print("\n".join(texts.values()))
    if options.docs is not None:
        figures = {"works_a_second": works, "measured": [asdict(one) for one in measured]}
        texts["scale.json"] = json.dumps(figures, indent=1) + "\n"
        options.docs.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (options.docs / name).write_text(text, encoding="utf-8")


def works_a_second(works: int) -> float:
    """How many works of OpenAlex one processor makes points of in a second; 0 where the genuine ones are not there."""
    if not openalex_points.SHARED.is_file():
        return 0.0
    with tempfile.TemporaryDirectory(prefix="ceyuan-bench-") as folder:
        openalex_points.make(Path(folder), works)
        command = [sys.executable, openalex_points.__file__, "--run", "points", folder]
        _, processor, _, _ = timed_tree(command)
    return works / processor


def measure(folder: Path, records: int, runs: int) -> Measured:
    """One number of records: read once, asked of all three in turn."""
    root = folder / "workspace"
    write_workspace(root, records)
    config = root / "ceyuan.yaml"
    declared = yaml.safe_load(config.read_text(encoding="utf-8"))
    # All that can go out does; files are read here, which is measured apart.
    declared["engine"] = {"kind": "spark", "master": SPARK, "local_rows": 0, "local_bytes": 10**15}
    config.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    cold = _side([timed_tree([COMMAND, "build", "-w", str(root), "--engine", "duckdb"])[:3]])
    store = root / "build" / "store"
    stored = sum(path.stat().st_size for path in store.glob("*.parquet"))
    by_hand = [sys.executable, str(Path(__file__).with_name("scale_by_hand.py")), str(root), SPARK]
    taken: dict[str, list[tuple[float, float, float]]] = {"duckdb": [], SPARK: [], "by hand": []}
    for _ in range(runs):
        *figures, found = timed_tree(by_hand)
        taken["by hand"].append((figures[0], figures[1], figures[2]))
        for engine in ("duckdb", SPARK):
            _forget_builds(root)
            *figures, _ = timed_tree([COMMAND, "build", "-w", str(root), "--engine", engine])
            taken[engine].append((figures[0], figures[1], figures[2]))
            compare_figures(root, found)
    return Measured(
        records, stored, cold, _side(taken["duckdb"]), _side(taken[SPARK]), _side(taken["by hand"])
    )


def _forget_builds(root: Path) -> None:
    shutil.rmtree(root / "build" / "builds")
    (root / "build" / "current").unlink()


def _side(runs: Sequence[tuple[float, ...]]) -> Side:
    return Side(*(statistics.median(values) for values in zip(*runs, strict=True)))


def _row(one: Measured) -> str:
    cells = [
        f"{one.records:,}",
        f"{one.stored / one.records:.0f} bytes",
        *(
            f"{side.clock:.1f} s ({side.processor:.0f} s, {side.memory:.1f} GiB)"
            for side in (one.cold, one.duckdb, one.spark, one.by_hand)
        ),
        f"{one.spark.clock / one.by_hand.clock:.2f} × ({one.spark.processor / one.by_hand.processor:.2f} ×)",
    ]
    return f"| {' | '.join(cells)} |"


def _table(measured: Sequence[Measured]) -> str:
    head = [
        "records",
        "stored, each",
        "DuckDB from nothing: clock (processor, memory)",
        "figures, DuckDB",
        f"figures, Spark `{SPARK}`",
        "figures, hand-written Spark SQL",
        "Ceyuan over hand-written (≤ 1.5 × wanted)",
    ]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *map(_row, measured)]
    machine = f"{os.cpu_count()} processors, simulated records of three kinds, twenty indicators.\n"
    return SAID + machine + "\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
