"""Counting by citations and by normalised citations, against plain sums; what must not change, and what must add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from ceyuan.cli import cli
from ceyuan.clusters.points import sites
from ceyuan.clusters.robustness.scenarios import bootstrap
from ceyuan.clusters.run import ClusterRun, Options, cluster_points
from ceyuan.errors import CeyuanError

TOWNS = {"Tokyo": (35.68, 139.69), "Shenzhen": (22.54, 114.06)}


def frame(seed: int, *, weights: bool = False) -> pd.DataFrame:
    """Records of one to four contributors in two towns and outside, with citations, fields and years."""
    rng = np.random.default_rng(seed)
    rows = []
    for record in range(300):
        kind = "publication" if record % 3 else "patent"
        cited = float(rng.poisson(4)) if kind == "publication" and rng.random() < 0.95 else np.nan
        field, year = str(rng.choice(["Physics", "Biology"])), int(rng.choice([2019, 2020, 2021]))
        for _ in range(rng.integers(1, 5)):
            town = [(35.68, 139.69), (22.54, 114.06), (-30.0 + record / 10, 20.0)][rng.integers(3)]
            weight = float(rng.choice([0.5, 1.0, 1 / 3])) if weights else 1.0
            rows.append((record, kind, *town, cited, field, year, weight))
    names = ["record_id", "kind", "lat", "lon", "citations", "field", "year", "weight"]
    table = pd.DataFrame(rows, columns=names).sample(frac=1, random_state=seed)
    return table if weights else table.drop(columns="weight")


def run_of(table: pd.DataFrame, counting: str) -> ClusterRun:
    return cluster_points(
        table, options=Options(min_weight=40, method="publication=1"), counting=counting
    )


def plain(table: pd.DataFrame, counting: str) -> dict[tuple[str, float], float]:
    """The same by grouping a frame: sum of value × weight / contributors by kind and latitude."""
    own = table.copy()
    own["weight"] = own.get("weight", 1.0)
    heads = own.drop_duplicates("record_id").set_index("record_id")
    value = heads.citations
    if counting == "normalised":
        mean = heads.groupby(["kind", "field", "year"]).citations.transform("mean")
        value = value / mean
    value = value.fillna(0.0).where(heads.kind == "publication", 1.0)
    own["part"] = (
        own.record_id.map(value) * own.weight / own.groupby("record_id").record_id.transform("size")
    )
    return own.groupby(["kind", "lat"]).part.sum().to_dict()


@pytest.mark.parametrize("weights", [False, True])
@pytest.mark.parametrize("counting", ["citations", "normalised"])
@pytest.mark.parametrize("compiled", [False, True])
def test_counts_are_those_of_plain_sums(
    counting: str, *, weights: bool, compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if compiled:
        for name in (
            "ceyuan.clusters.counting",
            "ceyuan.clusters.points.read",
            "ceyuan.clusters.points.records",
        ):
            monkeypatch.setattr(f"{name}.SMALL_ROWS", 10)
    assert sites.SMALL_ROWS > 10
    table = frame(7, weights=weights)
    run = run_of(table, counting)
    expected = plain(table, counting)
    assert run.n_clusters == 2
    for cluster, row in enumerate(run.counts.clusters):
        lat = run.points.lat[np.flatnonzero(run.cluster_of_site == cluster)[0]]
        for kind in ("patent", "publication"):
            assert row[run.counts.kinds.index(kind)] == pytest.approx(
                expected[kind, lat], rel=1e-12
            )
    total = sum(value for (kind, _), value in expected.items() if kind == "publication")
    assert run.counts.world[run.counts.kinds.index("publication")] == pytest.approx(
        total, rel=1e-12
    )


def test_normalised_citations_count_what_there_are_records_and_clusters_are_the_same() -> None:
    table = frame(3)
    plainly, normalised = run_of(table, "records"), run_of(table, "normalised")
    np.testing.assert_array_equal(plainly.fit.labels, normalised.fit.labels)
    known = table.drop_duplicates("record_id").query("kind == 'publication'").citations.notna()
    at = normalised.counts.kinds.index("publication")
    assert normalised.counts.world[at] == pytest.approx(known.sum(), rel=1e-12)
    assert normalised.points.without_value == (~known).sum()
    assert plainly.points.value is None


def test_the_mean_of_a_field_does_not_matter_and_an_uncited_cell_counts_its_records() -> None:
    table = frame(5)
    tenfold = table.assign(
        citations=table.citations * np.where(table.field == "Physics", 10.0, 1.0)
    )
    np.testing.assert_allclose(
        run_of(table, "normalised").counts.clusters,
        run_of(tenfold, "normalised").counts.clusters,
        rtol=1e-12,
    )
    nothing = table.assign(citations=0.0)
    np.testing.assert_allclose(
        run_of(nothing, "normalised").counts.clusters,
        run_of(nothing, "records").counts.clusters,
        rtol=1e-12,
    )


def test_samples_of_records_are_counted_alike() -> None:
    run = run_of(frame(2), "citations")
    for sample in bootstrap(run, 3, 1):
        assert sample.world.sum() > 0
        assert sample.fraction.sum() <= sample.world.sum() * (1 + 1e-12)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: t.drop(columns="citations"), "cluster-bad-option"),
        (lambda t: t.assign(citations=np.arange(len(t), dtype=float)), "cluster-bad-column"),
        (lambda t: t.assign(citations=-1.0), "cluster-bad-column"),
    ],
)
def test_citations_that_cannot_be_counted_are_refused(change, code: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with pytest.raises(CeyuanError, match=code):
        run_of(change(frame(1)), "citations")


def test_the_command_line_says_what_is_counted(tmp_path: Path) -> None:
    frame(4).to_csv(tmp_path / "points.csv", index=False)
    given = [
        "--min-weight",
        "40",
        "--method",
        "gii2018",
        "--counting",
        "normalised",
        "--out",
        str(tmp_path / "out"),
    ]
    done = CliRunner().invoke(cli, ["clusters", str(tmp_path / "points.csv"), *given])
    assert done.exit_code == 0, done.output
    assert "counted by citations (normalised)" in done.output
    assert '"of": "normalised"' in (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
