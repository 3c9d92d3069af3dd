"""Observations in the words of SDMX, and as SDMX-CSV 2.0, for the programs of statistical offices.

Dimensions are FREQ, INDICATOR, REF_AREA, BREAKDOWN (``_T`` for the total) and TIME_PERIOD; everything else is an attribute,
but that SOURCE tells values of several sources apart. SDMX has no word for several months that are no quarter, for years of
a plan and for time without a beginning: the first two are ranges (``2023-01-01/P9M``), the last stands at its last day, with
the frequency ``_O`` (other). PERIOD keeps our own spelling, from which all is read back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, assert_never

import pyarrow as pa

from ceyuan.periods import Period, parse_period

TIME, MEASURE = "TIME_PERIOD", "OBS_VALUE"
DIMENSIONS = ("FREQ", "INDICATOR", "REF_AREA", "BREAKDOWN", TIME)
ATTRIBUTES = (
    "UNIT_MEASURE", "DECIMALS", "OBS_STATUS", "BOUND", "UPPER_VALUE", "MODALITY", "STATUS", "SOURCE", "PERIOD",
    "COUNTERPART_AREA", "COMMENT_OBS",
)  # fmt: skip
MEANINGS = {
    "FREQ": "How often: A, S, Q, M, D as the standard has them, _O for other spans of time.",
    "INDICATOR": "What is measured.",
    "REF_AREA": "Where.",
    "BREAKDOWN": "A part of the value (field=value); _T for the total.",
    TIME: "When, as the standard writes it.",
    MEASURE: "The value; absent where it is missing.",
    "UNIT_MEASURE": "The unit of value and upper value.",
    "DECIMALS": "Which decimal is the last that the source printed.",
    "OBS_STATUS": "A normal, E estimated, F forecast or target, U doubted, I simulated, M missing.",
    "BOUND": "eq exactly, gt more than, ge at least, lt less than, le at most, approx about, order of magnitude.",
    "UPPER_VALUE": "The upper end, where a range is stated.",
    "MODALITY": "actual, expected or target.",
    "STATUS": "computed, published, estimated, doubtful or simulated.",
    "SOURCE": "The sources, joined by semicolons.",
    "PERIOD": "When, as Ceyuan writes it.",
    "COUNTERPART_AREA": "The side that a flow goes to.",
    "COMMENT_OBS": "What a reader should know.",
}
"""What each dimension, measure and attribute means."""
TOTAL, OTHER = "_T", "_O"
_STATUS = {"published": "A", "computed": "A", "estimated": "E", "doubtful": "U"}


def sdmx_time(period: Period, today: date) -> tuple[str, str]:
    """The frequency and the time period of SDMX.

    Args:
        period: the period.
        today: the last day of what has no end.

    >>> sdmx_time(parse_period("2023-H1"), date(2026, 1, 1)), sdmx_time(parse_period("2025/26"), date(2026, 1, 1))
    (('S', '2023-S1'), ('A', '2025-04-01/P1Y'))
    >>> sdmx_time(parse_period("2023年1—9月"), date(2026, 1, 1)), sdmx_time(parse_period("..2025"), date(2026, 1, 1))
    (('_O', '2023-01-01/P9M'), ('_O', '2025-12-31'))
    """
    match period.grain:
        case "year":
            return "A", period.text
        case "half":
            return "S", period.text.replace("H", "S")
        case "quarter":
            return "Q", period.text
        case "month":
            return "M", period.text
        case "day":
            return "D", period.text
        case "fiscal":
            return "A", f"{_first(period)}/P1Y"
        case "range":
            years = period.end.year - date.fromisoformat(_first(period)).year + 1
            return OTHER, f"{_first(period)}/P{years}Y"
        case "months":
            months = period.end.month - date.fromisoformat(_first(period)).month + 1
            return OTHER, f"{_first(period)}/P{months}M"
        case "open" | "all":
            return OTHER, min(period.end, today).isoformat()
        case _:
            assert_never(period.grain)


def _first(period: Period) -> str:
    return (period.start or period.end).isoformat()


def sdmx_csv(rows: pa.Table, flow: str, today: date) -> bytes:
    """Observations in SDMX-CSV 2.0.

    Args:
        rows: observations, as :meth:`ceyuan.pipeline.reading.Build.table` gives them.
        flow: the dataflow, as ``AGENCY:ID(version)``.
        today: the day of the build.
    """
    stream = io.StringIO()
    described = {"STRUCTURE": "dataflow", "STRUCTURE_ID": flow, "ACTION": "I"}
    columns = (*described, *DIMENSIONS, MEASURE, *ATTRIBUTES)
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    for observation in sdmx_observations(rows, today):
        writer.writerow({**described, **observation})
    return stream.getvalue().encode()


def sdmx_observations(rows: pa.Table, today: date) -> Iterator[dict[str, str]]:
    """Dimensions, measure and attributes of each observation; see :func:`sdmx_csv`."""
    for batch in rows.to_batches():
        for row in batch.to_pylist():
            yield _observation(row, today)


def _observation(row: Mapping[str, Any], today: date) -> dict[str, str]:
    frequency, time = sdmx_time(parse_period(row["period"]), today)
    said = [row["note_en"], row["reason_en"], "simulated" if row["status"] == "simulated" else None]
    return {
        "FREQ": frequency,
        "INDICATOR": row["indicator"],
        "REF_AREA": row["place"],
        "BREAKDOWN": row["breakdown"] or TOTAL,
        TIME: time,
        MEASURE: _number(row["value"]),
        "UNIT_MEASURE": row["unit"],
        "DECIMALS": "" if row["decimals"] is None else str(row["decimals"]),
        "OBS_STATUS": _status(row),
        "BOUND": row["bound"],
        "UPPER_VALUE": _number(row["value_max"]),
        "MODALITY": row["modality"],
        "STATUS": row["status"],
        "SOURCE": row["source"],
        "PERIOD": row["period"],
        "COUNTERPART_AREA": row.get("to") or "",
        "COMMENT_OBS": "; ".join(one for one in said if one),
    }


def _status(row: Mapping[str, Any]) -> str:
    """The code of SDMX: missing, forecast, normal, estimated; what is simulated is imputed, and its comment says so."""
    if row["value"] is None:
        return "M"
    if row["modality"] != "actual":
        return "F"
    return _STATUS.get(row["status"], "I")


def _number(value: float | None) -> str:
    """A number in as few digits as tell it exactly; nothing where it is missing."""
    if value is None:
        return ""
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
