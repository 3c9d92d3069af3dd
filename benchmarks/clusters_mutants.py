"""Applies mutants to a copy of the kernel and reports whether the targeted tests kill each one.

Run: python benchmarks/clusters_mutants.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = "tests/clusters/test_clusters_traps.py"

MUTANTS: dict[str, list[tuple[str, str, str]]] = {
    "no slack on bounding balls": [
        ("geometry.py", "slack = 1e-12 * chord + 2e-15", "slack = 0.0"),
        ("kernel/tree.py", "np.sqrt(farthest) * (1.0 + 1e-15) + 1e-16", "np.sqrt(farthest)"),
    ],
    "no tie tolerance": [("kernel/border.py", "limit = best * (1.0 + TIE) + TINY", "limit = best")],
    "borders of a core cell forced to their own cell": [
        ("kernel/border.py", "elif alike and core_here:", "elif core_here:"),
        ("kernel/border.py", "label[p] = labels[0]", "label[p] = label_of_cell[c]"),
    ],
    "no wrap at ±180": [
        ("kernel/cells.py", "if a < 0:", "if a < -n:"),
        ("kernel/cells.py", "if b >= n:", "if b >= 2 * n:"),
    ],
    "> for ≥ (weight)": [("kernel/core.py", "thresholds[count] <= weight", "thresholds[count] < weight")],
    "> for ≥ (distance)": [("kernel/sphere.py", "haversine <= reach.haversine", "haversine < reach.haversine")],
    "one band too few": [("kernel/index.py", "int(reach.angle / grid.height) + 1)", "int(reach.angle / grid.height))")],
}  # fmt: skip


def killed(changes: list[tuple[str, str, str]]) -> bool:
    """Apply the changes to a copy of the source and run the targeted tests there; whether they fail."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "src"
        shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
        for name, old, new in changes:
            path = copy / "ceyuan" / "clusters" / name
            text = path.read_text(encoding="utf-8")
            if text.count(old) != 1:
                raise SystemExit(f"the mutant of {name} does not apply")
            path.write_text(text.replace(old, new), encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", "-k", "compiled", TESTS],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    failed = [line for line in run.stdout.splitlines() if line.startswith("FAILED")]
    for line in failed:
        print("   ", line.split("::")[1].split(" - ")[0])
    return run.returncode == 1 and bool(failed)


def main() -> int:
    """Every mutant must be killed, and the unchanged kernel must not be."""
    if killed([]):
        raise SystemExit("the tests fail without any mutant")
    survivors = []
    for name, changes in MUTANTS.items():
        print(name)
        if not killed(changes):
            survivors.append(name)
            print("    SURVIVED")
    print(f"{len(MUTANTS) - len(survivors)} of {len(MUTANTS)} killed")
    return len(survivors)


if __name__ == "__main__":
    sys.exit(main())
