"""Ties across borders: records in a cluster whose contributors belong to different parties.

Which party a point belongs to is declared by the places of a workspace, never guessed: that of the record's own place, else
that of the nearest place with a party and coordinates, if it is within a stated distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.assign import nearest_within
from ceyuan.clusters.points.table import PointTable
from ceyuan.clusters.run import ClusterRun


@dataclass(frozen=True, slots=True)
class PartyPlace:
    """A place that declares a party.

    Attributes:
        party: the party.
        lat: latitude in degrees.
        lon: longitude in degrees.
    """

    party: str
    lat: float
    lon: float


@dataclass(frozen=True)
class PartyRule:
    """How points get their parties.

    Attributes:
        parties: the parties, in order.
        places: places that declare one.
        within_km: how far the nearest of them may be.
        own: the party that each input row's own place declares (index into ``parties``, −1 for none); None if no row has a
            place.
    """

    parties: tuple[str, ...]
    places: tuple[PartyPlace, ...]
    within_km: float
    own: Labels | None = None

    def count(self, run: ClusterRun) -> CrossBorder:
        """The ties of a run's clusters within and across parties."""
        points = run.points
        of_site = site_parties(points.lat, points.lon, self.places, self.parties, self.within_km)
        party = np.append(of_site, np.int32(-1))[points.site]
        if self.own is not None:
            own = self.own[points.rows()]
            party = np.where(own >= 0, own, party)
        return cross_border(points, run.cluster_of_site, party, self.parties, run.n_clusters)


@dataclass(frozen=True)
class CrossBorder:
    """Ties of each cluster.

    Attributes:
        parties: the parties, in order.
        known: part of each cluster's points whose party is known, 0 … 1.
        ties: records with at least two contributors of known party in the cluster.
        crossing: those among them with contributors of different parties.
        pairs: crossing records of each pair of parties, shape (clusters, parties, parties), the upper triangle filled.
    """

    parties: tuple[str, ...]
    known: Floats
    ties: Ints
    crossing: Ints
    pairs: Ints

    def reason(self, cluster: int) -> str:
        """Why a cluster has no share, empty if it has one."""
        if self.ties[cluster]:
            return ""
        if not self.known[cluster]:
            return "no party is declared near its points"
        return "no record has two contributors of a known party in it"


def site_parties(
    lat: Floats, lon: Floats, places: Sequence[PartyPlace], parties: Sequence[str], within_km: float
) -> Labels:
    """The party of each site as an index into ``parties``, −1 where no declared place is near enough.

    Args:
        lat: latitudes in degrees.
        lon: longitudes.
        places: places with parties.
        parties: the parties.
        within_km: how far such a place may be.
    """
    found = np.full(lat.size, -1, np.int32)
    if not places:
        return found
    centres = np.array([(p.lat, p.lon) for p in places])
    code = np.array([parties.index(p.party) for p in places], np.int32)
    nearest = nearest_within(lat, lon, centres[:, 0], centres[:, 1], within_km)
    found[nearest >= 0] = code[nearest[nearest >= 0]]
    return found


def cross_border(
    points: PointTable,
    cluster_of_site: Labels,
    party: Labels,
    parties: Sequence[str],
    clusters: int,
) -> CrossBorder:
    """Count the ties of each cluster within and across parties.

    Args:
        points: the rows.
        cluster_of_site: cluster of each site, −1 for noise.
        party: party of each row (index into ``parties``), −1 where it is not known.
        parties: the parties.
        clusters: how many clusters there are.
    """
    n = len(parties)
    cluster = np.append(cluster_of_site, np.int32(-1))[points.site].astype(np.int64)
    inside = cluster >= 0
    points_in = np.bincount(cluster[inside], minlength=clusters)
    use = np.flatnonzero(inside & (party >= 0))
    known = np.bincount(cluster[use], minlength=clusters) / np.maximum(points_in, 1)
    cell = points.record_of_row()[use] * max(clusters, 1) + cluster[use]  # a record in a cluster
    cells, place = np.unique(cell, return_inverse=True)
    several = _contributors(points, use, place, cells.size) >= 2
    has = np.zeros((cells.size, n), np.bool_)
    has[place, party[use]] = True
    owner = cells % max(clusters, 1)
    ties = np.bincount(owner[several], minlength=clusters)
    crosses = several & (has.sum(axis=1) >= 2)
    pairs = np.zeros((clusters, n, n), np.int64)
    for a in range(n):
        for b in range(a + 1, n):
            pairs[:, a, b] = np.bincount(owner[crosses & has[:, a] & has[:, b]], minlength=clusters)
    return CrossBorder(
        tuple(parties), known, ties, np.bincount(owner[crosses], minlength=clusters), pairs
    )


def _contributors(points: PointTable, use: Ints, place: Ints, cells: int) -> Ints:
    """How many contributors each record has in each cluster; several rows of one contributor are one."""
    if points.contributor is None:
        return np.bincount(place, minlength=cells)
    who = points.contributor[use]
    who = np.where(who >= 0, who, int(who.max(initial=0)) + 1 + np.arange(who.size))
    pairs = np.unique(np.stack([place, who], axis=1), axis=0)
    return np.bincount(pairs[:, 0], minlength=cells)


def add_columns(found: CrossBorder, rows: Sequence[dict[str, Any]]) -> None:
    """Add what was counted to the rows of ``clusters.csv``."""
    columns = columns_of(found)
    for c, row in enumerate(rows):
        row.update({name: values[c] for name, values in columns.items()})


def columns_of(found: CrossBorder) -> dict[str, list[Any]]:
    """The columns of ``clusters.csv``."""
    share = [
        round(c / t, 12) if t else None
        for c, t in zip(found.crossing.tolist(), found.ties.tolist(), strict=True)
    ]
    return {
        "party_known": found.known.round(6).tolist(),
        "ties": found.ties.tolist(),
        "cross_border": found.crossing.tolist(),
        "cross_border_share": share,
        "cross_border_reason": [found.reason(c) for c in range(found.ties.size)],
    }


PAIR_COLUMNS = ("cluster", "id", "name", "party_a", "party_b", "records")


def pair_rows(found: CrossBorder, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of ``parties.csv``: for each cluster and pair of parties the records that join them, where there are any.

    Args:
        found: the ties.
        rows: the clusters, as in ``clusters.csv``.
    """
    return [
        {
            "cluster": c,
            "id": rows[c]["id"],
            "name": rows[c]["name"],
            "party_a": found.parties[a],
            "party_b": found.parties[b],
            "records": int(found.pairs[c, a, b]),
        }
        for c, a, b in np.argwhere(found.pairs > 0).tolist()
    ]
