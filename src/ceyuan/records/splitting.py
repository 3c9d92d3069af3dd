"""Cells with several values: a row for each of them.

Lists of registers say 甲大学、乙公司 in one cell where a table of records has two rows. Columns that are split together are
parted side by side: the second partner stands in the second place. A row whose cells do not agree stays whole, with a fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ceyuan.engine import Engine, identifier, literal
from ceyuan.records.raw import RAW, RawTable
from ceyuan.records.shaping import BLANK, trimmed_text
from ceyuan.workspace.tables import ColumnSpec, TableSpec

UNEVEN = "uneven-split"


def separators(spec: TableSpec) -> dict[str, tuple[str, ...]]:
    """Columns whose cells hold several values, and what parts them."""
    columns = [column for column in spec.columns.values() if isinstance(column, ColumnSpec)]
    return {column.column: column.split for column in columns if column.split}


def split_rows(engine: Engine, raw: RawTable, spec: TableSpec) -> RawTable:
    """A raw table with a row for each value of the cells that are split; the same table where none are."""
    parted = {
        raw.columns[name]: marks for name, marks in separators(spec).items() if name in raw.columns
    }
    if not parted:
        return raw
    renamed = {
        column: f"p{number}" for number, column in enumerate(dict.fromkeys(raw.columns.values()))
    }
    alone = len(parted) == 1
    lists = {
        renamed[column]: _values(column, marks, alone=alone) for column, marks in parted.items()
    }
    whole = [
        f"{trimmed_text(_cell(column), column[1])} AS {name}"
        for column, name in renamed.items()
        if name not in lists
    ]
    many = [f"{values} AS {name}" for name, values in lists.items()]
    fault = "raw._fault" if raw.has_faults else "CAST(NULL AS VARCHAR)"
    at = raw.at or "CAST(NULL AS VARCHAR)"
    rows = (
        f"SELECT {raw.row} AS _of, CAST({raw.line} AS BIGINT) AS _line, {fault} AS _fault, {at} AS _at, "
        f"{raw.correction} AS _correction, {', '.join([*whole, *many])} FROM raw"
    )
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE parted AS {_parted(rows, lists, list(renamed.values()))}"
    )
    engine.drop(RAW)
    engine.run(f"ALTER TABLE parted RENAME TO {RAW}")
    return replace(
        raw,
        columns={name: (renamed[column], "VARCHAR") for name, column in raw.columns.items()},
        row="raw._row",
        line="raw._line",
        has_faults=True,
        at="raw._at",
        correction="raw._correction",
    )


def _cell(column: tuple[str, str]) -> str:
    return f"raw.{identifier(column[0])}"


def _values(column: tuple[str, str], marks: tuple[str, ...], *, alone: bool) -> str:
    """SQL for the values of a cell as a list; where columns go together an empty place keeps its number."""
    text = trimmed_text(_cell(column), column[1])
    pattern = "|".join(map(re.escape, sorted(marks, key=len, reverse=True)))
    found = f"list_transform(regexp_split_to_array({text}, {literal(pattern)}), lambda part: trim(part, '{BLANK}'))"
    if alone:
        found = f"list_filter({found}, lambda part: part <> '')"
    return f"CASE WHEN coalesce(len({found}), 0) = 0 THEN [CAST(NULL AS VARCHAR)] ELSE {found} END"


def _parted(rows: str, lists: Mapping[str, str], names: list[str]) -> str:
    """SQL of the rows, each value of the lists in one of its own; rows with uneven lists stay whole."""
    first, *others = lists
    even = " AND ".join(f"len({name}) = len({first})" for name in others) or "TRUE"
    whole = "array_to_string({0}, '、')"
    cells = [
        f"CASE WHEN even THEN {name}[part] ELSE {whole.format(name)} END AS {name}"
        if name in lists
        else name
        for name in names
    ]
    return f"""WITH listed AS (SELECT *, {even} AS even FROM ({rows}) AS cells),
        numbered AS (SELECT *, unnest(range(1, CASE WHEN even THEN len({first}) ELSE 1 END + 1)) AS part FROM listed)
        SELECT row_number() OVER (ORDER BY _of, part) AS _row, _line,
            coalesce(_fault, CASE WHEN NOT even THEN {literal(UNEVEN)} END) AS _fault,
            CASE WHEN even AND len({first}) > 1 THEN concat_ws('!', _at, '#' || part) ELSE _at END AS _at,
            _correction, {", ".join(cells)}
        FROM numbered"""
