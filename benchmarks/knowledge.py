"""Disruption beside PyPI ``cdindex`` (sampled) and beside a pass that only reads both lists, in one run on one machine.

Run: python benchmarks/knowledge.py [--works 100000] [--citations 1000000] [--sample 200] [--threads 1 2]

Where ``cdindex`` is not installed its part is skipped, and says so. It is given the same graph in the same process and asked for
a random sample of works; its time is extrapolated to all of them. The graph is SIMULATED: works arrive in order, and copy
seven in ten of their citations from others, so that there are hubs. The last lines compare counts of the sample.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import numpy as np
import pyarrow as pa

from ceyuan.compiled.jit import jit
from ceyuan.knowledge.disruption import Rules, measure
from ceyuan.knowledge.graph import build_graph
from ceyuan.knowledge.inputs import Works
from ceyuan.knowledge.prepared import Prepared

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


def years_of(n: int) -> Any:
    """Forty years of growth by 5 % a year."""
    sizes = np.cumsum(1.05 ** np.arange(40))
    return (1980 + np.searchsorted(sizes / sizes[-1], (np.arange(n) + 0.5) / n)).astype(np.int32)


def prepared(year: Any, citing: Any, cited: Any) -> Prepared:
    """A graph with what belongs to it."""
    ids = pa.array(np.arange(year.size))
    works = Works(
        ids, year, np.ones(year.size, np.bool_), "year", year.size, 0, 0, 0, np.arange(year.size)
    )
    graph = build_graph(year, works.known, citing, cited)
    return Prepared(works, None, graph, {})  # type: ignore[arg-type]


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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=100_000)
    parser.add_argument("--citations", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--no-cdindex", action="store_true")
    options = parser.parse_args()
    measure(prepared(np.array([2000, 2001]), np.array([1]), np.array([0])), Rules(), 1)  # compiles
    empty = np.zeros(2, np.int64)
    read_lists(empty, np.zeros(0, np.int32), empty, np.zeros(0, np.int32))
    citing, cited = simulate(options.works, options.citations, 7)
    year = years_of(options.works)
    before = megabytes()
    whole, wall, cpu = clocked(lambda: prepared(year, citing, cited))
    graph = whole.graph
    hub = int(np.diff(graph.in_start).max())
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
    _, _, reading = clocked(
        lambda: read_lists(graph.out_start, graph.out, graph.in_start, graph.citers)
    )
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
