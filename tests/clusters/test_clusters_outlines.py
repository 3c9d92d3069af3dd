"""Outlines hold every point, also across the antimeridian and around a pole; names and ids follow from places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from ceyuan.clusters.names import City, identify, inherit_ids, position_ids, read_cities
from ceyuan.clusters.outlines import outline
from ceyuan.errors import CeyuanError


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(22.5, 114.0), (5.0, 179.95), (-17.0, -179.99), (0.0, 0.0), (71.0, 180.0), (89.7, 10.0), (-89.8, 0)],
)
@pytest.mark.parametrize("n", [1, 2, 3, 40, 3000])
def test_every_point_is_inside_a_valid_outline_of_the_right_size(lat: float, lon: float, n: int) -> None:
    rng = np.random.default_rng(n)
    a = np.clip(lat + rng.normal(0, 0.2, n), -89.9999, 89.9999)
    stretch = max(0.01, np.cos(np.radians(lat)))
    o = (lon + rng.normal(0, 0.2, n) / stretch + 180) % 360 - 180
    shape = outline(a, o)
    assert shapely.is_valid(shape)
    assert shape.geom_type in ("Polygon", "MultiPolygon")
    assert shapely.intersects_xy(shape, o, a).all()
    west, south, east, north = shape.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    assert south > a.min() - 0.1  # not much wider than its points
    if abs(lat) < 80:
        assert sum(p.bounds[2] - p.bounds[0] for p in shapely.get_parts(shape)) < np.ptp((o - lon + 540) % 360) + 0.5


def test_a_cluster_is_named_after_its_largest_cities_in_both_languages() -> None:
    cities = [
        City("Shenzhen", 22.54, 114.06, "深圳", 17e6),
        City("Guangzhou", 23.13, 113.26, "广州", 18e6),
        City("Hong Kong", 22.32, 114.17, "香港", 7.5e6),
        City("Village", 22.5, 114.0, "村", 1e4),
        City("Beijing", 39.9, 116.4, "北京", 21e6),
    ]
    shape = shapely.box(113.0, 22.0, 114.5, 23.5)
    found = identify(shape, 22.7, 113.8, cities)
    assert found.name == "Guangzhou–Shenzhen–Hong Kong"
    assert found.name_zh == "广州—深圳—香港"
    assert found.population == pytest.approx(42.51e6)
    assert identify(shape, 22.7, 113.8, []).name == "22.70°N 113.80°E"
    assert identify(shapely.box(0, 0, 1, 1), -0.5, -0.5, cities).name == "0.50°S 0.50°W"


def test_a_gazetteer_reports_every_bad_line(tmp_path: Path) -> None:
    file = tmp_path / "cities.csv"
    file.write_text("name,lat,lon,population\nA,1,2,\nB,x,2,5\nC,99,2,5\n", encoding="utf-8")
    with pytest.raises(CeyuanError) as caught:
        read_cities(file)
    assert [(p.code, p.line) for p in caught.value.problems] == [
        ("cluster-bad-gazetteer", 3),
        ("cluster-bad-gazetteer", 4),
    ]
    file.write_text("name,lat\nA,1\n", encoding="utf-8")
    with pytest.raises(CeyuanError, match="no column lon"):
        read_cities(file)


def test_ids_come_from_places_and_stay_with_most_of_the_weight() -> None:
    ids = position_ids(np.array([22.541, 22.543, -0.004]), np.array([114.06, 114.06, -114.06]))
    assert ids == ["n2254e11406", "n2254e11406b", "s0000w11406"]
    overlaps = [(0.9, 0, "old"), (0.6, 1, "old"), (0.4, 2, "other")]
    assert inherit_ids(["a", "b", "c"], overlaps) == ["old", "b", "c"]
    assert inherit_ids(["a", "old"], [(0.9, 0, "old")]) == ["old", "old+"]
