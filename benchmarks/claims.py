"""What reading and checking a text costs: milliseconds of processor time for a figure, and for a megabyte of Chinese.

Run:  python benchmarks/claims.py [--data ../shared/data] [--megabytes 1]

The Greater Bay Area workspace is built into a temporary folder, and the communiqué with the three bulletins is repeated to the
size that is wanted. Times are of the processor, so that a busy machine tells the same.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import ceyuan
from ceyuan.claims import verify
from ceyuan.claims.decisions import NO_DECISIONS
from ceyuan.pipeline.builder import build_workspace
from ceyuan.reader import read_text

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[1]
WORKSPACE = Path(ceyuan.__file__).parent / "workspaces" / "gba"
MEGABYTE = 1_000_000
READING, CHECKING = 1.5, 10.0
"""Seconds for a megabyte that reading, and reading with checking, should stay below."""


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of processor time that something takes, and what it gives."""
    begin = time.process_time()
    result = work()
    return time.process_time() - begin, result


def copy_of_workspace(folder: Path) -> Path:
    """A copy of the workspace, built."""
    for path in WORKSPACE.rglob("*"):
        if path.is_file() and "build" not in path.relative_to(WORKSPACE).parts:
            target = folder / path.relative_to(WORKSPACE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    build_workspace(folder)
    return folder


def measure(text: str, folder: Path) -> None:
    """Print what reading and checking a text costs."""
    size = len(text.encode()) / MEGABYTE
    reading, found = timed(lambda: read_text(text))
    figures = len(found.statements)
    print(f"{size:.2f} MB, {len(text):,} characters, {figures:,} figures")
    print(
        f"reader: {reading:.2f} s, {1000 * reading / figures:.3f} ms a figure, {reading / size:.2f} s a megabyte"
    )
    with ceyuan.open(str(folder)).open() as build:
        first, _ = timed(
            lambda: verify(
                build, read_text("大湾区高新技术企业超过6.9万家。"), decisions=NO_DECISIONS
            )
        )
        checking, _ = timed(lambda: verify(build, found, decisions=NO_DECISIONS))
    both = (reading + checking) / size
    print(
        f"claims: {first:.2f} s for the first text of a build, then {1000 * checking / figures:.3f} ms a figure"
    )
    print(
        f"read and checked: {both:.2f} s a megabyte (aims: reading {READING} s, both {CHECKING} s)"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--megabytes", type=float, default=1.0)
    options = parser.parse_args()
    folder = options.data / "communiques"
    if not folder.is_dir():
        print(f"skipped: there is no {folder}")
        return
    texts = "\n".join(path.read_bytes().decode("utf-8") for path in sorted(folder.glob("*.txt")))
    wanted = int(options.megabytes * MEGABYTE)
    repeated = (texts + "\n") * (wanted // len(texts.encode()) + 1)
    with tempfile.TemporaryDirectory() as temporary:
        measure(
            repeated.encode()[:wanted].decode("utf-8", "ignore"),
            copy_of_workspace(Path(temporary) / "gba"),
        )


if __name__ == "__main__":
    main()
