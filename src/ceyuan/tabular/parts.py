"""Tables that are larger than memory: the columns that are asked for, so many rows at a time.

What a row is, and what is in a cell, is as :func:`~ceyuan.tabular.columns.read_columns` has it. Text (packed or not) and Parquet
are read in parts; sheets, JSON lines and tables in memory are taken whole, and given in one part.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from ceyuan.errors import fail
from ceyuan.tabular.columns import (
    JSON_LINES,
    PARQUET,
    Columns,
    needs_care,
    read_columns,
    text_options,
)
from ceyuan.tabular.opening import TableFile, blocks, opened
from ceyuan.tabular.sheets import SHEETS
from ceyuan.tabular.tables import open_table

CARE = 1 << 16
"""Rows at a time of a text that must be read with care."""


@dataclass(frozen=True)
class Parts:
    """A table that is read in parts.

    Attributes:
        head: the table without its rows.
        read: gives the columns of these names, part by part, in the order of rows.
    """

    head: Columns
    read: Callable[[Sequence[str]], Iterator[Columns]]

    def of(self, names: Sequence[str], rows: int) -> Iterator[Columns]:
        """These columns, at least so many rows at a time, the last part apart."""
        waiting: list[Columns] = []
        for part in self.read(names):
            waiting.append(part)
            if sum(each.rows for each in waiting) >= rows:
                yield self._joined(waiting)
                waiting = []
        if waiting:
            yield self._joined(waiting)

    def _joined(self, parts: Sequence[Columns]) -> Columns:
        table = pa.concat_tables([part.table for part in parts])
        unreadable = sum(part.unreadable for part in parts)
        return Columns(table, self.head.name, self.head.path, unreadable)


def read_parts(data: object, name: str = "table") -> Parts:
    """Open a table to read it in parts.

    Args:
        data: what :func:`~ceyuan.tabular.columns.read_columns` takes.
        name: what to call a table that is no file.

    Raises:
        CeyuanError: what :func:`~ceyuan.tabular.columns.read_columns` raises, some of it only while parts are read.

    >>> parts = read_parts({"citing": ["b"], "cited": ["a"]})
    >>> [part.column("cited").to_pylist() for part in parts.of(["cited"], 10)]
    [['a']]
    """
    path = Path(data) if isinstance(data, str | Path) else None
    if path is None or not path.is_file() or _only_whole(path):
        table = read_columns(data, name)
        empty = Columns(table.table.slice(0, 0), table.name, table.path)
        return Parts(empty, lambda names: iter([table.only(names)]))
    file = TableFile(path, str(path))
    return _parquet(file) if path.suffix.lower() in PARQUET else _text(file)


def _only_whole(path: Path) -> bool:
    """Whether a file is of a kind that is not read in parts."""
    return bool({suffix.lower() for suffix in path.suffixes[-2:]} & {*JSON_LINES, *SHEETS})


def _parquet(file: TableFile) -> Parts:
    try:
        schema = pq.read_schema(file.path)
    except (OSError, pa.ArrowException) as error:
        message = f"this is not a Parquet file: {error}"
        raise fail("bad-parquet", message, file=file.shown_as) from error
    return Parts(_columns(file, schema.empty_table()), partial(_parquet_parts, file))


def _parquet_parts(file: TableFile, names: Sequence[str]) -> Iterator[Columns]:
    try:
        with pq.ParquetFile(file.path) as stored:
            for batch in stored.iter_batches(columns=list(names), use_threads=False):
                yield _columns(file, pa.Table.from_batches([batch]).select(list(names)))
    except (OSError, pa.ArrowException) as error:
        raise fail("bad-parquet", f"it is damaged: {error}", file=file.shown_as) from error


def _text(file: TableFile) -> Parts:
    care = needs_care(file) or not _is_utf8(file)
    with open_table(file) as rows:
        names = list(rows.names)  # finds what is wrong with the header
    empty = pa.table({name: pa.array([], pa.string()) for name in names})
    read = partial(_careful_parts, file) if care else partial(_text_parts, file, names)
    return Parts(_columns(file, empty), read)


def _is_utf8(file: TableFile) -> bool:
    """Whether no byte of a text stands in the way of a fast reader, which could not go back for it."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in blocks(file):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _text_parts(
    file: TableFile, all_names: Sequence[str], names: Sequence[str]
) -> Iterator[Columns]:
    odd: list[int] = []
    reading, parsing, converting = text_options(file, all_names, odd)
    converting.include_columns = list(names)
    told = 0
    try:
        with opened(file) as stream, pc.open_csv(stream, reading, parsing, converting) as batches:
            for batch in batches:
                more, told = len(odd) - told, len(odd)
                yield _columns(file, pa.Table.from_batches([batch]), more)
    except (OSError, EOFError, pa.ArrowException) as error:
        message = f"a row cannot be taken in: {str(error).splitlines()[0]}"
        raise fail("unreadable-file", message, file=file.shown_as) from error
    if len(odd) > told:
        empty = pa.table({name: pa.array([], pa.string()) for name in names})
        yield _columns(file, empty, len(odd) - told)


def _careful_parts(file: TableFile, names: Sequence[str]) -> Iterator[Columns]:
    with open_table(file) as rows:
        place = [rows.names.index(name) for name in names]
        each = iter(rows)
        while read := list(islice(each, CARE)):
            good = [row.cells for row in read if row.fault is None]
            chosen = [map(itemgetter(at), good) for at in place]
            cells = [pa.array(cell, pa.string()) for cell in chosen]
            yield _columns(file, pa.table(cells, list(names)), len(read) - len(good))


def _columns(file: TableFile, table: Any, unreadable: int = 0) -> Columns:
    return Columns(table, file.shown_as, file.path, unreadable)
