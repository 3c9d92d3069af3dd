"""``ceyuan knowledge synergy``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ceyuan.knowledge.commands.lines import Tell, memory_line, top_lines
from ceyuan.knowledge.outputs import write_results
from ceyuan.knowledge.synergy import LIMITS, ROW_BYTES, synergy
from ceyuan.tabular.columns import read_columns


@dataclass(frozen=True)
class SynergyRequest:
    """The options of ``ceyuan knowledge synergy``; see :func:`ceyuan.knowledge.synergy.synergy`.

    Attributes:
        organisations: the table of organisations.
        out: the folder to write to.
        samples: how often the dimensions are shuffled.
        seed: the seed of the shuffles.
        columns: other names of columns.
    """

    organisations: Path
    out: Path
    samples: int = 200
    seed: int = 1
    columns: tuple[str, ...] = ()


def run_synergy(request: SynergyRequest, tell: Tell) -> list[str]:
    """Do what ``ceyuan knowledge synergy`` is asked for; the lines of a short table.

    Raises:
        CeyuanError: for anything wrong with options or inputs, before anything is written.
    """
    table = read_columns(request.organisations)
    rows = table.table.num_rows
    tell(memory_line(f"{rows:,} rows", rows * ROW_BYTES))
    found = synergy(table, samples=request.samples, seed=request.seed, columns=request.columns)
    rules = {
        "t": "mutual information of place, type and field in millibits; below 0 read as synergy, above 0 as redundancy",
        "contribution": "t times the share of the part; with what is between the parts they add up to the whole",
        "chance": f"percentiles {LIMITS[0]:g} and {LIMITS[1]:g} of {request.samples} tables with the dimensions shuffled, "
        f"seed {request.seed}",
    }
    facts = {
        "measure": "synergy",
        "rules": rules,
        "rows": {"read": rows, "set_aside": {"incomplete": found.set_aside}},
        "between": found.between,
    }
    write_results(request.out, {"organisations": table}, {"synergy": found.parts.columns()}, facts)
    tell(repr(found))
    return top_lines(found.parts.values, -np.asarray(found.parts.values["t"]))
