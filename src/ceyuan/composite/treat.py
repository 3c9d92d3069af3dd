"""Outliers: check skewness and kurtosis, winsorise, check again, transform, with a record of what was changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ceyuan.composite.arrays import Bools, Floats, highest, lowest, skewness_and_kurtosis
from ceyuan.composite.spec import Check, Treat, TreatOne, Winsorise
from ceyuan.composite.transforms import transformed
from ceyuan.errors import CeyuanError, Problem, did_you_mean

Words = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Checked:
    """The test of each column: skewness, kurtosis, and whether it passes (NaN statistics do)."""

    skew: Floats
    kurtosis: Floats
    passes: Bools


@dataclass(frozen=True)
class Treatment:
    """Treated columns and what happened to them.

    Attributes:
        values: units x columns.
        before: the test of the untreated columns.
        winsorised: how many points were winsorised; NaN where the column was not treated.
        after: the test after winsorising.
        transformed: whether the column was transformed.
        last: the test after all.
        actions: what was done to each value: ``""``, ``"winhi"``, ``"winlo"`` or the transformation's name.
    """

    values: Floats
    before: Checked
    winsorised: Floats
    after: Checked
    transformed: Bools
    last: Checked
    actions: Words


def check(values: Floats, limits: Check) -> Checked:
    """Tests columns for outliers: one passes if absolute skewness or kurtosis is below its limit.

    >>> check(np.array([[1.0], [2.0], [3.0], [2.5], [90.0]]), Check()).passes
    array([False])
    """
    skew, kurt = skewness_and_kurtosis(values)
    with np.errstate(invalid="ignore"):
        passes = (
            (np.abs(skew) < limits.skew)
            | (kurt < limits.kurtosis)
            | np.isnan(skew)
            | np.isnan(kurt)
        )
    return Checked(skew, kurt, passes)


def winsorised(values: Floats, limits: Check, rule: Winsorise) -> tuple[Floats, Bools, Bools]:
    """Columns whose most extreme points have been given the next value, until they pass or the limit is reached.

    The side is the one that the skewness points to, decided anew at each turn. Points that are tied move together.

    Args:
        values: units x columns.
        limits: the test.
        rule: how many points at most.

    Returns:
        The columns, and which points were lowered and raised.
    """
    x = values.copy()
    lowered, raised = np.zeros(x.shape, dtype=bool), np.zeros(x.shape, dtype=bool)
    tested = check(x, limits)
    active = np.isfinite(tested.skew) & (rule.force | ~tested.passes)
    active &= rule.max_points is None or rule.max_points > 0
    skew = tested.skew
    while active.any():
        columns = np.flatnonzero(active)
        part, up = x[:, columns], skew[columns] >= 0
        extreme = part == np.where(up, highest(part)[0], lowest(part)[0])
        rest = np.where(extreme, np.nan, part)
        part = np.where(extreme, np.where(up, highest(rest)[0], lowest(rest)[0]), part)
        x[:, columns] = part
        lowered[:, columns[up]], raised[:, columns[~up]] = extreme[:, up], extreme[:, ~up]
        points = lowered[:, columns].sum(axis=0) + raised[:, columns].sum(axis=0)
        tested = check(part, limits)
        skew[columns] = tested.skew
        go_on = np.isfinite(tested.skew) & (rule.force | ~tested.passes)
        active[columns] = go_on if rule.max_points is None else go_on & (points < rule.max_points)
    return x, lowered, raised


def treated(values: Floats, rule: Treat, *, as_coinr: bool = False) -> Treatment:
    """Treats columns, all by the same rule.

    Columns that fail the test are winsorised; those that still fail are transformed, starting from the original
    values unless ``rule.combine``.
    """
    before = check(values, rule.check)
    failed = ~before.passes
    result, actions = values.copy(), np.full(values.shape, "", dtype="<U16")
    points = np.where(failed, 0.0, np.nan)
    if rule.winsorise is not None and failed.any():
        result[:, failed], low, high = winsorised(values[:, failed], rule.check, rule.winsorise)
        actions[:, failed] = np.where(low, "winhi", np.where(high, "winlo", ""))
        points[failed] = low.sum(axis=0) + high.sum(axis=0)
    after = check(result, rule.check)
    flat = failed & np.isnan(after.skew)
    if flat.any():  # winsorising a column to a constant is no treatment: undone
        result[:, flat], actions[:, flat], points[flat] = values[:, flat], "", 0.0
        after = check(result, rule.check)
    bent = failed & ~flat & ~after.passes & (rule.transform is not None)
    if rule.transform is not None and bent.any():
        start = result if rule.combine else values
        result[:, bent] = transformed(start[:, bent], rule.transform, as_coinr=as_coinr)
        name = rule.transform.method
        kept = actions[:, bent] if rule.combine else np.full(actions[:, bent].shape, "")
        actions[:, bent] = np.where(kept == "", name, np.char.add(kept, f"+{name}"))
    actions[np.isnan(values)] = ""
    last = check(result, rule.check) if bent.any() else after
    return Treatment(result, before, points, after, bent, last, actions)


def rules_by_indicator(codes: list[str], spec: Treat) -> list[tuple[Treat | None, list[int]]]:
    """The rules that occur, each with the columns it is for; None: no treatment.

    Raises:
        CeyuanError: where the specification names an unknown indicator.
    """
    unknown = [code for code in spec.indicators if code not in codes]
    if unknown:
        key = "composite-unknown-code"
        raise CeyuanError(
            [
                Problem(
                    key, f"treat: there is no indicator {code!r}", hint=did_you_mean(code, codes)
                )
                for code in unknown
            ]
        )
    base = spec.model_copy(update={"indicators": {}})
    rules: list[tuple[Treat | None, list[int]]] = [(base, [])]
    for column, code in enumerate(codes):
        rule = _own_rule(base, spec.indicators[code]) if code in spec.indicators else base
        for known, columns in rules:
            if known is rule or known == rule:
                columns.append(column)
                break
        else:
            rules.append((rule, [column]))
    return [(rule, columns) for rule, columns in rules if columns]


def _own_rule(base: Treat, own: TreatOne | str) -> Treat | None:
    if isinstance(own, str):
        return None
    given = {
        name: getattr(own, name)
        for name in ("check", "winsorise", "transform")
        if getattr(own, name) is not None
    }
    return base.model_copy(update=given)


def joined(parts: list[tuple[list[int], Treatment]], values: Floats) -> Treatment:
    """One treatment out of those of groups of columns; columns in none of them are untreated."""
    whole = treated(values, Treat(winsorise=None, transform=None))
    result, actions, bent = whole.values.copy(), whole.actions.copy(), whole.transformed.copy()
    points = np.full(values.shape[1], np.nan)
    before, after, last = _copied(whole.before), _copied(whole.after), _copied(whole.last)
    for columns, part in parts:
        result[:, columns], actions[:, columns] = part.values, part.actions
        points[columns], bent[columns] = part.winsorised, part.transformed
        for test, own in ((before, part.before), (after, part.after), (last, part.last)):
            test.skew[columns], test.kurtosis[columns], test.passes[columns] = (
                own.skew,
                own.kurtosis,
                own.passes,
            )
    return Treatment(result, before, points, after, bent, last, actions)


def _copied(test: Checked) -> Checked:
    return Checked(test.skew.copy(), test.kurtosis.copy(), test.passes.copy())
