"""``ceyuan knowledge novelty``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ceyuan.knowledge.commands.lines import Tell, top_lines
from ceyuan.knowledge.novelty.run import novelty
from ceyuan.knowledge.outputs import counted_lines, write_results
from ceyuan.tabular.columns import read_columns


@dataclass(frozen=True)
class NoveltyRequest:
    """The options of ``ceyuan knowledge novelty``; see :func:`ceyuan.knowledge.novelty.run.novelty`.

    Attributes:
        items: the table of works and items.
        works: the table of works.
        out: the folder to write to.
        units: the table of works and units.
        window: years in which later uses count.
        since: the first year that is judged.
        history: years before a new pair in which partners are compared.
        most_items: works with more items are set aside.
        columns: other names of columns.
    """

    items: Path
    works: Path
    out: Path
    units: Path | None = None
    window: str = "5"
    since: int | None = None
    history: int = 3
    most_items: int = 100
    columns: tuple[str, ...] = ()


def run_novelty(request: NoveltyRequest, tell: Tell) -> list[str]:
    """Do what ``ceyuan knowledge novelty`` is asked for; the lines of a short table.

    Raises:
        CeyuanError: for anything wrong with options or inputs, before anything is written.
    """
    found = novelty(
        request.items,
        request.works,
        units=None if request.units is None else read_columns(request.units),
        window=request.window,
        since=request.since,
        history=request.history,
        most_items=request.most_items,
        columns=request.columns,
    )
    results = {"works": found.works, "pairs": found.pairs, "items": found.items}
    if found.units is not None and found.uptake is not None:
        results |= {"units": found.units, "uptake": found.uptake}
    rules = {
        "new": f"not used before; works before {found.facts['since']} are only the past; all works of the first year are first",
        "later_uses": f"works of later years, window {request.window}",
        "difficulty": f"1 - cosine of the items' partners in the {request.history} years before; empty without partners",
        "novelty": "sum of the difficulty of a work's new pairs",
        "z": "observed works with both items in the year beside chance that keeps items per work and works per item",
        "most_items": request.most_items,
    }
    facts = {"measure": "novelty", "rules": rules, **found.facts}
    columns = {name: result.columns() for name, result in results.items()}
    write_results(request.out, found.tables, columns, facts)
    tell(repr(found))
    tell(counted_lines("rows set aside", found.facts["rows"]["set_aside"]))
    if found.uptake is not None:
        return top_lines(found.uptake.values, found.uptake.values["works"])
    pairs = found.pairs.values
    shown = {name: pairs[name] for name in ("item_a", "item_b", "first", "later_uses")}
    return top_lines(shown, np.asarray(pairs["later_uses"], np.float64))
