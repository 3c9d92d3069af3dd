"""Results as tables, and tables as CSV files."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ceyuan.composite.arrays import Floats, Ints
from ceyuan.composite.result import Composite, member_shares
from ceyuan.composite.scenarios import Scenarios
from ceyuan.composite.screen import availability
from ceyuan.composite.steps import State, treatments
from ceyuan.composite.tables import Table
from ceyuan.composite.uncertainty.run import UncertaintyResult
from ceyuan.errors import fail

Columns = dict[str, Sequence[object]]

STAGES = ("raw", "denominated", "screened", "imputed", "treated", "normalised", "aggregated")
RECORDS = ("screening", "imputed_points", "treatment", "treated_points", "weights", "parts")
FILES = (
    "scores",
    "ranks",
    "uncertainty",
    "sensitivity",
    "second_order",
    "shapley",
    "pairs",
    "replication_scores",
    "replication_ranks",
    "scenarios",
    *(f"stages/{name}" for name in (*STAGES, *RECORDS)),
)
"""Everything that may be written, by path without ``.csv``."""


def result_tables(composite: Composite) -> dict[str, Table]:
    """An index as tables, by path: scores, ranks, every stage, and the records of what was done."""
    structure = composite.context.inputs.structure
    downwards = sorted(structure.nodes, key=lambda node: -node.level)
    order = [structure.position[node.code] for node in downwards]
    codes = [composite.codes[i] for i in order]
    rows = composite.states[-1].rows
    tables = {
        "scores": _wide(composite, rows, codes, composite.scores[:, order]),
        "ranks": _wide(composite, rows, codes, composite.ranks[:, order]),
        "stages/aggregated": _wide(composite, rows, composite.codes, composite.scores),
        "stages/weights": _weights(composite),
        "stages/parts": _parts(composite),
    }
    indicators = [node.code for node in structure.indicators]
    for before, state in zip(
        (composite.states[0], *composite.states), composite.states, strict=False
    ):
        tables[f"stages/{state.name}"] = _wide(composite, state.rows, indicators, state.values)
        if state.name == "screened":
            tables["stages/screening"] = _screening(composite, before, state)
        if state.name == "imputed":
            tables["stages/imputed_points"] = _imputed(composite, before, state)
        if state.name == "treated":
            tables |= _treatment(composite, before)
    return tables


def _keys(composite: Composite, rows: Ints) -> Columns:
    """The columns that say which row is which."""
    inputs = composite.context.inputs
    keys: Columns = {"unit": [inputs.units[row] for row in rows]}
    if inputs.is_panel:
        keys["period"] = [inputs.periods[row] for row in rows]
    return keys


def _wide(composite: Composite, rows: Ints, codes: Sequence[str], values: Floats) -> Table:
    keys = _keys(composite, rows)
    return Table(keys | {code: list(values[:, i]) for i, code in enumerate(codes)}, "scores")


def _weights(composite: Composite) -> Table:
    nodes = composite.context.inputs.structure.nodes
    columns: Columns = {
        "code": [node.code for node in nodes],
        "level": [node.level for node in nodes],
        "parent": [node.parent for node in nodes],
        "weight": list(composite.weights),
    }
    return Table(columns, "weights")


def _parts(composite: Composite) -> Table:
    """Every group's score taken apart: its members' values, shares of the weight, and contributions."""
    structure, rows = composite.context.inputs.structure, composite.states[-1].rows
    keys = {name: list(cells) for name, cells in _keys(composite, rows).items()}
    columns: dict[str, list[object]] = {
        name: [] for name in (*keys, "group", "member", "value", "share", "contribution")
    }
    for group, members in structure.members.items():
        positions = [structure.position[member] for member in members]
        values = composite.scores[:, positions]
        shares = member_shares(values, composite.weights[positions])
        additive = composite.context.rule(group).method == "arithmetic"
        adds = shares * values if additive else np.full(values.shape, np.nan)
        for i, member in enumerate(members):
            own = (
                [group] * len(rows),
                [member] * len(rows),
                values[:, i],
                shares[:, i],
                adds[:, i],
            )
            for name, cells in zip(columns, (*keys.values(), *own), strict=True):
                columns[name] += list(cells)
    return Table(columns, "parts")


def _screening(composite: Composite, before: State, after: State) -> Table:
    known = availability(before.values)
    columns: Columns = {
        "missing": list(known.missing),
        "zeros": list(known.zeros),
        "available": list(known.available),
        "nonzero": list(known.nonzero),
        "included": [bool(row in after.rows) for row in before.rows],
    }
    return Table(_keys(composite, before.rows) | columns, "screening")


def _imputed(composite: Composite, before: State, after: State) -> Table:
    """Every value that was filled in, and those that could not be."""
    places = np.argwhere(np.isnan(before.values))
    nodes = composite.context.inputs.structure.indicators
    columns: Columns = {
        "indicator": [nodes[column].code for _, column in places],
        "value": [float(after.values[row, column]) for row, column in places],
    }
    return Table(_keys(composite, before.rows[places[:, 0]]) | columns, "imputed points")


def _treatment(composite: Composite, before: State) -> dict[str, Table]:
    """What was done to each indicator and to each point."""
    spec = composite.context.spec.treat
    if spec is None:
        return {}
    inputs = composite.context.inputs
    codes = [node.code for node in inputs.structure.indicators]
    names = ("skew", "kurtosis", "passes")
    columns: dict[str, list[object]] = {
        "period": [],
        "indicator": [],
        "winsorised": [],
        "transformed": [],
    }
    columns |= {
        f"{name}_{when}": [] for when in ("before", "winsorised_only", "after") for name in names
    }
    actions: npt.NDArray[np.str_] = np.full(before.values.shape, "", dtype="<U32")
    for block, treatment in treatments(composite.context, before.rows, before.values, spec):
        actions[block] = treatment.actions
        columns["period"] += [inputs.periods[before.rows[block[0]]]] * len(codes)
        columns["indicator"] += codes
        columns["winsorised"] += list(treatment.winsorised)
        columns["transformed"] += [bool(own) for own in treatment.transformed]
        tests = {
            "before": treatment.before,
            "winsorised_only": treatment.after,
            "after": treatment.last,
        }
        for when, test in tests.items():
            for name in names:
                columns[f"{name}_{when}"] += list(getattr(test, name).tolist())
    if not inputs.is_panel or spec.over == "panel":
        del columns["period"]
    points = _keys(composite, before.rows) | {
        code: list(actions[:, i]) for i, code in enumerate(codes)
    }
    return {
        "stages/treatment": Table(columns, "treatment"),
        "stages/treated_points": Table(points, "treated points"),
    }


def uncertainty_tables(result: UncertaintyResult, *, keep: bool = False) -> dict[str, Table]:
    """An uncertainty run as tables, by path; every replication's scores and ranks where ``keep``."""
    composite, summary = result.composite, result.summary
    rows = composite.states[-1].rows
    columns: Columns = {
        "nominal_score": list(result.nominal_scores[rows]),
        "nominal_rank": list(result.nominal_ranks[rows]),
        "mean_rank": list(summary.mean[rows]),
        "median_rank": list(summary.median[rows]),
        "rank_q5": list(summary.low[rows]),
        "rank_q95": list(summary.high[rows]),
        "p_first": list(summary.first[rows]),
        "p_top10": list(summary.top_ten[rows]),
        "computed": list(summary.computed[rows]),
        "main_factor": [result.drivers[row] for row in rows],
    }
    tables = {"uncertainty": Table(_keys(composite, rows) | columns, "uncertainty")}
    if result.sensitivity:
        tables["sensitivity"] = _sensitivity(result)
        tables |= _interactions(result)
    if result.pairs:
        units, others, above = map(list, zip(*result.pairs, strict=True))
        pairs: Columns = {"unit": units, "other": others, "p_above": above}
        tables["pairs"] = Table(pairs, "pairs")
    if keep:
        for name, nominal, all_of_them in (
            ("replication_scores", result.nominal_scores, result.scores),
            ("replication_ranks", result.nominal_ranks, result.ranks),
        ):
            own: Columns = {f"r_{i + 1}": list(one[rows]) for i, one in enumerate(all_of_them)}
            tables[name] = Table(
                _keys(composite, rows) | {"nominal": list(nominal[rows])} | own, name
            )
    return tables


def scenario_tables(found: Scenarios) -> dict[str, Table]:
    """Scenarios side by side, as a table by path."""
    return {"scenarios": Table(dict(found.columns()), "scenarios")}


def _sensitivity(result: UncertaintyResult) -> Table:
    names = (
        "target",
        "factor",
        "first",
        "first_q5",
        "first_q95",
        "total",
        "total_q5",
        "total_q95",
        "used",
        "effect",
    )
    columns: dict[str, list[object]] = {name: [] for name in names}
    for explained in result.sensitivity:
        found = explained.indices
        for i, factor in enumerate(result.factors):
            cells = (
                explained.target.label,
                factor,
                found.first[i],
                *found.first_interval[i],
                found.total[i],
                *found.total_interval[i],
                explained.used,
                _effect(factor in result.dead, float(found.total[i]), explained.used),
            )
            for name, cell in zip(names, cells, strict=True):
                columns[name].append(cell)
    return Table(columns, "sensitivity")


def _interactions(result: UncertaintyResult) -> dict[str, Table]:
    """Second-order indices and Shapley effects, where they were asked for."""
    pairs: dict[str, list[object]] = {
        name: [] for name in ("target", "factor", "other", "second", "q5", "q95")
    }
    effects: dict[str, list[object]] = {
        name: [] for name in ("target", "factor", "shapley", "q5", "q95")
    }
    for explained in result.sensitivity:
        label = explained.target.label
        if explained.second is not None:
            found, interval = explained.second
            for (one, other), share, (low, high) in zip(
                combinations(result.factors, 2), found, interval, strict=True
            ):
                _append(pairs, (label, one, other, share, low, high))
        if explained.shapley is not None:
            own = explained.shapley
            for factor, share, (low, high) in zip(
                result.factors, own.effects, own.interval, strict=True
            ):
                _append(effects, (label, factor, share, low, high))
    tables = {
        "second_order": Table(pairs, "second-order indices"),
        "shapley": Table(effects, "Shapley effects"),
    }
    return {name: table for name, table in tables.items() if table.columns["target"]}


def _append(columns: dict[str, list[object]], cells: Sequence[object]) -> None:
    for column, cell in zip(columns.values(), cells, strict=True):
        column.append(cell)


def _effect(dead: bool, total: float, used: int) -> str:
    """What is said of a factor that explains nothing."""
    if not used:
        return "factors depend on each other"
    if dead:
        return "none on any score"
    if np.isnan(total):
        return "the target does not vary"
    return "none on the target" if total == 0 else ""


def write_tables(
    tables: Mapping[str, Table], folder: Path, spare: Sequence[Path] = ()
) -> list[Path]:
    """Writes tables as CSV files below a folder; what an earlier run left there under these names is removed.

    Numbers are written with the fewest digits that read back as the same number; missing values are empty cells.

    Args:
        tables: the tables by path without ``.csv``.
        folder: where to.
        spare: files that must not be written over (what the tables were made of).

    Raises:
        CeyuanError: ``composite-output-unwritable``.
    """
    paths = {name: folder / f"{name}.csv" for name in dict.fromkeys((*FILES, *tables))}
    own = {path.resolve() for path in paths.values()}
    for path in spare:
        if path.resolve() in own:
            raise fail(
                "composite-output-unwritable", "an input would be written over", file=str(path)
            )
    try:
        for path in paths.values():
            path.unlink(missing_ok=True)
        for name, table in tables.items():
            paths[name].parent.mkdir(parents=True, exist_ok=True)
            _write(table, paths[name])
    except OSError as error:
        raise fail(
            "composite-output-unwritable", f"cannot be written: {error.strerror}", file=str(folder)
        ) from error
    return [paths[name] for name in tables]


def _write(table: Table, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        columns = [list(map(_cell, cells)) for cells in table.columns.values()]
        writer.writerows(zip(*columns, strict=True))


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if np.isnan(number):
            return ""
        return int(number) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return value
