"""Observations: indicator × place × period → value, with its status, source and lineage; and the engine's table of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from ceyuan.bounds import ANYTHING, Bound, Interval, Modality, bounded, exact
from ceyuan.engine import Engine, identifier
from ceyuan.indicators.remarks import REMARKS, remark_words, said_parts
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import Status

OBSERVATION_COLUMNS = {
    "indicator": "VARCHAR",
    "place": "VARCHAR",
    "period": "VARCHAR",
    "breakdown": "VARCHAR",
    "value": "DOUBLE",
    "value_max": "DOUBLE",
    "unit": "VARCHAR",
    "bound": "VARCHAR",
    "modality": "VARCHAR",
    "status": "VARCHAR",
    "cumulative": "BOOLEAN",
    "source": "VARCHAR",
    "records": "BIGINT",
    "reason": "VARCHAR",
    "file": "VARCHAR",
    "line": "BIGINT",
    "note": "VARCHAR",
    "lineage": "VARCHAR",
    "decimals": "INTEGER",
    "rule": "VARCHAR",
    "shown": "BOOLEAN",
}
"""Columns of the table of observations, with their SQL types."""
ORDER = "indicator, place, period, breakdown, shown DESC, source, file, line, lineage"
"""The order in which observations are written and listed; no two are alike in all of it."""


FLOW_ENDS = ("from", "to")
"""Columns with the two sides of a flow, of tables for readers."""
LIMITS = ("low", "high")
"""Columns with the limits of a value, likewise; and the parts of a note that tell them."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A value of an indicator for a place and a period.

    Attributes:
        indicator, place, period: what it is a value of; the period in its canonical text.
        breakdown: ``field=value`` parts joined by ``;``, empty for the total.
        value: in ``unit``; None where it is missing, with the ``reason``.
        value_max: upper end where the source states a range.
        unit: the indicator's unit.
        bound: ``eq``, ``gt``, ``ge``, ``lt``, ``le``, ``approx`` or ``order``.
        modality: ``actual``, ``expected`` or ``target``.
        status: ``computed``, ``published``, ``estimated`` or ``simulated``; ``doubtful`` where it is published and doubted.
        cumulative: whether it is a total since a beginning.
        source: identifiers of the sources, joined by ``;``.
        records: how many records it was made of; None for one made of other observations.
        reason: why a missing value is missing, in three languages.
        file, line: for a published figure, the row that states it.
        note: what the source or the computation wants the reader to know, in three languages.
        lineage: identifier in the lineage table.
        decimals: which decimal of ``unit`` is the last that the source printed (2.00 has two, 2.68万 as 26800 has -2); None
            where it printed none, or the value was computed.
        rule: which rule made it the one that is shown, where there were several.
        shown: whether it is the one that is shown for its indicator, place and period.
        limits: between which values chance in what it was made of leaves it (95 %), in ``unit``; None where none are told.
    """

    indicator: str
    place: str
    period: str
    breakdown: str
    value: float | None
    value_max: float | None
    unit: str
    bound: Bound
    modality: Modality
    status: Status
    cumulative: bool
    source: str
    records: int | None
    reason: Trilingual | None
    file: str | None
    line: int | None
    note: Trilingual | None
    lineage: str
    decimals: int | None
    rule: str | None
    shown: bool
    limits: tuple[float, float] | None = None

    @property
    def fixed(self) -> bool:
        """Whether it was computed, so that all decimals that its indicator asks for are written; of stated ones only its own."""
        return self.file is None and self.decimals is None

    @property
    def ends(self) -> tuple[str, str] | None:
        """The two sides of a flow, from and to; None for what is no flow between two sides."""
        return ends_of(self.place, self.breakdown)

    @property
    def interval(self) -> Interval:
        """What the value with its bound may stand for, in its unit; anything where it is missing."""
        if self.value is None:
            return ANYTHING
        top = None if self.value_max is None else exact(self.value_max)
        return bounded(exact(self.value), self.bound, top=top)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Observation:
        """A row of the table of observations."""
        cells = {name: row[name] for name in OBSERVATION_COLUMNS}
        limits = limits_of(cells["note"])
        for name in REMARKS:
            cells[name] = remark_words(cells[name])
        return cls(**cells, limits=limits)


def limits_of(note: str | None) -> tuple[float, float] | None:
    """The limits that a kept note tells; None where it tells none.

    >>> limits_of('{"say":"note.works_mean","present":"2","size":"2","low":"0.5","high":"1.5"}')
    (0.5, 1.5)
    """
    said = said_parts(note)
    return (float(said["low"]), float(said["high"])) if "low" in said else None


def ends_of(place: str, breakdown: str) -> tuple[str, str] | None:
    """The two sides of a flow: named by its parts, where it comes from by the place if no part says it.

    >>> ends_of("shenzhen", "to=hongkong"), ends_of("gba", "from=a;to=b"), ends_of("gba", "field=ai")
    (('shenzhen', 'hongkong'), ('a', 'b'), None)
    """
    parts = dict(part.partition("=")[::2] for part in breakdown.split(";"))
    return (parts.get("from", place), parts["to"]) if "to" in parts else None


def with_ends(table: pa.Table) -> pa.Table:
    """A table of observations with the columns :data:`FLOW_ENDS`, where there are flows among them.

    >>> rows = pa.table({"place": ["shenzhen", "gba"], "breakdown": ["to=hongkong", ""]})
    >>> with_ends(rows)["to"].to_pylist(), with_ends(rows.slice(1)).column_names
    (['hongkong', None], ['place', 'breakdown'])
    """
    pairs = zip(table["place"].to_pylist(), table["breakdown"].to_pylist(), strict=True)
    ends = [ends_of(place, breakdown) for place, breakdown in pairs]
    if not any(ends):
        return table
    for position, name in enumerate(FLOW_ENDS):
        sides = [None if two is None else two[position] for two in ends]
        table = table.append_column(name, pa.array(sides, pa.string()))
    return table


def with_limits(table: pa.Table) -> pa.Table:
    """A table of observations with the columns :data:`LIMITS`, where some values have limits.

    >>> rows = pa.table({"note": ['{"say":"note.matrix_limits","places":"2","fields":"2","low":"1","high":"3"}', None]})
    >>> with_limits(rows)["high"].to_pylist(), with_limits(rows.slice(1)).column_names
    ([3.0, None], ['note'])
    """
    notes = table["note"].to_pylist()
    told = {note: limits_of(note) for note in dict.fromkeys(notes)}
    if not any(told.values()):
        return table
    for position, name in enumerate(LIMITS):
        ends = {note: None if two is None else two[position] for note, two in told.items()}
        table = table.append_column(name, pa.array([ends[note] for note in notes], pa.float64()))
    return table


def figure_key(indicator: str, place: str, period: str, breakdown: str = "") -> str:
    """The key of the shown figure of an indicator, place and period: its parts percent-encoded, divided by slashes.

    >>> figure_key("rd_intensity", "hongkong", "2025/26")
    'rd_intensity/hongkong/2025%2F26'
    """
    parts = (indicator, place, period, breakdown) if breakdown else (indicator, place, period)
    return "/".join(quote(part, safe="") for part in parts)


def create_observations(engine: Engine, name: str) -> None:
    """Make an empty temporary table of observations."""
    columns = ", ".join(f"{identifier(n)} {t}" for n, t in OBSERVATION_COLUMNS.items())
    engine.run(f"CREATE OR REPLACE TEMP TABLE {identifier(name)} ({columns})")


def column_list() -> str:
    """All columns of an observation, as SQL."""
    return ", ".join(identifier(n) for n in OBSERVATION_COLUMNS)
