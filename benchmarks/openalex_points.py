"""How fast OpenAlex works become points, and in how much memory, beside the bare decoding of the same lines.

    python benchmarks/openalex_points.py --works 200000

The works are copies of the genuine records in the shared data folder, each with an identifier of its own; the
institutions' positions are made up (simulated). Each measurement runs in a process of its own; medians of three.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from ceyuan.sources.lines import LineFile
from ceyuan.sources.openalex import openalex_points
from ceyuan.sources.openalex.records import Work

SHARED = Path(__file__).parents[2] / "shared" / "data" / "openalex" / "works.jsonl.gz"
ROUNDS = 3


def make(folder: Path, count: int) -> None:
    """Write ``count`` works and the institutions that they name."""
    lines = gzip.decompress(SHARED.read_bytes()).splitlines()
    names: set[str] = set()
    with gzip.open(folder / "works.gz", "wb", compresslevel=6) as packed:
        for number in range(count):
            line = lines[number % len(lines)]
            packed.write(
                line.replace(b"openalex.org/W", b"openalex.org/W%d" % (number // len(lines) + 1), 1)
                + b"\n"
            )
    for line in lines:
        for authorship in json.loads(line)["authorships"]:
            names |= {i["id"] for i in authorship["institutions"] if i["id"]}
    with gzip.open(folder / "institutions.gz", "wt", encoding="utf-8") as packed:
        for number, name in enumerate(sorted(names)):
            geo = {"latitude": number % 120 - 60.0, "longitude": number % 300 - 150.0}
            packed.write(json.dumps({"id": name, "geo": geo}) + "\n")


def decode(folder: Path) -> None:
    """The lower bound: unpack and decode, and do nothing with it."""
    decoder = msgspec.json.Decoder(Work)
    for _, line in LineFile(folder / "works.gz"):
        decoder.decode(line)


def points(folder: Path) -> None:
    """The whole way."""
    openalex_points(
        [folder / "works.gz"], folder / "points.parquet", institutions=[folder / "institutions.gz"]
    )


def measure(what: str, folder: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of one run in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--run", what, str(folder)],
        capture_output=True,
        check=True,
        text=True,
    )
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=200_000)
    parser.add_argument("--run", nargs=2)
    arguments = parser.parse_args()
    if arguments.run:
        what, folder = arguments.run
        begin = time.perf_counter()
        {"decode": decode, "points": points}[what](Path(folder))
        print(
            time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        )
        return
    if not SHARED.is_file():
        print(f"OpenAlex works: skipped, there is no {SHARED}")
        return
    with tempfile.TemporaryDirectory() as name:
        make(Path(name), arguments.works)
        found = {
            what: [measure(what, Path(name)) for _ in range(ROUNDS)]
            for what in ("decode", "points")
        }
    medians = {
        w: [statistics.median(column) for column in zip(*runs, strict=True)]
        for w, runs in found.items()
    }
    for what, (seconds, megabytes) in medians.items():
        print(
            f"{what:8} {seconds:7.2f} s {megabytes:7.0f} MB  {arguments.works / seconds:9,.0f} works/s"
        )
    print(f"points / decode: {medians['points'][0] / medians['decode'][0]:.2f}")


if __name__ == "__main__":
    main()
