"""The published totals that the simulation keeps to.

Counts of PCT applications (2017–2021) and scientific publications of the 34 clusters whose row is complete in the
table of the Global Innovation Index 2023 (WIPO 2023), with the shares printed beside them. The world totals are not
printed; they follow from counts and shares to within a few hundredths of a per cent. Positions of cities are
rounded to about a kilometre.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from ceyuan.clusters.arrays import Floats

SOURCE = "WIPO, Global Innovation Index 2023, table of the largest science and technology clusters"


@dataclass(frozen=True, slots=True)
class SimulatedCity:
    """A city of a published cluster.

    Attributes:
        name: its name.
        lat: latitude in degrees.
        lon: longitude in degrees.
        part: its assumed part of the cluster's records.
    """

    name: str
    lat: float
    lon: float
    part: float


@dataclass(frozen=True, slots=True)
class PublishedCluster:
    """A published cluster.

    Attributes:
        name: as WIPO names it.
        pct: PCT applications.
        publications: scientific publications.
        share_pct: printed share of the world's PCT applications, in per cent.
        share_publications: printed share of publications, in per cent.
        cities: where its records are put.
    """

    name: str
    pct: int
    publications: int
    share_pct: float
    share_publications: float
    cities: tuple[SimulatedCity, ...]


@cache
def published_2023() -> tuple[PublishedCluster, ...]:
    """The 34 clusters in published order.

    >>> published_2023()[1].name
    'Shenzhen–Hong Kong–Guangzhou'
    """
    text = (
        resources.files("ceyuan.clusters.simulation")
        .joinpath("gii2023.csv")
        .read_text(encoding="utf-8")
    )
    return tuple(
        PublishedCluster(
            row["cluster"],
            int(row["pct"]),
            int(row["publications"]),
            float(row["share_pct"]),
            float(row["share_publications"]),
            tuple(_place(c) for c in row["cities"].split(";")),
        )
        for row in csv.DictReader(text.splitlines())
    )


def _place(text: str) -> SimulatedCity:
    name, lat, lon, part = text.rsplit(" ", 3)
    return SimulatedCity(name, float(lat), float(lon), float(part))


def world_total(counts: Floats, printed: Floats, step: float = 0.1) -> tuple[float, float]:
    """The least and the greatest world total with which every count rounds to its printed share.

    Args:
        counts: the counts.
        printed: the printed shares in per cent.
        step: what the shares are rounded to.
    """
    known = printed > step / 2
    low = (counts * 100 / (printed + step / 2)).max()
    high = (counts[known] * 100 / (printed[known] - step / 2)).min()
    return float(low), float(high)


@cache
def world_2023() -> tuple[int, int]:
    """World totals of PCT applications and publications: the middles of what the table allows."""
    rows = published_2023()
    pct = world_total(np.array([float(r.pct) for r in rows]), np.array([r.share_pct for r in rows]))
    pubs = world_total(
        np.array([float(r.publications) for r in rows]),
        np.array([r.share_publications for r in rows]),
    )
    return round(sum(pct) / 2), round(sum(pubs) / 2)
