"""``ceyuan knowledge movers``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ceyuan.knowledge.commands.lines import Tell, memory_line, top_lines
from ceyuan.knowledge.movers import ROW_BYTES, movers
from ceyuan.knowledge.outputs import write_results
from ceyuan.tabular.columns import read_columns


@dataclass(frozen=True)
class MoversRequest:
    """The options of ``ceyuan knowledge movers``; see :func:`ceyuan.knowledge.movers.movers`.

    Attributes:
        authorships: the table of authorships.
        out: the folder to write to.
        longest_gap: works that are more years apart make no step.
        columns: other names of columns.
    """

    authorships: Path
    out: Path
    longest_gap: int = 5
    columns: tuple[str, ...] = ()


def run_movers(request: MoversRequest, tell: Tell) -> list[str]:
    """Do what ``ceyuan knowledge movers`` is asked for; the lines of a short table.

    Raises:
        CeyuanError: for anything wrong with options or inputs, before anything is written.
    """
    table = read_columns(request.authorships)
    rows = table.table.num_rows
    tell(memory_line(f"{rows:,} authorships", rows * ROW_BYTES))
    found = movers(table, longest_gap=request.longest_gap, columns=request.columns)
    rules = {
        "step": f"an author has works in a year and then in one at most {request.longest_gap} years later",
        "moved": "what became less at one unit goes to what became more at others, in proportion; a step adds up to 1",
        "year": "that of the later works",
    }
    facts = {
        "measure": "movers",
        "rules": rules,
        "rows": {"read": rows, "set_aside": {"incomplete": found.set_aside}},
        "steps": found.steps,
        "stayed": found.stayed,
    }
    write_results(request.out, {"authorships": table}, {"moves": found.moves.columns()}, facts)
    tell(repr(found))
    return top_lines(found.moves.values, np.asarray(found.moves.values["movers"]))
