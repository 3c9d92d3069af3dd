"""Fields of patents: WIPO's 35 technology fields by their numbers, and sections of the IPC."""

from __future__ import annotations

from ceyuan.engine import literal, literals
from ceyuan.wording.fields import SECTION, ipc_sections, wipo_fields

NO_MORE = "CAST(NULL AS VARCHAR) AS organisation_type, CAST(NULL AS BOOLEAN) AS corresponding"
"""SQL of what tables of patents do not say of a contributor."""
UNCITED = "CAST(NULL AS BIGINT) AS citations, CAST(NULL AS DOUBLE) AS citation_percentile"
"""SQL of what they do not say of a document."""


def wipo_name(number: str, other: str = "CAST(NULL AS VARCHAR)") -> str:
    """SQL for the name of a technology field.

    Args:
        number: SQL of its number, 1 … 35, as text.
        other: SQL of what stands for anything else.
    """
    cases = " ".join(
        f"WHEN {i} THEN {literal(name)}" for i, name in enumerate(wipo_fields(), start=1)
    )
    return f"CASE TRY_CAST({number} AS INTEGER) {cases} ELSE {other} END"


def ipc_section(symbol: str) -> str:
    """SQL for the section of an IPC symbol as points write it (``IPC G``); NULL for what is no symbol.

    Args:
        symbol: SQL of the symbol.
    """
    letter = f"upper(substr(trim({symbol}), 1, 1))"
    known = literals(ipc_sections())
    return f"CASE WHEN {letter} IN ({known}) THEN {literal(SECTION)} || {letter} END"
