"""``ceyuan knowledge disruption``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ceyuan.compiled.announce import telling_of_compilation
from ceyuan.knowledge.arrays import Floats
from ceyuan.knowledge.commands.lines import Tell, top_lines
from ceyuan.knowledge.disruption import Disruption, measure, rules_of
from ceyuan.knowledge.outputs import counted_lines, share, write_results
from ceyuan.knowledge.prepared import prepare
from ceyuan.knowledge.windows import Ties, shown_time


@dataclass(frozen=True)
class DisruptionRequest:
    """The options of ``ceyuan knowledge disruption``; see :func:`ceyuan.knowledge.disruption.disruption`.

    Attributes:
        citations: the table of citations.
        works: the table of works.
        out: the folder to write to.
        window: the window.
        ties: what becomes of works of the same time.
        min_references: the least number of references.
        until: the end of the data.
        authors: the table of authors, to leave self-citations out.
        outside: whether cited works outside of the list are kept.
        columns: other names of columns.
        family: whether to write the other indices of the family too.
        memory: how much memory the graph and its counts may take.
        threads: threads to use.
    """

    citations: Path
    works: Path
    out: Path
    window: str = "5"
    ties: Ties = "later"
    min_references: int = 0
    until: str | None = None
    authors: Path | None = None
    outside: bool = False
    columns: tuple[str, ...] = ()
    family: bool = False
    memory: str | None = None
    threads: int | None = None


def run_disruption(request: DisruptionRequest, tell: Tell) -> list[str]:
    """Do what ``ceyuan knowledge disruption`` is asked for; the lines of a short table.

    Raises:
        CeyuanError: for anything wrong with options or inputs, before anything is written.
    """
    with telling_of_compilation(tell):
        prepared = prepare(
            request.citations,
            request.works,
            authors=request.authors,
            outside=request.outside,
            columns=request.columns,
            memory=request.memory,
            threads=request.threads,
            tell=tell,
        )
        rules = rules_of(
            prepared, request.window, request.ties, request.min_references, request.until
        )
        found = measure(prepared, rules, request.threads)
    facts = prepared.facts() | {
        "measure": "disruption",
        "rules": rules_in_words(request, found),
        "results": results(found),
    }
    main = found.main_columns()
    tables = {"disruption": main}
    if request.family:
        tables["family"] = found.family_columns()
    write_results(request.out, prepared.tables, tables, facts)
    tell(counted_lines("works set aside", facts["works"]["set_aside"]))
    tell(counted_lines("citations set aside", facts["citations"]["set_aside"]))
    tell(f"{facts['results']['defined']:,} of {len(found.ids):,} works are defined")
    tell(counted_lines("undefined", facts["results"]["undefined"]))
    return top_lines(
        {name: main[name] for name in ("id", "year", "nf", "nb", "nr", "cd")}, finished_cd(found)
    )


def finished_cd(found: Disruption) -> Floats:
    """CD of the works whose window is over; NaN for the others."""
    return np.where(found.complete, found.cd, np.nan)


def results(found: Disruption) -> dict[str, Any]:
    """How many works have a value, why others have none, and the mean of those whose window is over."""
    works, defined = len(found.ids), int(found.defined.sum())
    few = found.references < max(1, found.rules.min_references)
    cd = finished_cd(found)
    cd = cd[~np.isnan(cd)]
    return {
        "works": works,
        "defined": defined,
        "undefined": {
            "without_references_enough": int(few.sum()),
            "without_citers_in_the_window": int((~few & (found.direct == 0)).sum()),
        },
        "share_undefined": share(works - defined, works),
        "complete": int(found.complete.sum()),
        "mean_cd_of_defined_and_complete": float(np.mean(cd)) if cd.size else None,
    }


def rules_in_words(request: DisruptionRequest, found: Disruption) -> dict[str, Any]:
    """What counted and what did not, for the manifest."""
    later = "a citer counts if it is later than the work and not later than the end of the window"
    if request.ties == "same":
        later = "a citer counts if it is not earlier than the work and not later than the end of the window"
    until = found.rules.until
    return {
        "window": str(found.rules.window),
        "times": found.grain,
        "later": later,
        "undefined": "no known references, fewer than min_references, or no citer in the window",
        "min_references": request.min_references,
        "self_citations": "kept"
        if request.authors is None
        else "left out: works with an author in common",
        "self_loops": "left out",
        "duplicates": "counted once",
        "citations_of_the_future": "kept as references; a citer is never earlier than the work",
        "cited_works_outside_the_list": "kept as references" if request.outside else "left out",
        "complete": "the window ends not later than the data; an open window never ends",
        "end_of_data": None if until is None else shown_time(until, found.grain),
    }
