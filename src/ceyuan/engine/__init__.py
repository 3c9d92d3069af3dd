"""The engine: where queries run. DuckDB is the embedded default."""

from ceyuan.engine.duck import Engine, EngineSettings
from ceyuan.engine.sql import identifier, literal, parquet, path_literal

__all__ = ["Engine", "EngineSettings", "identifier", "literal", "parquet", "path_literal"]
