"""The expressions of a typed table as they are put together, and how a cell is named in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ceyuan.engine import identifier, literal
from ceyuan.records.raw import RawTable
from ceyuan.workspace.tables import ColumnSpec, TableSpec

EXCLUDED = "excluded"
BLANK = " \t\r\n\u00a0\u3000\ufeff"
"""What is no part of a text at its ends."""
NO_TEXT = "CAST(NULL AS VARCHAR)"
"""SQL of the text of a field that a file says nothing of."""


@dataclass(slots=True)
class Shape:
    """How a raw table becomes a typed one, in two layers so that no cell is cleaned or cast twice.

    The relation ``cell`` has a cleaned text for each cell that is used (``t0`` …) and a number for each that is a number
    (``n0`` …); values and faults are written in these.

    Attributes:
        values: stored column → SQL expression.
        joins: joins of the lookups.
        faults: pairs of a condition and the reason code (with the field) for rows where it is true.
        asked: the types of fields that only the workspace can answer, each with the SQL of its texts over ``raw``.
        told_by_cells: whether what some cells say decides how others are read.
    """

    values: dict[str, str] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    told_by_cells: bool = False
    _texts: dict[str, str] = field(default_factory=dict)
    _numbers: dict[str, str] = field(default_factory=dict)

    def text(self, expression: str) -> str:
        """The column of ``cell`` that holds a text expression over ``raw``."""
        return "cell." + self._texts.setdefault(expression, f"t{len(self._texts)}")

    def distinct(self, column: str) -> str:
        """A query of the different texts that a text column of ``cell`` takes."""
        text = self.expression(column)
        cells = sorted(set(re.findall(r'raw\.("(?:[^"]|"")*")', text)))
        # Cells are few when they are different: they are told apart as they are, before anything is cleaned.
        source = (
            f"(SELECT DISTINCT {', '.join(cells)} FROM raw) AS raw"
            if cells
            else "(SELECT 1 FROM raw LIMIT 1) AS raw"
        )
        return f"SELECT DISTINCT {text} FROM {source} WHERE {text} IS NOT NULL"

    def expression(self, column: str) -> str:
        """The expression over ``raw`` that a text column of ``cell`` stands for."""
        return next(e for e, name in self._texts.items() if f"cell.{name}" == column)

    def number(self, expression: str) -> str:
        """The column of ``cell`` that holds a number made of its texts."""
        return "cell." + self._numbers.setdefault(expression, f"n{len(self._numbers)}")

    def source(self, raw: RawTable, file: str) -> str:
        """SQL for the relation that values and faults are written over.

        Args:
            raw: the cells.
            file: the file as it is named in lineage.
        """
        fault = "raw._fault" if raw.has_faults else NO_TEXT
        texts = "".join(f", {expression} AS {name}" for expression, name in self._texts.items())
        numbers = "".join(f", {expression} AS {name}" for expression, name in self._numbers.items())
        cleaned = (
            f"SELECT {raw.row} AS _row, CAST({raw.line} AS BIGINT) AS _line, "
            f"{raw.place_sql(file)} AS _file, {fault} AS _fault, "
            f"{raw.correction} AS _correction{texts} FROM raw"
        )
        return (
            f"FROM (SELECT cell.*{numbers} FROM ({cleaned}) AS cell) AS cell {' '.join(self.joins)}"
        )

    def fault_sql(self) -> str:
        """SQL for all reason codes of a row joined by semicolons, NULL where there are none.

        A row that is declared to be no record of this kind is not judged as one: ``excluded`` is its only reason.
        """
        by_code: dict[
            str, list[str]
        ] = {}  # a code is said once for a row, whichever of its conditions are true
        for condition, code in self.faults:
            by_code.setdefault(code, []).append(f"({condition})")
        cases = [
            f"CASE WHEN {' OR '.join(found)} THEN {literal(code)} END"
            for code, found in by_code.items()
            if code != EXCLUDED
        ]
        reasons = f"nullif(concat_ws('; ', {', '.join(cases)}), '')" if cases else NO_TEXT
        declared = [
            f"coalesce({condition}, FALSE)" for condition, code in self.faults if code == EXCLUDED
        ]
        return (
            f"CASE WHEN {' OR '.join(declared)} THEN {literal(EXCLUDED)} ELSE {reasons} END"
            if declared
            else reasons
        )

    def good_sql(self) -> str:
        """SQL that is true for rows without a fault.

        It is one comparison rather than a denial, which the engine would part into conditions, push down to the cells and
        so clean and cast every cell several times.
        """
        return f"CASE WHEN {self.bad_sql()} THEN 1 ELSE 0 END = 0"

    def bad_sql(self) -> str:
        """SQL that is true for rows with any fault."""
        return (
            " OR ".join(f"coalesce({condition}, FALSE)" for condition, _ in self.faults) or "FALSE"
        )


def cell_text(raw: RawTable, column: ColumnSpec, name: str | None = None) -> str:
    """A cell as trimmed text, NULL where it is empty or stands for nothing."""
    engine_name, kind = raw.columns[name or column.column]
    cell = f"raw.{identifier(engine_name)}"
    trimmed = trimmed_text(cell, kind) if raw.padded else cell
    known = _nulled(trimmed, column.missing)
    if name is not None:
        return known
    signs = (*column.strip, *column.marks)
    bare = known
    if signs:
        ends = f"(?:{'|'.join(map(re.escape, signs))}|[{BLANK}])+"
        bare = f"regexp_replace({bare}, {literal(f'^{ends}|{ends}$')}, '', 'g')"
    if column.bounds:
        before = f"^(?:{'|'.join(map(re.escape, column.bounds))})[{BLANK}]*"
        bare = f"regexp_replace({bare}, {literal(before)}, '')"
    if column.minus:
        before = f"^(?:{'|'.join(map(re.escape, column.minus))})[{BLANK}]*([0-9０-９.])"
        bare = f"regexp_replace({bare}, {literal(before)}, '-\\1')"
    if column.brackets == "negative":
        bare = f"regexp_replace({bare}, {literal(_BRACKETED)}, '-\\1')"
    return known if bare == known else _nulled(bare, column.missing)


_BRACKETED = rf"^[(（][{BLANK}]*([^-−()（）]*[0-9][^-−()（）]*)[)）]$"
"""A number in brackets that is not negative already."""


def _nulled(text: str, missing: Sequence[str]) -> str:
    nothing = "".join(f", {literal(m)}" for m in missing)
    return (
        f"CASE WHEN {text} IN (''{nothing}) THEN NULL ELSE {text} END"
        if nothing
        else f"nullif({text}, '')"
    )


def marks_sql(raw: RawTable, column: ColumnSpec) -> str:
    """SQL for what the footnote marks of a cell say, NULL where it has none."""
    ends = f"(?:{'|'.join(map(re.escape, (*column.marks, *column.strip)))}|[{BLANK}])*"
    cell = cell_text(raw, ColumnSpec(column=column.column))
    found = f"concat(regexp_extract({cell}, {literal('^' + ends)}), regexp_extract({cell}, {literal(ends + '$')}))"
    # A mark may be a part of another one: the longest that fits is meant.
    longest = sorted(column.marks, key=len, reverse=True)
    marks = f"regexp_extract_all({found}, {literal('|'.join(map(re.escape, longest)))})"
    said = (
        f"CASE WHEN list_contains({marks}, {literal(m)}) THEN {literal(t)} END"
        for m, t in column.marks.items()
    )
    return f"nullif(concat_ws('；', {', '.join(said)}), '')"


def bound_sql(raw: RawTable, column: ColumnSpec) -> str:
    """SQL for the bound that the sign before a cell's number is, NULL where there is none."""
    cell = cell_text(raw, ColumnSpec(column=column.column))
    longest = sorted(column.bounds, key=len, reverse=True)
    cases = (
        f"WHEN starts_with({cell}, {literal(s)}) THEN {literal(column.bounds[s])}" for s in longest
    )
    return f"CASE {' '.join(cases)} END"


def trimmed_text(cell: str, kind: str) -> str:
    """SQL for a cell as text without space around it; whole numbers have no decimal point, whatever their type."""
    if kind == "VARCHAR":
        # Few cells need trimming, and looking is much cheaper than trimming.
        needed = f"regexp_matches({cell}, '^[{BLANK}]|[{BLANK}]$')"
        return f"CASE WHEN {needed} THEN trim({cell}, '{BLANK}') ELSE {cell} END"
    text = f"CAST({cell} AS VARCHAR)"
    if kind not in ("DOUBLE", "FLOAT"):
        return text
    whole = f"{cell} = floor({cell}) AND abs({cell}) < 1e15"
    return f"CASE WHEN {whole} THEN CAST(CAST({cell} AS BIGINT) AS VARCHAR) ELSE {text} END"


def ambiguous(raw: RawTable, table: TableSpec, name: str, text: str) -> list[tuple[str, str]]:
    """The fault of numbers that mean one thing with a decimal comma and another with a point.

    Where semicolons part the columns a comma is as likely to stand before decimals as between thousands: 1,234 and 1.234 are
    read only once `decimal` says which it is.
    """
    if raw.delimiter != ";" or table.decimal is not None:
        return []
    return [
        (
            f"regexp_matches({text}, '[0-9],[0-9]|^-?[0-9]{{1,3}}[.][0-9]{{3}}$')",
            f"ambiguous-number:{name}",
        )
    ]
