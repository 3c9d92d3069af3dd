"""Normalisation: indicators on one scale, more being better.

All methods start from ``y = direction * x``; with the minimum ``a``, maximum ``b``, mean ``m`` and standard deviation
``s`` (n - 1) of y over the units:

- ``minmax``: ``(y - a)/(b - a) * (upper - lower) + lower``
- ``scaled``: ``(y - lower)/(upper - lower) * factor``
- ``zscore``: ``(y - m)/s * sd + mean``
- ``rank``: competition rank from below; ``borda``: the same less 1; ``percent_rank``: Borda over the number of values
  less 1
- ``dist_to_max``: ``1 - (b - y)/(b - a)``
- ``dist_to_reference``: ``1 - (r - y)/(r - a)`` with the value r of a unit; optionally cut at 1
- ``dist_to_target``: ``(y - a)/(t - a)`` with a target t; optionally cut at 1
- ``fraction_of_max``: ``x/b`` where more is better, ``min(x)/x`` where less is (COINr: always ``y/b``); not defined
  for negative values
- ``goalposts``: ``(y - lower)/(upper - lower)``, cut to 0-1 unless told not to, times ``factor``

Targets, goalposts and the bounds of ``scaled`` are in the indicator's own units, wherever they are written, and are turned
with its direction: for direction -1 the goalposts 0 and 10 are -10 and 0 of y. (COINr takes those that are not in the structure
table, and all of ``scaled``, as they are.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceyuan.composite.arrays import UNITS, Floats, count, deviation, highest, lowest, mean, ranks
from ceyuan.composite.spec import NormaliseOne

CONSTANT = 1e-12
"""Values that differ by no more, relative to the largest, do not differ."""


@dataclass(frozen=True)
class Columns:
    """What normalisation needs to know about the columns at hand.

    Attributes:
        directions: 1 or -1 by column.
        parameters: the structure table's parameters by column.
        reference: the row of the reference unit, if any.
        as_coinr: whether COINr's oddities are wanted.
    """

    directions: Floats
    parameters: dict[str, Floats]
    reference: int | None = None
    as_coinr: bool = False


def normalised(values: Floats, rule: NormaliseOne, columns: Columns) -> Floats:
    """Columns normalised by one method.

    Args:
        values: (..., units, columns).
        rule: method and parameters.
        columns: what is known about the columns.

    Returns:
        The same shape. Columns that the method cannot handle (no range, no variance) hold NaN or infinities; the
        caller reports them by name.
    """
    y = _without_rounding(values) * columns.directions
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        match rule.method:
            case "minmax":
                return _minmax(y, rule, columns)
            case "scaled":
                low, high, factor = _scaled_bounds(rule, columns)
                lower, upper = (low, high) if columns.as_coinr else _turned(low, high, columns)
                return (y - lower) / (upper - lower) * factor
            case "zscore":
                wanted_mean, wanted_sd = _own(
                    rule, columns, ("mean", "zscore_mean", 0.0), ("sd", "zscore_sd", 1.0)
                )
                return (y - mean(y)) / deviation(y) * wanted_sd + wanted_mean
            case "rank" | "borda" | "percent_rank":
                return _ranked(y, rule.method)
            case "dist_to_max":
                return 1 - (highest(y) - y) / (highest(y) - lowest(y))
            case "dist_to_reference":
                return _to_reference(y, rule, columns)
            case "dist_to_target":
                return _to_target(y, rule, columns)
            case "fraction_of_max":
                return _fraction(values, y, columns)
            case "goalposts":
                return _goalposts(y, rule, columns)
            case _:
                return y


def _without_rounding(values: Floats) -> Floats:
    """Columns whose values differ by rounding alone (0.1 + 0.2 beside 0.3) as the constants that they are."""
    low, high = lowest(values), highest(values)
    constant = high - low <= CONSTANT * np.maximum(np.abs(low), np.abs(high))
    return np.where(constant & ~np.isnan(values), low, values) if constant.any() else values


def missing_parameters(rule: NormaliseOne, columns: Columns) -> dict[str, Floats]:
    """Parameters that the structure table has to give: by column name, NaN where it does not."""
    if not rule.from_structure:
        return {}
    needed = {
        "minmax": ("minmax_lower", "minmax_upper"),
        "scaled": ("scaled_lower", "scaled_upper"),
        "zscore": ("zscore_mean", "zscore_sd"),
        "dist_to_target": ("target",),
        "goalposts": ("goalpost_lower", "goalpost_upper"),
    }
    return {name: columns.parameters[name] for name in needed.get(rule.method, ())}


def _own(rule: NormaliseOne, columns: Columns, *wanted: tuple[str, str, float]) -> list[Floats]:
    """Parameters from the specification, else from the structure table if asked, else their defaults."""
    found = []
    for name, column, default in wanted:
        given = getattr(rule, name)
        if given is not None:
            found.append(np.asarray(float(given)))
        elif rule.from_structure:
            own = columns.parameters[column]
            found.append(np.where(np.isnan(own), default, own))
        else:
            found.append(np.asarray(default))
    return found


def _turned(low: Floats, high: Floats, columns: Columns) -> tuple[Floats, Floats]:
    """Bounds in the indicators' own units as bounds of y."""
    up = columns.directions > 0
    return np.where(up, low, -high), np.where(up, high, -low)


def _scaled_bounds(rule: NormaliseOne, columns: Columns) -> list[Floats]:
    wanted = (
        ("lower", "scaled_lower", 0.0),
        ("upper", "scaled_upper", 100.0),
        ("factor", "scale_factor", 100.0),
    )
    return _own(rule, columns, *wanted)


def _minmax(y: Floats, rule: NormaliseOne, columns: Columns) -> Floats:
    lower, upper = _own(
        rule, columns, ("lower", "minmax_lower", 0.0), ("upper", "minmax_upper", 100.0)
    )
    low, high = lowest(y), highest(y)
    return (y - low) / (high - low) * (upper - lower) + lower


def _ranked(y: Floats, method: str) -> Floats:
    place = ranks(y, UNITS)
    if method == "rank":
        return place
    if method == "borda":
        return place - 1
    return np.asarray((place - 1) / (np.expand_dims(count(y), UNITS) - 1))


def _to_reference(y: Floats, rule: NormaliseOne, columns: Columns) -> Floats:
    if columns.reference is None:
        return np.full_like(y, np.nan)
    own = y[..., [columns.reference], :]
    result = 1 - (own - y) / (own - lowest(y))
    return np.where(result > 1, 1.0, result) if rule.cap else result


def _to_target(y: Floats, rule: NormaliseOne, columns: Columns) -> Floats:
    if rule.target is not None:
        turn = np.ones_like(columns.directions) if columns.as_coinr else columns.directions
        target, cap = rule.target * turn, np.asarray(bool(rule.cap))
    else:
        target = columns.parameters["target"] * columns.directions
        own = columns.parameters["dist2targ_cap_max"]
        cap = np.asarray(rule.cap if rule.cap is not None else np.nan_to_num(own, nan=0.0) > 0)
    way = target - lowest(y)
    # All values are beyond a target that is below them: no distance to it would tell better from worse.
    result = (y - lowest(y)) / (way if columns.as_coinr else np.where(way > 0, way, np.nan))
    return np.where(cap & (result > 1), 1.0, result)


def _fraction(values: Floats, y: Floats, columns: Columns) -> Floats:
    if columns.as_coinr:
        return y / highest(y)
    fraction = np.where(columns.directions > 0, values / highest(values), lowest(values) / values)
    # a fraction of what is below 0 turns the order around
    return np.where(lowest(values) < 0, np.nan, fraction)


def _goalposts(y: Floats, rule: NormaliseOne, columns: Columns) -> Floats:
    if rule.lower is not None and rule.upper is not None:
        lower, upper = np.asarray(rule.lower), np.asarray(rule.upper)
        if not columns.as_coinr:
            lower, upper = _turned(lower, upper, columns)
    else:
        lower, upper = _turned(
            columns.parameters["goalpost_lower"], columns.parameters["goalpost_upper"], columns
        )
    (factor,) = _own(rule, columns, ("factor", "goalpost_scale", 1.0))
    own = (
        columns.parameters["goalpost_trunc2posts"]
        if rule.from_structure
        else np.full(y.shape[-1], np.nan)
    )
    cut = np.asarray(
        rule.truncate if rule.truncate is not None else np.nan_to_num(own, nan=1.0) > 0
    )
    result = (y - lower) / (upper - lower)
    return np.asarray(np.where(cut, np.clip(result, 0, 1), result) * factor)
