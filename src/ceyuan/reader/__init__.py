"""The reader: every figure that a text states, as a structured statement. Deterministic, no model, no network."""

from ceyuan.reader.document import read_bytes, read_file
from ceyuan.reader.reading import Reading, read_text
from ceyuan.reader.statement import Statement

__all__ = ["Reading", "Statement", "read_bytes", "read_file", "read_text"]
