"""Works, citations and authors from tables: ids become numbers, and what cannot be used is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
WHOLE = (r"^(-?\d+)\.0+$", r"\1")
ADDRESS = (r"(?i)^(?:https?://(?:www\.|dx\.)?(?:doi|openalex|orcid|ror)\.org/|doi:\s*)", "")
NOTHING = frozenset(
    {"", "na", "n/a", "n.a.", "nan", "null", "none", ".", "..", "...", "-", "–", "—", "…"}
)
"""What stands in a cell of numbers where there is none."""


@dataclass(frozen=True)
class Works:
    """A list of works with their times.

    Attributes:
        ids: their ids, each once, as :func:`id_column` has them; Arrow.
        names: the same as they are written.
        time: year or day of each, 0 where not known.
        known: whether it is known.
        grain: whether years or days are known.
        read: rows read.
        without_id: rows without an id.
        repeated: rows whose id stands in another one; of several the first with a time counts.
        repeated_otherwise: those of them with another time.
        unreadable: rows that could not be split into cells.
        row: the row of the table that each stands in.
    """

    ids: Any
    names: Any
    time: AnyArray
    known: Bools
    grain: Grain
    read: int
    without_id: int
    repeated: int
    repeated_otherwise: int
    unreadable: int
    row: AnyArray


def plain_column(column: Any) -> Any:
    """A column of any type of single values as whole numbers or as text without blanks around it; empty text is missing.

    Whole numbers are such whatever type they are kept in; where a column of fractions has others too, all is text.

    Raises:
        CeyuanError: ``knowledge-bad-value`` for lists and records in cells.

    >>> plain_column(pa.chunked_array([[" a ", ""]])).to_pylist()
    ['a', None]
    >>> plain_column(pa.chunked_array([[1.0, float("nan")]])).to_pylist()
    [1, None]
    """
    column = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_nested(column.type):
        raise fail("knowledge-bad-value", f"a column holds {column.type}, not one value a cell")
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    if not (pa.types.is_floating(column.type) or pa.types.is_decimal(column.type)):
        return _whole_or_text(column)
    try:
        return column.cast(AS_INTEGER)
    except pa.ArrowInvalid:  # fractions, or larger than any number of 64 bits
        return pc.replace_substring_regex(column.cast(AS_TEXT), *WHOLE)


def _whole_or_text(column: Any) -> Any:
    if pa.types.is_integer(column.type):
        try:
            return column.cast(AS_INTEGER)
        except pa.ArrowInvalid:  # larger than any signed number
            return column.cast(AS_TEXT)
    text = pc.utf8_trim_whitespace(column.cast(AS_TEXT))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, AS_TEXT), text)


def id_column(column: Any) -> Any:
    """Ids, so that the same work is written alike: whole numbers, or text as :func:`plain_column` has it.

    ``12.0``, which programs make of 12 where ids are missing, is 12. The addresses of DOI, OpenAlex, ORCID and ROR are left out;
    DOIs are in small letters, since capitals do not tell them apart.

    >>> id_column(pa.chunked_array([["https://doi.org/10.1/AB", "doi:10.1/ab", "https://openalex.org/W1", "7.0"]])).to_pylist()
    ['10.1/ab', '10.1/ab', 'W1', '7']
    """
    ids = plain_column(column)
    if ids.type != AS_TEXT:
        return ids
    # A look whether there is anything to do costs little beside doing it.
    if pc.any(pc.ends_with(ids, ".0")).as_py():
        ids = pc.replace_substring_regex(ids, *WHOLE)
    for begin in ("http", "doi"):
        if pc.any(pc.starts_with(ids, begin, ignore_case=True)).as_py():
            ids = pc.replace_substring_regex(ids, *ADDRESS)
            break
    dois = pc.starts_with(ids, "10.")
    return pc.if_else(dois, pc.utf8_lower(ids), ids) if pc.any(dois).as_py() else ids


def alike(*columns: Any) -> list[Any]:
    """Columns of ids in one type: as text unless all are whole numbers."""
    if len({column.type for column in columns}) == 1:
        return list(columns)
    return [column.cast(AS_TEXT) for column in columns]


def text_column(column: Any) -> Any:
    """Any column as text without blanks around it; empty text is missing."""
    found = plain_column(column)
    return found if found.type == AS_TEXT else found.cast(AS_TEXT)


def year_names(texts: Sequence[str]) -> list[str]:
    """Years however they are written (``2019.0``, ``2019年``, a day of it); what is none stays as it is.

    >>> year_names(["2019-03-01", "2019.0", "1998-2002"])
    ['2019', '2019', '1998-2002']
    """
    years = read_times(texts, "year")
    return [text if year is None else str(year) for text, year in zip(texts, years, strict=True)]


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


def numbers(column: Any, name: str) -> Floats:
    """A column as numbers, NaN where nothing is said.

    Args:
        column: of numbers, or of text.
        name: what messages call it.

    Raises:
        CeyuanError: ``knowledge-bad-value`` for text that neither is a number nor says that there is none.

    >>> numbers(pa.chunked_array([["1.5", "", "n.a."]]), "value").tolist()
    [1.5, nan, nan]
    """
    column = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    kind = column.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return np.asarray(
            column.cast(pa.float64(), safe=False).fill_null(np.nan).to_numpy(), np.float64
        )
    codes, texts = encoded(text_column(column))
    values = np.array([as_number(text) for text in texts] + [np.nan])
    for number, text in enumerate(texts):
        if np.isnan(values[number]) and text.casefold() not in NOTHING:
            row = int(np.argmax(codes == number)) + 1
            raise fail("knowledge-bad-value", f"row {row}: {name} is {text!r}, which is no number")
    return values[codes]


def as_number(text: str) -> float:
    """A text as a number, NaN where it is none."""
    try:
        return float("nan" if "_" in text else text)
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
    time_codes, texts = encoded(text_column(table.column(columns[role])))
    times = read_times(texts, grain)
    of_code = np.array([0 if time is None else time for time in times] + [0], np.int64)
    is_known = np.array([time is not None for time in times] + [False])
    rows = np.flatnonzero(codes >= 0)
    first = np.full(len(ids), -1, np.int64)
    for some in (rows, rows[is_known[time_codes[rows]]]):
        first[codes[some[::-1]]] = some[::-1]  # the last that is written is the first row
    of_first = time_codes[first]
    again = is_known[time_codes[rows]] & (
        of_code[time_codes[rows]] != of_code[of_first][codes[rows]]
    )
    works = Works(
        ids=ids,
        names=plain_column(table.column(columns["id"])).take(pa.array(first)),
        time=of_code[of_first],
        known=is_known[of_first],
        grain=grain,
        read=codes.size,
        without_id=int((codes < 0).sum()),
        repeated=int(rows.size - len(ids)),
        repeated_otherwise=int(again.sum()),
        unreadable=table.unreadable,
        row=first,
    )
    if not works.known.any():
        message = f"no row has both an id and a {role}"
        hint = None
        if grain == "date" and any(time is not None for time in read_times(texts, "year")):
            name = columns[role]
            hint = f"A date needs its day; where only years are known: --column year={name}"
        raise fail("knowledge-no-works", message, file=table.name, hint=hint)
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
