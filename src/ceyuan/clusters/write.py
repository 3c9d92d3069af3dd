"""The files of a run: tables, outlines, labels, ties, and a manifest that says how they came about."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from ceyuan.clusters.arrays import Floats
from ceyuan.clusters.counting import row_divisors
from ceyuan.clusters.describe import Described
from ceyuan.clusters.earlier import EarlierOutlines
from ceyuan.clusters.fields import FIELD_COLUMNS, field_rows, field_sums
from ceyuan.clusters.parties import PAIR_COLUMNS, CrossBorder, add_columns, pair_rows
from ceyuan.clusters.points.sources import SIMULATED_KEY
from ceyuan.clusters.points.table import PointTable
from ceyuan.clusters.run import ClusterRun
from ceyuan.errors import fail
from ceyuan.hashes import file_sha256
from ceyuan.version import versions

LIBRARIES = ("numpy", "numba", "duckdb", "pyarrow", "shapely")
CHUNK = 1 << 20


@dataclass(frozen=True)
class Rows:
    """Where the rows of the inputs stand, for points that are to be traced.

    Attributes:
        table: the table of records of each row, empty for files.
        file: its file as shown to the user.
        line: its line there; for files of points its row, from 1.
    """

    table: Any
    file: Any
    line: Any


def write_run(
    run: ClusterRun,
    described: Described,
    folder: Path,
    rows: Rows | None = None,
    borders: CrossBorder | None = None,
) -> dict[str, Path]:
    """Write everything into a folder, which is made if need be.

    Args:
        run: the run.
        described: its clusters.
        folder: where to write.
        rows: where the rows stand; then each point is written with its position, kind and part of a record as well.
        borders: ties between parties; then they are written too, and added to the rows of the clusters.

    Returns:
        The files by role: ``clusters``, ``outlines``, ``geoparquet``, ``points``, ``ties``, ``parties``, and ``fields`` where
        points have some.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if borders is not None:
        add_columns(borders, described.rows)
    files = {
        "clusters": folder / "clusters.csv",
        "outlines": folder / "clusters.geojson",
        "geoparquet": folder / "clusters.parquet",
        "points": folder / "points.parquet",
        "ties": folder / "ties.csv",
    }
    write_table(files["clusters"], described.rows, _header(run, described))
    write_geojson(files["outlines"], described, run.points.simulated)
    write_geoparquet(files["geoparquet"], described, run.points.simulated)
    write_points(files["points"], run, rows)
    write_table(files["ties"], tie_rows(run, described), TIE_COLUMNS)
    if borders is not None:
        files["parties"] = folder / "parties.csv"
        write_table(files["parties"], pair_rows(borders, described.rows), PAIR_COLUMNS)
    if described.fields is not None:
        files["fields"] = folder / "fields.csv"
        write_table(files["fields"], field_rows(described.fields, described.rows), FIELD_COLUMNS)
    return files


def _header(run: ClusterRun, described: Described) -> Sequence[str]:
    """The columns, also where there is no cluster."""
    if described.rows:
        return list(described.rows[0])
    kinds = [f"{k}_{what}" for k in run.counts.kinds for what in ("count", "share", "per_million")]
    return [
        "rank",
        "cluster",
        "id",
        "name",
        "name_zh_hans",
        "name_zh_hant",
        "lat",
        "lon",
        "score",
        *kinds,
    ]


def write_table(path: Path, rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    """A CSV file in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_geojson(path: Path, described: Described, simulated: bool) -> None:
    """The outlines with all that is said of the clusters, as GeoJSON (RFC 7946)."""
    features = [
        {
            "type": "Feature",
            "id": row["id"],
            "properties": row,
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for row, shape in zip(described.rows, described.shapes, strict=True)
    ]
    document = {"type": "FeatureCollection", "simulated": simulated, "features": features}
    path.write_text(
        json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )


def read_earlier(path: Path) -> EarlierOutlines:
    """The clusters of an earlier run from its ``clusters.geojson`` or from the folder that holds it.

    Raises:
        CeyuanError: ``cluster-unreadable``.
    """
    file = path / "clusters.geojson" if path.is_dir() else path
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
        shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in features]
        return EarlierOutlines([str(f["properties"]["id"]) for f in features], shapes)
    except (OSError, ValueError, KeyError, TypeError, shapely.GEOSException) as error:
        raise fail(
            "cluster-unreadable",
            f"this is not the clusters.geojson of a run: {error}",
            file=str(file),
        ) from error


def write_geoparquet(path: Path, described: Described, simulated: bool) -> None:
    """The same as GeoParquet 1.1 (WKB, longitude before latitude)."""
    table = (
        pa.Table.from_pylist(described.rows)
        if described.rows
        else pa.table({"id": pa.array([], pa.string())})
    )
    table = table.append_column(
        "geometry", pa.array([shapely.to_wkb(s) for s in described.shapes], pa.binary())
    )
    geometry = {
        "encoding": "WKB",
        "geometry_types": sorted({s.geom_type for s in described.shapes}),
    }
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geometry}}
    flags = {b"geo": json.dumps(geo).encode(), SIMULATED_KEY: b"true" if simulated else b"false"}
    pq.write_table(table.replace_schema_metadata(flags), path)


def write_points(path: Path, run: ClusterRun, rows: Rows | None = None) -> None:
    """For each located row: its number in the input, DBSCAN's label, whether it is core, and the ranked cluster.

    With ``rows`` also where it stands, its position and kind, and ``part``: what it adds to its cluster's count.
    """
    flags = {SIMULATED_KEY: b"true" if run.points.simulated else b"false"}
    fields = [
        ("row", pa.int64()),
        ("label", pa.int32()),
        ("core", pa.bool_()),
        ("cluster", pa.int32()),
    ]
    word = pa.dictionary(pa.int32(), pa.string())
    more = [
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("kind", word),
        ("part", pa.float64()),
        ("table", word),
        ("file", word),
        ("line", pa.int64()),
    ]
    schema = pa.schema([*fields, *(more if rows else [])], metadata=flags)
    site, row = run.points.site, run.points.row
    order = None if row is None else np.argsort(row, kind="stable")
    of_site = run.cluster_of_site
    part = row_parts(run.points) if rows else np.empty(0)
    kinds = pa.array(run.points.kinds)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for begin in range(0, site.size, CHUNK):
            span = slice(begin, begin + CHUNK)
            which = (
                np.arange(begin, min(begin + CHUNK, site.size)) if order is None else order[span]
            )
            which = which[site[which] >= 0]
            s = site[which]
            number = which if row is None else row[which]
            columns = [number, run.fit.labels[s], run.fit.core[s], of_site[s]]
            if rows:
                kind = pa.DictionaryArray.from_arrays(
                    pa.array(run.points.kind[which].astype(np.int32)), kinds
                )
                stands = [column.take(number) for column in (rows.table, rows.file, rows.line)]
                columns += [run.points.lat[s], run.points.lon[s], kind, part[which], *stands]
            writer.write_table(pa.table(columns, schema=schema))


def row_parts(points: PointTable) -> Floats:
    """What each row adds to the count of the place where it is: its weight over the parts that its record is cut into."""
    divisor = row_divisors(points)
    weight = 1.0 if points.weight is None else points.weight
    return np.asarray(np.where(divisor > 0, weight / np.maximum(divisor, 1), 0.0))


TIE_COLUMNS = (
    "label_a",
    "label_b",
    "cluster_a",
    "cluster_b",
    "name_a",
    "name_b",
    "edge_km",
    "records",
    "share_a",
    "share_b",
)


def tie_rows(run: ClusterRun, described: Described) -> list[dict[str, Any]]:
    """Pairs of DBSCAN's clusters that have records in common or edges near each other."""
    of_a, of_b = run.ties.shares()
    tied = zip(run.ties.a.tolist(), run.ties.b.tolist(), strict=True)
    ties = {
        pair: (n, a, b)
        for pair, n, a, b in zip(
            tied, run.ties.records.tolist(), of_a.tolist(), of_b.tolist(), strict=True
        )
    }
    km = run.edges.as_dict()
    cluster = run.cluster_of_label.tolist()
    names = [row["name"] for row in described.rows]
    rows = []
    for a, b in sorted(ties.keys() | km.keys()):
        records, share_a, share_b = ties.get((a, b), (0, 0.0, 0.0))
        edge = round(km[a, b], 4) if (a, b) in km else None
        ends = (a, b, cluster[a], cluster[b], names[cluster[a]], names[cluster[b]])
        values = (*ends, edge, records, round(share_a, 6), round(share_b, 6))
        rows.append(dict(zip(TIE_COLUMNS, values, strict=True)))
    return rows


def write_manifest(
    path: Path, run: ClusterRun, described: Described, files: dict[str, Path], extra: dict[str, Any]
) -> None:
    """Write how the files came about, with the time that each step took; see :func:`manifest_of`."""
    inputs = [
        {**asdict(i), **({"sha256": file_sha256(Path(i.name))} if Path(i.name).is_file() else {})}
        for i in run.points.inputs
    ]
    document = manifest_of(run, described, files, inputs)
    document["timings_s"] = {k: round(v, 4) for k, v in run.timings.items()}
    write_json(path, {**document, **extra})


def write_json(path: Path, document: dict[str, Any]) -> None:
    """A JSON file for people and programs."""
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def precision_of(error_km: Floats, own_km: Floats | None) -> dict[str, Any]:
    """How many sites tell how far they are off, how many rows are off by themselves, and the most that one is."""
    own = np.empty(0) if own_km is None else own_km[np.isfinite(own_km)]
    known = error_km[np.isfinite(error_km)]
    told = {
        "sites": int(error_km.size),
        "with_precision": int(known.size),
        "rows_by_themselves": int(own.size),
    }
    return {
        **told,
        "largest_km": float(np.append(known, own).max()) if known.size + own.size else None,
    }


def manifest_of(
    run: ClusterRun, described: Described, files: dict[str, Path], inputs: list[dict[str, Any]]
) -> dict[str, Any]:
    """How files came about: inputs, choices, what was left out, sums, versions; the same for the same run."""
    points, counts = run.points, run.counts
    per_kind = {
        kind: {
            "world": float(counts.world[k]),
            "clusters": float(counts.clusters[:, k].sum()),
            "noise": float(counts.noise[k]),
            "unlocated": float(counts.unlocated[k]),
            "unlocated_share": float(counts.unlocated[k] / counts.world[k])
            if counts.world[k]
            else 0.0,
        }
        for k, kind in enumerate(counts.kinds)
    }
    options = {
        **asdict(run.options),
        "merge": str(run.options.merge),
        "merge_km": run.options.merge.km,
    }
    return {
        "simulated": points.simulated,
        "inputs": inputs,
        "options": options,
        "rows": {
            "read": sum(i.rows for i in points.inputs),
            "counted": points.n_rows,
            **points.dirt.as_dict(),
        },
        "doubtful": points.dirt.doubtful,
        "crowded": list(described.crowded),
        "records": points.n_records,
        "sites": int(points.lat.size),
        "labels": int(run.cluster_of_label.size),
        "clusters": run.n_clusters,
        "counting": {
            "rule": "1/n of a record to each of its n contributors",
            "of": points.counting,
            "records_without_value": points.without_value,
            "by_kind": per_kind,
        },
        **(
            {"precision": precision_of(points.error_km, points.own_error_km)}
            if points.error_km is not None
            else {}
        ),
        **({"fields": field_sums(described.fields)} if described.fields else {}),
        "versions": versions(LIBRARIES),
        "files": {role: {"name": f.name, "sha256": file_sha256(f)} for role, f in files.items()},
    }
