"""A draft of a declaration for a file: what can be seen in it, for a person to correct.

A draft guesses, and says so: everything that is not certain is a comment that begins with ``?``. Nothing is read by it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import yaml

from ceyuan.errors import fail
from ceyuan.periods import parse_period
from ceyuan.records.headings import stated_units
from ceyuan.records.numbers import MARKS, written
from ceyuan.tabular.delimited import TextRows, text_lines, told_delimiter
from ceyuan.tabular.layout import JOINER, VALUE, Layout, Row, loose
from ceyuan.tabular.opening import TableFile, lines_of
from ceyuan.tabular.sheets import sheet_names, sheet_texts
from ceyuan.tabular.tables import SHEETS, open_table

_ENCODINGS = ("utf-8", "gb18030", "big5")
_LOOKED_AT = 200
_DEEPEST = 40
_NOTE = re.compile(r"(注|註|备注|備註|说明|資料來源|资料来源|note|source)", re.IGNORECASE)
_PLACE = re.compile(r"(地区|地區|省|市|区域|place|region|geo|ref_area|country|area)", re.IGNORECASE)
_PERIOD = re.compile(r"(年|period|time|year|date|时间|時間)", re.IGNORECASE)
_ITEM = re.compile(r"(项目|項目|指标|指標|item|indicator|series)", re.IGNORECASE)
_UNIT = re.compile(r"^(单位|單位|units?|unit_measure|unit of measure)$", re.IGNORECASE)


@dataclass
class Draft:
    """What was seen in a file.

    Attributes:
        file: its name.
        keys: keys of the declaration that are certain enough to write.
        columns: field → column or how it is read.
        unclear: sentences on what a person must decide.
    """

    file: str
    keys: dict[str, object] = field(default_factory=dict)
    columns: dict[str, object] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)

    def yaml(self) -> str:
        """The draft as a declaration, what is unclear as comments above."""
        asked = "".join(f"# ? {sentence}\n" for sentence in self.unclear)
        content = {
            "kind": "account",
            "file": self.file,
            "source": "SOURCE",
            **self.keys,
            "columns": self.columns,
        }
        return asked + yaml.safe_dump(
            content, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None
        )


def suggest(path: Path) -> Draft:
    """Look at a file and draft its declaration.

    Args:
        path: delimited text, also packed, or a workbook.

    Raises:
        CeyuanError: ``unreadable-file``, ``bad-xlsx``, ``bad-encoding`` and what else opening finds.
    """
    if not path.is_file():
        raise fail("unreadable-file", "there is no such file", file=str(path))
    draft = Draft(path.name)
    file = TableFile(path, str(path))
    if path.suffix.lower() in SHEETS:
        layout = Layout(sheet=_first_sheet(file, draft))
        grid = _sheet_grid(file, layout)
    else:
        layout = Layout(encoding=_encoding(file, draft))
        grid = _text_grid(file, layout.encoding)
    header = _header_lines(grid)
    if header != (1,):
        draft.keys["header"] = list(header) if len(header) > 1 else header[0]
    with open_table(file, replace(layout, header=header)) as table:
        rows = list(islice(table, _LOOKED_AT))
        names, above = table.names, table.above
    if isinstance(table, TextRows) and table.delimiter == ";":
        draft.unclear.append(
            'Semicolons part the columns: does a comma stand before decimals? Then `decimal: ","`.'
        )
    _describe(draft, names, above, _table_rows(draft, rows))
    return draft


def _encoding(file: TableFile, draft: Draft) -> str:
    """The first encoding in which all of the file's first lines are text."""
    sample = b"\n".join(islice(lines_of(file), _LOOKED_AT))
    for encoding in (
        ("utf-16", *_ENCODINGS) if sample[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    ):
        try:
            sample.decode(encoding)
        except UnicodeError:
            continue
        if encoding not in ("utf-8", "utf-16"):
            draft.keys["encoding"] = encoding
            draft.unclear.append(
                f"The file is no UTF-8; as {encoding} it can be read. Do its words make sense?"
            )
        return encoding
    raise fail(
        "bad-encoding", f"the file is in none of {', '.join(_ENCODINGS)}", file=file.shown_as
    )


def _sheet_grid(file: TableFile, layout: Layout) -> list[list[str]]:
    return [
        [cell or "" for cell in row] for row in islice(sheet_texts(file, layout.sheet), _DEEPEST)
    ]


def _first_sheet(file: TableFile, draft: Draft) -> str | None:
    visible, hidden = sheet_names(file)
    if visible and (len(visible) > 1 or hidden):
        draft.keys["sheet"] = visible[0]
    if visible[1:]:
        draft.unclear.append(f"Other sheets, each a table of its own: {', '.join(visible[1:])}.")
    if hidden:
        draft.unclear.append(f"Hidden sheets, not looked at: {', '.join(hidden)}.")
    return visible[0] if visible else None


def _text_grid(file: TableFile, encoding: str) -> list[list[str]]:
    lines = [line.rstrip("\r\n") for line in islice(text_lines(file, encoding), _DEEPEST)]
    delimiter = told_delimiter(max(lines, key=len, default=""))
    return [next(csv.reader([line], delimiter=delimiter), []) for line in lines]


def _header_lines(grid: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The lines of names: from the first that has several cells to the one before the first line of numbers."""
    data = next((n for n, cells in enumerate(grid) if _is_data(cells)), len(grid))
    named = [n for n in range(data) if sum(bool(cell.strip()) for cell in grid[n]) > 1]
    return tuple(n + 1 for n in named) or (max(data, 1),)


def _is_data(cells: Sequence[str]) -> bool:
    """Whether numbers stand behind the first cell that are no years of a heading."""
    told = [cell.strip() for cell in cells if cell.strip()]
    return len(told) > 1 and any(_is_number(cell) and not _is_period(cell) for cell in told[1:])


def _is_number(text: str) -> bool:
    return any(written(text, mark).number is not None for mark in MARKS)


def _is_period(text: str) -> bool:
    try:
        return parse_period(text).grain != "day"
    except ValueError:
        return False


def _table_rows(draft: Draft, rows: Sequence[Row]) -> list[Row]:
    """The rows before the notes that stand under a table."""
    for number, row in enumerate(rows):
        first = next((cell.strip() for cell in row.cells if cell and cell.strip()), "")
        found = _NOTE.match(first)
        if found and sum(bool(cell) for cell in row.cells) == 1:
            draft.keys["until"] = [found[0]]
            return list(rows[:number])
    return list(rows)


def _describe(
    draft: Draft, names: Sequence[str], above: Sequence[str], rows: Sequence[Row]
) -> None:
    patterns = _patterns(names)
    unpivoted = [position for position, name in enumerate(names) if _has_period(name)]
    if len(unpivoted) > 1:
        draft.keys["unpivot"] = patterns
        _describe_parts(draft, [names[position] for position in unpivoted])
        label, taken = VALUE, unpivoted
    else:
        patterns = []
        taken = _value_column(draft, names, rows)
        label = names[taken[0]] if taken else ""
    for position, name in enumerate(names):
        if position not in taken:
            _describe_label(draft, name, patterns)
    values: list[str | None] = []
    for row in rows:
        values += [row.cells[position] for position in taken if position < len(row.cells)]
    _describe_amount(draft, label, values, [*above, label], names)
    for needed in ("item", "place", "period"):
        if needed not in draft.columns and f"{{{needed}}}" not in "".join(patterns):
            draft.unclear.append(
                f"No column for {needed} was found: name one, or write it under `constants`."
            )
    draft.unclear.append(
        "SOURCE is to be the source's id in sources.yaml; `account` another kind where one fits better."
    )


def _value_column(draft: Draft, names: Sequence[str], rows: Sequence[Row]) -> list[int]:
    """The column of numbers, if there is one; of several the first is taken and the others are asked about."""
    numeric = [
        i for i, name in enumerate(names) if _is_numeric(rows, i) and not _PERIOD.search(name)
    ]
    called_so = [i for i in numeric if names[i].lower() in ("obs_value", "value")]
    chosen = [*called_so, *numeric][:1]
    others = [names[i] for i in numeric if i not in chosen and loose(names[i]) != "unit_mult"]
    if others:
        draft.unclear.append(
            f"Further columns of numbers: {', '.join(others)}. Several declarations may read one file."
        )
    return chosen


def _patterns(names: Sequence[str]) -> list[str]:
    """Patterns of the names that hold a period: ``{period}``, ``{period}/{item}``, ``{item}/{period}``."""
    found: dict[str, None] = {}
    for name in names:
        if _has_period(name):
            parts = iter(("{item}", *(f"{{part_{letter}}}" for letter in "abcdefgh")))
            pattern: list[str] = []
            for part in name.split(JOINER):
                taken = _period_part(part) and "{period}" not in pattern
                pattern.append("{period}" if taken else next(parts))
            found[JOINER.join(pattern)] = None
    return list(found)


def _has_period(name: str) -> bool:
    return any(_period_part(part) for part in name.split(JOINER))


def _period_part(text: str) -> bool:
    return _is_period(text.strip()) and text.strip() != "all"


def _describe_parts(draft: Draft, names: Sequence[str]) -> None:
    """Where names hold an item beside the period, its spellings are listed to be given short ids."""
    items: dict[str, None] = {}
    for name in names:
        others = [part for part in name.split(JOINER) if not _period_part(part)]
        items |= dict.fromkeys(others[:1])
    if items:
        draft.columns["item"] = {"column": "item", "map": {item: item for item in items}}
        draft.unclear.append("`map` gives the items ids of your own.")


def _is_numeric(rows: Sequence[Row], position: int) -> bool:
    cells = [
        row.cells[position] for row in rows if position < len(row.cells) and row.cells[position]
    ]
    numbers = sum(_is_number(cell or "") for cell in cells)
    return numbers * 2 > len(cells)


def _describe_label(draft: Draft, name: str, patterns: Sequence[str]) -> None:
    for target, pattern in (("place", _PLACE), ("period", _PERIOD), ("item", _ITEM)):
        told = target in draft.columns or f"{{{target}}}" in "".join(patterns)
        if pattern.search(loose(name)) and not told:
            draft.columns[target] = name
            return
    if not _UNIT.match(name) and loose(name) != "unit_mult":
        draft.unclear.append(f"What does the column {name!r} say? It is not read.")


def _describe_amount(
    draft: Draft,
    label: str,
    values: Sequence[str | None],
    headings: Sequence[str],
    names: Sequence[str],
) -> None:
    amount: dict[str, object] = {"column": label}
    column = next((name for name in names if _UNIT.match(name)), None)
    units = list(dict.fromkeys(unit.text for heading in headings for unit in stated_units(heading)))
    if column is not None:
        amount["unit_column"] = column
    elif len(units) == 1:
        amount["unit_from"] = "heading"
    else:
        found = f" Headings name {', '.join(units)}." if units else ""
        draft.unclear.append(f"In which unit are the numbers? Write `unit`.{found}")
    strange = list(_strange(values))
    if strange:
        shown = ", ".join(repr(text) for text in strange[:12])
        draft.unclear.append(
            f"Cells that are no numbers: {shown}. List them under `missing`, `marks` or `bounds`."
        )
    draft.columns["amount"] = amount


def _strange(values: Sequence[str | None]) -> Iterator[str]:
    """The different cells that hold no number, or a number with something beside it."""
    for text in dict.fromkeys(value.strip() for value in values if value and value.strip()):
        found = written(text)
        if found.number is None or found.before or found.after:
            yield text
