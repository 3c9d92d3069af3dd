"""The engine: where queries run. DuckDB is the embedded default."""

from ceyuan.engine.duck import PARTS, Engine, EngineSettings, StoredFile
from ceyuan.engine.records import Cluster, KindFiles, LocalRecords, RecordEngine, RecordQuery
from ceyuan.engine.remote import RemoteFile, RemoteFolder
from ceyuan.engine.sql import identifier, literal, literals, parquet, path_literal

__all__ = [
    "PARTS",
    "Cluster",
    "Engine",
    "EngineSettings",
    "KindFiles",
    "LocalRecords",
    "RecordEngine",
    "RecordQuery",
    "RemoteFile",
    "RemoteFolder",
    "StoredFile",
    "identifier",
    "literal",
    "literals",
    "parquet",
    "path_literal",
]
