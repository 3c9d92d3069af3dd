"""A reading as JSON, as a table, as a page."""

from __future__ import annotations

import io
import json
from html import escape

from ceyuan.reader.reading import Reading
from ceyuan.reader.statement import Statement, plain_number

_STYLE = """
body{font:16px/1.7 system-ui,"Noto Sans CJK SC",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
body{color:#1b1b1b;background:#fff}mark{background:#fde9a9;color:inherit;border-radius:.2em}.text{white-space:pre-wrap}
table{border-collapse:collapse;width:100%;font-size:.9rem}caption{text-align:left;font-weight:600;padding:.5rem 0}
th,td{border-bottom:1px solid #ccc;padding:.25rem .5rem;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}
@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}mark{background:#6b5500}}
"""
_COLUMNS = ("quote", "value", "unit", "bound", "kind", "modality", "subject", "place", "period")


def as_json(reading: Reading) -> str:
    """The documented JSON object, indented, with Chinese as it is."""
    skipped = [str(skipped) for skipped in reading.skipped]
    body = {
        "document": {
            "sha256": reading.sha256,
            "characters": reading.characters,
            "skipped": skipped,
        },
        "statements": [statement.as_json() for statement in reading.statements],
    }
    return json.dumps(body, ensure_ascii=False, indent=2)


def _value(statement: Statement) -> str:
    value = _number(plain_number(statement.value))
    top = "" if statement.value_max is None else f"…{_number(plain_number(statement.value_max))}"
    former = (
        "" if statement.from_value is None else f"{_number(plain_number(statement.from_value))} → "
    )
    return f"{former}{value}{top}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


def _cells(statement: Statement) -> list[str]:
    modality = statement.modality + (", cumulative" if statement.cumulative else "")
    return [
        " ".join(statement.quote.split()), _value(statement), statement.unit, statement.bound, statement.kind, modality,
        statement.subject, statement.place or "", statement.period or "",
    ]  # fmt: skip


def as_table(reading: Reading, width: int = 160) -> str:
    """A table for the terminal, one line a statement."""
    from rich.console import Console  # noqa: PLC0415 - start-up time
    from rich.table import Table  # noqa: PLC0415

    table = Table(*_COLUMNS, box=None, pad_edge=False)
    for statement in reading.statements:
        table.add_row(*_cells(statement))
    console = Console(
        file=io.StringIO(), width=width, no_color=True, markup=False, highlight=False, emoji=False
    )
    console.print(table)
    written = console.file
    assert isinstance(written, io.StringIO)  # noqa: S101 - it was made three lines above
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def as_page(reading: Reading, title: str) -> str:
    """A self-contained HTML page: the text with its figures marked, and the ledger. Everything is escaped."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in (*_COLUMNS, "sentence"))
    text = f'<h2>Text</h2><div class="text">{_marked(reading)}</div>' if reading.plain else ""
    rows = "\n".join(_row(statement) for statement in reading.statements)
    return (
        f'<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>\n'
        f"<body><main><h1>{escape(title)}</h1>{text}\n<table><caption>{len(reading.statements)} statements; "
        f"sha256 {escape(reading.sha256)}</caption><thead><tr>{head}</tr"
        f"></thead>\n<tbody>{rows}</tbody></table></main></body></html>\n"
    )


def _row(statement: Statement) -> str:
    cells = _cells(statement)
    body = "".join(
        f"<td{' class=n' if i == 1 else ''}>{escape(cell)}</td>" for i, cell in enumerate(cells)
    )
    return f"<tr>{body}<td>{escape(statement.sentence)}</td></tr>"


def _marked(reading: Reading) -> str:
    pieces, at = [], 0
    for statement in reading.statements:
        label = f"{_value(statement)} {statement.unit} · {statement.bound} · {statement.kind} · {statement.subject}"
        pieces.append(escape(reading.text[at : statement.start]))
        pieces.append(f'<mark title="{escape(label)}">{escape(statement.quote)}</mark>')
        at = statement.end
    return "".join(pieces) + escape(reading.text[at:])
