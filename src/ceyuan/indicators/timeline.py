"""The engine's tables of periods: which follows which, which lies within which.

SQL compares texts; what a period is, only :mod:`ceyuan.periods` knows. So every period text that occurs is read once and
its answers are kept in two small tables that queries join:

``periods(period, grain, start, end, previous, year_before, ordinal)`` and
``period_within(period, grain, container, ordinal, exact)``.
For indicators over the last N periods there is a third one, ``period_window(period, earlier, steps)``: each period with itself
(0 steps back) and those before it, as far back as the widest of them reaches.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import get_args

import pyarrow as pa

from ceyuan.engine import Engine, RecordEngine, RecordQuery, identifier
from ceyuan.periods import Grain, Period, containing_period, last_periods, parse_period
from ceyuan.workspace.definitions import GrainName
from ceyuan.workspace.kinds import RecordKind

_PERIODS = pa.schema(
    [
        ("period", pa.string()),
        ("grain", pa.string()),
        ("start", pa.date32()),
        ("end", pa.date32()),
        ("previous", pa.string()),
        ("year_before", pa.string()),
        ("ordinal", pa.int64()),
    ]
)
_WITHIN = pa.schema(
    [
        ("period", pa.string()),
        ("grain", pa.string()),
        ("container", pa.string()),
        ("ordinal", pa.int64()),
        ("exact", pa.bool_()),
    ]
)
_WINDOW = pa.schema([("period", pa.string()), ("earlier", pa.string()), ("steps", pa.int64())])
GRAINS: dict[str, Grain] = {
    "day": "day", "month": "month", "quarter": "quarter", "half": "half", "year": "year", "fiscal": "fiscal", "plan": "range",
}  # fmt: skip
"""What periods call the grains of indicators."""
_DAYS = 2**16
"""More days than a period has."""


class Timeline:
    """Keeps the two tables in step with the periods that occur."""

    def __init__(self, engine: Engine, widest: int = 0) -> None:
        self._engine = engine
        self._widest = widest
        self._known: set[str] = set()
        engine.load("periods", _PERIODS.empty_table())
        engine.load("period_within", _WITHIN.empty_table())
        engine.load("period_window", _WINDOW.empty_table())

    def add_from_records(self, records: RecordEngine, kinds: Iterable[RecordKind]) -> None:
        """Take up every period that occurs in a ``period`` field of the stored records."""
        for kind in kinds:
            for field in kind.fields:
                if field.type == "period":
                    column = identifier(field.id)
                    source = f"SELECT DISTINCT {column} FROM {identifier(kind.kind)} WHERE {column} IS NOT NULL"
                    self.add(str(row[0]) for row in records.rows(RecordQuery(source, (kind.kind,))))

    def add_from(self, observations: str) -> None:
        """Take up every period that occurs in a table of observations."""
        self.add(
            str(row[0])
            for row in self._engine.rows(f"SELECT DISTINCT period FROM {identifier(observations)}")
        )

    def add(self, texts: Iterable[str]) -> None:
        """Take up periods by their canonical texts."""
        new = sorted(set(texts) - self._known)
        if not new:
            return
        self._known.update(new)
        periods = [parse_period(text) for text in new]
        rows = [
            {
                "period": p.text, "grain": p.grain, "start": p.start, "end": p.end, "previous": p.previous,
                "year_before": p.year_before, "ordinal": ordinal(p),
            }
            for p in periods
        ]  # fmt: skip
        self._engine.append("periods", pa.Table.from_pylist(rows, schema=_PERIODS))
        within = [row for p in periods for row in _containers(p)]
        self._engine.append("period_within", pa.Table.from_pylist(within, schema=_WITHIN))
        window = [
            {"period": text, "earlier": earlier, "steps": steps}
            for text in new
            for steps, earlier in enumerate(last_periods(text, self._widest))
        ]
        self._engine.append("period_window", pa.Table.from_pylist(window, schema=_WINDOW))


def _containers(period: Period) -> Iterable[dict[str, str | int | bool]]:
    for name in get_args(GrainName):
        container: Period | None
        if name == "given":
            container = period
        elif name == "all":
            container = Period("all", "all", None, date.max)
        else:
            container = containing_period(period, GRAINS[name])
        if container is not None:
            yield {
                "period": period.text, "grain": name, "container": container.text, "ordinal": ordinal(period),
                "exact": container.text == period.text,
            }  # fmt: skip


def ordinal(period: Period) -> int:
    """The order of periods by their end; "some time up to 2025" comes just before 2025.

    Of two that end on one day the longer one comes later: what is said of a year goes before what is said of its last quarter,
    and they are never two statements of one time.
    """
    end = 2 * period.end.toordinal() - (period.grain == "open")
    days = 0 if period.start is None else (period.end - period.start).days
    return end * _DAYS + min(days, _DAYS - 1)
