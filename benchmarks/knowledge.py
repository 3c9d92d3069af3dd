"""Measures of knowledge beside peers, in one run on one machine; all data are SIMULATED.

Run: python benchmarks/knowledge.py [--part disruption memory large flows complexity] [--works 100000]
     [--citations 1000000] [--memory 1GB] [--sample 200] [--threads 1 2] [--authorships 10000000]

disruption: beside PyPI ``cdindex`` (sampled) and beside a pass that only reads both lists. memory: what a graph and its counts
take beyond the lists of edges, each program in a process of its own. large: the command on Parquet files with little memory.
flows: beside DuckDB, written by hand, one thread each.
complexity: ECI and PCI of 1,000 places in 5,000 fields.

Where ``cdindex`` is not installed its part is skipped, and says so. It is given the same graph in the same process and asked for
a random sample of works; its time is extrapolated to all of them. The graph is SIMULATED: works arrive in order, and copy
seven in ten of their citations from others, so that there are hubs. The last lines compare counts of the sample.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from ceyuan.compiled.jit import jit
from ceyuan.knowledge.disruption import Rules, measure
from ceyuan.knowledge.edges import Edges
from ceyuan.knowledge.flows import flows
from ceyuan.knowledge.graph import build_graph, in_order
from ceyuan.knowledge.inputs import Works
from ceyuan.knowledge.prepared import Prepared
from ceyuan.knowledge.specialisation.complexity import complexity
from ceyuan.knowledge.specialisation.quotients import has_advantage

WINDOW = 5
COPIED = 0.7


@jit
def simulate(n: int, m: int, seed: int) -> tuple[Any, Any]:
    """A growing graph: each citation goes to an earlier work, copied from an earlier citation or drawn at random."""
    np.random.seed(seed)
    citing, cited = np.empty(m, np.int32), np.empty(m, np.int32)
    done = 0
    for work in range(1, n):
        begin = done
        end = m * (work + 1) // n
        for e in range(begin, end):
            if begin > 0 and np.random.random() < COPIED:
                cited[e] = cited[np.random.randint(0, begin)]
            else:
                cited[e] = np.random.randint(0, work)
            citing[e] = work
        done = end
    return citing[:done], cited[:done]


@jit
def read_lists(out_start: Any, out: Any, in_start: Any, citers: Any) -> int:
    """Only read the citers of every work and of its references: what any exact program must do."""
    found = 0
    for node in range(out_start.size - 1):
        for e in range(in_start[node], in_start[node + 1]):
            found += citers[e]
        for k in range(out_start[node], out_start[node + 1]):
            for e in range(in_start[out[k]], in_start[out[k] + 1]):
                found += citers[e]
    return found


def clocked(task: Callable[[], Any]) -> tuple[Any, float, float]:
    """What a task gives, its seconds by the clock and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = task()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def megabytes() -> int:
    """The most memory that this process had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def status(name: str) -> int:
    """A size of this process in kilobytes, as Linux tells it."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def years_of(n: int) -> Any:
    """Forty years of growth by 5 % a year."""
    sizes = np.cumsum(1.05 ** np.arange(40))
    return (1980 + np.searchsorted(sizes / sizes[-1], (np.arange(n) + 0.5) / n)).astype(np.int32)


def prepared(year: Any, citing: Any, cited: Any) -> Prepared:
    """A graph with what belongs to it."""
    ids = pa.array(np.arange(year.size))
    n = year.size
    works = Works(ids, ids, year, np.ones(n, np.bool_), "year", n, 0, 0, 0, 0, np.arange(n))
    order, edges = in_order(year, works.known), Edges()
    source, target = order.node_of[citing], order.node_of[cited]
    edges.add(source, target)
    count = np.bincount(source, minlength=year.size)
    del source, target
    graph = build_graph(order, edges, count)
    return Prepared(works, None, graph, {}, None)  # type: ignore[arg-type]


def beside_cdindex(
    year: Any, citing: Any, cited: Any, sample: Any
) -> tuple[float, float, list[float | None]]:
    """Processor seconds of ``cdindex`` to build the graph and for the works of a sample, and its values."""
    cdindex = import_module("cdindex")

    def build() -> Any:
        graph = cdindex.Graph()
        stamps = {y: int(datetime(y, 1, 1, tzinfo=UTC).timestamp()) for y in range(1980, 2040)}
        for work, y in enumerate(year.tolist()):
            graph.add_vertex(str(work), stamps[y])
        for a, b in sorted(set(zip(citing.tolist(), cited.tolist(), strict=True))):
            graph.add_edge(str(a), str(b))
        return graph

    graph, _, built = clocked(build)
    # a day more than five years, so that leap days do not matter
    span = int(365.25 * 86_400 * WINDOW) + 86_400
    values, _, asked = clocked(lambda: [graph.cdindex(str(work), span) for work in sample.tolist()])
    return built, asked, values


def authorships(rows: int) -> pa.Table:
    """Works of one to seven authors at 500 places, some of which are large."""
    rng = np.random.default_rng(3)
    work = np.repeat(np.arange(rows), rng.integers(1, 8, rows))[:rows]
    place = np.minimum(rng.zipf(1.3, rows) - 1, 499)
    home = place[np.searchsorted(work, work)]
    place = np.where(rng.random(rows) < 0.6, home, place)
    names = pa.array([f"place {number:03}" for number in range(500)])
    return pa.table({"work": work, "unit": names.take(pa.array(place))})


BY_HAND = """
    WITH held AS (SELECT work, unit, count(*) AS k FROM authorships GROUP BY work, unit),
        sized AS (SELECT work, sum(k) AS n FROM held GROUP BY work)
    SELECT a.unit, b.unit, count(*) AS n_works,
        sum(CASE WHEN a.unit = b.unit THEN 1 ELSE 2 END * a.k * b.k / (n * n)) AS share
    FROM held AS a JOIN held AS b ON b.work = a.work AND b.unit >= a.unit JOIN sized ON sized.work = a.work
    GROUP BY a.unit, b.unit"""


def measure_flows(rows: int) -> None:
    """Works in common, full and fractional, beside a query by hand."""
    table = authorships(rows)
    before = megabytes()
    found, _, own = clocked(lambda: flows(table))
    print(f"SIMULATED: {rows:,} authorships, {found.works:,} works, {found.joint.height:,} flows")
    print(
        f"ceyuan flows: {own:.2f} s of the processor, {megabytes() - before} MB more than the table"
    )
    engine = duckdb.connect(config={"threads": 1})
    engine.register("authorships", table)
    by_hand, _, other = clocked(lambda: engine.execute(BY_HAND).fetchall())
    print(
        f"DuckDB by hand: {other:.2f} s of the processor; ratio ceyuan / DuckDB {own / other:.2f}"
    )
    values = found.joint.values
    ours = dict(
        zip(
            zip(values["unit_a"], values["unit_b"], strict=True),
            values["full"].tolist(),
            strict=True,
        )
    )
    print(f"same full counts: {ours == {(a, b): n for a, b, n, _ in by_hand}}")


def measure_complexity() -> None:
    """ECI and PCI of a nested matrix with noise."""
    rng = np.random.default_rng(4)
    skill, need = rng.random(1_000), rng.random(5_000)
    counts = rng.poisson(
        np.exp(4 * skill[:, None] * need[None, :] + rng.normal(0, 1, (1_000, 5_000)))
    )
    (found, whole, cpu) = clocked(lambda: complexity(has_advantage(counts.astype(float))))
    defined = int((~np.isnan(found.eci)).sum())
    print(
        f"SIMULATED: 1,000 places in 5,000 fields: ECI and PCI in {cpu:.2f} s of the processor, "
        f"{whole:.2f} s by the clock; {defined} places defined"
    )


def measure_large(works: int, citations: int, memory: str) -> None:
    """The command on files, with its memory limited, in a process of its own."""
    with TemporaryDirectory(prefix="ceyuan-large-") as folder:
        citing, cited = simulate(works, citations, 7)
        table = pa.table({"citing": citing, "cited": cited})
        parquet.write_table(table, f"{folder}/citations.parquet")
        ids = np.arange(works, dtype=np.int32)
        parquet.write_table(
            pa.table({"id": ids, "year": years_of(works)}), f"{folder}/works.parquet"
        )
        size = citing.size
        del citing, cited, table
        begin = time.perf_counter()
        subprocess.run(
            [
                str(Path(sys.executable).with_name("ceyuan")), "knowledge", "disruption", f"{folder}/citations.parquet",
                "--works", f"{folder}/works.parquet", "--memory", memory, "--out", f"{folder}/out",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        wall = time.perf_counter() - begin
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"SIMULATED: {works:,} works, {size:,} citations, --memory {memory}: {used.ru_utime + used.ru_stime:.0f} s of the "
        f"processor, {wall:.0f} s by the clock, files read and written, {used.ru_maxrss >> 10:,} MB at most"
    )


def measure_memory(works: int, citations: int) -> None:
    """What each program takes beyond the lists of edges."""
    for program in ("ceyuan", "cdindex"):
        size = ["--works", str(works), "--citations", str(citations)]
        made = subprocess.run(
            [sys.executable, __file__, "--alone", program, *size],
            check=False,
            capture_output=True,
            text=True,
        )
        print(made.stdout.strip() or f"{program}: skipped, {made.stderr.strip().splitlines()[-1]}")


def alone(program: str, works: int, citations: int) -> None:
    """The memory of one program, in a process of its own."""
    measure(prepared(np.array([2000, 2001]), np.array([1]), np.array([0])), Rules(), 1)  # compiles
    edges = np.unique(np.array(simulate(works, citations, 7), np.int32), axis=1)
    citing, cited = edges[0].copy(), edges[1].copy()
    year = years_of(works)
    del edges
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # forgets the peak so far
    before = status("VmRSS")
    if program == "ceyuan":
        measure(prepared(year, citing, cited), Rules(), 1)
    else:
        graph = import_module("cdindex").Graph()
        stamps = {y: int(datetime(y, 1, 1, tzinfo=UTC).timestamp()) for y in range(1980, 2040)}
        for work in range(works):
            graph.add_vertex(str(work), stamps[year[work]])
        for edge in range(citing.size):
            graph.add_edge(str(citing[edge]), str(cited[edge]))
    more = (status("VmHWM") - before) >> 10
    print(
        f"{program}: {works:,} works, {citing.size:,} citations (SIMULATED): {more} MB, "
        f"{more * (1 << 20) / citing.size:.1f} bytes a citation, works included"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=100_000)
    parser.add_argument("--citations", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--no-cdindex", action="store_true")
    parser.add_argument("--authorships", type=int, default=10_000_000)
    parser.add_argument(
        "--part", nargs="*", default=["disruption", "memory", "flows", "complexity"]
    )
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--alone")
    options = parser.parse_args()
    if options.alone:
        alone(options.alone, options.works, options.citations)
        return
    if "memory" in options.part:
        measure_memory(options.works, options.citations)
    if "large" in options.part:
        measure_large(options.works, options.citations, options.memory)
    if "flows" in options.part:
        measure_flows(options.authorships)
    if "complexity" in options.part:
        measure_complexity()
    if "disruption" in options.part:
        measure_disruption(options)


def measure_disruption(options: argparse.Namespace) -> None:
    """Disruption beside ``cdindex`` and beside a pass that only reads."""
    measure(prepared(np.array([2000, 2001]), np.array([1]), np.array([0])), Rules(), 1)  # compiles
    empty = np.zeros(2, np.int64)
    read_lists(empty, np.zeros(0, np.int32), empty, np.zeros(0, np.int32))
    citing, cited = simulate(options.works, options.citations, 7)
    year = years_of(options.works)
    before = megabytes()
    whole, wall, cpu = clocked(lambda: prepared(year, citing, cited))
    graph = whole.graph
    block = next(graph.blocks())
    hub = int(np.diff(block.in_start).max())
    print(
        f"SIMULATED: {year.size:,} works, {graph.out.size:,} citations, the most cited work has {hub:,}"
    )
    print(f"ceyuan: build {cpu:.2f} s of the processor, {wall:.2f} s by the clock")
    own = 0.0
    for threads in options.threads:
        found, wall, cpu = clocked(lambda threads=threads: measure(whole, Rules(), threads))
        own = own or cpu
        print(
            f"ceyuan: CD, DI_1 … DI_5, dependence, {threads} threads: {cpu:.2f} s of the processor, {wall:.2f} s by the clock"
        )
    print(f"ceyuan: {megabytes()} MB at most, {before} before the graph was built")
    lists = (block.out_start, block.out, block.in_start, block.citers)
    _, _, reading = clocked(lambda: read_lists(*lists))
    print(f"a pass that only reads both lists: {reading:.2f} s; ratio {own / reading:.2f}")
    if options.no_cdindex:
        return
    sample = np.random.default_rng(1).choice(year.size, options.sample, replace=False)
    try:
        built, asked, values = beside_cdindex(year, citing, cited, sample)
    except ImportError:
        print("cdindex: skipped, it is not installed (pip install cdindex)")
        return
    whole_time = asked * year.size / sample.size
    print(
        f"cdindex: build {built:.2f} s, all works {whole_time:,.0f} s (extrapolated from {sample.size}); {megabytes()} MB at most"
    )
    print(f"ratio cdindex / ceyuan, without building: {whole_time / own:,.0f}")
    # It gives 0 and 1 where this program says undefined: compare where both give values.
    both = [w for w in range(sample.size) if found.defined[sample[w]]]
    worst = max((abs(found.cd[sample[w]] - (values[w] or 0.0)) for w in both), default=0.0)
    print(f"largest difference over {len(both)} works of the sample with a value: {worst:g}")


if __name__ == "__main__":
    main()
