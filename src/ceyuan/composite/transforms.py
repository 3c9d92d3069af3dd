"""Transformations that draw in long tails, column by column."""

from __future__ import annotations

import numpy as np

from ceyuan.composite.arrays import Bools, Floats, highest, lowest, skewness
from ceyuan.composite.spec import Transform


def transformed(values: Floats, spec: Transform, *, as_coinr: bool = False) -> Floats:
    """Columns on a bent scale.

    With minimum ``a``, maximum ``b`` and ``c = (b - a)/100`` of each column:

    - ``log_ct``: ``ln(x - a + c)``, the COIN Tool's logarithm as COINr modified it;
    - ``log_ct_plus``: the same where skewness is positive, else its mirror image ``-ln(b + c - x)``;
    - ``log_ct_orig``: ``ln(x - a + 1)``, the COIN Tool's own;
    - ``log_gii``: ``ln((b - 1)(x - a)/(b - a) + 1)``, of the Global Innovation Index 2020;
    - ``log``: ``ln(x)``;
    - ``box_cox``: ``(x^l - 1)/l``, or ``ln(x)`` for ``l = 0``, after moving the minimum to 1 if asked.

    Args:
        values: units x columns.
        spec: the transformation.
        as_coinr: COINr 1.1.14 returns the data of ``log_gii`` as they came; do the same.

    Returns:
        The same shape; NaN where the transformation is not defined.
    """
    low, high = lowest(values), highest(values)
    step = 0.01 * (high - low)
    with np.errstate(divide="ignore", invalid="ignore"):
        match spec.method:
            case "log_ct":
                return np.log(values - low + step)
            case "log_ct_plus":
                up: Bools = skewness(values)[None, :] > 0
                return np.where(up, np.log(values - low + step), -np.log(high + step - values))
            case "log_ct_orig":
                return np.log(values - low + 1)
            case "log_gii":
                return (
                    values if as_coinr else np.log((high - 1) * (values - low) / (high - low) + 1)
                )
            case "log":
                return np.log(values)
            case "box_cox":
                moved = values - low + 1 if spec.shift else values
                power = spec.exponent
                return np.log(moved) if power == 0 else (moved**power - 1) / power
            case _:
                return values
