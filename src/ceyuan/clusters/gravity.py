"""Which city a place belongs to: the one that attracts it most, not the nearest small town.

A city attracts a place with its inhabitants over the square of the distance (Reilly 1931), as far as its reach. So the
outskirts of Beijing are Beijing's, though a town of its own is nearer. Parts of a city attract for the whole, in
addition to it, each with its own inhabitants and from where it is: Sha Tin for Hong Kong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from ceyuan.clusters.arrays import Floats, Ints
from ceyuan.clusters.geometry import EARTH_RADIUS_KM, distance_km, unit_vectors
from ceyuan.clusters.names import City

LEAST_REACH_KM = 25.0
REACH_OF_MILLION_KM = 12.0
"""A city of a million reaches so far; the reach grows with the square root of the inhabitants (60 km for 25 million)."""

NEAR_KM = 1.0  # nearer than this all places are equally near
UNKNOWN = 15_000.0  # inhabitants of a city of which they are not known: the least of the shipped gazetteer
CELL = 0.01  # degrees; places this near each other belong to one city


@dataclass(frozen=True)
class Gravity:
    """The cities of a gazetteer as centres of attraction.

    Attributes:
        cities: the cities.
        lat: their latitudes in degrees.
        lon: their longitudes.
        people: their inhabitants.
        reach_km: how far each attracts.
        whole: for each city the index of the city that it attracts for; −1 for a part of an unknown one.
        tree: their unit vectors.
    """

    cities: Sequence[City]
    lat: Floats
    lon: Floats
    people: Floats
    reach_km: Floats
    whole: Ints
    tree: Any

    @classmethod
    def of(cls, cities: Sequence[City]) -> Gravity:
        """Prepare a gazetteer."""
        lat, lon = (
            np.array([getattr(c, name) for c in cities], np.float64) for name in ("lat", "lon")
        )
        people = np.array([c.population for c in cities], np.float64)
        people = np.where(people > 0, people, UNKNOWN)
        number = {id(city): i for i, city in enumerate(cities)}
        whole = [number.get(id(c.whole), -1) if c.part else i for i, c in enumerate(cities)]
        reach = np.maximum(LEAST_REACH_KM, REACH_OF_MILLION_KM * np.sqrt(people / 1e6))
        return cls(
            cities,
            lat,
            lon,
            people,
            reach,
            np.array(whole, np.int64),
            cKDTree(unit_vectors(lat, lon)),
        )

    def shares(self, lat: Floats, lon: Floats, weight: Floats) -> list[tuple[City, float]]:
        """The cities that places belong to, and how much weight each has, the most first.

        Args:
            lat: latitudes of places in degrees.
            lon: their longitudes.
            weight: their weights.
        """
        cells, place = np.unique(
            np.round(np.stack([lat, lon], axis=1) / CELL), axis=0, return_inverse=True
        )
        mass = np.bincount(place.ravel(), weights=weight, minlength=len(cells))
        a, o = (cells * CELL).T
        pull: dict[int, Floats] = {}
        for city in self._candidates(a, o):
            km = distance_km(a, o, self.lat[city], self.lon[city])
            own = np.where(
                km <= self.reach_km[city], self.people[city] / np.maximum(km, NEAR_KM) ** 2, 0.0
            )
            whole = int(self.whole[city])
            pull[whole] = pull.get(whole, 0.0) + own
        if not pull:
            return []
        table, wholes = np.stack(list(pull.values())), np.array(list(pull))
        best = np.where(table.max(axis=0) > 0, wholes[table.argmax(axis=0)], -1)
        sums = np.bincount(best[best >= 0], weights=mass[best >= 0])
        found = np.flatnonzero(sums)
        order = found[np.lexsort((found, -sums[found]))]
        return [(self.cities[i], float(sums[i])) for i in order.tolist()]

    def _candidates(self, lat: Floats, lon: Floats) -> list[int]:
        """Cities that may reach one of the places."""
        places = unit_vectors(lat, lon)
        middle = places.mean(axis=0)
        middle /= max(float(np.linalg.norm(middle)), 1e-9)
        spread = float(np.linalg.norm(places - middle, axis=1).max())
        near = self.tree.query_ball_point(
            middle, spread + float(self.reach_km.max()) / EARTH_RADIUS_KM
        )
        chord = np.linalg.norm(self.tree.data[near] - middle, axis=1)
        return [
            i
            for i, gap in zip(near, chord, strict=True)
            if self.whole[i] >= 0 and gap <= spread + self.reach_km[i] / EARTH_RADIUS_KM
        ]
