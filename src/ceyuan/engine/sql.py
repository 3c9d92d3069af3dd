"""Names and constants as SQL text. Nothing reaches a query except through these two functions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

SqlValue = str | int | float | bool | Decimal | date | None


def identifier(name: str) -> str:
    """A quoted name.

    >>> identifier('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


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
    return "'" + value.replace("'", "''") + "'"
