"""Results speak the user's library, are short in words, and are tables in a notebook."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ceyuan.clusters import SphericalDBSCAN
from ceyuan.clusters.describe import describe
from ceyuan.clusters.points.read import read_points
from ceyuan.clusters.run import Options, find_clusters
from ceyuan.composite import assess, compose
from ceyuan.errors import CeyuanError
from ceyuan.frames import to_frame, to_html

DATA = {
    "unit": ["A", "B", "C"],
    "name": ["a", "b", "c"],
    "x": [1.0, 2.0, 4.0],
    "y": [3.0, 1.0, None],
    "region": ["n", "s", "n"],
}


def test_an_index_is_a_frame_and_flat_without_a_structure() -> None:
    index = compose(DATA, None)
    assert repr(index) == "Composite(index: 3 units, 2 indicators)"
    frame = index.frame()
    assert isinstance(frame, pd.DataFrame)
    assert frame.columns.tolist() == ["unit", "rank", "index", "x", "y"]
    assert frame["unit"].tolist() == ["C", "A", "B"]
    assert frame["index"].tolist() == sorted(index.column("index"), reverse=True)
    assert np.isnan(frame["y"][0])
    assert index.frame("arrow")["y"].null_count == 1
    assert pa.table(index).to_pylist() == index.frame("arrow").to_pylist()
    assert "<td>C</td>" in index._repr_html_()
    same = compose(DATA, {"code": ["x", "y", "index"], "parent": ["index", "index", None]})
    np.testing.assert_array_equal(same.column("index"), index.column("index"))
    assert compose(DATA, ["-x"]).rank("index").tolist() == [1, 2, 3]
    with pytest.raises(CeyuanError, match="no columns of numbers"):
        compose({"unit": ["A"], "region": ["n"]}, None)


def test_an_uncertainty_run_is_a_frame() -> None:
    factors = {"norm": {"of": "normalise.method", "alternatives": ["minmax", "rank"]}}
    spec = {"uncertainty": {"seed": 1, "replications": 20, "factors": factors}}
    found = assess(compose(DATA, ["x", "y"], spec))
    assert repr(found) == "UncertaintyResult(index: 20 replications, 1 factors)"
    assert found.frame().columns.tolist() == [
        "unit", "rank", "rank_q5", "median_rank", "rank_q95", "p_first", "main_factor",
    ]  # fmt: skip


def test_clusters_are_a_frame_and_a_run_is_short_in_words() -> None:
    rows = {
        "record_id": range(60),
        "kind": ["patent"] * 60,
        "lat": [22.5] * 40 + [48.9] * 20,
        "lon": [114.0] * 40 + [2.3] * 20,
    }
    run = find_clusters(read_points(pa.table(rows)), Options(min_weight=5, method="gii2017"))
    assert repr(run) == "ClusterRun(2 clusters of 60 rows at 2 places, gii2017)"
    described = describe(run)
    assert described.frame()["rank"].tolist() == [1, 2]
    assert "patent_share" in described._repr_html_()
    assert run.frame()["name"].tolist() == ["Shenzhen", "Paris"]
    assert "ClusterRun(2 clusters" in run._repr_html_()


def test_new_points_are_predicted_as_border_points_are() -> None:
    rng = np.random.default_rng(4)
    points = pd.DataFrame(
        {"lat": 22.5 + rng.normal(0, 0.15, 400), "lon": 114.0 + rng.normal(0, 0.15, 400)}
    )
    model = SphericalDBSCAN(radius_km=4, min_weight=9).fit(points)
    assert (
        repr(model) == "SphericalDBSCAN(radius_km=4, min_weight=9, border='nearest', threads=None)"
    )
    assert model.feature_names_in_.tolist() == ["lat", "lon"]
    assert (model.predict(points) == model.labels_).all()
    assert set(model.labels_.tolist()) > {-1, 0}
    with pytest.raises(CeyuanError, match="latitude comes first"):
        SphericalDBSCAN().fit(points[["lon", "lat"]])
    with pytest.raises(CeyuanError, match="call fit first"):
        SphericalDBSCAN().predict(points)


def test_frames_and_tables_show_gaps_and_escape() -> None:
    assert to_html("<b>", {"a": [1.5, None, float("nan")]}).count("–") == 2
    assert "&lt;b&gt;" in to_html("<b>", {"a": []})
    assert "5 more rows" in to_html("many", {"a": list(range(25))})
    assert to_frame({"a": [1.0, None]}, "arrow")["a"].null_count == 1


def test_a_library_that_is_none_is_refused_with_what_was_meant() -> None:
    with pytest.raises(CeyuanError, match="Did you mean 'pandas'"):
        to_frame({"a": [1]}, "panda")  # type: ignore[arg-type]
