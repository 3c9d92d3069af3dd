"""Screening: leaving out units for which too little is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ceyuan.composite.arrays import Bools, Floats, Ints
from ceyuan.composite.spec import Screen
from ceyuan.errors import CeyuanError, Problem, did_you_mean


@dataclass(frozen=True)
class Availability:
    """How much is known about each unit.

    Attributes:
        missing: number of indicators without a value.
        zeros: number of indicators that are 0.
        available: share of indicators with a value.
        nonzero: share of non-zero values among those present (NaN where none is).
    """

    missing: Ints
    zeros: Ints
    available: Floats
    nonzero: Floats


def availability(values: Floats) -> Availability:
    """Counts what is known about each unit.

    Args:
        values: units x indicators.

    >>> availability(np.array([[1.0, 0.0, np.nan, 2.0]])).available
    array([0.75])
    """
    absent = np.isnan(values)
    missing, zeros = absent.sum(axis=1), (values == 0).sum(axis=1)
    present = values.shape[1] - missing
    share = np.divide(zeros, present, out=np.full(len(values), np.nan), where=present > 0)
    return Availability(missing, zeros, 1 - missing / values.shape[1], 1 - share)


def included(values: Floats, units: Sequence[str], spec: Screen) -> Bools:
    """Which units stay.

    Args:
        values: units x indicators.
        units: codes of the units.
        spec: the rule and its exceptions.

    Raises:
        CeyuanError: where an exception names an unknown unit, or no unit is left.
    """
    unknown = [name for name in (*spec.include, *spec.exclude) if name not in units]
    if unknown:
        code = "composite-unknown-code"
        raise CeyuanError(
            [
                Problem(code, f"screen: there is no unit {name!r}", hint=did_you_mean(name, units))
                for name in unknown
            ]
        )
    known = availability(values)
    too_few = known.available < spec.min_available
    too_many_zeros = known.nonzero < spec.min_nonzero
    keep = ~{
        "missing": too_few,
        "zeros": too_many_zeros,
        "missing_or_zeros": too_few | too_many_zeros,
    }[spec.by]
    keep |= np.isin(units, spec.include)
    keep &= ~np.isin(units, spec.exclude)
    if not keep.any():
        raise CeyuanError(
            [Problem("composite-no-units", f"screening leaves none of {len(units)} units")]
        )
    return np.asarray(keep)
