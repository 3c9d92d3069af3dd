"""The words the reader knows, as data: ``data/*.toml``, loaded once, and helpers that make patterns of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from ceyuan.units import own_spellings

Own = tuple[tuple[str, str], ...]
"""Spellings of units that a workspace declares, each with its canonical one."""
_GUARD_UNITS_LATIN = "(?![A-Za-z0-9])"


@cache
def table(name: str) -> dict[str, Any]:
    """The data file ``data/<name>.toml`` as a dictionary.

    >>> "个" in table("units")["counters"].split()
    True
    """
    path = resources.files("ceyuan.reader").joinpath("data", f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def words(text: str) -> list[str]:
    """A list written as one string, split at white space, without repeats."""
    return list(dict.fromkeys(text.split()))


def any_of(items: Iterable[str]) -> str:
    """A pattern that matches any of the literal items, the longest first.

    >>> any_of(["超", "超过"])
    '(?:超过|超)'
    """
    ordered = sorted(set(items), key=lambda item: (-len(item), item))
    return "(?:" + "|".join(re.escape(item) for item in ordered) + ")"


def _guarded(units: Iterable[str], guards: dict[str, str]) -> str:
    parts = []
    for unit in sorted(set(units), key=lambda item: (-len(item), item)):
        stop = guards.get(unit, "")
        parts.append(re.escape(unit) + (f"(?![{stop}])" if stop else ""))
    return "(?:" + "|".join(parts) + ")"


def any_own(own: Own) -> str:
    """A pattern of a workspace's own units; no letter may follow one that ends with a letter."""
    return (
        f"(?i:{any_of(spelling for spelling, _ in own)})(?:(?<![A-Za-z0-9])|{_GUARD_UNITS_LATIN})"
    )


@lru_cache(maxsize=8)
def unit_patterns(own: Own = ()) -> dict[str, str]:
    """Patterns of units: ``any`` after Arabic numerals, ``chinese`` after Chinese ones, ``currency``, ``symbol``.

    Args:
        own: spellings of units that a workspace declares (:func:`ceyuan.units.own_spellings`).
    """
    units = table("units")
    counters, extra = words(units["counters"]), words(units["arabic_only"])
    currencies, ratios = list(units["currencies"]), list(units["ratios"])
    latin = any_of(words(units["latin"]["units"])) + _GUARD_UNITS_LATIN
    after_chinese = [c for c in counters if c not in set(extra)]
    spelled = _guarded([*counters, *extra, *currencies, *ratios], units["guards"])
    after_numeral = _guarded([*after_chinese, *currencies, *ratios], units["guards"])
    first = f"{any_own(own)}|" if own else ""
    return {
        "any": f"(?:{first}{spelled}|{latin})",
        "chinese": f"(?:{first}{after_numeral})",
        "currency": any_of(currencies),
        "symbol": any_of(units["symbols"]),
    }


def canonical_unit(unit: str) -> str:
    """The form of a unit in statements: 名 → 人, 人民币 → 元, brackets and spaces made uniform.

    >>> canonical_unit("港币"), canonical_unit("名"), canonical_unit("吨/（平方千米·年）")
    ('港元', '人', '吨/(平方千米·年)')
    """
    units = table("units")
    own = dict(own_spellings()).get(unit.strip().casefold())
    if own is not None:
        return own
    plain = unit.replace("（", "(").replace("）", ")").replace(" ", "")
    for group in ("canonical", "currencies", "ratios"):
        if plain in units[group]:
            return str(units[group][plain])
    return plain
