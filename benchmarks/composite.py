"""Measures composite indices: the ASEM example against R and a pandas loop, and two large simulated problems.

    python benchmarks/composite.py [--asem FOLDER] [--r-replications 5]

One run measures everything side by side. The comparison with the R package COINr runs where ``Rscript`` and COINr are
installed, and says so where they are not. The pandas loop recomputes the index in every replication, as a
straightforward analysis would.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ceyuan.composite import assess, compose
from ceyuan.composite.uncertainty.plan import ReplicationPlan

STEPS: dict[str, Any] = {
    "order": ["denominate", "impute", "screen", "treat", "normalise", "aggregate"],
    "denominate": {},
    "impute": {"method": "mean", "group": "EurAsia_group"},
    "screen": {"min_available": 0.9},
    "treat": {},
}
FACTORS: dict[str, Any] = {
    "winmax": {"of": "treat.winsorise.max_points", "alternatives": [1, 2, 3, 4, 5]},
    "norm": {
        "of": "normalise",
        "alternatives": {
            "n_minmax": {"method": "minmax", "lower": 1, "upper": 100},
            "n_zscore": {"method": "zscore", "mean": 10, "sd": 2},
        },
    },
    "agg": {"of": "aggregate.method", "alternatives": ["arithmetic", "geometric"]},
    "weights": {"noise": {2: 0.25, 3: 0.25}},
}

R_PROGRAM = """
suppressMessages(library(COINr))
n <- {n}
coin <- build_example_coin(quietly = TRUE)
w <- get_noisy_weights(coin$Meta$Weights$Original, data.frame(Level = c(2, 3), NoiseFactor = c(.25, .25)), Nrep = 100)
specs <- list(
  winmax = list(Address = "$Log$Treat$global_specs$f1_para$winmax", Distribution = 1:5, Type = "discrete"),
  norm = list(Address = "$Log$Normalise$global_specs", Distribution = list(
    list(f_n = "n_minmax", f_n_para = list(l_u = c(1, 100))), list(f_n = "n_zscore", f_n_para = list(m_sd = c(10, 2)))),
    Type = "discrete"),
  weights = list(Address = "$Log$Aggregate$w", Distribution = w, Type = "discrete"),
  agg = list(Address = "$Log$Aggregate$f_ag", Distribution = c("a_amean", "a_gmean"), Type = "discrete"))
coin <- Treat(coin, dset = "Screened", global_specs = list(f1_para = list(winmax = 5)))
coin <- Normalise(coin, dset = "Treated", global_specs = list(f_n = "n_minmax", f_n_para = list(l_u = c(1, 100))))
coin <- Aggregate(coin, dset = "Normalised", f_ag = "a_amean", w = coin$Meta$Weights$Original)
t <- system.time(get_sensitivity(coin, SA_specs = specs, N = n, SA_type = "UA", dset = "Aggregated", iCode = "Index",
                                 quietly = TRUE))
cat(t[["elapsed"]])
"""


def best(work: Callable[[], object], times: int = 3) -> float:
    """Shortest of several runs, in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def asem(folder: Path, r_replications: int, pandas_replications: int) -> None:
    """1,000 uncertainty replications of the ASEM index."""
    data, structure = folder / "ASEM_iData.csv", folder / "ASEM_iMeta.csv"
    spec = {**STEPS, "uncertainty": {"seed": 1, "replications": 1000, "factors": FACTORS}}
    index = compose(data, structure, spec)
    ours = best(lambda: assess(index))
    plan = ReplicationPlan.make(index.context, index.context.spec.uncertainty)
    computed = len(plan.sample) + len(plan.design)
    print(f"ASEM, 1,000 replications, ranks, intervals, main factors: {ours:.3f} s")
    each = best(lambda: pandas_loop(data, structure, pandas_replications), 1) / pandas_replications
    print(
        f"  pandas loop: {each * 1000:.1f} s for 1,000 (from {pandas_replications}): {each * 1000 / ours:.0f} x"
    )
    print(
        f"  ours computes {computed:,} of them, for the main factors: {each * computed / ours:.0f} x for each"
    )
    if shutil.which("Rscript") is None:
        print(
            "  COINr: skipped, there is no Rscript here (285 s for 1,000 were measured on a machine like the authors')"
        )
        return
    program = R_PROGRAM.format(n=r_replications)
    done = subprocess.run(["Rscript", "-e", program], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"  COINr: skipped, R says: {done.stderr.strip().splitlines()[-1:]}")
        return
    each = float(done.stdout.split()[-1]) / r_replications
    print(
        f"  COINr: {each * 1000:.0f} s for 1,000 (from {r_replications}): {each * 1000 / ours:.0f} x"
    )


def pandas_loop(data: Path, structure: Path, n: int) -> pd.DataFrame:
    """The same replications, each computed from the imputed data on, frame by frame."""
    rng = np.random.default_rng(1)
    meta = pd.read_csv(structure, keep_default_na=False, na_values=[""])
    frame = pd.read_csv(data, keep_default_na=False, na_values=[""]).set_index("uCode")
    indicators = meta[meta.Type == "Indicator"]
    x = frame[indicators.iCode].astype(float)
    for code, by in zip(indicators.iCode, indicators.Denominator, strict=True):
        if isinstance(by, str):
            x[code] = x[code] / frame[by]
    x = x.fillna(x.groupby(frame.EurAsia_group).transform("mean"))
    tree = meta[meta.Type.isin(["Indicator", "Aggregate"])]
    direction = indicators.set_index("iCode").Direction
    ranks = {}
    for r in range(n):
        treated = x.apply(pandas_treat, limit=int(rng.integers(1, 6))) * direction
        if rng.random() < 0.5:
            scores = 1 + 99 * (treated - treated.min()) / (treated.max() - treated.min())
        else:
            scores = 10 + 2 * (treated - treated.mean()) / treated.std()
        geometric = rng.random() < 0.5
        noise = np.where(tree.Level.isin([2, 3]), rng.uniform(0.75, 1.25, len(tree)), 1.0)
        weights = pd.Series(tree.Weight.to_numpy() * noise, index=tree.iCode)
        for level in (1, 2, 3):
            for parent, codes in tree[tree.Level == level].groupby("Parent").iCode:
                w = weights[codes]
                own = np.log(scores[codes]) if geometric else scores[codes]
                mean = (own * w).sum(axis=1) / w.sum()
                scores[parent] = np.exp(mean) if geometric else mean
        ranks[r] = scores.Index.rank(ascending=False, method="min")
    return pd.DataFrame(ranks)


def pandas_treat(column: pd.Series, limit: int) -> pd.Series:
    """Winsorise by skewness and kurtosis, else a logarithm."""

    def passes(s: pd.Series) -> bool:
        return bool(abs(s.skew()) < 2 or s.kurt() < 3.5)

    own, changed = column.copy(), set[object]()
    while not passes(own) and len(changed) < limit:
        up = own.skew() >= 0
        extreme = own.index[own == (own.max() if up else own.min())]
        rest = own.drop(extreme)
        own[extreme] = rest.max() if up else rest.min()
        changed |= set(extreme)
    if passes(own):
        return own
    low, high = column.min(), column.max()
    return np.log(column - low + 0.01 * (high - low))


def simulated(units: int, indicators: int, replications: int) -> None:
    """A three-level index over simulated data with 8 % missing values."""
    rng = np.random.default_rng(7)
    values = np.exp(rng.standard_normal((units, indicators)) * 0.4)
    values[rng.random(values.shape) < 0.08] = np.nan
    pillars, subs = 7, 21
    codes = [f"i{i}" for i in range(indicators)]
    data = {"unit": [f"u{i}" for i in range(units)]} | {
        code: list(values[:, i]) for i, code in enumerate(codes)
    }
    parents = [f"s{i % subs}" for i in range(indicators)] + [f"p{i % pillars}" for i in range(subs)]
    structure = {
        "code": [
            *codes,
            *(f"s{i}" for i in range(subs)),
            *(f"p{i}" for i in range(pillars)),
            "index",
        ],
        "parent": [*parents, *["index"] * pillars, None],
    }
    factors = {
        "norm": FACTORS["norm"],
        "agg": {
            "of": "aggregate.levels",
            "alternatives": {"arithmetic": {}, "geometric": {3: {"method": "geometric"}}},
        },
        "weights": {"noise": {1: 0.25, 2: 0.25, 3: 0.25}},
    }
    spec = {"uncertainty": {"seed": 1, "replications": replications, "factors": factors}}
    index = compose(data, structure, spec)
    start = time.perf_counter()
    assess(index)
    taken = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"{units} units x {indicators} indicators x {replications} replications: {taken:.2f} s, {peak:.2f} GiB at most"
    )


def best_of_doubt(units: int, indicators: int) -> None:
    """The benefit of the doubt: a linear programme for each unit."""
    values = np.random.default_rng(1).lognormal(0, 0.4, (units, indicators))
    data = {"unit": [f"u{i}" for i in range(units)]} | {
        f"i{j}": values[:, j].tolist() for j in range(indicators)
    }
    spec = {"aggregate": {"method": "benefit_of_doubt"}}
    taken = best(lambda: compose(data, [name for name in data if name != "unit"], spec))
    print(f"benefit of the doubt, {units} units x {indicators} indicators: {taken:.2f} s")


def main() -> None:
    """Runs all measurements; each large one in a process of its own, so that its memory is its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--asem", type=Path, default=Path(__file__).parents[2] / "shared/data/coinr_asem"
    )
    parser.add_argument("--r-replications", type=int, default=5)
    parser.add_argument("--pandas-replications", type=int, default=20)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        simulated(*json.loads(given.only))
        return
    if given.asem.is_dir():
        asem(given.asem, given.r_replications, given.pandas_replications)
    else:
        print(f"ASEM: skipped, there is no {given.asem}")
    best_of_doubt(500, 20)
    for problem in ([133, 80, 10_000], [3_000, 100, 1_000]):
        subprocess.run([sys.executable, __file__, "--only", json.dumps(problem)], check=True)


if __name__ == "__main__":
    main()
