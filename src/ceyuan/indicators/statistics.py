r"""Statistics of many values: levels (mean, median …) and concentration (HHI, Gini, entropy), as aggregates in SQL.

With values $x_i$ of $n$ things and shares $s_i = x_i / \sum x$: ``hhi`` is $\sum s_i^2$ (from $1/n$ to 1), ``gini`` is
$2 \sum_i i x_i / (n \sum x) - (n + 1) / n$ over ascending values (from 0 to $1 - 1/n$), ``entropy`` is $-\sum s_i \ln s_i$
(in nats, up to $\ln n$). A ``percentile`` lies between neighbours on a straight line (type 7 of Hyndman and Fan 1996, *The
American Statistician* 50(4)).

Every expression is over rows with the columns ``v`` (the value), ``w`` (its weight) and ``bound``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, assert_never, get_args

from ceyuan.bounds import Bound
from ceyuan.errors import Problem
from ceyuan.indicators.sql import number, total_bound
from ceyuan.wording import Trilingual

Level = Literal["mean", "weighted_mean", "median", "percentile", "min", "max"]
Concentration = Literal["hhi", "gini", "entropy"]
Statistic = Literal[Level, Concentration]
Made = Statistic | Literal["sum"]
"""What is made of scores of works: also their sum, of which a work gives its share."""
WORDS: dict[Statistic, Trilingual] = {
    "mean": Trilingual(en="Mean", zh_hans="平均值", zh_hant="平均值"),
    "weighted_mean": Trilingual(en="Weighted mean", zh_hans="加权平均值", zh_hant="加權平均值"),
    "median": Trilingual(en="Median", zh_hans="中位数", zh_hant="中位數"),
    "percentile": Trilingual(en="Percentile", zh_hans="百分位数", zh_hant="百分位數"),
    "min": Trilingual(en="Smallest value", zh_hans="最小值", zh_hant="最小值"),
    "max": Trilingual(en="Largest value", zh_hans="最大值", zh_hant="最大值"),
    "hhi": Trilingual(
        en="Herfindahl–Hirschman index",
        zh_hans="赫芬达尔—赫希曼指数",
        zh_hant="赫芬達爾—赫希曼指數",
    ),
    "gini": Trilingual(en="Gini coefficient", zh_hans="基尼系数", zh_hant="堅尼系數"),
    "entropy": Trilingual(en="Shannon entropy", zh_hans="香农熵", zh_hant="香農熵"),
}
"""What each statistic is called."""


def is_concentration(statistic: Made) -> bool:
    """Whether it measures how concentrated values are: a ratio, whatever they measure.

    >>> is_concentration("gini"), is_concentration("median")
    (True, False)
    """
    return statistic in get_args(Concentration)


def statistic_sql(statistic: Made, percentile: float | None, v: str = "v") -> str:
    """SQL of a statistic, in the unit of the values or, of concentration, as a ratio.

    >>> statistic_sql("median", None)
    'quantile_cont(v, 0.5)'
    """
    match statistic:
        case "mean":
            return f"avg({v})"
        case "weighted_mean":
            return "sum(v * w) / nullif(sum(w), 0)"
        case "sum":
            return "sum(v * w)"
        case "median":
            return f"quantile_cont({v}, 0.5)"
        case "percentile":
            return f"quantile_cont({v}, {number((percentile or 0) / 100)})"
        case "min" | "max":
            return f"{statistic}({v})"
        case "hhi":
            return "sum(v * v) / nullif(sum(v) * sum(v), 0)"
        case "gini":
            ranked = "list_transform(list_sort(list(v) FILTER (WHERE v IS NOT NULL)), lambda x, i: i * x)"
            return (
                f"2 * list_sum({ranked}) / nullif(count(v) * sum(v), 0) - (count(v) + 1) / count(v)"
            )
        case "entropy":
            return "ln(nullif(sum(v), 0)) - sum(CASE WHEN v > 0 THEN v * ln(v) ELSE 0 END) / nullif(sum(v), 0)"
        case _:
            assert_never(statistic)


def undefined_sql(statistic: Made) -> str:
    """SQL of the condition under which there is no such statistic: shares of what is negative, or of nothing."""
    if is_concentration(statistic):
        return "coalesce(min(v) < 0 OR sum(v) = 0, FALSE)"
    return "coalesce(min(w) < 0 OR sum(w) = 0, FALSE)" if statistic == "weighted_mean" else "FALSE"


def bound_sql(statistic: Made, percentile: float | None, complete: str) -> str:
    """SQL of the bound of a statistic of values with bounds.

    A mean is at least so much if its values are, and so is a weighted mean if its weights are exact. A median, a percentile,
    the smallest and the largest value depend on few of the values: they are exact where they would be the same however large
    those are that are at least so much, and however small those that are at most so much. Of a part of the values the
    smallest is an upper bound, the largest a lower one. All else is about so much.

    Args:
        statistic: the statistic.
        percentile: which percentile.
        complete: SQL that is true where no value is lacking.
    """
    known = total_bound("bound")
    match statistic:
        case "mean" | "sum":
            return f"CASE WHEN {complete} THEN {known} ELSE 'approx' END"
        case "weighted_mean":
            weak = f"CASE {known} WHEN 'gt' THEN 'ge' WHEN 'lt' THEN 'le' ELSE {known} END"
            return f"CASE WHEN {complete} AND count(CASE WHEN weight_bound <> 'eq' THEN 1 END) = 0 THEN {weak} ELSE 'approx' END"
        case "median" | "percentile" | "min" | "max":
            return _bound_of_order(statistic, percentile, complete)
        case "hhi" | "gini" | "entropy":
            return f"CASE WHEN {complete} AND {known} = 'eq' THEN 'eq' ELSE 'approx' END"
        case _:
            assert_never(statistic)


_FAR = "CAST('1e300' AS DOUBLE)"


def _bound_of_order(statistic: Statistic, percentile: float | None, complete: str) -> str:
    """SQL of the bound of what depends on the order of values: whether it stays where the open ones go as far as they can."""
    low = f"CASE WHEN bound IN ('le', 'lt', 'approx') THEN -{_FAR} ELSE v END"
    high = f"CASE WHEN bound IN ('ge', 'gt', 'approx') THEN {_FAR} ELSE v END"
    value, lowest, highest = (statistic_sql(statistic, percentile, v) for v in ("v", low, high))
    never_less, never_more = f"{lowest} = {value}", f"{highest} = {value}"
    if statistic != "max":
        never_less += f" AND {complete}"
    if statistic != "min":
        never_more += f" AND {complete}"
    return (
        f"CASE WHEN {never_less} AND {never_more} THEN 'eq' WHEN {never_less} THEN 'ge' "
        f"WHEN {never_more} THEN 'le' ELSE 'approx' END"
    )


def option_problems(
    name: str,
    statistic: Statistic,
    percentile: float | None,
    weights: str | None,
    file: str,
    line: int,
) -> Iterator[Problem]:
    """Parts that a statistic needs or has no use for."""
    for key, value, needed_by in (
        ("percentile", percentile, "percentile"),
        ("weights", weights, "weighted_mean"),
    ):
        if (value is None) == (statistic == needed_by):
            needs = "needs" if value is None else "has no use for"
            yield Problem("missing-key", f"{name}: a {statistic} {needs} `{key}`", file, line)
    if percentile is not None and 0 < percentile < 1:
        meant = f"percentile: {100 * percentile:g}"
        hint = f"Percentiles go from 0 to 100; write `{meant}` if that is meant"
        yield Problem(
            "bad-value", f"{name}: percentile {percentile:g} is below 1", file, line, hint
        )


def bound_of_part(statistic: Statistic) -> Bound:
    """The bound of a statistic of records that are only a part of the whole.

    >>> bound_of_part("max"), bound_of_part("min"), bound_of_part("median")
    ('ge', 'le', 'approx')
    """
    match statistic:
        case "min":
            return "le"
        case "max":
            return "ge"
        case _:
            return "approx"
