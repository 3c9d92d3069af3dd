"""Which engine the records of a workspace, or of one of its builds, are asked of."""

from __future__ import annotations

from collections.abc import Mapping

from ceyuan.engine import Cluster, Engine, KindFiles, LocalRecords, RecordEngine
from ceyuan.errors import CeyuanError
from ceyuan.workspace.config import EngineConfig


def cluster_of(chosen: EngineConfig) -> Cluster | None:
    """The cluster that is chosen, not connected yet; None where everything is done here."""
    if chosen.kind == "duckdb" or chosen.master is None:
        return None
    # Only a workspace with a cluster waits for its client.
    from ceyuan.engine.spark import SparkCluster  # noqa: PLC0415

    return SparkCluster(chosen.master)


def records_of_build(
    chosen: EngineConfig, engine: Engine, kinds: Mapping[str, KindFiles]
) -> RecordEngine:
    """The engine that the records of a finished build are asked of.

    The cluster where one is chosen, it answers, and some kind has more records than stay here; else DuckDB, which reads the
    same files more slowly and says the same. Its session stays for other builds, until the process ends.
    """
    local = LocalRecords(engine)
    cluster = cluster_of(chosen)
    if cluster is None or all(kind.rows <= chosen.local_rows for kind in kinds.values()):
        return local
    try:
        return cluster.records(engine, kinds, chosen.local_rows)
    except CeyuanError:
        return local
