"""``ceyuan knowledge specialisation``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ceyuan.knowledge.commands.lines import Tell, top_lines
from ceyuan.knowledge.outputs import write_results
from ceyuan.knowledge.results import Result
from ceyuan.knowledge.specialisation.relatedness import Measure
from ceyuan.knowledge.specialisation.run import Period, Specialisation, specialisation
from ceyuan.tabular.columns import read_columns

MOST_RELATED = 2_000
"""So many fields may have their relatedness written out pair by pair."""


@dataclass(frozen=True)
class SpecialisationRequest:
    """The options of ``ceyuan knowledge specialisation``; see :func:`ceyuan.knowledge.specialisation.run.specialisation`.

    Attributes:
        counts: the table.
        out: the folder to write to.
        measure: how relatedness is measured.
        threshold: RCA from which a place has a field.
        least_place: least total of a place.
        least_field: least total of a field.
        intervals: whether limits of RCA are written.
        columns: other names of columns.
    """

    counts: Path
    out: Path
    measure: Measure = "conditional"
    threshold: float = 1.0
    least_place: float = 0.0
    least_field: float = 0.0
    intervals: bool = False
    columns: tuple[str, ...] = ()


def run_specialisation(request: SpecialisationRequest, tell: Tell) -> list[str]:
    """Do what ``ceyuan knowledge specialisation`` is asked for; the lines of a short table.

    Raises:
        CeyuanError: for anything wrong with options or inputs, before anything is written.
    """
    table = read_columns(request.counts)
    found = specialisation(
        table,
        measure=request.measure,
        threshold=request.threshold,
        least_place=request.least_place,
        least_field=request.least_field,
        intervals=request.intervals,
        columns=request.columns,
    )
    tell(repr(found))
    results = {
        "places": found.places,
        "fields": found.fields,
        "cells": found.cells,
        "options": found.options,
    }
    if len(found.periods) > 1:
        results["changes"] = found.changes
    if len(found.periods[-1].counts.fields) <= MOST_RELATED:
        results["relatedness"] = pairs(found.periods[-1])
    facts = {"measure": "specialisation", "rules": rules_in_words(request), **what_was_read(found)}
    columns = {name: result.columns() for name, result in results.items()}
    write_results(request.out, {"counts": table}, columns, facts)
    for one in found.periods:
        for line in remarks(one):
            tell(line)
    last = found.periods[-1]
    shown = {
        "place": last.counts.places,
        "eci": last.complexity.eci,
        "diversity": last.complexity.diversity,
    }
    return top_lines(shown, last.complexity.eci)


def pairs(period: Period) -> Result:
    """Relatedness of every two fields of a period, each pair once, those that are not related left out."""
    first, second = np.nonzero(np.triu(period.related, k=1))
    fields = np.array(period.counts.fields, object)
    return Result(
        "Relatedness",
        {
            "field_a": fields[first],
            "field_b": fields[second],
            "relatedness": period.related[first, second],
        },
    )


def remarks(period: Period) -> list[str]:
    """What is to be said of the complexity of a period."""
    found, where = period.complexity, f"{period.counts.period}: " if period.counts.period else ""
    if found.reason:
        return [f"{where}complexity is undefined: {found.reason}"]
    if len(found.parts) > 1:
        others = sum(found.parts[1:])
        said = f"the matrix is in {len(found.parts)} parts; complexity is that of the largest"
        return [f"{where}{said}, undefined for {others} places of the others"]
    return []


def what_was_read(found: Specialisation) -> dict[str, Any]:
    """Rows and shapes, and how complexity came about, for the manifest."""
    read = found.read
    periods = [
        {
            "period": one.counts.period or None,
            "places": len(one.counts.places),
            "fields": len(one.counts.fields),
            "total": float(one.counts.values.sum()),
            "advantages": int(one.advantage.sum()),
            "undefined_eci": int(np.isnan(one.complexity.eci).sum()),
            "undefined_pci": int(np.isnan(one.complexity.pci).sum()),
            "parts": list(one.complexity.parts),
            "remarks": remarks(one),
        }
        for one in found.periods
    ]
    rows = {
        "read": read.rows,
        "set_aside": {"incomplete": read.incomplete, "without_value": read.without_value},
        "added_to_another": read.added,
    }
    return {"rows": rows, "periods": periods}


def rules_in_words(request: SpecialisationRequest) -> dict[str, Any]:
    """What counted and what did not, for the manifest."""
    return {
        "rca": "share of the field in the place over its share in all places",
        "advantage": f"rca >= {request.threshold:g}, decided on whole numbers where a float could err",
        "empty_cells": "0",
        "relatedness": request.measure,
        "density": "share of what is related to a field that the place has; the field itself is left out",
        "complexity": "second eigenvector; mean 0, standard deviation 1; grows with diversity; pci is the mean eci of its places",
        "least_total_of_a_place": request.least_place,
        "least_total_of_a_field": request.least_field,
        "rca_limits": "Poisson limits of the cell, 95 %, totals taken as known"
        if request.intervals
        else "not asked for",
        "options": "not had, density at least the median of such fields, pci above the mean of what the place has",
    }
