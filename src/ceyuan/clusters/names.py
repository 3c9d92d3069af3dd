"""Names of clusters from the largest cities inside, their population, and ids that stay the same over the years."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ceyuan.clusters.arrays import Floats
from ceyuan.clusters.geometry import distance_km
from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.tabular.tables import read_records

PARTS = 3
LEAST_PART = (
    0.1  # a city with less than this part of the points that the first one has is not named
)
LARGE = 100_000.0  # smaller places are named only where no city of this size is inside


@dataclass(frozen=True, slots=True)
class City:
    """A city of a gazetteer.

    Attributes:
        name: in English.
        lat: latitude in degrees.
        lon: longitude in degrees.
        name_zh_hans: in simplified Chinese, empty if not known.
        name_zh_hant: in traditional Chinese, empty if not known.
        population: inhabitants, NaN if not known.
        country: ISO 3166 code of its economy, empty if not known.
        part: whether it is a part of a larger city of the gazetteer: then it names nothing itself.
        whole: that larger city, where it is known.
        spell: gives both names in Chinese when they are wanted, where looking for all beforehand would take long.
    """

    name: str
    lat: float
    lon: float
    name_zh_hans: str = ""
    name_zh_hant: str = ""
    population: float = float("nan")
    country: str = ""
    part: bool = False
    whole: City | None = field(default=None, compare=False, repr=False)
    spell: Callable[[], tuple[str, str]] | None = field(default=None, compare=False)

    def chinese(self) -> tuple[str, str]:
        """Its name in simplified and in traditional Chinese; in English where it has none."""
        hans, hant = (
            self.spell() if self.spell is not None else (self.name_zh_hans, self.name_zh_hant)
        )
        return hans or self.name, hant or self.name


@dataclass(frozen=True, slots=True)
class Identity:
    """What a cluster is called.

    Attributes:
        name: its largest cities, or its position where no city is known inside.
        name_zh_hans: the same in simplified Chinese.
        name_zh_hant: the same in traditional Chinese.
        population: inhabitants of the cities inside, NaN if none is known.
        countries: codes of the economies that the cities inside are in.
    """

    name: str
    name_zh_hans: str
    name_zh_hant: str
    population: float = float("nan")
    countries: tuple[str, ...] = ()


def read_cities(path: Path) -> list[City]:
    """Read a gazetteer: CSV with ``name, lat, lon`` and, where present, ``population, country`` and names in Chinese.

    Those are ``name_zh_hans`` and ``name_zh_hant``, or ``name_zh`` for both.

    Raises:
        CeyuanError: ``cluster-bad-gazetteer``, for every line that is not a city.
    """
    if not path.is_file():
        raise fail("cluster-unreadable", "there is no such file", file=str(path))
    cities, problems = [], []
    names, rows = read_records(path)
    missing = [c for c in ("name", "lat", "lon") if c not in names]
    if missing:
        raise fail(
            "cluster-bad-gazetteer",
            f"there is no column {', '.join(missing)}",
            file=str(path),
            line=1,
        )
    for line, row in rows:
        try:
            city = _city(row)
            if not (abs(city.lat) <= 90 and abs(city.lon) <= 180 and city.name):
                raise ValueError
            cities.append(city)
        except ValueError:
            message = f"{row!r} is not a city with a name and a position"
            problems.append(Problem("cluster-bad-gazetteer", message, str(path), line))
    if problems:
        raise CeyuanError(problems)
    return cities


def _city(row: Mapping[str, str]) -> City:
    either = row.get("name_zh") or ""
    hans, hant = (row.get(f"name_{script}") or either for script in ("zh_hans", "zh_hant"))
    population = float(row.get("population") or "nan")
    return City(
        row["name"],
        float(row["lat"]),
        float(row["lon"]),
        hans,
        hant,
        population,
        row.get("country") or "",
    )


def position_name(lat: float, lon: float) -> str:
    """A position as a name.

    >>> position_name(22.54, -114.061)
    '22.54°N 114.06°W'
    """
    return f"{abs(lat):.2f}°{'S' if lat < 0 else 'N'} {abs(lon):.2f}°{'W' if lon < 0 else 'E'}"


def identify(
    lat: float, lon: float, inside: Sequence[City], belongs: Sequence[tuple[City, float]]
) -> Identity:
    """Name a cluster by the cities that most of its weight belongs to.

    The first of them comes first, the others in the order of their distance from it: Shenzhen–Hong Kong–Guangzhou.

    Args:
        lat: latitude of its middle.
        lon: longitude of its middle.
        inside: cities of the gazetteer within its outline: of these are its population and its economies.
        belongs: cities and how much of the weight belongs to each.
    """
    countries = tuple(sorted({c.country for c in inside if c.country}))
    known = [c.population for c in inside if not c.part and np.isfinite(c.population)]
    population = float(sum(known)) if known else float("nan")
    if not belongs:
        place = position_name(lat, lon)
        return Identity(place, place, place, population, countries)
    large = [(c, w) for c, w in belongs if c.population >= LARGE] or belongs
    ranked = sorted(
        large, key=lambda one: (-one[1], -np.nan_to_num(one[0].population), one[0].name)
    )
    named = [c for c, w in ranked[:PARTS] if w >= LEAST_PART * ranked[0][1]]
    lats, lons = np.array([(c.lat, c.lon) for c in named]).T
    away = distance_km(lats, lons, lats[:1], lons[:1]).round(3).tolist()
    named = [named[i] for _, i in sorted(zip(away, range(len(named)), strict=True))]
    zh_hans, zh_hant = zip(*(c.chinese() for c in named), strict=True)
    return Identity(
        "–".join(c.name for c in named), "—".join(zh_hans), "—".join(zh_hant), population, countries
    )


def position_ids(lat: Floats, lon: Floats) -> list[str]:
    """Ids from positions to a hundredth of a degree, with a letter where two coincide.

    >>> position_ids(np.array([22.541, 22.541]), np.array([114.06, 114.06]))
    ['n2254e11406', 'n2254e11406b']
    """
    ids: list[str] = []
    for a, o in zip(lat.tolist(), lon.tolist(), strict=True):
        base = f"{'s' if a < 0 else 'n'}{round(abs(a) * 100):04d}{'w' if o < 0 else 'e'}{round(abs(o) * 100):05d}"
        taken = sum(1 for i in ids if i.rstrip("bcdefghijklmnopqrstuvwxyz") == base or i == base)
        ids.append(base + (chr(ord("a") + taken) if taken else ""))
    return ids


def inherit_ids(
    ids: Sequence[str], overlaps: Iterable[tuple[float, int, str]], least: float = 0.5
) -> list[str]:
    """Give clusters the ids of an earlier edition that they share most weight with.

    Args:
        ids: the clusters' own ids.
        overlaps: part of a cluster's weight inside an earlier outline (0 … 1), the cluster, the earlier id.
        least: from which part a cluster is the same as the earlier one.

    Returns:
        For each cluster the earlier id, each given once, or its own (marked with ``+`` if an earlier cluster of that id
        lives on elsewhere, twice if one of that mark does too).

    >>> inherit_ids(["a", "b", "c"], [(0.9, 1, "a"), (0.8, 2, "a+")])
    ['a++', 'a', 'a+']
    """
    given: dict[int, str] = {}
    for part, cluster, earlier in sorted(overlaps, key=lambda o: (-o[0], o[1], o[2])):
        if part >= least and cluster not in given and earlier not in given.values():
            given[cluster] = earlier
    used = set(given.values())
    return [given[i] if i in given else _free(own, used) for i, own in enumerate(ids)]


def _free(own: str, used: Container[str]) -> str:
    return own if own not in used else _free(f"{own}+", used)
