"""Markdown tables for the generated pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(value: object) -> str:
    """A value as one cell: no line breaks, no bars that would end it."""
    return str(value if value is not None else "").replace("\n", " ").replace("|", "\\|")


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table, or nothing where there are no rows."""
    lines = [f"| {' | '.join(cell(c) for c in row)} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(header)} |", f"|{'---|' * len(header)}", *lines]) + "\n"


def code(value: object) -> str:
    """Inline code, also where the value holds a backtick."""
    text = str(value)
    ticks = "``" if "`" in text else "`"
    return f"{ticks}{text}{ticks}" if text else ""
