"""What a trace ends at: records, and the points that a cluster was found among."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ceyuan.engine import literal, parquet
from ceyuan.indicators.observations import Observation
from ceyuan.pipeline.found import SIMULATOR
from ceyuan.pipeline.reading import Build
from ceyuan.units import parse_unit
from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import ClusterIndicator


@dataclass(frozen=True, slots=True)
class TracedRecord:
    """A record that a figure was made of.

    Attributes:
        table, file, line: where it stands.
        source: its source.
        value: what it contributed, in the base unit; None for a record that is only counted once among equals.
        fields: its fields.
        correction: what declared corrections changed in it, why, and who decided, in three languages; None where none did.
    """

    table: str
    file: str
    line: int
    source: str
    value: float | None
    fields: Mapping[str, Any]
    correction: Trilingual | None


def cluster_points(
    build: Build, indicator: ClusterIndicator, observation: Observation, limit: int
) -> tuple[tuple[TracedRecord, ...], int, float | None]:
    """The points in a found cluster, how many there are, and their sum where the figure is one.

    A point of records stands in the file and line of its record. One of a file of points stands in its row, from 1; one that
    was made up stands in the run's own ``points.parquet``, where everything that is known of it is written.
    """
    place = build.gazetteer.places[observation.place]
    points = build.path / "clusters" / str(place.run) / "points.parquet"
    source = parquet(points)
    number = build.engine.value(f"SELECT number FROM found_places WHERE place = {literal(place.id)}")
    where = f"cluster = {number}" + (f" AND kind = {literal(indicator.kind)}" if indicator.kind else "")
    count, total = build.engine.rows(f"SELECT count(*), sum(part) FROM {source} WHERE {where}")[0]
    columns = '"table", "file", "line", kind, lat, lon, core, part, "row"'
    rows = build.engine.arrow(f'SELECT {columns} FROM {source} WHERE {where} ORDER BY "row" LIMIT {limit}').to_pylist()
    records = []
    for row in rows:
        made_up = not row["table"] and row["file"] == SIMULATOR
        file, line = (in_workspace(build, points), row["row"] + 1) if made_up else (row["file"], row["line"])
        fields = {name: row[name] for name in ("kind", "lat", "lon", "core")}
        records.append(TracedRecord(row["table"], file, line, observation.source, row["part"], fields, None))
    factor = float(parse_unit(indicator.unit).factor)
    is_sum = indicator.figure == "count" and total is not None
    return tuple(records), int(count), round(float(total), 6) / factor if is_sum else None


def in_workspace(build: Build, path: Path) -> str:
    """A file of a build as seen from the workspace: ``build/builds/…``."""
    return path.relative_to(build.root).as_posix()
