"""Affiliations of a table, each with its place and side, and the list of those that are not certain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ceyuan.knowledge.affiliations.rules import Affiliation, Affiliations
from ceyuan.knowledge.inputs import text_column
from ceyuan.knowledge.results import Result
from ceyuan.tabular.columns import Columns, columns_of_roles, parse_roles, read_columns

ROLES = ("work", "affiliation", "ror", "lat", "lon")


@dataclass(frozen=True, repr=False)
class Placed:
    """Affiliations with their places.

    Attributes:
        rows: each row: ``work`` (where there is one), ``affiliation, place, side, rule, certain, also``; the side is the party
            of the place.
        uncertain: each text that names no place, or places that contradict each other: what was taken, ``also``, and ``rows``.
        table: what was read.
        facts: rows by rule and by side.
    """

    rows: Result
    uncertain: Result
    table: Columns
    facts: Mapping[str, Any]

    def __repr__(self) -> str:
        found = self.facts["rows"]
        return f"Places of {found['placed']:,} of {found['read']:,} affiliations, {found['uncertain']:,} of them uncertain"


def place_affiliations(data: object, rules: Affiliations, columns: Sequence[str] = ()) -> Placed:
    """Read the place of every row.

    Args:
        data: a column ``affiliation`` and, where known, ``ror``, ``lat`` and ``lon``, ``work``: a path, a mapping or a frame.
        rules: the rules, with the places and organisations of a workspace.
        columns: other names of columns, as ``role=Column``.

    Raises:
        CeyuanError: ``column-missing``, ``column-role`` and what reading finds.
    """
    renames = parse_roles(columns, ROLES)
    table = read_columns(data, "affiliations")
    names = columns_of_roles(table, renames, ("affiliation",), ("ror", "lat", "lon", "work"))
    texts = {role: text_column(table.column(name)).to_pylist() for role, name in names.items()}
    height = len(texts["affiliation"])
    blank: list[str | None] = [None] * height
    asked = list(
        zip(
            texts["affiliation"],
            *(texts.get(role, blank) for role in ("ror", "lat", "lon")),
            strict=True,
        )
    )
    known = {one: _read(rules, *one) for one in dict.fromkeys(asked)}
    found = [known[one] for one in asked]
    rows: dict[str, list[Any]] = {"work": texts["work"]} if "work" in texts else {}
    rows |= {"affiliation": texts["affiliation"], **_told(rules, found)}
    counts = {
        "read": height,
        "placed": sum(one.place is not None for one in found),
        "uncertain": sum(one.place is not None and not one.certain for one in found),
    }
    facts = {
        "rows": counts,
        "by_rule": dict(Counter(one.rule for one in found).most_common()),
        "by_side": dict(Counter(side or "none" for side in rows["side"]).most_common()),
    }
    return Placed(Result("Affiliations", rows), _uncertain(rules, asked, known), table, facts)


def _read(
    rules: Affiliations, text: str | None, ror: str | None, lat: str | None, lon: str | None
) -> Affiliation:
    return rules.read(text or "", ror or "", _degrees(lat, 90), _degrees(lon, 180))


def _degrees(text: str | None, most: float) -> float | None:
    """A coordinate; None where there is none, or one that cannot be."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) <= most else None


def _told(rules: Affiliations, found: Sequence[Affiliation]) -> dict[str, list[Any]]:
    sides = [rules.gazetteer.places[one.place].party if one.place else None for one in found]
    return {
        "place": [one.place or "" for one in found],
        "side": [side or "" for side in sides],
        "rule": [one.rule for one in found],
        "certain": ["true" if one.certain else "false" for one in found],
        "also": ["; ".join(one.also) for one in found],
    }


def _uncertain(
    rules: Affiliations,
    asked: Sequence[tuple[Any, ...]],
    known: Mapping[tuple[Any, ...], Affiliation],
) -> Result:
    """Every uncertain text once, the most frequent first; without those that have no text at all."""
    often = Counter(one for one in asked if one[0] and not known[one].certain)
    ordered = [one for one, _ in often.most_common()]
    told = _told(rules, [known[one] for one in ordered])
    del told["certain"]
    columns = {
        "affiliation": [one[0] for one in ordered],
        **told,
        "rows": [often[one] for one in ordered],
    }
    return Result("Uncertain affiliations", columns)
