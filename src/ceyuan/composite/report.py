"""One illustrated page about an index: its framework, scores, how its parts go together, and how much of it is method."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ceyuan.composite.analysis.correlation import correlations
from ceyuan.composite.result import Composite
from ceyuan.composite.scenarios import Scenarios
from ceyuan.composite.uncertainty.run import UncertaintyResult
from ceyuan.errors import Problem
from ceyuan.figures.charts import correlation_map, effect_bars
from ceyuan.figures.drawing import Drawing
from ceyuan.figures.page import PageSection, PageTable, page

MOST_CORRELATED = 40
"""Indices of more indicators show the correlations of their groups only."""


def report_page(
    composite: Composite, result: UncertaintyResult | None = None, beside: Scenarios | None = None
) -> str:
    """The page, as HTML with everything inside.

    Args:
        composite: the index.
        result: what became of it under other choices, where that was asked.
        beside: what becomes of it under named scenarios, where there are some.
    """
    spec, inputs = composite.context.spec, composite.context.inputs
    units, indicators = len(composite.units), len(inputs.structure.indicators)
    warnings = [*composite.warnings, *(result.warnings if result is not None else ())]
    sections = [
        PageSection("Scores", [composite.plot(), PageTable(composite.columns())]),
        PageSection(
            "Framework", [tuple(_tree(composite, composite.top, 0)), tuple(_steps(composite))]
        ),
        PageSection("How the parts go together", [correlation_figure(composite)]),
    ]
    if beside is not None:
        sections.append(PageSection("Scenarios", [beside.plot(), PageTable(beside.columns())]))
    if result is not None:
        sections += _method(result)
    sections.append(
        PageSection(
            "What to know", [tuple(_said(own) for own in warnings) or "Nothing was found amiss."]
        )
    )
    lead = f"{units} units, {indicators} indicators."
    return page(spec.title or spec.composite, lead, sections)


def correlation_figure(composite: Composite) -> Drawing:
    """Correlations of the indicators after normalisation, or of the groups where there are too many indicators."""
    structure = composite.context.inputs.structure
    nodes = structure.indicators
    if len(nodes) > MOST_CORRELATED:
        nodes = tuple(structure.groups)
    codes = [node.code for node in nodes]
    values = np.column_stack([composite.column(code) for code in codes])
    r, _ = correlations(values, values)
    note = "Pearson, after normalisation: below 0, one takes from the score what the other adds"
    return correlation_map("Correlations", codes, r, note)


def sensitivity_figures(result: UncertaintyResult) -> list[Drawing]:
    """First-order and total effects of the factors on each target."""
    figures = []
    for explained in result.sensitivity:
        found = explained.indices
        low, high = found.total_interval.T
        note = "Dark: share of the variance that a factor explains alone; light: with all its interactions, 5–95 %"
        title = f"What moves the {explained.target.label}"
        if explained.used:
            figures.append(
                effect_bars(title, result.factors, found.first, found.total, low, high, note)
            )
        if explained.shapley is not None:
            own = explained.shapley
            nothing = np.zeros(len(own.effects))
            note = "Shapley effects, which sum to 1, and their 5–95 %"
            low, high = own.interval.T
            figures.append(
                effect_bars(title, result.factors, nothing, own.effects, low, high, note)
            )
    return figures


def _method(result: UncertaintyResult) -> list[PageSection]:
    ranks = f"{len(result.scores):,} replications of {len(result.factors)} uncertain choices: {', '.join(result.factors)}."
    return [
        PageSection("How sure the ranks are", [ranks, result.plot(), PageTable(result.columns())]),
        PageSection("What moves them", sensitivity_figures(result)),
    ]


def _tree(composite: Composite, code: str, depth: int) -> Iterator[str]:
    """The framework from the top down, each part with its weight among its siblings."""
    structure = composite.context.inputs.structure
    node = structure.by_code[code]
    siblings = structure.members.get(node.parent or "", (code,))
    total = sum(float(composite.weights[structure.position[own]]) for own in siblings)
    weight = float(composite.weights[structure.position[code]])
    share = f", weight {weight / total:.1%}" if total and node.parent else ""
    name = f" – {node.name}" if node.name and node.name != code else ""
    less = ", less is better" if node.direction < 0 else ""
    indent = "\u2003" * depth
    yield f"{indent}{code}{name}{share}{less}"
    for member in structure.members.get(code, ()):
        yield from _tree(composite, member, depth + 1)


def _steps(composite: Composite) -> Iterator[str]:
    """The steps that were taken, in order."""
    spec = composite.context.spec
    for step in spec.order:
        chosen = getattr(spec, step)
        if chosen is not None:
            said = chosen.model_dump(exclude_defaults=True, exclude_none=True)
            method = getattr(chosen, "method", None)
            choices = {"method": method, **said} if method else said
            yield f"{step}: {', '.join(f'{key} {value}' for key, value in choices.items()) or 'as usual'}"


def _said(problem: Problem) -> str:
    return problem.message if problem.hint is None else f"{problem.message}. {problem.hint}"
