"""Places that rows come from: Parquet, CSV, and tables in memory, all seen as pieces of Arrow tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ceyuan.errors import fail
from ceyuan.tabular.opening import TableFile
from ceyuan.tabular.sheets import SHEETS
from ceyuan.tabular.tables import open_table

PARQUET = {".parquet", ".pq"}
SIMULATED = "simulated"
SIMULATED_KEY = b"ceyuan.simulated"
TEXT = {".csv", ".tsv", ".txt", ".gz", ".zst"}
READ_WHOLE = {".zip", *SHEETS}


class Source(Protocol):
    """Something with rows.

    Attributes:
        name: how messages call it.
        columns: its column names.
        sizes: the number of rows of each piece.
        unreadable: lines that could not be read as rows.
        simulated: whether the rows say that they are simulated, by metadata or by a column of that name.
    """

    name: str
    columns: list[str]
    sizes: list[int]
    unreadable: int
    simulated: bool

    def piece(self, number: int, columns: Sequence[str]) -> Any:
        """The named columns of a piece as an Arrow table."""


@dataclass
class ParquetSource:
    """A Parquet file; its row groups are the pieces, read only when asked for."""

    path: Path
    name: str = field(init=False)
    columns: list[str] = field(init=False)
    sizes: list[int] = field(init=False)
    simulated: bool = field(init=False)
    metadata: Any = field(init=False, repr=False)
    text: list[str] = field(init=False, repr=False)
    unreadable: int = 0

    def __post_init__(self) -> None:
        try:
            metadata = pq.read_metadata(self.path)
        except (OSError, pa.ArrowException) as error:
            raise fail(
                "cluster-unreadable", f"this is not a Parquet file: {error}", file=str(self.path)
            ) from error
        self.name = str(self.path)
        self.metadata = metadata
        schema = metadata.schema.to_arrow_schema()
        self.text = [field.name for field in schema if pa.types.is_string(field.type)]
        self.columns = list(schema.names)
        self.simulated = _says_simulated(schema)
        self.sizes = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]

    def piece(self, number: int, columns: Sequence[str]) -> Any:
        """A row group; a file object of its own, because threads must not share one."""
        text = [name for name in self.text if name in columns]
        with pq.ParquetFile(
            self.path, memory_map=True, metadata=self.metadata, read_dictionary=text
        ) as file:
            return file.read_row_group(number, columns=list(columns), use_threads=False)


@dataclass
class TableSource:
    """An Arrow table in memory; one piece."""

    table: Any
    name: str = "table"
    unreadable: int = 0
    columns: list[str] = field(init=False)
    sizes: list[int] = field(init=False)
    simulated: bool = field(init=False)

    def __post_init__(self) -> None:
        self.columns = list(self.table.column_names)
        self.sizes = [self.table.num_rows]
        self.simulated = _says_simulated(self.table.schema)

    def piece(self, number: int, columns: Sequence[str]) -> Any:  # noqa: ARG002
        """The whole table."""
        return self.table.select(list(columns))


@dataclass
class RolesSource:
    """Another source whose columns are called by the parts that they play.

    Attributes:
        inner: the other source.
        of_role: its column for each role.
        name: how messages call it.
        kinds: what values of the kind's column mean; others mean themselves.
        row_is_record: every row is a record of its own.
        kind: the kind of all rows, instead of a column.
        simulated: whether the rows are made up; they also are where the other source says so.
    """

    inner: Source
    of_role: dict[str, str]
    name: str
    kinds: dict[str, str] = field(default_factory=dict)
    row_is_record: bool = False
    kind: str | None = None
    simulated: bool = False
    columns: list[str] = field(init=False)
    sizes: list[int] = field(init=False)
    unreadable: int = field(init=False)

    def __post_init__(self) -> None:
        made = {"record_id": self.row_is_record, "kind": self.kind is not None}
        self.of_role = {role: column for role, column in self.of_role.items() if not made.get(role)}
        self.columns = [*self.of_role, *(role for role, here in made.items() if here)]
        self.sizes, self.unreadable = self.inner.sizes, self.inner.unreadable
        self.simulated = self.simulated or self.inner.simulated

    def piece(self, number: int, columns: Sequence[str]) -> Any:
        """The named roles of a piece."""
        names = [c for c in columns if c in self.of_role]
        table = self.inner.piece(number, sorted({self.of_role[c] for c in names}))
        found = {c: self._column(c, table.column(self.of_role[c])) for c in names}
        if self.row_is_record and "record_id" in columns:
            first = sum(self.sizes[:number])
            found["record_id"] = pa.array(
                [f"{self.name}:{first + i}" for i in range(table.num_rows)], pa.large_string()
            )
        if self.kind is not None and "kind" in columns:
            codes = pa.array(np.zeros(table.num_rows, np.int8))
            found["kind"] = pa.DictionaryArray.from_arrays(codes, pa.array([self.kind]))
        return pa.table(found)

    def _column(self, role: str, column: Any) -> Any:
        if role != "kind" or not self.kinds:
            return column
        encoded = (
            column.cast(pa.large_string()).dictionary_encode().unify_dictionaries().combine_chunks()
        )
        encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
        words = [self.kinds.get(word, word) for word in encoded.dictionary.to_pylist()]
        return pa.DictionaryArray.from_arrays(
            encoded.indices, pa.array(words, pa.large_string())
        ).cast(pa.large_string())


def _says_simulated(schema: Any) -> bool:
    return SIMULATED in schema.names or (schema.metadata or {}).get(SIMULATED_KEY) == b"true"


def open_source(data: object) -> Source:
    """A source from a path, or from anything that speaks Arrow: a pandas, polars, Arrow or DuckDB table.

    What is a source already stays what it is.

    Raises:
        CeyuanError: ``cluster-unreadable`` if it is neither.
    """
    if isinstance(data, ParquetSource | TableSource | RolesSource):
        return data
    if isinstance(data, str | Path):
        path = Path(data)
        if not path.is_file():
            raise fail("cluster-unreadable", "there is no such file", file=str(path))
        if path.suffix.lower() in PARQUET:
            return ParquetSource(path)
        if path.suffix.lower() in TEXT:
            return read_csv(path)
        if path.suffix.lower() in READ_WHOLE:
            return _read_whole(path)
        known = ", ".join(sorted(PARQUET | TEXT | READ_WHOLE))
        raise fail("cluster-unreadable", f"this is none of {known}", file=str(path))
    if hasattr(data, "__arrow_c_stream__") or isinstance(data, pa.Table):
        try:
            return TableSource(pa.table(data))
        except (
            pa.ArrowException
        ) as error:  # a column of a pandas frame that holds values of several types
            raise fail(
                "cluster-unreadable",
                f"this table cannot be read: {'; '.join(map(str, error.args))}",
            ) from error
    raise fail(
        "cluster-unreadable",
        f"{type(data).__name__} is neither a path nor a table that speaks Arrow",
    )


def _read_whole(path: Path) -> TableSource:
    """A zipped table or a sheet, which the engine cannot read itself."""
    with open_table(TableFile(path, str(path))) as rows:
        names = rows.names
        read = list(rows)
    good = [row.cells for row in read if row.fault is None]
    columns = {
        name: pa.array([cells[i] for cells in good], pa.string()) for i, name in enumerate(names)
    }
    return TableSource(pa.table(columns), str(path), len(read) - len(good))


def read_csv(path: Path) -> TableSource:
    """A CSV file (or compressed) as a table of text: what is a number is decided column by column, later.

    Lines that are no rows are counted, not hidden.
    """
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        try:
            table = connection.sql(
                "SELECT * FROM read_csv(?, all_varchar = true, header = true, ignore_errors = true, "
                "store_rejects = true)",
                params=[str(path)],
            ).to_arrow_table()
            rejected = connection.execute(
                "SELECT count(DISTINCT line) FROM reject_errors"
            ).fetchone()
        except duckdb.Error as error:
            message = str(error).splitlines()[0]
            raise fail(
                "cluster-unreadable", f"this cannot be read as CSV: {message}", file=str(path)
            ) from error
    return TableSource(table, str(path), int(rejected[0]) if rejected else 0)
