"""Rows whose positions are off each by itself: a site of its own for each, so that a crowd at a centre is spread by a draw."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ceyuan.clusters.arrays import Floats, Ints, Labels
from ceyuan.clusters.counting import row_weights, site_weights
from ceyuan.clusters.fit import Fit
from ceyuan.clusters.run import ClusterRun


@dataclass(frozen=True)
class Scattered:
    """A run whose sites can be moved one by one.

    Attributes:
        run: the run; where rows are off by themselves, each of them is a site.
        of_site: the site of the original run that each site was.
        sites: how many sites the original run has.
    """

    run: ClusterRun
    of_site: Ints
    sites: int

    @classmethod
    def of(cls, run: ClusterRun) -> Scattered:
        """A run with its rows taken apart where they are off by themselves; else the run as it is."""
        points = run.points
        sites = points.lat.size
        if points.own_error_km is None or points.error_km is None:
            return cls(run, np.arange(sites), sites)
        alone = np.isfinite(points.own_error_km) & (points.site >= 0)
        together = np.zeros(sites + 1, np.bool_)  # the last entry is for −1
        together[points.site[~alone]] = True
        kept = np.flatnonzero(together[:-1])
        number = np.full(sites + 1, -1, np.int32)
        number[kept] = np.arange(kept.size)
        site = number[points.site]
        site[alone] = kept.size + np.arange(int(alone.sum()))
        of_site = np.concatenate([kept, points.site[alone]])
        apart = replace(
            points,
            lat=points.lat[of_site],
            lon=points.lon[of_site],
            site=site,
            error_km=np.concatenate([points.error_km[kept], points.own_error_km[alone]]),
            own_error_km=None,
        )
        weight = site_weights(apart, row_weights(apart), run.options.threads)
        fit = Fit(apart.lat, apart.lon, run.fit.labels[of_site], run.fit.core[of_site])
        return cls(replace(run, points=apart, weight=weight, fit=fit), of_site, sites)

    def gathered(self, matched: Labels, weight: Floats) -> Labels:
        """For each site of the original run the cluster that most of its weight is in, −1 for none; of equals the first.

        Args:
            matched: the cluster of each site of this run.
            weight: their weights.
        """
        if self.run.points.lat.size == self.sites:
            back = np.empty_like(matched)
            back[self.of_site] = matched
            return back
        width = int(matched.max(initial=-1)) + 2
        pairs, place = np.unique(self.of_site * width + matched + 1, return_inverse=True)
        total = np.bincount(place, weights=weight)
        site, cluster = np.divmod(pairs, width)
        best = np.lexsort((cluster, -total, site))
        _, first = np.unique(site[best], return_index=True)
        return np.asarray(cluster[best][first] - 1, np.int32)
