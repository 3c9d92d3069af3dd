"""Novelty of works, pairs and units, from a table of items and a list of works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ceyuan.errors import fail
from ceyuan.knowledge.arrays import Bools, Floats, Ints
from ceyuan.knowledge.groups import counted, of_group
from ceyuan.knowledge.inputs import Works, read_works
from ceyuan.knowledge.novelty.atypical import atypicality
from ceyuan.knowledge.novelty.combinations import (
    WHOLE,
    Combinations,
    Pairs,
    pair_up,
    read_combinations,
)
from ceyuan.knowledge.novelty.firsts import FirstUses, difficulty, first_uses
from ceyuan.knowledge.novelty.uptake import of_units, read_units, uptake
from ceyuan.knowledge.results import Result
from ceyuan.knowledge.windows import parse_window
from ceyuan.tabular.columns import Columns, parse_roles, read_columns

ROLES = ("work", "item", "id", "year", "date", "unit")
PAST = 5
"""Years at the beginning of the data in which everything would look new."""


@dataclass(frozen=True, repr=False)
class Novelty:
    """What is new in works.

    Attributes:
        works: for each dated work with items ``id, year, items, pairs``; from ``since`` on ``new_items, new_pairs``,
            ``novelty`` (sum of the difficulty of its new pairs), ``novelty_taken_up`` (of those that later works used),
            ``later_uses`` of its new pairs; ``z_low`` and ``z_median``, and ``complete``: whether the window is over.
        pairs: each new pair: ``item_a, item_b, first``, ``by`` how many works, ``difficulty``, ``later_uses``, ``complete``.
        items: each item: ``item, first, by, later_uses, works``, and whether it is ``new``.
        units: what the works of each unit have together; None where no units were given.
        uptake: from the unit of a first use to those of later ones; None where no units were given.
        tables: the tables that were read.
        facts: what was read and set aside, and the years.
    """

    works: Result
    pairs: Result
    items: Result
    units: Result | None
    uptake: Result | None
    tables: Mapping[str, Columns]
    facts: Mapping[str, Any]

    def __repr__(self) -> str:
        judged, since = self.facts["works"]["judged"], self.facts["since"]
        return f"Novelty of {judged:,} works since {since}, {self.pairs.height:,} new pairs"


def novelty(
    items: object,
    works: object,
    *,
    units: object | None = None,
    window: str = "5",
    since: int | None = None,
    history: int = 3,
    most_items: int = 100,
    columns: Sequence[str] = (),
) -> Novelty:
    """New and atypical combinations of items in works, and who used them later.

    Args:
        items: columns ``work`` and ``item`` (class, keyword, topic, cited journal), a row for each item of a work: a path,
            a mapping or a frame.
        works: columns ``id`` and ``year`` or ``date``.
        units: columns ``work`` and ``unit``; then units and uptake are given too.
        window: years in which later uses count, or ``open``.
        since: the first year that is judged; earlier works are only the past. Five years after the first work if None.
        history: years before a new pair in which its items' partners are compared.
        most_items: works with more items are set aside.
        columns: other names of columns, as ``role=Column``.

    Raises:
        CeyuanError: ``column-missing``, ``column-role``, ``knowledge-no-works``, ``knowledge-bad-option``,
            ``knowledge-too-large`` and what reading finds.

    >>> works = {"id": [1, 2, 3, 4], "year": [2000, 2001, 2010, 2012]}
    >>> items = {"work": [1, 1, 2, 2, 3, 3, 4, 4], "item": ["a", "b", "b", "c", "a", "c", "c", "a"]}
    >>> found = novelty(items, works)
    >>> found.pairs.frame("arrow").select(["item_a", "item_b", "first", "later_uses"]).to_pylist()
    [{'item_a': 'a', 'item_b': 'c', 'first': 2010, 'later_uses': 1}]
    """
    renames = parse_roles(columns, ROLES)
    span = parse_window(window)
    if span.unit == "days":
        raise fail(
            "knowledge-bad-option", f"later uses are counted in years, and the window is {span}"
        )
    tables = {"items": read_columns(items, "items"), "works": read_columns(works, "works")}
    listed = read_works(tables["works"], renames)
    found = read_combinations(tables["items"], listed, renames, most_items)
    years = found.year[found.size > 0]
    begin, until = int(years.min()), int(years.max())
    since = begin + PAST if since is None else since
    if not begin < since <= until:
        message = f"items are known of works of {begin} to {until}; {since} must lie in these years, with a past before it"
        raise fail(
            "knowledge-bad-option",
            message,
            hint="Name the first year that is judged: --since YEAR.",
        )
    pairs = pair_up(found)
    of_pairs = first_uses(pairs.code, found.year[pairs.work], pairs.keys.size, span.length)
    of_items = first_uses(found.item, found.year[found.work], len(found.items), span.length)
    new = of_pairs.first >= since
    hard = difficulty(pairs, found.year[pairs.work], of_pairs.first, new, history)
    table = _works(found, pairs, of_items, of_pairs, hard, since)
    with_items = found.size > 0
    judged = with_items & (found.year >= since)
    facts = {
        "since": since,
        "years": [begin, until],
        "rows": {"read": found.rows, "set_aside": dict(found.set_aside)},
        "works": _coverage(listed, with_items, judged, found),
        "items": len(found.items),
        "pairs": {"occurring": int(pairs.keys.size), "new": int(new.sum()), "without_history": int((new & np.isnan(hard)).sum())},
    }  # fmt: skip
    complete = _finished(found.year, span.length, until)
    shown = np.flatnonzero(with_items)
    by_work = {name: _plain(name, values[shown]) for name, values in table.items()}
    head = {"id": listed.names.take(shown), "year": found.year[shown], "items": found.size[shown]}
    result = Result("Works", {**head, **by_work, "complete": complete[shown]})
    by_unit = taken = None
    if units is not None:
        tables["units"] = read_columns(units, "units")
        of_works = read_units(tables["units"], found, renames)
        facts["units"] = {"units": len(of_works.names), "set_aside": of_works.set_aside}
        sums = {
            name: table[name]
            for name in ("new_items", "new_pairs", "novelty", "novelty_taken_up", "later_uses")
        }
        by_unit, taken = of_units(of_works, sums, judged), uptake(pairs, of_pairs, new, of_works)
    pair_table = _pairs(
        found, pairs, of_pairs, new, hard, _finished(of_pairs.first, span.length, until)
    )
    return Novelty(
        result, pair_table, _items(found, of_items, since), by_unit, taken, tables, facts
    )


def _coverage(
    listed: Works, with_items: Bools, judged: Bools, found: Combinations
) -> dict[str, int]:
    return {
        "listed": len(listed.ids),
        "undated": int((~listed.known).sum()),
        "without_items": int((~with_items & listed.known).sum()),
        "judged": int(judged.sum()),
        "judged_with_pairs": int((judged & (found.size > 1)).sum()),
    }


def _works(
    found: Combinations,
    pairs: Pairs,
    of_items: FirstUses,
    of_pairs: FirstUses,
    hard: Floats,
    since: int,
) -> dict[str, Floats]:
    """What each work of the list has; NaN where nothing can be said."""
    n = found.size.size
    judged = (found.year >= since) & (found.size > 0)
    two = judged & (found.size > 1)
    new_use = of_pairs.is_first & (of_pairs.first >= since)[pairs.code]
    weight = np.nan_to_num(hard)[pairs.code] * new_use
    used_later = of_pairs.later[pairs.code]
    unusual = atypicality(found, pairs)
    return {
        "pairs": np.bincount(pairs.work, minlength=n).astype(np.float64),
        "new_items": _where(judged, counted(found.work, n, of_items.is_first).astype(np.float64)),
        "new_pairs": _where(two, counted(pairs.work, n, new_use).astype(np.float64)),
        "novelty": _where(two, of_group(weight, pairs.work, n)),
        "novelty_taken_up": _where(two, of_group(weight * (used_later > 0), pairs.work, n)),
        "later_uses": _where(
            two, of_group((used_later * new_use).astype(np.float64), pairs.work, n)
        ),
        "z_low": unusual.low,
        "z_median": unusual.median,
    }


def _finished(year: Ints, window: int | None, until: int) -> Bools:
    """Whether the window after each year is over; an open one never is."""
    return np.full(year.size, False) if window is None else year + window <= until


def _plain(name: str, values: Floats) -> Any:
    """Counts as whole numbers, missing where nothing can be said."""
    return (
        pa.array(values, pa.float64(), mask=np.isnan(values)).cast(pa.int64())
        if name in WHOLE
        else values
    )


def _where(which: Bools, values: Floats) -> Floats:
    return np.where(which, values, np.nan)


def _pairs(
    found: Combinations, pairs: Pairs, uses: FirstUses, new: Bools, hard: Floats, complete: Bools
) -> Result:
    names = np.array(found.items, object)
    rows = np.flatnonzero(new)
    rows = rows[np.lexsort((pairs.keys[rows], uses.first[rows]))]
    columns = {"item_a": names[pairs.a[rows]], "item_b": names[pairs.b[rows]], "first": uses.first[rows],
               "by": uses.by[rows], "difficulty": hard[rows], "later_uses": uses.later[rows],
               "complete": complete[rows]}  # fmt: skip
    return Result("New pairs", columns)


def _items(found: Combinations, uses: FirstUses, since: int) -> Result:
    names = np.array(found.items, object)
    works = np.bincount(found.item, minlength=names.size)
    columns = {"item": names, "first": uses.first, "new": uses.first >= since, "by": uses.by,
               "later_uses": uses.later, "works": works}  # fmt: skip
    return Result("Items", columns)
