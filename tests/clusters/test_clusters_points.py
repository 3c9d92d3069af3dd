"""Points are read from every kind of input, their dirt is counted, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.clusters.points import read as reading
from ceyuan.clusters.points import records
from ceyuan.clusters.points.read import read_points
from ceyuan.clusters.points.records import group_rows
from ceyuan.clusters.points.table import Dirt, PointTable
from ceyuan.errors import CeyuanError

ROWS = {
    "record_id": ["a", "a", "b", "c", "c", "c", None],
    "kind": ["patent", "patent", "Publication", "deal", "deal", "deal", None],
    "lat": [22.5, 22.3, 0.0, 91.0, 10.0, None, 10.0],
    "lon": [114.0, 114.1, 0.0, 10.0, 20.0, 20.0, 20.0],
}


def as_rows(points: PointTable) -> list[tuple[object, ...]]:
    """The rows in input order, with positions instead of site numbers."""
    lat, lon = (
        np.append(points.lat, np.nan)[points.site],
        np.append(points.lon, np.nan)[points.site],
    )
    kinds = [points.kinds[k] for k in points.kind]
    rows = zip(points.rows().tolist(), kinds, lat.tolist(), lon.tolist(), strict=True)
    return sorted((row, kind, str(a), str(o)) for row, kind, a, o in rows)


def inputs(folder: Path) -> list[object]:
    table = pa.table(ROWS)
    pq.write_table(table, folder / "p.parquet", row_group_size=2)
    frame = pd.DataFrame(ROWS)
    frame.to_csv(folder / "p.csv", index=False)
    frame.to_csv(folder / "p.csv.gz", index=False)
    connection = duckdb.connect()
    connection.register("t", table)
    files = [folder / "p.parquet", str(folder / "p.csv"), folder / "p.csv.gz"]
    return [*files, table, frame, pl.DataFrame(ROWS), connection.sql("select * from t")]


def test_every_kind_of_input_gives_the_same_rows_and_the_same_dirt(tmp_path: Path) -> None:
    seen = [read_points(data) for data in inputs(tmp_path)]
    for points in seen:
        assert as_rows(points) == as_rows(seen[0])
        assert points.dirt == Dirt(missing=1, outside=1, zero=1, no_record=1, no_kind=1)
        assert points.n_records == 4
        assert points.n_rows == 7
    assert seen[0].kinds == ("patent", "publication", "deal", "unknown")


def test_many_rows_take_the_compiled_way_to_the_same_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(4)
    n = 5000
    lat = np.round(rng.uniform(-90, 90, 300), 4)[rng.integers(0, 300, n)]
    lat[::50], lat[1::70] = np.nan, 95.0
    lon = np.round(rng.uniform(-180, 180, n), 1)
    table = {
        "record_id": rng.integers(0, 900, n),
        "kind": rng.choice(["deal", "patent"], n),
        "lat": lat,
        "lon": lon,
    }
    pq.write_table(pa.table(table), tmp_path / "p.parquet", row_group_size=600)
    small = read_points(tmp_path / "p.parquet")
    monkeypatch.setattr(reading, "SMALL_ROWS", 10)
    # with more than seven decimals the other kind of key is used, from the middle on
    for digits in (
        False,
        True,
    ):
        if digits:
            table["lat"] = np.where(np.arange(n) > n // 2, lat / 3.0, lat)
            pq.write_table(pa.table(table), tmp_path / "p.parquet", row_group_size=600)
            monkeypatch.setattr(reading, "SMALL_ROWS", 10**6)
            small = read_points(tmp_path / "p.parquet")
            monkeypatch.setattr(reading, "SMALL_ROWS", 10)
        for threads in (1, 3):
            large = read_points(tmp_path / "p.parquet", threads=threads)
            assert as_rows(large) == as_rows(small)
            assert large.dirt == small.dirt
            assert large.lat.size == small.lat.size
            assert (large.start == small.start).all()


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(-1, 6), st.integers(0, 1)), min_size=1, max_size=30),
    st.booleans(),
)
def test_rows_are_grouped_the_same_compiled_over_any_threads(
    rows: list[tuple[int, int]], in_order: bool
) -> None:
    rows = sorted(rows) if in_order else rows
    record, kind = np.array([r for r, _ in rows]), np.array([k for _, k in rows], np.uint8)
    plain = group_rows(record, kind)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "SMALL_ROWS", 0)
        for threads in (1, 2, 7):
            found = group_rows(record, kind, threads)
            assert (found.start == plain.start).all()
            assert (found.order is None) == (plain.order is None)


def test_records_are_told_apart_by_kind_and_found_wherever_their_rows_are() -> None:
    ids, kinds = [7, 8, 7, 7, 8], ["patent", "patent", "deal", "patent", "patent"]
    points = read_points(
        pa.table({"record_id": ids, "kind": kinds, "lat": [11.0] * 5, "lon": [2.0] * 5})
    )
    groups = np.split(points.rows(), points.start[1:-1])
    assert sorted(g.tolist() for g in groups) == [[0, 3], [1, 4], [2]]


def test_weights_years_and_kinds_are_applied_and_what_is_left_out_is_counted() -> None:
    rows = {
        "id": [1, 2, 3, 4],
        "lat": ["10", "11", "12", "#NAME?"],
        "y": [20.0, 20.0, 20.0, 20.0],
        "weight": [2.0, None, -1.0, 1.0],
        "year": [2019, 2020, 2020, 2020],
    }
    columns = {"record_id": ["id"], "lon": ["y"]}
    points = read_points(pa.table(rows), columns=columns, kinds=["patent"])
    assert points.weight is not None
    assert points.weight.tolist() == [2.0, 1.0, 1.0]
    assert points.rows().tolist() == [0, 1, 3]
    assert points.dirt == Dirt(missing=1, bad_weight=1)
    later = read_points(pa.table(rows), columns=columns, kinds=["patent"], years=(2020, 2021))
    assert later.rows().tolist() == [1, 3]
    assert later.dirt.other_year == 1
    assert later.lat.tolist() == [11.0]  # a place without rows is no place


def test_all_problems_of_all_inputs_are_reported_together(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("Latitude,lon,kind\n1,2,patent\n")
    with pytest.raises(CeyuanError) as caught:
        read_points(tmp_path / "bad.csv", tmp_path / "none.parquet", 7)
    codes = [p.code for p in caught.value.problems]
    assert codes == [
        "cluster-bad-column",
        "cluster-bad-column",
        "cluster-unreadable",
        "cluster-unreadable",
    ]
    (tmp_path / "p.parquet").write_text("not parquet")
    with pytest.raises(CeyuanError, match="not a Parquet file"):
        read_points(tmp_path / "p.parquet")
    with pytest.raises(CeyuanError, match="none of 1 rows has a usable position"):
        read_points(pa.table({"record_id": [1], "kind": ["patent"], "lat": [0.0], "lon": [0.0]}))
    with pytest.raises(CeyuanError, match="give one, or one for each"):
        read_points(pa.table(ROWS), kinds=["patent", "deal"])


def test_a_column_that_no_input_has_is_a_slip_of_the_pen() -> None:
    with pytest.raises(
        CeyuanError, match=r"no input has a column 'latt' for lat. Did you mean 'lat'"
    ):
        read_points(pa.table(ROWS), columns={"lat": ["latt"]})
    other = pa.table({"id": [1], "kind": ["deal"], "lat": [1.0], "lon": [2.0]})
    assert read_points(pa.table(ROWS), other, columns={"record_id": ["id"]}).n_rows == 8


def test_an_empty_file_is_an_error_and_not_a_traceback(tmp_path: Path) -> None:
    pq.write_table(pa.table({k: pa.array([], pa.float64()) for k in ROWS}), tmp_path / "p.parquet")
    (tmp_path / "p.csv").write_text("record_id,kind,lat,lon\n")
    for name in ("p.parquet", "p.csv"):
        with pytest.raises(CeyuanError, match="none of 0 rows"):
            read_points(tmp_path / name)


def test_a_frame_with_numbers_and_texts_in_one_column_is_refused_by_name() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"record_id": [1, 2], "kind": "patent", "lat": 1.0, "lon": 2.0, "year": ["2020", 2021]}
    )
    with pytest.raises(CeyuanError, match=r"cluster-unreadable.*year"):
        read_points(frame)
