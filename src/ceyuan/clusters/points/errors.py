"""How far positions are off: geocoders say how precise a position is, by class (``rooftop``, ``street``, ``city`` …).

What a class means in kilometres differs between geocoders and countries, so it is declared and never guessed. A value that is a
number is the standard deviation itself, in km.

Rows at one coordinate are off together: what was geocoded to one address by mistake is one mistake. A class may be declared
independent instead: a city's centre stands for addresses all over the city, each of which is off by itself.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

import numpy as np

from ceyuan.clusters.arrays import Bools, Floats, Labels
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail


def parse_precision(pairs: Iterable[str]) -> dict[str, float]:
    """Read ``class=km`` pairs: standard deviations to the east and to the north.

    Raises:
        CeyuanError: ``cluster-bad-option``, for every pair that is not of this form or gives no distance.

    >>> parse_precision(["City=8", "street=0.3"])
    {'city': 8.0, 'street': 0.3}
    """
    problems, found = [], dict[str, float]()
    for pair in pairs:
        name, _, text = pair.rpartition("=")
        km = as_km(text)
        if not name.strip() or km is None:
            problems.append(
                Problem(
                    "cluster-bad-option", f"{pair!r} is not of the form class=km, such as city=8"
                )
            )
        else:
            found[name.strip().lower()] = km
    if problems:
        raise CeyuanError(problems)
    return found


def as_km(text: str) -> float | None:
    """A distance, None if the text is none.

    >>> as_km("0.3"), as_km("-1"), as_km("city"), as_km("inf")
    (0.3, None, None, None)
    """
    try:
        km = float(text)
    except ValueError:
        return None
    return km if math.isfinite(km) and km >= 0 else None


def errors_of_rows(
    code: Labels | None, names: tuple[str, ...], declared: Mapping[str, float] | None
) -> Floats | None:
    """How far each row's position is off in km, NaN where its class is missing; None where no input tells classes.

    Args:
        code: the class of each row, an index into ``names``, −1 where missing.
        names: the classes that occur.
        declared: standard deviation of each class in km.

    Raises:
        CeyuanError: ``cluster-bad-option``, for every class that is neither declared nor a number, and where classes are
            declared and there is no column.
    """
    known = {name.lower(): km for name, km in (declared or {}).items()}
    if code is None:
        if known:
            raise fail(
                "cluster-bad-option",
                "distances of classes of precision are given, but no input has such a column",
            )
        return None
    km = {name: known.get(name, as_km(name)) for name in names}
    unknown = sorted(name for name, distance in km.items() if distance is None)
    if unknown:
        raise CeyuanError([_undeclared(name, known) for name in unknown])
    return np.array([*km.values(), np.nan], np.float64)[code]


def alone_of_rows(
    code: Labels | None,
    names: tuple[str, ...],
    independent: Collection[str],
    declared: Mapping[str, float] | None,
) -> Bools | None:
    """Which rows are off by themselves; None where no class is independent.

    Args:
        code: the class of each row, an index into ``names``, −1 where missing.
        names: the classes that occur.
        independent: the classes whose rows are off each by itself.
        declared: the classes with a distance.

    Raises:
        CeyuanError: ``cluster-bad-option``, for every independent class that has no distance.

    >>> alone_of_rows(np.array([0, 1, -1], np.int32), ("city", "street"), ["City"], {"city": 8, "street": 0.3}).tolist()
    [True, False, False]
    """
    wanted = {name.strip().lower() for name in independent}
    known = {name.lower() for name in declared or {}}
    lacking = sorted(name for name in wanted if name not in known and as_km(name) is None)
    if lacking:
        raise CeyuanError([_undeclared(name, known) for name in lacking])
    if not wanted or code is None:
        return None
    return np.array([*(name in wanted for name in names), False], np.bool_)[code]


def _undeclared(name: str, known: Collection[str]) -> Problem:
    message = f"no distance is declared for positions of precision {name!r}"
    return Problem(
        "cluster-bad-option",
        message,
        hint=did_you_mean(name, known) or f"Say how many km: {name}=8.",
    )


def errors_of_sites(
    error_km: Floats | None, site: Labels, weight: Floats | None, sites: int
) -> Floats | None:
    """How far each site is off: the root of the mean square of its rows, by their weights; NaN where none tells.

    >>> rows, site = np.array([3.0, 4.0, np.nan, np.nan]), np.array([0, 0, 0, 1], np.int32)
    >>> errors_of_sites(rows, site, None, 2).round(4).tolist()
    [3.5355, nan]
    """
    if error_km is None:
        return None
    told = np.isfinite(error_km) & (site >= 0)
    share = np.ones(int(told.sum())) if weight is None else weight[told]
    squares = np.bincount(site[told], share * error_km[told] ** 2, sites)
    total = np.bincount(site[told], share, sites)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sqrt(squares / total), np.float64)
