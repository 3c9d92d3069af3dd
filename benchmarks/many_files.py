"""The same simulated records in three files and in 160: what it costs to read them, and one changed file of them.

Run with ``python benchmarks/many_files.py [--records 320000] [--files 160] [--runs 3]``. What counts is the ratio of processor
time between two builds from nothing (goal: at most 1.5).
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from spine import timed, write_workspace


def split(folder: Path, files: int) -> None:
    """Part the tables of a workspace into some files in all, each table into equally many."""
    tables = sorted(folder.glob("*.csv"))
    for table in tables:
        head, *rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
        size = -(-len(rows) * len(tables) // files)
        for number, first in enumerate(range(0, len(rows), size)):
            part = folder / f"{table.stem}_{number:04}.csv"
            part.write_text(head + "".join(rows[first : first + size]), encoding="utf-8")
        table.unlink()
        declared = table.with_suffix(".yaml")
        named = declared.read_text(encoding="utf-8").replace(table.name, f'"{table.stem}_*.csv"')
        declared.write_text(named, encoding="utf-8")


def built(root: Path) -> float:
    """Processor seconds of a build."""
    command = [str(Path(sys.executable).with_name("ceyuan")), "build", "-w", str(root)]
    return timed(command)[1]


def main() -> None:
    """Build both in turn and print medians and ratio."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=320_000)
    arguments.add_argument("--files", type=int, default=160)
    arguments.add_argument("--runs", type=int, default=3)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="ceyuan-bench-") as folder:
        one, many = Path(folder, "one"), Path(folder, "many")
        for root in (one, many):
            write_workspace(root, options.records)
        split(many / "records", options.files)
        seconds: dict[Path, list[float]] = {one: [], many: []}
        for _ in range(options.runs):
            for root, spent in seconds.items():
                shutil.rmtree(root / "build", ignore_errors=True)
                spent.append(built(root))
        changed = next(many.glob("records/payments_*.csv"))
        changed.write_text(
            changed.read_text(encoding="utf-8").replace("scheme1", "scheme2"), "utf-8"
        )
        again = built(many)
    whole, parted = (statistics.median(spent) for spent in seconds.values())
    print(
        f"{options.records:,} simulated records of 3 tables, {options.runs} runs, seconds of processor"
    )
    print(
        f"one file a table {whole:.1f}, {options.files} files in all {parted:.1f}, ratio {parted / whole:.2f}"
    )
    print(f"one file of {options.files} changed: {again:.1f}")


if __name__ == "__main__":
    main()
