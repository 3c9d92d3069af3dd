"""Movers: authors whose works name another unit (place, side, organisation) than their works before.

For an author with works in the years y and then z, s_a is the part of the authorships of y that is at unit a, t_a that of z.
What an author keeps, Σ min(s_a, t_a), has not moved; the rest goes from what became less to what became more, in proportion:
(s_a − m_a)(t_b − m_b) / (1 − Σ m), m_a = min(s_a, t_a). So every step of an author adds up to 1, moved or stayed, and an
author with a second affiliation has half moved. The same author must have the same identifier: names that several people
share make moves that nobody made.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ceyuan.knowledge.arrays import AnyArray
from ceyuan.knowledge.inputs import coded_names, encoded, id_column, text_column
from ceyuan.knowledge.results import Result
from ceyuan.knowledge.windows import read_times
from ceyuan.tabular.columns import columns_of_roles, parse_roles, read_columns

ROLES = ("author", "unit", "year")
Parts = Mapping[int, float]
"""The part of an author's authorships of a year that is at each unit."""


@dataclass(frozen=True, repr=False)
class Movers:
    """Moves of authors between units.

    Attributes:
        moves: ``unit_from, unit_to, year`` (of the later work), ``movers`` (parts of authors) and ``authors`` (different ones).
        steps: how often an author has works in a year and then in a later one.
        stayed: the sum of what did not move.
        set_aside: rows without author, unit or year.
    """

    moves: Result
    steps: int
    stayed: float
    set_aside: int

    def __repr__(self) -> str:
        return f"Moves of authors: {self.steps - self.stayed:,.1f} in {self.steps:,} steps"


def movers(authorships: object, *, longest_gap: int = 5, columns: Sequence[str] = ()) -> Movers:
    """Moves of authors between units.

    Args:
        authorships: columns ``author``, ``unit``, ``year``, a row for each authorship: a path, a mapping or a frame.
        longest_gap: works that are more years apart say nothing of when the author moved and make no step.
        columns: other names of columns, as ``role=Column``.

    Raises:
        CeyuanError: ``column-missing``, ``column-role`` and what reading finds.

    >>> table = {"author": ["a", "a", "a"], "unit": ["HK", "HK", "GD"], "year": [2020, 2021, 2021]}
    >>> movers(table).moves.frame("arrow").to_pylist()
    [{'unit_from': 'HK', 'unit_to': 'GD', 'year': 2021, 'movers': 0.5, 'authors': 1}]
    """
    table = read_columns(authorships, "authorships")
    names = columns_of_roles(table, parse_roles(columns, ROLES), ROLES)
    author, _ = encoded(id_column(table.column(names["author"])))
    unit, units = coded_names(table.column(names["unit"]))
    code, texts = encoded(text_column(table.column(names["year"])))
    times = np.array([-1 if t is None else t for t in read_times(texts, "year")] + [-1], np.int64)
    year = times[code]
    good = (author >= 0) & (unit >= 0) & (year >= 0)
    amount: dict[tuple[int, int, int], float] = defaultdict(float)
    people: dict[tuple[int, int, int], int] = defaultdict(int)
    steps = 0
    for year_after, before, after in _steps(author[good], year[good], unit[good], longest_gap):
        steps += 1
        for a, b, part in _moved(before, after):
            amount[a, b, year_after] += part
            people[a, b, year_after] += 1
    stayed = steps - sum(amount.values())
    keys = sorted(amount)
    columns_of = {
        "unit_from": [units[a] for a, _, _ in keys],
        "unit_to": [units[b] for _, b, _ in keys],
        "year": [when for _, _, when in keys],
        "movers": [amount[key] for key in keys],
        "authors": [people[key] for key in keys],
    }
    return Movers(Result("Moves", columns_of), steps, stayed, int((~good).sum()))


def _steps(
    author: AnyArray, year: AnyArray, unit: AnyArray, longest_gap: int
) -> Iterator[tuple[int, Parts, Parts]]:
    """Each year in which an author has works again, with the parts of the units in the year before and in it."""
    held: dict[int, dict[int, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for who, when, where in zip(author.tolist(), year.tolist(), unit.tolist(), strict=True):
        held[who][when][where] += 1
    for who in sorted(held):
        for before, after in pairwise(sorted(held[who])):
            if after - before <= longest_gap:
                yield after, _parts(held[who][before]), _parts(held[who][after])


def _parts(counts: Mapping[int, int]) -> Parts:
    total = sum(counts.values())
    return {unit: count / total for unit, count in counts.items()}


def _moved(before: Parts, after: Parts) -> Iterator[tuple[int, int, float]]:
    """From where to where, and which part of the author."""
    less = {u: part - min(part, after.get(u, 0)) for u, part in before.items()}
    more = {u: part - min(part, before.get(u, 0)) for u, part in after.items()}
    total = sum(less.values())
    for a, left in sorted(less.items()):
        for b, gained in sorted(more.items()):
            if left > 0 and gained > 0:
                yield a, b, left * gained / total
