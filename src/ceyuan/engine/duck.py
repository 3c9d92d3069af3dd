"""DuckDB, set up so that it stays on this machine, within its memory, and leaves nothing behind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb

from ceyuan.engine.remote import RemoteFile
from ceyuan.engine.sql import identifier, literal, parquet
from ceyuan.errors import fail

if TYPE_CHECKING:
    import pyarrow as pa  # takes a tenth of a second, and most queries give no Arrow table


PARTS = 2**90
"""Of how many parts a whole record is: its shares are whole numbers of them, so that they add up exactly.

What is lost by that in a million million shares is below what a value can show.
"""
_PART = f"CREATE TEMP MACRO ceyuan_part(n) AS CAST(CAST({PARTS} AS HUGEINT) // n AS DECIMAL(38, 0))"


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How much of the machine the engine may use.

    Attributes:
        scratch: a folder for what does not fit into memory; made when needed, removed at the end.
        memory: limit, as DuckDB writes it (``2GB``).
        threads: number of threads; all cores if None.
    """

    scratch: Path
    memory: str = "2GB"
    threads: int | None = None


@contextmanager
def _clear_limits() -> Iterator[None]:
    """Say in our own words that the memory does not suffice."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        message = "a step needs more memory than the engine may use, even working from disk"
        raise fail("out-of-memory", message) from None


StoredFile = Path | RemoteFile
"""A file of the store: of a file system that this machine has mounted, or elsewhere."""


class Engine:
    """One connection to an embedded DuckDB that works out of core past its memory limit."""

    def __init__(self, settings: EngineSettings) -> None:
        self._scratch = settings.scratch
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": settings.memory,
            "temp_directory": str(settings.scratch),
        }
        if settings.threads is not None:
            config["threads"] = settings.threads
        self._connection = duckdb.connect(":memory:", config=config)
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute(_PART)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and remove the scratch folder."""
        self._connection.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def run(self, sql: str) -> None:
        """Run a statement whose result is not needed.

        Raises:
            CeyuanError: ``out-of-memory``, as for every method that runs a query.
        """
        with _clear_limits():
            self._connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with _clear_limits():
            return self._connection.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        """The single value of a query with one row and one column."""
        rows = self.rows(sql)
        if not rows:
            raise LookupError(f"no row: {sql}")
        return rows[0][0]

    def arrow(self, sql: str) -> pa.Table:
        """The result of a query as an Arrow table."""
        with _clear_limits():
            return self._connection.sql(sql).to_arrow_table()

    def batches(self, sql: str, size: int) -> Iterator[pa.RecordBatch]:
        """The result of a query in Arrow batches of some rows each; no other query may run before the last one is taken."""
        with _clear_limits():
            yield from self._connection.sql(sql).to_arrow_reader(size)

    def columns(self, relation: str) -> dict[str, str]:
        """Names and types of the columns of a table, view or table function call."""
        return {name: kind for name, kind, *_ in self.rows(f"DESCRIBE SELECT * FROM {relation}")}

    def load(self, name: str, table: pa.Table) -> None:
        """Copy an Arrow table into a temporary table of the engine."""
        self._connection.register("ceyuan_incoming", table)
        try:
            self.run(
                f"CREATE OR REPLACE TEMP TABLE {identifier(name)} AS SELECT * FROM ceyuan_incoming"
            )
        finally:
            self._connection.unregister("ceyuan_incoming")

    def append(self, name: str, batch: pa.Table) -> None:
        """Add the rows of an Arrow table to a table."""
        self._connection.register("ceyuan_incoming", batch)
        try:
            self.run(f"INSERT INTO {identifier(name)} SELECT * FROM ceyuan_incoming")
        finally:
            self._connection.unregister("ceyuan_incoming")

    def parquet(self, *files: StoredFile) -> str:
        """Parquet files as a relation, exactly these, wherever they are kept.

        Raises:
            CeyuanError: ``store-without-driver`` for a file elsewhere that nothing opens here.
        """
        known = set(self._connection.list_filesystems())
        for folder in {file.folder for file in files if isinstance(file, RemoteFile)}:
            if folder.protocol not in known:
                self._connection.register_filesystem(folder.seen())
                known.add(folder.protocol)
        return parquet(*(f.for_duckdb if isinstance(f, RemoteFile) else f for f in files))

    def hold(self, view: str) -> None:
        """Read what a temporary view shows into a table of its name: quicker to ask, and files may go."""
        self.run(f"CREATE TEMP TABLE ceyuan_held AS SELECT * FROM {identifier(view)}")
        self.run(f"DROP VIEW {identifier(view)}")
        self.run(f"ALTER TABLE ceyuan_held RENAME TO {identifier(view)}")

    def drop(self, name: str) -> None:
        """Forget a temporary table or view, if it is there."""
        # Asking first what it is costs more than trying.
        with suppress(duckdb.CatalogException):
            self.run(f"DROP VIEW IF EXISTS {identifier(name)}")
            return
        self.run(f"DROP TABLE IF EXISTS {identifier(name)}")

    def copy_to_parquet(self, query: str, path: Path) -> int:
        """Write the result of a query to a Parquet file; returns its number of rows."""
        options = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
        return int(self.value(f"COPY ({query}) TO {literal(str(path))} ({options})"))
