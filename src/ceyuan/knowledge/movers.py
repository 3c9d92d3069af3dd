"""Movers: authors whose works name another unit (place, side, organisation) than their works before.

For an author with works in the years y and then z, s_a is the part of the authorships of y that is at unit a, t_a that of z.
What an author keeps, Σ min(s_a, t_a), has not moved; the rest goes from what became less to what became more, in proportion:
(s_a − m_a)(t_b − m_b) / (1 − Σ m), m_a = min(s_a, t_a). So every step of an author adds up to 1, moved or stayed, and an
author with a second affiliation has half moved. The same author must have the same identifier: names that several people
share make moves that nobody made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ceyuan.errors import fail
from ceyuan.knowledge.arrays import AnyArray, Floats, Ints
from ceyuan.knowledge.groups import numbered
from ceyuan.knowledge.inputs import coded_names, encoded, text_column
from ceyuan.knowledge.results import Result
from ceyuan.knowledge.windows import read_times
from ceyuan.tabular.columns import Columns, columns_of_roles, parse_roles, read_columns

ROLES = ("author", "unit", "year")
ROW_BYTES = 150
"""What an authorship takes while moves are looked for."""


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


@dataclass(frozen=True)
class _Held:
    """What part of an author's authorships of a year each unit has, by author, year and unit.

    Attributes:
        state: the author in a year that each row belongs to.
        unit: the unit.
        part: its part.
        author: of each state.
        year: of each state.
    """

    state: Ints
    unit: Ints
    part: Floats
    author: Ints
    year: Ints


def movers(authorships: object, *, longest_gap: int = 5, columns: Sequence[str] = ()) -> Movers:
    """Moves of authors between units.

    Args:
        authorships: columns ``author``, ``unit``, ``year``, a row for each authorship: a path, a mapping or a frame.
        longest_gap: works that are more years apart say nothing of when the author moved and make no step.
        columns: other names of columns, as ``role=Column``.

    Raises:
        CeyuanError: ``column-missing``, ``column-role``, ``knowledge-no-works`` and what reading finds.

    >>> table = {"author": ["a", "a", "a"], "unit": ["HK", "HK", "GD"], "year": [2020, 2021, 2021]}
    >>> movers(table).moves.frame("arrow").to_pylist()
    [{'unit_from': 'HK', 'unit_to': 'GD', 'year': 2021, 'movers': 0.5, 'authors': 1}]
    """
    table = read_columns(authorships, "authorships")
    held, units, rows, good = _read(table, parse_roles(columns, ROLES))
    same = held.author[1:] == held.author[:-1]
    step = np.flatnonzero(same & (np.diff(held.year) <= longest_gap))
    a, b, year, part = _moved(held, step, len(units))
    first, last = int(year.min(initial=0)), int(year.max(initial=0))
    shape = (len(units), len(units), last - first + 1)
    key = np.ravel_multi_index((a, b, year - first), shape)
    cells, place = np.unique(key, return_inverse=True)
    of_a, of_b, of_year = np.unravel_index(cells, shape)
    names = np.array(units, object)
    moves = {
        "unit_from": names[of_a],
        "unit_to": names[of_b],
        "year": of_year + first,
        "movers": np.bincount(place, part, cells.size),
        "authors": np.bincount(place, minlength=cells.size),
    }
    stayed = float(step.size - part.sum())
    return Movers(Result("Moves", moves), int(step.size), stayed, rows - good)


def _read(table: Columns, renames: Mapping[str, str]) -> tuple[_Held, tuple[str, ...], int, int]:
    """What authors hold, the units, and how many rows there are and can be used."""
    names = columns_of_roles(table, renames, ROLES)
    author, authors = coded_names(table.column(names["author"]))
    unit, units = coded_names(table.column(names["unit"]))
    code, texts = encoded(text_column(table.column(names["year"])))
    times = np.array([-1 if t is None else t for t in read_times(texts, "year")] + [-1], np.int64)
    year = times[code]
    good = (author >= 0) & (unit >= 0) & (year >= 0)
    if not good.any():
        raise fail("knowledge-no-works", "no row has an author, a unit and a year", file=table.name)
    shape = (len(authors), int(year.max()) + 1, len(units))
    key = np.ravel_multi_index((author[good], year[good], unit[good]), shape)
    cells, count = np.unique(key, return_counts=True)
    states, state = np.unique(cells // len(units), return_inverse=True)
    part = count / np.bincount(state, count)[state]
    held = _Held(state, cells % len(units), part, states // shape[1], states % shape[1])
    return held, units, good.size, int(good.sum())


def _moved(held: _Held, step: Ints, units: int) -> tuple[AnyArray, AnyArray, AnyArray, Floats]:
    """From where, to where, in which year, and which part of the author, for every two units of a step.

    Args:
        held: what authors hold.
        step: the states that have a next one.
        units: how many units there are.
    """
    size = held.author.size
    goes_on, came_from = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    goes_on[step], came_from[step + 1] = True, True
    less = _lost(held, units, 1)
    more = _lost(held, units, -1)
    lost = np.flatnonzero(goes_on[held.state] & (less > 0))
    won = np.flatnonzero(came_from[held.state] & (more > 0))
    total = np.bincount(held.state[lost], less[lost], size)
    begin = np.searchsorted(held.state[won], np.arange(size + 1))
    after = held.state[lost] + 1
    many = begin[after + 1] - begin[after]
    first = np.repeat(lost, many)
    second = won[np.repeat(begin[after], many) + numbered(many)]
    part = less[first] * more[second] / total[held.state[first]]
    return held.unit[first], held.unit[second], held.year[held.state[second]], part


def _lost(held: _Held, units: int, ahead: int) -> Floats:
    """How much larger the part of each unit is than in the next state (or in the one before)."""
    key = held.state * units + held.unit
    wanted = key + ahead * units
    place = np.minimum(np.searchsorted(key, wanted), key.size - 1)
    there = np.where(key[place] == wanted, held.part[place], 0.0)
    return np.asarray(held.part - np.minimum(held.part, there))
