"""From cells to fields: the SQL expressions that type a raw table and say what is wrong with each row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ceyuan.engine import Engine, identifier, literal
from ceyuan.engine.filters import Column, filter_sql
from ceyuan.errors import CeyuanError, Problem, did_you_mean
from ceyuan.expressions import fields_of, parse_filter
from ceyuan.records.columns import NUMBER
from ceyuan.records.files import RecordFile
from ceyuan.records.lookups import Resolver, Resolvers, join, load_lookup, unit_of
from ceyuan.records.raw import RawTable
from ceyuan.records.values import mapped_sql, plain, unnamed_sql
from ceyuan.units import parse_unit
from ceyuan.workspace import Table
from ceyuan.workspace.kinds import FieldSpec, RecordKind
from ceyuan.workspace.tables import ColumnSpec, TableSpec

EXCLUDED = "excluded"
_LIMITS = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0)}
_FAULT_OF_TYPE = {
    "integer": "bad-number", "number": "bad-number", "quantity": "bad-number", "boolean": "bad-boolean",
    "date": "bad-date", "period": "bad-period", "place": "unknown-place", "party": "unknown-party",
    "unit": "unknown-unit", "choice": "unknown-choice", "url": "bad-url", "latitude": "bad-number",
    "longitude": "bad-number", "indicator": "unknown-indicator", "source": "unknown-source",
}  # fmt: skip


@dataclass(slots=True)
class Shape:
    """How a raw table becomes a typed one, in two layers so that no cell is cleaned or cast twice.

    The relation ``cell`` has a cleaned text for each cell that is used (``t0`` …) and a number for each that is a number
    (``n0`` …); values and faults are written in these.

    Attributes:
        values: stored column → SQL expression.
        joins: joins of the lookups.
        faults: pairs of a condition and the reason code (with the field) for rows where it is true.
    """

    values: dict[str, str] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)
    _numbers: dict[str, str] = field(default_factory=dict)

    def text(self, expression: str) -> str:
        """The column of ``cell`` that holds a text expression over ``raw``."""
        return "cell." + self._texts.setdefault(expression, f"t{len(self._texts)}")

    def distinct(self, column: str) -> str:
        """A query of the different texts that a text column of ``cell`` takes."""
        text = next(e for e, name in self._texts.items() if f"cell.{name}" == column)
        cells = sorted(set(re.findall(r'raw\.("(?:[^"]|"")*")', text)))
        # Cells are few when they are different: they are told apart as they are, before anything is cleaned.
        source = (
            f"(SELECT DISTINCT {', '.join(cells)} FROM raw) AS raw" if cells else "(SELECT 1 FROM raw LIMIT 1) AS raw"
        )
        return f"SELECT DISTINCT {text} FROM {source} WHERE {text} IS NOT NULL"

    def number(self, expression: str) -> str:
        """The column of ``cell`` that holds a number made of its texts."""
        return "cell." + self._numbers.setdefault(expression, f"n{len(self._numbers)}")

    def source(self, raw: RawTable) -> str:
        """SQL for the relation that values and faults are written over."""
        fault = "raw._fault" if raw.has_faults else "CAST(NULL AS VARCHAR)"
        texts = "".join(f", {expression} AS {name}" for expression, name in self._texts.items())
        numbers = "".join(f", {expression} AS {name}" for expression, name in self._numbers.items())
        cleaned = (
            f"SELECT {raw.row} AS _row, CAST({raw.line} AS BIGINT) AS _line, {fault} AS _fault, "
            f"{raw.correction} AS _correction{texts} FROM raw"
        )
        return f"FROM (SELECT cell.*{numbers} FROM ({cleaned}) AS cell) AS cell {' '.join(self.joins)}"

    def fault_sql(self) -> str:
        """SQL for all reason codes of a row joined by semicolons, NULL where there are none.

        A row that is declared to be no record of this kind is not judged as one: ``excluded`` is its only reason.
        """
        by_code: dict[str, list[str]] = {}  # a code is said once for a row, whichever of its conditions are true
        for condition, code in self.faults:
            by_code.setdefault(code, []).append(f"({condition})")
        cases = [
            f"CASE WHEN {' OR '.join(found)} THEN {literal(code)} END"
            for code, found in by_code.items()
            if code != EXCLUDED
        ]
        reasons = f"nullif(concat_ws('; ', {', '.join(cases)}), '')" if cases else "CAST(NULL AS VARCHAR)"
        declared = [f"coalesce({condition}, FALSE)" for condition, code in self.faults if code == EXCLUDED]
        return f"CASE WHEN {' OR '.join(declared)} THEN {literal(EXCLUDED)} ELSE {reasons} END" if declared else reasons

    def bad_sql(self) -> str:
        """SQL that is true for rows with any fault."""
        return " OR ".join(f"coalesce({condition}, FALSE)" for condition, _ in self.faults) or "FALSE"


def shape_table(
    engine: Engine, raw: RawTable, table: Table, kinds: Mapping[str, RecordKind], resolvers: Resolvers
) -> Shape:
    """Build the expressions for one file and load the lookups it needs."""
    kind = kinds[table.spec.kind]
    shape = Shape()
    if raw.has_faults:
        for code in ("bad-csv", "ragged-row", "bad-encoding", "bad-json"):
            shape.faults.append((f"cell._fault = '{code}'", code))
    for rule in table.spec.exclude:
        columns = {name: Column(shape.text(_text(raw, ColumnSpec(column=name))), "text") for name in raw.columns}
        shape.faults.append((filter_sql(parse_filter(rule.when), columns), EXCLUDED))
    for spec in kind.fields:
        _Field(engine, raw, shape, resolvers, kinds, table.spec, spec).add()
    columns = kind_columns(kind, shape.values)
    for check in kind.checks:
        condition = filter_sql(parse_filter(check.when), columns)
        shape.faults.append((f"NOT ({condition})", f"row-check:{check.id}"))
    return shape


def kind_columns(kind: RecordKind, expressions: Mapping[str, str]) -> dict[str, Column]:
    """The fields of a kind as filters see them."""
    columns = {f.id: Column(expressions[f.id], f.type) for f in kind.fields}
    for spec in kind.fields:
        if spec.type == "quantity":
            columns[f"{spec.id}_unit"] = Column(expressions[f"{spec.id}_unit"], "text")
        if spec.type in ("date", "period"):
            day = expressions[spec.id if spec.type == "date" else f"{spec.id}_start"]
            columns[f"{spec.id}.year"] = Column(f"extract(year FROM {day})", "integer")
    return columns


def column_of(spec: TableSpec, name: str) -> ColumnSpec:
    """How a field is read: as declared, or from the column of its own name."""
    declared = spec.columns.get(name, name)
    return ColumnSpec(column=declared) if isinstance(declared, str) else declared


def check_columns(raw: RawTable, table: Table, file: RecordFile, kind: RecordKind) -> None:
    """Every column that a table names must be in the file.

    Raises:
        CeyuanError: ``missing-column`` for each that is named or required but not there.
    """
    problems = []
    for spec in kind.fields:
        column = column_of(table.spec, spec.id)
        named = [column.column, *([column.unit_column] if column.unit_column else [])]
        wanted = spec.id in table.spec.columns or (spec.required and spec.id not in table.spec.constants)
        for name in named if wanted else []:
            if name not in raw.columns:
                hint = did_you_mean(name, raw.columns) or f"Columns of {file.shown_as}: {', '.join(raw.columns)}"
                message = f"the column {name!r} for the field {spec.id!r} is not in {file.shown_as}"
                problems.append(Problem("missing-column", message, table.file, table.line("columns", spec.id), hint))
    for index, rule in enumerate(table.spec.corrections):
        for name in {**rule.match, **rule.expect, **rule.set}:
            if name not in raw.columns:
                message = f"the corrected column {name!r} is not in {file.shown_as}"
                line = table.line("corrections", index)
                problems.append(Problem("missing-column", message, table.file, line, did_you_mean(name, raw.columns)))
    for index, exclusion in enumerate(table.spec.exclude):
        for used in fields_of(parse_filter(exclusion.when)):
            if used.name not in raw.columns:
                message = f"the column {used.name!r} of a filter is not in {file.shown_as}"
                line = table.line("exclude", index)
                problems.append(
                    Problem("missing-column", message, table.file, line, did_you_mean(used.name, raw.columns))
                )
    if problems:
        raise CeyuanError(problems)


def _text(raw: RawTable, column: ColumnSpec, name: str | None = None) -> str:
    """A cell as trimmed text, NULL where it is empty or stands for nothing."""
    engine_name, kind = raw.columns[name or column.column]
    cell = f"raw.{identifier(engine_name)}"
    trimmed = trimmed_text(cell, kind)
    nothing = "".join(f", {literal(m)}" for m in column.missing)
    return f"CASE WHEN {trimmed} IN (''{nothing}) THEN NULL ELSE {trimmed} END" if nothing else f"nullif({trimmed}, '')"


def trimmed_text(cell: str, kind: str) -> str:
    """SQL for a cell as text without space around it; whole numbers have no decimal point, whatever their type."""
    if kind == "VARCHAR":
        # Few cells need trimming, and looking is much cheaper than trimming.
        needed = f"regexp_matches({cell}, '^[{_BLANK}]|[{_BLANK}]$')"
        return f"CASE WHEN {needed} THEN trim({cell}, '{_BLANK}') ELSE {cell} END"
    text = f"CAST({cell} AS VARCHAR)"
    if kind not in ("DOUBLE", "FLOAT"):
        return text
    whole = f"{cell} = floor({cell}) AND abs({cell}) < 1e15"
    return f"CASE WHEN {whole} THEN CAST(CAST({cell} AS BIGINT) AS VARCHAR) ELSE {text} END"


_BLANK = " \t\r\n\u00a0\u3000\ufeff"
_DIGITS = "'０１２３４５６７８９．－，', '0123456789.-,'"
_GROUPED = "'-?[0-9]{1,3}(,[0-9]{3})*([.][0-9]+)?|-?[0-9]+([.][0-9]+)?'"


def _number(text: str, sql_type: str = NUMBER) -> str:
    # Thousands separators and full-width digits are looked at only where the plain cast fails.
    narrow = f"translate({text}, {_DIGITS})"
    grouped = (
        f"CASE WHEN regexp_full_match({narrow}, {_GROUPED}) THEN TRY_CAST(replace({narrow}, ',', '') AS {sql_type}) END"
    )
    # The engine would read 2024_01 as 202401.
    plain = f"CASE WHEN position('_' IN {text}) = 0 THEN TRY_CAST({text} AS {sql_type}) END"
    return f"coalesce({plain}, {grouped})"


def _integer(text: str) -> str:
    # Plain digits are cast as they are. The others (1,234 or 12.0) go through decimals, which are slow but have room for
    # all digits of a long number, as a double has not.
    number = _number(text)
    written_otherwise = f"CASE WHEN {number} = floor({number}) THEN TRY_CAST({number} AS BIGINT) END"
    return f"CASE WHEN regexp_full_match({text}, '[-+]?[0-9]{{1,18}}') THEN CAST({text} AS BIGINT) ELSE {written_otherwise} END"


def _finite(text: str) -> str:
    number = _number(text, "DOUBLE")
    return f"CASE WHEN isfinite({number}) THEN {number} END"


@dataclass(slots=True)
class _Field:
    """Adds one field to a shape."""

    engine: Engine
    raw: RawTable
    shape: Shape
    resolvers: Resolvers
    kinds: Mapping[str, RecordKind]
    table: TableSpec
    spec: FieldSpec

    def add(self) -> None:
        name = self.spec.id
        text = self.text()
        if self.spec.required:
            self.shape.faults.append((f"{text} IS NULL", f"missing-value:{name}"))
        resolver = self.resolvers.of(self.spec)
        if self.spec.type == "quantity":
            self.quantity(text)
        elif self.spec.type == "ref":
            self.reference(text)
        elif resolver is not None:
            self.resolved(text, resolver)
        else:
            self.cast(text)
        self.limits()

    def text(self) -> str:
        name = self.spec.id
        if name in self.table.constants:
            return self.shape.text(literal(plain(self.table.constants[name]) or None))
        column = column_of(self.table, name)
        if column.column not in self.raw.columns:
            return self.shape.text("CAST(NULL AS VARCHAR)")
        text = _text(self.raw, column)
        if column.map_only:
            unnamed = unnamed_sql(self.shape.text(text), column)
            self.shape.faults.append((unnamed, f"unmapped-value:{name}"))
        mapped = f"nullif({mapped_sql(text, column)}, '')" if column.map or column.match else mapped_sql(text, column)
        if column.format is not None:
            # A date of a typed cell is in ISO form already; any other text must be as declared, not what it resembles.
            read = f"strftime(try_strptime({mapped}, {literal(column.format)}), '%Y-%m-%d')"
            iso = f"regexp_full_match({mapped}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}( 00:00:00)?')"
            strange = self.shape.text(f"CASE WHEN {read} IS NULL AND NOT {iso} THEN {mapped} END")
            self.shape.faults.append((f"{strange} IS NOT NULL", f"bad-date:{name}"))
            return self.shape.text(f"coalesce({read}, {mapped})")
        return self.shape.text(mapped)

    def reference(self, text: str) -> None:
        """A reference must name a record of its kind that is stored already."""
        target = self.kinds[self.spec.to or ""]
        alias = identifier(f"target_{self.spec.id}")
        keys = f"(SELECT DISTINCT CAST({identifier(target.key[0])} AS VARCHAR) AS raw FROM {identifier(target.kind)})"
        self.shape.joins.append(f"LEFT JOIN {keys} AS {alias} ON {alias}.raw = {text}")
        self.shape.values[self.spec.id] = text
        self.shape.faults.append((f"{text} IS NOT NULL AND {alias}.raw IS NULL", f"unknown-reference:{self.spec.id}"))

    def resolved(self, text: str, resolver: Resolver) -> None:
        lookup = f"lookup_{self.spec.id}"
        load_lookup(self.engine, lookup, self.shape.distinct(text), resolver)
        self.shape.joins.append(join(lookup, text))
        found = identifier(lookup)
        name = self.spec.id
        self.shape.values[name] = f"{found}.start" if self.spec.type == "date" else f"{found}.value"
        if self.spec.type == "period":
            self.shape.values |= {f"{name}_start": f"{found}.start", f"{name}_end": f'{found}."end"'}
        self.shape.faults.append(
            (f"{text} IS NOT NULL AND {found}.value IS NULL", f"{_FAULT_OF_TYPE[self.spec.type]}:{name}")
        )

    def quantity(self, text: str) -> None:
        name = self.spec.id
        shared = self.spec.unit_of or name
        column = column_of(self.table, shared)
        number = self.shape.number(_number(text))
        self.shape.faults.append((f"{text} IS NOT NULL AND {number} IS NULL", f"bad-number:{name}"))
        own, printed = f"{name}_unit", f"{name}_decimals"
        beside = f"{shared}_unit"
        unit_column = column.unit_column or (beside if beside in self.raw.columns else None)
        if unit_column is not None and column.unit is None:
            self.quantity_by_row(text, number, self.shape.text(_text(self.raw, column, unit_column)))
            return
        declared = column.unit or self.spec.unit
        if declared is None:
            self.shape.values |= {name: number, own: "CAST(NULL AS VARCHAR)", printed: "CAST(NULL AS SMALLINT)"}
            self.shape.faults.append((f"{text} IS NOT NULL", f"missing-unit:{name}"))
            return
        unit = parse_unit(declared)
        if unit_of(self.spec.dimension)(declared).value is None:
            self.shape.faults.append((f"{text} IS NOT NULL", f"wrong-unit:{name}"))
        value = _times(number, unit.factor)
        self.shape.values |= {
            name: value,
            own: f"CASE WHEN {text} IS NOT NULL THEN {literal(unit.base)} END",
            printed: _printed(text, number, f"{unit.factor:f}"),
        }
        if value != number:
            self.shape.faults.append((f"{number} IS NOT NULL AND ({value}) IS NULL", f"out-of-range:{name}"))

    def quantity_by_row(self, text: str, number: str, unit_text: str) -> None:
        name = self.spec.id
        lookup = f"lookup_{name}_unit"
        load_lookup(self.engine, lookup, self.shape.distinct(unit_text), unit_of(self.spec.dimension))
        self.shape.joins.append(join(lookup, unit_text))
        found = identifier(lookup)
        value = (
            f"CASE WHEN {_fits(number)} AND abs(CAST({number} AS DOUBLE) * CAST({found}.factor AS DOUBLE)) < 1e17 "
            f"THEN CAST(CAST({number} AS DECIMAL(28, 10)) * {found}.factor AS {NUMBER}) END"
        )
        self.shape.values |= {
            name: value,
            f"{name}_unit": f"CASE WHEN {number} IS NOT NULL THEN {found}.value END",
            f"{name}_decimals": _printed(text, number, f"{found}.factor"),
        }
        too_big = f"{number} IS NOT NULL AND {found}.value IS NOT NULL AND ({value}) IS NULL"
        self.shape.faults.append((too_big, f"out-of-range:{name}"))
        self.shape.faults.append((f"{number} IS NOT NULL AND {unit_text} IS NULL", f"missing-unit:{name}"))
        self.shape.faults.append((f"{unit_text} IS NOT NULL AND {found}.value IS NULL", f"unknown-unit:{name}"))

    def cast(self, text: str) -> None:
        type_ = self.spec.type
        name = self.spec.id
        if type_ in ("integer", "number", "latitude", "longitude"):
            value = self.shape.number(_integer(text) if type_ == "integer" else _finite(text))
        elif type_ == "boolean":
            value = (
                f"CASE WHEN lower({text}) IN ('true', 'yes', '1', '是', 'y') THEN TRUE "
                f"WHEN lower({text}) IN ('false', 'no', '0', '否', 'n') THEN FALSE END"
            )
        else:
            self.shape.values[name] = text
            if type_ == "url":
                self.shape.faults.append(
                    (f"NOT starts_with({text}, 'http://') AND NOT starts_with({text}, 'https://')", f"bad-url:{name}")
                )
            return
        self.shape.values[name] = value
        self.shape.faults.append((f"{text} IS NOT NULL AND ({value}) IS NULL", f"{_FAULT_OF_TYPE[type_]}:{name}"))

    def limits(self) -> None:
        low, high = _LIMITS.get(self.spec.type, (self.spec.min, self.spec.max))
        value = self.shape.values[self.spec.id]
        conditions = []
        if low is not None:
            conditions.append(f"{value} < {low!r}")
        if high is not None:
            conditions.append(f"{value} > {high!r}")
        if conditions:
            self.shape.faults.append((" OR ".join(conditions), f"out-of-range:{self.spec.id}"))


def _printed(text: str, number: str, factor: str) -> str:
    """Which decimal of the base unit is the last that a source printed behind its point; NULL where it printed none there.

    NULL, too, where its unit is no power of ten of the base unit.
    """
    decimals = f"length(regexp_extract(translate({text}, {_DIGITS}), '[.]([0-9]+)$', 1))"
    power = f"CAST(round(log10(CAST({factor} AS DOUBLE))) AS SMALLINT)"
    told = f"{number} IS NOT NULL AND {decimals} > 0 AND pow(10, {power}) = CAST({factor} AS DOUBLE)"
    return f"CASE WHEN {told} THEN {decimals} - {power} END"


def _times(number: str, factor: Decimal) -> str:
    if factor == 1:
        return number
    short = round(factor, 18).normalize()
    scale = max(0, -int(short.as_tuple().exponent))
    product = f"CAST({number} AS DECIMAL(28, 10)) * CAST('{short:f}' AS DECIMAL({max(scale + 1, 18)}, {scale}))"
    # A sum that has no room in a decimal is a slip of the source; it must not stop the other rows.
    most = min(Decimal(10) ** 17, Decimal(10) ** (27 - scale)) / factor
    return f"CASE WHEN {_fits(number)} AND abs({number}) < {float(most)!r} THEN CAST({product} AS {NUMBER}) END"


def _fits(number: str) -> str:
    return f"abs({number}) < 1e17"
