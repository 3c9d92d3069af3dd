"""``ceyuan knowledge flows``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ceyuan.knowledge.commands.lines import Tell, top_lines
from ceyuan.knowledge.expected import LEAST_KM, Baseline
from ceyuan.knowledge.flows import flows
from ceyuan.knowledge.outputs import write_results
from ceyuan.tabular.columns import read_columns

RULES = {
    "full": "a work counts 1 for every two units that it joins and for every unit that it has",
    "fractional": "a work is shared by authorships; its flows add up to 1, in whole 720,720ths",
    "without_unit": "authorships without a unit are left out; the others share the work",
    "ratio_low, ratio_high": "95 %: chance in the works of the flow and, with gravity, in the coefficients",
    "citations": "shared by the authorships of both works; citations of unknown works or of itself are left out",
}
BASELINES: dict[Baseline, str] = {
    "configuration": "same size of every unit, mixed at random; of works in common between different units only",
    "gravity": "exp(constant + sizes + distance) by Poisson pseudo-maximum likelihood, between different units with "
    f"coordinates, flows of 0 included; size: fractional works or as given; distances below {LEAST_KM:g} km as {LEAST_KM:g} km",
}


@dataclass(frozen=True)
class FlowsRequest:
    """The options of ``ceyuan knowledge flows``; see :func:`ceyuan.knowledge.flows.flows`.

    Attributes:
        authorships: the table of authorships.
        out: the folder to write to.
        citations: the table of citations.
        by_year: whether flows are given by year.
        baseline: what flows are compared with.
        places: where units are, for gravity.
        columns: other names of columns.
    """

    authorships: Path
    out: Path
    citations: Path | None = None
    by_year: bool = False
    baseline: Baseline = "configuration"
    places: Path | None = None
    columns: tuple[str, ...] = ()


def run_flows(request: FlowsRequest, tell: Tell) -> list[str]:
    """Do what ``ceyuan knowledge flows`` is asked for; the lines of a short table.

    Raises:
        CeyuanError: for anything wrong with options or inputs, before anything is written.
    """
    tables = {"authorships": read_columns(request.authorships)}
    if request.citations is not None:
        tables["citations"] = read_columns(request.citations)
    if request.places is not None:
        tables["places"] = read_columns(request.places)
    found = flows(
        tables["authorships"],
        citations=tables.get("citations"),
        by_year=request.by_year,
        baseline=request.baseline,
        places=tables.get("places"),
        columns=request.columns,
    )
    tell(repr(found))
    results = {"flows": found.joint, "units": found.units}
    if found.citations is not None:
        results["citations"] = found.citations
    if found.gravity is not None:
        results["gravity"] = found.gravity
    columns = {name: result.columns() for name, result in results.items()}
    rules = RULES | {"baseline": request.baseline, "expected": BASELINES[request.baseline]}
    write_results(request.out, tables, columns, {"measure": "flows", "rules": rules, **found.facts})
    joint = found.joint.values
    between = np.where(joint["unit_a"] == joint["unit_b"], np.nan, joint["fractional"])
    return top_lines(joint, between)
