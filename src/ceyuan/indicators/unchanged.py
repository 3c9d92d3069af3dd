"""Which indicators have not changed since an earlier build: their observations are taken over instead of computed again.

What an indicator comes to depends on its definition, the records and stated figures that it uses, the places, the sources and
the found clusters, and on the indicators that it is made of. All of that goes into one key; equal keys mean equal observations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields
from pathlib import Path

from ceyuan.engine import Engine, literals, parquet
from ceyuan.indicators.aggregate import Coverage
from ceyuan.indicators.found import FoundRun
from ceyuan.indicators.lineage import Lineage, LineageInput
from ceyuan.indicators.measures import compile_measure
from ceyuan.indicators.observations import column_list
from ceyuan.indicators.types import RecordIndicator
from ceyuan.records.store import StoredPart, store_key
from ceyuan.workspace import DeclaredIndicator, Workspace
from ceyuan.workspace.placesfile import Place


@dataclass(frozen=True, slots=True)
class EarlierFigures:
    """An earlier build, as far as its figures may be taken over.

    Attributes:
        folder: its folder.
        keys: the key of each indicator that nothing had to be said about.
        coverage: as in :class:`ceyuan.indicators.evaluate.Evaluated`.
    """

    folder: Path
    keys: Mapping[str, str]
    coverage: Mapping[tuple[str, str], Coverage] = field(default_factory=dict)


def indicator_keys(
    workspace: Workspace,
    order: Iterable[str],
    parts: Sequence[StoredPart],
    found: Iterable[FoundRun],
    stated_in: Mapping[str, AbstractSet[str]],
) -> dict[str, str]:
    """The key of each indicator.

    Args:
        workspace: with the definitions.
        order: all indicators, each after those that it is made of.
        parts: the stored records.
        found: runs that found clusters.
        stated_in: for each indicator that figures are stated for, the stored parts that hold them.
    """
    world = store_key({
        "places": [_place(place) for place in workspace.places],
        "sources": [(name, s.priority, s.vintage, s.simulated) for name, s in workspace.sources.items()],
        "found": [repr(run) for run in found],
    })  # fmt: skip
    keys: dict[str, str] = {}
    for name in order:
        definition = workspace.definitions[name]
        keys[name] = store_key({
            "world": world, "definition": definition.version,
            "headline": sorted(h.place for h in workspace.config.headline if h.indicator == name),
            "records": _records(workspace, definition, parts), "stated": sorted(stated_in.get(name, ())),
            "inputs": [keys[i] for i in definition.indicator.inputs],
        })  # fmt: skip
    return keys


def _place(place: Place) -> list[object]:
    """What figures depend on: its names and spellings decide where records lie, which the records' parts say already."""
    return [
        getattr(place, f.name) for f in fields(place) if f.name not in ("name", "aliases", "line")
    ]


def _records(
    workspace: Workspace, definition: DeclaredIndicator, parts: Sequence[StoredPart]
) -> list[object]:
    """The kinds that an indicator counts or adds, and their stored parts."""
    indicator = definition.indicator
    if not isinstance(indicator, RecordIndicator):
        return []
    measures = [compile_measure(indicator, grain, workspace.kinds) for grain in indicator.periods]
    used = sorted({kind for measure in measures for kind in measure.kinds})
    held = [(part.kind, part.key) for part in parts if part.kind in used]
    return [*(workspace.kinds[kind].model_dump(mode="json") for kind in used), *held]


def take_over(engine: Engine, earlier: EarlierFigures, names: Iterable[str], into: str) -> None:
    """Add an earlier build's observations of some indicators to a table."""
    source = parquet(earlier.folder / "observations.parquet")
    engine.run(
        f"INSERT INTO {into} SELECT {column_list()} FROM {source} WHERE indicator IN ({literals(names)})"
    )


def lineage_of(
    engine: Engine, earlier: EarlierFigures, definitions: Mapping[str, DeclaredIndicator]
) -> list[Lineage]:
    """The lineage of an earlier build for some indicators, with the places where they are defined now."""
    entries, inputs = (
        parquet(earlier.folder / f"{table}.parquet") for table in ("lineage", "lineage_inputs")
    )
    used: dict[str, list[LineageInput]] = {}
    for entry, *cells in engine.rows(f"SELECT lineage, kind, name, file, hash FROM {inputs}"):
        used.setdefault(entry, []).append(LineageInput(*cells))
    query = f"SELECT id, indicator, origin, version, query FROM {entries} WHERE indicator IN ({literals(definitions)})"
    lineage = []
    for entry, indicator, origin, version, said in engine.rows(query):
        definition = definitions[indicator]
        inputs_of = tuple(used.get(entry, ()))
        lineage.append(
            Lineage(
                entry, indicator, origin, version, definition.file, definition.line, said, inputs_of
            )
        )
    return lineage
