"""Families of random and adversarial point sets on which the kernel is compared with scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ceyuan.clusters.geometry import EARTH_RADIUS_KM


@dataclass(frozen=True)
class Case:
    lat: np.ndarray
    lon: np.ndarray
    weight: np.ndarray
    radius_km: float
    min_weight: int


def _wrap(lon: np.ndarray) -> np.ndarray:
    return (lon + 180) % 360 - 180


def _sphere(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    return np.degrees(np.arcsin(rng.uniform(-1, 1, n))), rng.uniform(-180, 180, n)


def uniform(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    return *_sphere(rng, n), 10 ** rng.uniform(1, 4)


def cities(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    k = rng.integers(1, 6)
    city = rng.integers(0, k, n)
    lat = rng.uniform(-60, 60, k)[city] + rng.normal(0, 0.15, n)
    return (
        lat,
        rng.uniform(-180, 180, k)[city] + rng.normal(0, 0.15, n),
        10 ** rng.uniform(-0.5, 1.7),
    )


def antimeridian(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    lon = 180 + rng.normal(0, 0.5, n)
    lon[: n // 10] = rng.choice([180.0, -180.0], n // 10)
    return rng.uniform(-70, 70) + rng.uniform(-1, 1, n), lon, 10 ** rng.uniform(0, 2.3)


def _pole(sign: int) -> Callable[[np.random.Generator, int], tuple[np.ndarray, np.ndarray, float]]:
    def family(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float]:
        lat = sign * (90 - np.abs(rng.normal(0, rng.choice([0.05, 0.5, 5.0]), n)))
        lat[: n // 20] = sign * 90.0
        return lat, rng.uniform(-180, 180, n), 10 ** rng.uniform(0, 2.7)

    return family


def duplicates(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    k = rng.integers(1, 8)
    which = rng.integers(0, k, n)
    return (
        rng.uniform(-89, 89, k)[which],
        rng.uniform(-180, 180, k)[which],
        10 ** rng.uniform(-3, 4.2),
    )


def lattice(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Neighbours exactly at the radius along meridians, the equator and parallels."""
    radius = float(rng.choice([1.0, 15.0, 111.195, 500.0]))
    step = np.degrees(radius / EARTH_RADIUS_KM)
    side = int(np.sqrt(n)) + 1
    i, j = np.divmod(np.arange(n), side)
    base = float(rng.choice([0.0, 45.0, -80.0]))
    lat = np.clip(base + (i - side // 2) * step * rng.choice([1.0, 0.5]), -90, 90)
    stretch = rng.choice([1.0, 0.5, 1 / np.cos(np.radians(base))])
    return lat, rng.choice([0.0, 180.0, 179.9]) + j * step * stretch, radius


def ring(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    """A centre and points at the radius in every direction."""
    radius = float(rng.choice([5.0, 15.0, 150.0]))
    d = radius / EARTH_RADIUS_KM
    a, o = np.radians(rng.uniform(-85, 85)), np.radians(rng.uniform(-180, 180))
    bearing = np.linspace(0, 2 * np.pi, min(n, 300), endpoint=False)
    lat = np.arcsin(np.sin(a) * np.cos(d) + np.cos(a) * np.sin(d) * np.cos(bearing))
    lon = o + np.arctan2(
        np.sin(bearing) * np.sin(d) * np.cos(a), np.cos(d) - np.sin(a) * np.sin(lat)
    )
    return np.degrees(np.r_[a, lat]), np.degrees(np.r_[o, lon]), radius


def tiny(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    lat = np.round(rng.uniform(-80, 80) + rng.uniform(-1e-3, 1e-3, n), 5)
    return (
        lat,
        np.round(rng.uniform(-180, 180) + rng.uniform(-1e-3, 1e-3, n), 5),
        10 ** rng.uniform(-3, -1),
    )


def minute(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Radii down to a centimetre, where a cell's key no longer fits in 62 bits."""
    lat = rng.uniform(-80, 80) + rng.uniform(-1e-6, 1e-6, n)
    return lat, rng.uniform(-180, 180) + rng.uniform(-1e-6, 1e-6, n), 10 ** rng.uniform(-5, -4)


def huge(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    return *_sphere(rng, n), float(rng.choice([3000.0, 9000.0, 10007.0, 15000.0, 19000.0, 20015.0]))


def rounded(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    lat = np.round(rng.uniform(-85, 85) + rng.uniform(-0.5, 0.5, n), 2)
    lon = np.round(rng.uniform(-180, 180) + rng.uniform(-0.5, 0.5, n), 2)
    return lat, lon, float(rng.choice([1.11195, 2.2239, 5.0, 15.0]))


FAMILIES: dict[str, Callable[[np.random.Generator, int], tuple[np.ndarray, np.ndarray, float]]] = {
    "uniform": uniform,
    "cities": cities,
    "antimeridian": antimeridian,
    "north_pole": _pole(1),
    "south_pole": _pole(-1),
    "duplicates": duplicates,
    "lattice": lattice,
    "ring": ring,
    "tiny": tiny,
    "minute": minute,
    "huge": huge,
    "rounded": rounded,
}


def make_case(family: str, seed: int, most: int) -> Case:
    """A reproducible case of at most ``most`` points."""
    rng = np.random.default_rng([seed, *family.encode()])
    lat, lon, radius = FAMILIES[family](rng, int(rng.integers(1, most)))
    n = lat.size
    weights = [
        np.ones(n, np.int64),
        rng.integers(0, 10, n),
        1 + np.minimum(10**6, rng.pareto(1.0, n) * 3).astype(int),
    ]
    weight = weights[rng.integers(3)]
    weight[0] = max(1, weight[0])  # scikit-learn refuses weights that are all zero
    total = int(weight.sum())
    least = rng.choice([1, 2, 3, 5, 10, max(1, total // 50), max(1, total // 10), total, total + 1])
    return Case(
        lat, np.where(np.abs(lon) <= 180, lon, _wrap(lon)), weight, float(radius), int(least)
    )
