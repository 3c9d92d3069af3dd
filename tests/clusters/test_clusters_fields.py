"""What clusters work on: fields conserve the counts, whatever the order of rows, the threads and what else is given."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from ceyuan.cli import cli
from ceyuan.clusters import fields as counting
from ceyuan.clusters.describe import describe
from ceyuan.clusters.fields import FieldCounts, count_fields, field_rows, field_sums
from ceyuan.clusters.points import read as reading
from ceyuan.clusters.points.read import read_points
from ceyuan.clusters.run import ClusterRun, Options, find_clusters

PLACES = ((22.5, 114.0), (35.6, 139.7), (0.0, -40.0))  # two dense ones, one that is not
# record, kind, contributor, place (-1: unlocated), weight, field
Row = tuple[int, str, int, int, float, str | None]
rows_of = st.lists(
    st.tuples(
        st.integers(0, 8), st.sampled_from(["patent", "publication"]), st.integers(0, 4), st.integers(-1, 2),
        st.sampled_from([0.5, 1.0, -1.0]), st.sampled_from(["chips", "robots", None]),
    ),
    min_size=1, max_size=30,
)  # fmt: skip
# so that the two places are clusters
ANCHORS: list[Row] = [(90 + i, "deal", 9, i // 40, 1.0, None) for i in range(80)]


def as_table(rows: list[Row], *, contributors: bool, weights: bool) -> pa.Table:
    data: dict[str, Any] = {
        "record_id": [r[0] for r in rows],
        "kind": [r[1] for r in rows],
        "lat": [None if r[3] < 0 else PLACES[r[3]][0] for r in rows],
        "lon": [None if r[3] < 0 else PLACES[r[3]][1] for r in rows],
        "field": pa.array([r[5] for r in rows], pa.string()),
    }
    if contributors:
        data["contributor_id"] = [f"c{r[2]}" for r in rows]
    if weights:
        data["weight"] = [r[4] for r in rows]
    return pa.table(data)


def clustered(table: pa.Table) -> ClusterRun:
    return find_clusters(read_points(table), Options(radius_km=5, min_weight=40, method="gii2025"))


def counted(found: FieldCounts | None) -> dict[tuple[int, str, str | None], float]:
    """Counts by cluster, kind and field."""
    if found is None:
        return {}
    keys = zip(found.cluster.tolist(), found.kind.tolist(), found.field.tolist(), strict=True)
    named = [(c, found.kinds[k], found.fields[f] if f >= 0 else None) for c, k, f in keys]
    return dict(zip(named, found.count.tolist(), strict=True))


def by_definition(run: ClusterRun, table: pa.Table) -> dict[tuple[int, str, str | None], Fraction]:
    """The same from the rows as they were given, with fractions."""
    points, of_site = run.points, run.cluster_of_site
    texts = table["field"].to_pylist()
    names = points.contributor if points.contributor is not None else np.arange(points.n_rows)
    found: dict[tuple[int, str, str | None], Fraction] = {}
    for a, b in zip(points.start[:-1].tolist(), points.start[1:].tolist(), strict=True):
        members: dict[int, list[int]] = {}
        for i in range(a, b):
            members.setdefault(int(names[i]), []).append(i)
        for rows in members.values():
            sharing = [i for i in rows if points.site[i] >= 0] or rows
            for i in sharing:
                cluster = int(of_site[points.site[i]]) if points.site[i] >= 0 else -1
                weight = Fraction(1) if points.weight is None else Fraction(float(points.weight[i]))
                key = (cluster, points.kinds[points.kind[i]], texts[points.rows()[i]])
                found[key] = found.get(key, Fraction(0)) + weight / len(members) / len(sharing)
    return found


@settings(max_examples=100, deadline=None, derandomize=True)
@given(rows_of, st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_fields_are_counted_by_definition_and_conserve_the_counts_in_any_order_of_rows(
    rows: list[Row], contributors: bool, weights: bool, chance: Any
) -> None:
    rows = rows + ANCHORS
    table = as_table(rows, contributors=contributors, weights=weights)
    run = clustered(table)
    found = counted(count_fields(run))
    if run.points.field is None:
        # nothing that counts has a field
        assert not any(r[5] and (not weights or r[4] >= 0) for r in rows)
        return
    expected = by_definition(run, table)
    assert set(found) == {key for key, value in expected.items() if value}
    assert found == pytest.approx(
        {key: float(value) for key, value in expected.items() if value}, abs=1e-9
    )
    for k, kind in enumerate(run.counts.kinds):
        for cluster in range(run.n_clusters):
            held = sum(v for (c, of, _), v in found.items() if (c, of) == (cluster, kind))
            assert held == pytest.approx(run.counts.clusters[cluster, k], abs=1e-12)
        assert sum(v for (_, of, _), v in found.items() if of == kind) == pytest.approx(
            run.counts.world[k], abs=1e-9
        )
    chance.shuffle(rows)
    again = clustered(as_table(rows, contributors=contributors, weights=weights))
    assert counted(count_fields(again)) == found  # to the last bit: integers are added


def test_specialisation_is_the_share_in_the_cluster_over_the_share_in_the_world() -> None:
    rows: list[Row] = [
        (1, "patent", 0, 0, 1.0, "chips"), (2, "patent", 0, 0, 1.0, "chips"), (3, "patent", 0, 0, 1.0, "chips"),
        (4, "patent", 0, 0, 1.0, "robots"), (5, "patent", 0, 0, 1.0, None),
        (6, "patent", 0, 1, 1.0, "robots"), (7, "patent", 0, 1, 1.0, "robots"), (8, "patent", 0, 1, 1.0, "chips"),
        (9, "patent", 0, 2, 1.0, "robots"), (10, "patent", 0, -1, 1.0, "robots"),
    ]  # fmt: skip
    run = clustered(as_table(rows + ANCHORS, contributors=False, weights=False))
    described = describe(run)
    assert described.fields is not None
    found = {
        (r["cluster"], r["field"]): (r["count"], r["share"], r["world_share"], r["specialisation"])
        for r in field_rows(described.fields, described.rows)
        if r["kind"] == "patent"
    }
    # 9 patents of the world have a field: 4 chips, 5 robots. Cluster 0 has five, one of them without.
    assert found == {
        (0, "chips"): (3, 3 / 4, pytest.approx(4 / 9), pytest.approx(27 / 16)),
        (0, "robots"): (1, 1 / 4, pytest.approx(5 / 9), pytest.approx(9 / 20)),
        (0, ""): (1, None, None, None),
        (1, "robots"): (2, pytest.approx(2 / 3), pytest.approx(5 / 9), pytest.approx(6 / 5)),
        (1, "chips"): (1, pytest.approx(1 / 3), pytest.approx(4 / 9), pytest.approx(3 / 4)),
    }
    # largest first
    assert list(found) == [
        (0, "chips"),
        (0, "robots"),
        (0, ""),
        (1, "robots"),
        (1, "chips"),
    ]
    assert field_sums(described.fields) == {
        "patent": {"fields": 2, "given": 9, "not_given": 1},
        "deal": {"fields": 0, "given": 0, "not_given": 80},
    }


def many(n: int = 6000) -> dict[str, Any]:
    rng = np.random.default_rng(3)
    place = rng.integers(0, 3, n)
    field = np.where(rng.random(n) < 0.2, None, rng.choice(["Optics", "Control", "IPC G"], n))
    return {
        "record_id": rng.integers(0, 2500, n), "kind": rng.choice(["patent", "publication"], n),
        "lat": np.array([p[0] for p in PLACES])[place] + rng.integers(0, 9, n) / 1000,
        "lon": np.array([p[1] for p in PLACES])[place], "year": rng.integers(2015, 2020, n), "field": field,
    }  # fmt: skip


def test_fields_do_not_depend_on_threads_pieces_or_the_form_of_the_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = many()
    plain = pa.table(data)
    encoded = plain.set_column(5, "field", plain["field"].dictionary_encode())
    expected = read_points(plain, years=(2016, 2018))
    assert expected.field is not None
    assert expected.fields == ("Control", "IPC G", "Optics")
    texts = [expected.fields[f] if f >= 0 else None for f in expected.field.tolist()]
    # each row keeps its own
    assert texts == [data["field"][row] for row in expected.rows().tolist()]
    pq.write_table(plain, tmp_path / "p.parquet", row_group_size=700)
    monkeypatch.setattr(reading, "SMALL_ROWS", 10)
    for source in (plain, encoded, tmp_path / "p.parquet"):
        for threads in (1, 3):
            found = read_points(source, years=(2016, 2018), threads=threads)
            assert found.field is not None
            assert found.fields == expected.fields
            assert (found.field == expected.field).all()
    run = find_clusters(expected, Options(radius_km=5, min_weight=100))
    whole = counted(count_fields(run))
    monkeypatch.setattr(counting, "CHUNK", 501)
    assert counted(count_fields(run)) == whole


def test_a_field_that_no_row_has_any_more_is_not_named_and_numbers_are_texts() -> None:
    rows = {
        "record_id": [1, 2, 3, 4], "lat": [11.0] * 4, "lon": [1.0] * 4, "kind": ["patent"] * 4,
        "weight": [1.0, -1.0, 1.0, 1.0], "field": ["b ", "gone", "", "a"],
    }  # fmt: skip
    points = read_points(pa.table(rows))
    assert points.fields == ("a", "b")
    assert points.field is not None
    assert points.field.tolist() == [1, -1, 0]
    numbers = read_points(pa.table({**rows, "field": [17, 35, None, 4]}))
    assert numbers.fields == ("17", "4")
    named = read_points(
        pa.table({**rows, "ipc": ["G"] * 4}).drop_columns("field"), columns={"field": ["ipc"]}
    )
    assert named.fields == ("G",)


@pytest.mark.parametrize("empty", [False, True])
def test_without_fields_nothing_is_written_of_them_and_nothing_else_changes(
    tmp_path: Path, empty: bool
) -> None:
    table = pa.table(many())
    other = table.drop_columns("field")
    if empty:
        other = other.append_column("field", pa.nulls(table.num_rows, pa.string()))
    for name, points in (("with", table), ("without", other)):
        pq.write_table(points, tmp_path / f"{name}.parquet")
        arguments = [
            "clusters",
            str(tmp_path / f"{name}.parquet"),
            "--min-weight",
            "100",
            "--out",
            str(tmp_path / name),
        ]
        result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
        assert result.exit_code == 0
        assert ("3 fields" in result.stderr) is (name == "with")
    kept = {f.name for f in (tmp_path / "without").iterdir()}
    assert {f.name for f in (tmp_path / "with").iterdir()} - kept == {"fields.csv"}
    for name in kept - {"manifest.json"}:
        assert (tmp_path / "with" / name).read_bytes() == (
            tmp_path / "without" / name
        ).read_bytes(), name
    with_, without = (
        json.loads((tmp_path / n / "manifest.json").read_text()) for n in ("with", "without")
    )
    assert "fields" not in without
    assert "fields" not in without["files"]
    assert with_["fields"]["patent"]["fields"] == 3
    assert with_["counting"] == without["counting"]


def test_the_file_names_known_fields_in_three_languages(tmp_path: Path) -> None:
    pq.write_table(pa.table(many()), tmp_path / "p.parquet")
    arguments = [
        "clusters",
        str(tmp_path / "p.parquet"),
        "--min-weight",
        "100",
        "--out",
        str(tmp_path),
    ]
    assert CliRunner().invoke(cli, arguments, catch_exceptions=False).exit_code == 0
    with (tmp_path / "fields.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = {r["field"]: (r["field_en"], r["field_zh_hans"], r["field_zh_hant"]) for r in rows}
    assert names == {
        "Optics": ("Optics", "光学", "光學"), "Control": ("Control", "控制", "控制"), "": ("", "", ""),
        "IPC G": ("IPC G: Physics", "IPC G部：物理", "IPC G部：物理"),
    }  # fmt: skip
    with (tmp_path / "clusters.csv").open(encoding="utf-8") as file:
        clusters = list(csv.DictReader(file))
    assert len(clusters) >= 2
    for cluster in clusters:
        for kind in ("patent", "publication"):
            own = [r for r in rows if (r["cluster"], r["kind"]) == (cluster["cluster"], kind)]
            assert sum(float(r["count"]) for r in own) == pytest.approx(
                float(cluster[f"{kind}_count"]), abs=1e-5
            )
            assert sum(float(r["share"] or 0) for r in own) == pytest.approx(1, abs=1e-9)
