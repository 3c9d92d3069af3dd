"""Which value is shown where there are several: a rule that is written down, applied the same way everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ceyuan.engine import Engine, identifier, literal
from ceyuan.indicators.observations import OBSERVATION_COLUMNS
from ceyuan.workspace.config import Source
from ceyuan.workspace.definitions import Indicator


def choose_shown(engine: Engine, indicator: Indicator, sources: Mapping[str, Source]) -> None:
    """Mark one observation of each place, period and breakdown in the table ``fresh`` as the one that is shown.

    In this order: a value before a missing one; what is not doubted before what is; whatever was measured or is expected
    before what is aimed at, for a target is no figure of how things are; the indicator's rule (``shown``); outcomes before
    expectations; the source of higher priority; the later vintage; the earlier source by name.
    """
    order = ", ".join(
        [
            "CASE WHEN value IS NULL THEN 1 ELSE 0 END",
            "CASE WHEN status = 'doubtful' THEN 1 ELSE 0 END",
            "CASE modality WHEN 'target' THEN 1 ELSE 0 END",
            _rule(indicator),
            "CASE modality WHEN 'actual' THEN 0 ELSE 1 END",
            _of_source(sources, lambda s: -s.priority, "0"),
            f"{_of_source(sources, lambda s: s.vintage or '', literal(''))} DESC",
            "source",
            "file",
            "line",
        ]
    )
    rule = f"'first of {', '.join(indicator.shown)}; then outcome, priority, vintage'"
    kept = ", ".join(identifier(name) for name in OBSERVATION_COLUMNS if name not in ("rule", "shown"))
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE fresh AS WITH ordered AS (
            SELECT *, count(*) OVER alike AS several, row_number() OVER (alike ORDER BY {order}) AS nth FROM fresh
            WINDOW alike AS (PARTITION BY place, period, breakdown))
        SELECT {kept}, CASE WHEN several > 1 THEN {rule} END AS rule, nth = 1 AS shown FROM ordered"""
    )


def _rule(indicator: Indicator) -> str:
    cases = " ".join(
        f"WHEN status = {literal(name)} OR source = {literal(name)} THEN {position}"
        for position, name in enumerate(indicator.shown)
    )
    return f"CASE {cases} ELSE {len(indicator.shown)} END"


def _of_source(sources: Mapping[str, Source], what: Callable[[Source], int | str], otherwise: str) -> str:
    """SQL for a property of an observation's source; several sources together have none."""
    cases = " ".join(f"WHEN {literal(name)} THEN {literal(what(source))}" for name, source in sources.items())
    return f"CASE source {cases} ELSE {otherwise} END" if cases else otherwise
