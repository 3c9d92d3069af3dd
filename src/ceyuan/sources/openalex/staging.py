"""Rows on their way: written to Parquet in batches, so that memory does not grow with the source."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

BATCH = 10_000

DOCUMENTS = pa.schema(
    [
        ("_seq", pa.int64()), ("id", pa.string()), ("type", pa.string()), ("subtype", pa.string()),
        ("title", pa.string()), ("date", pa.string()), ("granted", pa.string()), ("office", pa.string()),
        ("number", pa.string()), ("field", pa.string()), ("citations", pa.int64()),
        ("citation_percentile", pa.float64()),
    ]
)  # fmt: skip
CONTRIBUTIONS = pa.schema(
    [
        ("_seq", pa.int64()), ("document", pa.string()), ("date", pa.string()), ("year", pa.int32()),
        ("position", pa.int32()), ("contributor", pa.string()), ("organisation", pa.string()),
        ("corresponding", pa.bool_()), ("lat", pa.float64()), ("lon", pa.float64()), ("country", pa.string()),
        ("city", pa.string()), ("organisation_type", pa.string()), ("field", pa.string()),
    ]
)  # fmt: skip
CITATIONS = pa.schema([("_seq", pa.int64()), ("citing", pa.string()), ("cited", pa.string())])
CLASSES = pa.schema(
    [
        ("_seq", pa.int64()), ("document", pa.string()), ("scheme", pa.string()), ("class", pa.string()),
        ("label", pa.string()), ("first", pa.bool_()),
    ]
)  # fmt: skip


class Staging:
    """A Parquet file that rows are added to.

    Attributes:
        path: the file.
        rows: rows added so far.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self.rows = 0
        self._schema = schema
        self._waiting: list[tuple[Any, ...]] = []
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", compression_level=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._flush()
        self._writer.close()

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Add rows in the schema's order of columns."""
        self._waiting.extend(rows)
        if len(self._waiting) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            columns = zip(*self._waiting, strict=True)
            arrays = [
                pa.array(column, field.type)
                for column, field in zip(columns, self._schema, strict=True)
            ]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
            self.rows += len(self._waiting)
            self._waiting = []
