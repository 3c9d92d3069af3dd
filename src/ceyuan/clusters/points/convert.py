"""Arrow columns as NumPy arrays, whatever their type; what cannot be converted is missing, never an exception."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ceyuan.clusters.arrays import Floats, Ints, Labels


def as_floats(column: Any) -> Floats:
    """Numbers, NaN where missing or not a number.

    >>> as_floats(pa.chunked_array([["1.5", "#NAME?", None]])).tolist()
    [1.5, nan, nan]
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        column = column.cast(pa.float64(), safe=False)
    elif (
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    ):
        values = pa.table({"x": column})  # noqa: F841 - DuckDB finds it by name
        with duckdb.connect() as connection:
            column = connection.sql(
                "SELECT try_cast(x AS DOUBLE) AS x FROM values"
            ).to_arrow_table()["x"]
    else:
        return np.full(len(column), np.nan)
    if isinstance(column, pa.ChunkedArray) and column.num_chunks == 1:
        column = column.chunk(0)
    values_ = (
        column.to_numpy()
        if isinstance(column, pa.ChunkedArray)
        else column.to_numpy(zero_copy_only=False)
    )
    return np.asarray(values_, np.float64)


def is_integer(column: Any) -> bool:
    """Whether a column holds integers without gaps."""
    return bool(pa.types.is_integer(column.type) and column.null_count == 0)


def as_integers(column: Any) -> Ints:
    """A column of integers as it is."""
    return np.asarray(column.to_numpy(), np.int64)


def as_codes(columns: list[Any]) -> tuple[Ints, list[str]]:
    """Text columns one after the other as numbers in order of first appearance, −1 where missing, and the texts."""
    chunks = [c for column in columns for c in _plain(column).chunks]
    encoded = pa.chunked_array(chunks, type=pa.large_string()).dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = (
            encoded.chunk(0)
            if encoded.num_chunks
            else pa.array([], pa.dictionary(pa.int32(), pa.large_string()))
        )
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(codes, np.int64), [str(x) for x in encoded.dictionary.to_pylist()]


def _plain(column: Any) -> Any:
    """A column as large strings; empty text is missing."""
    column = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    text = column.cast(pa.large_string())
    return pc.if_else(pc.equal(text, ""), None, text)


class Codes:
    """Numbers for a column of few distinct texts whose pieces are read by several threads.

    Numbers follow the order of reading; texts are written as ``write`` makes them, without blanks around them. Integers
    are not guessed to be numbers of texts: they are texts like others.

    Attributes:
        number: the number of each text.

    >>> kinds = Codes(("patent",), str.lower)
    >>> kinds.of(pa.chunked_array([["Deal", None, "PATENT "]])).tolist(), list(kinds.number)
    ([1, -1, 0], ['patent', 'deal'])
    """

    def __init__(self, known: Iterable[str] = (), write: Callable[[str], str] = str) -> None:
        self.number = {word: i for i, word in enumerate(known)}
        self._write = write
        self._lock = threading.Lock()

    def of_text(self, text: str) -> int:
        """The number of a text."""
        with self._lock:
            return self.number.setdefault(text, len(self.number))

    def of(self, column: Any) -> Labels:
        """The numbers of a column's rows, −1 where missing or empty."""
        column = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
        if not pa.types.is_dictionary(column.type):
            column = column.cast(pa.large_string()).dictionary_encode()
        pieces = [np.empty(0, np.int32)]
        for chunk in column.chunks:
            words = [
                None if w is None else self._write(str(w).strip())
                for w in chunk.dictionary.to_pylist()
            ]
            table = np.array([self.of_text(w) if w else -1 for w in words] + [-1], np.int32)
            codes = chunk.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
            pieces.append(table[codes])
        return np.concatenate(pieces)
