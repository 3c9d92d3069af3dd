"""Scores of works, computed once for a build and kept in it: ``work_scores(indicator, work, value)``.

The query of an indicator of works joins them by the work that a record refers to, so that a trace finds them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ceyuan.engine import Engine, identifier, literals, parquet
from ceyuan.errors import CeyuanError, Problem
from ceyuan.indicators.measures import DOUBT, RecordPaths
from ceyuan.indicators.types.scored import ScoreTable, WorkScoreIndicator
from ceyuan.workspace import DeclaredIndicator
from ceyuan.workspace.kinds import RecordKind

SCORES = "work_scores"
_COLUMNS = ("indicator", "work", "value")


def score_works(
    engine: Engine, definition: DeclaredIndicator, kinds: Mapping[str, RecordKind]
) -> list[Problem]:
    """Add the scores of an indicator's works.

    Args:
        engine: with a view for each record kind, and the table of scores.
        definition: the definition of the indicator.
        kinds: all record kinds.

    Returns:
        Why there are none, where the records do not allow them.
    """
    indicator = definition.indicator
    if not isinstance(indicator, WorkScoreIndicator):
        return []
    tables = {
        role: engine.arrow(_query(table, kinds)) for role, table in indicator.tables(kinds).items()
    }
    if not all(tables[role].num_rows for role in ("works", *_needed(tables))):
        return []  # no works, or none that says anything: all are without a score
    try:
        found = indicator.scores(tables)
    except CeyuanError as error:
        # Without a work that can be judged all are without a score; that is no fault of the definition.
        faults = [p for p in error.problems if p.code != "knowledge-no-works"]
        return [replace(p, file=definition.file, line=definition.line) for p in faults]
    engine.append(SCORES, found.add_column(0, "indicator", [[indicator.id] * found.num_rows]))
    return []


def _needed(tables: Iterable[str]) -> list[str]:
    """The tables without which no work has a score; works without known authors have scores."""
    return [role for role in tables if role not in ("works", "authors")]


def _query(table: ScoreTable, kinds: Mapping[str, RecordKind]) -> str:
    paths = RecordPaths(table.kind, kinds)
    columns = [
        f"{paths.column(name)} AS {identifier(role)}" for role, name in table.columns.items()
    ]
    conditions = [paths.where(table.where)] if table.where else []
    if paths.kind.field(DOUBT) is not None:
        conditions.append(f"r.{identifier(DOUBT)} IS NULL")
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {', '.join(columns)} {paths.source} {where}"


def take_over_scores(engine: Engine, folder: Path, names: Iterable[str]) -> None:
    """Add the scores that an earlier build has for some indicators."""
    file = folder / f"{SCORES}.parquet"
    # A build of a Ceyuan that scored no works has none.
    if file.is_file():
        engine.run(
            f"INSERT INTO {SCORES} SELECT {', '.join(_COLUMNS)} FROM {parquet(file)} "
            f"WHERE indicator IN ({literals(names)})"
        )
