"""Where simulated contributors are: in the cities of the published clusters, in made-up cities, and in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints
from ceyuan.clusters.geometry import EARTH_RADIUS_KM, distance_km
from ceyuan.clusters.simulation.published import SimulatedCity, published_2023

KM = float(np.degrees(1 / EARTH_RADIUS_KM))
CORRIDOR = 0.15  # part of a cluster's places along the lines between its cities, so that they hang together
CITIES = 600
APART_KM = 75.0  # made-up cities keep this far from all others, so that they join nothing
BOXES = np.array(
    [
        (26, 48, -120, -75),
        (38, 58, -6, 28),
        (22, 40, 102, 119),
        (32, 42, 128, 141),
        (10, 30, 72, 86),
        (-33, -3, -68, -40),
        (-33, 33, -8, 38),
        (-38, -20, 116, 150),
        (50, 60, 32, 85),
    ],
    np.float64,
)
"""Rough boxes of land: south, north, west, east."""


@dataclass(frozen=True)
class Geography:
    """Addresses, in groups: the published clusters, made-up cities, and the countryside as the last group.

    Attributes:
        lat: latitude of each address.
        lon: its longitude.
        first: first address of each group, and one more.
        named: how many groups are published clusters.
    """

    lat: Floats
    lon: Floats
    first: Ints
    named: int

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return self.first.size - 1


def make_geography(sizes: Floats, addresses: int, rng: np.random.Generator) -> Geography:
    """Draw addresses.

    Args:
        sizes: part of the world's contributors in each group: the published clusters, the made-up cities, the
        countryside.
        addresses: how many in all, about; each group has at least five.
        rng: source of chance.
    """
    clusters = [p.cities for p in published_2023()]
    counts = np.maximum(5, np.round(addresses * sizes**0.9 / (sizes**0.9).sum())).astype(np.int64)
    parts = [_cluster(cities, int(n), rng) for cities, n in zip(clusters, counts, strict=False)]
    lat, lon = _made_up([c for cities in clusters for c in cities], CITIES, rng)
    parts += [
        _city(a, o, int(n), rng)
        for a, o, n in zip(lat, lon, counts[len(clusters) : -1], strict=True)
    ]
    parts.append(_countryside(int(counts[-1]), rng))
    first = np.concatenate([[0], np.cumsum([len(p) for p in parts])])
    every = np.concatenate(parts)
    every[:, 1] = (every[:, 1] + 180.0) % 360.0 - 180.0
    every = np.round(every, 4)
    return Geography(every[:, 0].copy(), every[:, 1].copy(), first, len(clusters))


def _city(lat: float, lon: float, n: int, rng: np.random.Generator, sigma: float = 4.0) -> Floats:
    """Addresses around a centre, none farther than three sigma (km); the first is the centre itself."""
    radius = sigma * np.sqrt(-2.0 * np.log1p(-rng.random(n) * (1.0 - np.exp(-4.5))))
    radius[0] = 0.0
    turn = rng.uniform(0.0, 2.0 * np.pi, n)
    stretch = np.cos(np.radians(lat))
    return np.stack(
        [lat + radius * KM * np.sin(turn), lon + radius * KM * np.cos(turn) / stretch], axis=1
    )


def _cluster(cities: Sequence[SimulatedCity], n: int, rng: np.random.Generator) -> Floats:
    """Addresses of a cluster: its cities, and the lines between each city and the next."""
    parts = (
        np.array([c.part for c in cities]) * (1.0 if len(cities) == 1 else 1.0 - CORRIDOR) / 100.0
    )
    found = [
        _city(c.lat, c.lon, max(1, round(n * p)), rng) for c, p in zip(cities, parts, strict=True)
    ]
    for a, b in pairwise(cities):
        along = rng.random(max(1, round(n * CORRIDOR / (len(cities) - 1))))[:, None]
        line = np.array([[a.lat, a.lon]]) * (1 - along) + np.array([[b.lat, b.lon]]) * along
        found.append(line + rng.normal(0.0, 1.0 * KM, line.shape))
    every = np.concatenate(found)
    return every[rng.permutation(len(every))]


def _made_up(
    named: Sequence[SimulatedCity], n: int, rng: np.random.Generator
) -> tuple[list[float], list[float]]:
    """Positions of made-up cities, each far from all named and other ones."""
    lat, lon = [c.lat for c in named], [c.lon for c in named]
    while len(lat) < len(named) + n:
        box = BOXES[rng.integers(len(BOXES))]
        a, o = rng.uniform(box[0], box[1]), rng.uniform(box[2], box[3])
        if distance_km(np.array(lat), np.array(lon), np.array(a), np.array(o)).min() > APART_KM:
            lat.append(a)
            lon.append(o)
    return lat[len(named) :], lon[len(named) :]


def _countryside(n: int, rng: np.random.Generator) -> Floats:
    """Addresses scattered over the boxes."""
    box = BOXES[rng.integers(0, len(BOXES), n)]
    return np.stack([rng.uniform(box[:, 0], box[:, 1]), rng.uniform(box[:, 2], box[:, 3])], axis=1)
