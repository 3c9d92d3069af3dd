"""Positions that are hardly places are counted by reason, and set aside or kept as declared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ceyuan.clusters.crowded import crowded_places
from ceyuan.clusters.names import City
from ceyuan.clusters.points import read
from ceyuan.clusters.points.read import read_points
from ceyuan.clusters.points.table import PointTable
from ceyuan.errors import CeyuanError

CASES = [
    (35.69, 139.69, "JP", None),
    (0.1, 0.1, "JP", "near_zero"),
    (-0.0001, 0.9, None, "near_zero"),
    (4.9, -1.75, None, None),  # Takoradi, the nearest city
    (38.0, -97.0, "US", "country_middle"),
    (35.86166, 104.195397, None, "country_middle"),
    (47.7391, 18.1267, "TW", "other_country"),
    (48.86, 2.35, "Germany", "other_country"),
    (48.58, 7.75, "DEU", None),  # Strasbourg: at the border, many work across it
    (22.28, 114.17, "CN", None),  # Hong Kong is near enough to Shenzhen
    (-33.0, 71.6, "CL", "sign_lost"),
    (-35.69, 139.69, "JP", "sign_lost"),
    (40.7, 74.0, "USA", "sign_lost"),
    (13.4, 52.5, "de", "swapped"),
    (-23.7, 133.9, "AU", None),  # Alice Springs, a thousand kilometres from any larger place
    (64.5, -155.0, "US", None),
    (48.86, 2.35, "Atlantis", None),
]


def table(
    cases: list[tuple[float, float, str | None, str | None]] = CASES, **more: Any
) -> PointTable:
    lat, lon, country, _ = zip(*cases, strict=True)
    columns = {"record_id": range(len(lat)), "kind": ["patent"] * len(lat), "lat": lat, "lon": lon}
    return read_points(pa.table({**columns, "country": pa.array(country, pa.string())}), **more)


@pytest.mark.parametrize("small", [10**9, -1])
def test_doubtful_positions_are_counted_by_reason_and_set_aside(
    small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "SMALL_ROWS", small)
    points = table()
    found = points.dirt.as_dict()
    for reason in ("near_zero", "country_middle", "swapped", "sign_lost", "other_country"):
        assert found[reason] == sum(case[3] == reason for case in CASES), reason
    assert ((points.site < 0) == [case[3] is not None for case in CASES]).all()
    assert points.dirt.unlocated == 10
    assert np.bincount(points.site[points.site >= 0]).all()  # no site without rows


def test_rows_that_claim_a_country_by_an_unknown_name_are_counted() -> None:
    assert table().dirt.no_such_country == 1
    said = [
        (22.28, 114.17, "Hong Kong SAR", None),
        (52.4, 4.9, "netherlands", None),
        (37.6, 127.0, "Korea, Republic of", None),
    ]
    assert table(said).dirt.as_dict() == dict.fromkeys(table(said).dirt.as_dict(), 0)


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ([(0.3, 0.2, None, None)] * 3, "near zero 3"),
        ([(22.3, 114.2, "HU", None), (114.2, 22.3, None, None)], "outside 1, other country 1"),
    ],
)
def test_where_no_position_is_usable_it_is_said_why(cases: list[Any], said: str) -> None:
    with pytest.raises(CeyuanError, match=rf"usable position \(dirt: {said}\)"):
        table(cases)


def test_they_are_kept_if_so_declared() -> None:
    points = table(doubtful="keep")
    assert (points.site >= 0).all()
    assert (points.dirt.in_doubt, points.dirt.unlocated, points.dirt.other_country) == (10, 0, 2)


@pytest.mark.parametrize("small", [10**9, -1])
def test_longitudes_through_360_are_turned_in_inputs_without_negative_ones(
    small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "SMALL_ROWS", small)
    round_the_globe = table(
        [(22.5, 114.0, None, None), (40.7, 286.0, "US", None), (1.0, 361.0, None, None)]
    )
    assert round_the_globe.lon.tolist() == [114.0, -74.0]
    assert (round_the_globe.dirt.turned, round_the_globe.dirt.outside) == (1, 1)
    mixed = table([(22.5, 114.0, None, None), (40.7, 286.0, None, None), (40.7, -74.0, None, None)])
    assert mixed.site.tolist() == [0, -1, 1]
    assert (mixed.dirt.turned, mixed.dirt.outside) == (0, 1)


def test_crowded_places_are_named_with_the_city_whose_centre_they_are() -> None:
    cases = [(10.0, 10.0, None, None)] * 300 + [
        (10.0 + i / 100, 12.0, None, None) for i in range(700)
    ]
    cases += [(20.0, 20.0, None, None)] * 150
    cities = [City("A quarter of it", 10.0, 10.001), City("Here", 10.01, 10.0, population=9e5)]
    cities += [City("Far", 10.04, 10.0, population=9e6), City("Inside", 10.0, 10.0, population=1e4)]
    found = crowded_places(table(cases), cities)
    assert [(p["lat"], p["rows"], p["centre_of"]) for p in found] == [
        (10.0, 300, "Here"),
        (20.0, 150, None),
    ]
