"""Simulated points keep to the published totals, say that they are simulated, and give back the published order."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.clusters.describe import describe
from ceyuan.clusters.fields import field_rows
from ceyuan.clusters.geometry import distance_km
from ceyuan.clusters.points.table import KINDS
from ceyuan.clusters.run import ClusterRun, Options, cluster_points
from ceyuan.clusters.simulation.published import published_2023, world_2023
from ceyuan.clusters.simulation.world import group_records, make_world, write_world
from ceyuan.errors import CeyuanError
from ceyuan.wording.fields import openalex_fields, wipo_fields

SCALE = 0.02


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ClusterRun:
    path = tmp_path_factory.mktemp("simulated") / "points.parquet"
    write_world(make_world(SCALE, addresses=40_000), path)
    return cluster_points(path, options=Options(min_weight=4500 * SCALE, method="gii2023"))


def test_the_world_adds_up_to_the_published_totals() -> None:
    records = group_records()
    np.testing.assert_allclose(records[:2].sum(axis=1), world_2023())
    scores = (records[:2] / np.array(world_2023())[:, None]).sum(axis=0)
    assert (np.diff(scores[:34]) < 0).all()
    assert scores[34:-1].max() < scores[33]  # no made-up city passes a published cluster


def test_the_published_order_of_all_34_clusters_comes_back(run: ClusterRun) -> None:
    site = run.cluster_of_site
    for rank, published in enumerate(published_2023()):
        near = [
            np.argmin(distance_km(run.points.lat, run.points.lon, np.array(c.lat), np.array(c.lon)))
            for c in published.cities
        ]
        assert {int(site[i]) for i in near} == {rank}, published.name
        counts = run.counts.clusters[rank]
        assert counts[0] == pytest.approx(published.pct * SCALE, rel=0.01, abs=2)
        # some countryside
        assert counts[1] == pytest.approx(published.publications * SCALE, rel=0.01, abs=6)


def test_whatever_is_simulated_says_so(run: ClusterRun, tmp_path: Path) -> None:
    assert run.points.simulated
    file, out = tmp_path / "p.parquet", tmp_path / "o"
    arguments = ["simulate-points", "--scale", "0.001", "--places", "5000", "--out", str(file)]
    written = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert "SIMULATED" in written.stderr
    assert pq.read_schema(file).metadata[b"ceyuan.simulated"] == b"true"
    CliRunner().invoke(
        cli,
        ["clusters", str(file), "--min-weight", "40", "--out", str(out)],
        catch_exceptions=False,
    )
    assert json.loads((out / "manifest.json").read_text())["simulated"] is True


def test_the_same_seed_gives_the_same_points(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_world(make_world(0.0005, 3000, seed), tmp_path / name)
    a, b, c = (pq.read_table(tmp_path / name) for name in "abc")
    assert a.equals(b)
    assert not a.equals(c)


def test_fields_are_added_to_the_same_points_and_differ_by_group(tmp_path: Path) -> None:
    write_world(make_world(0.002, 5000), tmp_path / "plain.parquet")
    write_world(make_world(0.002, 5000, fields=True), tmp_path / "with.parquet")
    plain, with_fields = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("plain", "with"))
    assert with_fields.drop_columns("field").equals(plain)
    run = cluster_points(tmp_path / "with.parquet", options=Options(min_weight=9, method="gii2023"))
    described = describe(run)
    assert described.fields is not None
    rows = field_rows(described.fields, described.rows)
    assert all(r["simulated"] for r in rows)
    by_kind = {
        kind: {r["field"] for r in rows if r["kind"] == kind and r["field"]} for kind in KINDS
    }
    assert by_kind["patent"] == set(wipo_fields())
    assert by_kind["publication"] == set(openalex_fields())
    assert not by_kind["deal"]
    first = [
        {r["field"]: r["share"] for r in rows if r["cluster"] == c and r["kind"] == "publication"}
        for c in (0, 1)
    ]
    assert max(abs(first[0].get(f, 0) - first[1].get(f, 0)) for f in openalex_fields()) > 0.03
    texts = with_fields.group_by("record_id").aggregate([("field", "count_distinct")])
    # a record has one field on all its rows
    assert max(texts["field_count_distinct"].to_pylist()) == 1


def test_an_impossible_scale_is_refused() -> None:
    with pytest.raises(CeyuanError, match="scale 2"):
        make_world(2)
