"""Records and work in Apache Spark, through its ordinary client, on a cluster that is there already.

The records' Parquet files must be readable under the same address by every worker (a shared disk, a store of objects). In ANSI
mode, with double quotes around names, Spark reads the SQL as DuckDB does; a backslash is written as its number in both.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ceyuan.engine.duck import PARTS, Engine, StoredFile
from ceyuan.engine.records import KindFiles, LocalRecords, RecordQuery
from ceyuan.engine.remote import RemoteFile
from ceyuan.engine.sql import identifier
from ceyuan.errors import fail

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.session.timeZone": "UTC",
}
_DRIVER = {"spark.ui.enabled": "false", "spark.app.name": "ceyuan"}
# The remainder of decimals is exact, their quotient is rounded: so what is divided is a multiple of the divisor.
_PART = (
    "CREATE OR REPLACE TEMPORARY FUNCTION ceyuan_part(n BIGINT) RETURNS DECIMAL(38, 0) "
    f"RETURN CAST(({PARTS}BD - {PARTS}BD % n) / n AS DECIMAL(38, 0))"
)
_MASTER_PORT, _CONNECT_PORT = 7077, 15002
_TYPES = {"VARCHAR": "STRING", "HUGEINT": "DECIMAL(38, 0)"}


class SparkCluster:
    """A cluster of Spark, connected when it is first asked.

    Args:
        master: ``spark://host:port``, ``local[2]``, or ``sc://host:port`` for Spark Connect.
    """

    def __init__(self, master: str) -> None:
        self._master = master

    @cached_property
    def _session(self) -> SparkSession:
        return connect(self._master)

    def records(
        self, engine: Engine, kinds: Mapping[str, KindFiles], local_rows: int
    ) -> SparkRecords:
        """Records in this cluster.

        Args:
            engine: the local engine, with a view for each record kind and the small tables that queries join.
            kinds: the stored records.
            local_rows: a kind with at most so many records stays in DuckDB, since a query of Spark takes seconds however small.

        Raises:
            CeyuanError: ``spark-missing``, ``java-missing`` or ``spark-unreachable``.
        """
        # Views of one are not those of another: several builds may be open at once.
        session = self._session.newSession()
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)
        said = f"spark {session.version} at {self._master}"
        return SparkRecords(session, said, engine, kinds, local_rows)

    def each(self, task: Callable[[bytes], bytes], items: Sequence[bytes]) -> list[bytes]:
        """What a function makes of each item, in the order of the items; it runs in Python processes of the workers.

        Raises:
            CeyuanError: as :meth:`records`, or ``workers-without-ceyuan``.
        """

        def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            import pyarrow as pa  # noqa: PLC0415 - in another process, on another machine

            for batch in batches:
                for position in batch.column("id").to_pylist():
                    row = {"id": position, "made": task(items[position])}
                    yield pa.RecordBatch.from_pylist([row])

        with _clear_failures("Spark could not do a piece of work"):
            # A part for each item: whoever has done one takes the next.
            numbers = self._session.range(0, len(items), 1, len(items))
            made = numbers.mapInArrow(run, "id BIGINT, made BINARY").toArrow().to_pylist()
        by_position = {row["id"]: row["made"] for row in made}
        return [by_position[position] for position in range(len(items))]

    def close(self) -> None:
        """End the session, if there is one, and with it what the cluster holds for it."""
        if "_session" in self.__dict__:
            self._session.stop()


class SparkRecords:
    """Records in Spark; kinds with few records, and what only DuckDB adds up exactly, stay in DuckDB.

    Made by :meth:`SparkCluster.records`.
    """

    def __init__(
        self,
        session: SparkSession,
        said: str,
        engine: Engine,
        kinds: Mapping[str, KindFiles],
        local_rows: int,
    ) -> None:
        self._local = LocalRecords(engine)
        self._kinds = kinds
        self._local_rows = local_rows
        self._session = session
        self._session.sql(_PART)
        self._open: set[str] = set()
        self._sent: dict[str, tuple[int, int | None]] = {}
        self.said = said

    def rows(self, query: RecordQuery) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        if not self.goes_out(query):
            return self._local.rows(query)
        return [tuple(row.values()) for row in self._ask(query).to_pylist()]

    def arrow(self, query: RecordQuery) -> pa.Table:
        """The result of a query as an Arrow table."""
        return self._ask(query) if self.goes_out(query) else self._local.arrow(query)

    def prepare(self, name: str, query: RecordQuery) -> None:
        """Give a query a name in Spark, which computes it anew where it is used."""
        if not self.goes_out(query):
            self._local.prepare(name, query)
            return
        with _clear_failures():
            self._open_for(query)
            self._view(name, self._session.sql(query.sql))

    def keep(self, name: str, query: RecordQuery) -> None:
        """Put the result of a query into a temporary table of the local engine."""
        if self.goes_out(query):
            self._local.engine.load(name, self._ask(query))
        else:
            self._local.keep(name, query)

    def goes_out(self, query: RecordQuery) -> bool:
        """Whether a query is Spark's: it reads a kind with many records, and it is answered alike."""
        return query.portable and any(
            self._kinds[kind].rows > self._local_rows for kind in query.kinds
        )

    def _ask(self, query: RecordQuery) -> pa.Table:
        with _clear_failures():
            self._open_for(query)
            return self._session.sql(query.sql).toArrow()

    def _open_for(self, query: RecordQuery) -> None:
        """Make known what a query reads."""
        for kind in query.kinds:
            if kind not in self._open:
                self._view(kind, self._stored(self._kinds[kind]))
                self._open.add(kind)
        for name in query.lookups:
            self._renew(name)

    def _stored(self, kind: KindFiles) -> DataFrame:
        if not kind.files:
            return self._empty(kind.columns)
        files = [plain_path(path) for path in kind.files]
        return self._session.read.option("mergeSchema", "true").parquet(*files)

    def _renew(self, name: str) -> None:
        """Send a small table again if it has changed."""
        engine = self._local.engine
        # Rows in any order; two that are equal must not cancel each other.
        told = f"SELECT count(*), sum(CAST(hash(sent) AS HUGEINT)) FROM {identifier(name)} AS sent"
        size, content = engine.rows(told)[0]
        if self._sent.get(name) != (size, content):
            columns = engine.columns(identifier(name))
            table = (
                self._session.createDataFrame(engine.arrow(f"SELECT * FROM {identifier(name)}"))
                if size
                else None
            )
            self._view(name, self._empty(columns) if table is None else table)
            self._sent[name] = (size, content)

    def _empty(self, columns: Mapping[str, str]) -> DataFrame:
        cells = ", ".join(
            f"CAST(NULL AS {_TYPES.get(kind, kind)}) AS {identifier(name)}"
            for name, kind in columns.items()
        )
        return self._session.sql(f"SELECT {cells} WHERE FALSE")

    def _view(self, name: str, table: DataFrame) -> None:
        table.createOrReplaceTempView(f"`{name}`")


def plain_path(file: StoredFile) -> str:
    r"""A file as Spark's readers take it: not encoded as in an address, wildcards quoted.

    >>> from pathlib import Path
    >>> plain_path(Path("/a b/x[1].parquet"))
    'file:/a b/x\\[1\\].parquet'
    """
    at = file.for_spark if isinstance(file, RemoteFile) else f"file:{file.absolute()}"
    return re.sub(r"([\\*?\[\]{},])", r"\\\1", at)


def connect(master: str) -> SparkSession:
    """A session on a cluster, set up so that SQL means there what it means in DuckDB.

    Args:
        master: ``spark://host:port``, ``local[2]``, or ``sc://host:port`` for Spark Connect.

    Raises:
        CeyuanError: ``spark-missing`` without the client, ``java-missing`` where it needs Java and there is none,
            ``spark-unreachable`` where nobody answers at that address.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional part, and it takes a second
    except ImportError:
        raise fail("spark-missing", "Apache Spark's client is not installed") from None
    through_connect = master.startswith("sc://")
    if not through_connect and shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise fail("java-missing", f"{master} needs Java on this machine, and there is none")
    _knock(master)
    if not through_connect:
        # Workers run the same Python, where nobody says which one they have.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = (
        SparkSession.builder.remote(master)
        if through_connect
        else SparkSession.builder.master(master)
    )
    for name, value in (
        _SETTINGS if through_connect else _SETTINGS | _DRIVER | _own_address()
    ).items():
        builder = builder.config(name, value)
    with _clear_failures(f"nobody answers at {master}"):
        session = builder.getOrCreate()
        session.sql("SELECT 1").toArrow()
    return session


def _knock(master: str) -> None:
    """Refuse an address where nobody listens: the client would try for many minutes."""
    address = urlsplit(master)
    several_masters = "," in master
    if address.scheme not in ("spark", "sc") or several_masters:
        return
    port = address.port or (_CONNECT_PORT if address.scheme == "sc" else _MASTER_PORT)
    try:
        socket.create_connection((address.hostname or "", port), timeout=10).close()
    except OSError as error:
        raise fail(
            "spark-unreachable", f"nobody answers at {master}: {error.strerror or error}"
        ) from None


def _own_address() -> dict[str, str]:
    """The driver's own address, where the environment names it: workers must be able to call back."""
    address = os.environ.get("SPARK_LOCAL_IP")
    return {"spark.driver.host": address, "spark.driver.bindAddress": address} if address else {}


@contextmanager
def _clear_failures(what: str = "Spark could not answer a query") -> Iterator[None]:
    """Say in our own words that the cluster did not do what was asked."""
    from pyspark.errors import PySparkException  # noqa: PLC0415 - only where it is used at all

    try:
        yield
    except PySparkException as error:
        if "No module named 'ceyuan'" in str(error):
            message = "the Python of the cluster's workers has no Ceyuan"
            raise fail("workers-without-ceyuan", message) from None
        said = str(error).strip().partition("\n")[0]
        raise fail("spark-unreachable", f"{what}: {said}") from None
