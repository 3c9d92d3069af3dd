"""Positions that are numbers but hardly places: near (0, 0), on a country's middle, outside the country that a row claims.

A failed geocoding gives (0, 0) or something near it, a country known only by name its middle; coordinates are swapped or
lose a sign. What is found is counted by reason. Rows are set aside, that is counted as unlocated, or kept, as declared.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

import numpy as np

from ceyuan.clusters.arrays import Bools, Bytes, Floats, Labels
from ceyuan.clusters.assign import nearest_within
from ceyuan.clusters.geometry import distance_km
from ceyuan.clusters.geonames import tables

Doubtful = Literal["set_aside", "keep"]
REASONS = ("near_zero", "country_middle", "swapped", "sign_lost", "other_country")
NEAR_ZERO = 1.0
"""Degrees: within so much of (0, 0) there is only sea."""

MIDDLE, COARSE = 0.0015, 0.0101
"""Degrees from the middle of a country, as such middles are written; more where a position has two decimals only."""

INSIDE_KM = 50.0
"""A row within so far of a city of the country that it claims is in it."""

RATIO = 3.0
"""So is one farther away, unless a city of another country is so many times nearer."""


WRITTEN_ALSO = {
    "BN": ("Brunei Darussalam",),
    "CI": ("Côte d'Ivoire",),
    "CN": ("PR China", "P.R. China", "People's Republic of China"),
    "CZ": ("Czech Republic",),
    "GB": ("UK", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "HK": ("Hong Kong SAR", "China, Hong Kong SAR", "Hong Kong SAR, China"),
    "IR": ("Iran, Islamic Republic of", "Islamic Republic of Iran"),
    "KP": ("Democratic People's Republic of Korea",),
    "KR": ("Korea", "Republic of Korea", "Korea, Republic of", "Korea, Rep."),
    "LA": ("Lao People's Democratic Republic",),
    "MD": ("Republic of Moldova",),
    "MO": ("Macau", "Macao SAR", "China, Macao SAR", "Macao SAR, China"),
    "NL": ("Netherlands", "Netherlands, Kingdom of the", "Holland"),
    "RU": ("Russian Federation",),
    "SY": ("Syrian Arab Republic",),
    "TR": ("Türkiye", "Turkiye"),
    "TW": ("Chinese Taipei", "Taiwan, Province of China", "Taiwan, China"),
    "US": ("USA", "U.S.A.", "United States of America"),
    "VN": ("Viet Nam",),
}
"""What else tables write of countries than their ISO codes and the gazetteer's names."""


def doubts_of_sites(lat: Floats, lon: Floats) -> Bytes:
    """Why positions are in doubt, whoever claims them: 0 for no reason, else 1 + its place in ``REASONS``."""
    near_zero = (np.abs(lat) < NEAR_ZERO) & (np.abs(lon) < NEAR_ZERO)
    return np.where(near_zero, 1, np.where(_on_middle(lat, lon), 2, 0)).astype(np.uint8)


def doubts_of_rows(
    lat: Floats,
    lon: Floats,
    of_site: Bytes,
    site: Labels,
    country: Labels,
    countries: tuple[str, ...],
) -> Bytes:
    """Why the position of each row is in doubt, what it claims included: 0 for no reason, else 1 + its place in ``REASONS``.

    Args:
        lat: latitudes of the sites in degrees.
        lon: their longitudes.
        of_site: why the sites are in doubt, of :func:`doubts_of_sites`.
        site: site of each row, −1 where it has no position.
        country: the country that each row claims (index into ``countries``, −1 for none).
        countries: what rows write of their countries: ISO codes of two or three letters, or English names.
    """
    reason = np.append(of_site, np.uint8(0))[site]  # site −1 is the last entry
    claims = np.flatnonzero((site >= 0) & (country >= 0) & (reason == 0))
    width = len(countries)
    pairs, place = np.unique(
        site[claims].astype(np.int64) * width + country[claims], return_inverse=True
    )
    of_pair = np.zeros(pairs.size, np.uint8)
    for number, code in enumerate(_codes(countries)):
        own = np.flatnonzero(pairs % width == number)
        if code and own.size:
            of_pair[own] = _misplaced(lat[pairs[own] // width], lon[pairs[own] // width], code)
    reason[claims] = of_pair[place]
    return reason


def unknown_countries(country: Labels | None, countries: tuple[str, ...]) -> int:
    """How many rows claim a country of which the gazetteer knows nothing, so that their positions are not checked by it."""
    if country is None:
        return 0
    # −1 is the last entry
    known = np.array([bool(code) for code in (*_codes(countries), "no claim")])
    return int(np.count_nonzero(~known[country]))


def _on_middle(lat: Floats, lon: Floats) -> Bools:
    """Which positions are the middle of a country, as atlases and geocoders give it."""
    table = _middles()
    found = np.zeros(lat.size, np.bool_)
    # Few positions share both the parallel and the meridian of a middle: the others need no search.
    some = np.flatnonzero(_has_line(lat, table[:, 0]))
    some = some[_has_line(lon[some], table[:, 1])]
    lat, lon = lat[some], lon[some]
    nearest = nearest_within(lat, lon, table[:, 0], table[:, 1], 2.0)
    near = table[nearest]
    coarse = np.isclose(100 * lat, np.rint(100 * lat)) & np.isclose(100 * lon, np.rint(100 * lon))
    most = np.where(coarse, COARSE, MIDDLE)
    found[some] = (
        (nearest >= 0) & (np.abs(lat - near[:, 0]) <= most) & (np.abs(lon - near[:, 1]) <= most)
    )
    return found


def _has_line(degrees: Floats, lines: Floats) -> Bools:
    """Which angles may be within ``COARSE`` of one of a few lines: they are in its strip of the globe, or in the next one."""
    strip = 2 * COARSE
    number = ((lines + 180.0) / strip).astype(np.int32)
    table = np.zeros(int(360.0 / strip) + 3, np.bool_)
    for step in (-1, 0, 1):
        table[number + step] = True
    return np.asarray(table[((degrees + 180.0) / strip).astype(np.int32)], np.bool_)


def _misplaced(lat: Floats, lon: Floats, country: str) -> Bytes:
    """Which positions are outside a country, and whether another order or sign of the numbers would be inside."""
    own = _distance_to(lat, lon, country, same=True)
    outside = (own > INSIDE_KM) & (own > RATIO * _distance_to(lat, lon, country, same=False))
    reason = np.where(outside, 5, 0).astype(np.uint8)
    far = np.flatnonzero(own > INSIDE_KM)
    swapped = np.abs(lon[far]) <= 90.0
    repairs = (
        (4, -lat[far], lon[far]),
        (4, lat[far], -lon[far]),
        (4, -lat[far], -lon[far]),
        (3, np.where(swapped, lon[far], 0.0), lat[far]),
    )
    for number, a, o in repairs:
        reason[far[_distance_to(a, o, country, same=True) <= INSIDE_KM]] = number
    return reason


def _distance_to(lat: Floats, lon: Floats, country: str, *, same: bool) -> Floats:
    """Kilometres to the nearest city of a country, or of any other one; infinite where the gazetteer has none."""
    city_lat, city_lon, code = _cities()
    which = np.flatnonzero((code == country) == same)
    if not which.size:
        return np.full(lat.size, np.inf)
    nearest = which[nearest_within(lat, lon, city_lat[which], city_lon[which], np.inf)]
    return distance_km(lat, lon, city_lat[nearest], city_lon[nearest])


@cache
def _cities() -> tuple[Floats, Floats, np.ndarray[tuple[int], np.dtype[np.str_]]]:
    """Positions and countries of the cities of the shipped gazetteer."""
    rows = tables().cities
    lat, lon = (
        np.array([row[name] for row in rows], np.float64) for name in ("latitude", "longitude")
    )
    return lat, lon, np.array([row["countrycode"] for row in rows])


@cache
def _codes(countries: tuple[str, ...]) -> tuple[str, ...]:
    """The ISO code of two letters of each country; empty where it is not known."""
    code: dict[str, str] = {}
    for row in tables().countries:
        code |= dict.fromkeys(
            (row["iso"].upper(), row["iso3"].upper(), row["name"].upper()), row["iso"]
        )
    for iso, names in WRITTEN_ALSO.items():
        for name in names:
            code.setdefault(name.upper(), iso)
    return tuple(code.get(name.strip().upper(), "") for name in countries)


@cache
def _middles() -> Floats:
    """Latitude and longitude of middles of countries."""
    text = (
        resources.files("ceyuan.clusters.points")
        .joinpath("country_middles.csv")
        .read_text(encoding="utf-8")
    )
    rows = [line.split(",") for line in text.splitlines() if line and line[0] not in "#c"]
    return np.array([(float(lat), float(lon)) for _, lat, lon in rows])
