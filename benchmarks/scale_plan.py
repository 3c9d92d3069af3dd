"""A plan on paper for all of OpenAlex, from what ``scale.py`` measured: processor hours, bytes, hours on a cluster, cost.

What is measured grows along a straight line through the smallest and the largest number of records; its slope is what one more
record costs, without the start of Java and of Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

WORKS = 270_000_000
AUTHORSHIPS = 1_000_000_000
PACKED = 330e9
"""Bytes of OpenAlex's packed snapshot of works, about, as its documentation says."""
CORES = 128
DOLLARS = 0.05
"""What a core costs in an hour: an assumption, in the middle of what clouds asked for in 2026."""


class Taken(Protocol):
    """What one side took."""

    clock: float
    processor: float
    memory: float


class Point(Protocol):
    """One number of records that was measured."""

    records: int
    stored: int
    cold: Taken
    duckdb: Taken
    spark: Taken


@dataclass(frozen=True)
class Stage:
    """One step of the plan.

    Attributes:
        name: what is done.
        processor: processor seconds in all.
        read, written: bytes.
        spreads: whether it runs on all cores.
    """

    name: str
    processor: float
    read: float
    written: float
    spreads: bool = True

    @property
    def hours(self) -> float:
        """By the clock."""
        return self.processor / 3600 / (CORES if self.spreads else 1)


def slope(measured: Sequence[Point], value: Callable[[Point], float]) -> float:
    """What one more record costs."""
    first, last = measured[0], measured[-1]
    if first.records == last.records:
        return value(last) / last.records
    return max(0.0, (value(last) - value(first)) / (last.records - first.records))


def stages(measured: Sequence[Point], works_a_second: float) -> list[Stage]:
    """The steps from the snapshot to the figures."""
    reading = slope(measured, lambda one: one.cold.processor - one.duckdb.processor)
    asking = slope(measured, lambda one: one.spark.processor)
    stored = slope(measured, lambda one: float(one.stored)) * AUTHORSHIPS
    found = [] if not works_a_second else [
        Stage("snapshot → tables of points", WORKS / works_a_second, PACKED, stored),
    ]  # fmt: skip
    return [
        *found,
        Stage("tables → store: types, checks, keys", reading * AUTHORSHIPS, stored, stored),
        Stage("twenty indicators asked of Spark", asking * AUTHORSHIPS, stored, 0),
    ]


def plan(measured: Sequence[Point], works_a_second: float) -> str:
    """The plan as tables in Markdown."""
    steps = stages(measured, works_a_second)
    head = ["stage", "read", "written", "processor hours", f"hours on {CORES} cores", "dollars"]
    rows = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
    rows += [_row(step) for step in steps]
    total = sum(step.processor for step in steps) / 3600
    rows.append(
        f"| together | | | {total:,.1f} | {sum(s.hours for s in steps):.2f} | {total * DOLLARS:,.2f} |"
    )
    duckdb = slope(measured, lambda one: one.duckdb.processor) * AUTHORSHIPS / 3600
    spark = slope(measured, lambda one: one.spark.processor) * AUTHORSHIPS / 3600
    most = max(one.duckdb.memory for one in measured)
    said = (
        f"From {_numbers(measured)} records measured to {AUTHORSHIPS:,} authorships of {WORKS:,} works; "
        f"a core at {DOLLARS} dollars an hour.\n"
    )
    beside = (
        f"The same twenty indicators take {duckdb:.1f} processor hours with DuckDB and {spark:.1f} with Spark; "
        f"DuckDB's largest process had {most:.1f} GiB.\n"
    )
    return said + "\n" + "\n".join(rows) + "\n\n" + beside


def _row(step: Stage) -> str:
    hours = step.processor / 3600
    cells = [step.name, _bytes(step.read), _bytes(step.written), f"{hours:,.1f}", f"{step.hours:.2f}",
             f"{hours * DOLLARS:,.2f}"]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _bytes(number: float) -> str:
    return f"{number / 1e9:,.0f} GB" if number else ""


def _numbers(measured: Sequence[Point]) -> str:
    return " and ".join(f"{one.records:,}" for one in (measured[0], *measured[1:][-1:]))
