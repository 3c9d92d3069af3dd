"""Maps of a bulletin show land where the package was built with it."""

from __future__ import annotations

import pytest
from shapely.geometry import Point, Polygon

from ceyuan.bulletin.assets import LAND, land_within
from ceyuan.bulletin.charts.maps import point_map
from ceyuan.bulletin.charts.marks import ChartPoint as Mark

pytestmark = pytest.mark.skipif(
    not LAND.is_dir(), reason="land has not been built into the package (make site)"
)

ASIA = (105.0, 18.0, 145.0, 45.0)
DELTA = (112.5, 21.5, 115.0, 23.5)


@pytest.mark.parametrize("frame", [ASIA, DELTA])
def test_cities_are_on_land_and_the_south_china_sea_is_not(
    frame: tuple[float, float, float, float],
) -> None:
    rings = land_within(*frame)
    assert rings
    land = [Polygon(ring) for ring in rings]
    assert any(part.contains(Point(113.26, 23.13)) for part in land), "Guangzhou"
    assert not any(part.contains(Point(114.2, 21.8)) for part in land), "south of Hong Kong"


def test_a_map_with_land_does_not_say_that_it_has_none() -> None:
    cities = [("Guangzhou", 1.0, (23.13, 113.26)), ("Tokyo", 2.0, (35.68, 139.69))]
    points = [
        Mark(name, str(rank), rank, None, "位", "eq", False, "2025", 2025, at)
        for name, rank, at in cities
    ]
    drawn = point_map(points, "Ranks", "en")
    assert "<path" in drawn
    assert "Coastlines" not in drawn
