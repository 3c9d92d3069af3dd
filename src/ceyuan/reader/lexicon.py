"""The words the reader knows, as data: ``data/*.toml``, loaded once, and helpers that make patterns of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

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


@cache
def unit_patterns() -> dict[str, str]:
    """Patterns of units: ``any`` after Arabic numerals, ``chinese`` after Chinese ones, ``currency``, ``symbol``."""
    units = table("units")
    counters, extra = words(units["counters"]), words(units["arabic_only"])
    currencies, ratios = list(units["currencies"]), list(units["ratios"])
    latin = any_of(words(units["latin"]["units"])) + _GUARD_UNITS_LATIN
    after_chinese = [c for c in counters if c not in set(extra)]
    spelled = _guarded([*counters, *extra, *currencies, *ratios], units["guards"])
    return {
        "any": f"(?:{spelled}|{latin})",
        "chinese": _guarded([*after_chinese, *currencies, *ratios], units["guards"]),
        "currency": any_of(currencies),
        "symbol": any_of(units["symbols"]),
    }


def canonical_unit(unit: str) -> str:
    """The form of a unit in statements: 名 → 人, 人民币 → 元, brackets and spaces made uniform.

    >>> canonical_unit("港币"), canonical_unit("名"), canonical_unit("吨/（平方千米·年）")
    ('港元', '人', '吨/(平方千米·年)')
    """
    units = table("units")
    plain = unit.replace("（", "(").replace("）", ")").replace(" ", "")
    for group in ("canonical", "currencies", "ratios"):
        if plain in units[group]:
            return str(units[group][plain])
    return plain
