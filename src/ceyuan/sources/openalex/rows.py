"""Rows of the snapshot's Parquet edition, as lines of JSON: what follows need not know in which edition a record stood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from ceyuan.errors import fail
from ceyuan.hashes import file_sha256

_BATCH = 2_000


class RowFile:
    """The rows of a Parquet file; afterwards its hash and size.

    Attributes:
        path: the file.
        sha256: hash of the whole file, known once all rows have been read.
        size: bytes of the file, likewise.
    """

    def __init__(self, path: Path, fields: Sequence[str]) -> None:
        self.path = path
        self.fields = fields
        self.sha256: str | None = None
        self.size = 0

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Pairs of row number (from 1) and the row as JSON, with those of the wanted fields that the file has.

        Raises:
            CeyuanError: ``bad-parquet``.
        """
        number = 0
        try:
            with pq.ParquetFile(self.path) as file:
                columns = [name for name in self.fields if name in file.schema_arrow.names]
                for batch in file.iter_batches(_BATCH, columns=columns, use_threads=False):
                    for row in batch.to_pylist():
                        number += 1
                        yield number, msgspec.json.encode(row)
        except (OSError, pa.ArrowException) as error:
            raise fail(
                "bad-parquet", f"cannot be read after row {number:,}: {error}", file=str(self.path)
            ) from None
        self.sha256, self.size = file_sha256(self.path), self.path.stat().st_size
