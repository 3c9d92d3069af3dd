"""Where queries over records run: the one seam at which a distributed engine can stand instead of DuckDB.

Only what touches records is asked here: leaf sums, weights and the periods that occur. Their answers come back and everything
after them is DuckDB's. A query is sent by the object that carries it, which names the kinds that it reads; its SQL is the common
subset of both engines (texts are ``STRING``, orders say where NULL goes, sums are of whole numbers or decimals), with
``ceyuan_part`` where the two have no common word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ceyuan.engine.duck import Engine, StoredFile
from ceyuan.engine.sql import identifier

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """A query over record kinds.

    Attributes:
        sql: the query, in the common subset.
        kinds: the record kinds that it reads.
        lookups: small tables of the local engine that it joins.
        portable: whether every engine answers it alike, to the last bit. Sums of binary fractions depend on the order, and
            engines write them differently as text: such a query never leaves DuckDB.
    """

    sql: str
    kinds: tuple[str, ...]
    lookups: tuple[str, ...] = ()
    portable: bool = True


@dataclass(frozen=True, slots=True)
class KindFiles:
    """The stored records of a kind.

    Attributes:
        files: their Parquet files.
        rows: how many records they hold.
        columns: names and SQL types of all columns, for a kind without records.
    """

    files: tuple[StoredFile, ...]
    rows: int
    columns: Mapping[str, str]


class RecordEngine(Protocol):
    """What is asked of an engine that holds the records."""

    @property
    def said(self) -> str:
        """What it is, for the manifest of a build."""

    def rows(self, query: RecordQuery) -> list[tuple[Any, ...]]:
        """All rows of a query."""

    def arrow(self, query: RecordQuery) -> pa.Table:
        """The result of a query as an Arrow table."""

    def keep(self, name: str, query: RecordQuery) -> None:
        """Put the result of a query into a temporary table of the local engine."""

    def prepare(self, name: str, query: RecordQuery) -> None:
        """Give a query a name where the records are, for queries of the same kinds that follow."""


class Cluster(Protocol):
    """Other machines, which answer queries over records and run functions of ours."""

    def records(
        self, engine: Engine, kinds: Mapping[str, KindFiles], local_rows: int
    ) -> RecordEngine:
        """An engine that asks the cluster."""

    def each(self, task: Callable[[bytes], bytes], items: Sequence[bytes]) -> list[bytes]:
        """What a function makes of each item, in the order of the items; it runs in processes of the workers.

        An item whose worker is lost is done again by another one, perhaps while the first still works on it.

        Raises:
            CeyuanError: where the cluster does not answer, or its workers cannot run the function.
        """

    def close(self) -> None:
        """Leave it; what it holds for us goes."""


class LocalRecords:
    """Records in DuckDB: the engine that everything else uses, too.

    Args:
        engine: with a view for each record kind.

    >>> from ceyuan.engine import EngineSettings
    >>> from ceyuan.engine.scratch import scratch_folder
    >>> with Engine(EngineSettings(scratch_folder())) as engine:
    ...     LocalRecords(engine).rows(RecordQuery("SELECT 1 + 1", kinds=()))
    [(2,)]
    """

    said = "duckdb"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def rows(self, query: RecordQuery) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.engine.rows(query.sql)

    def arrow(self, query: RecordQuery) -> pa.Table:
        """The result of a query as an Arrow table."""
        return self.engine.arrow(query.sql)

    def keep(self, name: str, query: RecordQuery) -> None:
        """Put the result of a query into a temporary table."""
        self.engine.run(f"CREATE OR REPLACE TEMP TABLE {identifier(name)} AS {query.sql}")

    def prepare(self, name: str, query: RecordQuery) -> None:
        """Put the result of a query into a temporary table, so that it is asked once."""
        self.keep(name, query)
