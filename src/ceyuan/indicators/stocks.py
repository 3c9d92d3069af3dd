"""The ends of periods at which records that are valid for a time are counted.

They stand in the table ``stock_ends(indicator, grain, period, ordinal, day)``. The query of a stock joins them by the days
between which a record is valid; they are kept in the build, so that a trace finds the records again. They reach from the first
beginning of any record of the kind to the last one, or to the period that the definition names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import pyarrow as pa

from ceyuan.engine import Engine, RecordEngine, RecordQuery
from ceyuan.indicators.measures import RecordPaths
from ceyuan.indicators.timeline import GRAINS, ordinal
from ceyuan.indicators.types import RecordIndicator
from ceyuan.periods import Period, containing_period, parse_period
from ceyuan.workspace.definitions import GrainName, Indicator
from ceyuan.workspace.kinds import RecordKind

STOCK_ENDS = "stock_ends"
_SCHEMA = pa.schema(
    [
        ("indicator", pa.string()),
        ("grain", pa.string()),
        ("period", pa.string()),
        ("ordinal", pa.int64()),
        ("day", pa.date32()),
    ]
)


def load_stock_ends(
    engine: Engine,
    records: RecordEngine,
    indicators: Iterator[Indicator],
    kinds: Mapping[str, RecordKind],
) -> None:
    """Add the ends of periods of all indicators of stocks."""
    for indicator in indicators:
        if isinstance(indicator, RecordIndicator) and indicator.valid is not None:
            rows = list(_ends(records, indicator, kinds))
            engine.append(STOCK_ENDS, pa.Table.from_pylist(rows, schema=_SCHEMA))


def _ends(
    records: RecordEngine, indicator: RecordIndicator, kinds: Mapping[str, RecordKind]
) -> Iterator[dict[str, object]]:
    valid = indicator.valid
    assert valid is not None  # noqa: S101 - asked for by the caller
    paths = RecordPaths(indicator.records, kinds)
    begin = paths.first_day(valid.from_)
    query = f"SELECT min({begin}), max({begin}) {paths.source}"
    used = (indicator.records, *paths.joined)
    first, last = records.rows(RecordQuery(query, used))[0]
    if first is None:
        return
    if valid.until is not None:
        last = parse_period(valid.until).end
    for grain in indicator.periods:
        for period in periods_between(first, last, grain):
            yield {
                "indicator": indicator.id,
                "grain": grain,
                "period": period.text,
                "ordinal": ordinal(period),
                "day": period.end,
            }


def periods_between(first: date, last: date, grain: GrainName) -> Iterator[Period]:
    """All periods of a grain from that of one day to that of another.

    >>> [p.text for p in periods_between(date(2020, 5, 1), date(2021, 1, 1), "half")]
    ['2020-H1', '2020-H2', '2021-H1']
    >>> [p.text for p in periods_between(date(1961, 1, 1), date(1967, 1, 1), "plan")]
    ['1958..1962', '1966..1970']
    """
    day = first
    while day <= last:
        found = containing_period(parse_period(day.isoformat()), GRAINS[grain])
        if found is not None:
            yield found
        # No plan holds the years 1963 to 1965.
        end = date(day.year, 12, 31) if found is None else found.end
        if end == date.max:
            return
        day = end + timedelta(days=1)
