"""All analyses that need no further choice, as tables."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from ceyuan.composite.analysis.correlation import (
    denominator_correlations,
    flagged_pairs,
    level_correlations,
)
from ceyuan.composite.analysis.influence import effective_weights, without_each
from ceyuan.composite.analysis.profile import standings
from ceyuan.composite.analysis.reliability import (
    cronbach_alpha,
    principal_components,
    sampling_adequacy,
)
from ceyuan.composite.analysis.stats import (
    group_availability,
    indicator_statistics,
    unit_availability,
)
from ceyuan.composite.result import Composite
from ceyuan.composite.tables import Table
from ceyuan.errors import CeyuanError


def analysis_tables(composite: Composite) -> dict[str, Table]:
    """Statistics, availability, correlations, reliability and influence of an index, by path.

    In a panel, correlations and reliability are taken over all periods together.
    """
    inputs, structure = composite.context.inputs, composite.context.inputs.structure
    codes = [node.code for node in structure.indicators]
    labels = [inputs.label(row).strip("'") for row in range(len(inputs.units))]
    normalised = composite.states[-1].values
    groups = {code: structure.by_code[code].parent for code in codes}
    tables = {
        "statistics": indicator_statistics(inputs.values, codes),
        "availability": unit_availability(inputs.values, labels),
        "availability_by_group": group_availability(inputs.values, labels, structure),
        "correlations": level_correlations(composite, significance=None),
        "highly_correlated": flagged_pairs(normalised, codes, groups),
        "contradicting": flagged_pairs(normalised, codes, groups, -0.4, below=True),
        "denominator_correlations": denominator_correlations(composite),
        "reliability": _reliability(composite),
        "effective_weights": _effective(composite),
        "strengths_and_weaknesses": _profiles(composite),
    }
    for level in sorted({node.level for node in structure.groups}):
        tables[f"correlations_with_level_{level}"] = level_correlations(
            composite, 1, level, significance=None
        )
    for level in sorted({node.level for node in structure.nodes if node.parent is not None}):
        tables[f"without_each_of_level_{level}"] = without_each(composite, level)[0]
    return {f"analysis/{name}": table for name, table in tables.items()}


def _effective(composite: Composite) -> Table:
    shares = effective_weights(composite)
    return Table(
        {"code": list(shares), "effective_weight": list(shares.values())}, "effective weights"
    )


def _profiles(composite: Composite) -> Table:
    """The five best and five worst indicators of each unit, in the last period."""
    names = ("unit", "kind", "code", "group", "rank", "of", "value")
    columns: dict[str, list[object]] = {name: [] for name in names}
    for unit in dict.fromkeys(composite.units):
        for kind, found in zip(("strength", "weakness"), standings(composite, unit), strict=True):
            for own in found:
                cells = (unit, kind, own.code, own.group, own.rank, own.of, own.value)
                for name, cell in zip(names, cells, strict=True):
                    columns[name].append(cell)
    return Table(columns, "strengths and weaknesses")


def _reliability(composite: Composite) -> Table:
    """Alpha of each group's members, the share of their variance along one axis, and whether they have enough in common."""
    structure = composite.context.inputs.structure
    names = (
        "group",
        "members",
        "alpha",
        "first_component",
        "kmo",
        "bartlett_chi_square",
        "bartlett_p",
    )
    columns: dict[str, list[object]] = {name: [] for name in names}
    for node in structure.groups:
        members = structure.members[node.code]
        values = np.column_stack([composite.column(member) for member in members])
        share: float | None = None
        fit: tuple[float | None, ...] = (None, None, None)
        with suppress(CeyuanError):  # too few complete units: the empty cells say so
            share = float(principal_components(values).explained[0])
            found = sampling_adequacy(values)
            fit = (found.kmo, found.chi_square, found.p_value)
        cells = (node.code, len(members), cronbach_alpha(values), share, *fit)
        for name, cell in zip(names, cells, strict=True):
            columns[name].append(cell)
    return Table(columns, "reliability")
