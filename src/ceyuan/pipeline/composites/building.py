"""Computes the composite indices of a workspace from a build's observations, and keeps all that they are made of.

Everything goes into long tables: scores with ranks and intervals, the parts of every score, every value after every step,
and every value taken from an observation, with the key of that observation. So a score can be followed down to the
observations, and from there to the records, without computing anything again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ceyuan.composite.context import IndexContext, check_aggregation, load_tables
from ceyuan.composite.declaration import DeclaredIndex
from ceyuan.composite.output import result_tables, uncertainty_tables
from ceyuan.composite.pipeline import compute
from ceyuan.composite.result import Composite
from ceyuan.composite.scenarios import scenarios
from ceyuan.composite.uncertainty.run import UncertaintyResult, assess
from ceyuan.engine import Engine
from ceyuan.errors import CeyuanError, Problem
from ceyuan.pipeline.composites.checking import declared_composites
from ceyuan.pipeline.composites.inputs import IndexCell, IndexData, gather
from ceyuan.places import Gazetteer
from ceyuan.workspace import Workspace

_TEXT, _NUMBER, _WHOLE, _FLAG = pa.string(), pa.float64(), pa.int64(), pa.bool_()
SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "composite_scores": {
        "composite": _TEXT,
        "code": _TEXT,
        "level": _WHOLE,
        "place": _TEXT,
        "period": _TEXT,
        "score": _NUMBER,
        "rank": _NUMBER,
        "among": _WHOLE,
        "median_rank": _NUMBER,
        "rank_q5": _NUMBER,
        "rank_q95": _NUMBER,
        "p_first": _NUMBER,
        "p_top10": _NUMBER,
        "main_factor": _TEXT,
        "status": _TEXT,
        "lineage": _TEXT,
    },
    "composite_parts": {
        "composite": _TEXT,
        "code": _TEXT,
        "place": _TEXT,
        "period": _TEXT,
        "member": _TEXT,
        "value": _NUMBER,
        "share": _NUMBER,
        "contribution": _NUMBER,
    },
    "composite_stages": {
        "composite": _TEXT,
        "code": _TEXT,
        "place": _TEXT,
        "period": _TEXT,
        "stage": _TEXT,
        "step": _WHOLE,
        "value": _NUMBER,
    },
    "composite_inputs": {
        "composite": _TEXT,
        "code": _TEXT,
        "role": _TEXT,
        "place": _TEXT,
        "period": _TEXT,
        "indicator": _TEXT,
        "observed": _TEXT,
        "breakdown": _TEXT,
        "value": _NUMBER,
        "unit": _TEXT,
        "bound": _TEXT,
        "modality": _TEXT,
        "status": _TEXT,
        "source": _TEXT,
        "reason": _TEXT,
        "lineage": _TEXT,
        "included": _FLAG,
    },
    "composite_sensitivity": {
        "composite": _TEXT,
        "target": _TEXT,
        "factor": _TEXT,
        "first": _NUMBER,
        "first_q5": _NUMBER,
        "first_q95": _NUMBER,
        "total": _NUMBER,
        "total_q5": _NUMBER,
        "total_q95": _NUMBER,
        "used": _NUMBER,
        "effect": _TEXT,
    },
    "composite_second_order": {
        "composite": _TEXT,
        "target": _TEXT,
        "factor": _TEXT,
        "other": _TEXT,
        "second": _NUMBER,
        "q5": _NUMBER,
        "q95": _NUMBER,
    },
    "composite_shapley": {
        "composite": _TEXT,
        "target": _TEXT,
        "factor": _TEXT,
        "shapley": _NUMBER,
        "q5": _NUMBER,
        "q95": _NUMBER,
    },
    "composite_scenarios": {
        "composite": _TEXT,
        "scenario": _TEXT,
        "place": _TEXT,
        "period": _TEXT,
        "score": _NUMBER,
        "rank": _NUMBER,
        "nominal_rank": _NUMBER,
    },
    "composite_pairs": {"composite": _TEXT, "unit": _TEXT, "other": _TEXT, "p_above": _NUMBER},
    "composite_lineage": {
        "id": _TEXT,
        "composite": _TEXT,
        "version": _TEXT,
        "file": _TEXT,
        "line": _WHOLE,
        "inputs": _TEXT,
    },
}
"""The tables of indices in a build, with their columns."""

Rows = list[dict[str, Any]]


@dataclass(slots=True)
class Composed:
    """What came of the indices of a workspace.

    Attributes:
        tables: rows of each of :data:`SCHEMAS`.
        problems: faults that only the data show, and warnings.
    """

    tables: dict[str, Rows] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    problems: list[Problem] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Write every table as a Parquet file."""
        for name, columns in SCHEMAS.items():
            table = pa.Table.from_pylist(self.tables[name], schema=pa.schema(list(columns.items())))
            pq.write_table(table, folder / f"{name}.parquet")


def compose_all(
    workspace: Workspace,
    gazetteer: Gazetteer,
    engine: Engine,
    progress: Callable[[str], None] = lambda _: None,
) -> Composed:
    """Compute every index of a workspace.

    Args:
        workspace: a workspace whose declarations have passed their checks.
        gazetteer: its places.
        engine: with the table ``observations``.
        progress: told which index is being computed.
    """
    result = Composed()
    for name, declared in declared_composites(workspace).items():
        progress(name)
        try:
            _compose(workspace, declared, gazetteer, engine, result)
        except CeyuanError as error:
            result.problems += declared.located(error, "id")
    return result


def _compose(
    workspace: Workspace,
    declared: DeclaredIndex,
    gazetteer: Gazetteer,
    engine: Engine,
    result: Composed,
) -> None:
    indicators = {name: d.indicator for name, d in workspace.definitions.items()}
    gathered = gather(declared, indicators, gazetteer, engine)
    spec = declared.composite.spec
    tables = load_tables(spec, workspace.root / Path(declared.file).parent, {})
    context = IndexContext(gathered.inputs, spec, tables)
    check_aggregation(context)
    index = compute(context)
    assessed = assess(index) if spec.uncertainty is not None else None
    said = [*index.warnings, *(assessed.warnings if assessed else ())]
    result.problems += declared.located(CeyuanError(said), "spec")
    rows = _tables(declared, gathered, index, assessed)
    for name, own in rows.items():
        result.tables[name] += [{"composite": declared.composite.id, **row} for row in own]


def _tables(
    declared: DeclaredIndex,
    gathered: IndexData,
    index: Composite,
    assessed: UncertaintyResult | None,
) -> dict[str, Rows]:
    versions = sorted({f"{c.indicator}:{c.lineage}" for c in gathered.cells if c.lineage})
    line = declared.document.line(("id",))
    entry = {
        "version": declared.version,
        "file": declared.file,
        "line": line,
        "inputs": json.dumps(versions),
    }
    entry["id"] = f"{declared.composite.id}-{declared.version}"
    inside = {(gathered.inputs.units[row], gathered.periods[row]) for row in index.states[-1].rows}
    cells = [{**asdict(c), "included": (c.place, c.period) in inside} for c in gathered.cells]
    found = {
        "composite_scores": _scores(gathered, index, assessed, str(entry["id"])),
        "composite_parts": _parts(gathered, index),
        "composite_stages": _stages(gathered, index),
        "composite_inputs": cells,
        "composite_scenarios": _scenarios(gathered, index),
        "composite_lineage": [entry],
    }
    if assessed is not None:
        for name, table in uncertainty_tables(assessed).items():
            if name != "uncertainty":  # that one stands beside the scores
                found[f"composite_{name}"] = _plain(table.columns)
    return found


def _plain(columns: Mapping[str, Iterable[object]]) -> Rows:
    """Columns as rows; a number that is not there is None."""
    rows = zip(*columns.values(), strict=True)
    return [{name: _known(cell) for name, cell in zip(columns, row, strict=True)} for row in rows]


def _known(cell: object) -> object:
    if isinstance(cell, (float, np.floating)):
        return None if np.isnan(cell) else float(cell)
    return cell


def _scores(
    gathered: IndexData, index: Composite, assessed: UncertaintyResult | None, lineage: str
) -> Rows:
    rows = index.states[-1].rows
    statuses = _statuses(gathered, index)
    among: dict[str, int] = {}
    for row in rows:
        among[gathered.periods[row]] = among.get(gathered.periods[row], 0) + 1
    found: Rows = []
    for position, node in enumerate(index.context.inputs.structure.nodes):
        about = _uncertainty(assessed, node.code)
        for i, row in enumerate(rows):
            period = gathered.periods[row]
            found.append(
                {
                    "code": node.code,
                    "level": node.level,
                    "place": gathered.inputs.units[row],
                    "period": period,
                    "score": _known(float(index.scores[i, position])),
                    "rank": _known(float(index.ranks[i, position])),
                    "among": among[period],
                    **(about[i] if about else {}),
                    "status": statuses[node.code][i],
                    "lineage": lineage,
                }
            )
    return found


def _uncertainty(assessed: UncertaintyResult | None, code: str) -> Rows:
    if assessed is None or assessed.code != code:
        return []
    names = ("median_rank", "rank_q5", "rank_q95", "p_first", "p_top10", "main_factor")
    columns = uncertainty_tables(assessed)["uncertainty"].columns
    return _plain({name: columns[name] for name in names})


def _statuses(gathered: IndexData, index: Composite) -> dict[str, list[str]]:
    """The status of every code for every row that is compared.

    A scale is made of all places, so that one simulated value makes all scores of its code, and of the groups above,
    simulated. What is not exact or was filled in makes the scores of its own place estimated.
    """
    structure, rows = index.context.inputs.structure, index.states[-1].rows
    simulated: dict[str, bool] = {}
    estimated: dict[str, list[bool]] = {}
    for position, node in enumerate(structure.indicators):
        # Denominators count only where a step divides by them.
        divided = [node.denominator] if node.denominator and index.context.spec.denominate else []
        columns = [gathered.row_cells(code) for code in (node.code, *divided)]
        simulated[node.code] = any(
            cells[row].status == "simulated" for cells in columns for row in rows
        )
        estimated[node.code] = [
            _filled(columns, int(row)) and not np.isnan(index.scores[i, position])
            for i, row in enumerate(rows)
        ]
    found = {}
    for node in structure.nodes:
        leaves = structure.leaves(node.code)
        if any(simulated[leaf] for leaf in leaves):
            found[node.code] = ["simulated"] * len(rows)
        else:
            found[node.code] = [
                "estimated" if any(estimated[leaf][i] for leaf in leaves) else "computed"
                for i in range(len(rows))
            ]
    return found


def _filled(columns: list[list[IndexCell]], row: int) -> bool:
    """Whether a value is not exact, or is not there and was filled in."""
    return any(cells[row].value is None or not cells[row].certain for cells in columns)


def _parts(gathered: IndexData, index: Composite) -> Rows:
    rows = index.states[-1].rows
    columns = dict(result_tables(index)["stages/parts"].columns)
    groups = len(next(iter(columns.values()))) // max(1, len(rows))
    found = _plain(
        {name: columns[name] for name in ("group", "member", "value", "share", "contribution")}
    )
    return [
        {
            "code": part.pop("group"),
            "place": gathered.inputs.units[row],
            "period": gathered.periods[row],
            **part,
        }
        for part, row in zip(found, [*rows] * groups, strict=True)
    ]


def _scenarios(gathered: IndexData, index: Composite) -> Rows:
    """The index itself under each named scenario, for every row that is compared."""
    beside = scenarios(index)
    nominal = index.rank(index.top)
    found: Rows = []
    for name, other in beside.others.items():
        scores, ranks = beside.of(other)
        found += [
            {
                "scenario": name,
                "place": gathered.inputs.units[row],
                "period": gathered.periods[row],
                "score": _known(float(scores[i])),
                "rank": _known(float(ranks[i])),
                "nominal_rank": _known(float(nominal[i])),
            }
            for i, row in enumerate(index.states[-1].rows)
        ]
    return found


def _stages(gathered: IndexData, index: Composite) -> Rows:
    kept = set(index.states[-1].rows.tolist())
    return [
        {
            "code": node.code,
            "place": gathered.inputs.units[row],
            "period": gathered.periods[row],
            "stage": state.name,
            "step": step,
            "value": _known(float(state.values[i, column])),
        }
        for step, state in enumerate(index.states)
        for column, node in enumerate(index.context.inputs.structure.indicators)
        for i, row in enumerate(state.rows.tolist())
        if row in kept
    ]
