"""Works, citations and authors from tables: ids become numbers, and what cannot be used is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ceyuan.errors import fail
from ceyuan.knowledge.arrays import AnyArray, Bools, Floats, Ints, Nodes
from ceyuan.knowledge.graph import Authors
from ceyuan.knowledge.windows import Grain, read_times
from ceyuan.tabular.columns import Columns, columns_of_roles

ROLES = ("citing", "cited", "id", "year", "date", "work", "author", "field", "type", "unit")
AS_INTEGER, AS_TEXT = pa.int64(), pa.string()


@dataclass(frozen=True)
class Works:
    """A list of works with their times.

    Attributes:
        ids: their ids, each once; Arrow.
        time: year or day of each, 0 where not known.
        known: whether it is known.
        grain: whether years or days are known.
        read: rows read.
        without_id: rows without an id.
        repeated: rows whose id stands further up; the first row counts.
        unreadable: rows that could not be split into cells.
        row: the row of the table that each stands in.
    """

    ids: Any
    time: AnyArray
    known: Bools
    grain: Grain
    read: int
    without_id: int
    repeated: int
    unreadable: int
    row: AnyArray


def id_column(column: Any) -> Any:
    """Ids of any type: whole numbers as such, all else as text without blanks around it; empty text is missing.

    >>> id_column(pa.chunked_array([[" a ", ""]])).to_pylist(), id_column(pa.chunked_array([[1.0, None]])).to_pylist()
    (['a', None], [1, None])
    """
    column = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        whole = pc.all(pc.equal(column, pc.round(column))).as_py()
        column = column.cast(AS_INTEGER) if whole is not False else column.cast(AS_TEXT)
    if pa.types.is_integer(column.type):
        return column.cast(AS_INTEGER)
    text = pc.utf8_trim_whitespace(column.cast(AS_TEXT))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, AS_TEXT), text)


def alike(*columns: Any) -> list[Any]:
    """Columns of ids in one type: as text unless all are whole numbers."""
    if len({column.type for column in columns}) == 1:
        return list(columns)
    return [column.cast(AS_TEXT) for column in columns]


def text_column(column: Any) -> Any:
    """Any column as text without blanks around it; empty text is missing."""
    found = id_column(column)
    return found if found.type == AS_TEXT else found.cast(AS_TEXT)


def places_in(column: Any, ids: Any) -> AnyArray:
    """The place of each value in a list of distinct values, −1 where it is not there."""
    found = pc.index_in(column, value_set=ids).fill_null(-1)
    return np.asarray(found.to_numpy(), np.int32)


def encoded(column: Any) -> tuple[Nodes, list[Any]]:
    """Values as numbers in order of first appearance, −1 where missing, and the values."""
    codes, values = coded(column)
    return codes, values.to_pylist()


def coded(column: Any) -> tuple[Nodes, Any]:
    """The same, with the values as Arrow has them: those of many works take long to become objects."""
    one = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found = one.dictionary_encode()
    codes = found.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(codes, np.int32), found.dictionary


def places_of(column: Any, ids: Any) -> AnyArray:
    """The place of each id of a column in a list of works, −1 where it is not there or missing."""
    return places_in(*alike(id_column(column), ids))


def coded_names(column: Any) -> tuple[Ints, tuple[str, ...]]:
    """Texts as numbers in the order of the names, −1 where missing, and the names: independent of the order of rows.

    >>> codes, names = coded_names(pa.chunked_array([["b", "", "a", "b"]]))
    >>> codes.tolist(), names
    ([1, -1, 0, 1], ('a', 'b'))
    """
    appearance, found = encoded(text_column(column))
    names = tuple(sorted(found))
    number = {name: i for i, name in enumerate(names)}
    return np.array([number[name] for name in found] + [-1], np.int64)[appearance], names


def numbers(column: Any) -> Floats:
    """A column as numbers, NaN where it is none.

    >>> numbers(pa.chunked_array([["1.5", "", "n.a."]])).tolist()
    [1.5, nan, nan]
    """
    codes, texts = encoded(text_column(column))
    return np.array([as_number(text) for text in texts] + [np.nan])[codes]


def as_number(text: str) -> float:
    """A text as a number, NaN where it is none."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def read_works(table: Columns, renames: Mapping[str, str]) -> Works:
    """The list of works of a table with a column ``id`` and a column ``year``, or ``date`` where there is no year.

    Args:
        table: the table.
        renames: names of columns by role; a column named for ``date`` goes before one called ``year``.

    Raises:
        CeyuanError: ``column-missing``, ``knowledge-no-works``.
    """
    columns = columns_of_roles(table, renames, ("id",), ("year", "date"))
    role = "date" if "date" in renames or "year" not in columns else "year"
    if role not in columns:
        columns_of_roles(table, renames, ("year",))  # says what is missing
    grain: Grain = "year" if role == "year" else "date"
    all_ids = id_column(table.column(columns["id"]))
    codes, ids = coded(all_ids)
    first = np.full(len(ids), -1, np.int64)
    rows = np.flatnonzero(codes >= 0)
    first[codes[rows[::-1]]] = rows[::-1]  # the last that is written is the first row
    time_codes, texts = encoded(text_column(table.column(columns[role])))
    times = read_times(texts, grain)
    of_code = np.array([0 if time is None else time for time in times] + [0], np.int64)
    is_known = np.array([time is not None for time in times] + [False])
    of_first = time_codes[first]
    works = Works(
        ids=ids,
        time=of_code[of_first],
        known=is_known[of_first],
        grain=grain,
        read=codes.size,
        without_id=int((codes < 0).sum()),
        repeated=int(rows.size - len(ids)),
        unreadable=table.unreadable,
        row=first,
    )
    if not works.known.any():
        message = f"no row has both an id and a {role}"
        raise fail("knowledge-no-works", message, file=table.name)
    return works


def read_authors(table: Columns, works: Works, renames: Mapping[str, str]) -> Authors:
    """Who wrote each work, of a table with the columns ``work`` and ``author``.

    Args:
        table: the table.
        works: the list of works.
        renames: names of columns by role.

    Raises:
        CeyuanError: ``column-missing``.
    """
    columns = columns_of_roles(table, renames, ("work", "author"))
    work = places_of(table.column(columns["work"]), works.ids)
    author, _ = encoded(id_column(table.column(columns["author"])))
    good = (work >= 0) & (author >= 0)
    order = np.lexsort((author[good], work[good]))
    start = np.zeros(len(works.ids) + 1, np.int64)
    np.cumsum(np.bincount(work[good], minlength=start.size - 1), out=start[1:])
    return Authors(start, author[good][order])
