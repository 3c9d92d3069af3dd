"""Numbers with units: the SQL that turns the cells of a quantity into its base unit.

Where one declared unit holds for all cells they are multiplied by a constant. Where a row, a cell or a column of multipliers
says more, the few different things that are said are looked at in Python (:mod:`~ceyuan.records.measured`) and joined back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ceyuan.engine import Engine, identifier, literal
from ceyuan.records.headings import (
    heading_unit,
    unit_above,
    units_of_heads,
    units_of_labels,
)
from ceyuan.records.kinds_said import BESIDE_HEAD
from ceyuan.records.lookups import Resolved, fill_lookup, join, of_measure, power_of_ten
from ceyuan.records.measured import Expected, StatedUnit, is_unit, measure
from ceyuan.records.numbers import NOTHING, NUMBER, WrittenNumber, decimals_sql, number_sql, written
from ceyuan.records.raw import RawTable
from ceyuan.records.shaping import NO_TEXT, Shape, ambiguous, cell_text
from ceyuan.units import parse_unit
from ceyuan.workspace.kinds import FieldSpec, RecordKind
from ceyuan.workspace.tables import ColumnSpec, TableSpec, column_of

UNIT_COLUMNS = ("unit", "units", "unit_measure", "unit of measure", "单位", "計量單位", "计量单位")
"""How columns are called that say each row's unit, where nobody declared it."""
MULTIPLIER_COLUMNS = (
    "unit_mult",
    "unit_multiplier",
    "unit multiplier",
    "powercode code",
    "powercode",
)
"""How columns are called that say each row's power of ten."""
_FAULTS = (
    "bad-number",
    "missing-unit",
    "unknown-unit",
    "ambiguous-currency",
    "unit-conflict",
    "bad-multiplier",
)
_DIVIDER = "\x1f"


@dataclass(frozen=True, slots=True)
class _Read:
    """How one quantity is read.

    Attributes:
        name: the field.
        text: SQL of its text in ``cell``.
        number: SQL of its number.
        decimals: SQL of how many digits are printed behind its point.
        beside: answers for cells in which more than a number stands, or None.
    """

    name: str
    text: str
    number: str
    decimals: str
    beside: Mapping[str, WrittenNumber] | None


@dataclass(frozen=True, slots=True)
class Quantities:
    """The quantities of one file.

    Attributes:
        engine: where lookups are loaded.
        raw: the file's cells.
        shape: what expressions are added to.
        kind: the record kind.
        table: the declaration.
    """

    engine: Engine
    raw: RawTable
    shape: Shape
    kind: RecordKind
    table: TableSpec

    def add(self, spec: FieldSpec, text: str) -> None:
        """Add a field to the shape.

        Args:
            spec: the field.
            text: its text as a column of ``cell``.
        """
        read = self._read(spec.id, text)
        self.shape.faults.append(
            (f"{text} IS NOT NULL AND {read.number} IS NULL", f"bad-number:{spec.id}")
        )
        self.shape.faults += ambiguous(self.raw, self.table, spec.id, text)
        column = column_of(self.table, spec.unit_of or spec.id)
        unit, multiplier = self._unit_column(column, spec), self._multiplier_column(column)
        # A unit that the kind declares holds for rows that name none.
        units = self._by_cell_and_head(column, unit) or self._by_label(column)
        multipliers = self._cell(column, multiplier)
        declared = column.unit or heading_unit(column) or (None if units else spec.unit)
        above = unit_above(self.raw, column) or spec.unit
        if units or multipliers or read.beside:
            # A column of units that is merely there may hold anything; a heading that states a unit may not.
            binding = column.unit is None or unit is None
            expected = Expected(
                declared, spec.dimension, column.unit_map, binding=binding, general=above
            )
            self._by_row(read, units, multipliers, expected)
        else:
            self._by_constant(read, declared or above, spec.dimension)

    def _by_cell_and_head(self, column: ColumnSpec, unit: str | None) -> str | None:
        """What a row's unit column and the name of the column that it was made of say, as a column of ``cell``.

        Where both are declared to say it (``unit_column`` and ``unit_from``) the name goes before; else it may not
        contradict. None where neither says anything.
        """
        heads = units_of_heads(self.raw, column)
        cell = self._cell(column, unit)
        if not heads:
            return cell
        named = "NULL" if cell is None else self.shape.expression(cell)
        cases = ""
        for at, head in heads.items():
            alone = cell is None or (column.unit_from is not None and is_unit(head))
            beside = literal(BESIDE_HEAD + head.removeprefix(BESIDE_HEAD))
            said = literal(head) if alone else f"coalesce({named}, '') || {beside}"
            cases += f" WHEN {literal(at)} THEN {said}"
        return self.shape.text(f"CASE {self.raw.at}{cases} ELSE {named} END")

    def _by_label(self, column: ColumnSpec) -> str | None:
        """The unit that the label of a row states, as a column of ``cell``; None where none does."""
        if not self.kind.of_figures:
            return None
        for spec in self.kind.fields:
            label = column_of(self.table, spec.id).column
            named = spec.type == "text" and spec.id in self.kind.key
            if not named or label not in self.raw.columns or spec.id in self.table.constants:
                continue
            cell = self.shape.text(cell_text(self.raw, ColumnSpec(column=label)))
            texts = [str(text) for (text,) in self.engine.rows(self.shape.distinct(cell))]
            general = column.unit or heading_unit(column) or unit_above(self.raw, column)
            said = units_of_labels(texts, general)
            if said:
                self.shape.told_by_cells = True
                cases = (
                    f"WHEN {literal(text)} THEN {literal(unit)}" for text, unit in said.items()
                )
                return self.shape.text(f"CASE {self.shape.expression(cell)} {' '.join(cases)} END")
        return None

    def _read(self, name: str, text: str) -> _Read:
        number = self.shape.number(number_sql(text, mark=self.table.mark))
        decimals = decimals_sql(text, self.table.mark)
        beside = self._more_than_numbers(text)
        if not beside:
            return _Read(name, text, number, decimals, beside)
        self.shape.told_by_cells = True
        lookup = f"lookup_{name}_written"
        answers = {
            t: Resolved(_beside(w), number=w.number, note=w.digits) for t, w in beside.items()
        }
        fill_lookup(self.engine, lookup, answers)
        self.shape.joins.append(join(lookup, text))
        found = identifier(lookup)
        printed = f"coalesce(length(regexp_extract({found}.note, '[.]([0-9]+)$', 1)), {decimals})"
        return _Read(name, text, f"coalesce({number}, {found}.number)", printed, beside)

    def _more_than_numbers(self, text: str) -> dict[str, WrittenNumber]:
        """The different cells that are no plain numbers, but hold one."""
        expression = self.shape.expression(text)
        if expression == NO_TEXT:
            return {}
        cells = f"SELECT {expression} AS t FROM raw"
        # The cast to a double is the cheapest look that leaves nearly all cells out.
        cheap = "TRY_CAST(t AS DOUBLE) IS NULL AND " if self.table.mark == "." else ""
        odd = f"t IS NOT NULL AND {cheap}{number_sql('t', mark=self.table.mark)} IS NULL"
        texts = [
            str(t) for (t,) in self.engine.rows(f"SELECT DISTINCT t FROM ({cells}) WHERE {odd}")
        ]
        looked_at = {t: written(t, self.table.mark) for t in texts}
        return {t: found for t, found in looked_at.items() if found.number is not None}

    def _cell(self, column: ColumnSpec, name: str | None) -> str | None:
        return None if name is None else self.shape.text(cell_text(self.raw, column, name))

    def _unit_column(self, column: ColumnSpec, spec: FieldSpec) -> str | None:
        """The column that names each row's unit: the declared one, or one that is there for this quantity."""
        if column.unit_column is not None:
            return column.unit_column
        own = [f"{spec.unit_of or spec.id}_unit", f"{column.column}_unit"]
        return self._found(own) or self._found_alone(UNIT_COLUMNS)

    def _multiplier_column(self, column: ColumnSpec) -> str | None:
        return column.multiplier_column or self._found_alone(MULTIPLIER_COLUMNS)

    def _found_alone(self, names: Sequence[str]) -> str | None:
        """A column that says something of the only quantity of a file; of several, nobody knows which one is meant."""
        read = [
            f
            for f in self.kind.fields
            if f.type == "quantity" and f.unit_of is None and self._is_read(f)
        ]
        mapped = {column_of(self.table, f.id).column for f in self.kind.fields}
        found = self._found(names)
        return found if len(read) == 1 and found not in mapped else None

    def _found(self, names: Sequence[str]) -> str | None:
        columns = {name.casefold(): name for name in self.raw.columns}
        return next((columns[n.casefold()] for n in names if n.casefold() in columns), None)

    def _is_read(self, field: FieldSpec) -> bool:
        return (
            field.id not in self.table.constants
            and column_of(self.table, field.id).column in self.raw.columns
        )

    def _by_constant(self, read: _Read, declared: str | None, dimension: str | None) -> None:
        own, printed = f"{read.name}_unit", f"{read.name}_decimals"
        found = measure(StatedUnit(), Expected(declared, dimension))
        if found.base is None or found.factor is None:
            code = "wrong-unit" if declared else "missing-unit"
            self.shape.values |= {
                read.name: read.number,
                own: "CAST(NULL AS VARCHAR)",
                printed: "CAST(NULL AS SMALLINT)",
            }
            self.shape.faults.append((f"{read.text} IS NOT NULL", f"{code}:{read.name}"))
            return
        value = _times(read.number, parse_unit(declared or "").factor)
        power = power_of_ten(found.factor)
        self.shape.values |= {
            read.name: value,
            own: f"CASE WHEN {read.text} IS NOT NULL THEN {literal(found.base)} END",
            printed: _printed(read, "NULL" if power is None else str(power)),
        }
        if value != read.number:
            too_big = f"{read.number} IS NOT NULL AND ({value}) IS NULL"
            self.shape.faults.append((too_big, f"out-of-range:{read.name}"))

    def _by_row(
        self, read: _Read, unit: str | None, multiplier: str | None, expected: Expected
    ) -> None:
        name, lookup = read.name, f"lookup_{read.name}_unit"
        beside = f"{identifier(f'lookup_{name}_written')}.value" if read.beside else "NULL"
        key = " || ".join(
            f"coalesce(CAST({part or 'NULL'} AS VARCHAR), '')"
            for part in (beside, unit, multiplier)
        )
        key = key.replace(" || ", f" || {literal(_DIVIDER)} || ")
        self._load_units(lookup, read.beside or {}, self._stated(unit, multiplier), expected)
        self.shape.joins.append(join(lookup, f"({key})"))
        found = identifier(lookup)
        value = (
            f"CASE WHEN {_fits(read.number)} AND abs(CAST({read.number} AS DOUBLE) * CAST({found}.factor AS DOUBLE)) < 1e17 "
            f"THEN CAST(CAST({read.number} AS DECIMAL(28, 10)) * {found}.factor AS {NUMBER}) END"
        )
        self.shape.values |= {
            name: value,
            f"{name}_unit": f"CASE WHEN {read.number} IS NOT NULL THEN {found}.value END",
            f"{name}_decimals": _printed(read, f"{found}.power"),
        }
        too_big = f"{read.number} IS NOT NULL AND {found}.value IS NOT NULL AND ({value}) IS NULL"
        self.shape.faults.append((too_big, f"out-of-range:{name}"))
        for code in _FAULTS:
            self.shape.faults.append(
                (f"{read.number} IS NOT NULL AND {found}.fault = '{code}'", f"{code}:{name}")
            )

    def _stated(
        self, unit: str | None, multiplier: str | None
    ) -> list[tuple[str | None, str | None]]:
        """The different pairs of unit and multiplier that the rows have."""
        cells = [
            self.shape.expression(c) if c else "CAST(NULL AS VARCHAR)" for c in (unit, multiplier)
        ]
        return [
            (u, m) for u, m in self.engine.rows(f"SELECT DISTINCT {cells[0]}, {cells[1]} FROM raw")
        ]

    def _load_units(
        self,
        lookup: str,
        beside: Mapping[str, WrittenNumber],
        pairs: Sequence[tuple[str | None, str | None]],
        expected: Expected,
    ) -> None:
        answers: dict[str, Resolved] = {}
        for cell in (NOTHING, *beside.values()):
            for unit, multiplier in pairs:
                key = _DIVIDER.join((_beside(cell), unit or "", multiplier or ""))
                if key not in answers:
                    answers[key] = of_measure(measure(StatedUnit(cell, unit, multiplier), expected))
        fill_lookup(self.engine, lookup, answers)


def _beside(cell: WrittenNumber) -> str:
    """A text that is the same for cells with the same things written beside their numbers."""
    power = "" if cell.power is None else cell.power
    return (
        f"{cell.before}{_DIVIDER}{cell.after}{_DIVIDER}{power}" if cell.number is not None else ""
    )


def _printed(read: _Read, power: str) -> str:
    """Which decimal of the base unit is the last that a source printed behind its point; NULL where it printed none there.

    NULL, too, where its unit is no power of ten of the base unit, so that ``power`` is NULL.
    """
    return f"CASE WHEN {read.number} IS NOT NULL THEN nullif({read.decimals}, 0) - ({power}) END"


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
