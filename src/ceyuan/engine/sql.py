"""Names and constants as SQL text. Nothing reaches a query except through these functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

SqlValue = str | int | float | bool | Decimal | date | None


def identifier(name: str) -> str:
    """A quoted name.

    >>> identifier('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def path_literal(path: Path | str) -> str:
    """A path as a constant for the engine's readers, which would take ``*``, ``?`` and ``[`` in it for wildcards.

    >>> path_literal(Path("data[1]/x.csv"))
    "'data[[]1]/x.csv'"
    """
    return literal("".join(f"[{c}]" if c in "*?[" else c for c in str(path)))


def parquet(*paths: Path | str) -> str:
    """Parquet files as a relation, exactly these and nothing read out of their names.

    >>> parquet(Path("build/a=1/x.parquet"))
    "read_parquet(['build/a=1/x.parquet'], hive_partitioning = false, union_by_name = true)"
    """
    files = ", ".join(path_literal(path) for path in paths)
    return f"read_parquet([{files}], hive_partitioning = false, union_by_name = true)"


def literal(value: SqlValue) -> str:
    """A constant.

    >>> literal("it's"), literal(True), literal(None)
    ("'it''s'", 'TRUE', 'NULL')
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return f"CAST('{value}' AS DOUBLE)" if isinstance(value, float) else str(value)
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    quoted = "'" + value.replace("'", "''") + "'"
    # The engine's parser ends at a zero character; a backslash means itself in one engine and not in another.
    for character in "\0\\":
        quoted = quoted.replace(character, f"' || chr({ord(character)}) || '")
    return quoted if "' || chr(" not in quoted else f"({quoted})"


def literals(values: Iterable[SqlValue]) -> str:
    """Constants as the list that follows ``IN``; of no constants one that nothing equals.

    >>> literals(["a", "b"]), literals([])
    ("'a', 'b'", 'NULL')
    """
    return ", ".join(map(literal, values)) or "NULL"
