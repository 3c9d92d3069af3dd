"""What a build passes over in silence: columns, records and indicators that enter no figure, and growth across two vintages.

None of it is a fault: a register has columns that nobody needs, and to look for unused records costs as much as to compute.
So it is told where somebody asks for it (``ceyuan check --silence``), a strict build stops for it, and what was looked at is
acknowledged by its code and place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from ceyuan.engine import identifier, literal
from ceyuan.errors import Problem
from ceyuan.indicators.measures import compile_measure
from ceyuan.indicators.types import ChangeIndicator, GrowthIndicator, RecordIndicator
from ceyuan.pipeline.reading import Build
from ceyuan.workspace.config import WorkspaceConfig
from ceyuan.workspace.reader import read_config

_OTHERWISE_USED = ("figure", "exchange_rate")
"""Kinds whose records are used without an indicator of their own: stated figures, rates of claims."""


def silences(root: Path) -> list[Problem]:
    """All that the current build of a workspace passes over, as warnings; what is acknowledged is left out.

    Raises:
        CeyuanError: ``no-workspace`` or ``no-build``.
    """
    with Build.open(root) as build:
        return passed_over(build, read_config(root))


def passed_over(build: Build, config: WorkspaceConfig) -> list[Problem]:
    """All that a build passes over, as :func:`silences` tells it.

    Args:
        build: the build.
        config: the workspace as it is now: what is acknowledged changes no figure, so that a build may not know of it.
    """
    found = [*_columns(build), *_records(build), *_indicators(build), *_vintages(build)]
    return config.unacknowledged(found)


def _columns(build: Build) -> Iterator[Problem]:
    """Columns of files that no field takes and no rule names."""
    for part in build.record_parts:
        if part.unmapped:
            listed = ", ".join(repr(name) for name in part.unmapped)
            yield _warning("unmapped-column", f"nothing is made of {listed}", part.file, None)


def _records(build: Build) -> Iterator[Problem]:
    """Records of each table that no indicator takes."""
    picked: dict[str, list[str]] = defaultdict(list)
    joined = set(_OTHERWISE_USED)
    for indicator in build.indicators.values():
        if isinstance(indicator, RecordIndicator):
            measure = compile_measure(indicator, indicator.periods[0], build.kinds)
            picked[measure.kind].append(
                f"SELECT _table, _file, _line FROM ({measure.picked}) AS picked"
            )
            joined |= set(measure.kinds) - {measure.kind}
    for kind in sorted({part.kind for part in build.record_parts if part.stored} - joined):
        taken = (
            " UNION ".join(picked[kind])
            or "SELECT '' AS _table, '' AS _file, 0 AS _line WHERE FALSE"
        )
        rows = build.engine.rows(
            f"SELECT _table, count(*), arg_min(_file, _line), min(_line) FROM {identifier(kind)} AS r "
            f"ANTI JOIN ({taken}) AS taken USING (_table, _file, _line) GROUP BY _table ORDER BY _table"
        )
        for table, count, file, line in rows:
            message = f"{count} records of {kind} (table {table}) enter no figure"
            yield _warning("records-unused", message, str(file), int(line))


def _indicators(build: Build) -> Iterator[Problem]:
    """Indicators of which nothing has a value."""
    valued = {
        str(r[0])
        for r in build.engine.rows(
            "SELECT DISTINCT indicator FROM observations WHERE value IS NOT NULL"
        )
    }
    for name in build.indicators:
        if name not in valued:
            yield _warning(
                "no-value",
                f"{name}: it has no value for any place and period",
                *_declared(build, name),
            )


def _vintages(build: Build) -> Iterator[Problem]:
    """Growth and change whose two values come from editions of one publisher that are not the same."""
    compared = [
        i.id for i in build.indicators.values() if isinstance(i, GrowthIndicator | ChangeIndicator)
    ]
    for name in compared:
        across = [
            f"{place} {period}"
            for place, period, sources in build.engine.rows(
                "SELECT place, period, source FROM observations WHERE shown AND value IS NOT NULL "
                f"AND contains(source, ';') AND indicator = {literal(name)} ORDER BY place, period"
            )
            if _editions(build, str(sources).split(";"))
        ]
        if across:
            others = f" and {len(across) - 1} more" if len(across) > 1 else ""
            message = f"{name}: {across[0]}{others} compare values of two vintages"
            yield _warning("growth-across-vintages", message, *_declared(build, name))


def _editions(build: Build, sources: list[str]) -> bool:
    """Whether sources are several vintages of one publisher."""
    vintages: Mapping[str, set[str]] = defaultdict(set)
    for name in sources:
        source = build.sources.get(name)
        if source is not None and source.vintage is not None:
            vintages[source.publisher.en].add(source.vintage)
    return any(len(several) > 1 for several in vintages.values())


def _declared(build: Build, name: str) -> tuple[str | None, int | None]:
    """Where an indicator is declared, as far as something was computed for it."""
    found = next((entry for entry in build.lineage.values() if entry.indicator == name), None)
    return ("indicators", None) if found is None else (found.file, found.line)


def _warning(code: str, message: str, file: str | None, line: int | None) -> Problem:
    return Problem(code, message, file, line, None, "warning")
