"""Impact: citations in a window, compared with those of comparable works, and what units have of the most cited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import pyarrow as pa

from ceyuan.compiled.distinct import distinct
from ceyuan.errors import fail
from ceyuan.knowledge.arrays import AnyArray, Bools, Floats, Ints
from ceyuan.knowledge.graph import CitationGraph
from ceyuan.knowledge.inputs import ROLES, coded_names, encoded, places_of, text_column
from ceyuan.knowledge.normalised import TOPS, Normalised, normalise
from ceyuan.knowledge.prepared import Prepared, prepare
from ceyuan.knowledge.results import Result
from ceyuan.knowledge.windows import (
    Ties,
    finished,
    node_ranges,
    one_of,
    parse_window,
    read_times,
    window_ends,
    year_of,
)
from ceyuan.tabular.columns import Columns, columns_of_roles, parse_roles, read_columns

LIMITS = (2.5, 97.5)
"""Percentiles of the replications that are given as limits."""


@dataclass(frozen=True)
class Impact:
    """Impact of works and units.

    Attributes:
        works: ``id, year, citations, score, percentile, top10, top1, top01, complete``; NaN where the window is unfinished or
            a field or type is missing.
        units: by unit and counting (``full``, ``fractional``): works, MNCS, PP top 10 %, 1 %, 0.1 % with limits, and the unit's
            share of the most cited of all; None where no units were given.
        prepared: what was read.
        normalised_by: the columns that make works comparable.
        facts: counts for the manifest.
    """

    works: Result
    units: Result | None
    prepared: Prepared
    normalised_by: tuple[str, ...]
    facts: Mapping[str, Any]

    def __repr__(self) -> str:
        return (
            f"Impact of {self.works.height:,} works, normalised by {', '.join(self.normalised_by)}"
        )


def citations_in_window(graph: CitationGraph, ends: AnyArray, ties: Ties) -> Ints:
    """How many works of its window cite each dated node."""
    low, high = node_ranges(graph.time, ends, ties)
    found = np.zeros(graph.dated, np.int64)
    for block in graph.blocks():
        node = np.repeat(np.arange(graph.work.size), np.diff(block.in_start))
        dated = node < graph.dated
        node, citer = node[dated], block.citers[dated] + block.first
        inside = (citer >= low[node]) & (citer < high[node])
        found += np.bincount(node[inside], minlength=graph.dated)
    return found


def impact(
    citations: object,
    works: object,
    *,
    units: object | None = None,
    window: str = "5",
    ties: Ties = "same",
    until: str | None = None,
    authors: object | None = None,
    replications: int = 200,
    seed: int = 1,
    columns: Sequence[str] = (),
    threads: int | None = None,
) -> Impact:
    """Citations, normalised scores, percentiles and parts in the most cited, of works and of units.

    The works of the list are the reference set: only where they are the world's is a score against the world's.

    Args:
        citations: columns ``citing``, ``cited``.
        works: columns ``id``, ``year`` or ``date`` and, where there are, ``field`` and ``type``.
        units: columns ``work`` and ``unit``, a row for each authorship.
        window: so many years, days (``730d``), or ``open``.
        ties: whether works of the same year or day count (``same``) or not (``later``).
        until: the last year or day of the data.
        authors: columns ``work``, ``author``; then citations between works of the same authors are left out.
        replications: bootstrap samples of the works of a unit, for limits.
        seed: their seed.
        columns: other names of columns, as ``role=Column``.
        threads: threads to use, None for all.

    Raises:
        CeyuanError: what :func:`~ceyuan.knowledge.prepared.prepare` finds, ``knowledge-bad-option``, ``knowledge-no-works``.

    >>> works = {"id": ["a", "b", "c"], "year": [2000, 2000, 2001]}
    >>> impact({"citing": ["c"], "cited": ["a"]}, works, window="1").works.values["score"].tolist()
    [2.0, 0.0, nan]
    """
    one_of("ties", ties, get_args(Ties))
    prepared = prepare(citations, works, authors=authors, columns=columns, threads=threads)
    graph, grain = prepared.graph, prepared.works.grain
    ends = window_ends(graph.time, parse_window(window), grain)
    last = int(graph.time[-1]) if until is None else read_times([str(until)], grain)[0]
    if last is None:
        raise fail("knowledge-bad-option", f"{until!r} is no {grain}, which the works have")
    back = np.argsort(graph.work[: graph.dated], kind="stable")
    listed = graph.work[: graph.dated][back]
    cited = citations_in_window(graph, ends, ties)[back]
    complete = finished(ends, last)[back] | (str(window).strip() == "open")
    year = year_of(graph.time, grain)[back]
    renames = parse_roles(columns, ROLES)
    cell, by, described = _cells(prepared, listed, year, renames)
    counted = complete & described
    if not counted.any():
        raise fail("knowledge-no-works", "no work has a finished window, a field and a type")
    found = normalise(cited[counted], np.unique(cell[counted], return_inverse=True)[1])
    scores = _spread(found, counted)
    ids = prepared.works.ids.take(pa.array(listed))
    names = prepared.works.names.take(pa.array(listed))
    table = Result(
        "Works", {"id": names, "year": year, "citations": cited, **scores, "complete": complete}
    )
    by_unit = None
    if units is not None:
        shares = _shares(read_columns(units, "units"), ids, renames)
        by_unit = _unit_table(shares, scores, counted, replications, seed)
    facts = {"compared": int(counted.sum()), "unfinished": int((~complete).sum()),
             "without_field_or_type": int((complete & ~described).sum()),
             "cells": int(distinct(cell[counted]).size), "uncited_cells_works": int(np.isnan(found.score).sum()),
             "mean_score": float(np.nanmean(found.score)) if not np.isnan(found.score).all() else None}  # fmt: skip
    return Impact(table, by_unit, prepared, by, facts)


def _cells(
    prepared: Prepared, listed: AnyArray, year: AnyArray, renames: Mapping[str, str]
) -> tuple[Ints, tuple[str, ...], Bools]:
    """The cell of each work, the columns that make it, and whether the work has all of them."""
    table = prepared.table
    columns = columns_of_roles(table, renames, ("id",), ("field", "type"))
    cell = year.astype(np.int64) - year.min()
    by, described = ["year"], np.ones(year.size, np.bool_)
    for role in ("field", "type"):
        if role in columns:
            code, names = encoded(text_column(table.column(columns[role])))
            of_work = code[prepared.works.row[listed]]
            described &= of_work >= 0
            cell = cell * (len(names) + 1) + of_work + 1
            by.append(role)
    return cell, tuple(by), described


def _spread(found: Normalised, counted: Bools) -> dict[str, Floats]:
    """The scores of the works that are compared among all works, NaN for the others."""
    spread = {}
    for name, values in {"score": found.score, "percentile": found.percentile, **found.top}.items():
        spread[name] = np.full(counted.size, np.nan)
        spread[name][counted] = values
    return spread


@dataclass(frozen=True)
class _Shares:
    """What part of which work each unit has; by unit."""

    units: tuple[str, ...]
    unit: Ints
    work: Ints
    share: Floats


def _shares(table: Columns, ids: Any, renames: Mapping[str, str]) -> _Shares:
    columns = columns_of_roles(table, renames, ("work", "unit"))
    work = places_of(table.column(columns["work"]), ids)
    unit, names = coded_names(table.column(columns["unit"]))
    good = (work >= 0) & (unit >= 0)
    if not good.any():
        raise fail(
            "knowledge-no-works", "no row has a unit and a work of the list", file=table.name
        )
    cell, count = np.unique(unit[good] * len(ids) + work[good], return_counts=True)
    of_work = cell % len(ids)
    return _Shares(names, cell // len(ids), of_work, count / np.bincount(of_work, count)[of_work])


def _unit_table(
    shares: _Shares, scores: Mapping[str, Floats], counted: Bools, replications: int, seed: int
) -> Result:
    """The rows of every unit, full and fractional."""
    kept = counted[shares.work]
    unit, work, share = shares.unit[kept], shares.work[kept], shares.share[kept]
    generator = np.random.default_rng(seed)
    world = {name: float(np.nansum(scores[name])) for name in TOPS}
    begins = np.searchsorted(unit, np.arange(len(shares.units) + 1))
    rows: list[dict[str, Any]] = []
    for number, name in enumerate(shares.units):
        span = slice(begins[number], begins[number + 1])
        of_unit = {measure: scores[measure][work[span]] for measure in ("score", *TOPS)}
        weights = {"full": np.ones(of_unit["score"].size), "fractional": share[span]}
        for counting, weight in weights.items():
            if weight.size:
                row = {"unit": name, "counting": counting, "works": float(weight.sum())}
                row |= _means_with_limits(of_unit, weight, replications, generator)
                for top in TOPS:
                    part = float(of_unit[top] @ weight)
                    row[f"share_of_{top}"] = part / world[top] if world[top] else np.nan
                rows.append(row)
    heads = list(rows[0]) if rows else ["unit", "counting", "works"]
    columns: dict[str, Any] = {}
    for head in heads:
        columns[head.replace("score", "mncs")] = [row[head] for row in rows]
    return Result("Units", columns)


def _means_with_limits(
    values: Mapping[str, Floats], weight: Floats, replications: int, generator: np.random.Generator
) -> dict[str, float]:
    """Weighted means of the values that are there, with bootstrap limits; NaN of nothing."""
    there = {name: ~np.isnan(value) for name, value in values.items()}
    tops = np.stack(
        [np.where(there[name], value * weight, 0) for name, value in values.items()], axis=1
    )
    bottoms = np.stack([np.where(there[name], weight, 0) for name in values], axis=1)
    n = weight.size
    means = np.empty((replications, len(values)))
    with np.errstate(invalid="ignore"):  # 0 / 0 where a sample has no value
        for number in range(replications):
            often = np.bincount(generator.integers(0, n, n), minlength=n)
            means[number] = (often @ tops) / (often @ bottoms)
        whole = tops.sum(axis=0) / bottoms.sum(axis=0)
    row: dict[str, float] = {}
    for place, name in enumerate(values):
        drawn = means[~np.isnan(means[:, place]), place]
        low, high = np.percentile(drawn, LIMITS) if drawn.size else (np.nan, np.nan)
        row |= {name: float(whole[place]), f"{name}_low": float(low), f"{name}_high": float(high)}
    return row
