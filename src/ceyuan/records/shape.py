"""From cells to fields: the SQL expressions that type a raw table and say what is wrong with each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceyuan.engine import Engine, identifier, literal
from ceyuan.engine.filters import Column, filter_sql
from ceyuan.errors import CeyuanError, Problem, did_you_mean
from ceyuan.expressions import fields_of, parse_filter
from ceyuan.periods import pairs_of_years
from ceyuan.records.files import RecordFile
from ceyuan.records.headings import unit_conflicts
from ceyuan.records.lookups import Resolver, Resolvers, extend_lookup, join
from ceyuan.records.numbers import Mark, number_sql
from ceyuan.records.quantities import Quantities
from ceyuan.records.raw import RawTable
from ceyuan.records.shaping import (
    EXCLUDED,
    NO_TEXT,
    Shape,
    ambiguous,
    bound_sql,
    cell_text,
    marks_sql,
)
from ceyuan.records.splitting import UNEVEN
from ceyuan.records.values import mapped_sql, plain, unnamed_sql
from ceyuan.workspace import Table
from ceyuan.workspace.kinds import FieldSpec, RecordKind
from ceyuan.workspace.tables import ColumnSpec, TableSpec, column_of

_LIMITS = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0)}
_FAULT_OF_TYPE = {
    "integer": "bad-number", "number": "bad-number", "quantity": "bad-number", "boolean": "bad-boolean",
    "date": "bad-date", "period": "bad-period", "place": "unknown-place", "party": "unknown-party",
    "unit": "unknown-unit", "choice": "unknown-choice", "url": "bad-url", "latitude": "bad-number",
    "longitude": "bad-number", "indicator": "unknown-indicator", "source": "unknown-source",
}  # fmt: skip


def shape_table(
    engine: Engine,
    raw: RawTable,
    table: Table,
    kinds: Mapping[str, RecordKind],
    resolvers: Resolvers,
) -> Shape:
    """Build the expressions for one file and load the lookups it needs."""
    kind = kinds[table.spec.kind]
    shape = Shape()
    if raw.has_faults:
        for code in ("bad-csv", "ragged-row", "bad-encoding", "bad-json", UNEVEN):
            shape.faults.append((f"cell._fault = '{code}'", code))
    for rule in table.spec.exclude:
        columns = {
            name: Column(shape.text(cell_text(raw, ColumnSpec(column=name))), "text")
            for name in raw.columns
        }
        shape.faults.append((filter_sql(parse_filter(rule.when), columns), EXCLUDED))
    quantities = Quantities(engine, raw, shape, kind, table.spec)
    for spec in kind.fields:
        _Field(engine, raw, shape, resolvers, kinds, table.spec, spec, quantities).add()
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


def check_columns(raw: RawTable, table: Table, file: RecordFile, kind: RecordKind) -> None:
    """Every column that a table names must be in the file.

    Raises:
        CeyuanError: ``missing-column`` for each that is named or required but not there, ``unit-conflict`` for each whose
            heading states another unit than the declaration.
    """
    problems = []
    for spec in kind.fields:
        column = column_of(table.spec, spec.id)
        named = column.used()
        wanted = spec.id in table.spec.columns or (
            spec.required and spec.id not in table.spec.constants
        )
        for name in named if wanted else []:
            if name not in raw.columns:
                hint = (
                    did_you_mean(name, raw.columns)
                    or f"Columns of {file.shown_as}: {', '.join(raw.columns)}"
                )
                message = f"the column {name!r} for the field {spec.id!r} is not in {file.shown_as}"
                problems.append(
                    Problem(
                        "missing-column", message, table.file, table.line("columns", spec.id), hint
                    )
                )
    for index, rule in enumerate(table.spec.corrections):
        for name in {**rule.match, **rule.expect, **rule.set}:
            if name not in raw.columns:
                message = f"the corrected column {name!r} is not in {file.shown_as}"
                line = table.line("corrections", index)
                problems.append(
                    Problem(
                        "missing-column", message, table.file, line, did_you_mean(name, raw.columns)
                    )
                )
    for index, exclusion in enumerate(table.spec.exclude):
        for used in fields_of(parse_filter(exclusion.when)):
            if used.name not in raw.columns:
                message = f"the column {used.name!r} of a filter is not in {file.shown_as}"
                line = table.line("exclude", index)
                problems.append(
                    Problem(
                        "missing-column",
                        message,
                        table.file,
                        line,
                        did_you_mean(used.name, raw.columns),
                    )
                )
    problems += unit_conflicts(raw, table, file, kind)
    if problems:
        raise CeyuanError(problems)


def _integer(text: str, mark: Mark) -> str:
    # Plain digits are cast as they are. The others (1,234 or 12.0) go through decimals, which are slow but have room for
    # all digits of a long number, as a double has not.
    # The number is named once: what stands there several times the engine computes for all rows beforehand.
    number = number_sql(text, mark=mark)
    whole = "CASE WHEN n = floor(n) THEN TRY_CAST(n AS BIGINT) END"
    written_otherwise = f"list_transform([{number}], lambda n: {whole})[1]"
    return f"CASE WHEN regexp_full_match({text}, '[-+]?[0-9]{{1,18}}') THEN CAST({text} AS BIGINT) ELSE {written_otherwise} END"


def _finite(text: str, mark: Mark) -> str:
    number = number_sql(text, "DOUBLE", mark)
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
    quantities: Quantities

    def add(self) -> None:
        name = self.spec.id
        text = self.text()
        if self.spec.required:
            self.shape.faults.append((f"{text} IS NULL", f"missing-value:{name}"))
        resolver = self.resolvers.of(self.spec)
        if self.spec.type == "quantity":
            self.quantities.add(self.spec, text)
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
        said = self.said_by_others()
        if column.column not in self.raw.columns:
            return self.shape.text(said or NO_TEXT)
        text = cell_text(self.raw, column)
        if column.map_only:
            unnamed = unnamed_sql(self.shape.text(text), column)
            self.shape.faults.append((unnamed, f"unmapped-value:{name}"))
        mapped = (
            f"nullif({mapped_sql(text, column)}, '')"
            if column.map or column.match
            else mapped_sql(text, column)
        )
        if column.empty is not None:
            mapped = f"coalesce({mapped}, {literal(plain(column.empty))})"
        if column.format is not None:
            # A date of a typed cell is in ISO form already; any other text must be as declared, not what it resembles.
            read = f"strftime(try_strptime({mapped}, {literal(column.format)}), '%Y-%m-%d')"
            iso = f"regexp_full_match({mapped}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}( 00:00:00)?')"
            strange = self.shape.text(f"CASE WHEN {read} IS NULL AND NOT {iso} THEN {mapped} END")
            self.shape.faults.append((f"{strange} IS NOT NULL", f"bad-date:{name}"))
            return self.shape.text(f"coalesce({read}, {mapped})")
        return self.shape.text(
            mapped if said is None else f"nullif(concat_ws('；', {mapped}, {said}), '')"
        )

    def said_by_others(self) -> str | None:
        """SQL for what the cells of other fields say of this one: notes by footnote marks, a bound by a sign."""
        columns = [
            c
            for c in self.table.columns.values()
            if isinstance(c, ColumnSpec) and c.column in self.raw.columns
        ]
        if self.spec.id == "note":
            said = [marks_sql(self.raw, column) for column in columns if column.marks]
        elif self.spec.id == "bound":
            said = [bound_sql(self.raw, column) for column in columns if column.bounds]
        else:
            said = []
        return f"nullif(concat_ws('；', {', '.join(said)}), '')" if said else None

    def reference(self, text: str) -> None:
        """A reference must name a record of its kind that is stored already."""
        target = self.kinds[self.spec.to or ""]
        alias = identifier(f"target_{self.spec.id}")
        keys = f"(SELECT DISTINCT CAST({identifier(target.key[0])} AS VARCHAR) AS raw FROM {identifier(target.kind)})"
        self.shape.joins.append(f"LEFT JOIN {keys} AS {alias} ON {alias}.raw = {text}")
        self.shape.values[self.spec.id] = text
        self.shape.faults.append(
            (f"{text} IS NOT NULL AND {alias}.raw IS NULL", f"unknown-reference:{self.spec.id}")
        )

    def resolved(self, text: str, resolver: Resolver) -> None:
        if self.shape.expression(text) == NO_TEXT:
            self.unsaid()
            return
        # The files of a kind say the same things again and again.
        lookup = f"lookup_{self.quantities.kind.kind}_{self.spec.id}"
        texts = [str(found) for (found,) in self.engine.rows(self.shape.distinct(text))]
        loaded = self.resolvers.loaded.setdefault(lookup, set())
        extend_lookup(self.engine, lookup, texts, resolver, loaded)
        if self.resolvers.is_declared(self.spec):
            self.shape.asked.append((self.spec.type, self.shape.expression(text)))
        if self.spec.type == "period" and (pairs := pairs_of_years(texts)):
            told = f"{text} IN ({', '.join(map(literal, pairs))})"
            self.shape.faults.append((told, f"ambiguous-period:{self.spec.id}"))
        self.shape.joins.append(join(lookup, text))
        found = identifier(lookup)
        name = self.spec.id
        self.shape.values[name] = f"{found}.start" if self.spec.type == "date" else f"{found}.value"
        if self.spec.type == "period":
            self.shape.values |= {
                f"{name}_start": f"{found}.start",
                f"{name}_end": f'{found}."end"',
            }
        self.shape.faults.append(
            (
                f"{text} IS NOT NULL AND {found}.value IS NULL",
                f"{_FAULT_OF_TYPE[self.spec.type]}:{name}",
            )
        )

    def unsaid(self) -> None:
        """The file says nothing of the field, so that there is nothing to look up."""
        name = self.spec.id
        self.shape.values[name] = "CAST(NULL AS DATE)" if self.spec.type == "date" else NO_TEXT
        if self.spec.type == "period":
            self.shape.values |= dict.fromkeys(
                (f"{name}_start", f"{name}_end"), "CAST(NULL AS DATE)"
            )

    def cast(self, text: str) -> None:
        type_ = self.spec.type
        name = self.spec.id
        if type_ in ("integer", "number", "latitude", "longitude"):
            mark = self.table.mark
            self.shape.faults += ambiguous(self.raw, self.table, name, text)
            value = self.shape.number(
                _integer(text, mark) if type_ == "integer" else _finite(text, mark)
            )
        elif type_ == "boolean":
            value = (
                f"CASE WHEN lower({text}) IN ('true', 'yes', '1', '是', 'y') THEN TRUE "
                f"WHEN lower({text}) IN ('false', 'no', '0', '否', 'n') THEN FALSE END"
            )
        else:
            self.shape.values[name] = text
            if type_ == "url":
                self.shape.faults.append(
                    (
                        f"NOT starts_with({text}, 'http://') AND NOT starts_with({text}, 'https://')",
                        f"bad-url:{name}",
                    )
                )
            return
        self.shape.values[name] = value
        self.shape.faults.append(
            (f"{text} IS NOT NULL AND ({value}) IS NULL", f"{_FAULT_OF_TYPE[type_]}:{name}")
        )

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
