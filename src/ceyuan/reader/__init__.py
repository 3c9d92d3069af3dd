"""The reader: every figure that a text states, as a structured statement. Deterministic, no model, no network."""

from ceyuan.reader.reading import Reading, read_text
from ceyuan.reader.statement import Statement

__all__ = ["Reading", "Statement", "read_text"]
