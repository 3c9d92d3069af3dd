"""Statistics of indicators with flags, and how much data there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ceyuan.composite.arrays import (
    Floats,
    count,
    deviation,
    highest,
    lowest,
    mean,
    median,
    skewness_and_kurtosis,
)
from ceyuan.composite.screen import availability
from ceyuan.composite.structure import Structure
from ceyuan.composite.tables import Table


@dataclass(frozen=True)
class Thresholds:
    """When an indicator is flagged.

    Attributes:
        skew: outliers: absolute skewness above this ...
        kurtosis: ... and kurtosis above this.
        available: smallest share of units with a value.
        nonzero: smallest share of units with a value other than 0.
        unique: smallest share of different values.
    """

    skew: float = 2.0
    kurtosis: float = 3.5
    available: float = 0.65
    nonzero: float = 0.5
    unique: float = 0.5


def indicator_statistics(
    values: Floats, codes: Sequence[str], limits: Thresholds | None = None
) -> Table:
    """Statistics of columns.

    Args:
        values: units x columns.
        codes: names of the columns.
        limits: when a column is flagged.

    Returns:
        One row a column: ``min``, ``max``, ``mean``, ``median``, ``sd`` (n - 1), ``skew``, ``kurtosis``, numbers and
        shares of available, non-zero, unique values and of the most frequent value (shares of the available ones, but
        ``available`` of all units), and flags: ``LOW`` or ``ok``, for outliers ``OUT`` or ``ok``. The flags for zeros
        and unique values compare with shares of all units.
    """
    limits = limits or Thresholds()
    n, units = count(values), len(values)
    different = np.array([_unique(values[:, i]) for i in range(values.shape[1])]).reshape(-1, 2)
    nonzero = ((values != 0) & ~np.isnan(values)).sum(axis=0)
    skew, kurt = skewness_and_kurtosis(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        out = (np.abs(skew) > limits.skew) & (kurt > limits.kurtosis)
        shares = [nonzero / n, different[:, 0] / n, different[:, 1] / n]
    columns = {
        "code": list(codes),
        "min": lowest(values)[0],
        "max": highest(values)[0],
        "mean": mean(values)[0],
        "median": median(values)[0],
        "sd": deviation(values)[0],
        "skew": skew,
        "kurtosis": kurt,
        "n_available": n,
        "n_nonzero": nonzero,
        "n_unique": different[:, 0],
        "n_same": different[:, 1],
        "available": n / units,
        "nonzero": shares[0],
        "unique": shares[1],
        "same": shares[2],
        "flag_available": _flag(n / units < limits.available, "LOW"),
        "flag_nonzero": _flag(nonzero / units < limits.nonzero, "LOW"),
        "flag_unique": _flag(different[:, 0] / units < limits.unique, "LOW"),
        "flag_outliers": _flag(out, "OUT"),
    }
    return Table({name: list(cells) for name, cells in columns.items()}, "statistics")


def _unique(column: Floats) -> tuple[int, int]:
    """Number of different values and the frequency of the most frequent one."""
    _, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    return len(counts), int(counts.max(initial=0))


def _flag(raised: np.typing.NDArray[np.bool_], word: str) -> list[str]:
    return [word if own else "ok" for own in raised]


def unit_availability(values: Floats, units: Sequence[str]) -> Table:
    """How much data each unit has: ``missing``, ``zeros``, ``available`` and ``nonzero`` shares."""
    known = availability(values)
    columns = {
        "unit": list(units),
        "missing": list(known.missing),
        "zeros": list(known.zeros),
        "available": list(known.available),
        "nonzero": list(known.nonzero),
    }
    return Table(columns, "availability")


def group_availability(values: Floats, units: Sequence[str], structure: Structure) -> Table:
    """Share of indicators with a value, by unit and group of the structure."""
    present = ~np.isnan(values)
    columns: dict[str, list[object]] = {"unit": list(units)}
    for node in structure.groups:
        leaves = [structure.position[leaf] for leaf in structure.leaves(node.code)]
        columns[node.code] = list(present[:, leaves].mean(axis=1))
    return Table(columns, "availability by group")
