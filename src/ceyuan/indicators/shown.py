"""Which value is shown where there are several: a rule that is written down, applied the same way everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from ceyuan.engine import Engine, identifier
from ceyuan.indicators.observations import OBSERVATION_COLUMNS
from ceyuan.workspace.config import Source
from ceyuan.workspace.definitions import Indicator

_SOURCES = pa.schema([("id", pa.string()), ("priority", pa.int64()), ("vintage", pa.string())])
_RULES = pa.schema([("id", pa.string()), ("told", pa.string())])
_NAMED = pa.schema([("id", pa.string()), ("named", pa.string()), ("position", pa.int64())])
_MADE = pa.schema([("id", pa.string()), ("position", pa.int64())])
_LAST = 1_000_000
"""The position of what a rule does not name."""


def load_rules(
    engine: Engine, indicators: Iterable[Indicator], sources: Mapping[str, Source]
) -> None:
    """Load what decides which value is shown: the sources in their order, and the rule of each indicator."""
    ranked = [
        {"id": name, "priority": s.priority, "vintage": s.vintage} for name, s in sources.items()
    ]
    engine.load("shown_sources", pa.Table.from_pylist(ranked, schema=_SOURCES))
    told, named = [], []
    for indicator in indicators:
        told.append(
            {
                "id": indicator.id,
                "told": f"first of {', '.join(indicator.shown)}; then outcome, priority, vintage",
            }
        )
        for position, name in enumerate(dict.fromkeys(indicator.shown)):
            named.append({"id": indicator.id, "named": name, "position": position})
    engine.load("shown_rules", pa.Table.from_pylist(told, schema=_RULES))
    engine.load("shown_named", pa.Table.from_pylist(named, schema=_NAMED))


def choose_shown(engine: Engine, observations: str, made: Iterable[str]) -> None:
    """Mark one observation of each indicator, place, period and breakdown of a table as the one that is shown.

    In this order: a value before a missing one; what is not doubted before what is; whatever was measured or is expected
    before what is aimed at, for a target is no figure of how things are; the indicator's rule (``shown``); outcomes before
    expectations; the source of higher priority; the later vintage; the earlier source by name; what was made first, that is of
    several lengths of period the one that the indicator names first. Several sources together have neither priority nor vintage.

    Args:
        engine: with the tables of :func:`load_rules`.
        observations: the table.
        made: the lineage of all its rows, in the order in which they were made.
    """
    positions = [{"id": lineage, "position": position} for position, lineage in enumerate(made)]
    engine.load("shown_made", pa.Table.from_pylist(positions, schema=_MADE))
    kept = ", ".join(
        f"o.{identifier(name)}" for name in OBSERVATION_COLUMNS if name not in ("rule", "shown")
    )
    table = identifier(observations)
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE {table} AS WITH ordered AS (
            SELECT {kept}, told, count(*) OVER alike AS several, row_number() OVER (alike ORDER BY
                CASE WHEN value IS NULL THEN 1 ELSE 0 END,
                CASE WHEN status = 'doubtful' THEN 1 ELSE 0 END,
                CASE modality WHEN 'target' THEN 1 ELSE 0 END,
                least(coalesce(by_status.position, {_LAST}), coalesce(by_source.position, {_LAST})),
                CASE modality WHEN 'actual' THEN 0 ELSE 1 END,
                coalesce(s.priority, 0) DESC,
                coalesce(s.vintage, '') DESC,
                o.source, o.file, o.line, made.position) AS nth
            FROM {table} AS o
            JOIN shown_rules AS rules ON rules.id = o.indicator
            LEFT JOIN shown_made AS made ON made.id = o.lineage
            LEFT JOIN shown_sources AS s ON s.id = o.source
            LEFT JOIN shown_named AS by_status ON by_status.id = o.indicator AND by_status.named = o.status
            LEFT JOIN shown_named AS by_source ON by_source.id = o.indicator AND by_source.named = o.source
            WINDOW alike AS (PARTITION BY o.indicator, o.place, o.period, o.breakdown))
        SELECT * EXCLUDE (told, several, nth), CASE WHEN several > 1 THEN told END AS rule, nth = 1 AS shown FROM ordered"""
    )
