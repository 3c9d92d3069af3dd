"""``ceyuan knowledge impact``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ceyuan.compiled.announce import telling_of_compilation
from ceyuan.knowledge.commands.lines import Tell, top_lines
from ceyuan.knowledge.impact import impact
from ceyuan.knowledge.outputs import counted_lines, write_results
from ceyuan.knowledge.windows import Ties
from ceyuan.tabular.columns import read_columns


@dataclass(frozen=True)
class ImpactRequest:
    """The options of ``ceyuan knowledge impact``; see :func:`ceyuan.knowledge.impact.impact`.

    Attributes:
        citations: the table of citations.
        works: the table of works.
        out: the folder to write to.
        units: the table of works and units.
        window: the window.
        ties: what becomes of works of the same time.
        until: the end of the data.
        authors: the table of authors, to leave self-citations out.
        replications: bootstrap samples.
        seed: their seed.
        columns: other names of columns.
        threads: threads to use.
    """

    citations: Path
    works: Path
    out: Path
    units: Path | None = None
    window: str = "5"
    ties: Ties = "same"
    until: str | None = None
    authors: Path | None = None
    replications: int = 200
    seed: int = 1
    columns: tuple[str, ...] = ()
    threads: int | None = None


def run_impact(request: ImpactRequest, tell: Tell) -> list[str]:
    """Do what ``ceyuan knowledge impact`` is asked for; the lines of a short table.

    Raises:
        CeyuanError: for anything wrong with options or inputs, before anything is written.
    """
    units = None if request.units is None else read_columns(request.units)
    with telling_of_compilation(tell):
        found = impact(
            request.citations,
            request.works,
            units=units,
            window=request.window,
            ties=request.ties,
            until=request.until,
            authors=request.authors,
            replications=request.replications,
            seed=request.seed,
            columns=request.columns,
            threads=request.threads,
        )
    tables = dict(found.prepared.tables)
    results = {"impact": found.works}
    if units is not None and found.units is not None:
        tables["units"] = units
        results["units"] = found.units
    rules = {
        "window": request.window,
        "same_time": request.ties,
        "self_citations": "kept"
        if request.authors is None
        else "left out: works with an author in common",
        "reference_set": "the works of the list with a finished window, a field and a type",
        "normalised_by": list(found.normalised_by),
        "score": "citations over the mean of comparable works; empty where none of them is cited",
        "percentile_and_top": "ties share their places",
        "limits": f"95 %, bootstrap of the works of a unit, {request.replications} samples, seed {request.seed}",
        "fractional": "a work is shared by authorships with a unit",
    }
    facts = found.prepared.facts() | {
        "measure": "impact",
        "rules": rules,
        "results": dict(found.facts),
    }
    columns = {name: result.columns() for name, result in results.items()}
    write_results(request.out, tables, columns, facts)
    tell(repr(found))
    tell(counted_lines("citations set aside", facts["citations"]["set_aside"]))
    if found.units is None:
        return top_lines(found.works.values, found.works.values["score"])
    shown = {
        name: found.units.values[name] for name in ("unit", "counting", "works", "mncs", "top10")
    }
    return top_lines(shown, found.units.values["works"])
