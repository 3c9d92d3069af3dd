"""From observations to the data of an index: one matrix, and beside it where every number of it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ceyuan.composite.arrays import Floats
from ceyuan.composite.declaration import CompositeFile, DeclaredIndex, place_of, structure_of
from ceyuan.composite.inputs import Inputs
from ceyuan.engine import Engine, literal, literals
from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.indicators.remarks import remark, remark_words
from ceyuan.periods import parse_period
from ceyuan.places import Gazetteer
from ceyuan.workspace.definitions import Indicator

_COLUMNS = ("value", "unit", "bound", "modality", "status", "source", "reason", "lineage")
_NOTHING = remark("missing.observation")


@dataclass(frozen=True, slots=True)
class IndexCell:
    """A value that an index takes, or would have taken.

    Attributes:
        code: the indicator's code in the index, or the denominator's name.
        role: ``indicator`` or ``denominator``.
        place, period: the unit and the period of the index.
        indicator, observed, breakdown: with the place, the observation: its indicator, period and breakdown.
        value: what was observed; None where it is missing.
        unit, bound, modality, status, source, lineage: the observation's; None where there is none.
        reason: why the value is missing, as :mod:`ceyuan.indicators.remarks` keeps it.
        included: whether the place is compared in this period.
    """

    code: str
    role: str
    place: str
    period: str
    indicator: str
    observed: str
    breakdown: str
    value: float | None
    unit: str | None
    bound: str | None
    modality: str | None
    status: str | None
    source: str | None
    reason: str | None
    lineage: str | None
    included: bool = True

    @property
    def certain(self) -> bool:
        """Whether the value is an exact outcome, neither estimated, bounded nor expected."""
        return (
            self.bound == "eq"
            and self.modality == "actual"
            and self.status in ("computed", "published")
        )


@dataclass(frozen=True)
class IndexData:
    """The data of an index with its origin.

    Attributes:
        inputs: what is computed with.
        periods: the period of each row, as text.
        cells: every value, in the order of codes and rows; also of places that are left out.
    """

    inputs: Inputs
    periods: tuple[str, ...]
    cells: tuple[IndexCell, ...]

    def row_cells(self, code: str) -> list[IndexCell]:
        """The cells of a code, one for each row of the inputs."""
        found = {(c.place, c.period): c for c in self.cells if c.code == code}
        return [found[key] for key in zip(self.inputs.units, self.periods, strict=True)]


def gather(
    declared: DeclaredIndex,
    indicators: Mapping[str, Indicator],
    gazetteer: Gazetteer,
    engine: Engine,
) -> IndexData:
    """Takes the values that are shown for the places and periods of an index.

    Args:
        declared: the index.
        indicators: the definitions of the workspace.
        gazetteer: its places.
        engine: with the table ``observations``.

    Raises:
        CeyuanError: ``composite-value-missing`` where missing values are refused; ``composite-no-units``.
    """
    composite = declared.composite
    tree = structure_of(declared, indicators)
    units = composite.units.of(gazetteer)
    periods = [parse_period(str(p)).text for p in composite.periods]
    rows = [(unit, period) for period in periods for unit in units]
    cells = _all_cells(composite, engine, rows)
    kept = _kept(declared, cells, rows)
    values = {code: _column(own, kept) for code, own in cells.items()}
    numbers = _numbers(periods)
    chosen = [rows[i] for i in kept]
    places = [place for place, _ in chosen]
    dates = [period for _, period in chosen]
    inputs = Inputs(
        units=tuple(places),
        names=tuple(gazetteer.places[place].name.en for place in places),
        periods=tuple(numbers[period] for period in dates),
        values=np.column_stack([values[node.code] for node in tree.indicators]),
        structure=tree,
        attributes=_attributes(places, gazetteer),
        denominators={code: values[code] for code in composite.denominators},
        source=declared.file,
    )
    return IndexData(inputs, tuple(dates), _marked(cells, kept))


def _all_cells(
    composite: CompositeFile, engine: Engine, rows: list[tuple[str, str]]
) -> dict[str, list[IndexCell]]:
    """The cells of every indicator and denominator of an index, by code."""
    cells = {}
    for entry in composite.structure:
        if entry.indicator is not None:
            pinned = parse_period(entry.period).text if entry.period else None
            cells[entry.code] = _cells(
                engine, rows, entry.code, entry.indicator, entry.breakdown, pinned, "indicator"
            )
    for code, indicator in composite.denominators.items():
        cells[code] = _cells(engine, rows, code, indicator, "", None, "denominator")
    return cells


def _column(cells: Sequence[IndexCell], kept: Sequence[int]) -> Floats:
    """The values of the rows that are kept, NaN where one is missing."""
    values = (cells[i].value for i in kept)
    return np.array([np.nan if value is None else value for value in values])


def _cells(
    engine: Engine,
    rows: list[tuple[str, str]],
    code: str,
    indicator: str,
    breakdown: str,
    pinned: str | None,
    role: str,
) -> list[IndexCell]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    wanted = literals({pinned or period for _, period in rows})
    columns = ", ".join(("place", "period", *_COLUMNS))
    for row in engine.rows(
        f"SELECT {columns} FROM observations WHERE shown AND status <> 'doubtful' AND indicator = {literal(indicator)} "
        f"AND breakdown = {literal(breakdown)} AND period IN ({wanted})"
    ):
        found[row[0], row[1]] = dict(zip(_COLUMNS, row[2:], strict=True))
    nothing = dict.fromkeys(_COLUMNS) | {"reason": _NOTHING}
    return [
        IndexCell(
            code,
            role,
            place,
            period,
            indicator,
            pinned or period,
            breakdown,
            **found.get((place, pinned or period), nothing),
        )
        for place, period in rows
    ]


def _kept(
    declared: DeclaredIndex, cells: Mapping[str, list[IndexCell]], rows: list[tuple[str, str]]
) -> list[int]:
    """The rows that are computed with."""
    rule = declared.composite.missing
    gaps = {i for own in cells.values() for i, cell in enumerate(own) if cell.value is None}
    if rule == "refuse" and gaps:
        raise CeyuanError(
            Problem(
                "composite-value-missing",
                f"{cell.indicator} has no value for {cell.place}, {cell.observed}: {_why(cell)}",
                declared.file,
                declared.document.line(place_of(declared, cell.code)),
            )
            for own in cells.values()
            for cell in own
            if cell.value is None
        )
    kept = [i for i in range(len(rows)) if rule != "leave_out" or i not in gaps]
    if not kept:
        message = f"none of {len(rows)} places and periods has all values"
        raise fail(
            "composite-no-units",
            message,
            file=declared.file,
            line=declared.document.line(("missing",)),
        )
    return kept


def _why(cell: IndexCell) -> str:
    said = remark_words(cell.reason)
    return said.en if said else "missing"


def _marked(cells: Mapping[str, list[IndexCell]], kept: list[int]) -> tuple[IndexCell, ...]:
    inside = set(kept)
    return tuple(
        replace(c, included=i in inside) for own in cells.values() for i, c in enumerate(own)
    )


def _numbers(periods: list[str]) -> dict[str, float]:
    """Periods as numbers: years themselves, so that trends are by year; others in their order."""
    parsed = sorted((parse_period(p) for p in periods), key=lambda p: p.end)
    if all(p.grain == "year" for p in parsed):
        return {p.text: float(p.text) for p in parsed}
    return {p.text: float(i) for i, p in enumerate(parsed)}


def _attributes(units: list[str], gazetteer: Gazetteer) -> dict[str, tuple[str | None, ...]]:
    """What places can be grouped by."""
    places = [gazetteer.places[unit] for unit in units]
    return {
        "kind": tuple(p.kind for p in places),
        "party": tuple(p.party for p in places),
        "parent": tuple(p.parents[0] if p.parents else None for p in places),
    }
