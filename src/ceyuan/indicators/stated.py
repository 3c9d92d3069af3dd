"""What others state: figures taken up as observations of the indicators that they are figures of, in their units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pyarrow as pa

from ceyuan.engine import Engine, literal, literals
from ceyuan.errors import Problem
from ceyuan.indicators.aggregate import scaled, simulated_sql
from ceyuan.indicators.lineage import Lineage, LineageInput, make_lineage
from ceyuan.indicators.observations import create_observations
from ceyuan.indicators.remarks import NO_REMARK, stated_sql
from ceyuan.records.store import StoredPart
from ceyuan.units import Unit, parse_unit
from ceyuan.workspace import DeclaredIndicator, Workspace

STATED = "stated_observations"
"""The table of observations that are stated; which of them are shown is not said yet."""

_TARGETS = pa.schema(
    [
        ("id", pa.string()),
        ("unit", pa.string()),
        ("cumulative", pa.bool_()),
        ("lineage", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class StatedFigures:
    """What came of the stated figures, beside the table of them.

    Attributes:
        lineage: an entry for each indicator that has stated figures.
        problems: by indicator, figures in units that it is not measured in.
        held_in: by indicator, the keys of the stored parts that hold figures of it.
    """

    lineage: Mapping[str, Lineage]
    problems: Mapping[str, list[Problem]]
    held_in: Mapping[str, AbstractSet[str]]


def take_up(workspace: Workspace, engine: Engine, parts: Iterable[StoredPart]) -> StatedFigures:
    """Fill the table :data:`STATED` from the records of the kind ``figure``.

    Args:
        workspace: with the definitions.
        engine: with the view of figures.
        parts: the stored records.
    """
    create_observations(engine, STATED)
    engine.run("CREATE OR REPLACE TEMP TABLE stated AS SELECT * FROM figure")
    held = _held_in(engine, parts)
    units: defaultdict[str, list[str]] = defaultdict(list)
    occurring = "SELECT DISTINCT indicator, value_unit FROM stated WHERE value_unit IS NOT NULL ORDER BY ALL"
    for indicator, unit in engine.rows(occurring):
        units[str(indicator)].append(str(unit))
    problems: dict[str, list[Problem]] = {}
    lineage: dict[str, Lineage] = {}
    # Indicators of one unit are taken up together: a statement each would cost more than the figures themselves.
    alike: defaultdict[tuple[str, tuple[str, ...]], list[DeclaredIndicator]] = defaultdict(list)
    for name, found in units.items():
        definition = workspace.definitions[name]
        unit = parse_unit(definition.indicator.unit)
        fitting = tuple(base for base in found if _fits(unit, base))
        foreign = [base for base in found if base not in fitting]
        if foreign:
            problems[name] = _foreign(engine, definition, foreign)
        if fitting:
            query = f"SELECT * FROM figure WHERE indicator = {literal(name)} AND value_unit IN ({literals(fitting)})"
            used = [LineageInput.of(p) for p in held[name]]
            lineage[name] = make_lineage(definition, "figures", query, used)
            alike[f"{unit.factor.normalize():f}", fitting].append(definition)
    simulated = simulated_sql("_source", [n for n, s in workspace.sources.items() if s.simulated])
    for (_, fitting), definitions in alike.items():
        _insert(engine, definitions, fitting, lineage, simulated)
    return StatedFigures(
        lineage, problems, {name: {p.key for p in of} for name, of in held.items()}
    )


def _held_in(engine: Engine, parts: Iterable[StoredPart]) -> dict[str, list[StoredPart]]:
    """The stored parts that hold figures of each indicator."""
    by_file = {(part.table, part.file): part for part in parts}
    held: dict[str, list[StoredPart]] = {}
    for indicator, table, file in engine.rows(
        "SELECT DISTINCT indicator, _table, _file FROM stated ORDER BY ALL"
    ):
        name = str(file)
        while (table, name) not in by_file:
            # a sheet, a column or a file of an archive stands behind the file
            name = name.rpartition("!")[0]
        of = held.setdefault(str(indicator), [])
        if by_file[table, name] not in of:
            of.append(by_file[table, name])
    return held


def _fits(unit: Unit, base: str) -> bool:
    """Whether figures in a base unit are figures of what is measured in a unit; counts are, whatever they count."""
    return base == unit.base or (
        unit.dimension == "count" and parse_unit(base).dimension == "count"
    )


def _foreign(engine: Engine, definition: DeclaredIndicator, units: Iterable[str]) -> list[Problem]:
    indicator = definition.indicator
    query = (
        f"SELECT _file, _line, value_unit FROM stated WHERE indicator = {literal(indicator.id)} "
        f"AND value_unit IN ({literals(units)}) ORDER BY ALL"
    )
    told = f"is stated for {indicator.id}, which is measured in {indicator.unit}"
    return [
        Problem("wrong-unit", f"a figure in {base} {told}", str(file), int(line), None, "warning")
        for file, line, base in engine.rows(query)
    ]


def _insert(
    engine: Engine,
    definitions: Iterable[DeclaredIndicator],
    fitting: Iterable[str],
    lineage: Mapping[str, Lineage],
    simulated: str,
) -> None:
    """Take up figures of indicators that are measured in units of one size."""
    targets = [d.indicator for d in definitions]
    unit = parse_unit(targets[0].unit)
    rows = [
        {"id": i.id, "unit": i.unit, "cumulative": i.cumulative, "lineage": lineage[i.id].id}
        for i in targets
    ]
    engine.load("stated_targets", pa.Table.from_pylist(rows, schema=_TARGETS))
    factor = f"{unit.factor.normalize():f}"
    value, value_max = (_in_unit(column, factor) for column in ("value", "value_max"))
    engine.run(
        f"INSERT INTO {STATED} SELECT indicator, place, period, coalesce(breakdown, ''), {value}, {value_max}, "
        f"target.unit, coalesce(bound, 'eq'), coalesce(modality, 'actual'), "
        f"CASE WHEN {simulated} THEN 'simulated' WHEN doubt IS NOT NULL THEN 'doubtful' "
        f"ELSE coalesce(status, 'published') END, target.cumulative, "
        f"_source, CAST(1 AS BIGINT), {NO_REMARK}, _file, _line, {stated_sql('note')}, target.lineage, "
        f"{_decimals(unit)}, CAST(NULL AS VARCHAR), FALSE "
        f"FROM stated JOIN stated_targets AS target ON target.id = stated.indicator "
        f"WHERE value_unit IN ({literals(fitting)})"
    )


def _decimals(unit: Unit) -> str:
    """How many decimals of the indicator's unit the source printed."""
    sign, digits, exponent = unit.factor.normalize().as_tuple()
    if (sign, digits) != (0, (1,)):
        return "CAST(decimals AS INTEGER)"
    printed = f"CAST(value_decimals AS INTEGER) + {int(exponent)}"
    return f"coalesce(CAST(decimals AS INTEGER), {printed})"


def _in_unit(column: str, factor: str) -> str:
    """A stated value in the indicator's unit: exact decimals as long as possible."""
    inverse = 1 / float(factor)
    if inverse > 1 and inverse.is_integer():
        return f"CAST({column} * {int(inverse)} AS DOUBLE)"
    return scaled(f"CAST({column} AS DOUBLE)", factor)
